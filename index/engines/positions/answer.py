"""Positions: what the statements condemn, demand and commit to, in their own words and order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from index.answer import Evidence, Findings, FollowUp, count, listed, named, quoted
from index.corpus.statements import Sentence, Span
from index.engines.corpus import Corpus
from index.engines.positions.engine import PositionsRequest
from index.engines.positions.find import Position, PositionKind
from index.engines.scope import Scope
from index.engines.statement_cache import Held
from index.engines.topics import Topic

_NOUNS = {PositionKind.STANCE: "position", PositionKind.DEMAND: "demand", PositionKind.COMMITMENT: "commitment"}
_IN_HEADLINE = 12
"""Wordings that a headline can carry; more stand in the overview."""


def answer_positions(request: PositionsRequest, corpus: Corpus) -> Findings:
    """Return the positions of the kinds asked for, in reading order; every wording of a stance where none is named."""
    scope = corpus.select(request.filters)
    kinds = request.kinds or (PositionKind.STANCE,)
    limit = _Limit.of(request, scope)
    found = [
        (held, [one for one in held.positions if one.kind in kinds and limit.lets_through(held, one)])
        for held in scope.held
    ]
    total = sum(len(_by_sentence(positions)) for _, positions in found)
    evidence = tuple(one for held, positions in found for one in _evidence(held, positions))
    return Findings(
        answered=total > 0,
        headline=_headline(kinds, found, total, scope, limit),
        overview=_overview(found, total, scope),
        evidence=evidence,
        notes=(*limit.notes(), *_notes(found, scope)),
        follow_ups=_follow_ups(request),
        filters=scope.filters,
        subject=f"the {_NOUNS[kinds[0]]}s",
    )


@dataclass(frozen=True, slots=True)
class _Limit:
    """What positions are asked for: all, or those on a topic, made of somebody, or put with one verb."""

    topic: Topic | None
    addressee: Topic | None
    verb: str

    @classmethod
    def of(cls, request: PositionsRequest, scope: Scope) -> Self:
        topic, addressee = (Topic.find(one, scope.held) if one else None for one in (request.topic, request.addressee))
        return cls(topic, addressee, request.verb)

    def lets_through(self, held: Held, position: Position) -> bool:
        statement = held.statement
        if self.verb and self.verb not in statement.text[position.phrase.start : position.phrase.end].casefold():
            return False
        sentence = Span(position.sentence.start, position.sentence.end)
        if self.addressee:
            # Whom a demand is made of is not always told from its sentence; then whoever it names may be meant.
            is_named = self.addressee.is_named_in(statement.id, position.addressee or sentence)
            return is_named or (position.addressee is None and statement.id in self.addressee.titled)
        return self.topic is None or statement.id in self.topic.titled or self.topic.is_named_in(statement.id, sentence)

    @property
    def words(self) -> str:
        """The limit as it follows what is listed: " made of Iran", " that name Hong Kong"."""
        verb = f" with “{self.verb}”" if self.verb else ""
        if self.addressee:
            return f"{verb} made of {self.addressee.words}"
        return f"{verb} on {self.topic.words}" if self.topic else verb

    def notes(self) -> Iterable[str]:
        """Yield what the limit leaves out."""
        if self.addressee and self.addressee.others:
            yield f"{self.addressee.words} → text says {listed(self.addressee.others)}."
        if self.topic:
            yield self.topic.note("sentences")
        if self.verb:
            yield f"Only what is put with “{self.verb}”; positions in other words are not listed."


def _headline(
    kinds: Sequence[PositionKind], found: Sequence[tuple[Held, list[Position]]], total: int, scope: Scope, limit: _Limit
) -> str:
    nouns = listed(f"{_NOUNS[kind]}s" for kind in kinds) + limit.words
    if not total:
        return f"No {nouns} found in {scope.words} ({count(scope.sentences, 'sentence')} searched)."
    wordings = [line for held, positions in found for line in _wordings(held, positions)]
    if kinds == (PositionKind.STANCE,) and scope.is_one and len(wordings) <= _IN_HEADLINE:
        return " · ".join(wordings)
    if len(kinds) == 1:
        counted = count(sum(len(positions) for _, positions in found), _NOUNS[kinds[0]])
    else:
        counted = listed(
            count(sum(one.kind == kind for _, positions in found for one in positions), _NOUNS[kind]) for kind in kinds
        )
    order = "in the order of the text" if scope.is_one else "the newest statement first"
    return f"{counted}{limit.words}, in {count(total, 'sentence')} of {scope.words}, {order}."


def _overview(found: Sequence[tuple[Held, list[Position]]], total: int, scope: Scope) -> tuple[str, ...]:
    if scope.is_one:
        wordings = [line for held, positions in found for line in _wordings(held, positions)]
        return tuple(wordings) if len(wordings) > _IN_HEADLINE else ()
    del total
    return tuple(f"{named(held.summary)}: {len(positions):,}" for held, positions in found if positions)


def _wordings(held: Held, positions: Sequence[Position]) -> Iterable[str]:
    """Yield each wording as written, with its place: "strongly condemn ¶1 s1"."""
    for one in positions:
        words = " ".join(held.statement.text[one.phrase.start : one.phrase.end].split())
        yield f"{words} {_place(one)}"


def _place(position: Position) -> str:
    if len(position.passage.sentences) < 2:
        return position.passage.label
    return f"{position.passage.label} s{position.sentence.number}"


def _by_sentence(positions: Sequence[Position]) -> dict[tuple[str, Sentence], list[Position]]:
    found: dict[tuple[str, Sentence], list[Position]] = {}
    for one in positions:
        found.setdefault((one.passage.id, one.sentence), []).append(one)
    return found


def _evidence(held: Held, positions: Sequence[Position]) -> Iterable[Evidence]:
    for (_, sentence), group in _by_sentence(positions).items():
        yield Evidence(
            group[0].passage,
            held.summary,
            tuple(one.phrase for one in group),
            heading=_heading(held, group) if any(one.kind is not PositionKind.STANCE for one in group) else "",
            excerpt=Span(sentence.start, sentence.end),
        )


def _heading(held: Held, group: Sequence[Position]) -> str:
    """Return what a sentence is: "Demand, to the DPRK and Russia", in the text's own words for whom."""
    named = []
    for one in group:
        if one.kind is PositionKind.STANCE:
            continue
        addressee = held.statement.text[one.addressee.start : one.addressee.end] if one.addressee else ""
        to = f", to {' '.join(addressee.split())}" if addressee else ""
        named.append(f"{_NOUNS[one.kind].capitalize()}{to}")
    return "; ".join(dict.fromkeys(named))


def _notes(found: Sequence[tuple[Held, list[Position]]], scope: Scope) -> Iterable[str]:
    hedges = [
        " ".join(held.statement.text[hedge.start : hedge.end].split())
        for held, positions in found
        for one in positions
        for hedge in one.hedges
    ]
    if hedges and scope.is_one:
        yield f"The text hedges: {listed(quoted(hedge) for hedge in dict.fromkeys(hedges))}."
    if scope.note:
        yield scope.note


def _follow_ups(request: PositionsRequest) -> tuple[FollowUp, ...]:
    if request.topic or request.addressee or request.verb:
        return (FollowUp("Without that limit", PositionsRequest(request.filters, request.kinds)),)
    if request.kinds:
        return ()
    kinds = (PositionKind.DEMAND, PositionKind.COMMITMENT)
    return (FollowUp("What they ask for and commit to", PositionsRequest(request.filters, kinds)),)
