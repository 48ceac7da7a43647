"""Stores of every version: earlier ones become one of this, newer ones are refused with what can read them."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from index import Library, StoreError
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import MIGRATIONS, Database, Migration
from tests.conftest import ROOT
from tests.support.encoders import WordEncoder

SCHEMA_VERSION = MIGRATIONS[-1].version

FIRST = ROOT / "tests/stores/version-1.sql"
"""What the first Verbatim wrote: two statements, and a change that removed a third."""


THIRD = ROOT / "tests/stores/version-3.sql"
"""The same store as version 3 kept it, with two checksums for each statement."""


def open_eights(data: Path) -> Library:
    return Library.open(data, encoder=WordEncoder(dimensions=8))


def write_store(data: Path, *changes: str) -> Path:
    """Write the store of the first version, changed by some SQL."""
    data.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(data / "verbatim.sqlite3")) as connection:
        connection.executescript(FIRST.read_text())
        connection.executescript(";".join(changes))
    return data


def change_store(data: Path, *changes: str) -> None:
    with contextlib.closing(sqlite3.connect(data / "verbatim.sqlite3")) as connection:
        connection.executescript(";".join(changes))


def read_value(data: Path, query: str) -> object:
    with contextlib.closing(sqlite3.connect(data / "verbatim.sqlite3")) as connection:
        (value,) = connection.execute(query).fetchone()
    return value


@pytest.mark.parametrize("version", [0, 1])
def test_a_store_of_the_first_version_is_migrated(tmp_path: Path, version: int) -> None:
    write_store(tmp_path, f"PRAGMA user_version = {version}")
    for _ in range(2):
        with open_eights(tmp_path) as library:
            pact, accord = library.list_statements()[::-1]
            assert (accord.title, str(accord.date), accord.issuers) == ("Accord", "2022-05-01", ("Japan",))
            assert (accord.paragraphs, accord.sentences, pact.title) == (3, 4, "Pact")
            assert library.get(accord.id).passages[1].sentences[1].text == "We call for calm."
            assert library.search("we meet again", 1)[0].statement == pact
            assert library.ask("which resolutions are cited?").evidence[0].statement == accord
            library.remove(library.add("Deal\n\nDone.", title="Deal").id)
    assert read_value(tmp_path, "PRAGMA user_version") == SCHEMA_VERSION
    assert read_value(tmp_path, "SELECT count(*) FROM checksum") == 2


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    write_store(tmp_path, "UPDATE statement SET issuers = '['")
    with contextlib.closing(sqlite3.connect(tmp_path / "verbatim.sqlite3")) as connection:
        before = list(connection.iterdump())
    with pytest.raises(StoreError, match="damaged"):  # in the last step, which reads the statements
        open_eights(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "verbatim.sqlite3")) as connection:
        assert list(connection.iterdump()) == before
    assert read_value(tmp_path, "PRAGMA user_version") == 1


@pytest.mark.parametrize("is_damaged", [False, True])
def test_two_checksums_become_one_and_damage_stays(tmp_path: Path, *, is_damaged: bool) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "verbatim.sqlite3")) as connection:
        connection.executescript(THIRD.read_text())
        if is_damaged:
            connection.executescript("UPDATE statement SET text = replace(text, 'We ', 'He ')")
    with open_eights(tmp_path) as library:
        if is_damaged:
            with pytest.raises(StoreError, match="damaged"):
                library.list_statements()
        else:
            pact, accord = library.list_statements()[::-1]
            assert (accord.title, pact.title) == ("Accord", "Pact")
            assert library.search("we meet again", 1)[0].statement == pact
    assert read_value(tmp_path, "PRAGMA user_version") == SCHEMA_VERSION
    assert read_value(tmp_path, "SELECT count(*) FROM checksum") == 2


def test_a_damaged_store_is_not_migrated(tmp_path: Path) -> None:
    write_store(tmp_path, "PRAGMA writable_schema = ON", "DELETE FROM sqlite_master WHERE name = 'sentence'")
    with pytest.raises(StoreError, match="damaged"):
        open_eights(tmp_path)
    assert read_value(tmp_path, "PRAGMA user_version") == 1


def test_a_newer_store_is_refused_with_its_version(tmp_path: Path) -> None:
    open_eights(tmp_path).close()
    newer = f"PRAGMA user_version = {SCHEMA_VERSION + 1}"
    change_store(tmp_path, newer, "UPDATE fact SET value = '0.7.1' WHERE name = 'readable_by'")
    content = (tmp_path / "verbatim.sqlite3").read_bytes()
    with pytest.raises(StoreError, match=r"newer Verbatim .*Update to Verbatim 0\.7\.1 or later: pip install"):
        open_eights(tmp_path)
    assert (tmp_path / "verbatim.sqlite3").read_bytes() == content
    change_store(tmp_path, "DROP TABLE fact")
    with pytest.raises(StoreError, match="newer Verbatim .*Update Verbatim: pip install"):
        open_eights(tmp_path)


def test_store_migrated_by_a_newer_version_is_not_written_to(tmp_path: Path) -> None:
    with open_eights(tmp_path) as library:
        kept = library.add("Accord\n\nWe agree.")
        change_store(tmp_path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        with pytest.raises(StoreError, match="newer Verbatim"):
            library.add("Pact\n\nWe meet.")
        assert library.list_statements() == [kept.summary]


@pytest.mark.parametrize("table", ["statement", "passage", "sentence", "embedding", "change", "checksum", "fact"])
def test_a_store_without_one_of_its_tables_is_damaged(tmp_path: Path, table: str) -> None:
    with open_eights(tmp_path) as library:
        library.add("Accord\n\nWe agree.")
    change_store(tmp_path, "PRAGMA foreign_keys = OFF", f"ALTER TABLE {table} RENAME TO lost")
    with pytest.raises(StoreError, match="damaged"):
        open_eights(tmp_path)


def test_migrations_are_numbered_and_name_a_version() -> None:
    assert [one.version for one in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))
    assert all(one.since.count(".") == 2 for one in MIGRATIONS)


def test_missing_steps_are_taken_once_and_in_order(tmp_path: Path) -> None:
    taken: list[int] = []
    steps = [Migration(SCHEMA_VERSION + at, "0.1.0", lambda _c, at=at: taken.append(at)) for at in (1, 2)]  # type: ignore[misc]
    open_eights(tmp_path).close()
    for _ in range(2):
        with contextlib.closing(Database(tmp_path / "verbatim.sqlite3", migrations=[*MIGRATIONS, *steps])) as database:
            SqlStore(database)
    assert taken == [1, 2]
