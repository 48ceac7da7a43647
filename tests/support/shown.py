"""What Slack would show of a message, and what in it would be live: read by Slack's rules, apart from the bot's code.

Source: docs.slack.dev, messaging/formatting-message-text and reference/block-kit/blocks. What this reader does not know
it refuses, so that no new kind of block goes unread.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

Json = dict[str, Any]

_HIDDEN = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\p{Zl}\p{Zp}\uFFF9-\uFFFB--[\n\t]]", regex.V1
)
_SPELT = regex.compile(
    r"""\r(?=\n)
        | (?<=[\p{Emoji}\p{Extended_Pictographic}])[\uFE0E\uFE0F]
        | (?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)\u200D
        | (?<=[\p{Script=Arabic}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{InMyanmar}\p{InKhmer}])
          [\u180B-\u180D\u180F\u200C\u200D]
    """,
    regex.VERBOSE,
)
"""Hidden characters that a script or an emoji is written with."""

_MARKS = re.compile("[\u2400-\u241f\ufffd]")
_EMOJI_CODE = re.compile(r":[a-z0-9_+'-]+:")
_ENTITY = re.compile("&(amp|lt|gt);")
_DECODED = {"amp": "&", "lt": "<", "gt": ">"}

_LIVE_ELEMENTS = {"user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id", "broadcast": "range",
                  "emoji": "name", "date": "fallback", "team": "team_id"}  # fmt: skip
_WITHIN = {
    **dict.fromkeys(
        ("rich_text_section", "rich_text_quote", "rich_text_list", "rich_text_preformatted"), ("elements",)
    ),
    **dict.fromkeys(("rich_text", "context", "actions"), ("elements",)),
    **dict.fromkeys(("header", "button"), ("text",)),
    "container": ("title", "child_blocks"),
    "divider": (),
}
"""What is shown within what, in reading order."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of what is shown; `live` is what it does beyond being read: "@U1", "!channel", a link's address."""

    text: str
    live: str = ""


def read_mrkdwn(text: str) -> Iterator[Piece]:
    """Read a text as Slack parses it: `<…>` is live, and three entities are decoded once."""
    at = 0
    while (opening := text.find("<", at)) >= 0:
        closing = text.find(">", opening)
        if closing < 0:
            break
        yield Piece(_decode(text[at:opening]))
        target, _, label = text[opening + 1 : closing].partition("|")
        yield Piece(_decode(label or target), live=target or "<>")
        at = closing + 1
    yield Piece(_decode(text[at:]))


def read_blocks(part: Any) -> Iterator[Piece]:
    """Read blocks, or one of them, or an element of one, in reading order."""
    if isinstance(part, list):
        for one in part:
            yield from read_blocks(one)
        return
    kind = part["type"]
    within = _WITHIN.get(kind)
    if within is not None:
        yield from read_blocks([inner for name in within for inner in _listed(part[name])])
    elif kind in _LIVE_ELEMENTS:
        yield Piece("", live=f"{kind} {part[_LIVE_ELEMENTS[kind]]}")
    elif kind == "link":
        yield Piece(part.get("text", part["url"]), live=part["url"])
    elif kind == "mrkdwn":
        yield from read_mrkdwn(part["text"])
    elif kind in {"text", "plain_text"}:
        has_codes = kind == "plain_text" and part.get("emoji", True)
        yield Piece(part["text"], live=" ".join(_EMOJI_CODE.findall(part["text"])) if has_codes else "")
    else:
        raise AssertionError(f"expected a block that this reader knows, got {kind}")


def _listed(part: Any) -> list[Any]:
    return part if isinstance(part, list) else [part]


def live(pieces: Iterator[Piece]) -> list[str]:
    """Return what of pieces would be live."""
    return [one.live for one in pieces if one.live]


def find_hidden(text: str) -> list[str]:
    """Return the characters of a text that nobody sees and no script needs."""
    spelt = {match.start() for match in _SPELT.finditer(text)}
    return [match[0] for match in _HIDDEN.finditer(text) if match.start() not in spelt]


def shows(shown: str, source: str) -> bool:
    """Tell whether what is shown is the source to the last character, with marks for nothing but what is hidden."""
    return shown == source or (
        len(shown) == len(source)
        and all(
            one == other or (_MARKS.fullmatch(one) is not None and _HIDDEN.fullmatch(other) is not None)
            for one, other in zip(shown, source, strict=True)
        )
    )


def is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether [start, end) begins and ends between what people see as characters."""
    return {start, end} <= set(borders(text))


def borders(text: str) -> list[int]:
    """Return the offsets between what people see as characters, the ends among them."""
    return [0, *(match.end() for match in regex.finditer(r"\X", text))]


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda match: _DECODED[match[1]], text)
