"""The engine of comparisons: how two statements differ."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.words import read_filters
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


_BETWEEN = (r" (?:with|vs\.?|versus|against) | / ", r" and ")
"""What parts two statements; a title may have “and” in it."""


def _read_words(words: str) -> ComparisonRequest | None:
    for between in _BETWEEN:
        sides = re.split(between, words.strip(), maxsplit=1, flags=re.IGNORECASE)
        if len(sides) == 2 and all(sides):
            return ComparisonRequest(read_filters(sides[0]), read_filters(sides[1]))
    return ComparisonRequest(read_filters(words)) if words.strip() else None


def _answer(request: ComparisonRequest, corpus: "Corpus") -> "Findings":
    from index.engines.comparison.answer import answer_comparison

    return answer_comparison(request, corpus)


ENGINE = Engine(
    request=ComparisonRequest,
    answer=_answer,
    name="comparison",
    summary="How two statements differ, paragraph by paragraph.",
    verbs=("compare",),
    usage=(("AUKUS 2021 with AUKUS 2022", ""),),
    read_words=_read_words,
    words_name="STATEMENTS",
    words_help="Two statements by words of titles or dates, with “with” between.",
    missing="There are no statements to compare.",
    cli_name="compare",
)
