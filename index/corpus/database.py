"""One SQL database, opened safely: many readers, one writer at a time across all processes.

SQLite before 3.51.3 can lose a commit when another connection checkpoints the write-ahead log at the same instant
(3.7.0 to 3.51.2; Debian 12 ships 3.40.1). Here every write transaction, and with it every checkpoint, happens under
one file lock, and readers open the file read-only, so the two can never meet.
"""

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url

from index.errors import StoreBusyError, StoreError, VerbatimError

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x56524254  # "VRBT", in the header of every store
SCHEMA_VERSION = 1
DEFAULT_FILE = "verbatim.sqlite3"

_LOCK_SECONDS = 30.0
_LOCK_POLL_SECONDS = 0.002


class Database:
    """A store's database: `read` gives a consistent snapshot, `write` one transaction that is durable on return."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, creating it and its folder if need be.

        Raises:
            StoreError: another program's file, a newer store, a damaged file, or a folder that cannot be written.
        """
        self.path = path
        self._thread_lock = threading.RLock()
        self._file_lock = filelock.FileLock(f"{path}.lock", poll_interval=_LOCK_POLL_SECONDS, thread_local=False)
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_owner(path)
            was_left_open = Path(f"{path}-wal").exists() and Path(f"{path}-wal").stat().st_size > 0
            with self._locked():
                self._writer = _create_writer(path)
                self._prepare(check=was_left_open)
            self._identity = _identify(path)
            self._reader = _create_reader(path)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state of the store."""
        with self._explained(), self._reader.connect() as connection, connection.begin():
            yield connection

    def read_number(self, query: str) -> int:
        """Return the one number that a query without parameters gives.

        Asked before every search: a transaction and a compiled statement would take ten times as long.
        """
        with self._explained(), contextlib.closing(self._reader.raw_connection()) as connection:
            cursor = connection.cursor()
            number: int = cursor.execute(query).fetchone()[0]
            cursor.close()
            return number

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one writing connection; on leaving the block its work is committed to disk, or none of it is.

        Raises:
            StoreBusyError: another process kept the writer's lock for 30 seconds.
            StoreError: the disk is full, the file is read-only, or the database is damaged.
        """
        with self._explained(), self._locked():
            if _identify(self.path) != self._identity:
                raise StoreError(
                    f"{self.path} was replaced or removed while it was open; nothing was written.",
                    remedy="Start the program again. To restore a backup, stop the bot first.",
                )
            with self._writer.connect() as connection, connection.begin():
                yield connection

    def create_tables(self, tables: sqlalchemy.MetaData) -> None:
        """Create those of the tables that the store does not have yet."""
        with self.read() as connection:
            missing = set(tables.tables) - set(sqlalchemy.inspect(connection).get_table_names())
        if missing:
            with self.write() as connection:
                tables.create_all(connection)

    def close(self) -> None:
        """Close every connection; the last one writes the log back into the file."""
        with self._explained(), self._locked():
            self._reader.dispose()
            self._writer.dispose()

    def _prepare(self, *, check: bool) -> None:
        """Claim a new file as a store; check one that was left open."""
        with self._writer.connect() as connection:
            with connection.begin():
                if connection.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
            if check:
                _log.info("store was not closed cleanly; checking it")
                if connection.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
                    raise _damaged(self.path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._thread_lock:
            try:
                self._file_lock.acquire(timeout=_LOCK_SECONDS)
            except filelock.Timeout as error:
                raise StoreBusyError(
                    f"Another process has been writing to {self.path} for {_LOCK_SECONDS:.0f} seconds.",
                    remedy="Wait for it to end, or stop it, and try again.",
                ) from error
            try:
                yield
            finally:
                self._file_lock.release()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into what a person can act on."""
        try:
            yield
        except VerbatimError:
            raise
        except sqlalchemy.exc.DBAPIError as error:
            raise _explain(str(error.orig), self.path) from error
        except UnicodeDecodeError as error:
            raise _damaged(self.path) from error
        except (sqlite3.Error, OSError) as error:
            raise _explain(str(error), self.path) from error


def open_database(location: str | os.PathLike[str]) -> Database:
    """Open the database that a data folder or a `sqlite:///` address names.

    Raises:
        StoreError: an address of another kind, or a file that cannot be opened as a store.
    """
    return Database(database_path(location))


def store_exists(location: str | os.PathLike[str]) -> bool:
    """Tell whether there is a store in a data folder or at an address."""
    try:
        return database_path(location).exists()
    except (OSError, ValueError):  # no name that a file could have
        return False


def database_path(location: str | os.PathLike[str]) -> Path:
    """Return the file of the store that a data folder or a `sqlite:///` address names."""
    if "://" not in str(location):
        return Path(location) / DEFAULT_FILE
    try:
        url = make_url(str(location))
    except sqlalchemy.exc.ArgumentError as error:
        raise StoreError("VERBATIM_STORE is not a database address.", remedy="Write sqlite:///folder/file.") from error
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError(
            f"A store in {url.drivername} at that address is not supported.",
            remedy="Use a SQLite file: sqlite:///folder/verbatim.sqlite3.",
        )
    return Path(url.database)


def _check_owner(path: Path) -> None:
    """Refuse another program's file, and a newer store, without changing a byte of it.

    Raises:
        StoreError: whose file it is, or what can read it.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    # Through SQLite alone: closing the file after reading its header here would drop the locks that this process holds
    # on it elsewhere, and what the last process wrote may still stand in the write-ahead log.
    address = f"{path.absolute().as_uri()}?mode=ro"
    with (
        _refusing_what_is_no_database(path),
        contextlib.closing(sqlite3.connect(address, uri=True)) as connection,
    ):
        (owner,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != APPLICATION_ID and (tables or owner):
        raise _foreign(path)
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by a newer Verbatim (store version {version}, this one reads {SCHEMA_VERSION}).",
            remedy="Update Verbatim: pip install --upgrade verbatim-bot.",
        )


@contextlib.contextmanager
def _refusing_what_is_no_database(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise _foreign(path) from error
        raise


def _identify(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one put in its place; None when it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _create_writer(path: Path) -> Engine:
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False),
        # One connection, kept: opening and closing per transaction would checkpoint each time.
        poolclass=sqlalchemy.pool.QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_writer_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _create_reader(path: Path) -> Engine:
    address = f"{path.absolute().as_uri()}?mode=ro"
    engine = sqlalchemy.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            address, uri=True, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False
        ),
        poolclass=sqlalchemy.pool.QueuePool,
        pool_size=8,
        max_overflow=64,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "mmap_size = 0", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _set_writer_pragmas(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL, since NORMAL may lose the last commits on power loss, and a commit is what `add` reports.
    connection.execute("PRAGMA synchronous = FULL")
    _set_pragmas(connection, record)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _foreign(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not a Verbatim store.", remedy="Move it away, or name another folder in VERBATIM_DATA."
    )


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} is damaged.", remedy="Restore it from a backup, or move it away and add the statements again."
    )


def _explain(message: str, path: Path) -> StoreError:
    lowered = message.lower()
    if "full" in lowered or "no space" in lowered or "disk i/o" in lowered or "file too large" in lowered:
        return StoreError(
            f"The disk of {path} is full or does not take any more ({message}).",
            remedy="Free some space and run the command again; what was reported as added is safe.",
        )
    if "readonly" in lowered or "read-only" in lowered or "unable to open" in lowered or "permission" in lowered:
        return StoreError(f"{path} cannot be opened for writing.", remedy="Check the permissions of its folder.")
    if "not a database" in lowered:
        return _foreign(path)
    if any(word in lowered for word in ("malformed", "corrupt", "could not decode")):
        return _damaged(path)
    if "locked" in lowered or "busy" in lowered:
        return StoreBusyError(f"{path} is in use by another program ({message}).", remedy="Close it and try again.")
    return StoreError(f"{path} cannot be used ({message}).", remedy="Check the file, or restore it from a backup.")
