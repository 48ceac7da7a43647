"""Thread memory: what the last answer in each thread was about, so that a follow-up can go on from it."""

import json
import time

import sqlalchemy as sa

from bot.outbox.tasks import TaskKey
from index import Context, Database

KEEP_THREADS_DAYS = 30
"""After a month a person says again what a thread is about."""

_tables = sa.MetaData()
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


class ThreadMemory:
    """The context of each thread, in the database: the history in Slack is not read."""

    def __init__(self, database: Database, *, keep_days: int = KEEP_THREADS_DAYS) -> None:
        self._database = database
        self._keep_seconds = keep_days * 24 * 3600.0
        database.create_tables(_tables)

    def remember(self, thread: TaskKey, asker: str, context: Context) -> None:
        """Store that a person asked in a thread, and what a follow-up there goes on from."""
        key = {"team": thread.team, "channel": thread.channel, "ts": thread.ts, "asker": asker}
        with self._database.write() as connection:
            connection.execute(sa.delete(_thread).where(_is_thread(thread), _thread.c.asker == asker))
            connection.execute(sa.insert(_thread).values(**key, context=json.dumps(context.to_dict()), at=time.time()))

    def recall(self, thread: TaskKey) -> Context | None:
        """Return the context of the last answer in a thread; None where the bot has not answered in it."""
        newest = sa.select(_thread.c.context).where(_is_thread(thread)).order_by(_thread.c.at.desc()).limit(1)
        with self._database.read() as connection:
            stored = connection.execute(newest).scalar()
        return Context.from_dict(json.loads(stored)) if stored else None

    def has_asked(self, thread: TaskKey, person: str) -> bool:
        """Tell whether a person has asked the bot in a thread."""
        found = sa.select(_thread.c.asker).where(_is_thread(thread), _thread.c.asker == person)
        with self._database.read() as connection:
            return connection.execute(found).first() is not None

    def forget_old(self) -> None:
        """Delete threads that have long been silent."""
        with self._database.write() as connection:
            connection.execute(sa.delete(_thread).where(_thread.c.at < time.time() - self._keep_seconds))


def _is_thread(key: TaskKey) -> sa.ColumnElement[bool]:
    return sa.and_(_thread.c.team == key.team, _thread.c.channel == key.channel, _thread.c.ts == key.ts)
