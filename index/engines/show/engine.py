"""The engine of full texts: one statement, passage by passage."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class ShowRequest(Request):
    """A statement in full; `statement` is what it was called, `filters` what selects it.

    `paragraph` is the number of the one that is wanted, the last where it is -1; `form` is "link" or "citation" where
    the address or the way to cite it is.
    """

    statement: str
    filters: Filters = field(default_factory=Filters)
    paragraph: int = 0
    form: str = ""

    engine: ClassVar[str] = "statement"


def _read_words(words: str) -> ShowRequest | None:
    words = words.strip()
    return ShowRequest(words, Filters(statement=words)) if words else None


def _answer(request: ShowRequest, corpus: "Corpus") -> "Findings":
    from index.engines.show.answer import answer_show

    return answer_show(request, corpus)


ENGINE = Engine(
    request=ShowRequest,
    answer=_answer,
    name="statement",
    summary="A statement in full.",
    verbs=("show",),
    usage=(("Washington Declaration", ""),),
    read_words=_read_words,
    words_name="STATEMENT",
    missing="There is no statement to show.",
)
