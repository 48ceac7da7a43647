"""The table of the outbox: which tasks were claimed, who works on each, and how far it has come.

    claimed → posting → sent            claimed: stored before Slack's delivery is acknowledged
                 ↓    ↘ failed          posting: a message may have reached Slack
              reposting → …             reposting: sent a second time, since nobody could look for the first

A worker leases a task. A lease that is neither renewed nor ended runs out, and the next worker goes on from the state;
what the former worker notes after that has no effect.
"""

import json
import logging
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.ops.metrics import CLAIMS
from bot.outbox.group_commit import GroupCommit
from bot.outbox.tasks import Post, Task, TaskKey
from index import Database

_log = logging.getLogger(__name__)

LEASE_SECONDS = 15.0
"""How long a worker keeps a task without renewing it: after a crash its questions wait for so long."""

IMMEDIATE_SECONDS = 10.0
"""The lease of a task that its handler does at once: Slack lets a view be opened for 3 seconds."""

MAX_STARTS = 10
"""A task over which the bot died so often is given up."""

KEEP_SECONDS = 7 * 24 * 3600.0
"""Slack delivers again within minutes, and within a day where delayed events are switched on."""

_STARTS = "starts"
_LEASED_OF_A_CHANNEL = 2
"""A busy channel leaves room for the others."""


class TaskState(StrEnum):
    """How far a task has come."""

    CLAIMED = "claimed"
    POSTING = "posting"
    REPOSTING = "reposting"
    SENT = "sent"
    FAILED = "failed"  # Slack refused the reply, or an apology was sent, or the message was deleted


_OPEN = (TaskState.CLAIMED, TaskState.POSTING, TaskState.REPOSTING)

_tables = sa.MetaData()
_claim = sa.Table(
    "claim",
    _tables,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    # The task and, once it is being sent, the post, as JSON; deleted when the task ends.
    sa.Column("event", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),  # counts the leases, and so tells them apart
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Index("claim_open", "state", "ts"),
)

EXCLUDED_FROM_BACKUP = (_claim.name,)
"""A question asked before a backup must not be answered when the backup is restored."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a task: what there is to do, and how far it had come."""

    key: TaskKey
    attempt: int
    state: TaskState
    task: Task
    post: Post | None = None
    starts: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A task to be stored; an immediate one is leased at once to the handler that claims it."""

    key: TaskKey
    task: Task
    is_immediate: bool = False
    may_repeat: bool = False  # claimed again if it failed before

    @property
    def lease(self) -> Lease:
        """The lease that an immediate claim gives."""
        return Lease(self.key, 1, TaskState.CLAIMED, self.task)


class OutboxStore:
    """The tasks of a bot, in the database of its statements."""

    def __init__(self, database: Database) -> None:
        self.arrived = threading.Event()  # there may be something to lease
        self._database = database
        self._commits = GroupCommit(database)
        database.create_tables(_tables)

    def claim(self, claim: Claim) -> bool:
        """Store a task; return False where it is known already. It is on disk on return."""
        return self.claim_all([claim])[0]

    def claim_all(self, claims: Sequence[Claim]) -> list[bool]:
        """Store tasks in one commit; tell of each whether it was new."""
        are_new = self._commits.run(lambda connection: [_insert(connection, claim) for claim in claims])
        if any(are_new):
            self.arrived.set()
        return are_new

    def withdraw(self, key: TaskKey) -> None:
        """Give up a message that was deleted before its reply was sent."""
        with self._database.read() as connection:
            if connection.execute(sa.select(_claim.c.ts).where(_is(key))).first() is None:
                return
        change = sa.update(_claim).where(_is(key), _claim.c.state == TaskState.CLAIMED)
        failed = change.values(state=TaskState.FAILED, event=None)
        self._commits.run(lambda connection: connection.execute(failed))

    def lease(self, room: int, *, without: Collection[str] = ()) -> list[Lease]:
        """Lease up to `room` tasks, the oldest of each channel first, but none of the channels `without`."""
        now = time.time()
        with self._database.read() as connection:
            if connection.execute(sa.select(_claim.c.ts).where(_is_free(now)).limit(1)).first() is None:
                return []
        return self._commits.run(lambda connection: _lease(connection, now, room, without))

    def renew_leases(self, leases: Collection[Lease]) -> None:
        """Keep tasks for as long again."""
        self._set_until(leases, time.time() + LEASE_SECONDS)

    def release_leases(self, leases: Collection[Lease]) -> None:
        """Release leases so that another worker can take the tasks at once."""
        self._set_until(leases, 0.0)
        self.arrived.set()

    def mark_started(self, lease: Lease) -> bool:
        """Note that a reply is being built, and how often that began; False where the lease was lost."""
        return self._change(lease, TaskState.CLAIMED, {"task": lease.task.to_dict(), _STARTS: lease.starts + 1})

    def mark_posting(self, lease: Lease, task: Task, post: Post) -> bool:
        """Note that a post is being sent; False where the lease was lost."""
        return self._change(lease, TaskState.POSTING, {"task": task.to_dict(), "post": post.to_dict()})

    def mark_reposting(self, lease: Lease, task: Task, post: Post) -> bool:
        """Note that a post is sent a second time; False where the lease was lost."""
        return self._change(lease, TaskState.REPOSTING, {"task": task.to_dict(), "post": post.to_dict()})

    def mark_claimed(self, lease: Lease, task: Task) -> None:
        """Note that nothing was sent, so that the reply is built again."""
        self._change(lease, TaskState.CLAIMED, {"task": task.to_dict()})

    def mark_sent(self, lease: Lease, *, then: Claim | None = None) -> None:
        """Note that the task has its reply, or needs none; claim what is to be sent after it in the same commit."""

        def write(connection: sa.Connection) -> None:
            if _apply(connection, lease, TaskState.SENT, None) and then is not None:
                _insert(connection, then)

        self._commits.run(write)
        if then is not None:
            self.arrived.set()

    def mark_failed(self, lease: Lease) -> None:
        """Note that the task got no reply but an apology at most."""
        self._change(lease, TaskState.FAILED, None)

    def forget_old(self) -> None:
        """Delete tasks that Slack no longer delivers again."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_claim).where(_claim.c.at < time.time() - KEEP_SECONDS))

    def _change(self, lease: Lease, state: TaskState, work: dict[str, Any] | None) -> bool:
        return self._commits.run(lambda connection: _apply(connection, lease, state, work))

    def _set_until(self, leases: Collection[Lease], until: float) -> None:
        if leases:
            rows = [{**_identify(lease), "until": until} for lease in leases]
            self._commits.run(lambda connection: connection.execute(_RENEW, rows))


_IS_BOUND = sa.and_(
    _claim.c.team == sa.bindparam("of_team"),
    _claim.c.channel == sa.bindparam("of_channel"),
    _claim.c.ts == sa.bindparam("of_ts"),
)
_HELD = sa.and_(
    _IS_BOUND,
    _claim.c.attempts == sa.bindparam("of_attempt"),
    # Not IN: its parameters cannot be those of many rows at once.
    sa.or_(*(_claim.c.state == state for state in _OPEN)),
)
_RENEW = sa.update(_claim).where(_HELD).values(lease_until=sa.bindparam("until"))
_CHANGE = sa.update(_claim).where(_HELD).values(state=sa.bindparam("to"), event=sa.bindparam("work"))
_TAKE = (
    sa.update(_claim).where(_IS_BOUND).values(attempts=sa.bindparam("of_attempt"), lease_until=sa.bindparam("until"))
)
_INSERT = sa.insert(_claim).from_select(
    [column.name for column in _claim.c],
    sa.select(*(sa.bindparam(f"new_{column.name}", type_=column.type) for column in _claim.c)).where(
        ~sa.exists().where(_IS_BOUND)
    ),
)


def _insert(connection: sa.Connection, claim: Claim) -> bool:
    """Store a task unless it is known; tell whether it was new."""
    key, now = claim.key, time.time()
    if claim.may_repeat:
        connection.execute(sa.delete(_claim).where(_is(key), _claim.c.state == TaskState.FAILED))
    row = {
        "team": key.team,
        "channel": key.channel,
        "ts": key.ts,
        "state": TaskState.CLAIMED.value,
        "event": json.dumps({"task": claim.task.to_dict()}),
        "attempts": int(claim.is_immediate),
        "lease_until": now + IMMEDIATE_SECONDS if claim.is_immediate else 0.0,
        "at": now,
    }
    bound = {"of_team": key.team, "of_channel": key.channel, "of_ts": key.ts}
    return connection.execute(_INSERT, {**{f"new_{name}": value for name, value in row.items()}, **bound}).rowcount == 1


def _apply(connection: sa.Connection, lease: Lease, state: TaskState, work: dict[str, Any] | None) -> bool:
    values = {**_identify(lease), "to": state.value, "work": None if work is None else json.dumps(work)}
    return connection.execute(_CHANGE, values).rowcount == 1


def _identify(lease: Lease) -> dict[str, Any]:
    key = lease.key
    return {"of_team": key.team, "of_channel": key.channel, "of_ts": key.ts, "of_attempt": lease.attempt}


def _lease(connection: sa.Connection, now: float, room: int, without: Collection[str]) -> list[Lease]:
    # Slack's time of a message orders a channel, in whatever order the messages were delivered.
    place = sa.func.row_number().over(partition_by=(_claim.c.team, _claim.c.channel), order_by=_claim.c.ts)
    free = sa.and_(_is_free(now), _claim.c.channel.not_in(list(without)))
    placed = sa.select(_claim, place.label("place")).where(free).subquery()
    first = placed.c.place <= _LEASED_OF_A_CHANNEL
    chosen = sa.select(placed).where(first).order_by(placed.c.at, placed.c.channel, placed.c.ts).limit(room)
    leases = [_read_row(row) for row in connection.execute(chosen)]
    if leases:
        connection.execute(_TAKE, [{**_identify(lease), "until": now + LEASE_SECONDS} for lease in leases])
    hopeless = [lease for lease in leases if lease.starts >= MAX_STARTS]
    for lease in hopeless:
        _apply(connection, lease, TaskState.FAILED, None)
        _log.error("a question is given up: the bot died over it %s times", MAX_STARTS)
        CLAIMS.labels("failed").inc()
    return [lease for lease in leases if lease not in hopeless]


def _read_row(row: sa.Row[Any]) -> Lease:
    work, state = json.loads(row.event), TaskState(row.state)
    is_posting = state is not TaskState.CLAIMED
    return Lease(
        TaskKey(row.team, row.channel, row.ts),
        row.attempts + 1,
        state,
        Task.from_dict(work.get("task", work)),
        Post.from_dict(work.get("post", work)) if is_posting else None,
        work.get(_STARTS, 0),
    )


def _is_free(now: float) -> sa.ColumnElement[bool]:
    """Tell that nobody has leased a task, or not renewed the lease in time."""
    until = _claim.c.lease_until
    # A lease that seems to last longer than any was given before the clock was set back.
    return sa.and_(_claim.c.state.in_(_OPEN), sa.or_(until <= now, until > now + 2 * LEASE_SECONDS))


def _is(key: TaskKey) -> sa.ColumnElement[bool]:
    return sa.and_(_claim.c.team == key.team, _claim.c.channel == key.channel, _claim.c.ts == key.ts)
