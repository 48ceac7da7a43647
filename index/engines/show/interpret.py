"""Which statement, or which paragraph of one, a question wants to read."""

import re
from collections.abc import Iterable

from index.engines.selection import describe
from index.engines.show.engine import ShowRequest
from index.engines.slots import Interpretation, Slots
from index.request import Filters

_PARAGRAPH = re.compile(
    r"(?:¶\s?|\bpara(?:graph)?s?\.?\s(?:no\.?\s)?)(?P<number>\d{1,2})\b"
    r"|\b(?P<rank>first|second|third|fourth|fifth|last|final|\d{1,2}(?:st|nd|rd|th))\s(?:para(?:graph)?)\b",
    re.IGNORECASE,
)
_RANKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "final": -1}


def find_paragraph(text: str) -> int:
    """Return the number of the paragraph that is asked for, -1 for the last; 0 where none is."""
    match = _PARAGRAPH.search(text)
    if not match:
        return 0
    if match["number"]:
        return int(match["number"])
    rank = match["rank"].lower()
    return _RANKS.get(rank) or int(re.sub(r"\D", "", rank))


def find_form(slots: Slots) -> str:
    """Return whether the address of a statement is wanted, or how to cite it; empty for its text."""
    if slots.words & {"link", "links", "url", "source", "address", "published", "permalink"}:
        return "link"
    return "citation" if slots.has("cite", "citation", "footnote", "reference") else ""


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the text, a paragraph, the address or the citation of the statement that is named."""
    filters = slots.filters()
    paragraph, form = find_paragraph(slots.text), find_form(slots)
    left = tuple(run.text for run in slots.runs)
    if filters != Filters():
        yield Interpretation(ShowRequest(describe(filters) or "those", filters, paragraph, form), left)
    elif len(slots.runs) == 1 and not slots.instruments:
        words = slots.runs[0].text
        yield Interpretation(ShowRequest(words, Filters(statement=words), paragraph, form))
    elif slots.instruments:
        number = slots.instruments[0].number
        yield Interpretation(
            ShowRequest(f"resolution {number}", Filters(statement=f"resolution {number}"), paragraph, form), left
        )
