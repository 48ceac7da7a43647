"""The engine of quotations: whether the statements have them word for word."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class QuoteRequest(Request):
    """Whether quotations are in the statements word for word; `speaker` is who is said to have said so."""

    quotes: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    speaker: str = ""

    engine: ClassVar[str] = "quote"


def _answer(request: QuoteRequest, corpus: "Corpus") -> "Findings":
    from index.engines.quotes.answer import answer_quote

    return answer_quote(request, corpus)


ENGINE = Engine(
    request=QuoteRequest,
    answer=_answer,
    name="quote",
    summary="Whether a quotation is in the statements word for word, and how it differs.",
    verbs=("quote",),
    slash_command="/quote",
    examples=("did they say “a nuclear war cannot be won”?", "is this quotation right: “must never be fought”?"),
)
