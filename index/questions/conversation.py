"""Follow-ups in a thread: each edits the last request; another scope, subject, number or engine, or more of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from index.corpus.statements import StatementSummary
from index.engines.citations.engine import CitationsRequest
from index.engines.citations.interpret import interpret as interpret_citations
from index.engines.comparison.engine import ComparisonRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.positions.engine import PositionsRequest
from index.engines.positions.interpret import interpret as interpret_positions
from index.engines.readings import known_readings
from index.engines.selection import merge_filters, select_statements
from index.engines.show.engine import ShowRequest
from index.engines.show.interpret import find_form
from index.engines.slots import DOC, DOCS, MAKER, NAME, SINCE, WHEN, WORD, Slots
from index.engines.statements.engine import StatementsRequest
from index.questions.slots import find_slots
from index.request import Context, Filters, Request

_OPENERS = frozenset(
    """
    and what about how also same for with now then plus but or anything on only just in by from of to the ones one no i
    meant mean sorry that it them those these them there any else them ok okay please is are among which who at within
    question ask asked did do does they say said it
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_EARLIER = frozenset({"earlier", "previous", "older", "prior"})
_MORE = frozenset({"more", "else", "next", "further", "rest", "others"})
_CLAUSE = frozenset(
    {"who", "whom", "does", "do", "did", "is", "are", "was", "were", "has", "have", "when", "where", "how"}
)
_SHOWS = frozenset({"link", "links", "url", "full", "text", "show", "cite", "citation", "source", "give"})
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
_SHOWN = 3
_LONGEST = 9


def continue_thread(slots: Slots, follows: Context, statements: Sequence[StatementSummary]) -> Request | None:
    """Return the last request as a follow-up edits it; None where the question stands by itself."""
    last = follows.request
    if last is None or slots.quotations or len(slots.parts) > _LONGEST:
        return None
    found = Filters(statement_ids=follows.found) if follows.found else last.filters
    form = find_form(slots)
    if (form or "full" in slots.words) and not slots.runs_beside(_SHOWS):
        return ShowRequest("the one above", _one_of(found, follows, slots), form=form)
    if slots.words & _MORE and not slots.statements and _is_bare(slots, _MORE):
        return _more_of(last)
    if slots.has("many", "number") and _is_bare(slots, {"many", "number"}):
        # After "is 1701 among them?" the list is counted, not 1701.
        return replace(last, number="") if isinstance(last, CitationsRequest) else last
    if slots.has("compar", "differ", "changed", "versus"):
        return _compare(slots, found)
    same = _same_engine(slots, last)
    return same if same is not None else _edit(slots, last, follows, statements)


def resolve_pronoun(query: str, follows: Context) -> tuple[str, str]:
    """Return a query with what "them" stands for in this thread, and the note that says so."""
    match = _PRONOUN.search(query)
    if not follows.subject or not match or follows.subject in _DOCUMENTS:
        return query, ""
    pronoun = match["pronoun"]
    said = f"{query[: match.start('pronoun')]}{follows.subject}{query[match.end('pronoun') :]}"
    return said, f"{pronoun.lower()} = {follows.subject} above"


_DOCUMENTS = frozenset({"the statement", "the statements", "the issuers"})
_PRONOUN = re.compile(
    r"\b(?P<pronoun>them|these|those|they)\b(?!\s(?:\w+\s)?(?:say|said|says|mean|want|ask|call|demand|urge|commit"
    r"|condemn|plan|think|do|agree|statements?|resolutions?|countries|documents?|ministers?|leaders?)\b)",
    re.IGNORECASE,
)


def _is_bare(slots: Slots, also: frozenset[str] | set[str]) -> bool:
    return all(word in _OPENERS or word in also for word in slots.words) and not slots.of(NAME)


def _one_of(found: Filters, follows: Context, slots: Slots) -> Filters:
    """Return the statement that "the second one" means, or those that the last answer was about."""
    at = next((_ORDINALS[word] for word in slots.words if word in _ORDINALS), None)
    if at is not None and -len(follows.found) <= at < len(follows.found):
        return Filters(statement_ids=(follows.found[at],))
    return found


def _more_of(last: Request) -> Request:
    return replace(last, skip=last.skip + _SHOWN) if isinstance(last, SearchRequest) else last


def _compare(slots: Slots, found: Filters) -> Request | None:
    other = slots.filters()
    runs = slots.runs_beside(known_readings()["comparison"].frame)
    if other == Filters() and len(runs) == 1:
        other = Filters(statement=runs[0].text)
    if other == Filters():
        return ComparisonRequest(found) if found != Filters() else None
    return ComparisonRequest(found, other)


def _edit(slots: Slots, last: Request, follows: Context, statements: Sequence[StatementSummary]) -> Request | None:
    """Return the last request with another scope, number or subject, where nothing else is said."""
    if not all(word in _OPENERS | _EARLIER for word in slots.words - _spoken(slots)):
        return None
    dated = slots.filters(WHEN, SINCE)
    if slots.instruments:
        if not isinstance(last, CitationsRequest):
            return None
        return replace(last, number=", ".join(one.number for one in slots.instruments), kinds=(), topic="")
    if slots.words & _EARLIER and follows.found:
        return with_filters(last, Filters(statement_ids=follows.found, newest=-1))
    filters = _moved_filters(slots, last, follows)
    if dated != Filters() and filters.statement_ids:
        return StatementsRequest(filters)  # "which of those are from 2022?"
    runs = slots.runs
    if any(part.text.lower() in _asking_verbs() for run in runs for part in run.parts):
        return None
    is_clause = bool(slots.words & _CLAUSE)
    if is_clause and any(part.kind == WORD for run in runs for part in run.parts):
        return None  # "who voted for them?" asks something of its own
    if not runs:
        return with_filters(last, filters) if filters != last.filters else None
    return _with_subject(last, runs[0].text, filters, statements) if len(runs) == 1 else None


def with_filters(request: Request, filters: Filters) -> Request:
    """Return a request over other statements."""
    return replace(request, filters=filters)  # type: ignore[call-arg]  # every request has the field


def _moved_filters(slots: Slots, last: Request, follows: Context) -> Filters:
    """Return the statements that a follow-up is about: others where it names some, else a part of the last ones."""
    named, dated, base = slots.filters(DOC, DOCS, MAKER), slots.filters(WHEN, SINCE), last.filters
    if slots.ranks and isinstance(last, SearchRequest) and not slots.runs:
        base = replace(base, statement_ids=follows.found or base.statement_ids, newest=0)
    filters = merge_filters(named if named != Filters() else replace(base, statement_ids=()), dated)
    if slots.words & {"those", "these", "them"} and follows.found and named == Filters():
        filters = merge_filters(Filters(statement_ids=follows.found), dated)
    return replace(filters, newest=slots.ranks[0].count) if slots.ranks else filters


@cache
def _asking_verbs() -> frozenset[str]:
    """Return the words that ask for another engine: "signed", "issued", "dated"."""
    readings = known_readings()
    return frozenset().union(*(readings[name].frame for name in ("issuers", "dates", "comparison")))


def _spoken(slots: Slots) -> set[str]:
    return {part.text.lower() for run in slots.runs for part in run.parts}


def _with_subject(last: Request, subject: str, filters: Filters, statements: Sequence[StatementSummary]) -> Request:
    """Return the last request asked of another subject."""
    match last:
        case SearchRequest() if not last.topic:
            return OccurrencesRequest((subject,), filters)
        case SearchRequest():
            return replace(
                last,
                query=_swap(last.query, subject, statements),
                filters=filters,
                topic=_swap_topic(last.topic, subject, statements),
                skip=0,
            )
        case OccurrencesRequest():
            return replace(last, phrases=(subject,), filters=filters)
        case PositionsRequest() if last.addressee:
            return replace(last, addressee=subject, filters=filters)
        case PositionsRequest():
            return replace(last, topic=subject, filters=filters)
        case CitationsRequest():
            about = replace(filters, about=subject)
            if select_statements(about, statements):
                return replace(last, filters=about, topic="")
            return replace(last, filters=filters, topic=subject)
    return with_filters(last, replace(Filters(about=subject), since=filters.since, until=filters.until))


def _swap(query: str, subject: str, statements: Sequence[StatementSummary]) -> str:
    """Return a query with another name in place of the one it has, or with one more."""
    if not find_slots(query, statements).of(NAME):
        return f"{query.rstrip(' ?.!')} {subject}"
    return f"What do they say about {subject}?"


def _swap_topic(topic: tuple[str, ...], subject: str, statements: Sequence[StatementSummary]) -> tuple[str, ...]:
    is_replaced = not topic or any(find_slots(word, statements).of(NAME) for word in topic)
    return (subject,) if is_replaced else (*topic, subject)


def _same_engine(slots: Slots, last: Request) -> Request | None:
    """Return what another kind of instrument or of position asks for: "and the treaties?", "and demands?"."""
    words = slots.words - _OPENERS
    if len(words) != 1:
        return None
    for name, interpret, kind in (
        ("citations", interpret_citations, CitationsRequest),
        ("positions", interpret_positions, PositionsRequest),
    ):
        if isinstance(last, kind):
            framed = replace(slots, frame=known_readings()[name].frame | words)
            for one in interpret(framed):
                if isinstance(one.request, kind) and one.request.kinds and not one.left:
                    return replace(one.request, filters=last.filters)
    return None
