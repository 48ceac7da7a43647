"""Kill whatever writes to a store before each thing it does to a file, once and twice in a row, and look at the rest.

A point is an SQL statement other than a query, on any connection (of several in a row that do the same to one table,
the first); a file that is made, renamed, linked or removed; a sync; and the end of the operation. After each kill
everything must be as before the operation or as after it, and the same operation, given again, must come to its end and
leave nothing else behind.
"""

import contextlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import Library, StoreError, back_up, restore
from index.corpus.sql_store import SqlStore
from tests.support.encoders import WordEncoder

_ENCODER = WordEncoder(dimensions=8)
_TEXTS = (
    "Accord on Tests\n\nWe condemn the tests of missiles. We urge restraint.\n\nWe recall resolution 1718.",
    "Pact on Grain\n\nWe agreed on grain. Missiles were not a subject.",
)
_FIRST_VERSION = Path(__file__).parents[1] / "stores" / "version-1.sql"

_CHANGES = frozenset({"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.truncate", "open"})
"""Events of Python's audit that speak of a change to a file; `open` where it is opened to be written."""

State = tuple[Any, ...]
"""What a store has and what its backup has: equal for equal contents."""


@dataclass
class PointsTally:
    """What the kills of an operation left; `torn`, `lost` and `litter` must stay empty."""

    kills: int = 0
    kills_again: int = 0
    before: int = 0
    after: int = 0
    torn: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that writes: what there is before it, in a folder, and what it does."""

    prepare: Callable[[Path], object]
    run: Callable[[Path], object]


def kill_at_points(name: str, *, every: int = 1, seed: int = 1) -> PointsTally:
    """Kill an operation before its first change to a file, its second, and so on until none is left.

    What is left is looked at; then the operation is given again and killed before some change of that run as well,
    looked at, and given once more, now to its end.

    Args:
        name: of the operation.
        every: only every so many points, beginning somewhere.
        seed: what is drawn depends on it alone.
    """
    operation, chance, tally = OPERATIONS[name], random.Random(f"{seed} {name}"), PointsTally()
    with tempfile.TemporaryDirectory() as folder:
        template, undisturbed = Path(folder, "template"), Path(folder, "undisturbed")
        template.mkdir()
        operation.prepare(template)
        before = _read(_copy(template, Path(folder, "before")))
        _run(operation, _copy(template, undisturbed), point=0)
        kept = _Kept(operation, before, _read(undisturbed), _list_names(undisturbed))
        for point in itertools.count(chance.randint(1, every), every):
            place = _copy(template, Path(folder, "killed"))
            if not _run(operation, place, point):
                return tally
            tally.kills += 1
            _look(kept, place, tally, f"{name} at {point}")
            again = chance.randint(1, point)
            if _run(operation, place, again):
                tally.kills_again += 1
                _look(kept, place, tally, f"{name} at {point}, then at {again}")
            _finish(kept, place, tally, f"{name} at {point}, then at {again}, then to its end")
    raise AssertionError("unreachable: an operation has only so many points")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What there is before an operation and after it, and the names of the files that it leaves."""

    operation: Operation
    before: State
    after: State
    names: set[str]


def _look(kept: _Kept, place: Path, tally: PointsTally, label: str) -> None:
    """Look at what a kill left."""
    found = _read(_copy(place, place.with_suffix(".looked-at")))
    tally.before += found == kept.before
    tally.after += found == kept.after
    if found not in (kept.before, kept.after):
        tally.torn.append(label)


def _finish(kept: _Kept, place: Path, tally: PointsTally, label: str) -> None:
    """Let the operation come to its end, and look again."""
    _run(kept.operation, place, point=0)
    if _read(place) != kept.after:
        tally.torn.append(label)
    if not _keeps_replaced(place, kept.before):
        tally.lost.append(label)
    more = _list_names(place) - kept.names
    if more:
        tally.litter.append(f"{label}: {', '.join(sorted(more))}")


def _keeps_replaced(place: Path, before: State) -> bool:
    """Tell whether what a restore replaced is still there, and none of the kept is the store itself by another name."""
    store = place / "data" / "verbatim.sqlite3"
    kept = [path for path in store.parent.glob("*.replaced-*") if not path.name.endswith(("-wal", "-shm"))]
    if any(path.samefile(store) for path in kept):
        return False
    states = []
    for number, path in enumerate(kept):
        look = place.with_suffix(f".kept-{number}")
        shutil.rmtree(look, ignore_errors=True)
        look.mkdir()
        shutil.copy(path, look / store.name)
        states.append(_read_store(look))
    return not kept or before[0] in states


def _copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def _list_names(folder: Path) -> set[str]:
    """Return the files below a folder; the stamp of what a restore replaced does not count."""
    return {str(path.relative_to(folder)).split(".replaced-")[0] for path in folder.rglob("*")}


def _read(folder: Path) -> State:
    return _read_store(folder / "data"), _read_store(f"sqlite:///{folder}/backup.sqlite3")


def _read_store(location: Path | str) -> State | None:
    """Return what a store has and answers; None where there is nothing in it, or it cannot be read."""
    if not Library.exists(location):
        return None
    try:
        with Library.open(location, encoder=_ENCODER) as library:
            store = SqlStore(library.database)
            if damage := store.find_damage():
                return ("damaged", *damage)
            keys = store.get_all_keys()
            statements = store.get_statements(keys)
            rows = {key: one.vectors.tobytes() for key, one in zip(keys, store.get_rows(keys), strict=True)}
            kept = sorted((statements[key].id, statements[key], rows[key]) for key in keys)
            return (library.model_name, *kept) if kept else None
    except StoreError:
        return None


# -- the killed process ------------------------------------------------------------------------------------------------


def _run(operation: Operation, folder: Path, point: int) -> bool:
    """Run an operation in a child that dies before a point, counted from 1; return whether it did.

    Raises:
        RuntimeError: it ended otherwise, and not well.
    """
    child = os.fork()
    if child == 0:
        with _ending():
            pass_point = _dying_at(point, folder)
            operation.run(folder)
            pass_point()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"expected the operation to end well, got exit status {os.WEXITSTATUS(status)}")
    return os.WIFSIGNALED(status)


@contextlib.contextmanager
def _ending() -> Iterator[None]:
    """End the process after the block, whatever happens in it: what follows is the parent's."""
    status = 1
    try:
        yield
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _dying_at(point: int, folder: Path) -> Callable[..., None]:
    """Have this process die by signal 9 at a point; return what is to be called at one more."""
    passed, last = itertools.count(1), list[str]()
    sync, connect = os.fsync, sqlite3.connect

    def pass_point(*_: object) -> None:
        if next(passed) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def pass_statement(sql: str) -> None:
        words = sql.upper().split()[:3]
        if words[0] != "SELECT" and words != last:
            last[:] = words
            pass_point()

    def pass_sync(descriptor: int) -> None:
        pass_point()
        sync(descriptor)

    def connect_traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(pass_statement)
        return connection

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES and str(folder) in str(arguments[0]) and _is_change(event, arguments):
            pass_point()

    os.fsync = pass_sync  # type: ignore[assignment]  # as below
    sqlite3.connect = sqlite3.dbapi2.connect = connect_traced  # type: ignore[assignment]  # this process ends with it
    sys.addaudithook(watch)
    return pass_point


def _is_change(event: str, arguments: tuple[Any, ...]) -> bool:
    return event != "open" or bool(int(arguments[2]) & (os.O_WRONLY | os.O_RDWR))


# -- the operations ----------------------------------------------------------------------------------------------------


def _fill(*texts: str) -> Callable[[Path], None]:
    """Return what makes a store with some statements, and an earlier backup with the first of them."""

    def fill(folder: Path) -> None:
        with Library.open(folder / "data", encoder=_ENCODER) as library:
            for number, text in enumerate(texts):
                library.add(text)
                if not number:
                    back_up(folder / "data", folder / "backup.sqlite3")

    return fill


def _fill_and_crash(folder: Path) -> None:
    """Leave a store as a process does that was killed: its log is beside it, and nobody closed it."""
    child = os.fork()
    if child == 0:
        with _ending():
            library = Library.open(folder / "data", encoder=_ENCODER)
            for text in _TEXTS:
                library.add(text)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    if not (folder / "data" / "verbatim.sqlite3-wal").stat().st_size:
        raise RuntimeError("expected a write-ahead log beside the store, got none")


def _write_first_version(folder: Path) -> None:
    (folder / "data").mkdir()
    with contextlib.closing(sqlite3.connect(folder / "data" / "verbatim.sqlite3")) as connection:
        connection.executescript(_FIRST_VERSION.read_text())


def _fill_and_damage(folder: Path) -> None:
    _fill(*_TEXTS)(folder)
    (folder / "data" / "verbatim.sqlite3").write_bytes(b"no store any more" * 4096)


def _add(folder: Path) -> None:
    with Library.open(folder / "data", encoder=_ENCODER) as library:
        library.add(_TEXTS[1])


def _remove(folder: Path) -> None:
    with Library.open(folder / "data", encoder=_ENCODER) as library:
        for one in library.list_statements():
            if library.contains(_TEXTS[1]) == library.get(one.id):
                library.remove(one.id)


def _re_encode(encoder: WordEncoder) -> Callable[[Path], None]:
    def re_encode(folder: Path) -> None:
        with Library.open(folder / "data", encoder=encoder) as library:
            library.re_encode()

    return re_encode


def _start(folder: Path) -> None:
    with Library.open(folder / "data", encoder=_ENCODER) as library:
        library.warm_up()


OPERATIONS = {
    "first-add": Operation(lambda folder: (folder / "data").mkdir(), _add),
    "add": Operation(_fill(_TEXTS[0]), _add),
    "remove": Operation(_fill(*_TEXTS), _remove),
    "re-encode": Operation(_fill(*_TEXTS), _re_encode(_ENCODER)),
    "change-model": Operation(_fill(*_TEXTS), _re_encode(WordEncoder("others", dimensions=8))),
    "start": Operation(_fill_and_crash, _start),
    "migrate": Operation(_write_first_version, _start),
    "backup": Operation(_fill(*_TEXTS), lambda folder: back_up(folder / "data", folder / "backup.sqlite3")),
    "restore": Operation(_fill(*_TEXTS), lambda folder: restore(folder / "data", folder / "backup.sqlite3")),
    "restore-damaged": Operation(_fill_and_damage, lambda folder: restore(folder / "data", folder / "backup.sqlite3")),
}
"""By name, everything that writes to a store or its backup."""
