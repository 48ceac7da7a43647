"""The engine of mentions: how often statements have words or phrases, and where."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class OccurrencesRequest(Request):
    """Every occurrence of words or phrases; `is_exact` where they were given in quotation marks: no other names.

    With `is_negated` the statements without any of them are asked for. Statements that have any of `excluded` do not
    count.
    """

    phrases: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    is_exact: bool = False
    is_negated: bool = False
    excluded: tuple[str, ...] = ()

    engine: ClassVar[str] = "occurrences"


def _answer(request: OccurrencesRequest, corpus: "Corpus") -> "Findings":
    from index.engines.mentions.answer import answer_occurrences

    return answer_occurrences(request, corpus)


ENGINE = Engine(
    request=OccurrencesRequest,
    answer=_answer,
    name="occurrences",
    summary="How often a word or phrase occurs and where, or the proof that it does not.",
    verbs=("count",),
    examples=("how often is China mentioned?", "is Taiwan mentioned?", "which statements do not mention Russia?"),
)
