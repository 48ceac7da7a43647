"""The doctor: each kind of fault is found, named, and told what to do about."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import Library, QuoteRequest, StoreError, bundled_statements, examine
from index.corpus.embeddings import Embeddings
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import open_database
from index.doctor import check_lookups, check_searches
from index.search.vectors import DenseIndex
from tests.support.encoders import WordEncoder

FILES = bundled_statements()[:6]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a store with a few statements."""
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as library:
        for file in FILES:
            library.add(file)
    return tmp_path / "data"


def change(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "verbatim.sqlite3")) as connection:
        connection.executescript(";".join(statements))


OTHER_KEYS = """PRAGMA foreign_keys = OFF; UPDATE statement SET key = 99 WHERE key = 1;
    UPDATE statement SET key = 1 WHERE key = 2; UPDATE statement SET key = 2 WHERE key = 99;"""


def swapped(table: str, column: str, key: str) -> str:
    """The SQL that swaps a value between the first two rows of a table."""
    return f"""CREATE TEMP TABLE was AS SELECT {key} AS k, "{column}" AS v FROM {table} WHERE {key} IN (1, 2);
        UPDATE {table} SET "{column}" = (SELECT v FROM was WHERE k = 3 - {key}) WHERE {key} IN (1, 2)"""


def problems(
    data: Path, encoder: WordEncoder | None = None, *, full: bool = False
) -> dict[str, tuple[tuple[str, ...], str]]:
    found = examine(
        data, encoder=encoder or WordEncoder(), all_embeddings=(lambda _done, _total: None) if full else None
    )
    assert found.is_well is not any(check.problems for check in found.checks)
    return {check.name: (check.problems, check.remedy) for check in found.checks if check.problems}


def test_a_sound_store_is_well_and_unchanged(data: Path) -> None:
    before = (data / "verbatim.sqlite3").read_bytes()
    found = examine(data, encoder=WordEncoder())
    assert found.is_well
    assert [check.name for check in found.checks] == ["store", "embeddings", "searches", "lookups", "sandbox"]
    assert found.checks[0].looked_at.startswith("6 statements, ")
    assert found.checks[1].looked_at == "6 of 6 statements encoded again, least similarity 1.0000"
    assert found.checks[4].looked_at.startswith("the reader of files is refused ")
    assert found.checks[3].looked_at == "6 sentences looked up word for word"
    assert (data / "verbatim.sqlite3").read_bytes() == before


WORDS, VECTORS = "statement {} is damaged", "the embeddings of statement "


@pytest.mark.parametrize(
    ("sql", "said", "remedy"),
    [
        pytest.param("UPDATE statement SET text = replace(text, 'Security', 'Safety') WHERE key = 1", WORDS.format(1), "restore", id="a word"),
        pytest.param("UPDATE statement SET date = '2001-01-01' WHERE key = 2", WORDS.format(2), "restore", id="a date"),
        pytest.param('UPDATE passage SET "end" = "end" - 1 WHERE key = 3', WORDS.format(1), "restore", id="a span"),
        pytest.param("UPDATE sentence SET start = start + 1 WHERE passage_key = 3 AND number = 1", WORDS.format(1), "restore", id="a sentence"),
        pytest.param("UPDATE embedding SET vector = zeroblob(1024) WHERE key = 5", VECTORS, "re-encode", id="an embedding"),
        pytest.param("DELETE FROM embedding WHERE key = 5", VECTORS, "re-encode", id="a lost embedding"),
        pytest.param("PRAGMA foreign_keys = OFF; DELETE FROM statement WHERE key = 4", "belongs to nothing in statement", "restore", id="a lost row"),
        pytest.param("UPDATE fact SET value = '9' WHERE name = 'statements'", "6 statements are there, of 9", "restore", id="the number of statements"),
        pytest.param("UPDATE statement SET issuers = '[' WHERE key = 6", WORDS.format(6), "restore", id="what cannot be read"),
        pytest.param(f"{OTHER_KEYS} {swapped('checksum', 'statement', 'statement_key')}", WORDS.format(1), "restore", id="statements with their checksums"),
        pytest.param(f"UPDATE passage SET statement_key = 3 - statement_key WHERE statement_key IN (1, 2); {swapped('checksum', 'statement', 'statement_key')}", WORDS.format(2), "restore", id="passages with their checksums"),
        pytest.param(swapped("statement", "text", "key"), WORDS.format(1), "restore", id="the texts of two statements"),
        pytest.param(swapped("embedding", "vector", "key"), VECTORS, "re-encode", id="two embeddings"),
        pytest.param("UPDATE statement SET visibility = 'internal' WHERE key = 1", WORDS.format(1), "restore", id="who may read it"),
    ],
)  # fmt: skip
def test_damage_is_named_with_its_remedy(data: Path, sql: str, said: str, remedy: str) -> None:
    change(data, sql)
    ((name, (found, advice)),) = problems(data).items()
    assert name == "store"
    assert any(said in one for one in found), found
    assert f"verbatim {remedy}" in advice


@pytest.mark.parametrize(
    "sql",
    [
        f"{OTHER_KEYS} {swapped('checksum', 'statement', 'statement_key')}",
        swapped("statement", "text", "key"),
        swapped("statement", "title", "key"),
        swapped("embedding", "vector", "key"),
    ],
)
def test_rows_swapped_between_statements_are_never_used(data: Path, sql: str) -> None:
    change(data, sql)
    with pytest.raises(StoreError, match="is damaged"), Library.open(data, encoder=WordEncoder()) as library:
        library.search("Security Council", 5)
        library.ask("which resolutions are cited?")


def test_re_encoding_heals_damaged_embeddings(data: Path) -> None:
    change(data, "UPDATE embedding SET vector = zeroblob(1024) WHERE key = 5")
    assert problems(data)
    with Library.open(data, encoder=WordEncoder()) as library:
        library.re_encode()
    assert not problems(data)


def test_embeddings_of_a_changed_model_are_found(data: Path) -> None:
    class Forgetful(WordEncoder):
        """Has the model's name, and other embeddings."""

        def encode_passages(self, texts: list[str]) -> np.ndarray:  # type: ignore[override]
            return super().encode_passages([text[: len(text) // 2] for text in texts])

    ((name, (found, advice)),) = problems(data, Forgetful(), full=True).items()
    assert (name, len(found)) == ("embeddings", 6)
    assert "re-encode" in advice


def test_another_model_than_the_stores_is_reported(data: Path) -> None:
    ((name, (found, advice)),) = problems(data, WordEncoder("other")).items()
    assert (name, "encoded by words" in found[0]) == ("model", True)
    assert "re-encode" in advice


def test_searches_that_differ_from_the_store_are_found(data: Path) -> None:
    class Reversed(DenseIndex):
        def search(self, query: Embeddings, *arguments: Any, **options: Any) -> list[Any]:
            return super().search(-query, *arguments, **options)

    with closing(open_database(data)) as database:
        store = SqlStore(database)
        with closing(DenseIndex(store.iterate_rows())) as index:
            assert not check_searches(store, index).problems
        with closing(Reversed(store.iterate_rows())) as index:
            assert len(check_searches(store, index).problems) == 6


def test_lookups_that_differ_from_the_store_are_found(data: Path) -> None:
    with Library.open(data, encoder=WordEncoder()) as library:
        store, absent = SqlStore(library.database), QuoteRequest(("It is a fine day today in the park.",))
        assert not check_lookups(store, library.run).problems
        assert len(check_lookups(store, lambda _request: library.run(absent)).problems) == 6
