"""A verb typed as a command: "resolutions 2397", "quote …", "count …", "statements who Libya"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.corpus.statements import StatementSummary
from index.engines.citations.engine import CitationsRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.quotes.engine import QuoteRequest
from index.engines.quotes.find import find_quotations
from index.engines.registry import ENGINES, find_verb
from index.engines.selection import title_vocabulary
from index.engines.show.engine import ShowRequest
from index.engines.slots import FUNCTION, NAME, WORD, Slots
from index.engines.title_words import GROUPS, STATES, split_words
from index.request import Filters, Request

_SENTENCE_VERBS = frozenset({"compare"})
"""Verbs that begin sentences: only the reader tells the two sides of a comparison apart."""
_VERBS = "|".join(verb for engine in ENGINES for verb in engine.verbs if verb not in _SENTENCE_VERBS)
_COMMAND = re.compile(
    rf"^\W{{0,3}}(?:statements\s+(?={_VERBS}))?(?P<verb>(?!search\sfor\b)(?:{_VERBS}|statements))\b[:,]?(?P<rest>.*)$",
    re.IGNORECASE,
)
_NO_SENTENCE = frozenset({"the", "and", "of", "on", "for", "from", "in", "a", "statement", "statements"})


def read_command(  # noqa: C901 - one line for each verb
    slots: Slots, statements: Sequence[StatementSummary]
) -> Request | None:
    """Return the request of a command; None where the text is a sentence."""
    match = _COMMAND.match(slots.text)
    if not match:
        return None
    verb, rest = match["verb"].lower(), match["rest"].strip(" ?.!")
    if verb == "quote":
        return _read_quote(slots, match.start("rest"), rest)
    if _is_sentence(slots, match.start("rest")):
        return None
    if verb in {"resolutions", "citations"} and slots.instruments:
        return CitationsRequest(slots.filters(), ", ".join(one.number for one in slots.instruments))
    if verb == "count":
        return _count(slots, _outside(slots, match.start("rest")) or rest)
    if verb == "search":
        return SearchRequest(rest, slots.filters()) if rest else None
    named = slots.filters()
    if rest and named == Filters():
        if not _names_statements(rest, statements) and verb != "show":
            return None
        named = Filters(statement=rest)
    if verb in {"resolutions", "citations"}:
        return CitationsRequest(named)
    if verb == "show":
        return ShowRequest(rest, named) if rest and not re.search(r"¶|\bpara", rest) else None
    return _read_words("list" if verb == "statements" else verb, rest, named)


def _read_words(verb: str, words: str, named: Filters) -> Request | None:
    """Return the request of a verb; the statements are those that the question names, unless the verb's words do."""
    engine = find_verb(verb)
    request: Request | None = engine.read_words(words) if engine else None
    if engine is None or request is None:
        return None
    names_only_statements = request == engine.request(filters=request.filters)
    return replace(request, filters=named) if names_only_statements else request  # type: ignore[call-arg]


def _count(slots: Slots, words: str) -> Request | None:
    if slots.quotations:
        return OccurrencesRequest(slots.quotations, slots.filters(), is_exact=True)
    return OccurrencesRequest((words,), slots.filters()) if words else None


def _is_sentence(slots: Slots, start: int) -> bool:
    """Tell whether what follows a verb has words that no command takes: "who signed it?"."""
    if slots.text.rstrip().endswith("?"):
        return True
    return any(
        part.kind == FUNCTION and part.text.lower() not in _NO_SENTENCE for part in slots.parts if part.start >= start
    )


def _outside(slots: Slots, start: int) -> str:
    parts = [part for part in slots.parts if part.start >= start and part.kind in {WORD, NAME, FUNCTION}]
    while parts and parts[-1].kind == FUNCTION:
        parts = parts[:-1]
    while parts and parts[0].kind == FUNCTION:
        parts = parts[1:]
    return slots.text[parts[0].start : parts[-1].end] if parts else ""


def _names_statements(rest: str, statements: Sequence[StatementSummary]) -> bool:
    vocabulary = title_vocabulary(statements)
    known = vocabulary | STATES.keys() | GROUPS.keys() | {"statement", "the", "of"}
    return all(word.key in known for word in split_words(rest))


_BESIDE = frozenset({"check", "verify", "exact", "right"})


def _read_quote(slots: Slots, start: int, rest: str) -> Request | None:
    outer = [one for one in find_quotations(slots.text[start:]) if one.depth == 0]
    if outer and not [run for run in slots.runs if run.parts[0].start >= start and run.text.lower() not in _BESIDE]:
        return QuoteRequest(tuple(one.text.strip() for one in outer), slots.filters())
    asks = re.match(r"(?:me\b|(?:the|their|that|this|on)\s)", rest, re.IGNORECASE)
    if not rest or (not outer and asks):
        return None
    return QuoteRequest((rest,))
