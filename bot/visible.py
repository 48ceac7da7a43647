"""Text of others made fit to be shown: what cannot be seen in it, or moves what can, is marked."""

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb"
"""Controls, of which line feeds and tabs stay; other line breaks; marks of annotation."""

_BIDIRECTIONAL = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What reverses or isolates the words after it."""

_WITHOUT_WIDTH = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""The rest of what Unicode calls default-ignorable."""

_PICTURES = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5"
    r"\U0001f200-\U0001faff"
)
"""Emoji, and what a variation selector makes one of. Joiners put several together."""

_JOINING = r"\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af"
"""Scripts in which joiners are spelling: Arabic, those of India, Burmese, Khmer and Mongolian."""

_HIDDEN = re.compile(
    rf"[{_CONTROLS}{_BIDIRECTIONAL}{_WITHOUT_WIDTH}]"
    r"(?!(?<=\r)\n)"
    rf"(?<![#*0-9{_PICTURES}][\ufe0e\ufe0f])(?<![{_PICTURES}]\u200d)(?<![{_PICTURES}]\ufe0f\u200d)"
    rf"(?<![{_JOINING}][\u180b-\u180d\u180f\u200c\u200d])"
)

MARK = "\ufffd"


def visible(text: str) -> str:
    """Return the text with every hidden character shown as a mark: a title must not clear or forge the screen.

    Line breaks and tabs stay; carriage returns go, as they stand before line breaks.
    """
    return mark_hidden(text.replace("\r\n", "\n"))


def mark_hidden(text: str) -> str:
    """Return the text, of the same length, with a mark in place of every hidden character."""
    return _HIDDEN.sub(lambda match: _mark(match[0]), text)


def find_hidden(text: str) -> list[str]:
    """Return the hidden characters of a text, each once, in the order of their first places."""
    return list(dict.fromkeys(_HIDDEN.findall(text)))


def _mark(hidden: str) -> str:
    # Unicode has a picture for each of the first 32 controls.
    return chr(0x2400 + ord(hidden)) if hidden < " " else MARK
