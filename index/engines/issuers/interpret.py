"""Which statements' issuers a question asks for."""

from collections.abc import Iterable
from dataclasses import replace

from index.engines.issuers.engine import IssuersRequest
from index.engines.slots import NAME, Interpretation, Slots


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the request for the statements that are named."""
    filters, runs = slots.filters(), slots.runs
    names = [run for run in runs if any(part.kind == NAME for part in run.parts) or run.text[:1].isupper()]
    if names and not filters.statement:
        # "who else signed with Kenya?", "did China and the US ever issue something together?"
        filters = replace(filters, issuer=" ".join(run.text for run in names))
    left = tuple(run.text for run in runs if run not in names) + tuple(one.number for one in slots.instruments)
    yield Interpretation(IssuersRequest(filters), left)
