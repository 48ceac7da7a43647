"""The engine of quotations: whether the statements have them word for word."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine, Option
from index.engines.words import read_quotations
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


def _read_words(words: str) -> QuoteRequest | None:
    """Read quotations in quotation marks, and the statements named beside them; without marks all is one quotation."""
    quotes, filters = read_quotations(words)
    if quotes:
        return QuoteRequest(quotes, filters)
    return QuoteRequest((words.strip(),)) if any(map(str.isalnum, words)) else None


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
    usage=(("“a nuclear war cannot be won and must never be fought”", ""),),
    read_words=_read_words,
    words_name="QUOTATION",
    words_help="The words to be checked.",
    missing="There are no words to check.",
    cli_name="quote",
    options=(
        Option(
            name="statement",
            help="Only statements with this id, or these words in the title.",
            metavar="WORDS",
            apply=lambda request, words: replace(request, filters=Filters(statement=words[0])),
        ),
    ),
)
