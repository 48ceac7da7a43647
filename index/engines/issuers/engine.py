"""The engine of issuers: who issued statements."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.words import read_filters
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class IssuersRequest(Request):
    """Who issued statements."""

    filters: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "issuers"


def _read_words(words: str) -> IssuersRequest:
    return IssuersRequest(read_filters(words))


def _answer(request: IssuersRequest, corpus: "Corpus") -> "Findings":
    from index.engines.issuers.answer import answer_issuers

    return answer_issuers(request, corpus)


ENGINE = Engine(
    request=IssuersRequest,
    answer=_answer,
    name="issuers",
    summary="Who issued the statements.",
    verbs=("who", "issuers"),
    usage=(("Syria", "who issued them"),),
    read_words=_read_words,
    cli_name="who",
)
