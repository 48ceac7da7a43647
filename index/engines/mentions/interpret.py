"""Which words a question wants counted or found: those in quotation marks, or those that nothing else explains."""

import re
from collections.abc import Iterable
from dataclasses import replace

from index.engines.mentions.engine import OccurrencesRequest
from index.engines.slots import DOCS, Interpretation, Run, Slots
from index.engines.statements.engine import StatementsRequest
from index.request import Filters
from index.text.names import gazetteer

_IN = frozenset({"in", "within", "does", "inside"})
_JOINED = re.compile(r"\s*,\s*(?:and\s|or\s)?|\s+(?:and|or|nor|as well as)\s+|\s*&\s*", re.IGNORECASE)
_THE_WORDS = re.compile(
    r"\bthe\s(?:phrase|words?|term|expression)\s(?P<words>[^,;:?]{2,80}?)"
    r"(?=\s(?:in|appears?|occurs?|used|mentioned|comes?\sup|ever|anywhere|and\swhere|is|are)\b|\W*$)",
    re.IGNORECASE,
)
"""What is named as words: "the phrase last but not least"."""
_EXCEPTIONS = re.compile(
    r"\bthat\s+(?:do|does|did)\s*(?:not|n't)\s+(?:mention|name|cite)\s+|"
    r"\b(?:but|and|yet)\s+(?:(?:do|does|did)\s*(?:not|n't)|don't|doesn't|didn't|not|never|no)\s+"
    r"(?:mention\w*\s+|name\s+|naming\s+|cite\s+|refer\s+to\s+)?(?:any\s+|the\s+)?|\bexcept\s+(?:for\s+)?(?:the\s+)?|\bwithout\s+(?:naming\s+|mentioning\s+|citing\s+)?(?=[A-Z])",
    re.IGNORECASE,
)


def interpret(slots: Slots) -> Iterable[Interpretation]:
    """Yield the request for the words, without what the statements must not mention."""
    filters = slots.filters()
    is_both = bool(slots.words & {"both", "together", "well"})
    if slots.quotations:
        is_negated = slots.is_negated
        yield Interpretation(OccurrencesRequest(slots.quotations, filters, is_exact=True, is_negated=is_negated))
        return
    worded = _THE_WORDS.search(slots.text)
    if worded:
        words = worded["words"].strip()
        # "where does the term … come from" asks more than where the words stand.
        left = (words,) if words.endswith((" from", " of", " to", " for")) else ()
        yield Interpretation(OccurrencesRequest((words,), replace(filters, newest=0)), left)
        return
    cut = _EXCEPTIONS.search(slots.text)
    whole = slots.runs
    later = slots.without(part for part in slots.parts if part.start < cut.end()).runs if cut else ()
    runs = slots.without(part for part in slots.parts if part.end > cut.start()).runs if cut else whole
    place = next((run for run in runs if len(runs) > 1 and run.before in _IN), None)
    if place is not None and filters == Filters():
        # "is China mentioned in AUKUS?": a title without a word for a document
        filters = Filters(statement=place.text)
        runs = tuple(run for run in runs if run is not place)
    phrases = tuple(phrase for run in runs for phrase in _phrases(run))
    excluded = tuple(phrase for run in later for phrase in _phrases(run)) if phrases else ()
    phrases = phrases or tuple(phrase for run in whole for phrase in _phrases(run))
    if phrases:
        if filters.newest:
            filters = replace(filters, mentions=phrases)
            if slots.has("statement", "text", "document") or slots.of(DOCS):
                yield Interpretation(StatementsRequest(filters))  # "the last statement that mentions Iran"
                return
        yield Interpretation(
            OccurrencesRequest(
                phrases,
                filters,
                is_negated=slots.is_negated and not excluded,
                excluded=excluded,
                needs_all=is_both and len(phrases) > 1,
            )
        )


def _phrases(run: Run) -> Iterable[str]:
    if gazetteer().find_entity(run.text) is not None:
        return (run.text,)
    return (part for part in _JOINED.split(run.text) if part)
