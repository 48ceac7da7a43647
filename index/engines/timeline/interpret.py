"""Which timeline a question asks for: of a topic, or of the statements that it names."""

from collections.abc import Iterable
from dataclasses import replace

from index.engines.slots import Interpretation, Slots
from index.engines.timeline.engine import TimelineRequest

_CUES = ("timeline", "chronolog", "evol", "histor", "trajector")


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the timeline of the topic that is named; what nothing in the question asks for is left unexplained."""
    filters = slots.filters()
    if abs(filters.newest) == 1:  # "first" and "last" ask for the ends of the timeline, not for one statement
        filters = replace(filters, newest=0)
    topics = slots.quotations or tuple(run.text for run in slots.runs) or tuple(one.text for one in slots.instruments)
    is_asked = slots.has(*_CUES) or {"over", "time"} <= slots.words or len({one.count for one in slots.ranks}) > 1
    left = topics[1:] if is_asked else (*topics[1:], "timeline")
    yield Interpretation(TimelineRequest(filters, next(iter(topics), "")), left)
