"""Answer → Block Kit and fallback text. Pure: values in, values out.

Everything that comes from a statement or a person goes into `rich_text` or `plain_text`, which Slack does not parse:
nothing in it can mention, link or format. Only the fallback text is parsed, and there it is escaped.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index import Answer, Evidence, Passage, Span, StatementSummary

Block = dict[str, Any]

MAX_FALLBACK_CHARACTERS = 3_900
"""Slack splits or cuts a text near 4,000 characters; counted after escaping."""

MAX_PASSAGE_CHARACTERS = 3_000
"""What of a passage is quoted in a message. Slack refuses a message near 13,200 characters over all blocks
(slackapi/bolt-js#2509); three passages of this length stay well below."""

_MAX_TITLE_CHARACTERS = 200
_MAX_QUESTION_CHARACTERS = 300
_MAX_URL_CHARACTERS = 3_000
_MAX_LISTED = 50

EXAMPLES = (
    "Which resolutions are cited?",
    "What do they say about nuclear technology?",
    "What do they say about ballistic missile launches?",
    "Can a nuclear war be won?",
)

EXAMPLE_ACTION = "ask_example"
"""The action ids of the example buttons are this and a number, since ids must differ within a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks to see, and a text that says the same to notifications and screen readers."""

    text: str
    blocks: list[Block]


def answer_message(answer: Answer, *, asked: str = "") -> Message:
    """Return the message that gives an answer; `asked` restates the question where it does not stand above it."""
    shown = answer.evidence if answer.answered else answer.evidence[:1]
    opening = [_restated(asked)] if asked else []
    notes = [_context(note) for note in answer.notes]
    quotations = [
        _quotation(evidence, number if len(shown) > 1 else 0) for number, evidence in enumerate(shown, start=1)
    ]
    headline = _rich_text(_section(_text(answer.headline, bold=True)))
    # What is not an answer is said to be none before it is read, and what qualifies an answer after it.
    middle = [*quotations, *notes] if answer.answered else [*notes, *quotations]
    return Message(_fallback(answer, shown, asked), [*opening, headline, *middle])


def help_message() -> Message:
    """Return what can be asked, with buttons that ask it."""
    lines = (
        "Ask about the official statements kept here, and I answer with the exact passages.",
        "Mention me in a channel, write to me directly, or use /ask for an answer that only you see.",
    )
    text = "\n".join([*lines, "For example:", *EXAMPLES])
    return Message(escape(text), [_rich_text(_section(_text("\n".join(lines)))), _example_buttons()])


def error_message() -> Message:
    """Return the neutral words for a fault of our own; nothing of the fault is in them."""
    text = "Something went wrong here, and your question was not answered. Please ask again in a minute."
    return Message(text, [_rich_text(_section(_text(text)))])


def home_view(statements: Sequence[StatementSummary]) -> dict[str, Any]:
    """Return the App Home tab: how to ask, and what is indexed."""
    listed = statements[:_MAX_LISTED]
    count = len(statements)
    heading = f"{count:,} statement{'' if count == 1 else 's'} indexed"
    blocks: list[Block] = [
        _header("Ask the statements"),
        help_message().blocks[0],
        _example_buttons(),
        {"type": "divider"},
        _header(heading),
    ]
    if listed:
        blocks.append(_rich_text(_list([_listed(statement) for statement in listed])))
    else:
        blocks.append(_context("Add statements with: verbatim add FILE…"))
    if count > len(listed):
        blocks.append(_context(f"The {len(listed)} newest are listed; all of them with: verbatim list"))
    return {"type": "home", "blocks": blocks}


def escape(text: str) -> str:
    """Return the text as Slack's mrkdwn shows it literally: the three characters it decodes, escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def format_date(date: datetime.date | None) -> str:
    """Return a date as people write it ("25 March 2022"), or that there is none."""
    return f"{date.day} {date:%B} {date.year}" if date else "no date given"


# -- a quotation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """What is quoted of a passage: [start, end) in it, and the parts to stress within."""

    passage: Passage
    start: int
    end: int
    stressed: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def is_cut_before(self) -> bool:
        return self.start > 0

    @property
    def is_cut_after(self) -> bool:
        return self.end < len(self.passage.text)


def _quotation(evidence: Evidence, number: int) -> Block:
    """Return the block that names a passage and quotes it."""
    excerpt = _excerpt(evidence, MAX_PASSAGE_CHARACTERS)
    numbered = f"{number}. " if number else ""
    source = [_text(f"{numbered}{_shorten(evidence.statement.title)}", bold=True)]
    source.append(_text(f" · {format_date(evidence.statement.date)} · {evidence.passage.label}"))
    source.extend(_source_link(evidence.statement.source))
    return _rich_text(_section(*source), {"type": "rich_text_quote", "elements": _quoted(excerpt)})


def _quoted(excerpt: _Excerpt) -> list[Block]:
    """Return an excerpt's words, the stressed ones bold, with marks in italics where the passage goes on."""
    parts: list[Block] = [_text("[…] ", italic=True)] if excerpt.is_cut_before else []
    at = excerpt.start
    for start, end in excerpt.stressed:
        parts.extend([_text(excerpt.passage.text[at:start])] if at < start else [])
        parts.append(_text(excerpt.passage.text[start:end], bold=True))
        at = end
    parts.extend([_text(excerpt.passage.text[at : excerpt.end])] if at < excerpt.end else [])
    parts.extend([_text(" […]", italic=True)] if excerpt.is_cut_after else [])
    return parts


def _excerpt(evidence: Evidence, limit: int) -> _Excerpt:
    """Choose what to quote of a passage: all of it, or whole sentences around the one that matters most.

    Only a sentence longer than the limit is cut within, between two words.
    """
    passage = evidence.passage
    spans = _merge(evidence.spans, passage)
    if len(passage.text) <= limit:
        return _Excerpt(passage, 0, len(passage.text), spans)
    start, end = spans[0] if spans else (0, 0)
    end = min(end, start + limit)
    edges = [(one.start - passage.start, one.end - passage.start) for one in passage.sentences]
    for sentence_start, sentence_end in edges:
        if sentence_start >= end and sentence_end - start <= limit:
            end = sentence_end
    for sentence_start, _ in reversed(edges):
        if sentence_start < start and end - sentence_start <= limit:
            start = sentence_start
    if end == start or (end == start + limit and end < len(passage.text)):
        end = _cut_between_words(passage.text, start, start + limit)
    stressed = tuple((max(one, start), min(other, end)) for one, other in spans if one < end and other > start)
    return _Excerpt(passage, start, end, stressed)


def _cut_between_words(text: str, start: int, end: int) -> int:
    """Return the last gap between words before `end`; `end` itself where there is no gap to speak of."""
    gap = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return gap if gap > start + (end - start) // 2 else end


def _merge(spans: Sequence[Span], passage: Passage) -> tuple[tuple[int, int], ...]:
    """Return spans as offsets into the passage, in reading order, none overlapping, none empty."""
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        start, end = max(span.start - passage.start, 0), min(span.end - passage.start, len(passage.text))
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def _source_link(source: str | None) -> list[Block]:
    """Return the link to where a statement was published; a source that is no plain web address as text."""
    if not source:
        return []
    host = _host_of(source)
    if not host or len(source) > _MAX_URL_CHARACTERS:
        return [_text(f" · {_shorten(source)}")]
    # Named by its host, so that no link says it leads elsewhere than it does.
    return [_text(" · "), {"type": "link", "url": source, "text": host.removeprefix("www.") or host}]


def _host_of(source: str) -> str:
    """Return the host of a web address; nothing for what is none, or hides where it leads ("state.gov@elsewhere")."""
    try:
        address = urlsplit(source)
        host = address.hostname or ""
    except ValueError:
        return ""
    is_plain = source.isprintable() and source.isascii() and " " not in source and "@" not in address.netloc
    return host if is_plain and address.scheme in {"http", "https"} else ""


# -- the fallback text -----------------------------------------------------------------------------------------------


def _fallback(answer: Answer, shown: Sequence[Evidence], asked: str) -> str:
    """Return the whole answer as escaped text; where it would be too long, less of each passage."""
    for limit in (MAX_PASSAGE_CHARACTERS, 2_000, 1_200, 800, 500, 300, 150):
        text = escape(_plain(answer, shown, asked, limit))
        if len(text) <= MAX_FALLBACK_CHARACTERS:
            return text
    return escape(answer.headline)


def _plain(answer: Answer, shown: Sequence[Evidence], asked: str, limit: int) -> str:
    restated = [f"You asked: {_shorten(asked, _MAX_QUESTION_CHARACTERS)}"] if asked else []
    quotations = [_plain_quotation(evidence, limit) for evidence in shown]
    middle = [*quotations, *answer.notes] if answer.answered else [*answer.notes, *quotations]
    return "\n".join([*restated, answer.headline, *middle])


def _plain_quotation(evidence: Evidence, limit: int) -> str:
    excerpt = _excerpt(evidence, limit)
    before, after = "[…] " if excerpt.is_cut_before else "", " […]" if excerpt.is_cut_after else ""
    statement = evidence.statement
    source = f"{_shorten(statement.title)}, {format_date(statement.date)}, {evidence.passage.label}"
    return f"{source}: “{before}{excerpt.text}{after}”"


# -- blocks ----------------------------------------------------------------------------------------------------------


def _rich_text(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _list(items: Sequence[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Block:
    style = {name: True for name, is_set in (("bold", bold), ("italic", italic)) if is_set}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def _restated(asked: str) -> Block:
    return _rich_text(_section(_text("You asked: "), _text(_shorten(asked, _MAX_QUESTION_CHARACTERS), italic=True)))


def _example_buttons() -> Block:
    buttons = [
        {
            "type": "button",
            "action_id": f"{EXAMPLE_ACTION}_{number}",
            "text": {"type": "plain_text", "text": example, "emoji": False},
            "value": example,
        }
        for number, example in enumerate(EXAMPLES, start=1)
    ]
    return {"type": "actions", "elements": buttons}


def _listed(statement: StatementSummary) -> Block:
    count = f"{statement.paragraphs} ¶"
    title = _text(_shorten(statement.title), bold=True)
    link = _source_link(statement.source)
    return _section(title, _text(f" · {format_date(statement.date)} · {count}"), *link)


def _shorten(text: str, limit: int = _MAX_TITLE_CHARACTERS) -> str:
    """Return the text on one line, cut between words and marked where it is too long."""
    line = " ".join(text.split()) or "untitled"
    return line if len(line) <= limit else f"{line[: _cut_between_words(line, 0, limit - 1)]}…"
