"""Claims: one answer per message, whoever delivers it how often, across processes and restarts."""

import time
from dataclasses import dataclass

import sqlalchemy as sa

from index import Database

LEASE_SECONDS = 60.0
"""How long one delivery may work on an answer before another may take over: a crashed bot must not stay silent."""

KEEP_SECONDS = 7 * 24 * 3600.0
"""Slack redelivers within minutes, and within a day where delayed events are switched on."""

_tables = sa.MetaData()
_claim = sa.Table(
    "claim",
    _tables,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),  # "claimed", then "sent" or "failed"
    sa.Column("lease_until", sa.Float, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class MessageKey:
    """What makes a message one message, under however many event ids it is delivered."""

    team: str
    channel: str
    ts: str


class Claims:
    """Who answers which message, kept in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create_tables(_tables)

    def claim(self, key: MessageKey) -> bool:
        """Take a message to answer; False when it is answered already, or somebody is at it.

        The claim is on disk when this returns. It can be taken over when its lease has run out without an answer.
        """
        now = time.time()
        values = {"state": "claimed", "lease_until": now + LEASE_SECONDS}
        with self._database.write() as connection:
            state = connection.execute(sa.select(_claim.c.state, _claim.c.lease_until).where(_is(key))).first()
            if state is None:
                connection.execute(
                    sa.insert(_claim).values(team=key.team, channel=key.channel, ts=key.ts, at=now, **values)
                )
                return True
            if state.state != "claimed" or state.lease_until > now:
                return False
            connection.execute(sa.update(_claim).where(_is(key)).values(**values))
            return True

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

    def _mark(self, key: MessageKey, state: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.update(_claim).where(_is(key)).values(state=state))


def _is(key: MessageKey) -> sa.ColumnElement[bool]:
    return sa.and_(_claim.c.team == key.team, _claim.c.channel == key.channel, _claim.c.ts == key.ts)
