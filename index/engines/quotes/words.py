"""The words of a statement and of a quotation, as they are compared."""

import re
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.corpus.statements import Statement
from index.text.plain import MARKS, SUPERSCRIPTS, read_plain
from index.text.tokens import fold


def word_set(words: str) -> frozenset[str]:
    """Return the words of a line as a set."""
    return frozenset(words.split())


_TYPOGRAPHY = {ord(char): fold(char) for char in "‐‑‒–—―−﹘﹣－‘’‚‛′ʼ`´＇“”„‟″«»＂"}
"""Curly quotation marks and dashes as typewriters have them, by the table that all lookups share."""

Offsets = NDArray[np.int32]

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

CURRENCIES = "$¢£¤¥\u20a0-\u20cf"


_LETTER = rf"[^\W_{_CJK}{SUPERSCRIPTS}]"
_TOKEN = re.compile(
    rf"""
      \[\d{{1,3}}\]                                 # '[12]', a footnote's mark
    | [{SUPERSCRIPTS}]+
    | (?<![^\s(])-(?=\d)                            # '-5', a minus sign; not '2006-2009', '– 2397'
    | [{CURRENCIES}%‰&+=±×÷°§@≤≥≈]                 # '$10' is not '10', '50%' not '50'
    | (?:<|(?<=[\w(])>|(?<=[\w,;][ ])>)(?=[ ]?[{CURRENCIES}]?\d)  # '<10', 'and > 10'; not the mark of a quoted line
    | [{_CJK}]                                      # no spaces between words
    | \d+(?:[.:/]\d+|,\d{{3}}(?!\d))+[^\W_{_CJK}]*          # '1.5', '1,718', '16:30', '10/11'; not 'paragraphs 5,6'
    | (?<![^\W_])[A-Za-z]{{1,2}}[²³](?![^\W_])          # 'km²', no footnote
    | (?<![^\W_])[A-Za-z](?:\.[A-Za-z])+(?![^\W_])\.?       # 'U.S.', 'p.m.'
    | (?<=[\w.)\]"%])'[sS](?![^\W_])               # 'the DPRK's'; not ''S/2015/1''
    | (?:\[[^\W\d_]{{1,4}}\](?=[^\W_]))?            # '[W]e'
      {_LETTER} (?:{_LETTER} | [{MARKS}] | '(?![sS](?![^\W_]))(?=[^\W\d_]) | \[[^\W\d_]{{1,4}}\])*
                                                    # 'don't', 'condemn[ed]', 'F16'
    """,
    re.VERBOSE,
)
"""What counts as a word; everything between two words is punctuation and white space."""

_ASIDE = re.compile(r"[\[(]sic!?[\])]", re.IGNORECASE)
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
NOT_IN_KEY = str.maketrans("", "", "'[]")
PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"}
)
"""Letters that English writes without what makes them others, and that are no letter with an accent."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: their keys, equal for words that may be the same, and their offsets into the text."""

    text: str
    keys: tuple[str, ...]
    starts: Offsets
    ends: Offsets
    surfaces: tuple[str, ...]  # each word as written, but for invisible characters and the form of its letters
    joined: str  # the keys, with one space before and after each
    joined_at: Offsets  # where each key's space stands in `joined`
    vocabulary: dict[str, int]
    ids: Offsets  # the key of each word, by its place in the vocabulary
    plain: str  # the text as it is seen, with plain quotation marks and dashes
    plain_at: Offsets  # where each word begins and ends in it, (n, 2)

    def between(self, word: int) -> str:
        """What stands between a word and the next, without mark-up."""
        return self.plain[self.plain_at[word, 1] : self.plain_at[word + 1, 0]]


@dataclass(frozen=True, slots=True)
class QuotableStatement:
    """A statement with its words made ready for comparison; worth keeping, since that takes the longest."""

    statement: Statement
    words: Words


def prepare(statement: Statement) -> QuotableStatement:
    """Make the words of a statement ready for comparison."""
    return QuotableStatement(statement, _words_of(statement.text))


def _words_of(text: str) -> Words:
    seen = read_plain(text)
    # An aside of the same length keeps the offsets; nobody said "[sic]", in a statement or in a quotation.
    plain = _ASIDE.sub(lambda match: " " * len(match.group()), seen.text.translate(_TYPOGRAPHY))
    folded = fold(plain)
    spans = [match.span() for match in _TOKEN.finditer(plain)]
    # The same few thousand words make up all statements: each is held once.
    surfaces = tuple(sys.intern(plain[start:end]) for start, end in spans)
    keys = tuple(sys.intern(_key(plain[start:end], folded[start:end])) for start, end in spans)
    at = np.array([seen.span(*span) for span in spans], dtype=np.int32).reshape(-1, 2)
    lengths = np.array([len(key) + 1 for key in keys], dtype=np.int32)
    vocabulary: dict[str, int] = {}
    ids = np.array([vocabulary.setdefault(key, len(vocabulary)) for key in keys], dtype=np.int32)
    return Words(
        text=text, keys=keys, starts=at[:, 0], ends=at[:, 1], surfaces=surfaces, joined=f" {' '.join(keys)} ",
        joined_at=np.cumsum(lengths, dtype=np.int32) - lengths, vocabulary=vocabulary, ids=ids, plain=plain,
        plain_at=np.array(spans, dtype=np.int32).reshape(-1, 2),
    )  # fmt: skip


def _key(surface: str, folded: str) -> str:
    """Return what a word is found by: without case, accents, apostrophes, the dots of 'U.S.', the comma of '1,718'."""
    if folded.isalnum() and surface[0] not in SUPERSCRIPTS:
        return folded if folded.isascii() else folded.translate(PLAIN_LETTERS)
    if surface[0] in SUPERSCRIPTS:
        return f"^{folded}"
    if is_footnote(surface) or folded == "'s":
        return folded
    if surface[0].isdigit():
        return folded.replace(",", "") if THOUSANDS.fullmatch(surface) else folded
    return folded.translate(NOT_IN_KEY).replace(".", "").translate(PLAIN_LETTERS) or folded


def is_footnote(surface: str) -> bool:
    """Tell whether a word is the mark of a footnote: '[12]', '¹'."""
    return surface[0] in SUPERSCRIPTS or (surface[0] == "[" and surface[1:-1].isdigit())


FUNCTION_WORDS = word_set(
    "a about after all also an and any are as at be been before being both but by can could did do does for from had "
    "has have he her his how if in into is it its may more most of on or other our out over s she should so some such "
    "than that the their them then there these they this those through to under up was we were what when which who "
    "will with would you your 's"
)
"""Words that any two texts share. Negations are not among them."""


_ELLIPSIS = re.compile(r"\.(?:\s?\.)+")
_BRACKETS = re.compile(r"\[(?P<words>[^\[\]]*)\]")
BLOCK_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_PAIRS_OF_MARKS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "‚": "‘’", "*": "*", "_": "_"}

_MOST_MARKS = 4
"""Marks in marks: emphasis around a quotation in a quotation."""


@dataclass(frozen=True, slots=True)
class TypedQuotation:
    """A quotation as its writer meant it: `is_marked` tells of each word whether an ellipsis or bracket is before it.

    `forms` are the ways to read what was typed, with and without the quotation marks around it; each with the offset
    of its first word.
    """

    words: Words
    is_marked: tuple[bool, ...]  # one more than there are words
    is_bracketed: tuple[bool, ...]
    is_of_one_case: bool
    forms: tuple[tuple[str, int], ...]


def read_quotation(quote: str) -> TypedQuotation:
    """Read a quotation with and without the quotation marks around it."""
    typed = _without_block_marks(quote).strip()
    inner = _without_quotation_marks(typed)
    words = _words_of(inner)
    first = int(words.starts[0]) if words.keys else 0
    outer = typed.find(inner)
    marked, bracketed = _marks_of(words)
    return TypedQuotation(
        words=words,
        is_marked=marked,
        is_bracketed=bracketed,
        is_of_one_case=_is_of_one_case(words),
        forms=((typed, first + outer), (inner, first)),
    )


def _without_block_marks(quote: str) -> str:
    lines = [line for line in quote.splitlines() if line.strip()]
    return BLOCK_MARK.sub("", quote) if lines and all(line.lstrip().startswith(">") for line in lines) else quote


def _without_quotation_marks(text: str) -> str:
    for _ in range(_MOST_MARKS):
        if len(text) > 2 and text[-1] in _PAIRS_OF_MARKS.get(text[0], ""):
            text = text[1:-1].strip()
    return text


def _is_of_one_case(words: Words) -> bool:
    """Tell whether the case of single words says nothing: all small letters, all capitals, or A Title's Words."""
    text = words.text
    return text in {text.lower(), text.upper()} or (
        len(words.keys) > 1 and not any(text[start].islower() for start in words.starts)
    )


def _marks_of(words: Words) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return before which words an omission is marked, and which words stand in brackets or partly so."""
    count = len(words.keys)
    gaps = [0, *map(int, words.plain_at[:, 1])]
    nexts = [*map(int, words.plain_at[:, 0]), len(words.plain)]
    marked = [bool(_ELLIPSIS.search(words.plain[gaps[at] : nexts[at]])) for at in range(count + 1)]
    bracketed = [False] * count
    for match in _BRACKETS.finditer(words.text):
        for at in words_within(words, match.start(), match.end()):
            bracketed[at] = not is_footnote(words.surfaces[at])
            marked[at] = marked[at + 1] = marked[at + 1] or bracketed[at]
    return tuple(marked), tuple(bracketed)


def words_within(words: Words, start: int, end: int) -> range:
    """Return the words that lie within a stretch of the text, or overlap it."""
    # Of the array's own type: else all of it is converted first.
    first, stop = (
        np.searchsorted(words.ends, np.int32(start), side="right"),
        np.searchsorted(words.starts, np.int32(end)),
    )
    return range(int(first), int(stop))
