"""Backups: one moment of a store in use, checked before it takes its name; restoring keeps what was there."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import filelock
import pytest

from bot.outbox.store import EXCLUDED_FROM_BACKUP, Claim, OutboxStore
from bot.outbox.tasks import Task, TaskKey, TaskKind
from bot.outbox.threads import ThreadMemory
from index import Context, Filters, Library, StoreBusyError, StoreError, back_up, bundled_statements, restore
from tests.support.encoders import WordEncoder

FILES = bundled_statements()


def open_words(data: Path) -> Library:
    return Library.open(data, encoder=WordEncoder())


def flip(path: Path, found: bytes) -> None:
    """Flip one bit of the first of some bytes, wherever they stand in a file."""
    content = bytearray(path.read_bytes())
    at = content.index(found)
    content[at] ^= 1
    path.write_bytes(content)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_during_adding_has_the_state_of_one_moment(tmp_path: Path) -> None:
    added: list[str] = []
    backups: list[tuple[int, int, int]] = []
    with open_words(tmp_path / "data") as library:
        added.append(library.add(FILES[0]).id)

        def add() -> None:
            added.extend(library.add(file).id for file in FILES[1:])

        adding = threading.Thread(target=add)
        adding.start()
        while adding.is_alive():
            before = len(added)
            count = back_up(tmp_path / "data", tmp_path / f"{len(backups)}.sqlite3")
            backups.append((before, count, len(added)))
        adding.join()
    # A statement may be on disk before `add` returns.
    assert all(before <= count <= after + 1 for before, count, after in backups)
    assert len({count for _, count, _ in backups}) > 1, "no backup was taken while statements were added"
    with open_words(tmp_path / "data") as library:
        restore(tmp_path / "restored", tmp_path / "0.sqlite3")
        with open_words(tmp_path / "restored") as restored:
            kept = [one.id for one in restored.list_statements()]
            assert set(kept) == set(added[: backups[0][1]])
            for one in kept:
                assert restored.get(one) == library.get(one)
            for one in set(added) - set(kept):
                library.remove(one)
            questions = [passage.text for one in kept for passage in library.get(one).passages][:20]
            assert [restored.search(one) for one in questions] == [library.search(one) for one in questions]


def test_a_backup_is_one_plain_file_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        for count, file in enumerate(FILES[:2], start=1):
            library.add(file)
            assert back_up(tmp_path / "data", tmp_path / "backup.sqlite3") == count
    assert names(tmp_path) == {"data", "backup.sqlite3"}
    with closing(sqlite3.connect(f"file:{tmp_path}/backup.sqlite3?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM statement").fetchone() == (2,)


def test_a_backup_has_no_questions_and_nothing_that_was_deleted(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        claims, threads = OutboxStore(library.database), ThreadMemory(library.database)
        library.add(FILES[0])
        removed = library.add("Accord\n\nA sentence that nobody else writes.")
        library.remove(removed.id)
        task = Task(TaskKind.MESSAGE, text="an unmistakable question", ts="1.0")
        claims.claim(Claim(TaskKey("T1", "C1", "1.0"), task))
        threads.remember(TaskKey("T1", "C1", "1.0"), "U1", Context(Filters(about="Syria"), "search", "search"))
        back_up(tmp_path / "data", tmp_path / "backup.sqlite3", without=EXCLUDED_FROM_BACKUP)
        content = (tmp_path / "backup.sqlite3").read_bytes()
        assert b"unmistakable question" not in content
        assert b"nobody else writes" not in content
        back_up(tmp_path / "data", tmp_path / "all.sqlite3")
        assert b"unmistakable question" in (tmp_path / "all.sqlite3").read_bytes()
    restore(tmp_path / "restored", tmp_path / "backup.sqlite3")
    with open_words(tmp_path / "restored") as restored:
        assert OutboxStore(restored.database).lease(10) == []
        assert ThreadMemory(restored.database).has_asked(TaskKey("T1", "C1", "1.0"), "U1")


def test_leftovers_of_a_killed_backup_are_removed_by_the_next(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        library.add(FILES[0])
    left = tmp_path / ".backup.sqlite3.draft"
    left.mkdir()
    for name in ("lock", "backup.sqlite3", "backup.sqlite3-wal"):
        (left / name).write_text("questions")
    assert back_up(tmp_path / "data", tmp_path / "backup.sqlite3") == 1
    assert names(tmp_path) == {"data", "backup.sqlite3"}


def test_a_second_backup_to_the_same_file_is_refused(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        library.add(FILES[0])
    draft = tmp_path / ".backup.sqlite3.draft"
    draft.mkdir()
    (draft / "backup.sqlite3").write_text("half of a backup")
    with filelock.FileLock(draft / "lock"), pytest.raises(StoreBusyError, match="in use"):
        back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
    assert (draft / "backup.sqlite3").read_text() == "half of a backup"


def test_a_damaged_store_is_not_backed_up_over_a_good_backup(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        library.add("Accord\n\nWe condemn the tests.")
    back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
    good = (tmp_path / "backup.sqlite3").read_bytes()
    flip(tmp_path / "data/verbatim.sqlite3", b"condemn the tests")
    with pytest.raises(StoreError, match=r"data/verbatim.sqlite3 is damaged: statement .*doctor"):
        back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
    assert (tmp_path / "backup.sqlite3").read_bytes() == good
    assert names(tmp_path) == {"data", "backup.sqlite3"}


def read_files(folder: Path) -> dict[Path, bytes]:
    # SQLite leaves an empty log behind whoever only reads.
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize("target", ["data", "data/verbatim.sqlite3", "diary.txt", "missing/backup.sqlite3"])
def test_a_backup_never_overwrites_what_is_no_backup(tmp_path: Path, target: str) -> None:
    open_words(tmp_path / "data").close()
    (tmp_path / "diary.txt").write_text("Dear diary, " * 99)
    before = read_files(tmp_path)
    with pytest.raises(StoreError, match="not a Verbatim store|a folder or the store itself|Make it first"):
        back_up(tmp_path / "data", tmp_path / target)
    assert read_files(tmp_path) == before


def test_restore_keeps_the_replaced_store(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        first = library.add(FILES[0])
        back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
        second = library.add(FILES[1])
    restored = restore(tmp_path / "data", tmp_path / "backup.sqlite3")
    assert restored.statements == 1
    assert restored.replaced is not None
    with open_words(tmp_path / "data") as library:
        assert [one.id for one in library.list_statements()] == [first.id]
    assert restore(tmp_path / "data", restored.replaced).statements == 2
    with open_words(tmp_path / "data") as library:
        assert {one.id for one in library.list_statements()} == {first.id, second.id}


def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    with open_words(tmp_path / "data") as library:
        library.add(FILES[0])
        back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
        library.add(FILES[1])
        with pytest.raises(StoreBusyError, match="is in use; nothing was changed. Stop the bot"):
            restore(tmp_path / "data", tmp_path / "backup.sqlite3")
        assert len(library.list_statements()) == 2
        assert not [name for name in names(tmp_path / "data") if "replaced" in name or "draft" in name]
    restore(tmp_path / "data", tmp_path / "backup.sqlite3")


def test_a_replaced_store_keeps_its_write_ahead_log(tmp_path: Path) -> None:
    library = open_words(tmp_path / "data")
    library.add(FILES[0])
    back_up(tmp_path / "data", tmp_path / "backup.sqlite3")
    library.add(FILES[1])
    # As after a crash: the last statement stands in the write-ahead log, and nobody has the store open.
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):
        name = f"verbatim.sqlite3{suffix}"
        (crashed / name).write_bytes((tmp_path / "data" / name).read_bytes())
    library.close()
    assert (crashed / "verbatim.sqlite3-wal").stat().st_size > 0
    restored = restore(crashed, tmp_path / "backup.sqlite3")
    assert restored.replaced is not None
    with open_words(crashed) as library:
        assert len(library.list_statements()) == 1
    assert restore(tmp_path / "again", restored.replaced).statements == 2


@pytest.mark.parametrize("damage", ["a letter", "the header", "cut off"])
def test_damaged_backup_is_refused_damaged_store_is_replaced(tmp_path: Path, damage: str) -> None:
    with open_words(tmp_path / "data") as library:
        library.add("Accord\n\nWe condemn the tests.")
    back_up(tmp_path / "data", tmp_path / "good.sqlite3")
    bad = tmp_path / "bad.sqlite3"
    bad.write_bytes((tmp_path / "good.sqlite3").read_bytes())
    if damage == "a letter":
        flip(bad, b"condemn")
    elif damage == "the header":
        bad.write_bytes(b"\0" * 100 + bad.read_bytes()[100:])
    else:
        bad.write_bytes(bad.read_bytes()[:-8192])
    before = (tmp_path / "data/verbatim.sqlite3").read_bytes()
    with pytest.raises(StoreError, match="bad.sqlite3 is (damaged|not a Verbatim store)"):
        restore(tmp_path / "data", bad)
    assert (tmp_path / "data/verbatim.sqlite3").read_bytes() == before
    (tmp_path / "data/verbatim.sqlite3").write_bytes(bad.read_bytes())
    kept = restore(tmp_path / "data", tmp_path / "good.sqlite3").replaced
    assert kept is not None
    assert kept.read_bytes() == bad.read_bytes()
    with open_words(tmp_path / "data") as library:
        assert library.search("condemn the tests", 1)


def test_missing_files_are_reported(tmp_path: Path) -> None:
    open_words(tmp_path / "data").close()
    with pytest.raises(StoreError, match="There is no store at"):
        back_up(tmp_path / "none", tmp_path / "backup.sqlite3")
    with pytest.raises(StoreError, match="There is no backup at"):
        restore(tmp_path / "data", tmp_path / "none.sqlite3")
    with pytest.raises(StoreError, match="is the store itself"):
        restore(tmp_path / "data", tmp_path / "data/verbatim.sqlite3")
    (tmp_path / "empty.txt").touch()
    for path in (tmp_path / "empty.txt", tmp_path):
        with pytest.raises(StoreError, match="is empty or a folder, and no backup"):
            restore(tmp_path / "data", path)
