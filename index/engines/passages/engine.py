"""The engine of passages: those that fit a question in meaning."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from index.engines.base import Engine
from index.request import Filters, Request

if TYPE_CHECKING:
    from index.answer import Findings
    from index.engines.corpus import Corpus


@dataclass(frozen=True, slots=True)
class SearchRequest(Request):
    """Passages that fit a question in meaning; `speaker` is whose words are asked for ("did Kamikawa say …").

    `topic` are the words of a subject of which whatever is said is asked for: passages that have them all answer. With
    `is_newest_first` those of the newest statement come first. `skip` leaves out the first, which were shown before.
    """

    query: str
    filters: Filters = field(default_factory=Filters)
    speaker: str = ""
    topic: tuple[str, ...] = ()
    is_newest_first: bool = False
    skip: int = 0

    engine: ClassVar[str] = "passages"


def _read_words(words: str) -> SearchRequest | None:
    return SearchRequest(words.strip()) if words.strip() else None


def _answer(request: SearchRequest, corpus: "Corpus") -> "Findings":
    from index.engines.passages.answer import answer_search

    return answer_search(request, corpus)


ENGINE = Engine(
    request=SearchRequest,
    answer=_answer,
    name="passages",
    summary="The passages that answer a question, the likeliest first.",
    verbs=("search",),
    usage=(("missile technology", ""),),
    read_words=_read_words,
    words_name="WORDS",
    missing="There is nothing to search for.",
)
