"""One SQL database, opened safely: many readers, one writer at a time across all processes.

SQLite before 3.51.3 can lose a commit when another connection checkpoints the write-ahead log at the same instant
(3.7.0 to 3.51.2; Debian 12 ships 3.40.1). Here every write transaction, and with it every checkpoint, happens under
one file lock, and readers open the file read-only, so the two can never meet.
"""

import contextlib
import logging
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from index.corpus.location import database_path
from index.corpus.migrations import MIGRATIONS, READABLE_BY, SCHEMA_VERSION
from index.errors import StoreBusyError, StoreError, VerbatimError

_log = logging.getLogger(__name__)

APPLICATION_ID = 0x56524254  # "VRBT", in the header of every store

REPLACED = ".replaced-"
"""Between the name of a store and the time, in the name of one that a restore put another in the place of."""

_LOCK_SECONDS = 30.0
_LOCK_POLL_SECONDS = 0.002

_CACHE_KIB = 256
"""Of pages that a connection keeps. SQLite's own 2 MiB fill up in hours, with the claims of the questions; the system
keeps the file in memory anyway.
"""

_MOUNTS = Path("/proc/self/mountinfo")
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
"""What the store says of itself."""

_READABLE_BY = "readable_by"
"""The fact that names the first version of Verbatim which can read the store."""


class Database:
    """A store's database: `read` gives a consistent snapshot, `write` one transaction that is durable on return."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, creating it and its folder if need be.

        Raises:
            StoreError: another program's file, a newer store, a damaged file, or a folder that cannot be written.
        """
        self.path = path
        self._thread_lock = threading.RLock()
        self._file_lock = filelock.FileLock(lock_path(path), poll_interval=_LOCK_POLL_SECONDS, thread_local=False)
        with explained(self.path):
            path.parent.mkdir(parents=True, exist_ok=True)
            check_owner(path)
            was_left_open = Path(f"{path}-wal").exists() and Path(f"{path}-wal").stat().st_size > 0
            with self._locked():
                drop_twins(path)
                self._writer = _create_writer(path)
                self._prepare(check=was_left_open)
            self._identity = _identify(path)
            self._reader = _create_reader(path)

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
            StoreBusyError: another process kept the writer's lock for 30 seconds.
            StoreError: the disk is full, the file is read-only, damaged, or a newer Verbatim's by now.
        """
        with explained(self.path), self._locked():
            if _identify(self.path) != self._identity:
                raise StoreError(
                    f"{self.path} was replaced or removed while it was open; nothing was written.",
                    remedy="Start the program again. To restore a backup, stop the bot first.",
                )
            with self._writer.connect() as connection, connection.begin():
                if _get_version(connection) > SCHEMA_VERSION:  # migrated while it was open here
                    raise _newer(self.path, _get_version(connection), get_fact(connection, _READABLE_BY))
                yield connection

    def is_readable(self) -> bool:
        """Tell whether the store can be read, and is still the file that was opened.

        Raises:
            StoreError: what keeps it from being read.
        """
        with self.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        return _identify(self.path) == self._identity

    def migrate(self, tables: sqlalchemy.MetaData, complete: Callable[[Connection], None]) -> None:
        """Give a new store its tables, or bring one of an earlier version up to this one, in one transaction.

        Args:
            tables: those of this version that every store has.
            complete: fills in what the tables of an earlier version did not have; called last.

        Raises:
            StoreError: a store of this version lacks some of the tables.
        """
        if self._is_current(tables):
            return
        with self.write() as connection:
            version = _get_version(connection)
            is_new = not _has_tables(connection, tables)
            if version == SCHEMA_VERSION:
                return  # another process was faster
            if not is_new:
                _log.info("bringing the store from version %d to %d", max(version, 1), SCHEMA_VERSION)
                _check_pages(connection, self.path)
                for migration in MIGRATIONS:
                    if migration.version > version:
                        migration.apply(connection)
            _own_tables.create_all(connection)
            tables.create_all(connection)
            complete(connection)
            set_fact(connection, _READABLE_BY, READABLE_BY)
            connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def create_tables(self, tables: sqlalchemy.MetaData) -> None:
        """Create those of the tables that the store does not have yet."""
        with self.read() as connection:
            missing = set(tables.tables) - set(sqlalchemy.inspect(connection).get_table_names())
        if missing:
            with self.write() as connection:
                tables.create_all(connection)

    def find_page_damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file and with what its tables say of each other, a line each."""
        with self.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        found = [f"the file: {one}" for one in pages if one != "ok"]
        return found + [f"the table {row[0]}: row {row[1]} belongs to nothing in {row[2]}" for row in orphans]

    def empty_log(self) -> bool:
        """Write the write-ahead log back into the file and empty it: what was deleted stands in neither after that.

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

    def _is_current(self, tables: sqlalchemy.MetaData) -> bool:
        """Tell whether the store is of this version.

        Raises:
            StoreError: it is, and yet has not all of the tables.
        """
        with self.read() as connection:
            if _get_version(connection) < SCHEMA_VERSION:
                return False
            known = set(sqlalchemy.inspect(connection).get_table_names())
        if not known.issuperset([*tables.tables, *_own_tables.tables]):
            raise damaged(self.path)
        return True

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
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say about the store at `path` into what a person can act on."""
    try:
        yield
    except VerbatimError:
        raise
    except sqlalchemy.exc.DBAPIError as error:
        raise _explain(str(error.orig), path) from error
    except UnicodeDecodeError as error:
        raise damaged(path) from error
    except (sqlite3.Error, OSError) as error:
        raise _explain(str(error), path) from error


def get_fact(connection: Connection, name: str) -> str | None:
    """Return what the store says of itself under a name; None where it says nothing."""
    return connection.execute(sqlalchemy.select(_fact.c.value).where(_fact.c.name == name)).scalar()


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Let the store say something of itself under a name."""
    connection.execute(sqlalchemy.delete(_fact).where(_fact.c.name == name))
    connection.execute(sqlalchemy.insert(_fact).values(name=name, value=value))


def open_database(location: str | os.PathLike[str]) -> Database:
    """Open the database that a data folder or a `sqlite:///` address names.

    Raises:
        StoreError: an address of another kind, or a file that cannot be opened as a store.
    """
    path = database_path(location)
    _refuse_network(path)
    return Database(path)


def lock_path(path: Path) -> Path:
    """Return the file whose lock the writer of the store at `path` holds."""
    return Path(f"{path}.lock")


def drop_twins(path: Path) -> None:
    """Remove the second names of a store, which a restore leaves that was killed between naming and replacing it.

    They look like an earlier store, and would change with this one; opened by such a name, it would be damaged.
    """
    if path.exists() and path.stat().st_nlink > 1:
        for twin in list_beside(path, f"{path.name}{REPLACED}"):
            if twin.samefile(path):
                twin.unlink()


def list_beside(path: Path, beginning: str) -> list[Path]:
    """Return what is in the folder of a file under a name with some beginning."""
    return [one for one in path.parent.iterdir() if one.name.startswith(beginning)]


def check_owner(path: Path) -> None:
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
            raise _newer(path, version, _find_readable_by(connection))


def _refuse_network(path: Path) -> None:
    """Refuse a store on a file system of other machines, before anything is written there.

    Raises:
        StoreError: it is on one.
    """
    kind = find_file_system(path, _MOUNTS)
    if _NETWORK_FILE_SYSTEMS.fullmatch(kind):
        raise StoreError(
            f"{path} is on a network file system ({kind}), where a store can be damaged.",
            remedy="Keep it on a disk of this machine (VERBATIM_DATA), and put backups there: verbatim backup FILE.",
        )


def find_file_system(path: Path, mounts: Path) -> str:
    """Return the kind of file system that a file is or would be on, as "ext4"; nothing where the system does not say.

    Args:
        path: of the file.
        mounts: what is mounted where, as Linux tells it in /proc/self/mountinfo.
    """
    try:
        lines = mounts.read_text(errors="surrogateescape").splitlines()
    except OSError:  # no Linux
        return ""
    place, found, depth = Path(os.path.realpath(path)), "", -1
    for line in lines:
        before, _, after = line.partition(" - ")
        mounted = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), before.split(" ")[4]))
        # Of those mounted at one place the last is seen.
        if place.is_relative_to(mounted) and len(mounted.parts) >= depth:
            found, depth = after.split(" ")[0], len(mounted.parts)
    return found


_OCTAL = re.compile(r"\\([0-7]{3})")
"""How a space in the name of a folder is written there."""


def _find_readable_by(connection: sqlite3.Connection) -> str | None:
    try:
        found = connection.execute("SELECT value FROM fact WHERE name = ?", (_READABLE_BY,)).fetchone()
    except sqlite3.OperationalError:  # whatever a newer store looks like
        return None
    return str(found[0]) if found else None


def _newer(path: Path, version: int, readable_by: str | None) -> StoreError:
    wanted = readable_by if readable_by and _VERSION.fullmatch(readable_by) else None
    return StoreError(
        f"{path} was written by a newer Verbatim (store version {version}, this one reads up to {SCHEMA_VERSION}).",
        remedy=(
            f"Update to Verbatim {wanted} or later: pip install --upgrade 'verbatim-bot>={wanted}'."
            if wanted
            else "Update Verbatim: pip install --upgrade verbatim-bot."
        ),
    )


_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}")


def _get_version(connection: Connection) -> int:
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    return version


def _has_tables(connection: Connection, tables: sqlalchemy.MetaData) -> bool:
    """Tell whether any of the tables is there."""
    return not set(tables.tables).isdisjoint(sqlalchemy.inspect(connection).get_table_names())


def _check_pages(connection: Connection, path: Path) -> None:
    if connection.exec_driver_sql("PRAGMA quick_check").scalars().first() != "ok":
        raise damaged(path)


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
    settings = ("foreign_keys = ON", "trusted_schema = OFF", "mmap_size = 0", "cell_size_check = ON")
    for setting in (*settings, f"cache_size = {-_CACHE_KIB}"):
        connection.execute(f"PRAGMA {setting}")


def _set_writer_pragmas(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL, since NORMAL may lose the last commits on power loss, and a commit is what `add` reports.
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten: of a question nothing is left when it is answered.
    connection.execute("PRAGMA secure_delete = ON")
    _set_pragmas(connection, record)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _foreign(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not a Verbatim store.", remedy="Move it away, or name another folder in VERBATIM_DATA."
    )


def damaged(path: Path) -> StoreError:
    """Return the error for a store that is not as it was written."""
    return StoreError(
        f"{path} is damaged.",
        remedy="See what verbatim doctor says; restore a backup, or move it away and add the statements again.",
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
        return damaged(path)
    if "locked" in lowered or "busy" in lowered:
        return StoreBusyError(f"{path} is in use by another program ({message}).", remedy="Close it and try again.")
    return StoreError(f"{path} cannot be used ({message}).", remedy="Check the file, or restore it from a backup.")
