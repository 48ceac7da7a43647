"""Which quotations a question wants checked."""

from collections.abc import Iterable

from index.engines.quotes.engine import QuoteRequest
from index.engines.slots import Interpretation, Slots

_LEAST_WORDS = 4
_PASTED_WORDS = 12


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the check of what stands in quotation marks, or after a colon."""
    if slots.quotations:
        yield Interpretation(QuoteRequest(slots.quotations, slots.filters(), slots.speaker))
        return
    if not slots.text.endswith("?") and len(slots.text.split()) >= _PASTED_WORDS and ":" not in slots.text:
        yield Interpretation(QuoteRequest((slots.text,)))
        return
    before, _, after = slots.text.partition(":")
    if len(after.split()) >= _LEAST_WORDS and len(before.split()) < len(after.split()):
        yield Interpretation(QuoteRequest((after.strip(),), slots.filters()))
