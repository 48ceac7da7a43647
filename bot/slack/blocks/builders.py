"""Elements of Block Kit that every message is built from, within Slack's limits.

Everything that comes from a statement or a person goes into `rich_text` or `plain_text`, which Slack does not parse:
nothing in it can mention, link or format. Only the fallback text is parsed, and there it is escaped. Characters that
cannot be seen (bidirectional controls, characters without width) are marked in both.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import regex

from bot.visible import find_hidden, mark_hidden

Block = dict[str, Any]

MAX_TITLE_CHARACTERS = 200
MAX_NOTE_CHARACTERS = 300
MAX_NOTES = 8
MAX_HEADLINE_CHARACTERS = 600
_MAX_LABEL_CHARACTERS = 75
_MAX_URL_CHARACTERS = 3_000
_MAX_HIDDEN_NAMED = 5
CHARACTER = regex.compile(r"\X")
"""An extended grapheme cluster (UAX #29): one character to the eye, however many code points."""

_LAST_CHARACTER = regex.compile(r"\X*(?P<last>\X)")

_DISPLAYED = frozenset({"text", "plain_text", "link"})
"""Types of objects whose `text` is shown."""

_WEB_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%\[\]-]+", re.ASCII)
"""The characters of RFC 3986, after a scheme that Slack accepts."""


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks to see, and a text that says the same to notifications and screen readers."""

    text: str
    blocks: list[Block]


def build_message(text: str, blocks: Sequence[Block]) -> Message:
    """Return the message of an escaped text and blocks."""
    return Message(mark_hidden(text), mark_hidden_characters(blocks))


def escape(text: str) -> str:
    """Return the text as Slack's mrkdwn shows it literally: the three characters it decodes, escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich_text(*elements: Block) -> Block:
    """Return a block of sections, lists and quotes, in which Slack parses nothing."""
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: Block) -> Block:
    """Return a line of text, links and names within a `rich_text`."""
    return {"type": "rich_text_section", "elements": list(elements)}


def bullet_list(items: Sequence[Block]) -> Block:
    """Return a list with bullets within a `rich_text`."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def text_run(text: str, *, bold: bool = False, italic: bool = False, strike: bool = False) -> Block:
    """Return a piece of text in one style."""
    style = {name: True for name, is_set in (("bold", bold), ("italic", italic), ("strike", strike)) if is_set}
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def plain_text(text: str) -> Block:
    """Return a text object that Slack shows as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": plain_text(text)}


def context_line(*texts: str) -> Block:
    """Return small grey lines."""
    return {"type": "context", "elements": [plain_text(shorten(text, MAX_NOTE_CHARACTERS)) for text in texts]}


def notes_block(notes: Sequence[str]) -> list[Block]:
    """Return the notes in one block, which takes ten lines, the last of which counts those left out."""
    if not notes:
        return []
    shown = list(notes[:MAX_NOTES])
    if len(notes) > MAX_NOTES:
        shown.append(f"And {len(notes) - MAX_NOTES:,} more notes.")
    return [context_line(*shown)]


def collapsed(title: str, blocks: Sequence[Block]) -> Block:
    """Return blocks under a title that opens and closes them, closed at first."""
    return {
        "type": "container",
        "title": plain_text(title),
        "child_blocks": list(blocks),
        "is_collapsible": True,
        "default_collapsed": True,
    }


def actions(buttons: Sequence[Block]) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(action: str, number: int, label: str, value: str) -> Block:
    """Return a button; the number keeps its id apart from others of the same action in the message."""
    text = plain_text(shorten(label, _MAX_LABEL_CHARACTERS))
    return {"type": "button", "action_id": f"{action}_{number}", "text": text, "value": value}


def source_link(source: str | None) -> list[Block]:
    """Return a link to where a statement was published, or text where the source is no plain web address."""
    if not source:
        return []
    host = _host_of(source)
    if not host or len(source) > _MAX_URL_CHARACTERS:
        return [text_run(f" · {shorten(source)}")]
    # The label is the host, so that no link claims to lead elsewhere.
    return [text_run(" · "), {"type": "link", "url": source, "text": host.removeprefix("www.") or host}]


def _host_of(source: str) -> str:
    """Return the host of a web address; empty for other text and for disguises such as "state.gov@elsewhere"."""
    try:
        address = urlsplit(source)
        host = address.hostname or ""
    except ValueError:
        return ""
    is_plain = _WEB_ADDRESS.fullmatch(source) is not None and "@" not in address.netloc
    return host if is_plain else ""


def shorten(text: str, limit: int = MAX_TITLE_CHARACTERS) -> str:
    """Return the text on one line, cut between words and marked with … where it is too long."""
    line = " ".join(text.split()) or "untitled"
    return line if len(line) <= limit else f"{line[: cut_between_words(line, 0, limit - 1)]}…"


def cut_between_words(text: str, start: int, end: int) -> int:
    """Return the last gap between words before `end`, or between characters where no gap is in the second half."""
    gap = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return gap if gap > start + (end - start) // 2 else cut_between_characters(text, start, end)


def cut_between_characters(text: str, start: int, end: int) -> int:
    """Return the last border between grapheme clusters at or before `end`, counted from `start`.

    It is `end` itself within a cluster that is longer than the room there is.
    """
    within = _LAST_CHARACTER.match(text, start, end)
    if within is None:
        return end
    last = within.start("last")
    whole = CHARACTER.match(text, last)
    return last if whole is not None and whole.end() > end and last > start else end


def mark_hidden_characters(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with a mark for each hidden character, and a line that says what the marks stand for."""
    hidden = list(dict.fromkeys(character for text in _displayed(blocks) for character in find_hidden(text)))
    if not hidden:
        return list(blocks)
    named = ", ".join(_name_of(character) for character in hidden[:_MAX_HIDDEN_NAMED])
    more = f" and {len(hidden) - _MAX_HIDDEN_NAMED} others" if len(hidden) > _MAX_HIDDEN_NAMED else ""
    return [
        *(_marked(block) for block in blocks),
        context_line(f"Hidden characters are marked: {named}{more}."),
    ]


def _displayed(part: object) -> Iterator[str]:
    """Yield the texts that are shown, at any depth of the blocks."""
    if isinstance(part, dict):
        if part.get("type") in _DISPLAYED:
            yield part["text"]
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for child in part:
            yield from _displayed(child)


def _marked(part: Any) -> Any:  # noqa: ANN401 - JSON values are of any type
    if isinstance(part, list):
        return [_marked(child) for child in part]
    if not isinstance(part, dict):
        return part
    marked = {name: _marked(value) for name, value in part.items()}
    return {**marked, "text": mark_hidden(part["text"])} if part.get("type") in _DISPLAYED else marked


def _name_of(hidden: str) -> str:
    name = unicodedata.name(hidden, "control character" if hidden < "\xa0" else "unassigned").lower()
    return f"U+{ord(hidden):04X} {name}"
