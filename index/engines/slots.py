"""The typed parts of a question, as engines see them: each engine says which requests it could serve for them."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from index.engines.citations.citation import CitationKind
from index.engines.selection import merge_filters
from index.request import Filters, Request
from index.text.names import EntityKind, gazetteer
from index.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a question: half-open character offsets into it, what it is, and the words there."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class QuotationSlot(Slot):
    """Words in quotation marks; `words` are those within, as typed."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class StatementSlot(Slot):
    """A reference to statements; `others` are further ones in one breath: "the March and the June statement"."""

    filters: Filters = field(default_factory=Filters)
    others: tuple[Filters, ...] = ()


@dataclass(frozen=True, slots=True)
class InstrumentSlot(Slot):
    """An instrument that is named by its number or its title: "2397", "S/RES/1701 (2006)", "the NPT"."""

    number: str = ""
    kinds: tuple[CitationKind, ...] = ()


@dataclass(frozen=True, slots=True)
class RankSlot(Slot):
    """A place in the order of dates: the `count` newest, the oldest where it is negative."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Slots:
    """A question in its typed parts, in reading order, none overlapping."""

    text: str
    parts: tuple[Slot, ...]
    frame: frozenset[str] = frozenset()
    """The words that an engine's examples explain: they ask for it, and name no subject."""

    def of(self, *kinds: str) -> tuple[Slot, ...]:
        """Return the parts of some kinds, in reading order."""
        return tuple(part for part in self.parts if part.kind in kinds)

    @property
    def statements(self) -> tuple[StatementSlot, ...]:
        """The references to statements, dates and issuers included."""
        return tuple(part for part in self.parts if isinstance(part, StatementSlot))

    @property
    def quotations(self) -> tuple[str, ...]:
        """The quoted words."""
        return tuple(part.words for part in self.parts if isinstance(part, QuotationSlot))

    @property
    def instruments(self) -> tuple[InstrumentSlot, ...]:
        """The instruments that are named."""
        return tuple(part for part in self.parts if isinstance(part, InstrumentSlot))

    @property
    def ranks(self) -> tuple[RankSlot, ...]:
        """The places in the order of dates."""
        return tuple(part for part in self.parts if isinstance(part, RankSlot))

    def filters(self, *kinds: str) -> Filters:
        """Return what the references of some kinds, of all where none is given, say together."""
        merged = Filters()
        for part in self.statements:
            if not kinds or part.kind in kinds:
                merged = merge_filters(merged, part.filters)
        if self.ranks and (not kinds or RANK in kinds):
            merged = replace(merged, newest=self.ranks[0].count)
        return merged

    @property
    def masked(self) -> str:
        """The question with every typed part replaced by its kind: "is @name mentioned in @docs?"."""
        out, end = [], 0
        for part in self.parts:
            if part.kind in MASKED:
                before = self.text[end : part.start]
                out += [_DETERMINER.sub("", before) if part.kind in {DOC, DOCS} else before, f" {part.kind} "]
                end = part.end
        return " ".join("".join([*out, self.text[end:]]).replace("’", "'").split())

    @property
    def words(self) -> frozenset[str]:
        """The words of the question, folded to small letters."""
        return frozenset(fold(one.text).replace("’", "'") for one in self.parts if one.kind in {WORD, FUNCTION})

    def has(self, *stems: str) -> bool:
        """Tell whether a word of the question begins with one of some stems."""
        return any(word.startswith(stems) for word in self.words)

    @property
    def runs(self) -> tuple["Run", ...]:
        """The words and names that neither a slot nor the frame explains, in runs as they were said together."""
        return tuple(_find_runs(self))

    @property
    def speaker(self) -> str:
        """The person whose words are asked for: "did Kamikawa say …"; empty without one."""
        said = next((at for at, part in enumerate(self.parts) if part.text.lower().startswith(_SPEECH)), 0)
        asks = [at for at in range(said) if self.parts[at].text.lower() in _AUXILIARIES]
        between = self.parts[asks[-1] + 1 : said] if asks else ()
        is_person = all(_names_person(part) for part in between)
        return self.text[between[0].start : between[-1].end] if between and is_person else ""

    def runs_beside(self, words: Collection[str]) -> tuple["Run", ...]:
        """Return the runs that are left when some words are explained too."""
        return replace(self, frame=self.frame | frozenset(words)).runs

    def without(self, taken: Iterable[Slot]) -> "Slots":
        """Return the question without some parts: they are explained."""
        gone = set(taken)
        return replace(self, parts=tuple(part for part in self.parts if part not in gone))

    @property
    def is_negated(self) -> bool:
        """Whether the statements without something are asked for."""
        if _NOT_ONLY.search(self.text):
            return False
        return bool(self.words & _NEGATIONS) or any(word.endswith("n't") for word in self.words)


def _names_person(part: Slot) -> bool:
    entity = gazetteer().find_entity(part.text)
    if part.kind == NAME:
        return entity is not None and entity.kind is EntityKind.PERSON
    return part.kind == WORD and part.text[:1].isupper()


DOC, DOCS, MAKER, WHEN, SINCE = "@doc", "@docs", "@maker", "@when", "@since"
QUOTE, PHRASE, NUMBER, NAME, RANK = "@quote", "@phrase", "@number", "@name", "@rank"
WORD, FUNCTION = "@word", "@function"
MASKED = frozenset({DOC, DOCS, MAKER, WHEN, SINCE, QUOTE, PHRASE, NUMBER, NAME, RANK})


@dataclass(frozen=True, slots=True)
class Run:
    """Words that were said together; `before` is the word in front of them."""

    text: str
    parts: tuple[Slot, ...]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A request that an engine could serve, and the words of the question that it leaves unexplained."""

    request: Request
    left: tuple[str, ...] = ()


_AUXILIARIES = frozenset({"did", "does", "do", "has", "have", "would"})
_SPEECH = ("say", "said", "state", "claim", "promise", "declare", "announce", "call", "warn", "tell", "told", "admit")
_NOT_ONLY = re.compile(r"\bnot\s(?:only|just|least)\b", re.IGNORECASE)
_NEGATIONS = frozenset({"not", "no", "never", "nowhere", "without", "neither", "none", "nothing", "lack", "lacks"})
_ARTICLES = frozenset({"the", "a", "an"})
_JOINERS = frozenset(
    "of the in and or on for to a an with by at from as between against".split()  # noqa: SIM905 - reads best as words
)
_BREAK = re.compile(r"[,;:?!()\u2014\u2013\"\u201c\u201d]|\.\s|\s-\s")
_DETERMINER = re.compile(r"\b(?:the|a|this|that|these|those|their|its|your)\s$", re.IGNORECASE)


def _find_runs(slots: Slots) -> Iterator[Run]:
    run: list[Slot] = []
    joined: list[Slot] = []
    before = last = ""
    for part in slots.parts:
        is_content = part.kind == NAME or (part.kind == WORD and fold(part.text) not in slots.frame)
        gap = slots.text[(joined or run)[-1].end : part.start] if run else ""
        if run and (_BREAK.search(gap) or not (is_content or fold(part.text) in _JOINERS)):
            yield _run(slots, run, before)
            run, joined = [], []
        if is_content:
            before = before if run else last
            run, joined = [*run, *joined, part], []
        elif run:
            joined.append(part)
        last = last if part.text.lower() in _ARTICLES else fold(part.text)
    if run:
        yield _run(slots, run, before)


def _run(slots: Slots, parts: Collection[Slot], before: str) -> Run:
    parts = tuple(parts)
    text = slots.text[parts[0].start : parts[-1].end]
    return Run(text.removesuffix("'s").removesuffix("\u2019s"), parts, before)
