"""Quotation → whether statements say it word for word, where, and how it differs if they do not."""

import re
import sys
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.corpus.statements import Passage, Span, Statement
from index.text.patterns import compile_on_use
from index.text.tokens import fold


class Verdict(StrEnum):
    """How a quotation stands to the statements."""

    EXACT = "exact"
    PUNCTUATION = "punctuation"  # exact but for punctuation, spacing and case
    ALTERED = "altered"
    STITCHED = "stitched"  # all its words are there in order, in parts that stand apart
    ELSEWHERE = "elsewhere"  # not in the statements asked about, but in another one
    NOT_FOUND = "not_found"


class PartKind(StrEnum):
    """What a quotation did with some words."""

    SAME = "same"
    LEFT_OUT = "left_out"  # in the source, not in the quotation
    PUT_IN = "put_in"  # in the quotation, not in the source


class QuoteNote(StrEnum):
    """What a reader must know beside the verdict."""

    CASE_DIFFERS = "case_differs"
    ACCENTS_DIFFER = "accents_differ"  # "Turkiye" for "Türkiye"
    WITHIN_WORD = "within_word"  # begins or ends at the hyphen of "non-nuclear", or before the "'s" of "DPRK's"
    OMISSIONS_MARKED = "omissions_marked"  # words were left out where the quotation has an ellipsis
    INSERTIONS_MARKED = "insertions_marked"  # words were put in, or changed, in square brackets
    LOOKALIKE_LETTERS = "lookalike_letters"  # letters of another alphabet that look like the source's


@dataclass(frozen=True, slots=True)
class QuotePart:
    """A stretch of the comparison: the source's words with their span, or the quotation's own words without one."""

    kind: PartKind
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """A place that a quotation corresponds to; all spans are offsets into the statement's text.

    `passages` are in reading order; where nothing is close they hold the closest one alone, and the rest is empty.
    `spans` are the words that the quotation shares with the source, each within one passage. `before` and `after` are
    what the sentence says around them. `closeness` is at most 1, and 1 if every word is there with none between.
    """

    verdict: Verdict
    statement: Statement
    passages: tuple[Passage, ...]
    spans: tuple[Span, ...] = ()
    diff: tuple[QuotePart, ...] = ()
    before: Span | None = None
    after: Span | None = None
    notes: tuple[QuoteNote, ...] = ()
    closeness: float = 1.0


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of one quotation.

    `matches` holds the faithful places in the order of the statements, exact or not but for punctuation: up to 500,
    and `places` counts all. Otherwise it holds the closest place alone, and none if not a single word is shared. Where
    the verdict is ELSEWHERE, the matches are those of the other statements, `verdict_elsewhere` says how the quotation
    stands to them, and `closest_here` is the closest place in the statements asked about.
    """

    quote: str
    verdict: Verdict
    matches: tuple[QuoteMatch, ...] = ()
    places: int = 0
    verdict_elsewhere: Verdict | None = None
    closest_here: QuoteMatch | None = None

    @property
    def notes(self) -> tuple[QuoteNote, ...]:
        """What a reader must know beside the verdict, by the first match."""
        return self.matches[0].notes if self.matches else ()


@dataclass(frozen=True, slots=True)
class QuotableStatement:
    """A statement with its words made ready for comparison; worth keeping, since that takes the longest."""

    statement: Statement
    words: "_Words"


def prepare(statement: Statement) -> QuotableStatement:
    """Make the words of a statement ready for comparison."""
    return QuotableStatement(statement, _words_of(statement.text))


def check_quote(
    quote: str,
    statements: Sequence[Statement | QuotableStatement],
    *,
    elsewhere: Sequence[Statement | QuotableStatement] = (),
) -> QuoteCheck:
    """Compare a quotation with the statements asked about and, if it is not faithful to them, with all the others.

    Quotation marks around the quotation are no part of it.
    """
    quotation = _read_quotation(quote)
    if not quotation.words.keys:
        return QuoteCheck(quote, Verdict.NOT_FOUND)
    here = _compare(quote, quotation, statements)
    if here.verdict in _FAITHFUL or not elsewhere:
        return here
    there = _compare(quote, quotation, elsewhere)
    if there.verdict in _FAITHFUL or (here.verdict is Verdict.NOT_FOUND and there.verdict is not Verdict.NOT_FOUND):
        return replace(
            there,
            verdict=Verdict.ELSEWHERE,
            verdict_elsewhere=there.verdict,
            closest_here=here.matches[0] if here.matches else None,
        )
    return here


_FAITHFUL = (Verdict.EXACT, Verdict.PUNCTUATION)

_MOST_MATCHES = 500
"""A single common word stands in tens of thousands of places, and nobody reads them."""


def _compare(quote: str, quotation: "_Quotation", statements: Sequence[Statement | QuotableStatement]) -> QuoteCheck:
    quotables = [one if isinstance(one, QuotableStatement) else _prepare_once(one) for one in statements]
    places = [place for quotable in quotables for place in _faithful_places(quotation, quotable)]
    if places:
        is_exact = any(place.verdict is Verdict.EXACT for place in places)
        matches = tuple(_match_of_place(place) for place in places[:_MOST_MATCHES])
        return QuoteCheck(quote, Verdict.EXACT if is_exact else Verdict.PUNCTUATION, matches, len(places))
    closest = _closest_match(quotation, quotables)
    if closest is None:
        return QuoteCheck(quote, Verdict.NOT_FOUND)
    return QuoteCheck(quote, closest.verdict, (closest,), int(closest.verdict is not Verdict.NOT_FOUND))


def _prepare_once(statement: Statement) -> QuotableStatement:
    return QuotableStatement(statement, _words_once(statement.text))


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# -- characters ------------------------------------------------------------------------------------------------------

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Soft hyphen, zero-width space and joiners, directions, variation selectors, byte order mark."""

_MARKS = "".join(char for char in map(chr, range(0x300, 0x3100)) if unicodedata.category(char)[0] == "M")
"""Combining marks: accents written apart, and the vowel signs of Indic scripts."""

_OTHER_CHARACTERS = compile_on_use(r"[\x21-\x7e]?[^\x00-\x7f]+")
"""What is not ASCII, with the letter before it, which an accent may belong to."""

_CLUSTER = compile_on_use(rf"[{_INVISIBLE}]+|[^{_INVISIBLE}][{_MARKS}{_INVISIBLE}]*")

_TYPOGRAPHY = {ord(char): fold(char) for char in "‐‑‒–—―−﹘﹣－‘’‚‛′ʼ`´＇“”„‟″«»＂"}
"""Curly quotation marks and dashes as typewriters have them, by the table that all lookups share."""

_Offsets = NDArray[np.int32]


def _clean(text: str) -> tuple[str, _Offsets | None]:
    """Return the text in composed letters without invisible characters, and where each of its characters stood.

    Curly quotation marks, dashes and white space are made plain. The offsets are None where nothing moved; else they
    have one entry more than the clean text has characters.
    """
    if text.isascii():
        return text, None
    text = text.translate(_TYPOGRAPHY)
    pieces: list[str] = []
    origins: list[NDArray[np.int32]] = []
    done = 0
    for match in _OTHER_CHARACTERS.finditer(text):
        run = match.group()
        if _is_clean(run):
            continue
        pieces.append(text[done : match.start()])
        origins.append(np.arange(done, match.start(), dtype=np.int32))
        for cluster in _CLUSTER.finditer(run):
            cleaned = _clean_cluster(cluster.group())
            pieces.append(cleaned)
            origins.append(np.full(len(cleaned), match.start() + cluster.start(), dtype=np.int32))
        done = match.end()
    if not pieces:
        return text, None
    pieces.append(text[done:])
    origins.append(np.arange(done, len(text) + 1, dtype=np.int32))
    return "".join(pieces), np.concatenate(origins)


def _is_clean(run: str) -> bool:
    return unicodedata.is_normalized("NFKC", run) and not _INVISIBLE_RUN.search(run)


_INVISIBLE_RUN = compile_on_use(f"[{_INVISIBLE}]+")
_FRACTION_SLASH = "\u2044"


def _clean_cluster(cluster: str) -> str:
    visible = _INVISIBLE_RUN.sub("", cluster)
    # A superscript is a footnote's mark or an exponent: as a plain digit it would become part of the word.
    if visible in _SUPERSCRIPTS:
        return visible
    plain = unicodedata.normalize("NFKC", visible)
    # '3½' is '3 1/2'.
    return f" {plain.replace(_FRACTION_SLASH, '/')}" if _FRACTION_SLASH in plain else plain


# -- words -----------------------------------------------------------------------------------------------------------

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

_CURRENCIES = "$¢£¤¥\u20a0-\u20cf"

_TOKEN = compile_on_use(
    rf"""
      \[\d{{1,3}}\]                                 # '[12]', a footnote's mark
    | [{_SUPERSCRIPTS}]+
    | (?<![^\s(])-(?=\d)                            # '-5', a minus sign; not '2006-2009', '– 2397'
    | [{_CURRENCIES}%‰&+=±×÷°§@≤≥≈]                 # '$10' is not '10', '50%' not '50'
    | (?:<|(?<=[\w(])>|(?<=[\w,;][ ])>)(?=[ ]?[{_CURRENCIES}]?\d)  # '<10', 'and > 10'; not the mark of a quoted line
    | [{_CJK}]                                      # no spaces between words
    | \d+(?:[.:/]\d+|,\d{{3}}(?!\d))+[^\W_{_CJK}]*          # '1.5', '1,718', '16:30', '10/11'; not 'paragraphs 5,6'
    | (?<![^\W_])[A-Za-z](?:\.[A-Za-z])+(?![^\W_])\.?       # 'U.S.', 'p.m.'
    | (?<=[\w.)\]"%])'[sS](?![^\W_])               # 'the DPRK's'; not ''S/2015/1''
    | (?:\[[^\W\d_]{{1,4}}\](?=[^\W_]))?            # '[W]e'
      [^\W_{_CJK}] (?:[^\W_{_CJK}] | [{_MARKS}] | '(?![sS](?![^\W_]))(?=[^\W\d_]) | \[[^\W\d_]{{1,4}}\])*
                                                    # 'don't', 'condemn[ed]', 'F16'
    """,
    re.VERBOSE,
)
"""What counts as a word; everything between two words is punctuation and white space."""

_ASIDE = compile_on_use(r"[\[(]sic!?[\])]", re.IGNORECASE)
_THOUSANDS = compile_on_use(r"\d{1,3}(?:,\d{3})+")
_NOT_IN_KEY = str.maketrans("", "", "'[]")
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"}
)
"""Letters that English writes without what makes them others, and that are no letter with an accent."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: their keys, equal for words that may be the same, and their offsets into the text."""

    text: str
    keys: tuple[str, ...]
    starts: _Offsets
    ends: _Offsets
    surfaces: tuple[str, ...]  # each word as written, but for invisible characters and the form of its letters
    joined: str  # the keys, with one space before and after each
    joined_at: _Offsets  # where each key's space stands in `joined`
    vocabulary: dict[str, int]
    ids: _Offsets  # the key of each word, by its place in the vocabulary

    def between(self, word: int) -> str:
        """What stands between a word and the next."""
        return _clean(self.text[self.ends[word] : self.starts[word + 1]])[0]


@lru_cache(maxsize=1024)
def _words_once(text: str) -> _Words:
    return _words_of(text)


def _words_of(text: str) -> _Words:
    clean, origins = _clean(text)
    # An aside of the same length keeps the offsets; nobody said "[sic]", in a statement or in a quotation.
    clean = _ASIDE.sub(lambda match: " " * len(match.group()), clean)
    folded = fold(clean)
    spans = [match.span() for match in _TOKEN.finditer(clean)]
    # The same few thousand words make up all statements: each is held once.
    surfaces = tuple(sys.intern(clean[start:end]) for start, end in spans)
    keys = tuple(sys.intern(_key(clean[start:end], folded[start:end])) for start, end in spans)
    at = np.array(spans, dtype=np.int32).reshape(-1, 2)
    if origins is not None:
        # A word ends where the next character stood in the text: '½' is three characters when clean.
        following = np.searchsorted(origins, origins[at[:, 1] - 1], side="right")
        at = np.stack((origins[at[:, 0]], origins[following]), axis=1)
    lengths = np.array([len(key) + 1 for key in keys], dtype=np.int32)
    vocabulary: dict[str, int] = {}
    ids = np.array([vocabulary.setdefault(key, len(vocabulary)) for key in keys], dtype=np.int32)
    return _Words(
        text=text, keys=keys, starts=at[:, 0], ends=at[:, 1], surfaces=surfaces, joined=f" {' '.join(keys)} ",
        joined_at=np.cumsum(lengths, dtype=np.int32) - lengths, vocabulary=vocabulary, ids=ids,
    )  # fmt: skip


def _key(surface: str, folded: str) -> str:
    """Return what a word is found by: without case, accents, apostrophes, the dots of 'U.S.', the comma of '1,718'."""
    if folded.isalnum() and surface[0] not in _SUPERSCRIPTS:
        return folded if folded.isascii() else folded.translate(_PLAIN_LETTERS)
    if surface[0] in _SUPERSCRIPTS:
        return f"^{folded}"
    if _is_footnote(surface) or folded == "'s":
        return folded
    if surface[0].isdigit():
        return folded.replace(",", "") if _THOUSANDS.fullmatch(surface) else folded
    return folded.translate(_NOT_IN_KEY).replace(".", "").translate(_PLAIN_LETTERS) or folded


def _is_footnote(surface: str) -> bool:
    return surface[0] in _SUPERSCRIPTS or (surface[0] == "[" and surface[1:-1].isdigit())


# -- the quotation ---------------------------------------------------------------------------------------------------

_ELLIPSIS = compile_on_use(r"\.(?:\s?\.)+")
_BRACKETS = compile_on_use(r"\[(?P<words>[^\[\]]*)\]")
_BLOCK_MARK = compile_on_use(r"^[ \t]*>[ \t]?", re.MULTILINE)
_PAIRS_OF_MARKS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "‚": "‘’", "*": "*", "_": "_"}

_MOST_MARKS = 4
"""Marks in marks: emphasis around a quotation in a quotation."""


@dataclass(frozen=True, slots=True)
class _Quotation:
    """A quotation as its writer meant it: `is_marked` tells of each word whether an ellipsis or bracket is before it.

    `forms` are the ways to read what was typed, with and without the quotation marks around it; each with the offset
    of its first word.
    """

    words: _Words
    is_marked: tuple[bool, ...]  # one more than there are words
    is_bracketed: tuple[bool, ...]
    is_of_one_case: bool
    forms: tuple[tuple[str, int], ...]


def _read_quotation(quote: str) -> _Quotation:
    typed = _without_block_marks(quote).strip()
    inner = _without_quotation_marks(typed)
    words = _words_of(inner)
    first = int(words.starts[0]) if words.keys else 0
    outer = typed.find(inner)
    marked, bracketed = _marks_of(words)
    return _Quotation(
        words=words,
        is_marked=marked,
        is_bracketed=bracketed,
        is_of_one_case=_is_of_one_case(words),
        forms=((typed, first + outer), (inner, first)),
    )


def _without_block_marks(quote: str) -> str:
    lines = [line for line in quote.splitlines() if line.strip()]
    return _BLOCK_MARK.sub("", quote) if lines and all(line.lstrip().startswith(">") for line in lines) else quote


def _without_quotation_marks(text: str) -> str:
    for _ in range(_MOST_MARKS):
        if len(text) > 2 and text[-1] in _PAIRS_OF_MARKS.get(text[0], ""):
            text = text[1:-1].strip()
    return text


def _is_of_one_case(words: _Words) -> bool:
    """Tell whether the case of single words says nothing: all small letters, all capitals, or A Title's Words."""
    text = words.text
    return text in {text.lower(), text.upper()} or (
        len(words.keys) > 1 and not any(text[start].islower() for start in words.starts)
    )


def _marks_of(words: _Words) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return before which words an omission is marked, and which words stand in brackets or partly so."""
    count = len(words.keys)
    gaps = [0, *map(int, words.ends)]
    nexts = [*map(int, words.starts), len(words.text)]
    marked = [bool(_ELLIPSIS.search(_clean(words.text[gaps[at] : nexts[at]])[0])) for at in range(count + 1)]
    bracketed = [False] * count
    for match in _BRACKETS.finditer(words.text):
        for at in _words_within(words, match.start(), match.end()):
            bracketed[at] = not _is_footnote(words.surfaces[at])
            marked[at] = marked[at + 1] = marked[at + 1] or bracketed[at]
    return tuple(marked), tuple(bracketed)


def _words_within(words: _Words, start: int, end: int) -> range:
    """Return the words that lie within a stretch of the text, or overlap it."""
    # Of the array's own type: else all of it is converted first.
    first, stop = (
        np.searchsorted(words.ends, np.int32(start), side="right"),
        np.searchsorted(words.starts, np.int32(end)),
    )
    return range(int(first), int(stop))


# -- faithful quotations ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement says a quotation word for word."""

    verdict: Verdict
    quotable: QuotableStatement
    span: Span
    notes: frozenset[QuoteNote]


def _faithful_places(quotation: _Quotation, quotable: QuotableStatement) -> Iterator[_Place]:
    """Yield every place that says the quotation word for word, in reading order."""
    source, needle = quotable.words, quotation.words.joined
    at = source.joined.find(needle)
    while at >= 0:
        place = _faithful_place(quotation, quotable, int(np.searchsorted(source.joined_at, np.int32(at))))
        if place is not None:
            yield place
        at = source.joined.find(needle, at + len(needle) - 1)


def _faithful_place(quotation: _Quotation, quotable: QuotableStatement, first: int) -> _Place | None:
    """Return the place where the words of the same keys begin, or None where one of them is another word after all."""
    source, quoted = quotable.words, quotation.words
    last = first + len(quoted.keys) - 1
    if _is_cut(source, first, last):
        return None
    edges = _edge_notes(source, first, last)
    for form, lead in quotation.forms:
        start = int(source.starts[first]) - lead
        if start >= 0 and source.text.startswith(form, start):
            return _Place(Verdict.EXACT, quotable, Span(start, start + len(form)), edges)
    differences = _notes_of_pairs(quotation, source, ((at, first + at) for at in range(len(quoted.keys))))
    if differences is None:
        return None
    span = _extent(source, quoted, (first, last))
    return _Place(Verdict.PUNCTUATION, quotable, span, frozenset(differences | edges))


def _match_of_place(place: _Place) -> QuoteMatch:
    text = place.quotable.words.text[place.span.start : place.span.end]
    part = QuotePart(PartKind.SAME, text, place.span)
    return _match_of(place.verdict, place.quotable, (part,), place.notes, closeness=1.0)


def _notes_of_pairs(quotation: _Quotation, source: _Words, pairs: Iterable[tuple[int, int]]) -> set[QuoteNote] | None:
    """Return in what the paired words differ, or None where two of them are different words."""
    notes: set[QuoteNote] = set()
    for quoted, original in pairs:
        left, right = source.surfaces[original], quotation.words.surfaces[quoted]
        is_of_one_case = quotation.is_of_one_case or (left != right and _stands_in_capitals(source, original))
        found = _notes_of_pair(left, right, is_of_one_case=is_of_one_case)
        if found is None:
            return None
        notes |= found
    return notes


_ANOTHER_WORD_IN_LOWER_CASE = _word_set(
    "aid all am an and are arm art as ash at be but by can cap do ex far for go he his i if in is it its me mid no of "
    "on or our out post so son start step this to un up us we who"
)
"""Acronyms that name somebody else in lower case: 'US', 'WHO', 'IT', 'AID'; not 'NATO' and 'Nato'."""

_ANOTHER_WORD_WITHOUT_APOSTROPHE = _word_set("hell id ill shed shell wed well were whore")
"""'we're committed' is not 'were committed'; 'dont' can only be 'don't'."""


@lru_cache(maxsize=65536)
def _notes_of_pair(source: str, quoted: str, *, is_of_one_case: bool) -> frozenset[QuoteNote] | None:
    """Return in what two words of the same key differ, or None where they are different words."""
    if source == quoted:
        return frozenset()
    left, right = _letters(source), _letters(quoted)
    if ("'" in source) != ("'" in quoted) and left.lower() in _ANOTHER_WORD_WITHOUT_APOSTROPHE:
        return None
    notes = set()
    if left.casefold() != right.casefold():
        # 'é' for 'è' is another letter; without any accent it is how English writes it. 'и' is not 'й'. Nobody types
        # 'ı' for 'i'.
        is_odd = left.isascii() and not _ODD_LETTERS.isdisjoint(right.lower())
        if is_odd or not (left.isascii() or right.isascii()):
            return None
        notes.add(QuoteNote.ACCENTS_DIFFER)
    # 'u.s.' can only be 'U.S.'.
    has_dots = "." in source and "." in quoted
    is_case_telling = not (is_of_one_case or has_dots) and left.lower() in _ANOTHER_WORD_IN_LOWER_CASE
    if is_case_telling and _is_capital(left) != _is_capital(right):
        return None
    if _cases(left) != _cases(right):
        notes.add(QuoteNote.CASE_DIFFERS)
    return frozenset(notes)


_ODD_LETTERS = frozenset(map(chr, _PLAIN_LETTERS)) - {"æ", "œ"}
_NEIGHBOURS = 4


def _stands_in_capitals(words: _Words, at: int) -> bool:
    """Tell whether a word in capitals has most of the words around it in its line so: 'JOINT STATEMENT ON SYRIA'."""
    if not _is_capital(words.surfaces[at]):
        return False
    line_start = words.text.rfind("\n", 0, words.starts[at]) + 1
    line_end = words.text.find("\n", words.ends[at]) % (len(words.text) + 1)
    around = [
        words.surfaces[other]
        for other in range(max(0, at - _NEIGHBOURS), min(len(words.keys), at + _NEIGHBOURS + 1))
        if other != at and line_start <= words.starts[other] < line_end and len(words.keys[other]) > 1
    ]
    return sum(map(_is_capital, around)) > len(around) / 2


def _letters(surface: str) -> str:
    if surface[0].isdigit():
        return surface.replace(",", "") if _THOUSANDS.fullmatch(surface) else surface
    return surface.translate(_NOT_IN_KEY).replace(".", "") or surface


def _is_capital(letters: str) -> bool:
    """Tell whether a word is an acronym; 'I' and 'A' are none."""
    return len(letters) > 1 and letters.isupper()


def _cases(letters: str) -> list[bool]:
    return [letter.isupper() for letter in letters]


_SIGN_BEFORE = compile_on_use(rf"[{_CURRENCIES}±+≤≥≈-]")
_SIGNS_AFTER = frozenset("%‰°")
_OPPOSITES = _word_set("anti counter ex non pseudo quasi un")


def _is_cut(source: _Words, first: int, last: int) -> bool:
    """Tell whether a stretch of words means something else alone: after '$' or 'non-', or before '%'."""
    return bool(_bound_before(source, first) or _bound_after(source, last))


def _bound_before(source: _Words, first: int) -> int:
    """Return how many words right before a word belong to it: the sign of a number, or what makes it its opposite."""
    if first == 0:
        return 0
    before, between = source.keys[first - 1], source.between(first - 1)
    if between == "-":
        return int(before in _OPPOSITES)
    if not source.keys[first][0].isdigit():
        return 0
    is_part = before[-1].isdigit() and before.isalnum() and between in {"", ","}
    is_sign = _SIGN_BEFORE.fullmatch(before) is not None and between == ""
    return int(is_part or is_sign)


def _bound_after(source: _Words, last: int) -> int:
    """Return how many words right after a number belong to it."""
    if last + 1 >= len(source.keys) or not source.keys[last][0].isdigit():
        return 0
    after, between = source.keys[last + 1], source.between(last)
    is_part = after[0].isdigit() and between in {"", ","}
    return int(is_part or (after in _SIGNS_AFTER and between == ""))


def _edge_notes(source: _Words, first: int, last: int) -> frozenset[QuoteNote]:
    """Return a note where the stretch begins or ends within 'non-nuclear' or "the DPRK's"."""
    is_cut_before = first > 0 and source.between(first - 1) in {"-", ""}
    is_cut_after = last + 1 < len(source.keys) and source.between(last) in {"-", ""}
    is_mark = is_cut_after and _is_footnote(source.surfaces[last + 1])
    return frozenset({QuoteNote.WITHIN_WORD} if is_cut_before or (is_cut_after and not is_mark) else ())


# -- alignment -------------------------------------------------------------------------------------------------------

_FUNCTION_WORDS = _word_set(
    "a about after all also an and any are as at be been before being both but by can could did do does for from had "
    "has have he her his how if in into is it its may more most of on or other our out over s she should so some such "
    "than that the their them then there these they this those through to under up was we were what when which who "
    "will with would you your 's"
)
"""Words that any two texts share. Negations are not among them."""

_WORD_SCORE = 2000
_FUNCTION_WORD_SCORE = 800
_CHANGED_WORD_COST = 600
_PUT_IN_COST = 900
_DROP_COSTS = (1000, 1200)  # for one word left out, and for two
_STITCH_COST = 3000  # for more; each word left out costs one more, so that the nearest place wins

_CELLS = 4_000_000
_CHUNK_WORDS = 1000
_WINDOWS = 16


@dataclass(frozen=True, slots=True)
class _Alignment:
    """The best correspondence of a quotation with a text: pairs of words of equal keys, increasing on both sides."""

    score: int
    pairs: tuple[tuple[int, int], ...]


def _align(quotation: _Quotation, source: _Words) -> _Alignment:
    """Align a quotation with the stretch of a text that it fits best; words left out in between cost little.

    A quotation longer than any in print is aligned part by part, each after the last.
    """
    scores = _word_scores(quotation)
    score, pairs, start = 0, list[tuple[int, int]](), 0
    for first in range(0, len(scores), _CHUNK_WORDS):
        chunk = range(first, min(first + _CHUNK_WORDS, len(scores)))
        columns = _columns(quotation, source, chunk, start)
        gained, found = _align_chunk(quotation, source, chunk, columns, scores)
        score += gained
        pairs += found
        start = pairs[-1][1] + 1 if pairs else 0
    return _Alignment(score, tuple(pairs))


def _word_scores(quotation: _Quotation) -> list[int]:
    """Return what finding each word is worth; what is put in brackets is not looked for."""
    return [
        0 if is_bracketed else _FUNCTION_WORD_SCORE if key in _FUNCTION_WORDS else _WORD_SCORE
        for key, is_bracketed in zip(quotation.words.keys, quotation.is_bracketed, strict=True)
    ]


def _columns(quotation: _Quotation, source: _Words, chunk: range, start: int) -> _Offsets:
    """Return the words of the text to compare with: all from `start` on, or the best stretches where they are many."""
    room = _CELLS // len(chunk)
    if len(source.keys) - start <= room:
        return np.arange(start, len(source.keys), dtype=np.int32)
    length = len(chunk) + len(chunk) // 2 + 8
    hits = _hits(quotation, source, chunk)[start:]
    sums = _window_sums(hits, length)
    keep = np.zeros(len(hits), dtype=bool)
    for _ in range(min(_WINDOWS, room // length)):
        best = int(np.argmax(sums))
        keep[best : best + length] = True
        sums[max(0, best - length // 2) : best + length // 2] = -1
    return np.asarray(np.flatnonzero(keep) + start, dtype=np.int32)


def _window_sums(hits: _Offsets, length: int) -> _Offsets:
    """Return the sum of every `length` values in a row; of all of them where there are fewer."""
    totals = np.concatenate(([0], np.cumsum(hits, dtype=np.int32)))
    if len(hits) <= length:
        return totals[-1:]
    return np.asarray(totals[length:] - totals[:-length], dtype=np.int32)


def _hits(quotation: _Quotation, source: _Words, chunk: range) -> _Offsets:
    """Return for each word of the text what it promises: little for a shared word, more for a shared pair of them."""
    known = np.array([source.vocabulary.get(quotation.words.keys[at], -1) for at in chunk], dtype=np.int64)
    worth = np.zeros(len(source.vocabulary) + 1, dtype=np.int32)
    for at, word in zip(chunk, known, strict=True):
        worth[word] = 1 if quotation.words.keys[at] in _FUNCTION_WORDS else 8
    worth[-1] = 0
    hits = worth[source.ids]
    ids = source.ids.astype(np.int64)
    wanted = (known[:-1] * len(source.vocabulary) + known[1:])[(known[:-1] >= 0) & (known[1:] >= 0)]
    hits[1:] += np.where(np.isin(ids[:-1] * len(source.vocabulary) + ids[1:], wanted), 8, 0).astype(np.int32)
    return hits


def _align_chunk(
    quotation: _Quotation, source: _Words, chunk: range, columns: _Offsets, scores: list[int]
) -> tuple[int, list[tuple[int, int]]]:
    """Return the best score and its pairs of words, by dynamic programming over words.

    `table[i, j]` is the best score of the first i words of the quotation, the last word of the text used being the
    j-th column. Words of the text before the first and after the last used are free.
    """
    ids = source.ids[columns]
    known = [source.vocabulary.get(quotation.words.keys[at], -1) for at in chunk]
    place = np.arange(len(columns) + 1, dtype=np.int32)
    table = np.zeros((len(chunk) + 1, len(columns) + 1), dtype=np.int32)
    for row, at in enumerate(chunk):
        reach = _reach(table[row], place, _stitch_cost(quotation, at)) if row else table[row]
        gain = np.where(ids == known[row], scores[at], -_CHANGED_WORD_COST)
        table[row + 1] = table[row] - _put_in_cost(quotation, at)
        np.maximum(table[row + 1, 1:], reach[:-1] + gain, out=table[row + 1, 1:])
    return _trace(quotation, chunk, columns, scores, table, ids == np.array(known, dtype=np.int32)[:, None])


def _put_in_cost(quotation: _Quotation, at: int) -> int:
    return 0 if quotation.is_bracketed[at] else _PUT_IN_COST


def _stitch_cost(quotation: _Quotation, at: int) -> int:
    return 0 if quotation.is_marked[at] else _STITCH_COST


def _reach(row: _Offsets, place: _Offsets, stitch_cost: int) -> _Offsets:
    """Return the best score with which each column can be reached from a row, leaving words out or not."""
    reach = np.maximum(row, np.maximum.accumulate(row + place) - place - stitch_cost)
    for words, cost in enumerate(_DROP_COSTS, start=1):
        np.maximum(reach[words:], row[:-words] - cost, out=reach[words:])
    return np.asarray(reach, dtype=np.int32)


def _trace(
    quotation: _Quotation,
    chunk: range,
    columns: _Offsets,
    scores: list[int],
    table: _Offsets,
    is_equal: NDArray[np.bool_],
) -> tuple[int, list[tuple[int, int]]]:
    column = int(np.argmax(table[-1]))
    score = int(table[-1, column])
    pairs: list[tuple[int, int]] = []
    for row in range(len(chunk) - 1, -1, -1):
        if column == 0:
            break
        equal = bool(is_equal[row, column - 1])
        gain = scores[chunk[row]] if equal else -_CHANGED_WORD_COST
        wanted = int(table[row + 1, column]) - gain
        origin = (
            _origin(table[row], column - 1, wanted, _stitch_cost(quotation, chunk[row]))
            if row
            else (column - 1 if wanted == 0 else None)
        )
        if origin is None:
            continue
        if equal:
            pairs.append((chunk[row], int(columns[column - 1])))
        column = origin
    return score, pairs[::-1]


def _origin(row: _Offsets, column: int, wanted: int, stitch_cost: int) -> int | None:
    """Return from which column of a row another was reached with the score wanted: the nearest, if any."""
    for words, cost in enumerate((0, *_DROP_COSTS)):
        if column >= words and int(row[column - words]) - cost == wanted:
            return column - words
    place = np.arange(column + 1, dtype=np.int32)
    origins = np.flatnonzero(row[: column + 1] + place == wanted + column + stitch_cost)
    return int(origins[-1]) if len(origins) else None


# -- what an alignment says ------------------------------------------------------------------------------------------

_DROPPED_WORDS = 2
"""A word or two left out is an alteration ("we will [not] stop"); more is a part that is missing."""

_PART_WORDS = 3
"""Fewer words together are no part of a quotation, but words that any text has; half of them within a passage."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Words of the source, and what the quotation has in their place; either may be none.

    `is_marked` tells that the quotation shows the change, by an ellipsis or brackets.
    """

    source: range
    quoted: range
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that both have, one after another: each as [first, last]."""

    source: tuple[int, int]
    quoted: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The runs in reading order and the changes around them: one before each run, and one after the last."""

    runs: tuple[_Run, ...]
    changes: tuple[_Change, ...]
    notes: frozenset[QuoteNote]
    score: int


def _read_alignment(quotation: _Quotation, quotable: QuotableStatement, alignment: _Alignment) -> _Comparison:
    source = quotable.words
    pairs, notes = _true_pairs(quotation, source, alignment)
    pairs = _without_strays(quotation, quotable, pairs)
    runs: list[_Run] = []
    changes: list[_Change] = []
    for quoted, original in pairs:
        change = _change_between(quotation, runs, quoted, original)
        if change is not None and _is_change(quotation, source, change):
            changes.append(change)
            runs.append(_Run((original, original), (quoted, quoted)))
        else:
            runs[-1] = _Run((runs[-1].source[0], original), (runs[-1].quoted[0], quoted))
    if not runs:
        return _Comparison((), (), frozenset(), alignment.score)
    runs[0] = _from_other_spelling(quotation, source, runs[0])
    runs[-1] = _to_other_spelling(quotation, source, runs[-1])
    changes[0] = _opening_change(quotation, quotable, runs[0])
    changes.append(_closing_change(quotation, quotable, runs[-1]))
    return _Comparison(tuple(runs), tuple(changes), frozenset(notes), alignment.score)


def _true_pairs(
    quotation: _Quotation, source: _Words, alignment: _Alignment
) -> tuple[list[tuple[int, int]], set[QuoteNote]]:
    """Return the pairs that are the same word beyond their keys, and in what their writing differs."""
    pairs: list[tuple[int, int]] = []
    notes: set[QuoteNote] = set()
    for pair in alignment.pairs:
        found = _notes_of_pairs(quotation, source, [pair])
        if found is not None:
            pairs.append(pair)
            notes |= found
    return pairs, notes


def _without_strays(
    quotation: _Quotation, quotable: QuotableStatement, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the pairs without first and last parts that are a word or two from another sentence.

    'Iran must never develop nuclear weapons' alters 'Iran must never develop a nuclear weapon.'; that 'nuclear weapons'
    stands sentences later too is chance, unless the quotation marks that it leaves something out.
    """
    parts: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if parts and not _leaves_sentence(quotation, quotable, parts[-1][-1], pair):
            parts[-1].append(pair)
        else:
            parts.append([pair])
    while len(parts) > 1 and len(parts[-1]) < _PART_WORDS:
        parts.pop()
    first = next((at for at, part in enumerate(parts) if len(part) >= _PART_WORDS), len(parts) - 1)
    return [pair for part in parts[max(0, first) :] for pair in part]


def _leaves_sentence(
    quotation: _Quotation, quotable: QuotableStatement, before: tuple[int, int], after: tuple[int, int]
) -> bool:
    """Tell whether a quotation goes on in another sentence, with words left out that it does not mark."""
    if after[1] - before[1] - 1 <= _DROPPED_WORDS or _is_marked(quotation, range(before[0] + 1, after[0])):
        return False
    return _sentence_around(quotable, before[1]) != _sentence_around(quotable, after[1])


def _change_between(quotation: _Quotation, runs: list[_Run], quoted: int, original: int) -> _Change | None:
    """Return what lies between the last run and the next pair of words; None where nothing does."""
    if not runs:
        return _Change(range(original, original), range(quoted))
    last = runs[-1]
    left_out, put_in = range(last.source[1] + 1, original), range(last.quoted[1] + 1, quoted)
    if not left_out and not put_in:
        return None
    return _Change(left_out, put_in, _is_marked(quotation, put_in))


def _is_marked(quotation: _Quotation, put_in: range) -> bool:
    """Tell whether the quotation shows that it changed something here: '…', '[the DPRK]'."""
    if put_in:
        return all(quotation.is_bracketed[at] for at in put_in)
    return quotation.is_marked[put_in.start]


def _is_change(quotation: _Quotation, source: _Words, change: _Change) -> bool:
    """Tell whether words were changed; not if a footnote's mark is left out or a compound is spelled otherwise."""
    if change.source and not change.quoted:
        return not all(_is_note_mark(source, at) for at in change.source)
    return not (change.source and _is_one_spelling(source, change.source, quotation.words, change.quoted))


def _from_other_spelling(quotation: _Quotation, source: _Words, run: _Run) -> _Run:
    """Return the run with what is before it if that is only spelled otherwise: 'nonproliferation and'."""
    first, put_in = run.source[0], range(run.quoted[0])
    for start in range(first - 1, max(-1, first - 1 - _MOST_PARTS), -1):
        if put_in and _is_one_spelling(source, range(start, first), quotation.words, put_in):
            return _Run((start, run.source[1]), (0, run.quoted[1]))
    return run


def _to_other_spelling(quotation: _Quotation, source: _Words, run: _Run) -> _Run:
    """Return the run with what is after it if that is only spelled otherwise: 'a ceasefire'."""
    last, put_in = run.source[1], range(run.quoted[1] + 1, len(quotation.words.keys))
    for stop in range(last + 2, min(len(source.keys), last + 1 + _MOST_PARTS) + 1):
        if put_in and _is_one_spelling(source, range(last + 1, stop), quotation.words, put_in):
            return _Run((run.source[0], stop - 1), (run.quoted[0], put_in[-1]))
    return run


_ABBREVIATIONS = _word_set(
    "add amend annex app apr art arts aug chap ch circ conf corr dec doc eq feb fig figs jan jul jun mar no nos nov "
    "oct para paras pp pt reg res rev sec secs sect sep sept ser sub suppl vol vols"
)
"""What a number stands right behind: 'S/2015/1/Rev.1', '12.Dec.15'."""


def _is_note_mark(source: _Words, at: int) -> bool:
    """Tell whether a word is a footnote's mark: '[12]', '¹', or the '2' in 'efforts.2 The'."""
    surface = source.surfaces[at]
    if _is_footnote(surface):
        return True
    if not (surface.isdigit() and len(surface) <= 2 and at > 0):
        return False
    before, mark = source.keys[at - 1], source.between(at - 1)
    is_word = before.isalpha() and (len(before) > 2 or before in _FUNCTION_WORDS) and before not in _ABBREVIATIONS
    behind = source.text[source.ends[at] :][:2]
    # After a full stop a sentence begins.
    is_free = not behind.strip() or (behind[0].isspace() and (mark[0] != "." or not behind[1].islower()))
    return is_word and is_free and mark in {".", ",", ";", '."', ',"', ';"'}


_PREFIXES = _word_set("anti co counter cyber inter mid mis multi non post pre semi sub ultra")
_COMPOUND_LETTERS = 4


def _is_one_spelling(source: _Words, original: range, quotation: _Words, quoted: range) -> bool:
    """Tell whether words differ in their hyphens, dots or apostrophes alone: 'non-proliferation', 'nonproliferation'.

    'resign' is not 're-sign', nor '2397' '23 97': parts must be long or a known prefix, or letters beside digits.
    """
    if min(len(original), len(quoted)) != 1 or max(len(original), len(quoted)) > _MOST_PARTS:
        return False
    joined = "".join(source.keys[at] for at in original).replace("'", "")
    if joined != "".join(quotation.keys[at] for at in quoted).replace("'", ""):
        return False
    if len(original) == 1:
        # 'its' is not "it's", nor 'states' "state's"; and 'alliance' is not 'alli-ance'.
        return len(quoted) > 1 and _is_fairly_split(quotation, quoted) and _is_splittable(quotation, quoted)
    if len(quoted) > 1 or not _is_splittable(source, original):
        return False
    # "Japans" can only be "Japan's"; but "it's" is not 'its', nor "the state's" "the states'".
    has_apostrophe = quotation.text[quotation.ends[quoted.start] :][:1] in _APOSTROPHES
    return source.keys[original[-1]] != "'s" or not (has_apostrophe or joined in _WORDS_IN_S)


_MOST_PARTS = 8
_APOSTROPHES = ("'", "’")
_WORDS_IN_S = _word_set("its lets")

_COMPOUNDED = _word_set(
    "arms back based border building child cyber down fire free hand headed held holder holders keeper keepers keeping "
    "land life line long maker makers making market nation nuclear over power range scale standing state table threat "
    "trade trans turn under water well while wide work world"
)
"""What compounds are made of that one writes with a hyphen or without: 'cease-fire', 'long-standing', 'world-wide'."""


def _is_fairly_split(words: _Words, parts: range) -> bool:
    """Tell whether the parts that a word was split into are words: not 'alli-ance', but 'cease-fire'."""
    keys = [words.keys[at] for at in parts]
    if keys[-1] == "'s":
        return False
    is_broken = any("\n" in words.between(at) or words.between(at) == "- " for at in parts[:-1])
    has_letters_alone = all(key.isalpha() and len(key) > 1 for key in keys)
    return is_broken or not has_letters_alone or any(key in _PREFIXES or key in _COMPOUNDED for key in keys)


def _is_splittable(words: _Words, parts: range) -> bool:
    return all(_is_joint(words, at) for at in parts[:-1])


def _is_joint(words: _Words, at: int) -> bool:
    """Tell whether a word and the next may be written as one."""
    left, right, between = words.keys[at], words.keys[at + 1], words.between(at)
    if right == "'s":
        return left.isalnum()
    if between == "." or (len(left) == len(right) == 1 and between == ". "):
        return left.isalpha() and right.isalpha()
    if between.strip() != "-":
        return False
    if "\n" in between or between == "- ":  # a word broken at the end of a line
        return left.isalpha() and right.isalpha()
    if left.isalpha() != right.isalpha():
        return not (left[-1].isdigit() and right[0].isdigit())
    is_long = min(len(left), len(right)) >= _COMPOUND_LETTERS
    return left.isalpha() and (is_long or (left in _PREFIXES and len(right) >= _COMPOUND_LETTERS))


_OPENING_WORDS = 15


def _opening_change(quotation: _Quotation, quotable: QuotableStatement, run: _Run) -> _Change:
    """Return what the quotation has before the first run, and the words of the sentence that it stands for.

    'We strongly condemn', for 'The United States and Japan strongly condemn': it begins as a sentence does, so what it
    puts in stands for all of the sentence's beginning.
    """
    source, put_in = quotable.words, range(run.quoted[0])
    first = run.source[0]
    bound = _bound_before(source, first)
    if not put_in:
        return _Change(range(first - bound, first), put_in, is_marked=False)
    sentence = _words_within(source, *_sentence_around(quotable, first))
    room = range(min(sentence.start, first), first)
    surface = quotation.words.surfaces[0]
    is_beginning = surface[0].isupper() and len(room) <= _OPENING_WORDS
    stands_for = room if is_beginning else _alike(source, room[-len(put_in) :], quotation.words, put_in)
    return _Change(stands_for, put_in, _is_marked(quotation, put_in))


def _closing_change(quotation: _Quotation, quotable: QuotableStatement, run: _Run) -> _Change:
    """Return what the quotation has after the last run, and the words of the sentence that it stands for."""
    source, last = quotable.words, run.source[1]
    put_in = range(run.quoted[1] + 1, len(quotation.words.keys))
    if not put_in:
        return _Change(range(last + 1, last + 1 + _bound_after(source, last)), put_in, is_marked=False)
    sentence = _words_within(source, *_sentence_around(quotable, last))
    room = range(last + 1, max(sentence.stop, last + 1))
    is_end = len(room) <= len(put_in) + 1
    stands_for = room if is_end else _alike(source, room[: len(put_in)], quotation.words, put_in)
    return _Change(stands_for, put_in, _is_marked(quotation, put_in))


def _alike(source: _Words, original: range, quotation: _Words, quoted: range) -> range:
    """Return the source's words if the quotation's are slips of them, and none if they are merely beside them."""
    is_alike = len(original) == len(quoted) and any(
        _is_slip(source.keys[left], quotation.keys[right]) for left, right in zip(original, quoted, strict=True)
    )
    return original if is_alike else original[:0]


_SLIP_LETTERS = 4
"""In shorter words one letter makes another word: 'was', 'has'."""


def _is_slip(source: str, quoted: str) -> bool:
    """Tell whether a word is another with a typing error, in another tense or number: 'violate', 'violated'."""
    longest = max(len(source), len(quoted))
    if longest < _SLIP_LETTERS:
        return False
    same = _same_letters(source, quoted)
    same += _same_letters(source[same:][::-1], quoted[same:][::-1])
    return same >= max(longest - 2, longest / 2)


def _same_letters(left: str, right: str) -> int:
    """Return how many letters two words begin with in common."""
    return next(
        (at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other),
        min(len(left), len(right)),
    )


# -- the verdict -----------------------------------------------------------------------------------------------------

_SHORT_WORDS = 6
_CLOSE = 0.55
_CLOSE_AT_LEAST = 0.40
"""From which closeness a place is what was meant; long quotations are seldom close by chance.

Measured on quotations from half of the bundled statements with up to a quarter of their words changed, and on words
from press releases that are not in these: of 7 words or more, 99 in 100 of the former are above 0.58, and of the latter
below 0.51; of 6 or fewer, one in fifteen of the latter passes, all of them set phrases. The other half agrees.
"""


def _judge(
    quotation: _Quotation, quotable: QuotableStatement, comparison: _Comparison
) -> tuple[Verdict, set[QuoteNote]]:
    """Return the verdict on a quotation that is nowhere word for word, with its notes."""
    notes = set(comparison.notes)
    changes = [change for change in comparison.changes if change.source or change.quoted]
    if not changes:
        return Verdict.PUNCTUATION, notes
    marked = [change for change in changes if change.is_marked]
    if any(change.quoted for change in marked):
        notes.add(QuoteNote.INSERTIONS_MARKED)
    if any(not change.quoted for change in marked):
        notes.add(QuoteNote.OMISSIONS_MARKED)
    if any(_has_lookalikes(quotation, quotable.words, change) for change in changes):
        notes.add(QuoteNote.LOOKALIKE_LETTERS)
    if all(change.is_marked or _is_stitch(quotable, change) for change in changes) and _has_parts(quotable, comparison):
        return Verdict.STITCHED, notes
    is_close = _closeness(quotation, quotable, comparison) >= _least_closeness(len(quotation.words.keys))
    return (Verdict.ALTERED if is_close else Verdict.NOT_FOUND), notes


def _least_closeness(words: int) -> float:
    return max(_CLOSE_AT_LEAST, _CLOSE - 0.01 * max(0, words - _SHORT_WORDS))


def _is_stitch(quotable: QuotableStatement, change: _Change) -> bool:
    """Tell whether a whole part was left out, or the number of a list's item, and nothing put in."""
    return not change.quoted and (len(change.source) > _DROPPED_WORDS or _is_list_marker(quotable, change.source))


_LIST_NUMBER = compile_on_use(r"\(?(?:\d{1,3}|[a-z]|[ivxl]{1,5})[.)]", re.IGNORECASE)


def _is_list_marker(quotable: QuotableStatement, left_out: range) -> bool:
    if len(left_out) != 1:
        return False
    passage = _passage_at(quotable.statement, int(quotable.words.starts[left_out.start]))
    marker = _LIST_NUMBER.match(passage.text) if passage else None
    return passage is not None and marker is not None and (
        passage.start <= quotable.words.starts[left_out.start] < passage.start + marker.end()
    )  # fmt: skip


def _has_parts(quotable: QuotableStatement, comparison: _Comparison) -> bool:
    """Tell whether the runs are long enough to be parts of a quotation: longer where they are further apart."""
    starts = [run.source[0] for run in comparison.runs]
    passages = {_passage_number(quotable.statement, int(quotable.words.starts[start])) for start in starts}
    least = _PART_WORDS if len(passages) > 1 else _PART_WORDS - 1
    lengths = [run.source[1] - run.source[0] + 1 for run in comparison.runs]
    return min(lengths) >= least or (
        len(passages) == 1 and all(change.is_marked for change in comparison.changes[1:-1])
    )


def _closeness(quotation: _Quotation, quotable: QuotableStatement, comparison: _Comparison) -> float:
    """Return the share of the quotation's worth that the place has, less what was changed; at most 1.

    Slips count half, and so do words that were moved: from the same sentence, or as a part from anywhere.
    """
    scores = _word_scores(quotation)
    keys = quotation.words.keys
    unused = Counter(quotable.words.keys[at] for at in _unused_words(quotable, comparison))
    half = 0
    for change in comparison.changes:
        known = _slips(quotable.words, quotation.words, change) | _moved_part(quotable.words, quotation.words, change)
        for at in change.quoted:
            if at in known or unused[keys[at]] > 0:
                unused[keys[at]] -= 1
                half += scores[at] // 2 + _CHANGED_WORD_COST
    return min(1.0, max(0.0, (comparison.score + half) / max(1, sum(scores))))


def _unused_words(quotable: QuotableStatement, comparison: _Comparison) -> Iterator[int]:
    """Yield the words of the sentences around the runs, and between them where that is short, that are in no run."""
    if not comparison.runs:
        return
    first, last = comparison.runs[0].source[0], comparison.runs[-1].source[1]
    yield from range(_words_within(quotable.words, *_sentence_around(quotable, first)).start, first)
    for change in comparison.changes[1:-1]:
        yield from change.source[:_OPENING_WORDS]
    yield from range(last + 1, _words_within(quotable.words, *_sentence_around(quotable, last)).stop)


def _slips(source: _Words, quoted: _Words, change: _Change) -> set[int]:
    """Return which of the quotation's words stand where the source has nearly the same word."""
    if len(change.source) != len(change.quoted):
        return set()
    pairs = zip(change.source, change.quoted, strict=True)
    return {right for left, right in pairs if _is_slip(source.keys[left], quoted.keys[right])}


def _moved_part(source: _Words, quoted: _Words, change: _Change) -> set[int]:
    """Return the words put in if the source has all of them together somewhere."""
    words = [quoted.keys[at] for at in change.quoted]
    is_part = len(words) >= _PART_WORDS and f" {' '.join(words)} " in source.joined
    return set(change.quoted) if is_part else set()


_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЅЈαοερτυκινΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsdhqwABEKMHOPCTYXISJaoeptukivABEZHIKMNOPTYX"
)
"""Cyrillic and Greek letters that look like Latin ones."""


def _has_lookalikes(quotation: _Quotation, source: _Words, change: _Change) -> bool:
    if len(change.source) != len(change.quoted):
        return False
    left = "".join(source.surfaces[at] for at in change.source)
    right = "".join(quotation.words.surfaces[at] for at in change.quoted)
    is_alike = fold(left.translate(_LOOKALIKES)) == fold(right.translate(_LOOKALIKES))
    return is_alike and fold(left) != fold(right)


# -- the closest place -----------------------------------------------------------------------------------------------

_FIRST_CUT = 200
_SECOND_CUT = 8
_WORDS_ALIGNED = 16_000
"""Of the quotation, in all candidates: what is that long has one source, or none."""
_LEAST_PROMISE = 3
"""Which part of the best stretch's words another statement must have together to be aligned at all."""


def _closest_match(quotation: _Quotation, quotables: Sequence[QuotableStatement]) -> QuoteMatch | None:
    """Return the match with the place that the quotation fits best; None if no word of it is anywhere."""
    best: tuple[QuotableStatement, _Alignment] | None = None
    for quotable in _candidates(quotation, quotables):
        alignment = _align(quotation, quotable.words)
        if alignment.pairs and (best is None or alignment.score > best[1].score):
            best = (quotable, alignment)
    if best is None:
        return None
    quotable, alignment = best
    comparison = _read_alignment(quotation, quotable, alignment)
    if not comparison.runs:
        return None
    verdict, notes = _judge(quotation, quotable, comparison)
    closeness = _closeness(quotation, quotable, comparison)
    if verdict is Verdict.NOT_FOUND:
        longest = max(comparison.runs, key=lambda run: run.source[1] - run.source[0])
        passage = _passage_at(quotable.statement, int(quotable.words.starts[longest.source[0]]))
        passages = (passage,) if passage else ()
        return QuoteMatch(verdict, quotable.statement, passages, closeness=closeness)
    parts = tuple(_parts(quotation, quotable, comparison))
    return _match_of(verdict, quotable, parts, notes, closeness=closeness)


def _candidates(quotation: _Quotation, quotables: Sequence[QuotableStatement]) -> list[QuotableStatement]:
    """Return the statements worth aligning with, in order of promise: rare words shared, then shared words together."""
    wanted = sorted(set(quotation.words.keys))
    found = [[word for word in wanted if word in quotable.words.vocabulary] for quotable in quotables]
    count = dict.fromkeys(wanted, 0)
    for words in found:
        for word in words:
            count[word] += 1
    worth = {word: (1.0 if word in _FUNCTION_WORDS else 5.0) / (1 + count[word]) ** 0.25 for word in wanted}
    promise = [sum(worth[word] for word in words) for words in found]
    first = sorted(range(len(quotables)), key=lambda at: -promise[at])[:_FIRST_CUT]
    length = len(quotation.words.keys) * 3 // 2 + 8
    chunk = range(min(len(quotation.words.keys), _CHUNK_WORDS))
    together = {at: _best_window(quotation, quotables[at].words, chunk, length) for at in first if promise[at]}
    least = max(together.values(), default=0) // _LEAST_PROMISE
    second = sorted((at for at in together if together[at] >= least), key=lambda at: (-together[at], at))
    most = max(1, min(_SECOND_CUT, _WORDS_ALIGNED // len(quotation.words.keys)))
    return [quotables[at] for at in second[:most]]


def _best_window(quotation: _Quotation, source: _Words, chunk: range, length: int) -> int:
    return int(np.max(_window_sums(_hits(quotation, source, chunk), length)))


# -- passages and spans ----------------------------------------------------------------------------------------------


def _match_of(
    verdict: Verdict,
    quotable: QuotableStatement,
    parts: tuple[QuotePart, ...],
    notes: Iterable[QuoteNote],
    *,
    closeness: float,
) -> QuoteMatch:
    statement = quotable.statement
    shown = [part.span for part in parts if part.span is not None]
    same = [part.span for part in parts if part.span is not None and part.kind is PartKind.SAME]
    first, last = shown[0].start, shown[-1].end
    passages = [passage for span in same or shown for passage in _passages_of(statement, span)]
    return QuoteMatch(
        verdict,
        statement,
        passages=tuple({passage.id: passage for passage in passages}.values()),
        spans=tuple(piece for span in same for piece in _within_passages(statement, span)),
        diff=parts,
        before=_trimmed(quotable.words.text, _sentence_at(statement, first)[0], first),
        after=_trimmed(quotable.words.text, last, _sentence_at(statement, last - 1)[1]),
        notes=tuple(sorted(notes)),
        closeness=closeness,
    )


def _parts(quotation: _Quotation, quotable: QuotableStatement, comparison: _Comparison) -> Iterator[QuotePart]:
    """Yield the comparison in reading order: what was left out before what was put in its place."""
    source = quotable.words
    for at, change in enumerate(comparison.changes):
        if change.source:
            yield _source_part(PartKind.LEFT_OUT, source, _inner_extent(source, change.source[0], change.source[-1]))
        if change.quoted:
            first, last = change.quoted[0], change.quoted[-1]
            span = _inner_extent(quotation.words, first, last)
            yield QuotePart(PartKind.PUT_IN, quotation.words.text[span.start : span.end])
        if at < len(comparison.runs):
            run = comparison.runs[at]
            is_last = at == len(comparison.runs) - 1 and not comparison.changes[-1].source
            yield _source_part(PartKind.SAME, source, _extent_of_run(source, quotation.words, run, is_last=is_last))


def _source_part(kind: PartKind, source: _Words, span: Span) -> QuotePart:
    return QuotePart(kind, source.text[span.start : span.end], span)


def _extent_of_run(source: _Words, quoted: _Words, run: _Run, *, is_last: bool) -> Span:
    inner = _inner_extent(source, *run.source)
    outer = _extent(source, quoted, run.source)
    start = outer.start if run.quoted[0] == 0 else inner.start
    end = outer.end if is_last else inner.end
    return Span(start, end)


_OPENING = frozenset("([{\"'“‘„«¿¡")
_CLOSING = frozenset(")]}\"'”’».,;:!?…")


def _inner_extent(words: _Words, first: int, last: int) -> Span:
    """Return the span of some words with the brackets and marks that touch them."""
    start, end = int(words.starts[first]), int(words.ends[last])
    while start > 0 and words.text[start - 1] in _OPENING:
        start -= 1
    while end < len(words.text) and words.text[end] in _CLOSING:
        end += 1
    return Span(start, end)


def _extent(source: _Words, quoted: _Words, stretch: tuple[int, int]) -> Span:
    """Return the span of words of the source, with the punctuation around them that the quotation has too."""
    start, end = int(source.starts[stretch[0]]), int(source.ends[stretch[1]])
    head, tail = fold(quoted.text[: quoted.starts[0]]), fold(quoted.text[quoted.ends[-1] :])
    for mark in reversed(head):
        if start == 0 or fold(source.text[start - 1]) != mark:
            break
        start -= 1
    for mark in tail:
        if end == len(source.text) or fold(source.text[end]) != mark:
            break
        end += 1
    return Span(start, end)


def _passage_number(statement: Statement, offset: int) -> int:
    """Return the position of the last passage that begins at or before an offset; -1 if none does."""
    return bisect_right(statement.passages, offset, key=lambda passage: passage.start) - 1


def _passage_at(statement: Statement, offset: int) -> Passage | None:
    number = _passage_number(statement, offset)
    return statement.passages[number] if number >= 0 and offset < statement.passages[number].end else None


def _passages_of(statement: Statement, span: Span) -> list[Passage]:
    first = max(0, _passage_number(statement, span.start))
    last = _passage_number(statement, span.end - 1)
    return [passage for passage in statement.passages[first : last + 1] if passage.end > span.start]


def _within_passages(statement: Statement, span: Span) -> list[Span]:
    """Return the pieces of a span that lie in passages."""
    pieces = [
        Span(max(span.start, passage.start), min(span.end, passage.end)) for passage in _passages_of(statement, span)
    ]
    return [piece for piece in pieces if piece.start < piece.end]


def _sentence_around(quotable: QuotableStatement, word: int) -> tuple[int, int]:
    return _sentence_at(quotable.statement, int(quotable.words.starts[word]))


def _sentence_at(statement: Statement, offset: int) -> tuple[int, int]:
    """Return where the sentence around an offset begins and ends; nowhere where there is none."""
    passage = _passage_at(statement, offset)
    sentences = passage.sentences if passage else ()
    number = bisect_right(sentences, offset, key=lambda sentence: sentence.start) - 1
    if number < 0 or offset >= sentences[number].end:
        return offset, offset
    return sentences[number].start, sentences[number].end


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the span of what stands between two offsets, or None where that is no word."""
    words = text[start:end]
    if not any(letter.isalnum() for letter in words):
        return None
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))


# -- quotations in a message -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a message: its words without the marks around them.

    `start` and `end` are half-open offsets into the message, of the words; of its lines for a block quotation ("> …"),
    whose words are given without the marks. `depth` counts the quotations it stands in.
    """

    text: str
    start: int
    end: int
    depth: int = 0
    is_block: bool = False


_MARK = compile_on_use(r"[\"“”„‟«»‘’‚'＂]")
_BLOCK = compile_on_use(r"^[ \t]*>[^\n]*(?:\n[ \t]*>[^\n]*)*", re.MULTILINE)
_CLOSERS = {'"': '"”', "＂": "＂", "“": '”"', "‟": '”"', "„": '“”"', "«": "»", "»": "«", "‘": "’", "‚": "‘’", "'": "'"}
_SINGLE_OPENERS = "‘‚'"
_NESTED = "“«"
_MOST_OPENED = 8
"""Marks that stand open at once. People nest three; whoever opens thousands would have each compared with all."""

_SINGLE_QUOTED_WORDS = 3
"""An apostrophe is more often one; only a phrase between two of them is surely a quotation."""


def find_quotations(text: str) -> list[Quotation]:
    """Return what a message quotes, in reading order, the outer before the inner.

    Between straight, curly or angled quotation marks, and in block quotations; in single marks only a phrase of three
    words or more. What is opened and never closed is no quotation, but for a paragraph that the next one goes on from.
    """
    blocks = [
        Quotation(_BLOCK_MARK.sub("", match.group()).strip(), match.start(), match.end(), is_block=True)
        for match in _BLOCK.finditer(text)
    ]
    found = [*_marked_quotations(text), *blocks]
    outermost_first = sorted((one for one in found if one.text), key=lambda one: (one.start, -one.end))
    return list(_with_depths(outermost_first))


def _marked_quotations(text: str) -> Iterator[Quotation]:
    opened: list[int] = []
    for match in _MARK.finditer(text):
        at = match.start()
        level = _closed_level(text, opened, at)
        if level is not None:
            yield from _quotation(text, opened[level] + 1, at)
            del opened[level:]
        elif _opens(text, at):
            level = next((level for level, begin in enumerate(opened) if text[begin] == text[at]), None)
            if level is not None:
                # A paragraph that begins with the mark anew goes on with the quotation of the last one.
                border = text.rfind("\n", opened[level], at)
                goes_on = border >= 0 and not text[border:at].strip()
                if goes_on:
                    yield from _quotation(text, opened[level] + 1, border)
                # Marks that tell opening from closing may stand in one another: “they say “peace” now”.
                if goes_on or text[at] not in _NESTED:
                    del opened[level:]
            opened.append(at)
            del opened[:-_MOST_OPENED]


def _closed_level(text: str, opened: Sequence[int], at: int) -> int | None:
    """Return which of the open marks the one at `at` closes: the innermost that it fits."""
    if at == 0 or text[at - 1].isspace() or (text[at] in "'’‘" and text[at + 1 : at + 2].isalnum()):
        return None
    levels = [level for level in range(len(opened) - 1, -1, -1) if text[at] in _CLOSERS[text[opened[level]]]]
    # The mark's own kind first: '"the “open door"' ends where it began.
    return next((level for level in levels if text[at] == text[opened[level]]), levels[0] if levels else None)


def _opens(text: str, at: int) -> bool:
    if text[at] not in _CLOSERS or not text[at + 1 : at + 2].strip():
        return False
    return text[at] in "“„‟«" or at == 0 or not text[at - 1].isalnum()


def _quotation(text: str, start: int, end: int) -> Iterator[Quotation]:
    words = text[start:end]
    is_phrase = text[start - 1] not in _SINGLE_OPENERS or len(words.split()) >= _SINGLE_QUOTED_WORDS
    if words.strip() and is_phrase:
        lead = len(words) - len(words.lstrip())
        yield Quotation(words.strip(), start + lead, start + len(words.rstrip()))


def _with_depths(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    ends: list[int] = []
    for one in quotations:
        while ends and ends[-1] < one.end:
            ends.pop()
        yield Quotation(one.text, one.start, one.end, len(ends), one.is_block)
        ends.append(one.end)
