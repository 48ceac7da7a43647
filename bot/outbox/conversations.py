"""Claims: one answer per message, across deliveries, processes and restarts. Threads: what a follow-up goes on from."""

import json
import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.ops.metrics import CLAIMS
from bot.outbox.group_commit import GroupCommit
from index import Context, Database

_log = logging.getLogger(__name__)

LEASE_SECONDS = 30.0
"""How long a worker that is not heard of keeps a message: a crashed bot must not stay silent."""

MAX_ATTEMPTS = 10
"""A message over which the bot has died so often is given up."""

_KEPT_FIELDS = ("type", "channel_type", "channel", "user", "text", "ts", "thread_ts", "is_unshared")

KEEP_SECONDS = 7 * 24 * 3600.0
"""Slack redelivers within minutes, and within a day where delayed events are switched on."""

KEEP_THREADS_DAYS = 30
"""Who comes back to a thread after a month says again what it is about."""

_STARTS = "starts"

_LEASED_OF_A_CHANNEL = 2
"""Few, so that a channel with many questions leaves room for the others."""


class ClaimState(StrEnum):
    """How far the answer to a message has come."""

    QUEUED = "claimed"
    POSTING = "posting"  # a post of it may stand
    REPOSTING = "reposting"  # it was posted a second time, without a sight of the first
    SENT = "sent"
    FAILED = "failed"  # Slack refused the answer, or we failed, or the message was deleted


_OPEN = (ClaimState.QUEUED, ClaimState.POSTING, ClaimState.REPOSTING)

_tables = sa.MetaData()
_claim = sa.Table(
    "claim",
    _tables,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    # What is to be done, as JSON: the event to be answered, then the post that answers it; gone as soon as it is done.
    sa.Column("event", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),  # counts the leases, and so tells them apart
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Index("claim_open", "state", "ts"),
)


_thread = sa.Table(
    "thread",
    _tables,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("asker", sa.Text, primary_key=True),
    sa.Column("context", sa.Text, nullable=False),  # as JSON
    sa.Column("at", sa.Float, nullable=False, index=True),
)


PASSING_TABLES = (_claim.name,)
"""What a backup leaves out: a question that was asked before it must not be answered when it is restored."""


@dataclass(frozen=True, slots=True)
class MessageKey:
    """What makes a message one message, under however many event ids it is delivered."""

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a message, until somebody else leases it: what is to be done, and how far it had come."""

    key: MessageKey
    attempt: int
    state: ClaimState
    work: dict[str, Any]


class Threads:
    """What the bot's last answer in each thread was about, kept in the store: Slack's history is not read."""

    def __init__(self, database: Database, *, keep_days: int = KEEP_THREADS_DAYS) -> None:
        self._database = database
        self._keep_seconds = keep_days * 24 * 3600.0
        database.create_tables(_tables)

    def remember(self, thread: MessageKey, asker: str, context: Context) -> None:
        """Keep that somebody asked in a thread, and what a follow-up there goes on from."""
        values = {"context": json.dumps(context.to_dict()), "at": time.time()}
        with self._database.write() as connection:
            connection.execute(sa.delete(_thread).where(_is_thread(thread), _thread.c.asker == asker))
            key = {"team": thread.team, "channel": thread.channel, "ts": thread.ts, "asker": asker}
            connection.execute(sa.insert(_thread).values(**key, **values))

    def recall(self, thread: MessageKey) -> Context | None:
        """Return what the last answer in a thread was about; None where the bot has not answered in it."""
        newest = sa.select(_thread.c.context).where(_is_thread(thread)).order_by(_thread.c.at.desc()).limit(1)
        with self._database.read() as connection:
            kept = connection.execute(newest).scalar()
        return Context.from_dict(json.loads(kept)) if kept else None

    def has_asked(self, thread: MessageKey, person: str) -> bool:
        """Tell whether a person has asked the bot in a thread."""
        found = sa.select(_thread.c.asker).where(_is_thread(thread), _thread.c.asker == person)
        with self._database.read() as connection:
            return connection.execute(found).first() is not None

    def forget_old(self) -> None:
        """Delete what is kept of threads that have long been silent."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_thread).where(_thread.c.at < time.time() - self._keep_seconds))


class Claims:
    """Which messages are to be answered, and how far each has come, kept in the store.

    What is claimed is leased to work on it. A lease that is neither renewed nor ended runs out, and whoever leases the
    message next goes on from its state; what the former holder does after that has no effect.
    """

    def __init__(self, database: Database) -> None:
        self.arrived = threading.Event()
        self._database = database
        self._commits = GroupCommit(database)
        database.create_tables(_tables)

    def claim(self, key: MessageKey, event: Mapping[str, Any]) -> bool:
        """Queue a message to be answered, with what of its event an answer needs; False when it is known already.

        It is on disk when this returns.
        """
        return self.claim_all([(key, event)])[0]

    def claim_all(self, questions: Sequence[tuple[MessageKey, Mapping[str, Any]]]) -> list[bool]:
        """Queue messages to be answered like `claim`, in one commit; tell of each whether it was new."""
        if not questions:
            return []
        rows = [_queued(key, event) for key, event in questions]
        are_new = self._commits.run(
            lambda connection: [connection.execute(_INSERT_CLAIM, row).rowcount == 1 for row in rows]
        )
        if any(are_new):
            self.arrived.set()
        return are_new

    def withdraw(self, key: MessageKey) -> None:
        """Give up a message that was deleted before its answer was posted."""
        change = sa.update(_claim).where(_is(key), _claim.c.state == ClaimState.QUEUED)
        failed = change.values(state=ClaimState.FAILED, event=None)
        with self._database.read() as connection:
            if connection.execute(sa.select(_claim.c.ts).where(_is(key))).first() is None:
                return
        self._commits.run(lambda connection: connection.execute(failed))

    def lease(self, room: int, *, without: Collection[str] = ()) -> list[Lease]:
        """Lease up to `room` messages, the oldest of each channel first, but none in the channels `without`.

        A few of each channel at most. A message over which workers have died too often is given up.
        """
        now = time.time()
        with self._database.read() as connection:
            if connection.execute(sa.select(_claim.c.ts).where(_is_free(now)).limit(1)).first() is None:
                return []
        return self._commits.run(lambda connection: _lease(connection, now, room, without))

    def renew(self, leases: Collection[Lease]) -> None:
        """Keep messages for as long again."""
        if leases:
            until = time.time() + LEASE_SECONDS
            rows = [{**_identify(one), "until": until} for one in leases]
            self._commits.run(lambda connection: connection.execute(_RENEW, rows))

    def release(self, leases: Collection[Lease]) -> None:
        """Lay messages down, to be leased again at once."""
        if leases:
            rows = [{**_identify(one), "until": 0.0} for one in leases]
            self._commits.run(lambda connection: connection.execute(_RENEW, rows))
            self.arrived.set()

    def note_started(self, lease: Lease) -> bool:
        """Note that an answer is being found, and how often it was; False when the message is no longer ours."""
        work = {**lease.work, _STARTS: lease.work.get(_STARTS, 0) + 1}
        return self._change(lease, ClaimState.QUEUED, json.dumps(work))

    def note_posting(self, lease: Lease, work: Mapping[str, Any]) -> bool:
        """Note that a post is under way, and which; False when the message is no longer ours to answer."""
        return self._change(lease, ClaimState.POSTING, json.dumps(work))

    def note_reposting(self, lease: Lease, work: Mapping[str, Any]) -> bool:
        """Note that the one repetition is under way; False when the message is no longer ours to answer."""
        return self._change(lease, ClaimState.REPOSTING, json.dumps(work))

    def note_sent(self, lease: Lease) -> None:
        """Note that the message has its answer, or needs none."""
        self._change(lease, ClaimState.SENT, None)

    def note_failed(self, lease: Lease) -> None:
        """Note that the message got no answer: Slack refused it, or we failed and said so."""
        self._change(lease, ClaimState.FAILED, None)

    def forget_old(self) -> None:
        """Delete the claims on messages that Slack no longer redelivers."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_claim).where(_claim.c.at < time.time() - KEEP_SECONDS))

    def _change(self, lease: Lease, state: ClaimState, work: str | None) -> bool:
        values = {**_identify(lease), "to": state, "work": work}
        return self._commits.run(lambda connection: connection.execute(_CHANGE, values).rowcount == 1)


_INSERT_CLAIM = sqlite_insert(_claim).on_conflict_do_nothing()
_HELD = sa.and_(
    _claim.c.team == sa.bindparam("of_team"),
    _claim.c.channel == sa.bindparam("of_channel"),
    _claim.c.ts == sa.bindparam("of_ts"),
    _claim.c.attempts == sa.bindparam("of_attempt"),
    # Not IN: its parameters cannot be those of many rows at once.
    sa.or_(*(_claim.c.state == state for state in _OPEN)),
)
_RENEW = sa.update(_claim).where(_HELD).values(lease_until=sa.bindparam("until"))
_CHANGE = sa.update(_claim).where(_HELD).values(state=sa.bindparam("to"), event=sa.bindparam("work"))


def _queued(key: MessageKey, event: Mapping[str, Any]) -> dict[str, Any]:
    kept = json.dumps({name: event[name] for name in _KEPT_FIELDS if event.get(name)})
    state = {"state": ClaimState.QUEUED, "event": kept, "attempts": 0, "lease_until": 0.0, "at": time.time()}
    return {"team": key.team, "channel": key.channel, "ts": key.ts, **state}


def _identify(lease: Lease) -> dict[str, Any]:
    key = lease.key
    return {"of_team": key.team, "of_channel": key.channel, "of_ts": key.ts, "of_attempt": lease.attempt}


def _lease(connection: sa.Connection, now: float, room: int, without: Collection[str]) -> list[Lease]:
    free = _is_free(now)
    # The time that Slack gave a message orders a channel, in whatever order the messages were delivered.
    place = sa.func.row_number().over(partition_by=(_claim.c.team, _claim.c.channel), order_by=_claim.c.ts)
    placed = sa.select(_claim, place.label("place")).where(free, _claim.c.channel.not_in(list(without))).subquery()
    chosen = sa.select(placed).where(placed.c.place <= _LEASED_OF_A_CHANNEL).order_by(placed.c.ts).limit(room)
    found = [
        Lease(MessageKey(row.team, row.channel, row.ts), row.attempts + 1, ClaimState(row.state), json.loads(row.event))
        for row in connection.execute(chosen)
    ]
    hopeless = [one for one in found if one.work.get(_STARTS, 0) >= MAX_ATTEMPTS]
    leases = [one for one in found if one not in hopeless]
    taking = sa.update(_claim).where(
        _claim.c.team == sa.bindparam("of_team"),
        _claim.c.channel == sa.bindparam("of_channel"),
        _claim.c.ts == sa.bindparam("of_ts"),
    )
    if found:
        taken = taking.values(attempts=sa.bindparam("of_attempt"), lease_until=now + LEASE_SECONDS)
        connection.execute(taken, [_identify(one) for one in found])
    for one in hopeless:
        connection.execute(_CHANGE, {**_identify(one), "to": ClaimState.FAILED, "work": None})
        _log.error("a question is given up: the bot died over it %s times", MAX_ATTEMPTS)
        CLAIMS.labels("failed").inc()
    return leases


def _is_free(now: float) -> sa.ColumnElement[bool]:
    """Tell that a message waits to be leased: nobody has leased it, or not renewed the lease in time."""
    until = _claim.c.lease_until
    # No lease reaches so far: one that seems to was given before the clock was set back.
    return sa.and_(_claim.c.state.in_(_OPEN), sa.or_(until <= now, until > now + 2 * LEASE_SECONDS))


def _is_thread(key: MessageKey) -> sa.ColumnElement[bool]:
    return sa.and_(_thread.c.team == key.team, _thread.c.channel == key.channel, _thread.c.ts == key.ts)


def _is(key: MessageKey) -> sa.ColumnElement[bool]:
    return sa.and_(_claim.c.team == key.team, _claim.c.channel == key.channel, _claim.c.ts == key.ts)
