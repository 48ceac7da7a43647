"""A quoted passage: which part of it is shown, what is bold in it, and its modal with the passages around it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.slack.blocks.builders import (
    CHARACTER,
    Block,
    context_line,
    cut_between_characters,
    cut_between_words,
    mark_hidden_characters,
    plain_text,
    rich_text,
    section,
    shorten,
    source_link,
    text_run,
)
from index import Evidence, Passage, Span, Statement, format_date

MAX_PASSAGE_CHARACTERS = 3_000
"""Quoted of one passage at most. Slack refuses a message near 13,200 characters over all blocks
(slackapi/bolt-js#2509); three passages of this length stay well below."""

_MAX_STRESSED = 50
SHOW_PASSAGE_ACTION = "show_passage"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part [start, end) of a passage that is quoted, what is bold in it and what is struck out."""

    passage: Passage
    start: int
    end: int
    stressed: tuple[tuple[int, int], ...]
    struck: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """The words that are quoted."""
        return self.passage.text[self.start : self.end]

    @property
    def is_cut_before(self) -> bool:
        """Tell whether the passage begins before the excerpt."""
        return self.start > 0

    @property
    def is_cut_after(self) -> bool:
        """Tell whether the passage goes on after the excerpt."""
        return self.end < len(self.passage.text)


def quotation(evidence: Evidence, number: int, limit: int) -> Block:
    """Return the block that names a passage and quotes it; no number where `number` is 0."""
    excerpt = choose_excerpt(evidence, limit)
    numbered = f"{number}. " if number else ""
    source = [text_run(f"{numbered}{shorten(evidence.statement.title)}", bold=True)]
    source.append(text_run(f" · {format_date(evidence.statement.date)} · {evidence.place}"))
    source.extend(source_link(evidence.statement.source))
    return rich_text(section(*source), {"type": "rich_text_quote", "elements": _quoted(excerpt)})


def _quoted(excerpt: Excerpt) -> list[Block]:
    """Return the words of an excerpt in their styles, with […] where the passage goes on."""
    parts: list[Block] = [text_run("[…] ", italic=True)] if excerpt.is_cut_before else []
    edges = {excerpt.start, excerpt.end}
    edges.update(edge for span in (*excerpt.stressed, *excerpt.struck) for edge in span)
    for start, end in pairwise(sorted(edges)):
        is_bold = any(first <= start and end <= last for first, last in excerpt.stressed)
        is_struck = any(first <= start and end <= last for first, last in excerpt.struck)
        parts.append(text_run(excerpt.passage.text[start:end], bold=is_bold and not is_struck, strike=is_struck))
    parts.extend([text_run(" […]", italic=True)] if excerpt.is_cut_after else [])
    return parts


def choose_excerpt(evidence: Evidence, limit: int) -> Excerpt:
    """Choose the part of a passage to quote: the asked part if it fits, else whole sentences around the first span.

    Only a sentence longer than the limit is cut, between two words.
    """
    passage = evidence.passage
    chosen = evidence.excerpt or Span(passage.start, passage.end)
    first, last = max(chosen.start - passage.start, 0), min(chosen.end - passage.start, len(passage.text))
    first, last = _with_whole_characters(passage.text, first, last)
    spans, struck = (_within(marked, passage, first, last) for marked in (evidence.spans, evidence.struck))
    if last - first <= limit:
        return Excerpt(passage, first, last, spans, struck)
    start, end = spans[0] if spans else (first, first)
    end = min(end, start + limit)
    edges = [(sentence.start - passage.start, sentence.end - passage.start) for sentence in passage.sentences]
    for _, sentence_end in edges:
        if end <= sentence_end <= last and sentence_end - start <= limit:
            end = sentence_end
    for sentence_start, _ in reversed(edges):
        if first <= sentence_start < start and end - sentence_start <= limit:
            start = sentence_start
    if end == start or (end == start + limit and end < last):
        end = cut_between_words(passage.text, start, start + limit)
    start, end = _between_characters(passage.text, first, last, start, end)
    return Excerpt(passage, start, end, _clip(spans, start, end), _clip(struck, start, end))


def _with_whole_characters(text: str, first: int, last: int) -> tuple[int, int]:
    """Return [first, last) widened to whole grapheme clusters."""
    if _is_within_character(text, first):
        first = cut_between_characters(text, 0, first)
    if _is_within_character(text, last):
        whole = CHARACTER.match(text, cut_between_characters(text, 0, last))
        last = whole.end() if whole is not None else last
    return first, last


def _is_within_character(text: str, at: int) -> bool:
    before = CHARACTER.match(text, at - 1) if 0 < at < len(text) else None
    return before is not None and before.end() > at


def _between_characters(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Return [start, end) moved to borders between grapheme clusters, within [first, last)."""
    start = cut_between_characters(text, first, start) if start > first else first
    return start, cut_between_characters(text, start, end) if end < last else last


def _within(spans: Sequence[Span], passage: Passage, first: int, last: int) -> tuple[tuple[int, int], ...]:
    return _clip(_merge(spans, passage), first, last)


def _clip(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of spans that lie within [start, end)."""
    return tuple((max(first, start), min(last, end)) for first, last in spans if first < end and last > start)


def _merge(spans: Sequence[Span], passage: Passage) -> tuple[tuple[int, int], ...]:
    """Return spans as offsets into the passage, in reading order, without overlaps or empty ones."""
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        start, end = max(span.start - passage.start, 0), min(span.end - passage.start, len(passage.text))
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def passage_value(evidence: Evidence) -> str:
    """Return the value of the button that opens a passage: its id and its bold spans."""
    spans = [[span.start, span.end] for span in evidence.spans[:_MAX_STRESSED]]
    return json.dumps({"id": evidence.passage.id, "spans": spans}, separators=(",", ":"))


def read_passage_value(value: str) -> tuple[str, tuple[Span, ...]]:
    """Return the id and the spans of a value of `passage_value`."""
    values = json.loads(value)
    return str(values["id"]), tuple(Span(int(start), int(end)) for start, end in values["spans"])


def passage_view(statement: Statement, passage_id: str, spans: Sequence[Span]) -> dict[str, Any]:
    """Return the modal that shows a passage in full between its neighbours.

    Raises:
        ValueError: the statement has no such passage.
    """
    at = next((passage.position for passage in statement.passages if passage.id == passage_id), None)
    if at is None:
        raise ValueError(f"expected a passage of {statement.id}, got {passage_id}")
    neighbours = statement.passages[max(at - 1, 0) : at + 2]
    source = [text_run(shorten(statement.title), bold=True), text_run(f" · {format_date(statement.date)}")]
    blocks: list[Block] = [rich_text(section(*source, *source_link(statement.source)))]
    for passage in neighbours:
        is_asked = passage.id == passage_id
        stressed = _merge(spans, passage) if is_asked else ()
        blocks.append(context_line(passage.label if is_asked else f"{passage.label}, for context"))
        blocks.extend(_in_full(passage, stressed))
    return {
        "type": "modal",
        "title": plain_text("Passage in context"),
        "close": plain_text("Close"),
        "blocks": mark_hidden_characters(blocks),
    }


def _in_full(passage: Passage, stressed: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Yield a passage in quotes that Slack accepts, cut between words."""
    start = 0
    while start < len(passage.text):
        rest = len(passage.text) - start
        end = start + rest if rest <= MAX_PASSAGE_CHARACTERS else _after_gap(passage.text, start)
        part = Excerpt(passage, start, end, _clip(stressed, start, end))
        yield rich_text({"type": "rich_text_quote", "elements": _unmarked(part)})
        start = end


def _after_gap(text: str, start: int) -> int:
    """Return the end of a part, after the gap between words, so that the parts add up to the whole text."""
    gap = cut_between_words(text, start, start + MAX_PASSAGE_CHARACTERS - 1)
    return cut_between_characters(text, start, gap + 1) if text[gap].isspace() else gap


def _unmarked(excerpt: Excerpt) -> list[Block]:
    return [part for part in _quoted(excerpt) if not part.get("style", {}).get("italic")]
