"""Timelines: what statements say of a topic in order of date, with its first and last passage and counts by year."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from index.answer import Evidence, Findings, capitalised, count, evidence_over, format_date, listed, named, quoted
from index.corpus.statements import Span, StatementSummary
from index.engines.corpus import Corpus
from index.engines.mentions.phrases import Appearance, PhraseCount, appearances, count_phrase
from index.engines.scope import Scope
from index.engines.statement_cache import Held
from index.engines.timeline.engine import TimelineRequest

_UNDATED = "Without a date"


def answer_timeline(request: TimelineRequest, corpus: Corpus) -> Findings:
    """Return what the statements say of the topic, earliest first; without a topic the statements themselves."""
    scope = corpus.select(request.filters)
    if not any(map(str.isalnum, request.topic)):
        return _statements_by_date(request, scope)
    counted = count_phrase(request.topic, [held.scanned for held in scope.held])
    forms = [form for form in (*counted.forms, *counted.other_names) if form.occurrences]
    dated, undated = appearances(one for form in forms for one in form.occurrences)
    named_in_text = {one.statement.id for one in (*dated, *undated)}
    titled = [one.summary for one in counted.title_only if one.id not in named_in_text]
    if not named_in_text:
        return _absent(request, scope, titled)
    summaries = {held.statement.id: held.summary for held in scope.held}
    return Findings(
        answered=True,
        headline=_headline(request.topic, dated, undated, scope),
        overview=tuple(_by_year(dated, undated)),
        evidence=tuple(_first_passage(one, summaries[one.statement.id]) for one in (*dated, *undated)),
        notes=(*_name_notes(counted, request.topic), *_title_notes(titled), *_scope_notes(scope)),
        filters=request.filters,
        subject=request.topic,
    )


def _headline(topic: str, dated: Sequence[Appearance], undated: Sequence[Appearance], scope: Scope) -> str:
    total = f"{len(dated) + len(undated):,} of {count(len(scope.held), 'statement')}"
    apart = f", {len(undated):,} of them without a date" if undated else ""
    if not dated:
        return f"{capitalised(quoted(topic))} appears in {total}, none of them with a date."
    first, last = (format_date(one.statement.date) for one in (dated[0], dated[-1]))
    ends = f"only on {first}" if first == last else f"first on {first}, last on {last}"
    return f"{quoted(topic)} appears {ends}: in {total}{apart}."


def _by_year(dated: Sequence[Appearance], undated: Sequence[Appearance]) -> Iterator[str]:
    """Yield how often the topic is named in each year, then in statements without a date."""
    for year, group in groupby(dated, key=lambda one: one.statement.date.year if one.statement.date else 0):
        yield f"{year}: {_times(list(group))}"
    if undated:
        yield f"{_UNDATED}: {_times(undated)}"


def _times(group: Sequence[Appearance]) -> str:
    times = sum(len(one.occurrences) for one in group)
    return f"{'once' if times == 1 else count(times, 'time')} in {count(len(group), 'statement')}"


def _first_passage(one: Appearance, summary: StatementSummary) -> Evidence:
    """Return the first sentences of a statement that name the topic, of its body where it has any there."""
    first = next((found for found in one.occurrences if found.is_in_body), one.occurrences[0])
    spans = [found.span for found in one.occurrences if found.passage.id == first.passage.id]
    return next(evidence_over(first.passage, summary, spans, heading=_year(summary)))


def _year(summary: StatementSummary) -> str:
    return str(summary.date.year) if summary.date else _UNDATED


def _name_notes(counted: PhraseCount, topic: str) -> Iterator[str]:
    """Yield the names that were counted beside the words as they were typed."""
    times = Counter({form.text: len(form.occurrences) for form in (*counted.forms, *counted.other_names)})
    if others := [f"{text} {times[text]:,}" for text in times if times[text] and text.casefold() != topic.casefold()]:
        yield f"Counted under these names too: {', '.join(others)}."


def _title_notes(titled: Sequence[StatementSummary]) -> Iterator[str]:
    if titled:
        yield f"Named in the title only: {listed(map(named, titled))}."


def _scope_notes(scope: Scope) -> Iterator[str]:
    if scope.note:
        yield scope.note


def _absent(request: TimelineRequest, scope: Scope, titled: Sequence[StatementSummary]) -> Findings:
    where = " in the text" if titled else ""
    return Findings(
        answered=bool(titled),
        headline=f"{quoted(request.topic)} does not appear{where} ({count(len(scope.held), 'statement')} searched).",
        notes=(*_title_notes(titled), *_scope_notes(scope)),
        filters=request.filters,
        subject=request.topic,
    )


def _statements_by_date(request: TimelineRequest, scope: Scope) -> Findings:
    """Return the statements, earliest first, each with the first passage that takes a position."""
    dated = sorted((held for held in scope.held if held.summary.date), key=lambda held: str(held.summary.date))
    undated = [held for held in scope.held if not held.summary.date]
    ends = [format_date(dated[at].summary.date) for at in (0, -1)] if dated else []
    apart = f"{count(len(undated), 'statement')} without a date" if undated else ""
    period = f"from {ends[0]} to {ends[1]}" if len(dated) > 1 else ", ".join(ends[:1])
    parts = [f"{count(len(dated), 'statement')} {period}" if dated else "", apart]
    return Findings(
        answered=True,
        headline=f"{' and '.join(part for part in parts if part)}, earliest first.",
        overview=tuple(named(held.summary) for held in (*dated, *undated)),
        evidence=tuple(_operative_passages((*dated, *undated))),
        notes=tuple(_scope_notes(scope)),
        filters=request.filters,
        subject="the statements",
    )


def _operative_passages(statements: Iterable[Held]) -> Iterator[Evidence]:
    """Yield the first sentence of each statement that takes a position; else its first paragraph."""
    for held in statements:
        heading = _year(held.summary)
        if held.positions:
            first = held.positions[0]
            excerpt = Span(first.sentence.start, first.sentence.end)
            yield Evidence(first.passage, held.summary, (first.phrase,), heading=heading, excerpt=excerpt)
        elif held.body:
            yield Evidence(held.body[0], held.summary, (), heading=heading)
