"""The engine of checks: every quotation and every number of a resolution in a message, held against the statements."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class CheckRequest(Request):
    """Whether the quotations and citations in a text are right."""

    text: str
    filters: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "check"


def _read_words(words: str) -> CheckRequest | None:
    return CheckRequest(words) if words.strip() else None


def _answer(request: CheckRequest, corpus: "Corpus") -> "Findings":
    from index.engines.check.answer import answer_check

    return answer_check(request, corpus)


ENGINE = Engine(
    request=CheckRequest,
    answer=_answer,
    name="check",
    summary="Every quotation and resolution number of a message, checked against the statements.",
    usage=(("They wrote that “a nuclear war cannot be won” in resolution 1718.", ""),),
    read_words=_read_words,
    words_name="TEXT",
    words_help="The text to be checked.",
    missing="There is no text to check.",
    cli_name="check",
)
