"""The dense index against a plain dot product, and what it says while it changes."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.store import Changes, Embeddings, StatementRows
from index.search import dense as dense_room
from index.search.dense import Candidate, DenseIndex

DIMENSIONS = 8


def unit_rows(count: int, seed: int) -> Embeddings:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    unit: Embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def statement(key: int, count: int = 3) -> StatementRows:
    return StatementRows(key, tuple(range(key * 100, key * 100 + count)), unit_rows(count, key))


def gone(key: int) -> StatementRows:
    return StatementRows(key, (), np.empty((0, 0), dtype=np.float32))


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


@given(
    present=st.sets(st.integers(1, 12), max_size=8),
    changes=st.lists(st.tuples(st.integers(1, 16), st.booleans()), max_size=12),
    k=st.integers(1, 60),
)
def test_any_history_of_changes_finds_what_a_dot_product_finds(
    present: set[int], changes: list[tuple[int, bool]], k: int
) -> None:
    kept = {key: statement(key) for key in sorted(present)}
    index = DenseIndex([Changes(1, tuple(kept.values()))])
    for seq, (key, is_added) in enumerate(changes, start=2):
        if is_added:
            kept[key] = statement(key, 1 + seq % 4)
        else:
            kept.pop(key, None)
        index.update(Changes(seq, (kept.get(key, gone(key)),)))
        assert index.seq == seq
    query = unit_rows(1, 99)[0]
    assert_same(index.search(query, k), brute_force(list(kept.values()), query, k))
    assert len(index) == sum(len(one.passage_keys) for one in kept.values())


def test_the_tail_is_folded_when_it_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_room, "_FOLD_MINIMUM", 4)
    index = DenseIndex([Changes(0, (statement(1), statement(2)))])
    index.update(Changes(1, (statement(3), gone(1))))
    assert index._state.tail.index.ntotal == 0
    assert index._state.removed == frozenset()
    query = unit_rows(1, 5)[0]
    assert_same(index.search(query, 10), brute_force([statement(2), statement(3)], query, 10))


def test_old_changes_are_not_taken_up_twice() -> None:
    index = DenseIndex([Changes(5, (statement(1),))])
    index.update(Changes(4, (gone(1),)))
    assert len(index) == 3


def test_equal_similarities_keep_the_lower_key_first() -> None:
    rows = np.repeat(unit_rows(1, 1), 4, axis=0)
    index = DenseIndex([Changes(1, (StatementRows(1, (40, 10, 30, 20), rows),))])
    assert [one.key for one in index.search(rows[0], 4)] == [10, 20, 30, 40]


def test_an_empty_index_finds_nothing_and_a_wrong_shape_is_refused() -> None:
    assert DenseIndex([]).search(unit_rows(1, 1)[0], 5) == []
    with pytest.raises(ValueError, match=r"expected a query of shape \(8,\), got \(3,\)"):
        DenseIndex([Changes(1, (statement(1),))]).search(np.ones(3, dtype=np.float32), 5)


def test_searches_during_changes_see_all_of_a_statement_or_nothing() -> None:
    index = DenseIndex([Changes(0, (statement(1, 5),))])
    query = unit_rows(1, 9)[0]
    torn: list[set[int]] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            keys = {one.key // 100 for one in index.search(query, 1000)}
            counts = [sum(one.key // 100 == key for one in index.search(query, 1000)) for key in keys]
            if any(count not in {0, 5} for count in counts):
                torn.append(keys)

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
def test_a_search_within_some_statements_is_the_dot_product_over_those(
    within: frozenset[int], k: int, is_changed: bool
) -> None:
    statements = [statement(key) for key in range(1, 7)]
    index = DenseIndex([Changes(1, tuple(statements))])
    if is_changed:
        index.update(Changes(2, (gone(2), statement(7))))
        statements = [one for one in statements if one.statement_key != 2] + [statement(7)]
    query = unit_rows(1, 99)[0]
    chosen = [one for one in statements if one.statement_key in within]
    assert_same(index.search(query, k, within=within), brute_force(chosen, query, k))
