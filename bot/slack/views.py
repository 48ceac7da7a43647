"""Answer → Block Kit and fallback text. Pure: values in, values out.

Everything that comes from a statement or a person goes into `rich_text` or `plain_text`, which Slack does not parse:
nothing in it can mention, link or format. Only the fallback text is parsed, and there it is escaped. What cannot be
seen in a text (a bidirectional control, a character without width) is marked in both.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self
from urllib.parse import urlsplit

import regex

from bot.visible import find_hidden, mark_hidden
from index import (
    Answer,
    AnswerKind,
    CheckRequest,
    Context,
    Evidence,
    Passage,
    Request,
    Span,
    Statement,
    StatementSummary,
    Visibility,
    format_date,
)

Block = dict[str, Any]

MAX_FALLBACK_CHARACTERS = 3_900
"""Slack splits or cuts a text near 4,000 characters; counted after escaping."""

MAX_PASSAGE_CHARACTERS = 3_000
"""What of a passage is quoted in a message. Slack refuses a message near 13,200 characters over all blocks
(slackapi/bolt-js#2509); three passages of this length stay well below."""

PASSAGES_PER_PAGE = 5
_LINES_PER_PAGE = 25
_MESSAGE_CHARACTERS = 11_000
"""What a message may have in all its blocks, well below that limit."""

_LEAST_QUOTED_CHARACTERS = 300

_MAX_TITLE_CHARACTERS = 200
_MAX_NOTE_CHARACTERS = 300
_NO_ANSWER = "Related passages"
"""The note on passages that do not answer."""

_MAX_CLOSEST = 3

_MAX_NOTES = 8
_MAX_HEADLINE_CHARACTERS = 600
_MAX_LABEL_CHARACTERS = 75
_MAX_VALUE_CHARACTERS = 2_000
_MAX_STRESSED = 50
_MAX_QUESTION_CHARACTERS = 300
_MAX_URL_CHARACTERS = 3_000
_MAX_LISTED = 50
_MAX_HIDDEN_NAMED = 5

_CHARACTER = regex.compile(r"\X")
"""What people see as one character, however many it is made of (an extended grapheme cluster, UAX #29)."""

_LAST_CHARACTER = regex.compile(r"\X*(?P<last>\X)")

_DISPLAYED = frozenset({"text", "plain_text", "link"})
"""The types of what is shown with a text."""

_WEB_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%\[\]-]+", re.ASCII)
"""The characters of RFC 3986, behind a scheme as Slack takes it."""

_PERSON = re.compile(r"[UW][A-Z0-9]+")

EXAMPLES = (
    "Which resolutions are cited?",
    "What do they say about nuclear technology?",
    "What do they say about ballistic missile launches?",
    "Can a nuclear war be won?",
)

EXAMPLE_ACTION = "ask_example"
FOLLOW_UP_ACTION = "ask_follow_up"
PAGE_ACTION = "show_page"
SHOW_PASSAGE_ACTION = "show_passage"
SHARE_ACTION = "share_answer"
REMOVE_ACTION = "remove_statement"
"""The action ids of buttons are one of these and a number, since ids must differ within a message."""


ADDITION_VIEW = "add_statement"
"""The callback id of the form for adding a statement."""

_TEXT_PARTS = 5
_INPUT_CHARACTERS = 3_000
"""What Slack takes in one input."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks to see, and a text that says the same to notifications and screen readers."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Asking:
    """What an answer is given for: a question and what it followed in its thread, or the request that it was read as.

    The buttons of an answer carry the request, so that another page is of the same list.
    """

    question: str
    follows: Context | None = None
    page: int = 1
    asker: str | None = None  # set where the question is restated to others: who asked, "" for nobody in particular
    request: Request | None = None

    @property
    def is_check(self) -> bool:
        """Whether a colleague's message is checked."""
        return isinstance(self.request, CheckRequest)

    def to_value(self) -> str:
        """Return the record as a button carries it; empty where Slack would not take it for its length."""
        values: dict[str, Any] = {"q": self.question, "p": self.page}
        if self.request is not None:
            values["r"] = self.request.to_dict()
        elif self.follows is not None:
            values["f"] = self.follows.to_dict()
        if self.asker is not None:
            values["u"] = self.asker
        value = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return value if len(value) <= _MAX_VALUE_CHARACTERS else ""

    @classmethod
    def from_value(cls, value: str) -> Self:
        """Return the record that `to_value` made this value of; a request of another version is asked as a question."""
        values = json.loads(value)
        follows = Context.from_dict(values["f"]) if "f" in values else None
        try:
            request = Request.from_dict(values["r"]) if "r" in values else None
        except ValueError:
            request = None
        return cls(str(values["q"]), follows, int(values.get("p", 1)), values.get("u"), request)


class Surface(StrEnum):
    """Where an answer is shown."""

    THREAD = "thread"  # below the question
    PRIVATE = "private"  # to the person who asked, with the question restated
    SHARED = "shared"  # to the channel, with the question and who asked it


def answer_message(answer: Answer, asking: Asking | None = None, *, surface: Surface = Surface.THREAD) -> Message:
    """Return the message that gives an answer, or a page of it.

    Args:
        answer: the whole answer.
        asking: what its buttons ask again; without it there are none.
        surface: where it is shown.
    """
    page = _page_of(answer, asking.page if asking else 1)
    if asking is not None:
        asking = replace(asking, request=answer.request)
    opening, asked_line = [], ""
    if asking is not None and surface is not Surface.THREAD:
        who = _person(asking.asker) if surface is Surface.SHARED else None
        opening, asked_line = [_restated(asking.question, who)], _restated_line(asking.question, who)
    headline = _rich_text(_section(_text(_shorten(answer.headline, _MAX_HEADLINE_CHARACTERS), bold=True)))
    limit = _quotation_limit(page, answer)
    lines = [_section(_text(_shorten(line, page.line_limit))) for line in page.overview]
    overview = [_rich_text(_list(lines))] if lines else []
    quotations = list(_quotations(page, limit, with_buttons=asking is not None))
    if answer.kind is AnswerKind.NOT_FOUND and quotations:
        # What is not an answer is folded away under words that say so.
        notes = _notes([note for note in answer.notes if note != _NO_ANSWER])
        middle = [*notes, _folded(_NO_ANSWER, quotations)]
    else:
        notes = _notes(answer.notes)
        # What qualifies an answer is read after it, and what is none is said to be none before.
        middle = [*overview, *quotations, *notes] if answer.answered else [*notes, *overview, *quotations]
    shown = [_context(_shown(page))] if page.pages > 1 else []
    controls = [*shown, *(_controls(answer, asking, page, surface) if asking else [])]
    return _message(_fallback(answer, page, asked_line), [*opening, headline, *middle, *controls])


def help_message() -> Message:
    """Return what can be asked, with buttons that ask it."""
    lines = (
        "Ask about the official statements kept here, and I answer with the exact passages.",
        "Mention me in a channel, write to me directly, or use /ask for an answer that only you see.",
        "Lists, counts and exact wording: /resolutions, /quote, /statements, or the same words after my name.",
        "To check a colleague's message, choose “Check against statements” in its menu.",
    )
    text = "\n".join([*lines, "For example:", *EXAMPLES])
    return _message(escape(text), [_rich_text(_section(_text("\n".join(lines)))), _example_buttons()])


def usage_message(lines: Sequence[str]) -> Message:
    """Return how a command is used, one form a line."""
    heading, *forms = lines
    listed = [_rich_text(_list([_section(_text(form)) for form in forms]))] if forms else []
    return _message(escape("\n".join(lines)), [_rich_text(_section(_text(heading, bold=True))), *listed])


def shared_message() -> Message:
    """Return what stands in place of a private answer that was shared."""
    text = "Shared to the channel."
    return _message(text, [_rich_text(_section(_text(text)))])


def removed_message() -> Message:
    """Return what is said where the statement of a passage is no longer kept."""
    text = "The statement of this passage is no longer kept here."
    return _message(text, [_rich_text(_section(_text(text)))])


def error_message() -> Message:
    """Return the neutral words for a fault of our own; nothing of the fault is in them."""
    text = "Something went wrong here, and your question was not answered. Please ask again in a minute."
    return _message(text, [_rich_text(_section(_text(text)))])


def busy_message() -> Message:
    """Return what is said at once where an answer will take a while."""
    text = "Many questions are being answered just now; your answer follows."
    return _message(text, [_rich_text(_section(_text(text)))])


def overloaded_message() -> Message:
    """Return what is said where there are too many questions to take another."""
    text = "Too many questions are being answered just now. Please ask again in a minute."
    return _message(text, [_rich_text(_section(_text(text)))])


def late_message() -> Message:
    """Return what is said where a button was answered too late for Slack to open anything."""
    text = "That took too long for Slack to open it. Please press the button again."
    return _message(text, [_rich_text(_section(_text(text)))])


def repeated_message(message: Message) -> Message:
    """Return a message that says of itself that it may stand twice."""
    note = "This may be a repetition: Slack did not confirm the first answer."
    return _message(f"{note}\n{message.text}", [_context(note), *message.blocks])


def unanswerable_message(channel: str) -> Message:
    """Return what a person is told directly whose question cannot be answered where it was asked."""
    before, after = "Slack does not let me answer you in ", ". Ask me here instead, or in another channel."
    parts = [_text(before), {"type": "channel", "channel_id": channel}, _text(after)]
    return _message(f"{before}<#{channel}>{after}", [_rich_text(_section(*parts))])


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
    return {"type": "home", "blocks": _with_hidden_marked(blocks)}


def escape(text: str) -> str:
    """Return the text as Slack's mrkdwn shows it literally: the three characters it decodes, escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- a quotation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Excerpt:
    """What is quoted of a passage: [start, end) in it, the parts to stress within, and those to strike out."""

    passage: Passage
    start: int
    end: int
    stressed: tuple[tuple[int, int], ...]
    struck: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def is_cut_before(self) -> bool:
        return self.start > 0

    @property
    def is_cut_after(self) -> bool:
        return self.end < len(self.passage.text)


def _quotation(evidence: Evidence, number: int, limit: int) -> Block:
    """Return the block that names a passage and quotes it."""
    excerpt = _excerpt(evidence, limit)
    numbered = f"{number}. " if number else ""
    source = [_text(f"{numbered}{_shorten(evidence.statement.title)}", bold=True)]
    source.append(_text(f" · {format_date(evidence.statement.date)} · {evidence.place}"))
    source.extend(_source_link(evidence.statement.source))
    return _rich_text(_section(*source), {"type": "rich_text_quote", "elements": _quoted(excerpt)})


def _quoted(excerpt: _Excerpt) -> list[Block]:
    """Return an excerpt's words: the stressed ones bold, the struck ones so, and marks where the passage goes on."""
    parts: list[Block] = [_text("[…] ", italic=True)] if excerpt.is_cut_before else []
    edges = {excerpt.start, excerpt.end}
    edges.update(edge for span in (*excerpt.stressed, *excerpt.struck) for edge in span)
    for start, end in pairwise(sorted(edges)):
        is_bold = any(one <= start and end <= other for one, other in excerpt.stressed)
        is_struck = any(one <= start and end <= other for one, other in excerpt.struck)
        parts.append(_text(excerpt.passage.text[start:end], bold=is_bold and not is_struck, strike=is_struck))
    parts.extend([_text(" […]", italic=True)] if excerpt.is_cut_after else [])
    return parts


def _excerpt(evidence: Evidence, limit: int) -> _Excerpt:
    """Choose what to quote of a passage: what is asked of it, or whole sentences around what matters most of that.

    Only a sentence longer than the limit is cut within, between two words.
    """
    passage = evidence.passage
    chosen = evidence.excerpt or Span(passage.start, passage.end)
    first, last = max(chosen.start - passage.start, 0), min(chosen.end - passage.start, len(passage.text))
    first, last = _with_whole_characters(passage.text, first, last)
    spans, struck = (_within(one, passage, first, last) for one in (evidence.spans, evidence.struck))
    if last - first <= limit:
        return _Excerpt(passage, first, last, spans, struck)
    start, end = spans[0] if spans else (first, first)
    end = min(end, start + limit)
    edges = [(one.start - passage.start, one.end - passage.start) for one in passage.sentences]
    for _, sentence_end in edges:
        if end <= sentence_end <= last and sentence_end - start <= limit:
            end = sentence_end
    for sentence_start, _ in reversed(edges):
        if first <= sentence_start < start and end - sentence_start <= limit:
            start = sentence_start
    if end == start or (end == start + limit and end < last):
        end = _cut_between_words(passage.text, start, start + limit)
    start, end = _between_characters(passage.text, first, last, start, end)
    return _Excerpt(passage, start, end, _clip(spans, start, end), _clip(struck, start, end))


def _with_whole_characters(text: str, first: int, last: int) -> tuple[int, int]:
    """Return [first, last), widened to the characters it begins and ends within: a mark on the space before it."""
    if _is_within_character(text, first):
        first = _cut_between_characters(text, 0, first)
    if _is_within_character(text, last):
        whole = _CHARACTER.match(text, _cut_between_characters(text, 0, last))
        last = whole.end() if whole is not None else last
    return first, last


def _is_within_character(text: str, at: int) -> bool:
    before = _CHARACTER.match(text, at - 1) if 0 < at < len(text) else None
    return before is not None and before.end() > at


def _between_characters(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """Return a part of [first, last) that begins and ends between characters, where [start, end) does not."""
    start = _cut_between_characters(text, first, start) if start > first else first
    return start, _cut_between_characters(text, start, end) if end < last else last


def _within(spans: Sequence[Span], passage: Passage, first: int, last: int) -> tuple[tuple[int, int], ...]:
    return _clip(_merge(spans, passage), first, last)


def _clip(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of spans that lie within [start, end)."""
    return tuple((max(one, start), min(other, end)) for one, other in spans if one < end and other > start)


def _cut_between_words(text: str, start: int, end: int) -> int:
    """Return the last gap between words before `end`; where there is none to speak of, the last between characters."""
    gap = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return gap if gap > start + (end - start) // 2 else _cut_between_characters(text, start, end)


def _cut_between_characters(text: str, start: int, end: int) -> int:
    """Return the last border at or before `end` between what people see as characters, of those that begin at `start`.

    It is `end` itself within a character that is longer than all there is room for.
    """
    within = _LAST_CHARACTER.match(text, start, end)
    if within is None:
        return end
    last = within.start("last")
    whole = _CHARACTER.match(text, last)
    return last if whole is not None and whole.end() > end and last > start else end


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
    is_plain = _WEB_ADDRESS.fullmatch(source) is not None and "@" not in address.netloc
    return host if is_plain else ""


# -- a page of an answer ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """What of an answer a message shows: a part of its overview and of its quotations, numbered from `first`.

    `total` is the number of quotations of all pages, and `passages` that of the passages they are from: a passage with
    two resolutions is quoted for each, and two sentences of one passage apart.
    """

    number: int
    pages: int
    overview: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    first: int
    total: int
    passages: int

    @property
    def line_limit(self) -> int:
        """How much of each line of the overview is shown: all of a few, which end with what matters, a date."""
        each = _LINES_PER_PAGE * _MAX_TITLE_CHARACTERS // max(len(self.overview), 1)
        return min(each, _MAX_HEADLINE_CHARACTERS)


def _page_of(answer: Answer, number: int) -> _Page:
    """Return a page of an answer; of what is no answer, the closest passages."""
    evidence = answer.evidence
    if answer.kind is AnswerKind.NOT_FOUND:
        evidence = evidence[:_MAX_CLOSEST]
    pages = max(_pages(len(evidence), PASSAGES_PER_PAGE), _pages(len(answer.overview), _LINES_PER_PAGE), 1)
    number = min(max(number, 1), pages)
    first = (number - 1) * PASSAGES_PER_PAGE
    lines = (number - 1) * _LINES_PER_PAGE
    return _Page(
        number,
        pages,
        answer.overview[lines : lines + _LINES_PER_PAGE],
        evidence[first : first + PASSAGES_PER_PAGE],
        first + 1,
        len(evidence),
        len({one.passage.id for one in evidence}),
    )


def _quotation_limit(page: _Page, answer: Answer) -> int:
    """Return how much of each passage fits beside the other words of a message."""
    others = [answer.headline[:_MAX_HEADLINE_CHARACTERS], *(line[: page.line_limit] for line in page.overview)]
    others += [note[:_MAX_NOTE_CHARACTERS] for note in answer.notes[:_MAX_NOTES]]
    others += [one.heading[:_MAX_TITLE_CHARACTERS] for one in page.evidence]
    others += [one.statement.title[:_MAX_TITLE_CHARACTERS] for one in page.evidence]
    room = _MESSAGE_CHARACTERS - sum(len(words) for words in others) - _MAX_QUESTION_CHARACTERS
    each = room // max(len(page.evidence), 1)
    return min(MAX_PASSAGE_CHARACTERS, max(each, _LEAST_QUOTED_CHARACTERS))


def _pages(items: int, per_page: int) -> int:
    return -(-items // per_page)


def _quotations(page: _Page, limit: int, *, with_buttons: bool) -> Iterator[Block]:
    """Yield the quotations of a page, each group under its heading, each with the way to its context."""
    heading = ""
    for number, evidence in enumerate(page.evidence, start=page.first):
        if evidence.heading and evidence.heading != heading:
            yield _rich_text(_section(_text(_shorten(evidence.heading), bold=True)))
        heading = evidence.heading
        yield _quotation(evidence, number if page.total > 1 else 0, limit)
        if with_buttons:
            yield _actions([_button(SHOW_PASSAGE_ACTION, number, "Show full passage", passage_value(evidence))])


def _controls(answer: Answer, asking: Asking, page: _Page, surface: Surface) -> list[Block]:
    """Return the buttons below an answer: its other pages, what it suggests to ask, and sharing."""
    buttons = []
    for step, name in ((-1, "Show earlier"), (1, "Show more")):
        if 1 <= page.number + step <= page.pages:
            value = replace(asking, page=page.number + step).to_value()
            buttons.append(_button(PAGE_ACTION, page.number + step, _page_label(name, page, step), value))
    if surface is not Surface.SHARED:
        buttons += [
            _button(FOLLOW_UP_ACTION, number, one.label, Asking(one.label, request=one.request).to_value())
            for number, one in enumerate(answer.follow_ups, start=1)
        ]
    if surface is Surface.PRIVATE:
        buttons.append(_button(SHARE_ACTION, 1, "Share to channel", replace(asking, page=1).to_value()))
    taken = [button for button in buttons if button["value"]]
    return [_actions(taken)] if taken else []


def _page_label(name: str, page: _Page, step: int) -> str:
    first = page.first + step * PASSAGES_PER_PAGE
    last = min(first + PASSAGES_PER_PAGE - 1, page.total)
    return f"{name} ({first}–{last} of {page.total:,})" if first <= page.total else name


def _shown(page: _Page) -> str:
    if not page.evidence:
        return f"Page {page.number} of {page.pages:,}"
    last = page.first + len(page.evidence) - 1
    if page.passages == page.total:
        return f"Passages {page.first}–{last} of {page.total:,}"
    passages = "1 passage" if page.passages == 1 else f"{page.passages:,} passages"
    return f"Quotations {page.first}–{last} of {page.total:,}, from {passages}"


# -- the fallback text -----------------------------------------------------------------------------------------------


def _fallback(answer: Answer, page: _Page, asked_line: str) -> str:
    """Return the page as escaped text; where it would be too long, less of each passage, and then the headline."""
    opening = [escape(_shorten(answer.headline, _MAX_HEADLINE_CHARACTERS)), *([asked_line] if asked_line else [])]
    for limit in (MAX_PASSAGE_CHARACTERS, 2_000, 1_200, 800, 500, 300, 150):
        text = "\n".join([*opening, *(escape(line) for line in _plain(answer, page, limit))])
        if len(text) <= MAX_FALLBACK_CHARACTERS:
            return text
    # Too many lines for any of the passages: as many lines as there is room for, however much escaping takes.
    opening[0] = escape(_shorten(answer.headline, _MAX_HEADLINE_CHARACTERS // 2))
    lines = [escape(_shorten(line, page.line_limit)) for line in (*page.overview, *answer.notes)]
    while lines and len("\n".join([*opening, *lines, "…"])) > MAX_FALLBACK_CHARACTERS:
        lines.pop()
    return "\n".join([*opening, *lines, "…"])


def _plain(answer: Answer, page: _Page, limit: int) -> list[str]:
    found = [*(_shorten(line, page.line_limit) for line in page.overview), *_plain_quotations(page, limit)]
    middle = [*found, *answer.notes] if answer.answered else [*answer.notes, *found]
    return [*middle, *([_shown(page)] if page.pages > 1 else [])]


def _plain_quotations(page: _Page, limit: int) -> Iterator[str]:
    heading = ""
    for evidence in page.evidence:
        if evidence.heading and evidence.heading != heading:
            yield _shorten(evidence.heading)
        heading = evidence.heading
        yield _plain_quotation(evidence, limit)


def _plain_quotation(evidence: Evidence, limit: int) -> str:
    excerpt = _excerpt(evidence, limit)
    before, after = "[…] " if excerpt.is_cut_before else "", " […]" if excerpt.is_cut_after else ""
    statement = evidence.statement
    source = f"{_shorten(statement.title)}, {format_date(statement.date)}, {evidence.place}"
    return f"{source}: “{before}{excerpt.text}{after}”"


# -- a passage in its context ----------------------------------------------------------------------------------------


def passage_value(evidence: Evidence) -> str:
    """Return what the button for a passage carries: its id and what is stressed in it."""
    spans = [[one.start, one.end] for one in evidence.spans[:_MAX_STRESSED]]
    return json.dumps({"id": evidence.passage.id, "spans": spans}, separators=(",", ":"))


def read_passage_value(value: str) -> tuple[str, tuple[Span, ...]]:
    """Return the id and the spans that `passage_value` made a value of."""
    values = json.loads(value)
    return str(values["id"]), tuple(Span(int(start), int(end)) for start, end in values["spans"])


def passage_view(statement: Statement, passage_id: str, spans: Sequence[Span]) -> dict[str, Any]:
    """Return the modal that shows a passage in full, between the passages before and after it.

    Raises:
        ValueError: the statement has no such passage.
    """
    at = next((one.position for one in statement.passages if one.id == passage_id), None)
    if at is None:
        raise ValueError(f"expected a passage of {statement.id}, got {passage_id}")
    neighbours = statement.passages[max(at - 1, 0) : at + 2]
    source = [_text(_shorten(statement.title), bold=True), _text(f" · {format_date(statement.date)}")]
    blocks: list[Block] = [_rich_text(_section(*source, *_source_link(statement.source)))]
    for passage in neighbours:
        is_asked = passage.id == passage_id
        stressed = _merge(spans, passage) if is_asked else ()
        blocks.append(_context(passage.label if is_asked else f"{passage.label}, for context"))
        blocks.extend(_in_full(passage, stressed))
    shown = _with_hidden_marked(blocks)
    return {"type": "modal", "title": _plain_text("Full passage"), "close": _plain_text("Close"), "blocks": shown}


def _in_full(passage: Passage, stressed: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Yield a passage in quotations of a length that Slack takes, cut between words."""
    start = 0
    while start < len(passage.text):
        rest = len(passage.text) - start
        end = start + rest if rest <= MAX_PASSAGE_CHARACTERS else _after_gap(passage.text, start)
        part = _Excerpt(passage, start, end, _clip(stressed, start, end))
        yield _rich_text({"type": "rich_text_quote", "elements": _unmarked(part)})
        start = end


def _after_gap(text: str, start: int) -> int:
    """Return the end of a part: behind the gap between words, so that the parts together are the whole text."""
    gap = _cut_between_words(text, start, start + MAX_PASSAGE_CHARACTERS - 1)
    return _cut_between_characters(text, start, gap + 1) if text[gap].isspace() else gap


def _unmarked(excerpt: _Excerpt) -> list[Block]:
    return [part for part in _quoted(excerpt) if not part.get("style", {}).get("italic")]


# -- what cannot be seen ---------------------------------------------------------------------------------------------


def _message(text: str, blocks: Sequence[Block]) -> Message:
    """Return the message of an escaped text and blocks."""
    return Message(mark_hidden(text), _with_hidden_marked(blocks))


def _with_hidden_marked(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with a mark for everything in them that cannot be seen, and what the marks stand for."""
    hidden = list(dict.fromkeys(one for text in _displayed(blocks) for one in find_hidden(text)))
    if not hidden:
        return list(blocks)
    named = ", ".join(_name_of(one) for one in hidden[:_MAX_HIDDEN_NAMED])
    more = f" and {len(hidden) - _MAX_HIDDEN_NAMED} others" if len(hidden) > _MAX_HIDDEN_NAMED else ""
    return [*(_marked(block) for block in blocks), _context(f"Marked here, since it cannot be seen: {named}{more}.")]


def _displayed(part: object) -> Iterator[str]:
    """Yield the texts that are shown, at any depth of blocks."""
    if isinstance(part, dict):
        if part.get("type") in _DISPLAYED:
            yield part["text"]
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from _displayed(one)


def _marked(part: Any) -> Any:  # noqa: ANN401 - JSON values are of any type
    if isinstance(part, list):
        return [_marked(one) for one in part]
    if not isinstance(part, dict):
        return part
    marked = {name: _marked(value) for name, value in part.items()}
    return {**marked, "text": mark_hidden(part["text"])} if part.get("type") in _DISPLAYED else marked


def _name_of(hidden: str) -> str:
    name = unicodedata.name(hidden, "control character" if hidden < "\xa0" else "unassigned").lower()
    return f"U+{ord(hidden):04X} {name}"


# -- changing what is kept -------------------------------------------------------------------------------------------


class AdditionInput(StrEnum):
    """The inputs of the form for adding a statement, by their block ids; those for its text have a number besides."""

    TITLE = "title"
    DATE = "date"
    SOURCE = "source"
    TEXT = "text"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What was filled in to add a statement; an empty input is an empty string."""

    title: str
    date: str
    source: str
    text: str
    visibility: Visibility


def addition_view() -> dict[str, Any]:
    """Return the form for adding a statement. Its text is in parts: an input takes 3,000 characters."""
    blocks = [
        _input(AdditionInput.TITLE, "Title", is_required=True),
        _input(AdditionInput.DATE, "Date, as 2024-12-12"),
        _input(AdditionInput.SOURCE, "Where it was published"),
        _input(f"{AdditionInput.TEXT}_1", "Text", is_required=True, is_long=True),
        *(
            _input(f"{AdditionInput.TEXT}_{number}", "Text, from another paragraph on", is_long=True)
            for number in range(2, _TEXT_PARTS + 1)
        ),
        _internal_choice(),
        _context(
            f"Up to {_INPUT_CHARACTERS:,} characters in each. A longer statement is added with: verbatim add FILE"
        ),
    ]
    return {
        "type": "modal",
        "callback_id": ADDITION_VIEW,
        "title": _plain_text("Add a statement"),
        "submit": _plain_text("Add"),
        "close": _plain_text("Cancel"),
        "blocks": blocks,
    }


def read_addition(view: dict[str, Any]) -> FilledIn:
    """Return what was filled in; the parts of the text with a blank line between them."""
    values = view["state"]["values"]
    parts = [_typed(values, f"{AdditionInput.TEXT}_{number}") for number in range(1, _TEXT_PARTS + 1)]
    return FilledIn(
        title=_typed(values, AdditionInput.TITLE),
        date=_typed(values, AdditionInput.DATE).strip(),
        source=_typed(values, AdditionInput.SOURCE),
        text="\n\n".join(part for part in parts if part.strip()),
        visibility=Visibility.INTERNAL if _is_chosen(values, AdditionInput.VISIBILITY) else Visibility.PUBLIC,
    )


def removal_message(statement: StatementSummary) -> Message:
    """Return the question whether a statement is to be removed, with the button that does it."""
    said = "Remove this statement, with everything kept of it?"
    described = (
        f"{_shorten(statement.title)} · {format_date(statement.date)} · {statement.paragraphs} ¶ · {statement.id}"
    )
    button = _button(REMOVE_ACTION, 1, f"Remove “{statement.title}”", statement.id)
    asked = _rich_text(_section(_text(f"{said}\n"), _text(described, bold=True)))
    return _message(escape(f"{said} {described}"), [asked, _actions([{**button, "style": "danger"}])])


def told_message(text: str) -> Message:
    """Return a message of plain words, on one line; too many are cut."""
    line = _shorten(text, _MAX_HEADLINE_CHARACTERS)
    return _message(escape(line), [_rich_text(_section(_text(line)))])


def _input(block_id: str, label: str, *, is_required: bool = False, is_long: bool = False) -> Block:
    element = {"type": "plain_text_input", "action_id": "typed", "multiline": is_long}
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain_text(label),
        "optional": not is_required,
        "element": {**element, "max_length": _INPUT_CHARACTERS if is_long else _MAX_TITLE_CHARACTERS},
    }


def _internal_choice() -> Block:
    words = _plain_text("Internal: kept from guests and other workspaces")
    option = {"text": words, "value": Visibility.INTERNAL.value}
    return {
        "type": "input",
        "block_id": AdditionInput.VISIBILITY,
        "label": _plain_text("Who may read it"),
        "optional": True,
        "element": {"type": "checkboxes", "action_id": "chosen", "options": [option]},
    }


def _is_chosen(values: dict[str, Any], block_id: str) -> bool:
    return bool(values.get(block_id, {}).get("chosen", {}).get("selected_options"))


def _typed(values: dict[str, Any], block_id: str) -> str:
    return str(values.get(block_id, {}).get("typed", {}).get("value") or "")


# -- blocks ----------------------------------------------------------------------------------------------------------


def _rich_text(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _list(items: Sequence[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def _text(text: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> Block:
    style = {name: True for name, is_set in (("bold", bold), ("italic", italic), ("strike", strike)) if is_set}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain_text(text)}


def _context(*texts: str) -> Block:
    return {"type": "context", "elements": [_plain_text(_shorten(text, _MAX_NOTE_CHARACTERS)) for text in texts]}


def _notes(notes: Sequence[str]) -> list[Block]:
    """Return the notes in one block, which takes ten lines; how many more there are is said."""
    if not notes:
        return []
    told = list(notes[:_MAX_NOTES])
    if len(notes) > _MAX_NOTES:
        told.append(f"And {len(notes) - _MAX_NOTES:,} more notes.")
    return [_context(*told)]


def _folded(title: str, blocks: Sequence[Block]) -> Block:
    """Return blocks under a title that opens and closes them; closed at first."""
    return {
        "type": "container",
        "title": _plain_text(title),
        "child_blocks": list(blocks),
        "is_collapsible": True,
        "default_collapsed": True,
    }


def _person(asker: str | None) -> str:
    """Return who asked, where that is a person's id: in the fallback text it is the one thing that Slack parses."""
    return asker if asker and _PERSON.fullmatch(asker) else ""


def _restated(question: str, asker: str | None) -> Block:
    """Return the question as it stands above an answer: asked by "you" (None), by somebody (""), or by a person."""
    shown = _text(_shorten(question, _MAX_QUESTION_CHARACTERS), italic=True)
    nobody = [_text("You asked: " if asker is None else "Asked: ")]
    who = [{"type": "user", "user_id": asker}, _text(" asked: ")] if asker else nobody
    return _rich_text(_section(*who, shown))


def _restated_line(question: str, asker: str | None) -> str:
    """Return the restated question for the fallback text; the one thing in it that Slack is to parse is who asked."""
    shown = escape(_shorten(question, _MAX_QUESTION_CHARACTERS))
    nobody = "You asked" if asker is None else "Asked"
    return f"<@{asker}> asked: {shown}" if asker else f"{nobody}: {shown}"


def _actions(buttons: Sequence[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def _button(action: str, number: int, label: str, value: str) -> Block:
    """Return a button; the number keeps its id apart from others of the same action in the message."""
    text = _plain_text(_shorten(label, _MAX_LABEL_CHARACTERS))
    return {"type": "button", "action_id": f"{action}_{number}", "text": text, "value": value}


def _example_buttons() -> Block:
    return _actions([_button(EXAMPLE_ACTION, number, one, one) for number, one in enumerate(EXAMPLES, start=1)])


def _listed(statement: StatementSummary) -> Block:
    count = f"{statement.paragraphs} ¶"
    title = _text(_shorten(statement.title), bold=True)
    link = _source_link(statement.source)
    mark = " · internal" if statement.visibility is Visibility.INTERNAL else ""
    return _section(title, _text(f" · {format_date(statement.date)} · {count}{mark}"), *link)


def _shorten(text: str, limit: int = _MAX_TITLE_CHARACTERS) -> str:
    """Return the text on one line, cut between words and marked where it is too long."""
    line = " ".join(text.split()) or "untitled"
    return line if len(line) <= limit else f"{line[: _cut_between_words(line, 0, limit - 1)]}…"
