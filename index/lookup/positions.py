"""Statement → the positions it takes, in its own words: stances, demands and commitments."""

from dataclasses import dataclass
from enum import StrEnum

from index.corpus.statements import Passage, Sentence, Span, Statement


class PositionKind(StrEnum):
    """What kind of position a sentence takes."""

    STANCE = "stance"  # "strongly condemn", "are deeply concerned"
    DEMAND = "demand"  # "urge the DPRK and Russia to …"
    COMMITMENT = "commitment"  # "we will continue to …"


@dataclass(frozen=True, slots=True)
class Position:
    """One position as written; spans are offsets into the statement's text.

    `phrase` is the words that carry it ("strongly condemn"), `addressee` whom a demand is made of, `hedges` the words
    that limit it ("several of which", "would").
    """

    kind: PositionKind
    passage: Passage
    sentence: Sentence
    phrase: Span
    addressee: Span | None = None
    hedges: tuple[Span, ...] = ()


def find_positions(statement: Statement) -> list[Position]:
    """Return every position a statement takes, in reading order."""
    raise NotImplementedError
