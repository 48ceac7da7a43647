"""Many files added at once: in order, each on disk when it is yielded, and encoded as if it were added alone."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index import Library, ReadingError, bundled_statements
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.sql_store import SqlStore
from index.corpus.store import EncodedPassage
from index.search.statement_encoder import StatementEncoder
from tests.support.encoders import WordEncoder

FILES = bundled_statements()[:12]


def read_vectors(library: Library) -> dict[str, list[list[float]]]:
    """Return by the titles of statements the embeddings of their passages and of the title."""
    portions = list(SqlStore(library.database).iterate_rows())
    return {
        one.title: [*(np.vstack([passage.vectors for passage in one.passages])).tolist(), one.title_vector.tolist()]
        for portion in portions
        for one in portion.statements
    }


def list_vectors(encoded: list[EncodedPassage]) -> list[object]:
    """Return the embeddings of a statement as plain numbers."""
    titles = [None if one.title_vector is None else one.title_vector.tolist() for one in encoded]
    return [*titles, *(one.vectors.tolist() for one in encoded)]


@pytest.mark.parametrize("passages_per_batch", [1, 7, 128, 10_000])
def test_batches_give_the_embeddings_of_single_statements(passages_per_batch: int) -> None:
    statements = [parse_statement(read_file(file)) for file in FILES]
    alone, together = (
        StatementEncoder(WordEncoder()),
        StatementEncoder(WordEncoder(), passages_per_batch=passages_per_batch),
    )
    encoded = together.encode(statements)
    assert [list_vectors(one) for one in encoded] == [list_vectors(*alone.encode([one])) for one in statements]


def test_add_many_stores_what_add_stores(library: Library, tmp_path: Path) -> None:
    added = [one.statement for one in library.add_many(FILES)]
    with Library.open(tmp_path / "alone", encoder=WordEncoder()) as alone:
        assert added == [alone.add(file) for file in FILES]
        assert read_vectors(library) == read_vectors(alone)


def test_every_file_is_reported_in_order(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "a.md").write_text("---\ntitle: Accord\ndate: 2024-01-02\n---\nWe agree.\n\nWe go on.")
    (tmp_path / "b.md").write_text("---\ntitle: Accord\ndate: 2024-01-03\n---\nWe agree.\n\nWe go on.")
    library.add(FILES[1])
    files = [FILES[0], tmp_path / "empty.txt", FILES[1], tmp_path / "a.md", tmp_path / "b.md", tmp_path / "none.txt"]
    found = list(library.add_many(files))
    assert [one.path for one in found] == files
    assert [one.is_new for one in found] == [True, False, False, True, False, False]
    assert [isinstance(one.error, ReadingError) for one in found] == [False, True, False, False, False, True]
    assert found[3].statement is not None
    assert found[4].statement == found[3].statement
    assert [one.differences for one in found] == [(), (), (), (), ("date",), ()]
    assert len(library.list_statements()) == 3


def test_an_interrupted_add_goes_on_where_it_stopped(library: Library, tmp_path: Path) -> None:
    adding = library.add_many(FILES)
    reported = [next(adding).statement for _ in range(3)]
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as other:
        kept = {one.id for one in other.list_statements()}
    assert {one.id for one in reported if one} == kept
    again = list(library.add_many(FILES))
    assert [one.is_new for one in again] == [False] * 3 + [True] * (len(FILES) - 3)


def test_encoded_passages_are_counted_as_they_are_encoded(library: Library) -> None:
    counts: list[int] = []
    added = [one.statement for one in library.add_many(FILES, on_encoded=counts.append)]
    rows = [len(one.passages) for portion in SqlStore(library.database).iterate_rows() for one in portion.statements]
    assert len(rows) == len(added)
    assert sum(counts) == sum(rows)


def test_a_file_with_nothing_to_encode_is_reported_at_once(library: Library) -> None:
    library.add(FILES[0])
    read: list[Path] = []

    def paths() -> Iterator[Path]:
        for file in FILES:
            read.append(file)
            yield file

    assert next(library.add_many(paths())).statement is not None
    assert read == [FILES[0]]
