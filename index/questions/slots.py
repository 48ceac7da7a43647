"""A question in its typed parts: quotations, references to statements, instruments, dates, ranks, names and words.

Each part is recognised once, the longest first, and masked: after that "demands on the DPRK" and "demands on Iran" are
the same sentence. Nothing here decides what is asked for.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.corpus.statements import StatementSummary
from index.engines.citations.find import find_citations
from index.engines.passages.terms import ASKING_WORDS
from index.engines.quotes.find import find_quotations
from index.engines.slots import (
    DOC,
    DOCS,
    FUNCTION,
    MAKER,
    NAME,
    NUMBER,
    PHRASE,
    QUOTE,
    RANK,
    SINCE,
    WHEN,
    WORD,
    InstrumentSlot,
    QuotationSlot,
    RankSlot,
    Slot,
    Slots,
    StatementSlot,
)
from index.questions.references import Reference, ReferenceKind, find_references
from index.text.names import find_names
from index.text.tokens import fold

_KINDS = {
    ReferenceKind.DOCUMENT: DOC,
    ReferenceKind.TITLE: DOC,
    ReferenceKind.DOCUMENTS: DOCS,
    ReferenceKind.TOPIC: DOCS,
    ReferenceKind.ISSUER: MAKER,
    ReferenceKind.PERIOD: WHEN,
    ReferenceKind.SPAN: SINCE,
}
_SINGLE_QUOTED = re.compile(r"(?<![\w'’])['‘](?P<words>[^'‘’\"]{2,120})['’](?![\w'’])")
_GUILLEMETS = re.compile(r"[«»]\s?(?P<words>[^«»\"]{2,400}?)\s?[«»]")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[.'’&/-][^\W_]+)*")
_NUMBERS = re.compile(
    r"""(?<![\w/.,$€£-])(?:(?:UN\s?)?(?:S/RES/|A/RES/|UNSCRs?|UNSC|SCRs?|resolutions?|res\.?|nos?\.?|(?P<order>(?:executive\s)?orders?|e\.?o\.?))\s?)?
        (?P<number>(?:es-)?\d{1,4}/\d{1,4}|(?(order)\d{5}|\d{3,4}))(?:\s?\((?P<year>\d{4})\))?(?![\w/%-]|[.,]\d|\s(?:Committee|Commission|Panel)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_YEARS = (1900, 2100)
_CITED = re.compile(r"\b(?:cit\w+|resolutions?|invok\w+)\s$", re.IGNORECASE)
_EXCEPT = re.compile(
    r"\b(?:except|excluding|without|besides|but\snot|other\sthan|apart\sfrom)\s(?:(?:for|what|by|of|those)\s)*(?:the\s)?$",
    re.IGNORECASE,
)
_NEWEST = r"latest|newest|most\s+recent|recentest|last|final"
_OLDEST = r"oldest|earliest|first|original"
_COUNTS = {
    name: number
    for number, names in enumerate(
        (
            "one 1",
            "two 2 couple pair",
            "three 3",
            "four 4",
            "five 5",
            "six 6",
            "seven 7",
            "eight 8",
            "nine 9",
            "ten 10",
        ),
        1,
    )
    for name in names.split()
}
_RANK = re.compile(
    rf"""\b(?:(?:the|your|our|very)\s+)*(?:(?P<before>{"|".join(_COUNTS)}|\d{{1,2}})\s+)?
        (?:(?P<newest>{_NEWEST})|(?P<oldest>{_OLDEST}))
        (?:\s+(?P<count>{"|".join(_COUNTS)}|\d{{1,2}})(?!\s*(?:days?|weeks?|months?|years?)))?\b
        (?!\s+(?:time|paragraphs?|sentence|line|word|week|month|year|quarter|summer|spring|winter|autumn|name|draft
        |(?:\d+|few|couple\sof|two|three|six|twelve)\s+(?:days?|weeks?|months?|years?)))""",
    re.VERBOSE | re.IGNORECASE,
)


def find_slots(text: str, statements: Sequence[StatementSummary]) -> Slots:
    """Return the typed parts of a question, the longest first where two overlap."""
    found: list[Slot] = []

    def add(slots: Iterable[Slot]) -> None:
        for slot in slots:
            if not any(slot.start < other.end and other.start < slot.end for other in found):
                found.append(slot)

    add(_find_quotations(text))
    hidden = list(text)
    for slot in found:
        hidden[slot.start : slot.end] = " " * (slot.end - slot.start)
    plain = "".join(hidden)
    references = find_references(plain, statements)
    add(_statement_slot(text, one) for one in references if one.kind not in {ReferenceKind.PERIOD, ReferenceKind.SPAN})
    add(_find_instruments(plain))
    add(_statement_slot(text, one) for one in references)
    add(_find_ranks(plain))
    add(_find_names(plain))
    add(_find_words(plain))
    return Slots(text, tuple(sorted(found, key=lambda slot: slot.start)))


def with_references(slots: Slots, references: Sequence[Reference]) -> Slots:
    """Return slots with further references, in place of the parts that they cover."""
    added = [_statement_slot(slots.text, one) for one in references]
    kept = [part for part in slots.parts if not any(part.start < one.end and one.start < part.end for one in added)]
    return replace(slots, parts=tuple(sorted((*kept, *added), key=lambda part: part.start)))


def _statement_slot(text: str, one: Reference) -> StatementSlot:
    kind = _KINDS[one.kind]
    if one.filters.issuer and _EXCEPT.search(text[: one.start]):
        filters = replace(one.filters, issuer="", not_issuer=one.filters.issuer)
        return StatementSlot(one.start, one.end, kind, text[one.start : one.end], filters)
    return StatementSlot(one.start, one.end, kind, text[one.start : one.end], one.filters, one.others)


def _find_quotations(text: str) -> Iterator[Slot]:
    spans = [(one.start, one.end, one.text) for one in find_quotations(text)]
    spans += [(match.start(), match.end(), match["words"]) for match in _SINGLE_QUOTED.finditer(text)]
    spans += [(match.start(), match.end(), match["words"]) for match in _GUILLEMETS.finditer(text)]
    for start, end, words in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not re.search(r"\w", words):
            continue
        # The marks belong to the quotation, wherever the finder's span ends.
        first = len(text[:start].rstrip(_MARKS))
        last = len(text) - len(text[end:].lstrip(_MARKS))
        kind = PHRASE if len(words.split()) <= _SHORT_QUOTE else QUOTE
        yield QuotationSlot(first, last, kind, text[first:last], words.strip())


def _find_instruments(text: str) -> Iterator[Slot]:
    for one in find_citations(text):
        if one.key and one.number:
            number = f"{one.number} ({one.year})" if one.year else str(one.number)
            yield InstrumentSlot(one.start, one.end, NUMBER, text[one.start : one.end], number, (one.kind,))
    for match in _NUMBERS.finditer(text):
        is_bare = match.start("number") == match.start() and "/" not in match["number"]
        is_year = is_bare and _YEARS[0] <= int(match["number"]) <= _YEARS[1]
        if is_year and not _CITED.search(text[: match.start()]):
            continue
        number = f"{match['number']} ({match['year']})" if match["year"] else match["number"]
        yield InstrumentSlot(match.start(), match.end(), NUMBER, match[0], number.upper())


def _find_ranks(text: str) -> Iterator[Slot]:
    for match in _RANK.finditer(text):
        said = (match["before"] or match["count"] or "1").lower()
        count = _COUNTS.get(said) or int(said)
        yield RankSlot(match.start(), match.end(), RANK, match[0], count if match["newest"] else -count)


def _find_names(text: str) -> Iterator[Slot]:
    for one in find_names(text):
        if one.is_certain or fold(one.text) not in ASKING_WORDS:
            name = one.text.removesuffix("'s").removesuffix("’s")
            yield Slot(one.start, one.start + len(name), NAME, name)


def _find_words(text: str) -> Iterator[Slot]:
    for match in _WORD.finditer(text):
        kind = FUNCTION if fold(match[0]).replace("’", "'") in FUNCTION_WORDS else WORD
        yield Slot(match.start(), match.end(), kind, match[0])


_MARKS = "\"“”„«»'‘’"
_SHORT_QUOTE = 5
"""Words of the longest quotation that is a phrase to look for, where nothing says that it is to be checked."""

FUNCTION_WORDS = frozenset(
    """
    a about after again all also am an and any anybody anyone anything are as at be been before being between
    both but by can could did do does doing done during each either else ever every everything for from
    further get give had has have having he her here him his how however i if in into is it its itself just
    let like me might more most much must my no none nor not now of off on once one ones only or other others
    our out over own per please pls really she should since so some somebody someone something than that the
    their them then there these they this those though through to too toward under until up upon us very was
    we were what what's whats when where where's which while who who's whom whose why will with within without
    would yes yet you your s t don't doesn't didn't isn't aren't wasn't hasn't there's it's i'm i'd that's
    they're we're let's ok okay hi hello thanks thank regarding concerning across against except excluding
    besides
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
"""Words that carry no subject of their own."""
