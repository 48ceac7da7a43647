"""Back up a store that is in use, and restore a store from a backup. Every copy is checked before it gets its name."""

import contextlib
import datetime
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import filelock

from index.corpus.location import database_path
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import Database, check_owner, copy_database, explained, fold_log, in_use, lock_path
from index.errors import StoreError


@dataclass(frozen=True, slots=True)
class Restoration:
    """How many statements a restored store has, and where the store before it is kept, if there was one."""

    statements: int
    replaced: Path | None


def back_up(location: str | os.PathLike[str], file: str | os.PathLike[str], *, without: Collection[str] = ()) -> int:
    """Copy a store to a file, and return how many statements the copy has.

    The copy has the state of one moment, even while others write. It is checked before it takes its name, in place of
    an earlier backup of that name.

    Args:
        location: a data folder or a `sqlite:///` address.
        file: the backup.
        without: tables whose rows are left out.

    Raises:
        StoreError: the store is missing or damaged, or the file is something else than a backup.
    """
    source, target = database_path(location), Path(file)
    _require(source, "store")
    with explained(target):
        _check_target(source, target)
        with _draft_beside(target) as draft:
            copy_database(source, draft, without)
            shutil.copymode(source, draft)
            count = _check_copy(draft, source)
            _publish(draft, target)
    return count


def restore(location: str | os.PathLike[str], file: str | os.PathLike[str]) -> Restoration:
    """Put a backup in the place of a store. The one that was there is kept beside it under another name.

    Args:
        location: a data folder or a `sqlite:///` address.
        file: the backup, which stays as it is.

    Raises:
        StoreBusyError: the store is in use.
        StoreError: the backup is missing, damaged or a newer Verbatim's; nothing is changed then.
    """
    path, source = database_path(location), Path(file)
    _require(source, "backup")
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.samefile(source):
            raise StoreError(f"{source} is the store itself.", remedy="Name a backup of it.")
        with _draft_beside(path) as draft:
            copy_database(source, draft)
            count = _check_copy(draft, source)
            with _locked(lock_path(path), path):
                replaced = _keep_replaced(path, draft.with_name("replaced"))
                _publish(draft, path)
    return Restoration(count, replaced)


def _require(path: Path, what: str) -> None:
    """Raise StoreError if a file is missing, or no store that this version can read."""
    with explained(path):
        if not path.exists():
            raise StoreError(f"There is no {what} at {path}.", remedy="Check the path.")
        if not path.is_file() or path.stat().st_size == 0:
            raise StoreError(f"{path} is empty or a folder, and no {what}.", remedy="Check the path.")
        check_owner(path)


def _check_target(source: Path, target: Path) -> None:
    """Refuse to overwrite what is no backup."""
    if not target.parent.is_dir():
        raise StoreError(f"The folder of {target} is not there.", remedy="Make it first.")
    if not target.exists():
        return
    if not target.is_file() or target.samefile(source):
        raise StoreError(f"{target} is a folder or the store itself.", remedy="Name another file.")
    with contextlib.suppress(sqlite3.DatabaseError):  # a damaged backup may be replaced
        check_owner(target)


@contextlib.contextmanager
def _draft_beside(path: Path) -> Iterator[Path]:
    """Give the name of a file, in a folder of its own, that can be renamed to `path`.

    A killed process leaves its draft, with the questions in it: the next one removes it.
    """
    folder = path.with_name(f".{path.name}.draft")
    folder.mkdir(exist_ok=True)
    with _locked(folder / "lock", path):
        for leftover in folder.iterdir():
            if leftover.name != "lock":
                leftover.unlink()
        try:
            yield folder / path.name
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check_copy(draft: Path, source: Path) -> int:
    """Check a copy, and return how many statements it has.

    Raises:
        StoreError: the source is damaged.
    """
    try:
        with contextlib.closing(Database(draft)) as database:
            store = SqlStore(database)
            damage = store.find_damage()
            count = len(store.get_all_keys())
    except StoreError as error:
        raise StoreError(error.what.replace(str(draft), str(source)), remedy=error.remedy) from error
    if damage:
        remedy = "Nothing was changed. See what verbatim doctor says, or take another backup."
        raise StoreError(f"{source} is damaged: {damage[0]}.", remedy=remedy)
    return count


def _publish(draft: Path, path: Path) -> None:
    """Rename a checked copy to `path`, so that the name survives a power failure."""
    fold_log(draft)
    _sync(draft)
    draft.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _locked(lock: Path, path: Path) -> Iterator[None]:
    """Hold the lock of the store or backup at `path`."""
    try:
        with filelock.FileLock(lock, timeout=0):
            yield
    except filelock.Timeout as error:
        raise in_use(path) from error


def _keep_replaced(path: Path, draft: Path) -> Path | None:
    """Copy the store that is to be replaced to another name beside it, and return that name.

    A copy, so that there is a store under its own name at every moment.

    Raises:
        StoreBusyError: a process has it open.
    """
    if not path.exists():
        return None
    with contextlib.suppress(sqlite3.DatabaseError):  # a damaged store may be replaced
        fold_log(path)
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    kept = path.with_name(f"{path.name}.replaced-{stamp}")
    shutil.copy2(path, draft)
    _sync(draft)
    draft.replace(kept)
    for suffix in ("-wal", "-shm"):
        # Beside a damaged store. They must not be taken for the restored one's.
        leftover = Path(f"{path}{suffix}")
        if leftover.exists():
            leftover.rename(f"{kept}{suffix}")
    _sync(path.parent)
    return kept
