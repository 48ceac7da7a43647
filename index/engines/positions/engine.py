"""The engine of positions: what statements condemn, demand and commit to."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine, Option
from index.engines.positions.find import PositionKind
from index.engines.words import read_filters
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class PositionsRequest(Request):
    """The positions that statements take; all kinds where `kinds` is empty.

    `topic` is what the sentence, or the title, must name; `addressee` whom demands must be made of. `verb` is the one
    verb whose positions are asked for ("condemn").
    """

    filters: Filters = field(default_factory=Filters)
    kinds: tuple[PositionKind, ...] = ()
    topic: str = ""
    addressee: str = ""
    verb: str = ""

    engine: ClassVar[str] = "positions"


def _read_words(words: str) -> PositionsRequest:
    return PositionsRequest(read_filters(words))


def _answer(request: PositionsRequest, corpus: "Corpus") -> "Findings":
    from index.engines.positions.answer import answer_positions

    return answer_positions(request, corpus)


ENGINE = Engine(
    request=PositionsRequest,
    answer=_answer,
    name="positions",
    summary="What the statements condemn, demand and commit to, in their own words.",
    verbs=("positions",),
    usage=(("Belarus", "what they condemn, demand and commit to"),),
    read_words=_read_words,
    cli_name="positions",
    options=(
        Option(
            name="kind",
            help="What is listed; more than one can be given.",
            choices=tuple(PositionKind),
            is_repeatable=True,
            apply=lambda request, kinds: replace(request, kinds=tuple(PositionKind(kind) for kind in kinds)),
        ),
    ),
)
