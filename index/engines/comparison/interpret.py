"""Which two statements a question compares."""

from collections.abc import Iterable
from dataclasses import replace

from index.engines.comparison.engine import ComparisonRequest
from index.engines.slots import DOC, DOCS, SINCE, WHEN, Interpretation, Slots
from index.request import Filters

_TWO = 2


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the comparison of the two sides that are named, or of the two statements that one reference means."""
    named = [one for part in slots.statements for one in (part.filters, *part.others)]
    left = tuple(run.text for run in slots.runs)
    periods = [part.filters for part in slots.statements if part.kind in {WHEN, SINCE}]
    if slots.ranks and slots.has("previous", "before", "prior", "preceding"):
        yield Interpretation(ComparisonRequest(replace(slots.filters(), newest=_TWO)))
        return
    if len(periods) == len(named) == 2 and len(left) == 1:  # "arctic March vs June"
        whole = Filters(about=left[0])
        yield Interpretation(ComparisonRequest(*(_dated(whole, one) for one in periods)))
        return
    if len(named) == 1 or any(part.kind == DOCS for part in slots.statements):
        whole = next((part.filters for part in slots.statements if part.kind == DOCS), named[0])
        periods = [part.filters for part in slots.statements if part.kind == WHEN]
        if len(periods) == 2:
            yield Interpretation(ComparisonRequest(*(_dated(whole, one) for one in periods)), left)
            return
        is_other = bool(slots.words & {"this", "it", "that"}) and all(part.kind == DOC for part in slots.statements)
        if len(named) == 1 and is_other:
            yield Interpretation(ComparisonRequest(Filters(), named[0]), left)
            return
        if len(named) == 1 or len(periods) == len(named) - 1:
            yield Interpretation(ComparisonRequest(replace(whole, statement_ids=())), left)
            return
    if len(named) >= 2:
        first, second = named[:2]
        yield Interpretation(ComparisonRequest(_with_topic(first, second), _with_topic(second, first)), left)
        return
    yield Interpretation(ComparisonRequest(), left)


def _dated(whole: Filters, one: Filters) -> Filters:
    return replace(whole, since=one.since, until=one.until, month=one.month, day=one.day)


def _with_topic(one: Filters, other: Filters) -> Filters:
    # "the June 2022 Libya statement and the March 2022 one"
    if one.statement or one.about or one.issuer or one.statement_ids:
        return one
    return replace(one, statement=other.statement, about=other.about, issuer=other.issuer)
