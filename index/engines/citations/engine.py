"""The engine of citations: every instrument that statements cite."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.engines.citations.citation import CitationKind
from index.engines.words import read_filters
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


_NUMBER = r"(?:ES-)?\d+(?:/\d{1,4})?(?: ?[A-F])?(?: ?\([IVXLCDM\d-]+\))?"
_NUMBERS = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:(?:,| and|, and) {_NUMBER})*)(?: (?:in|of|from) (?P<rest>.+))?", re.IGNORECASE
)
"""'1718', '1718 (2006)', 'ES-11/1', '68/262', '377 A (V)', '1718 and 1874 in the Syria statement'."""


def _read_words(words: str) -> CitationsRequest:
    numbered = _NUMBERS.fullmatch(" ".join(words.split()))
    if not numbered:
        return CitationsRequest(read_filters(words))
    numbers = re.findall(_NUMBER, numbered["numbers"], re.IGNORECASE)
    return CitationsRequest(read_filters(numbered["rest"] or ""), ", ".join(numbers))


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
    usage=(("", ""), ("1718", ""), ("Syria", "in the statements so called")),
    read_words=_read_words,
    words_name="[NUMBER|STATEMENT]",
    words_help="A number, or an id or words of titles.",
    cli_name="resolutions",
)
