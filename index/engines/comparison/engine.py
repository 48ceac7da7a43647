"""The engine of comparisons: how two statements differ."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class ComparisonRequest(Request):
    """How two statements differ."""

    filters: Filters = field(default_factory=Filters)
    other: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "comparison"


def _answer(request: ComparisonRequest, corpus: "Corpus") -> "Findings":
    from index.engines.comparison.answer import answer_comparison

    return answer_comparison(request, corpus)


ENGINE = Engine(
    request=ComparisonRequest,
    answer=_answer,
    name="comparison",
    summary="How two statements differ, paragraph by paragraph.",
    verbs=("compare",),
    examples=("compare the March and the June Libya statements", "how do the two AUKUS statements differ?"),
)
