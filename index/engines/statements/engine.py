"""The engine of the list: which statements there are."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.words import read_filters
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class StatementsRequest(Request):
    """Which statements there are."""

    filters: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "statements"


def _read_words(words: str) -> StatementsRequest:
    return StatementsRequest(read_filters(words))


def _answer(request: StatementsRequest, corpus: "Corpus") -> "Findings":
    from index.engines.statements.answer import answer_statements

    return answer_statements(request, corpus)


ENGINE = Engine(
    request=StatementsRequest,
    answer=_answer,
    name="statements",
    summary="Which statements there are, newest first.",
    verbs=("list",),
    usage=(("", ""), ("on Syria since 2022", "")),
    read_words=_read_words,
)
