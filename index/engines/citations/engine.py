"""The engine of citations: every instrument that statements cite."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.citations.find import CitationKind
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class CitationsRequest(Request):
    """Every citation; only of one instrument where `number` is set, only of some kinds where `kinds` is.

    `number` may hold a year, "2397 (2017)", and several numbers with ", " between. With `is_negated` the statements
    without any such citation are asked for. `topic` is what the citing passage, or the title, must name.
    """

    filters: Filters = field(default_factory=Filters)
    number: str = ""
    kinds: tuple[CitationKind, ...] = ()
    is_negated: bool = False
    topic: str = ""

    engine: ClassVar[str] = "citations"


def _answer(request: CitationsRequest, corpus: "Corpus") -> "Findings":
    from index.engines.citations.answer import answer_citations

    return answer_citations(request, corpus)


ENGINE = Engine(
    request=CitationsRequest,
    answer=_answer,
    name="citations",
    summary="Every resolution that is cited, with every passage that cites it.",
    verbs=("resolutions", "citations"),
    slash_command="/resolutions",
    examples=("which resolutions are cited?", "is resolution 2397 cited?", "which treaties do the statements invoke?"),
)
