"""The steps by which a store of an earlier version becomes one of this version."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the version before.

    `apply` changes tables that are there; new tables are made after the last step, and all in one transaction. A
    change to any table is a step, also to one of the bot's: the file is one, and so is its version.
    """

    version: int
    since: str
    """The first version of Verbatim that can read a store with this step."""
    apply: Callable[[Connection], None]


def add_column(connection: Connection, table: str, definition: str) -> None:
    """Add a column to a table; a table that is not there yet will be made with it."""
    known = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    if known.first() is not None:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {definition}")


def _nothing(_connection: Connection) -> None:
    """The step brings new tables only."""


MIGRATIONS = (
    Migration(2, "0.1.0", _nothing),  # checksums, and what the store says of itself
)
"""In order, without gaps, from version 2 on: stores of version 1, and of none, were made by the first Verbatim."""

SCHEMA_VERSION = MIGRATIONS[-1].version
READABLE_BY = MIGRATIONS[-1].since
