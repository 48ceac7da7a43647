"""Dependencies of the Slack handlers, and how they ask the library."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.ops.metrics import count_answer
from bot.outbox.store import OutboxStore
from bot.outbox.tasks import Task, TaskKind
from bot.outbox.threads import ThreadMemory
from bot.slack.asking import Asking
from bot.slack.directory import Directory, Readers
from bot.slack.permissions import Permissions, Person
from index import Answer, Library

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AppContext:
    """Dependencies of the Slack handlers.

    By default nobody may change statements or read internal ones.
    """

    library: Library
    outbox: OutboxStore
    memory: ThreadMemory
    bot_user_id: str = ""
    permissions: Permissions = field(default_factory=Permissions)
    directory: Directory = field(default_factory=Directory)

    def read(self, readers: Readers, query: Callable[[Library], T]) -> T:
        """Run a query over those statements that all readers may read."""
        while True:
            public = self.library.public()
            if public is not self.library:
                return query(self.library if self.directory.may_read_internal(readers) else public)
            found = query(public)
            if self.library.public() is public:  # no internal statement was added meanwhile
                return found

    def ask(self, readers: Readers, asking: Asking) -> Answer:
        """Return the answer to a question, counted and logged."""
        return self.read(readers, lambda library: _ask(library, asking))


def _ask(library: Library, asking: Asking) -> Answer:
    started = time.monotonic()
    if asking.request is not None:
        answer = library.run(asking.request, question=asking.question)
    else:
        answer = library.ask(asking.question, follows=asking.follows)
    seconds = time.monotonic() - started
    count_answer(answer, seconds)
    fields = {"event": "answered", "kind": str(answer.kind), "duration_ms": round(seconds * 1000, 1)}
    _log.info("answered kind=%s in %.0f ms", answer.kind, seconds * 1000, extra=fields)
    return answer


def find_person(task: Task) -> Person | None:
    """Return who used a command, button or form; None where Slack's payload is not clear about it."""
    return Person(task.user_team, task.user) if task.user and task.user_team else None


def find_readers(task: Task) -> Readers:
    """Return who will read a reply beside the message of a task."""
    is_message = task.kind is TaskKind.MESSAGE
    if task.is_direct or task.is_ephemeral or task.is_in_view or (not is_message and task.channel.startswith("D")):
        return find_readers_alone(task)
    user = find_readers_alone(task).user_id
    return Readers(user, task.channel, task.is_unshared)


def find_readers_alone(task: Task) -> Readers:
    """Return the person of a task as the only reader; nobody where Slack's payload is not clear about it."""
    return Readers(task.user if task.user_team or task.kind is TaskKind.MESSAGE else "")
