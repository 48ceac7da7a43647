"""Which list of statements a question asks for: by title, issuer, date and rank."""

from collections.abc import Iterable
from dataclasses import replace

from index.engines.slots import DOC, DOCS, NAME, Interpretation, Slots
from index.engines.statements.engine import StatementsRequest

_ABOUT = frozenset({"on", "about", "regarding", "concerning", "of", "covering", "re"})
_HEADS = ("statement", "one", "text", "document", "communiqu", "declaration", "release", "resolution")
_BY = frozenset({"by", "from", "did", "does", "has", "have", "with"})


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the list of the statements that are named, on a subject or by somebody."""
    filters = slots.filters()
    left = []
    if slots.ranks and not (slots.has(*_HEADS) or slots.of(DOC, DOCS)):
        left.append(slots.ranks[0].text)  # "the latest on Iran" is what was said, not which statement it is
    for run in slots.runs:
        if run.before in _ABOUT and not filters.about:
            filters = replace(filters, about=run.text)
        elif run.before == "not" and (filters.issuer or run.parts[0].kind == NAME) and not filters.not_issuer:
            filters = replace(filters, not_issuer=run.text)
        elif run.before in _BY and not filters.issuer and (run.text[:1].isupper() or run.parts[0].kind == NAME):
            filters = replace(filters, issuer=run.text)
        else:
            left.append(run.text)
    yield Interpretation(StatementsRequest(filters), (*left, *(one.number for one in slots.instruments)))
