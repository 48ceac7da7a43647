"""Slash commands: their words as a request, a change, or the way they are used. What they are comes from the engines.

Typed after a mention they ask the same: slash commands do not work in threads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from index import ENGINES, Request, find_slash_command, find_verb


class ChangeKind(StrEnum):
    """What can be changed from Slack."""

    ADD = "add"
    REMOVE = "remove"
    RE_ENCODE = "re-encode"


COMMANDS = ("/ask", *(engine.slash_command for engine in ENGINES if engine.slash_command), "/statements")

_CHANGES = {
    ChangeKind.ADD: re.compile(r"add", re.IGNORECASE),
    ChangeKind.REMOVE: re.compile(r"remove\s+(?P<id>\S+)", re.IGNORECASE),
    ChangeKind.RE_ENCODE: re.compile(r"re-?encode", re.IGNORECASE),
}
_LIST_WORDS = frozenset({"on", "about", "from", "by", "of", "since", "in", "before", "after", "until", "between"})
"""Words that begin the description of a list: "/statements on Syria" lists them."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How a command is used: what it is for, then one form a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """What a slash command asks: its words as the answer restates them, and its request; None for a free question."""

    question: str
    request: Request | None = None


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


def read_command(command: str, words: str) -> Command | Usage:
    """Return what a slash command asks; how it is used where its words do not fit."""
    words = words.strip()
    if words.lower() in {"help", "?"}:
        return _usage_of(command)
    if command == "/ask":
        return Command(words)
    if command == "/statements":
        return _read_statements(words) or _usage_of(command)
    engine = find_slash_command(command)
    request = engine.read_words(words) if engine else None
    return Command(f"{command.removeprefix('/')} {words}".strip(), request) if request else _usage_of(command)


def read_mention(words: str) -> str | Usage:
    """Return what is asked after a mention; how a command is used where its name stands there with nothing it needs."""
    name, _, rest = words.partition(" ")
    engine = find_slash_command(f"/{name.lower()}")
    if engine and not rest.strip() and engine.read_words("") is None:
        return _usage_of(engine.slash_command)
    if name.lower() != "statements":
        return words
    verb = find_verb(rest.split()[0]) if rest.strip() else None
    needs_words = verb is not None and verb.read_words("") is None
    # A form and a confirmation need the command.
    is_wrong = read_change(rest) is not None or (needs_words and not rest.split()[1:])
    return _usage_of("/statements") if is_wrong else words


def _read_statements(words: str) -> Command | None:
    """Return what the words after /statements ask; None where they do not fit."""
    verb, _, rest = words.partition(" ")
    if not verb or verb.lower() in _LIST_WORDS:
        verb, rest = "list", words
    engine = find_verb(verb)
    request = engine.read_words(rest) if engine else None
    return Command(f"statements {verb.lower()} {rest}".strip(), request) if request else None


def _usage_of(command: str) -> Usage:
    """Return what a command is for, and its forms."""
    if command == "/ask":
        forms = ("/ask which resolutions are cited?", "/ask what do they say about missile technology?")
        return Usage(("Ask the statements; only you see the answer.", *forms))
    engine = find_slash_command(command)
    if engine is not None:
        return Usage((engine.summary, *_forms(command, engine.usage)))
    changes = "/statements add, remove ID or re-encode   (admins only)"
    return Usage(("Browse the statements", *_statement_forms(), changes))


def _statement_forms() -> Iterator[str]:
    for engine in ENGINES:
        if engine.verbs and not engine.slash_command:
            yield from _forms(f"/statements {engine.verbs[0]}", engine.usage)


def _forms(command: str, usage: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for words, meaning in usage:
        yield f"{command} {words}".strip() + (f"   ({meaning})" if meaning else "")
