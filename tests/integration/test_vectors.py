"""The index of embeddings against a plain dot product, while it changes and while its lists are built."""

import logging
import threading
from dataclasses import replace

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.corpus.embeddings import Embeddings
from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search.vectors import Candidate, DenseIndex, IndexSettings, train_lists
from tests.support.embeddings import draw_around

DIMENSIONS = 8
APPROXIMATE = IndexSettings(exact_limit=1_500, passages_per_list=50, probed_lists=16)


def unit_rows(count: int, seed: int, dimensions: int = DIMENSIONS) -> Embeddings:
    rows = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    unit: Embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def rows_of(statement_key: int, keys: list[int], vectors: Embeddings) -> StatementRows:
    passages = tuple(
        PassageRow(key, position, PassageKind.PARAGRAPH, "", (), vectors[position : position + 1])
        for position, key in enumerate(keys)
    )
    return StatementRows(statement_key, passages=passages)


def statement(key: int, count: int = 3) -> StatementRows:
    return rows_of(key, list(range(key * 100, key * 100 + count)), unit_rows(count, key))


def gone(key: int) -> StatementRows:
    return StatementRows(key)


def statements_of(vectors: Embeddings, size: int = 10) -> list[StatementRows]:
    """Return statements of `size` passages each, with the rows in order; keys count from 0, statements from 1."""
    starts = range(0, len(vectors), size)
    return [
        rows_of(1 + start // size, list(range(start, min(start + size, len(vectors)))), vectors[start : start + size])
        for start in starts
    ]


def brute_force(statements: list[StatementRows], query: Embeddings, k: int) -> list[Candidate]:
    found = [
        Candidate(key, float(vector @ query))
        for one in statements
        for key, vector in zip(one.passage_keys, one.vectors, strict=True)
    ]
    return sorted(found, key=lambda one: (-one.similarity, one.key))[:k]


def assert_same(found: list[Candidate], expected: list[Candidate]) -> None:
    assert [one.key for one in found] == [one.key for one in expected]
    assert [one.similarity for one in found] == pytest.approx([one.similarity for one in expected], abs=1e-6)


def recall(found: list[Candidate], expected: list[Candidate]) -> float:
    return len({one.key for one in found} & {one.key for one in expected}) / len(expected)


class HeldTraining:
    """Trains lists when `free` is set."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def train(self, rows: np.ndarray, settings: IndexSettings) -> faiss.Index:
        self.free.wait()
        return train_lists(rows, settings)


def drawn(count: int, seed: int = 0) -> Embeddings:
    """Return rows of 32 dimensions that float16 holds as they are: what is kept in it is searched exactly too."""
    rows = np.concatenate(list(draw_around(unit_rows(400, 3, 32), count, seed=seed)))
    return rows.astype(np.float16).astype(np.float32)


@given(
    present=st.sets(st.integers(1, 12), max_size=8),
    changes=st.lists(st.tuples(st.integers(1, 16), st.booleans()), max_size=12),
    k=st.integers(1, 60),
    max_changes=st.sampled_from([0, 4, 1_000]),
)
def test_any_history_of_changes_finds_what_a_dot_product_finds(
    present: set[int], changes: list[tuple[int, bool]], k: int, max_changes: int
) -> None:
    kept = {key: statement(key) for key in sorted(present)}
    index = DenseIndex([Changes(1, tuple(kept.values()))], IndexSettings(max_changes=max_changes))
    query = unit_rows(1, 99)[0]
    for seq, (key, is_added) in enumerate(changes, start=2):
        if is_added:
            kept[key] = statement(key, 1 + seq % 4)
        else:
            kept.pop(key, None)
        index.update(Changes(seq, (kept.get(key, gone(key)),)))
        assert index.seq == seq
        assert_same(index.search(query, k), brute_force(list(kept.values()), query, k))
    assert len(index) == sum(len(one.passage_keys) for one in kept.values())
    # To the last digit: what is found must not depend on the way the passages came.
    assert index.search(query, k) == DenseIndex([Changes(1, tuple(kept.values()))]).search(query, k)


def test_removed_rows_are_dropped_from_memory() -> None:
    index = DenseIndex([Changes(0, (statement(1), statement(2)))], IndexSettings(max_changes=4))
    before = index.snapshot()
    index.update(Changes(1, (statement(3, 5), gone(1))))
    assert len(index.snapshot().vectors) == 11
    index.update(Changes(2, (gone(2),)))
    assert len(index.snapshot().vectors) == 5
    query = unit_rows(1, 5)[0]
    assert_same(index.search(query, 10), brute_force([statement(3, 5)], query, 10))
    assert_same(before.search(query, 10), brute_force([statement(1), statement(2)], query, 10))


def test_older_changes_are_ignored() -> None:
    index = DenseIndex([Changes(5, (statement(1),))])
    index.update(Changes(4, (gone(1),)))
    assert len(index) == 3


def test_equal_similarities_keep_the_lower_key_first() -> None:
    rows = np.repeat(unit_rows(1, 1), 4, axis=0)
    index = DenseIndex([Changes(1, (rows_of(1, [40, 10, 30, 20], rows),))])
    assert [one.key for one in index.search(rows[0], 4)] == [10, 20, 30, 40]


def test_surplus_copies_are_cut_by_key() -> None:
    copies = np.repeat(unit_rows(1, 1, 384), 203, axis=0)
    keys = np.random.default_rng(0).permutation(203).tolist()
    index = DenseIndex([Changes(1, (rows_of(1, keys[:150], copies[:150]),))])
    index.update(Changes(2, (rows_of(2, keys[150:], copies[150:]),)))
    found = index.search(unit_rows(1, 2, 384)[0], 7)
    assert [one.key for one in found] == [0, 1, 2, 3, 4, 5, 6]
    assert len({one.similarity for one in found}) == 1


def test_empty_index_finds_nothing_and_wrong_shape_is_refused() -> None:
    assert DenseIndex([]).search(unit_rows(1, 1)[0], 5) == []
    assert np.isnan(DenseIndex([]).snapshot().similarities(unit_rows(1, 1)[0], [1, 2])).all()
    index = DenseIndex([Changes(1, (statement(1),))])
    with pytest.raises(ValueError, match=r"expected a query of shape \(8,\), got \(3,\)"):
        index.search(np.ones(3, dtype=np.float32), 5)
    with pytest.raises(ValueError, match=r"expected a query of shape \(8,\), got \(3,\)"):
        index.snapshot().similarities(np.ones(3, dtype=np.float32), [100])


def test_searches_during_changes_see_whole_statements() -> None:
    index = DenseIndex([Changes(0, (statement(1, 5),))], IndexSettings(max_changes=12))
    query = unit_rows(1, 9)[0]
    torn: list[set[int]] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            found = [one.key // 100 for one in index.search(query, 1000)]
            if any(found.count(key) != 5 for key in found):
                torn.append(set(found))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seq in range(1, 300):
        index.update(Changes(seq, (statement(2 + seq % 7, 5) if seq % 3 else gone(2 + seq % 7),)))
    done.set()
    for thread in threads:
        thread.join()
    assert torn == []


@given(st.frozensets(st.integers(1, 8)), st.integers(1, 12), st.booleans())
def test_search_within_statements_is_exact(within: frozenset[int], k: int, is_changed: bool) -> None:
    statements = [statement(key) for key in range(1, 7)]
    index = DenseIndex([Changes(1, tuple(statements))])
    if is_changed:
        index.update(Changes(2, (gone(2), statement(7))))
        statements = [one for one in statements if one.statement_key != 2] + [statement(7)]
    query = unit_rows(1, 99)[0]
    chosen = [one for one in statements if one.statement_key in within]
    assert_same(index.search(query, k, within=within), brute_force(chosen, query, k))


@given(st.lists(st.integers(90, 720), max_size=20))
def test_similarities_are_those_of_a_search_or_nan(keys: list[int]) -> None:
    index = DenseIndex([Changes(1, tuple(statement(key) for key in range(1, 6)))])
    index.update(Changes(2, (gone(2), statement(6), statement(3, 2))))
    query = unit_rows(1, 7)[0]
    expected = {one.key: one.similarity for one in index.search(query, 100)}
    found = index.snapshot().similarities(query, keys)
    assert found.shape == (len(keys),)
    assert [None if np.isnan(one) else float(one) for one in found] == [expected.get(key) for key in keys]


def test_snapshot_does_not_change() -> None:
    index = DenseIndex([Changes(1, (statement(1),))])
    snapshot = index.snapshot()
    index.update(Changes(2, (gone(1), statement(2))))
    query = unit_rows(1, 7)[0]
    assert {one.key for one in snapshot.search(query, 10)} == {100, 101, 102}
    assert not np.isnan(snapshot.similarities(query, [100])).any()
    assert snapshot.seq == 1


def test_approximate_search_finds_most_of_the_exact_results() -> None:
    statements = statements_of(drawn(3_000))
    index = DenseIndex([Changes(1, tuple(statements))], APPROXIMATE)
    assert index.wait()
    assert index.snapshot().lists is not None
    queries = drawn(50, seed=9)
    expected = [brute_force(statements, query, 10) for query in queries]
    found = [index.search(query, 10) for query in queries]
    assert np.mean([recall(*pair) for pair in zip(found, expected, strict=True)]) >= 0.95
    for query, ranking in zip(queries, found, strict=True):
        assert ranking == sorted(ranking, key=lambda one: (-one.similarity, one.key))
        similarities = index.snapshot().similarities(query, [one.key for one in ranking])
        assert [one.similarity for one in ranking] == similarities.tolist()


@hypothesis_settings(max_examples=12, deadline=None)
@given(
    removed=st.frozensets(st.integers(1, 200), max_size=40),
    added=st.integers(0, 30),
    within=st.frozensets(st.integers(1, 240), max_size=60),
    k=st.integers(1, 40),
    max_changes=st.sampled_from([50, 1_000]),
)
def test_approximate_search_follows_removals_and_additions(
    removed: frozenset[int], added: int, within: frozenset[int], k: int, max_changes: int
) -> None:
    statements = statements_of(drawn(2_300))
    first, later = statements[:200], statements[200 : 200 + added]
    # A statement that is added again keeps its key, and gets other passages under keys that were used before.
    replaced = rows_of(199, list(statements[198].passage_keys[:5]), drawn(5, seed=5))
    gone_keys = sorted(removed - {199})
    kept = [one for one in (*first, *later) if one.statement_key not in {*gone_keys, 199}] + [replaced]
    query = unit_rows(1, 17, 32)[0]
    index = DenseIndex([Changes(1, tuple(first))], replace(APPROXIMATE, max_changes=max_changes))
    assert index.wait()
    index.update(Changes(2, (*(gone(key) for key in gone_keys), *later, replaced)))
    assert index.wait()
    assert index.snapshot().lists is not None
    assert len(index) == sum(len(one.passage_keys) for one in kept)
    found = index.search(query, k)
    assert len({one.key for one in found}) == k
    assert {one.key for one in found} <= {key for one in kept for key in one.passage_keys}
    assert [one.similarity for one in found] == index.snapshot().similarities(
        query, [one.key for one in found]
    ).tolist()
    assert all(index.search(one.vectors[0], 1)[0].key == one.passage_keys[0] for one in later)
    chosen = [one for one in kept if one.statement_key in within]
    assert_same(index.search(query, k, within=within), brute_force(chosen, query, k))


def test_probed_lists_with_too_few_passages_are_not_enough() -> None:
    statements = statements_of(drawn(2_000))
    index = DenseIndex([Changes(1, tuple(statements))], replace(APPROXIMATE, probed_lists=1))
    assert index.wait()
    query = unit_rows(1, 4, 32)[0]
    for k in (700, 2_000, 5_000):
        assert_same(index.search(query, k)[:20], brute_force(statements, query, k)[:20])
        assert len(index.search(query, k)) == min(k, 2_000)


def test_search_is_exact_while_lists_are_built() -> None:
    held = HeldTraining()
    statements = statements_of(drawn(2_000))
    index = DenseIndex([Changes(1, tuple(statements[:180]))], APPROXIMATE, train=held.train)
    query = unit_rows(1, 4, 32)[0]
    assert_same(index.search(query, 50), brute_force(statements[:180], query, 50))
    index.update(Changes(2, (gone(3), *statements[180:])))
    kept = [one for one in statements if one.statement_key != 3]
    assert_same(index.search(query, 50), brute_force(kept, query, 50))
    assert not index.wait(0.0)
    held.free.set()
    assert index.wait()
    assert index.snapshot().lists is not None
    assert index.seq == 2
    assert len(index) == 1_990
    assert np.isnan(index.snapshot().similarities(query, [20, 29])).all()
    assert recall(index.search(query, 10), brute_force(kept, query, 10)) >= 0.9
    assert index.search(statements[190].vectors[4], 1)[0].key == 1_904


def test_index_that_shrank_below_the_limit_is_exact_again() -> None:
    statements = statements_of(drawn(2_000))
    index = DenseIndex([Changes(1, tuple(statements))], APPROXIMATE)
    assert index.wait()
    index.update(Changes(2, tuple(gone(key) for key in range(1, 152))))
    assert index.wait()
    assert index.snapshot().lists is None
    query = unit_rows(1, 4, 32)[0]
    assert_same(index.search(query, 20), brute_force(statements[151:], query, 20))


def test_failed_build_is_logged_once_and_search_stays_exact(caplog: pytest.LogCaptureFixture) -> None:
    def fail(rows: np.ndarray, settings: IndexSettings) -> faiss.Index:
        raise MemoryError(f"no room for {len(rows)} rows in {settings}")

    statements = statements_of(drawn(2_000))
    with caplog.at_level(logging.INFO):
        index = DenseIndex([Changes(1, tuple(statements[:190]))], APPROXIMATE, train=fail)
        assert index.wait()
        index.update(Changes(2, tuple(statements[190:])))
        assert index.wait()
    assert [one.getMessage() for one in caplog.records] == [
        "Building the lists of 1900 passages failed; retrying after further changes."
    ]
    query = unit_rows(1, 4, 32)[0]
    assert_same(index.search(query, 50), brute_force(statements, query, 50))


def test_closed_index_stops_building_and_can_be_searched(caplog: pytest.LogCaptureFixture) -> None:
    held = HeldTraining()
    statements = statements_of(drawn(2_000))
    index = DenseIndex([Changes(1, tuple(statements))], APPROXIMATE, train=held.train)
    closing = threading.Thread(target=index.close)
    closing.start()
    held.free.set()
    closing.join()
    assert index.snapshot().lists is None
    query = unit_rows(1, 4, 32)[0]
    assert_same(index.search(query, 50), brute_force(statements, query, 50))
    assert caplog.records == []


def test_drawn_rows_are_near_real_ones_and_reproducible() -> None:
    real = unit_rows(60, 1, 64)
    portions = list(draw_around(real, 20_100, seed=4))
    assert [len(portion) for portion in portions] == [20_000, 100]
    assert np.linalg.norm(portions[0], axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.mean((portions[0] @ real.T).max(axis=1)) > 0.6  # independent rows reach 0.3
    assert np.array_equal(next(draw_around(real, 50, seed=4)), portions[0][:50])
