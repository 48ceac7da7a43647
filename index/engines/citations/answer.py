"""Citations: each instrument once, with every passage that cites it; what names no number apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from index.answer import Evidence, Findings, FollowUp, count, evidence_over, listed, named, quoted
from index.corpus.statements import Passage, Span
from index.engines.citations.citation import Citation, CitationKind
from index.engines.citations.engine import CitationsRequest
from index.engines.corpus import Corpus
from index.engines.mentions.answer import answer_without, occurrence_evidence
from index.engines.mentions.phrases import find_occurrences
from index.engines.scope import Scope
from index.engines.statement_cache import Held
from index.engines.topics import Topic

RESOLUTION_KINDS = (CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION)
"""What people mean by "resolutions" where they say no more."""

_NOUNS = {
    CitationKind.UNSC_RESOLUTION: "UN Security Council resolution",
    CitationKind.UNGA_RESOLUTION: "UN General Assembly resolution",
    CitationKind.TREATY: "treaty or convention",
    CitationKind.EXECUTIVE_ORDER: "executive order",
    CitationKind.STATUTE: "statute",
    CitationKind.IAEA_DOCUMENT: "IAEA document",
    CitationKind.OTHER_UN_DOCUMENT: "other UN document",
    CitationKind.AGREEMENT: "agreement",
    CitationKind.OTHER: "other instrument",
}
_PLURALS = {CitationKind.TREATY: "treaties and conventions"}

_UNNUMBERED = "Without a number"


@dataclass(frozen=True, slots=True)
class _Place:
    """A citation in the passage where it stands."""

    held: Held
    passage: Passage
    citation: Citation
    key: str | None


def answer_citations(request: CitationsRequest, corpus: Corpus) -> Findings:
    """Return every citation in the statements asked about; those of one instrument where the request names it."""
    scope = corpus.select(request.filters)
    places = [place for held in scope.held for place in _places(held)]
    if request.is_negated:
        return _answer_without(request, scope, places)
    if request.number:
        return _answer_number(request, scope, places)
    topic = Topic.find(request.topic, scope.held) if request.topic else None
    if topic:
        places = [place for place in places if _is_on(place, topic)]
    kinds = request.kinds or RESOLUTION_KINDS
    asked = [place for place in places if place.citation.kind in kinds]
    others = [] if request.kinds else [place for place in places if place.citation.kind not in kinds]
    named = _by_instrument(place for place in asked if _is_named(place))
    unnamed = [place for place in asked if not _is_named(place)]
    evidence = [one for places in named.values() for one in _evidence(places, _label(places))]
    return Findings(
        answered=bool(asked),
        headline=_headline(kinds, named, unnamed, scope, topic),
        overview=tuple(_line(_label(places), places) for places in named.values()) if len(named) > 1 else (),
        evidence=(*evidence, *_evidence(unnamed, _UNNUMBERED if named else "")),
        notes=(*([topic.note("passages")] if topic else []), *_notes(named, unnamed, others, scope)),
        follow_ups=(FollowUp("Without that limit", replace(request, topic="")),)
        if topic
        else _offer_others(request, others),
        filters=scope.filters,
        subject=f"the {_plural(kinds)}",
    )


def _is_on(place: _Place, topic: Topic) -> bool:
    statement_id = place.held.statement.id
    within = Span(place.passage.start, place.passage.end)
    return statement_id in topic.titled or topic.is_named_in(statement_id, within)


def _answer_without(request: CitationsRequest, scope: Scope, places: Sequence[_Place]) -> Findings:
    asked = [_Asked.read(number, request.kinds) for number in request.number.split(", ") if number]
    kinds = request.kinds or RESOLUTION_KINDS
    having = {
        place.held.statement.id
        for place in places
        if (any(one.fits(place) for one in asked) if asked else place.citation.kind in kinds)
    }
    what = f"a citation of {request.number}" if asked else f"any {_singular(kinds)}"
    return answer_without(having, what, scope)


def evidence_citing(key: str, scope: Scope) -> list[Evidence]:
    """Return the sentences that cite one instrument, by its key, in the statements asked about."""
    places = [place for held in scope.held for place in _places(held) if place.key == key]
    return list(_evidence(places, _label(places))) if places else []


# -- one instrument --------------------------------------------------------------------------------------------------


def _answer_number(request: CitationsRequest, scope: Scope, places: Sequence[_Place]) -> Findings:
    """Return where one instrument is cited, or that it is not; several numbers are answered one after the other."""
    answers = [_answer_one(_Asked.read(number, request.kinds), scope, places) for number in request.number.split(", ")]
    if len(answers) == 1:
        return answers[0]
    return replace(
        answers[0],
        answered=any(one.answered for one in answers),
        headline=" ".join(one.headline for one in answers),
        overview=tuple(line for one in answers for line in one.overview),
        evidence=tuple(evidence for one in answers for evidence in one.evidence),
        notes=tuple(dict.fromkeys(note for one in answers for note in one.notes)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The instrument asked about; of a number alone, a resolution is meant before anything else."""

    number: str
    year: int | None
    kinds: tuple[CitationKind, ...]

    @classmethod
    def read(cls, number: str, kinds: tuple[CitationKind, ...]) -> Self:
        """Read "2397 (2017)" into its parts."""
        match = _WITH_YEAR.fullmatch(number.strip())
        return cls(match["number"], int(match["year"]), kinds) if match else cls(number.strip(), None, kinds)

    def fits(self, place: _Place) -> bool:
        """Tell whether a citation is of this number, whatever its year."""
        citation = place.citation
        if citation.number is None or place.key is None or (self.kinds and citation.kind not in self.kinds):
            return False
        asked, cited = self.number.casefold(), citation.number.casefold()
        # Who asks for "50 U.S.C. 1701" means the section that the text cites within "50 U.S.C. 1701-1706".
        return asked == cited or (citation.kind is CitationKind.STATUTE and cited.startswith(f"{asked}-"))


_WITH_YEAR = re.compile(r"(?P<number>\d+)\s*\((?P<year>(?:19|20)\d\d)\)")


def _answer_one(asked: _Asked, scope: Scope, places: Sequence[_Place]) -> Findings:
    cites = [place for place in places if asked.fits(place)]
    if not cites:
        return _answer_not_cited(asked, scope, places)
    instruments = list(_by_instrument(cites).values())
    passages = {place.passage.id for place in cites}
    statements = {place.held.statement.id for place in cites}
    where = "" if scope.is_one else f" of {count(len(statements), 'statement')}"
    cited = f"{listed(_label(group) for group in instruments)} is cited in {count(len(passages), 'passage')}{where}."
    years = {place.citation.year for place in cites if place.citation.year is not None}
    is_other_year = asked.year is not None and bool(years) and asked.year not in years
    notes = [f"The text gives no year for {asked.number}."] if asked.year is not None and not years else []
    by_statement: dict[str, list[_Place]] = {}
    for place in cites:
        by_statement.setdefault(place.held.statement.id, []).append(place)
    return Findings(
        answered=True,
        headline=f"Not with the year {asked.year}: {cited}" if is_other_year else f"Yes. {cited}",
        overview=tuple(_statement_line(group) for group in by_statement.values()) if len(statements) > 1 else (),
        evidence=tuple(one for group in instruments for one in _evidence(group, _label(group))),
        notes=(*notes, *([scope.note] if scope.note else [])),
        filters=scope.filters,
        subject=f"resolution {asked.number}",
    )


def _answer_not_cited(asked: _Asked, scope: Scope, places: Sequence[_Place]) -> Findings:
    """Return that a number is not cited, what stands there instead, and where the bare number occurs."""
    unnamed = [place for place in places if place.citation.kind in RESOLUTION_KINDS and not _is_named(place)]
    elsewhere = [one for held in scope.held for one in find_occurrences(asked.number, held.scanned)]
    summaries = {held.statement.id: held.summary for held in scope.held}
    as_what = "" if asked.kinds else " as a resolution"
    said = f"is not cited{as_what} in" if elsewhere else "does not occur in"
    notes = [
        *_kept_notes(asked, scope),
        *([f"The number occurs otherwise {_times(len(elsewhere))}: see below."] if elsewhere else []),
        *([scope.note] if scope.note else []),
    ]
    return Findings(
        answered=False,
        headline=f"No. {asked.number} {said} {scope.words}{_generically(unnamed, scope, places)}.",
        evidence=tuple(occurrence_evidence(elsewhere, summaries)),
        notes=tuple(notes),
        follow_ups=(FollowUp("Show them", CitationsRequest(scope.filters)),) if unnamed else (),
        filters=scope.filters,
        subject=f"resolution {asked.number}",
    )


def _generically(unnamed: Sequence[_Place], scope: Scope, places: Sequence[_Place]) -> str:
    """Return how a statement refers to resolutions without a number, where it does."""
    if not unnamed or not scope.is_one:
        return ""
    mentions = count(len(unnamed), "mention")
    if any(place.citation.kind in RESOLUTION_KINDS and _is_named(place) for place in places):
        return f"; {mentions} of resolutions without a number"
    return f"; it refers to Security Council resolutions only generically ({mentions})"


def _kept_notes(asked: _Asked, scope: Scope) -> Iterable[str]:
    for held in kept_as_statements(asked.number, scope):
        yield f"It is itself one of the statements: {held.statement.title}."


def kept_as_statements(number: str, scope: Scope) -> Iterator[Held]:
    """Yield the statements that are themselves the resolution of this number, as their titles say."""
    title = re.compile(rf"\bresolution {re.escape(number)}\b", re.IGNORECASE)
    return (held for held in (*scope.held, *scope.others) if title.search(held.statement.title))


# -- parts of the answer ---------------------------------------------------------------------------------------------


def _headline(
    kinds: Sequence[CitationKind],
    named: dict[str, list[_Place]],
    unnamed: Sequence[_Place],
    scope: Scope,
    topic: Topic | None,
) -> str:
    limit = f" where {quoted(topic.words)} is named" if topic else ""
    if not named and len({place.citation.kind for place in unnamed}) == 1:
        kinds = (unnamed[0].citation.kind,)
    noun = _plural(kinds)
    if not named and not unnamed:
        return f"No {noun} are cited{limit} in {scope.words} ({count(scope.sentences, 'sentence')} searched)."
    if not named:
        return f"{count(len(unnamed), 'mention')} of {noun}{limit}, none by number."
    passages = {place.passage.id for places in named.values() for place in places}
    statements = {place.held.statement.id for places in named.values() for place in places}
    where = "" if scope.is_one else f" of {count(len(statements), 'statement')}"
    what = count(len(named), _singular(kinds)) if len(named) == 1 else f"{len(named):,} {noun}"
    verb = "is" if len(named) == 1 else "are"
    more = f"; {count(len(unnamed), 'mention')} without a number" if unnamed else ""
    return f"{what} {verb} cited{limit}, in {count(len(passages), 'passage')}{where}{more}."


def _notes(
    named: dict[str, list[_Place]], unnamed: Sequence[_Place], others: Sequence[_Place], scope: Scope
) -> Iterable[str]:
    if unnamed and not named:
        whose = "The statement gives" if scope.is_one else "The statements give"
        yield f"{whose} no resolution numbers; none are inferred."
    if others:
        kinds = dict.fromkeys(place.citation.kind for place in others)
        groups = {kind: [one for one in others if one.citation.kind is kind and _is_named(one)] for kind in kinds}
        counted = [_counted(kind, group) for kind, group in groups.items() if group]
        if counted:
            yield f"Not listed here: {listed(counted)}."
    if scope.note:
        yield scope.note


def _counted(kind: CitationKind, places: Sequence[_Place]) -> str:
    number = len(_by_instrument(places))
    return f"1 {_NOUNS[kind]}" if number == 1 else f"{number:,} {_plural((kind,))}"


def _offer_others(request: CitationsRequest, others: Sequence[_Place]) -> tuple[FollowUp, ...]:
    kinds = tuple(kind for kind in CitationKind if kind not in RESOLUTION_KINDS)
    is_any = any(_is_named(one) for one in others)
    return (FollowUp("Show the other instruments", replace(request, kinds=kinds)),) if is_any else ()


def _evidence(places: Sequence[_Place], heading: str) -> Iterable[Evidence]:
    """Yield the sentences that cite, passage by passage."""
    by_passage: dict[str, list[_Place]] = {}
    for place in places:
        by_passage.setdefault(place.passage.id, []).append(place)
    for group in by_passage.values():
        spans = tuple(Span(one.citation.start, one.citation.end) for one in group)
        yield from evidence_over(group[0].passage, group[0].held.summary, spans, heading=heading)


def _line(label: str, places: Sequence[_Place]) -> str:
    passages = len({place.passage.id for place in places})
    statements = len({place.held.statement.id for place in places})
    where = f" of {count(statements, 'statement')}" if statements > 1 else ""
    return f"{label}: {count(passages, 'passage')}{where}"


def _statement_line(places: Sequence[_Place]) -> str:
    labels = dict.fromkeys(place.passage.label for place in places)
    return f"{named(places[0].held.summary)}: {', '.join(labels)}"


# -- instruments -----------------------------------------------------------------------------------------------------


def _places(held: Held) -> Iterable[_Place]:
    return (_Place(held, one.passage, one.citation, one.key) for one in held.citations)


def _is_named(place: _Place) -> bool:
    return place.key is not None


def _by_instrument(places: Iterable[_Place]) -> dict[str, list[_Place]]:
    """Return the places by instrument: Council resolutions first, by number; then the other kinds as they come."""
    found: dict[str, list[_Place]] = {}
    for place in places:
        if place.key is not None:
            found.setdefault(place.key, []).append(place)
    order = list(CitationKind)

    def rank(key: str) -> tuple[int, int, str]:
        citation = found[key][0].citation
        digits = "".join(character for character in citation.number or "" if character.isdigit())
        return order.index(citation.kind), int(digits[:12] or 0), citation.label

    return {key: found[key] for key in sorted(found, key=rank)}


def _label(places: Sequence[_Place]) -> str:
    """Return what an instrument is called: with its year, where any of the places gives one."""
    return max((place.citation for place in places), key=lambda one: one.year is not None).label


def _singular(kinds: Sequence[CitationKind]) -> str:
    if tuple(kinds) == RESOLUTION_KINDS:
        return "UN resolution"
    return _NOUNS[kinds[0]] if len(kinds) == 1 else "instrument"


def _plural(kinds: Sequence[CitationKind]) -> str:
    if tuple(kinds) == RESOLUTION_KINDS:
        return "UN resolutions"
    return _PLURALS.get(kinds[0], f"{_NOUNS[kinds[0]]}s") if len(kinds) == 1 else "instruments"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
