"""Claims: one answer per message, across deliveries, processes and restarts. Threads: what a follow-up goes on from."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from index import Context, Database

LEASE_SECONDS = 60.0
"""How long one delivery may work on an answer before another may take over: a crashed bot must not stay silent."""

MAX_ATTEMPTS = 5
"""Answering again and again what cannot be answered would help nobody."""

_KEPT_FIELDS = ("type", "channel_type", "channel", "user", "text", "ts", "thread_ts")

KEEP_SECONDS = 7 * 24 * 3600.0
"""Slack redelivers within minutes, and within a day where delayed events are switched on."""

KEEP_THREADS_SECONDS = 30 * 24 * 3600.0
"""Who comes back to a thread after a month says again what it is about."""

_tables = sa.MetaData()
_claim = sa.Table(
    "claim",
    _tables,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # "claimed", then "sent" or "failed"
    sa.Column("event", sa.Text),  # what is to be answered, as JSON; gone as soon as it is
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
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
class Unanswered:
    """A message whose claim ran out before it had its answer."""

    key: MessageKey
    event: dict[str, Any]


class Threads:
    """What the bot's last answer in each thread was about, kept in the store: Slack's history is not read."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
            connection.execute(sa.delete(_thread).where(_thread.c.at < time.time() - KEEP_THREADS_SECONDS))


class Claims:
    """Who answers which message, kept in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._in_work: set[MessageKey] = set()
        database.create_tables(_tables)

    def claim(self, key: MessageKey, event: Mapping[str, Any]) -> bool:
        """Take a message to answer; False when it is answered already, or somebody is at it.

        The claim is on disk when this returns, with what of the event an answer needs. It can be taken over when its
        lease has run out without an answer.
        """
        if key in self._in_work:
            return False  # whatever its lease says: waiting for as long as Slack asks may take longer
        now = time.time()
        with self._database.write() as connection:
            known = connection.execute(sa.select(_claim.c.state, _claim.c.lease_until).where(_is(key))).first()
            if known is None:
                kept = json.dumps({name: event[name] for name in _KEPT_FIELDS if event.get(name)})
                row = {"state": "claimed", "event": kept, "attempts": 1, "lease_until": now + LEASE_SECONDS, "at": now}
                connection.execute(sa.insert(_claim).values(team=key.team, channel=key.channel, ts=key.ts, **row))
            elif known.state != "claimed" or known.lease_until > now:
                return False
            else:
                connection.execute(_renewal(now).where(_is(key)))
        self._in_work.add(key)
        return True

    def take_over(self) -> list[Unanswered]:
        """Take the messages that were acknowledged and never answered: their bot died, or Slack was out of reach.

        Slack does not deliver them again. One that was tried too often is given up. Those this process is at, perhaps
        waiting for as long as Slack asked it to, get a new lease instead.
        """
        now = time.time()
        self._renew_leases(now)
        expired = sa.and_(_claim.c.state == "claimed", _claim.c.lease_until <= now)
        with self._database.read() as connection:
            if connection.execute(sa.select(_claim.c.ts).where(expired).limit(1)).first() is None:
                return []
        with self._database.write() as connection:
            hopeless = sa.and_(expired, _claim.c.attempts >= MAX_ATTEMPTS)
            connection.execute(sa.update(_claim).where(hopeless).values(state="failed", event=None))
            rows = connection.execute(sa.select(_claim).where(expired).order_by(_claim.c.at)).all()
            connection.execute(_renewal(now).where(expired))
        left = [
            Unanswered(MessageKey(row.team, row.channel, row.ts), json.loads(row.event)) for row in rows if row.event
        ]
        self._in_work.update(one.key for one in left)
        return left

    def release(self, key: MessageKey) -> None:
        """Lay a message down without an answer: it can be taken over when its lease is over."""
        self._in_work.discard(key)

    def is_in_work(self, key: MessageKey) -> bool:
        """Tell whether this process is at the answer to a message."""
        return key in self._in_work

    def mark_sent(self, key: MessageKey) -> None:
        """Note that the message has its answer."""
        self._mark(key, "sent")

    def mark_failed(self, key: MessageKey) -> None:
        """Note that the message got no answer: Slack refused it, or we failed and said so."""
        self._mark(key, "failed")

    def forget_old(self) -> None:
        """Delete the claims on messages that Slack no longer redelivers."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_claim).where(_claim.c.at < time.time() - KEEP_SECONDS))

    def _renew_leases(self, now: float) -> None:
        keys = list(self._in_work)
        if not keys:
            return
        with self._database.write() as connection:
            for key in keys:
                kept = sa.and_(_is(key), _claim.c.state == "claimed")
                connection.execute(sa.update(_claim).where(kept).values(lease_until=now + LEASE_SECONDS))

    def _mark(self, key: MessageKey, state: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(_claim).where(_is(key)).values(state=state, event=None))
        # Only now: a claim whose outcome could not be noted stays ours, or its answer would be given again.
        self._in_work.discard(key)


def _is_thread(key: MessageKey) -> sa.ColumnElement[bool]:
    return sa.and_(_thread.c.team == key.team, _thread.c.channel == key.channel, _thread.c.ts == key.ts)


def _is(key: MessageKey) -> sa.ColumnElement[bool]:
    return sa.and_(_claim.c.team == key.team, _claim.c.channel == key.channel, _claim.c.ts == key.ts)


def _renewal(now: float) -> sa.Update:
    """Give a claim a new lease, and count it."""
    return sa.update(_claim).values(lease_until=now + LEASE_SECONDS, attempts=_claim.c.attempts + 1)
