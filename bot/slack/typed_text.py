"""Slack's mark-up → the words that a person typed."""

import re

_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-\d:)?(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")
_HELP = frozenset({"", "help", "help me", "hello", "hi"})


def read_typed(text: str, bot_user_id: str = "") -> str:
    """Return a typed question without mark-up, the mention of the bot, emoji and emphasis."""
    words = " ".join(_EMPHASIS.sub("", _EMOJI.sub(" ", _without_tokens(text, bot_user_id))).split())
    # "@Verbatim, which …" and "@Verbatim: which …" ask the same.
    return words.lstrip(",:; ")


def read_message(text: str) -> str:
    """Return a colleague's message without mark-up; its lines and marks of quotation stay."""
    return _EMPHASIS.sub("", _without_tokens(text, ""))


def asks_for_help(question: str) -> bool:
    """Tell whether a question asks how to use the bot."""
    return question.lower().strip("?!.,:; ") in _HELP


def _without_tokens(text: str, bot_user_id: str) -> str:
    """Return a text with links and mentions as their labels, and the three escaped characters back."""

    def replace_token(match: re.Match[str]) -> str:
        if match["mark"] in {"@", "!"}:
            return "" if match["body"] == bot_user_id else match["label"] or ""
        return f"#{match['label']}" if match["mark"] and match["label"] else match["label"] or match["body"]

    plain = _TOKEN.sub(replace_token, text)
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escaped, character)
    return plain
