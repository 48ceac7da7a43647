"""The engine of timelines: what statements say of a topic, in order of date."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.words import read_filters
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class TimelineRequest(Request):
    """What statements say of a topic in order of date; without a topic the statements themselves."""

    filters: Filters = field(default_factory=Filters)
    topic: str = ""

    engine: ClassVar[str] = "timeline"


_STATEMENTS = re.compile(r"\b(?:statements?|documents?|texts?)\b|^(?:from|by)\s", re.IGNORECASE)
_TOPIC_IN = re.compile(r"(?P<topic>.+?) in (?P<statements>(?:the )?.+ statements?)", re.IGNORECASE)
"""'ceasefire in the G7 statements'."""


def _read_words(words: str) -> TimelineRequest:
    """Read a topic with its dates, or the statements that the words name."""
    words = " ".join(words.split())
    if match := _TOPIC_IN.fullmatch(words):
        return TimelineRequest(read_filters(match["statements"]), match["topic"])
    filters = read_filters(words)
    if _STATEMENTS.search(words):
        return TimelineRequest(filters)
    return TimelineRequest(replace(filters, statement=""), filters.statement)


def _answer(request: TimelineRequest, corpus: "Corpus") -> "Findings":
    from index.engines.timeline.answer import answer_timeline

    return answer_timeline(request, corpus)


ENGINE = Engine(
    request=TimelineRequest,
    answer=_answer,
    name="timeline",
    summary="What the statements say of a topic, in order of date.",
    verbs=("timeline",),
    usage=(("DPRK since 2022", "first, last and how often"), ("the Syria statements", "")),
    read_words=_read_words,
    words_name="[TOPIC]",
    words_help="A topic, with dates if need be; or statements: “the Syria statements”.",
    cli_name="timeline",
)
