"""Text of others made fit for a terminal."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Return the text with every control character shown as a mark: a title must not clear or forge the screen.

    Line breaks and tabs stay; carriage returns go, as they stand before line breaks.
    """
    return _CONTROLS.sub(lambda match: _mark(match[0]), text.replace("\r\n", "\n"))


def _mark(control: str) -> str:
    # Unicode has a picture for each of the first 32 controls.
    return chr(0x2400 + ord(control)) if control < " " else "\ufffd"
