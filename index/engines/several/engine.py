"""The engine of several questions in one message: each part is answered by its own engine, in order."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class SeveralRequest(Request):
    """The requests of the parts of a question, in order; `filters` are those of the first."""

    parts: tuple[Request, ...]
    filters: Filters = field(default_factory=Filters)

    engine: ClassVar[str] = "several"


def _answer(request: SeveralRequest, corpus: "Corpus") -> "Findings":
    from index.engines.several.answer import answer_several

    return answer_several(request, corpus)


ENGINE = Engine(
    request=SeveralRequest,
    answer=_answer,
    name="several",
    summary="Several questions in one message, answered part by part.",
)
