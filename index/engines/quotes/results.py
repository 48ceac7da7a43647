"""What a check of a quotation says: its verdict, places, differences and notes."""

from dataclasses import dataclass
from enum import StrEnum

from index.corpus.statements import Passage, Span, Statement


class Verdict(StrEnum):
    """How a quotation stands to the statements."""

    EXACT = "exact"
    PUNCTUATION = "punctuation"  # exact but for punctuation, spacing and case
    ALTERED = "altered"
    STITCHED = "stitched"  # all its words are there in order, in parts that stand apart
    ELSEWHERE = "elsewhere"  # not in the statements asked about, but in another one
    NOT_FOUND = "not_found"


class PartKind(StrEnum):
    """What a quotation did with some words."""

    SAME = "same"
    LEFT_OUT = "left_out"  # in the source, not in the quotation
    PUT_IN = "put_in"  # in the quotation, not in the source


class QuoteNote(StrEnum):
    """What a reader must know beside the verdict."""

    CASE_DIFFERS = "case_differs"
    ACCENTS_DIFFER = "accents_differ"  # "Turkiye" for "Türkiye"
    WITHIN_WORD = "within_word"  # begins or ends at the hyphen of "non-nuclear", or before the "'s" of "DPRK's"
    OMISSIONS_MARKED = "omissions_marked"  # words were left out where the quotation has an ellipsis
    INSERTIONS_MARKED = "insertions_marked"  # words were put in, or changed, in square brackets
    LOOKALIKE_LETTERS = "lookalike_letters"  # letters of another alphabet that look like the source's


@dataclass(frozen=True, slots=True)
class QuotePart:
    """A stretch of the comparison: the source's words with their span, or the quotation's own words without one."""

    kind: PartKind
    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """A place that a quotation corresponds to; all spans are offsets into the statement's text.

    `passages` are in reading order; where nothing is close they hold the closest one alone, and the rest is empty.
    `spans` are the words that the quotation shares with the source, each within one passage. `before` and `after` are
    what the sentence says around them. `closeness` is at most 1, and 1 if every word is there with none between.
    """

    verdict: Verdict
    statement: Statement
    passages: tuple[Passage, ...]
    spans: tuple[Span, ...] = ()
    diff: tuple[QuotePart, ...] = ()
    before: Span | None = None
    after: Span | None = None
    notes: tuple[QuoteNote, ...] = ()
    closeness: float = 1.0


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of one quotation.

    `matches` holds the faithful places in the order of the statements, exact or not but for punctuation: up to 500,
    and `places` counts all. Otherwise it holds the closest place alone, and none if not a single word is shared. Where
    the verdict is ELSEWHERE, the matches are those of the other statements, `verdict_elsewhere` says how the quotation
    stands to them, and `closest_here` is the closest place in the statements asked about.
    """

    quote: str
    verdict: Verdict
    matches: tuple[QuoteMatch, ...] = ()
    places: int = 0
    verdict_elsewhere: Verdict | None = None
    closest_here: QuoteMatch | None = None

    @property
    def notes(self) -> tuple[QuoteNote, ...]:
        """What a reader must know beside the verdict, by the first match."""
        return self.matches[0].notes if self.matches else ()
