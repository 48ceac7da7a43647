"""The engine of dates: when statements were issued."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.words import read_filters
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class DatesRequest(Request):
    """When statements were issued."""

    filters: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "dates"


def _read_words(words: str) -> DatesRequest:
    return DatesRequest(read_filters(words))


def _answer(request: DatesRequest, corpus: "Corpus") -> "Findings":
    from index.engines.dates.answer import answer_dates

    return answer_dates(request, corpus)


ENGINE = Engine(
    request=DatesRequest,
    answer=_answer,
    name="dates",
    summary="When the statements were issued.",
    verbs=("when", "dates"),
    usage=(("AUKUS", "when they were issued"),),
    read_words=_read_words,
    cli_name="when",
)
