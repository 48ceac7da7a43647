"""The engine of mentions: how often statements have words or phrases, and where."""

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine, Option
from index.engines.words import read_filters, read_quotations
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class OccurrencesRequest(Request):
    """Every occurrence of words or phrases; `is_exact` where they were given in quotation marks: no other names.

    With `is_negated` the statements without any of them are asked for. Statements that have any of `excluded` do not
    count; with `needs_all` only those with every phrase do.
    """

    phrases: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    is_exact: bool = False
    is_negated: bool = False
    excluded: tuple[str, ...] = ()
    needs_all: bool = False

    engine: ClassVar[str] = "occurrences"


_PARTS = re.compile(
    r"(?P<phrase>.+?)(?: (?:except|but not|without) (?P<excluded>.+?))?"
    r"(?: in (?P<statement>(?:the )?.+ statements?|statements? .+))?",
    re.IGNORECASE,
)
"""'DPRK in the Syria statement', 'Iran but not Israel'."""


def _read_words(words: str) -> OccurrencesRequest | None:
    """Read phrases; those in quotation marks are counted exactly as they are."""
    if not any(map(str.isalnum, words)):
        return None
    phrases, filters = read_quotations(words)
    if phrases:
        return OccurrencesRequest(phrases, filters, is_exact=True)
    parts = _PARTS.fullmatch(" ".join(words.split()))
    if parts is None:
        return None
    excluded = (parts["excluded"],) if parts["excluded"] else ()
    return OccurrencesRequest((parts["phrase"],), read_filters(parts["statement"] or ""), excluded=excluded)


def _answer(request: OccurrencesRequest, corpus: "Corpus") -> "Findings":
    from index.engines.mentions.answer import answer_occurrences

    return answer_occurrences(request, corpus)


ENGINE = Engine(
    request=OccurrencesRequest,
    answer=_answer,
    name="occurrences",
    summary="How often a word or phrase occurs and where, or the proof that it does not.",
    verbs=("count",),
    usage=(("DPRK", ""), ("“ballistic missile”", "in no other form")),
    read_words=_read_words,
    words_name="PHRASE",
    words_help="A word or phrase; in “quotation marks” no other form of it.",
    missing="There is no word to count.",
    cli_name="count",
    options=(
        Option(
            name="statement",
            help="Only statements with this id, or these words in the title.",
            metavar="WORDS",
            apply=lambda request, words: replace(request, filters=Filters(statement=words[0])),
        ),
    ),
)
