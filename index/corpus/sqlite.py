"""A store in one SQLite file, opened safely: many readers, one writer at a time across all processes.

SQLite before 3.51.3 can lose a commit when another connection checkpoints the write-ahead log at the same instant
(3.7.0 to 3.51.2; Debian 12 ships 3.40.1). Here every write transaction, and with it every checkpoint, happens under
one file lock, and readers open the file read-only, so the two can never meet.
"""

import contextlib
import hashlib
import logging
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from index.corpus.location import database_path
from index.errors import StoreBusyError, StoreError, VerbatimError

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x56524254  # "VRBT", in the header of every store

LOCK_SECONDS = 30.0
"""How long a writer waits for another."""

_LOCK_POLL_SECONDS = 0.002

_SETTINGS = (
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "mmap_size = 0",
    "cell_size_check = ON",
    # In KiB. SQLite's own 2 MiB fill up in hours, with the claims of questions; the system caches the file anyway.
    "cache_size = -256",
)
_WRITER_SETTINGS = (
    "journal_mode = WAL",
    # FULL, since NORMAL may lose the last commits on power loss, and a commit is what `add` reports.
    "synchronous = FULL",
    # Deleted rows are overwritten: nothing is left of a question once it is answered.
    "secure_delete = ON",
)

_NETWORK_FILE_SYSTEMS = re.compile(
    r"nfs\d*|cifs|smb\w*|afs|ncpfs|coda|ceph|lustre|gfs2?|ocfs2|beegfs|fuse\.(?:sshfs|gluster\w*|ceph\w*|s3fs|rclone|davfs\w*|gcsfuse)"
)
"""The kinds of file systems that other machines write to as well. Neither locks can be trusted there nor the
write-ahead log, whose index all processes keep in one memory (sqlite.org/wal.html, sqlite.org/howtocorrupt.html)."""

_own_tables = sqlalchemy.MetaData()
_fact = sqlalchemy.Table(
    "fact",
    _own_tables,
    sqlalchemy.Column("name", sqlalchemy.Text, primary_key=True),
    sqlalchemy.Column("value", sqlalchemy.Text, nullable=False),
)
"""Single values: how many statements there are, which model is active, which version can read the store."""

_READABLE_BY = "readable_by"

_PRIMARY_CODE = 0xFF
"""The bits of SQLite's extended error codes that tell the kind of error."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the version before, to tables that are there; new tables are made after the last step.

    A change to any table is a step, also to one of the bot's: the file is one, and so is its version. `since` is the
    first version of Verbatim that can read a store with this step.
    """

    version: int
    since: str
    apply: Callable[[Connection], None]


def add_column(connection: Connection, table: str, definition: str) -> None:
    """Add a column to a table; a table that is not there yet will be made with it."""
    if sqlalchemy.inspect(connection).has_table(table):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {definition}")


def _add_visibility(connection: Connection) -> None:
    add_column(connection, "statement", "visibility TEXT NOT NULL DEFAULT 'public'")
    if sqlalchemy.inspect(connection).has_table("checksum"):
        connection.exec_driver_sql("DELETE FROM checksum")  # made again: they cover the visibility


def _combine_checksums(connection: Connection) -> None:
    """Make one checksum of the two that each statement had; a statement that was damaged before stays damaged."""
    if not sqlalchemy.inspect(connection).has_table("checksum"):
        return
    for key, *both in connection.exec_driver_sql("SELECT statement_key, statement, passages FROM checksum").all():
        combined = hashlib.sha256("".join(both).encode()).hexdigest()
        connection.exec_driver_sql("UPDATE checksum SET statement = ? WHERE statement_key = ?", (combined, key))
    connection.exec_driver_sql("ALTER TABLE checksum DROP COLUMN passages")


MIGRATIONS = (
    Migration(2, "0.1.0", lambda _connection: None),  # new tables: checksums and facts
    Migration(3, "0.1.0", _add_visibility),
    Migration(4, "0.1.0", _combine_checksums),
)
"""In order, without gaps, from version 2 on: stores of version 1, and of none, were made by the first Verbatim."""

KEYS_ARE_NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}
"""Arguments of a table whose new rows must not get the keys of deleted ones."""


class Database:
    """A store's database: `read` gives a consistent snapshot, `write` one transaction that is durable on return."""

    def __init__(
        self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, lock_seconds: float = LOCK_SECONDS
    ) -> None:
        """Open the file at `path`, creating it and its folder if need be.

        Raises:
            StoreError: another program's file, a newer store, a damaged file, or a folder that cannot be written.
        """
        self.path = path
        self._migrations = migrations
        self._version = migrations[-1].version
        self._lock_seconds = lock_seconds
        self._thread_lock = threading.RLock()
        self._file_lock = filelock.FileLock(lock_path(path), poll_interval=_LOCK_POLL_SECONDS, thread_local=False)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            check_owner(path, self._version)
            log = Path(f"{path}-wal")
            was_left_open = log.exists() and log.stat().st_size > 0
            with self._locked():
                self._writer = _create_engine(path, (*_WRITER_SETTINGS, *_SETTINGS), begin="BEGIN IMMEDIATE")
                self._prepare(check=was_left_open)
            self._identity = _identify(path)
            self._reader = _create_engine(path, _SETTINGS, begin="BEGIN")

    @property
    def software(self) -> str:
        """The database software and its version."""
        return f"SQLite {sqlite3.sqlite_version}"

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state of the store."""
        with explained(self.path), self._reader.connect() as connection, connection.begin():
            yield connection

    def read_number(self, query: str) -> int:
        """Return the one number that a query without parameters gives.

        Asked before every search: a transaction and a compiled statement would take ten times as long.
        """
        with explained(self.path), contextlib.closing(self._reader.raw_connection()) as connection:
            cursor = connection.cursor()
            number: int = cursor.execute(query).fetchone()[0]
            cursor.close()
            return number

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one writing connection; on leaving the block its work is committed to disk, or none of it is.

        Raises:
            StoreBusyError: another process kept the writer's lock too long.
            StoreError: the disk is full, the file is read-only, damaged, or a newer Verbatim's by now.
        """
        with explained(self.path), self._locked():
            if _identify(self.path) != self._identity:
                raise StoreError(
                    f"{self.path} was replaced or removed while it was open; nothing was written.",
                    remedy="Start the program again. To restore a backup, stop the bot first.",
                )
            with self._writer.connect() as connection, connection.begin():
                if _get_version(connection) > self._version:  # migrated while it was open here
                    raise _newer(self.path, _get_version(connection), self._version, get_fact(connection, _READABLE_BY))
                yield connection

    def is_readable(self) -> bool:
        """Tell whether the store can be read, and is still the file that was opened.

        Raises:
            StoreError: it cannot be read.
        """
        self.read_number("SELECT count(*) FROM sqlite_master")
        return _identify(self.path) == self._identity

    def migrate(self, tables: sqlalchemy.MetaData, complete: Callable[[Connection], None]) -> None:
        """Give a new store its tables, or bring one of an earlier version up to this one, in one transaction.

        Args:
            tables: those of this version that every store has.
            complete: fills in what the tables of an earlier version did not have; called last.

        Raises:
            StoreError: a store of this version lacks some of the tables.
        """
        with self.read() as connection:
            is_current = _get_version(connection) >= self._version
            known = set(sqlalchemy.inspect(connection).get_table_names())
        if is_current:
            if not known.issuperset([*tables.tables, *_own_tables.tables]):
                raise damaged(self.path)
            return
        with self.write() as connection:
            version = _get_version(connection)
            if version == self._version:
                return  # another process was faster
            if not known.isdisjoint(tables.tables):
                _log.info("bringing the store from version %d to %d", max(version, 1), self._version)
                _check_pages(connection, self.path)
                for migration in self._migrations:
                    if migration.version > version:
                        migration.apply(connection)
            _own_tables.create_all(connection)
            tables.create_all(connection)
            complete(connection)
            set_fact(connection, _READABLE_BY, self._migrations[-1].since)
            connection.exec_driver_sql(f"PRAGMA user_version = {self._version}")

    def create_tables(self, tables: sqlalchemy.MetaData) -> None:
        """Create those of the tables that the store does not have yet."""
        with self.read() as connection:
            missing = set(tables.tables) - set(sqlalchemy.inspect(connection).get_table_names())
        if missing:
            with self.write() as connection:
                tables.create_all(connection)

    def find_page_damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file and with references between its tables, a line each."""
        with self.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        found = [f"the file: {problem}" for problem in pages if problem != "ok"]
        return found + [f"the table {row[0]}: row {row[1]} belongs to nothing in {row[2]}" for row in orphans]

    def empty_log(self) -> bool:
        """Write the write-ahead log back into the file and empty it, so that neither has deleted rows.

        Returns False where somebody still reads from the log; it is tried again then.
        """
        log = Path(f"{self.path}-wal")
        if not log.exists() or not log.stat().st_size:
            return True
        with explained(self.path), self._locked(), contextlib.closing(self._writer.raw_connection()) as connection:
            (is_busy, *_) = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy

    def close(self) -> None:
        """Close every connection; the last one writes the log back into the file."""
        with explained(self.path), self._locked():
            self._reader.dispose()
            self._writer.dispose()

    def _prepare(self, *, check: bool) -> None:
        """Claim a new file as a store; check one that was left open."""
        with self._writer.connect() as connection:
            with connection.begin():
                if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            if check:
                _log.info("store was not closed cleanly; checking it")
                _check_pages(connection, self.path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread_lock:
            try:
                self._file_lock.acquire(timeout=self._lock_seconds)
            except filelock.Timeout as error:
                raise StoreBusyError(
                    f"Another process has been writing to {self.path} for {self._lock_seconds:.0f} seconds.",
                    remedy="Wait for it to end, or stop it, and try again.",
                ) from error
            try:
                yield
            finally:
                self._file_lock.release()


def open_database(location: str | os.PathLike[str], *, mounts: Path = Path("/proc/self/mounts")) -> Database:
    """Open the database that a data folder or a `sqlite:///` address names.

    Args:
        location: the folder or address.
        mounts: the file systems and where they are mounted, as Linux lists them.

    Raises:
        StoreError: an address of another kind, a network file system, or a file that cannot be opened as a store.
    """
    path = database_path(location)
    kind = find_file_system(path, mounts)
    if _NETWORK_FILE_SYSTEMS.fullmatch(kind):
        raise StoreError(
            f"{path} is on a network file system ({kind}), where a store can be damaged.",
            remedy="Keep it on a disk of this machine (VERBATIM_DATA), and put backups there: verbatim backup FILE.",
        )
    return Database(path)


def find_file_system(path: Path, mounts: Path) -> str:
    """Return the kind of file system that a file is or would be on, as "ext4"; "" where the system does not say."""
    try:
        lines = [line.split() for line in mounts.read_text(errors="surrogateescape").splitlines()]
    except OSError:  # no Linux
        return ""
    place = Path(os.path.realpath(path))
    folders = [(Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), line[1])), line[2]) for line in lines]
    above = [(len(folder.parts), at, kind) for at, (folder, kind) in enumerate(folders) if place.is_relative_to(folder)]
    return max(above)[2] if above else ""  # of those mounted at one place the last is seen


def get_fact(connection: Connection, name: str) -> str | None:
    """Return a single value of the store by its name."""
    return connection.execute(sqlalchemy.select(_fact.c.value).where(_fact.c.name == name)).scalar()


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Store a single value under a name."""
    connection.execute(sqlalchemy.delete(_fact).where(_fact.c.name == name))
    connection.execute(sqlalchemy.insert(_fact).values(name=name, value=value))


def lock_path(path: Path) -> Path:
    """Return the file whose lock the writer of the store at `path` holds."""
    return Path(f"{path}.lock")


def copy_database(source: Path, copy: Path, without: Collection[str] = ()) -> None:
    """Copy a database as it is at one moment, with its log, without deleted rows and the rows of some tables.

    Raises:
        StoreError: the source is damaged.
    """
    address = f"{source.absolute().as_uri()}?mode=ro"
    with (
        contextlib.closing(sqlite3.connect(address, uri=True)) as reader,
        contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as writer,
    ):
        try:
            # In one step: a copy in several begins again each time somebody writes.
            reader.backup(writer)
            known = {name for (name,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            for table in sorted(known.intersection(without)):
                writer.execute(f'DELETE FROM "{table}"')  # noqa: S608 - a name that the store has
            writer.execute("VACUUM")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & _PRIMARY_CODE in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise damaged(source) from error
            raise


def fold_log(path: Path) -> None:
    """Write the write-ahead log into the file, which can be copied and read anywhere then.

    Raises:
        StoreBusyError: a process has the database open.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & _PRIMARY_CODE in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise in_use(path) from error
        raise


def check_owner(path: Path, version: int = MIGRATIONS[-1].version) -> None:
    """Refuse another program's file, and a newer store than of some version, without changing a byte of it.

    Raises:
        StoreError: it is another program's, or a newer Verbatim's.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    # Through SQLite alone: closing the file after reading its header here would drop the locks that this process holds
    # on it elsewhere, and what the last process wrote may still stand in the write-ahead log.
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if owner != APPLICATION_ID and (tables or owner):
                raise _foreign(path)
            if found > version:
                raise _newer(path, found, version, _find_readable_by(connection))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise _foreign(path) from error
        raise


def _find_readable_by(connection: sqlite3.Connection) -> str | None:
    try:
        found = connection.execute("SELECT value FROM fact WHERE name = ?", (_READABLE_BY,)).fetchone()
    except sqlite3.OperationalError:  # whatever a newer store looks like
        return None
    return str(found[0]) if found else None


def _get_version(connection: Connection) -> int:
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return version


def _check_pages(connection: Connection, path: Path) -> None:
    if connection.exec_driver_sql("PRAGMA quick_check").scalars().first() != "ok":
        raise damaged(path)


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one put in its place; None when it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _create_engine(path: Path, settings: Sequence[str], *, begin: str) -> Engine:
    """Return an engine whose transactions begin in one way: the reader's read-only, the writer's as the only one."""
    writes = begin == "BEGIN IMMEDIATE"
    address = f"{path.absolute().as_uri()}?mode={'rwc' if writes else 'ro'}"
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            address, uri=True, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        ),
        # The writer keeps its one connection: closing it after each transaction would checkpoint each time.
        poolclass=sqlalchemy.pool.QueuePool,
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else 64,
        hide_parameters=True,
    )

    def configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


# -- errors ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the file system into those that a person can act on."""
    try:
        yield
    except VerbatimError:
        raise
    except UnicodeDecodeError as error:
        raise damaged(path) from error
    except (sqlalchemy.exc.DBAPIError, sqlite3.Error, OSError) as error:
        original = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
        raise _explain(str(original), path) from error


def damaged(path: Path) -> StoreError:
    """Return the error for a store that is not as it was written."""
    return StoreError(
        f"{path} is damaged.",
        remedy="See what verbatim doctor says; restore a backup, or move it away and add the statements again.",
    )


def in_use(path: Path) -> StoreBusyError:
    """Return the error for a store that another process has open."""
    return StoreBusyError(f"{path} is in use; nothing was changed.", remedy="Stop the bot, and whatever else uses it.")


def _foreign(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not a Verbatim store.", remedy="Move it away, or name another folder in VERBATIM_DATA."
    )


def _newer(path: Path, found: int, known: int, readable_by: str | None) -> StoreError:
    wanted = readable_by if readable_by and re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", readable_by) else None
    return StoreError(
        f"{path} was written by a newer Verbatim (store version {found}, this one reads up to {known}).",
        remedy=(
            f"Update to Verbatim {wanted} or later: pip install --upgrade 'verbatim-bot>={wanted}'."
            if wanted
            else "Update Verbatim: pip install --upgrade verbatim-bot."
        ),
    )


def _explain(message: str, path: Path) -> StoreError:
    def says(*words: str) -> bool:
        return any(word in message.lower() for word in words)

    if says("full", "no space", "disk i/o", "file too large"):
        return StoreError(
            f"The disk of {path} is full or does not take any more ({message}).",
            remedy="Free some space and run the command again; what was reported as added is safe.",
        )
    if says("readonly", "read-only", "unable to open", "permission"):
        return StoreError(f"{path} cannot be opened for writing.", remedy="Check the permissions of its folder.")
    if says("not a database"):
        return _foreign(path)
    if says("malformed", "corrupt", "could not decode"):
        return damaged(path)
    if says("locked", "busy"):
        return StoreBusyError(f"{path} is in use by another program ({message}).", remedy="Close it and try again.")
    return StoreError(f"{path} cannot be used ({message}).", remedy="Check the file, or restore it from a backup.")
