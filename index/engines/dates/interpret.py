"""Which statements' dates a question asks for."""

from collections.abc import Iterable

from index.engines.dates.engine import DatesRequest
from index.engines.slots import Interpretation, Slots


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the request for the statements that are named."""
    left = tuple(run.text for run in slots.runs) + tuple(one.number for one in slots.instruments)
    yield Interpretation(DatesRequest(slots.filters()), left)
