"""A slash command's words → the question they ask, what they would change, or how the command is used.

Typed after a mention they ask the same: slash commands do not work in threads.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What can be changed from Slack."""

    ADD = "add"
    REMOVE = "remove"
    RE_ENCODE = "re-encode"


COMMANDS = {
    "/ask": (
        "Ask the statements; only you see the answer.",
        "/ask which resolutions are cited?",
        "/ask what do they say about missile technology?",
    ),
    "/resolutions": (
        "Every resolution that is cited, with the passages that cite it.",
        "/resolutions",
        "/resolutions 1718",
        "/resolutions Syria   (in the statements so called)",
    ),
    "/quote": (
        "Whether a quotation is in the statements word for word.",
        "/quote “a nuclear war cannot be won and must never be fought”",
    ),
    "/statements": (
        "What is kept, and what the statements say of themselves.",
        "/statements list",
        "/statements show Washington Declaration",
        "/statements who Syria   (who issued them)",
        "/statements when AUKUS   (when they were issued)",
        "/statements positions Belarus   (what they condemn, demand and commit to)",
        "/statements count “ballistic missile”",
        "/statements add, remove ID or re-encode   (for those whom the operator named)",
    ),
}
"""What each command is for, and its forms."""

_VERBS_ALONE = frozenset({"list", "who", "when", "positions"})
_VERBS_WITH_WORDS = frozenset({"show", "count"})
_CHANGES = {
    ChangeKind.ADD: re.compile(r"add", re.IGNORECASE),
    ChangeKind.REMOVE: re.compile(r"remove\s+(?P<id>\S+)", re.IGNORECASE),
    ChangeKind.RE_ENCODE: re.compile(r"re-?encode", re.IGNORECASE),
}
_FILTER_WORDS = frozenset({"on", "about", "from", "by", "of", "since", "in", "before", "after", "until", "between"})


@dataclass(frozen=True, slots=True)
class Usage:
    """How a command is used: what it is for, then one form a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants changed; `statement_id` of what is to be removed, as it was typed."""

    kind: ChangeKind
    statement_id: str = ""


def read_change(words: str) -> Change | None:
    """Return what the words after /statements ask to change; None where they ask something else."""
    for kind, pattern in _CHANGES.items():
        if match := pattern.fullmatch(words.strip()):
            return Change(kind, match.groupdict().get("id", ""))
    return None


def read_command(command: str, words: str) -> str | Usage:
    """Return the question that a slash command asks; how it is used where its words do not fit."""
    usage = Usage(COMMANDS[command])
    if words.strip().lower() in {"help", "?"}:
        return usage
    if command == "/ask":
        return words
    if command == "/quote":
        return f"quote {words}" if words.strip() else usage
    if command == "/statements":
        return _read_statements(words) or usage
    return f"resolutions {words}".strip()


def read_mention(words: str) -> str | Usage:
    """Return what is asked after a mention; how a command is used where its name stands there with nothing it needs."""
    name, _, rest = words.partition(" ")
    if name.lower() == "quote" and not rest.strip():
        return Usage(COMMANDS["/quote"])
    if name.lower() == "statements" and read_change(rest) is not None:
        return Usage(COMMANDS["/statements"])  # a form and a confirmation need the command
    if name.lower() == "statements" and (not rest.strip() or rest.split()[0].lower() in _VERBS_WITH_WORDS):
        return _read_statements(rest) or Usage(COMMANDS["/statements"])
    return words


def _read_statements(words: str) -> str:
    """Return the question that the words after /statements ask; nothing where they do not fit."""
    verb, _, rest = words.strip().partition(" ")
    verb = verb.lower() or "list"
    if verb in _FILTER_WORDS and rest.strip():
        return f"statements {verb} {rest.strip()}"
    if verb in _VERBS_ALONE or (verb in _VERBS_WITH_WORDS and rest.strip()):
        return f"statements {verb} {rest.strip()}".strip()
    return ""
