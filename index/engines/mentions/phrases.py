"""Every occurrence of words and phrases: how often, where and under which other names; or a proven absence."""

import datetime
import re
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind, Sentence, Span, Statement
from index.text.definitions import Definition, find_definitions
from index.text.inflections import inflections_of, number_forms_of
from index.text.names import (
    ORDINARY_WORDS,
    Entity,
    EntityKind,
    Gazetteer,
    HolderKind,
    OtherName,
    gazetteer,
    is_acronym,
    name_key,
)
from index.text.plain import read_plain
from index.text.tokens import fold


class FormKind(StrEnum):
    """How a form that was looked for stands to what was typed."""

    TYPED = "typed"
    SPELLING = "spelling"  # "U.S." for "US"
    INFLECTION = "inflection"  # "sanctions" for "sanction"
    NAME = "name"  # "North Korea" for "DPRK"
    METONYM = "metonym"  # "Pyongyang"
    ADJECTIVE = "adjective"  # "North Korean"
    DEFINED = "defined"  # what the statement itself abbreviates
    HOLDER = "holder"  # "South China Sea" for "China", "South Sudan" for "Sudan"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a form stands; the span is one of offsets into the statement's text."""

    statement: Statement
    passage: Passage
    span: Span

    @property
    def text(self) -> str:
        """The words as the statement has them."""
        return self.statement.text[self.span.start : self.span.end]

    @property
    def sentence(self) -> Sentence:
        """The sentence in which it begins."""
        sentences = self.passage.sentences
        return sentences[max(0, bisect_right(sentences, self.span.start, key=_start_of) - 1)]

    @property
    def is_in_body(self) -> bool:
        """Whether the passage is a numbered paragraph, rather than a title, release line or heading."""
        return self.passage.kind in NUMBERED_KINDS


@dataclass(frozen=True, slots=True)
class FormCount:
    """One form that was looked for and where it stands, in reading order; nowhere, where nothing is listed."""

    text: str
    kind: FormKind
    occurrences: tuple[Occurrence, ...] = ()

    @property
    def in_body(self) -> tuple[Occurrence, ...]:
        """What stands in numbered paragraphs."""
        return tuple(one for one in self.occurrences if one.is_in_body)


@dataclass(frozen=True, slots=True)
class PhraseCount:
    """Where a phrase stands in the statements that were scanned.

    `forms` are the words as typed, always first and even where they stand nowhere, and the other forms of the same
    word that do. `other_names` are counted apart; of those that stand nowhere only the plainest are listed, though
    all were looked for.
    `within` are occurrences among `forms` that are part of a longer name ("South China Sea"); `left_out` those that
    are no occurrences because another state's name holds them ("South Sudan" for "Sudan").
    `title_only` are statements whose title has the phrase where their text does not repeat the title.
    `is_seat` tells that a seat was typed ("Jerusalem"): a text that names the state says nothing of the city, so the
    state's names are counted beside it, and do not make it occur.
    """

    phrase: str
    forms: tuple[FormCount, ...]
    other_names: tuple[FormCount, ...]
    within: tuple[FormCount, ...]
    left_out: tuple[FormCount, ...]
    title_only: tuple[Statement, ...]
    statements: int  # scanned
    sentences: int  # scanned, of numbered paragraphs; titles, release lines and headings are scanned with them
    is_seat: bool = False

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """All forms together, in the order of the statements and of reading."""
        return _in_order(one for form in self.forms for one in form.occurrences)

    @property
    def in_body(self) -> tuple[Occurrence, ...]:
        """What of these stands in numbered paragraphs: the count that is told."""
        return tuple(one for one in self.occurrences if one.is_in_body)

    @property
    def is_absent(self) -> bool:
        """Whether neither the words nor another name stands anywhere, titles included. An adjective is no name."""
        return not self.title_only and not self.occurrences and (self.is_seat or not self._has_other_names)

    @property
    def is_under_other_names_only(self) -> bool:
        """Whether the words as typed stand nowhere but another name does: "North Korea → text says DPRK"."""
        return not self.occurrences and self._has_other_names and not self.is_seat

    @property
    def _has_other_names(self) -> bool:
        return any(form.occurrences for form in self.other_names if form.kind is not FormKind.ADJECTIVE)


@dataclass(frozen=True, slots=True)
class Appearance:
    """The occurrences in one statement."""

    statement: Statement
    occurrences: tuple[Occurrence, ...]


class ScannedText:
    """A statement made ready to be scanned: its passages folded and joined so that no phrase runs over their borders.

    Mark-up and what nobody sees is gone, runs of white space are one space, and hyphens within words are spaces.
    """

    __slots__ = (
        "_passage_starts",
        "_plain",
        "_plain_starts",
        "_scan_starts",
        "definitions",
        "letters",
        "sentences",
        "statement",
        "title",
    )

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.sentences = statement.summary.sentences
        self._passage_starts = [passage.start for passage in statement.passages]
        self._plain = read_plain(statement.text)
        self._scan_starts: list[int] = []
        self._plain_starts: list[int] = []
        self.letters = _Letters.from_text(self._join_passages())
        kinds = {passage.kind for passage in statement.passages}
        self.title = None if PassageKind.TITLE in kinds else _Letters.from_text(_scan_form(statement.title))
        self.definitions: dict[str, list[Definition]] = {}
        for definition in find_definitions(statement.text):
            for name in (definition.short, definition.long):
                self.definitions.setdefault(name_key(name), []).append(definition)

    def occurrence(self, start: int, end: int) -> Occurrence:
        """Return the occurrence at half-open offsets into the scanned text."""
        first, last = self._plain.span(self._plain_offset(start), self._plain_offset(end - 1) + 1)
        passage = self.statement.passages[bisect_right(self._passage_starts, first) - 1]
        return Occurrence(self.statement, passage, Span(first, last))

    def _join_passages(self) -> str:
        parts: list[str] = []
        length = 0
        for passage in self.statement.passages:
            begins, ends = self._plain.offset(passage.start), self._plain.offset(passage.end)
            for piece, start in _pieces(self._plain.text[begins:ends]):
                self._scan_starts.append(length)
                self._plain_starts.append(begins + start)
                parts.append(piece)
                length += len(piece)
            parts.append(_PASSAGE_BORDER)
            length += len(_PASSAGE_BORDER)
        return "".join(parts)

    def _plain_offset(self, at: int) -> int:
        piece = bisect_right(self._scan_starts, at) - 1
        return self._plain_starts[piece] + at - self._scan_starts[piece]


def find_occurrences(phrase: str, scanned: ScannedText) -> list[Occurrence]:
    """Return every occurrence of exactly these words, in reading order.

    Case, kinds of quotation marks, hyphens and white space make no difference; the case of a known acronym does.

    Raises:
        ValueError: if the phrase has neither letter nor digit.
    """
    search = _Search(phrase, gazetteer(), is_exact=True)
    return [scanned.occurrence(start, end) for start, end, _ in search.typed.find(scanned.letters)]


def count_phrase(
    phrase: str, scanned: Sequence[ScannedText], *, is_exact: bool = False, names: Gazetteer | None = None
) -> PhraseCount:
    """Count a phrase in statements: the words as typed, and beside them their other names.

    A single word is found in its other forms too ("sanctions" for "sanction"), and of several the last in singular
    and plural, each form counted apart. `is_exact`, for what was given in quotation marks, finds the words only.

    Raises:
        ValueError: if the phrase has neither letter nor digit.
    """
    known = names or gazetteer()
    search = _Search(phrase, known, is_exact=is_exact)
    tally = _Tally()
    for one in scanned:
        search.scan(one, tally)
    return PhraseCount(
        phrase=phrase,
        forms=tally.forms(search.name),
        other_names=tally.other_names(search.other_names, search.listed),
        within=tally.holders(tally.within),
        left_out=tally.holders(tally.left_out),
        title_only=tuple(one.statement for one in scanned if search.is_in_title_only(one)),
        statements=len(scanned),
        sentences=sum(one.sentences for one in scanned),
        is_seat=known.is_seat(phrase),
    )


def count_by_passage(occurrences: Iterable[Occurrence]) -> list[tuple[Passage, int]]:
    """Return the passages of occurrences with how many each has, in the order given."""
    counts: dict[str, tuple[Passage, int]] = {}
    for one in occurrences:
        counts[one.passage.id] = (one.passage, counts.get(one.passage.id, (one.passage, 0))[1] + 1)
    return list(counts.values())


def appearances(occurrences: Iterable[Occurrence]) -> tuple[list[Appearance], list[Appearance]]:
    """Return the statements that have occurrences: the dated ones, earliest first, and apart from them the undated."""
    by_statement: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        by_statement.setdefault(one.statement.id, []).append(one)
    found = [Appearance(ones[0].statement, tuple(ones)) for ones in by_statement.values()]
    dated = sorted((one for one in found if one.statement.date), key=_date_of)
    return dated, [one for one in found if not one.statement.date]


# -- text → what is scanned ------------------------------------------------------------------------------------------

_PASSAGE_BORDER = "\n"
_HYPHEN = re.compile(r"(?<=[^\W_])[-‐‑–−](?:[ \t]?\n[ \t]*)?(?=[^\W_])")
"""'missile-related' is two words to whoever counts "missile"; an em dash stands between clauses and stays."""
_SPACE = re.compile(r"\s")
_RUN = re.compile(" {2,}")


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Yield the stretches of a plain text that are scanned, each with where it begins in it."""
    spaced = _SPACE.sub(" ", _HYPHEN.sub(_blank, text))
    at = 0
    for run in _RUN.finditer(spaced):
        yield f"{spaced[at : run.start()]} ", at
        at = run.end()
    yield spaced[at:], at


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text as it is scanned, folded and with its capitals, and the acronyms that it has with full stops."""

    folded: str
    cased: str
    dotted: frozenset[str]

    @classmethod
    def from_text(cls, text: str) -> "_Letters":
        """Fold a text that stands as it is scanned."""
        folded = _PASSAGE_BORDER.join(fold(piece) for piece in text.split(_PASSAGE_BORDER))
        # Plain ASCII takes a quarter of the room and of the time.
        cased = _NOT_ASCII.sub(_fold_match, text)
        return cls(folded, cased, frozenset(_DOTTED.findall(cased)))


_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,5}")
"""'U.S.', 'D.P.R.K.'"""


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _fold_match(match: re.Match[str]) -> str:
    return fold(match.group())


def _scan_form(text: str) -> str:
    return "".join(piece for piece, _ in _pieces(read_plain(text).text)).strip()


def _start_of(sentence: Sentence) -> int:
    return sentence.start


# -- finding ---------------------------------------------------------------------------------------------------------

_WORD_REST = re.compile(r"[^\W_]*")
_THOUSANDS = 3


@dataclass(frozen=True, slots=True)
class _Needle:
    """Whole words that begin alike: "sanction", "sanctions" and "sanctioned" are found in one pass."""

    prefix: str
    forms: frozenset[str]
    is_cased: bool = False
    is_dotted: bool = False

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the half-open offsets of the forms, in order, none over another."""
        begins_word = self.prefix[0].isalnum()
        at = text.find(self.prefix)
        while at >= 0:
            end = at + 1
            if not (begins_word and at and text[at - 1].isalnum()):
                word_end = _WORD_REST.match(text, at + len(self.prefix)).end()  # type: ignore[union-attr]  # may be empty
                if text[at:word_end] in self.forms and not _is_part_of_number(text, at, word_end):
                    yield at, word_end
                    end = word_end
            at = text.find(self.prefix, end)


def _is_part_of_number(text: str, start: int, end: int) -> bool:
    """Tell whether digits go on before or after: "1718" is not in "1718.5", nor "718" in "1,718"."""
    if text[start].isdigit() and start > 1 and text[start - 2].isdigit():
        before = text[start - 1]
        group = _DIGITS.match(text, start)
        if before == "." or (before == "," and group is not None and len(group.group()) == _THOUSANDS):
            return True
    if text[end - 1].isdigit() and text[end : end + 1] in {".", ","}:
        group = _DIGITS.match(text, end + 1)
        return group is not None and (text[end] == "." or len(group.group()) == _THOUSANDS)
    return False


_DIGITS = re.compile(r"\d{1,4}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """All spellings of one thing to be found. `is_word` leaves out what stands in capitals: "us" is not "US"."""

    needles: tuple[_Needle, ...]
    is_word: bool = False

    def find(self, letters: _Letters) -> list[tuple[int, int, str]]:
        """Return the half-open offsets of what is wanted and its form, in order."""
        found: list[tuple[int, int, str]] = []
        for needle in self.needles:
            text = letters.cased if needle.is_cased else letters.folded
            # Most statements have none of it, and to learn that is all that most of the time is spent on.
            if needle.prefix in (letters.dotted if needle.is_dotted else text):
                found += [(start, end, text[start:end]) for start, end in needle.find(text)]
        if self.is_word:
            found = [one for one in found if not letters.cased[one[0] : one[1]].isupper()]
        return sorted(found) if len(self.needles) > 1 else found


def _literal(phrase: str) -> _Needle:
    form = fold(_scan_form(phrase))
    return _Needle(form, frozenset({form}))


def _acronym(name: str, endings: Iterable[str]) -> Iterator[_Needle]:
    """Yield an acronym in its capitals, with and without full stops: "US" and "U.S."."""
    bare = name.replace(".", "")
    yield _Needle(bare, frozenset(bare + ending for ending in endings), is_cased=True)
    if bare.isalpha() and bare.isupper() and len(bare) <= _DOTTED_LETTERS:
        dotted = "".join(f"{letter}." for letter in bare)
        yield _Needle(dotted, frozenset({dotted}), is_cased=True, is_dotted=True)


_DOTTED_LETTERS = 5


def _family(head: str, words: Iterable[str]) -> Iterator[_Needle]:
    """Yield what finds a phrase whose last word takes several forms, in as few passes as may be."""
    forms = sorted(head + word for word in words)
    shared = _shared_prefix(forms[0], forms[-1])
    if len(shared) >= _PREFIX_CHARACTERS or len(forms) == 1:
        yield _Needle(shared, frozenset(forms))
    else:
        yield from (_Needle(form, frozenset({form})) for form in forms)


_PREFIX_CHARACTERS = 3
"""A shorter beginning ("sa" of "say" and "said") stops at every other word."""


def _shared_prefix(left: str, right: str) -> str:
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    return left[:same]


# -- what is looked for ----------------------------------------------------------------------------------------------

_EDGES = " \t\r\n\"'“”‘’«»,;:!?()[]"
_GENITIVE = re.compile(r"['’]s\Z", re.IGNORECASE)
_ARTICLE = re.compile(r"\Athe\s+(?=\S)", re.IGNORECASE)
"""Before the whole phrase only: "Charter of the United Nations" keeps its own."""
_PLURAL = ("", "s")


class _Search:
    """One phrase and its other names, made ready once for all statements."""

    def __init__(self, phrase: str, names: Gazetteer, *, is_exact: bool) -> None:
        self._names = names
        self._term = _clean(phrase) if is_exact else _ARTICLE.sub("", _GENITIVE.sub("", _clean(phrase)), count=1)
        self._key = name_key(self._term)
        known = names.find_entity(self._term)
        self.name = _name_as_listed(self._term, known)
        if is_exact:
            self.typed = _Wanted(_exact_needles(self._term, known), is_word=self._term in ORDINARY_WORDS)
        else:
            self.typed = _Wanted(tuple(_typed_needles(self.name, known)), is_word=self._term in ORDINARY_WORDS)
        self._typed_forms = {self.name, fold(_scan_form(self.name))}
        self._entity = None if is_exact else known
        self._is_exact = is_exact
        self.other_names = () if is_exact else names.other_names(self._term)
        self.listed = frozenset((*known.names[:2], *known.metonyms[:1]) if known else ())
        self._others = [(name_key(alias.text), self._other(alias)) for alias in self.other_names]
        self._words = {word for name in (known.names if known else ()) for word in name_key(name).split()}
        self._holders: dict[str, list[tuple[str, int, str, HolderKind]]] = {}

    def scan(self, scanned: ScannedText, tally: "_Tally") -> None:
        """Add what one statement has to the tally."""
        taken: list[tuple[int, int]] = []
        for start, end, form in self.typed.find(scanned.letters):
            text, kind = self._holder(scanned.letters.folded, start, end)
            occurrence = scanned.occurrence(start, end)
            if kind is HolderKind.OTHER_STATE:
                tally.add(tally.left_out, text, FormKind.HOLDER, occurrence)
                continue
            if kind is HolderKind.LOOK_ALIKE:
                tally.add(tally.within, text, FormKind.HOLDER, occurrence)
            tally.add(tally.counted, *self._form(form), occurrence)
            taken.append((start, end))
        for name, relation, wanted in self._names_in(scanned):
            for start, end, _ in wanted.find(scanned.letters):
                if _is_free(taken, start, end) and self._holder(scanned.letters.folded, start, end)[1] in _OWN:
                    tally.add(tally.counted, name, relation, scanned.occurrence(start, end))
                    insort(taken, (start, end))

    def is_in_title_only(self, scanned: ScannedText) -> bool:
        """Tell whether the title has the phrase though the text does not repeat the title."""
        if scanned.title is None:
            return False
        found = self.typed.find(scanned.title)
        return any(
            self._holder(scanned.title.folded, start, end)[1] is not HolderKind.OTHER_STATE for start, end, _ in found
        )

    def _names_in(self, scanned: ScannedText) -> Iterable[tuple[str, FormKind, _Wanted]]:
        """Return the other names that hold in a statement: those known, and those it defines itself."""
        definitions = scanned.definitions
        found = [
            other
            for key, other in self._others
            if key not in definitions or not self._is_redefined(key, definitions[key])
        ]
        if self._key in definitions and not self._is_exact:
            known = {alias.text for alias in self.other_names}
            own = self._names.other_names(self._term, [(one.short, one.long) for one in definitions[self._key]])
            found += [self._other(alias) for alias in own if alias.text not in known]
        # An adjective takes only what no name holds: "Russian Federation" names Russia.
        return sorted(found, key=lambda other: other[1] is FormKind.ADJECTIVE)

    def _is_redefined(self, key: str, definitions: Iterable[Definition]) -> bool:
        """Tell whether a statement uses an acronym for something else: "AU" for an audit unit."""
        return any(
            name_key(definition.short) == key
            and not self._words & {word for word in name_key(definition.long).split() if word not in _JOINING}
            for definition in definitions
        )

    def _other(self, alias: OtherName) -> tuple[str, FormKind, _Wanted]:
        return alias.text, FormKind(alias.kind.value), self._wanted(alias)

    def _wanted(self, alias: OtherName) -> _Wanted:
        kind = self._entity.kind if self._entity else EntityKind.TERM
        if is_acronym(alias.text):
            return _Wanted(tuple(_acronym(alias.text, _PLURAL if kind is EntityKind.TERM else ("",))))
        return _Wanted(tuple(_in_both_numbers(alias.text)) if kind in _INFLECTED else (_literal(alias.text),))

    def _form(self, form: str) -> tuple[str, FormKind]:
        """Return how a found form of the typed words is listed."""
        if form in self._typed_forms:
            return self.name, FormKind.TYPED
        return form, FormKind.SPELLING if name_key(form) == self._key else FormKind.INFLECTION

    def _holder(self, folded: str, start: int, end: int) -> tuple[str, HolderKind]:
        """Return the longest known name that an occurrence is part of, or the occurrence as its own."""
        form = folded[start:end]
        if form not in self._holders:
            self._holders[form] = list(self._places_in_holders(form))
        for held, offset, text, kind in self._holders[form]:
            first = start - offset
            if first >= 0 and folded.startswith(held, first) and _stands_alone(folded, first, held):
                return text, kind
        return form, HolderKind.OWN

    def _places_in_holders(self, form: str) -> Iterator[tuple[str, int, str, HolderKind]]:
        """Yield the longer names that hold a form, with where in them it stands."""
        for holder in self._names.holders_of(form, self._entity):
            held = fold(_scan_form(holder.text))
            offset = f" {held} ".find(f" {form} ")
            if offset >= 0:
                yield held, offset, holder.text, holder.kind


_OWN = frozenset({HolderKind.OWN})
_JOINING = frozenset({"of", "the", "and", "for", "in", "on", "to", "a"})


def _clean(phrase: str) -> str:
    cleaned = " ".join(phrase.strip(_EDGES).split())
    if not any(character.isalnum() for character in cleaned):
        raise ValueError(f"expected a phrase with a letter or a digit, got {phrase!r}")
    return cleaned if is_acronym(cleaned) else cleaned.rstrip(".")


def _name_as_listed(term: str, entity: Entity | None) -> str:
    """Return a known name as it is written: "DPRK" for "dprk"; what is not known stays as typed."""
    names = (*entity.names, *entity.metonyms) if entity else ()
    return next((name for name in names if name_key(name) == name_key(term)), term)


def _exact_needles(term: str, entity: Entity | None) -> tuple[_Needle, ...]:
    if entity is not None and is_acronym(term):
        return (_Needle(term, frozenset({term}), is_cased=True),)
    return (_literal(term),)


def _typed_needles(name: str, entity: Entity | None) -> Iterator[_Needle]:
    """Yield what finds the words as typed, and their other forms where they are no known name."""
    if entity is not None and is_acronym(name):
        yield from _acronym(name, _PLURAL if entity.kind is EntityKind.TERM else ("",))
    elif entity is None or entity.kind in _INFLECTED:
        yield from _in_both_numbers(name)
    else:
        yield _literal(name)


_INFLECTED = frozenset({EntityKind.TERM, EntityKind.BODY})
"""'Houthi' and 'Houthis', 'ballistic missile' and 'ballistic missiles'; a state has no plural."""


def _in_both_numbers(phrase: str) -> Iterator[_Needle]:
    """Yield a single word in all its forms, and a phrase with its last word in singular and plural."""
    head, space, last = fold(_scan_form(phrase)).rpartition(" ")
    yield from _family(head + space, number_forms_of(last) if head else inflections_of(last))


def _is_free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_right(taken, (start, end))
    return not ((at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end))


def _stands_alone(text: str, start: int, name: str) -> bool:
    end = start + len(name)
    return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()


# -- counts ----------------------------------------------------------------------------------------------------------

_Counts = dict[tuple[FormKind, str], list[Occurrence]]


class _Tally:
    """What was found so far, by form."""

    def __init__(self) -> None:
        self.counted: _Counts = {}
        self.within: _Counts = {}
        self.left_out: _Counts = {}

    def add(self, counts: _Counts, text: str, kind: FormKind, occurrence: Occurrence) -> None:
        """Add one occurrence to one of the three."""
        counts.setdefault((kind, text), []).append(occurrence)

    def forms(self, name: str) -> tuple[FormCount, ...]:
        """Return the words as typed, then their other forms, the most frequent first."""
        typed = FormCount(name, FormKind.TYPED, tuple(self.counted.get((FormKind.TYPED, name), ())))
        others = [
            FormCount(_as_written(text, found), kind, tuple(found))
            for (kind, text), found in self.counted.items()
            if kind in {FormKind.SPELLING, FormKind.INFLECTION}
        ]
        return typed, *sorted(others, key=_most_frequent_first)

    def other_names(self, known: Iterable[OtherName], always: frozenset[str]) -> tuple[FormCount, ...]:
        """Return the known names in their order, few of them where they stand nowhere, then what statements define."""
        listed = [
            FormCount(alias.text, FormKind(alias.kind.value), self._found(alias))
            for alias in known
            if alias.text in always or self._found(alias)
        ]
        defined = [
            FormCount(text, kind, tuple(found))
            for (kind, text), found in self.counted.items()
            if kind is FormKind.DEFINED
        ]
        return *listed, *sorted(defined, key=_most_frequent_first)

    def holders(self, counts: _Counts) -> tuple[FormCount, ...]:
        """Return the longer names, the most frequent first."""
        found = [FormCount(text, kind, tuple(ones)) for (kind, text), ones in counts.items()]
        return tuple(sorted(found, key=_most_frequent_first))

    def _found(self, alias: OtherName) -> tuple[Occurrence, ...]:
        return tuple(self.counted.get((FormKind(alias.kind.value), alias.text), ()))


def _as_written(form: str, found: Sequence[Occurrence]) -> str:
    """Return a form in small letters where it stands so anywhere, or else as it first stands: "Houthis"."""
    texts = [_scan_form(one.text) for one in found]
    return form if form in texts else texts[0]


def _most_frequent_first(form: FormCount) -> tuple[int, str]:
    return -len(form.occurrences), form.text


def _in_order(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Return occurrences by statement, in the order in which statements come up, and then by place."""
    by_statement: dict[str, list[Occurrence]] = {}
    for one in occurrences:
        by_statement.setdefault(one.statement.id, []).append(one)
    return tuple(one for ones in by_statement.values() for one in sorted(ones, key=_place_of))


def _place_of(occurrence: Occurrence) -> tuple[int, int]:
    return occurrence.span.start, occurrence.span.end


def _date_of(appearance: Appearance) -> datetime.date:
    return appearance.statement.date or datetime.date.max
