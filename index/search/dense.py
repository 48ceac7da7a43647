"""Embeddings in memory and the exact search over them. The one door to faiss."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from index.corpus.store import Changes, Embeddings, StatementRows

_FOLD_FRACTION = 0.1
_FOLD_MINIMUM = 1_000
"""The tail is folded into the base when it outgrows both: a search then walks one index again."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in one ranking: its key in the store and its cosine similarity in [-1, 1]."""

    key: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows in faiss with what each row is; never changed once made."""

    index: faiss.IndexFlatIP
    keys: NDArray[np.int64]  # (n,) the passage of each row
    statements: NDArray[np.int64]  # (n,) the statement of each row


@dataclass(frozen=True, slots=True)
class _State:
    """Everything a search needs, swapped as one: a search sees all of a change or nothing of it."""

    base: _Part
    tail: _Part
    removed: frozenset[int]  # statements whose rows in the base no longer count
    seq: int

    @property
    def size(self) -> int:
        gone = int(np.isin(self.base.statements, list(self.removed)).sum()) if self.removed else 0
        return int(self.base.index.ntotal) - gone + int(self.tail.index.ntotal)


class DenseIndex:
    """Passages by the cosine similarity of their embeddings, exact; kept current from the store's changes.

    Searches run without a lock on a state that is never changed; a change makes a new state, in which only the tail
    is new until it is worth folding into the base.
    """

    def __init__(self, portions: Iterable[Changes]) -> None:
        """Fill the index from portions of one snapshot of the store."""
        seq = 0
        statements: list[StatementRows] = []
        for portion in portions:
            seq = portion.seq
            statements.extend(portion.statements)
        self._updating = threading.Lock()
        self._state = _State(_make_part(statements), _make_part([]), frozenset(), seq)

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._state.seq

    def __len__(self) -> int:
        return self._state.size

    def update(self, changes: Changes) -> None:
        """Take up what changed in the store: for each statement concerned, the rows it has now."""
        with self._updating:
            state = self._state
            if changes.seq <= state.seq:
                return
            concerned = {one.statement_key for one in changes.statements}
            kept = _rows_of(state.tail, without=concerned)
            tail = _make_part([*kept, *(one for one in changes.statements if one.passage_keys)])
            removed = state.removed | (concerned & set(state.base.statements.tolist()))
            self._state = _fold(_State(state.base, tail, removed, changes.seq))

    def search(self, query: Embeddings, k: int, *, within: frozenset[int] | None = None) -> list[Candidate]:
        """Return the `k` passages closest to `query`, (d,) unit length: best first, ties by the lower key.

        Where `within` is given, only passages of the statements with these keys are looked at.
        """
        state = self._state
        found = _search_part(state.base, query, k, removed=state.removed, within=within)
        found += _search_part(state.tail, query, k, removed=frozenset(), within=within)
        return sorted(found, key=lambda one: (-one.similarity, one.key))[:k]


def _make_part(statements: Sequence[StatementRows]) -> _Part:
    filled = [one for one in statements if one.passage_keys]
    vectors = np.concatenate([one.vectors for one in filled]) if filled else np.empty((0, 1), dtype=np.float32)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return _Part(
        index,
        np.array([key for one in filled for key in one.passage_keys], dtype=np.int64),
        np.array([one.statement_key for one in filled for _ in one.passage_keys], dtype=np.int64),
    )


def _rows_of(part: _Part, *, without: Iterable[int]) -> list[StatementRows]:
    """Return the part's rows by statement, without some statements."""
    vectors = faiss.rev_swig_ptr(part.index.get_xb(), part.index.ntotal * part.index.d)
    table = vectors.reshape(part.index.ntotal, part.index.d)
    left_out = set(without)
    return [
        StatementRows(int(key), tuple(part.keys[part.statements == key].tolist()), table[part.statements == key].copy())
        for key in dict.fromkeys(part.statements.tolist())
        if key not in left_out
    ]


def _fold(state: _State) -> _State:
    """Make one base of base and tail when enough has changed; else return the state as it is."""
    changed = int(state.tail.index.ntotal) + int(np.isin(state.base.statements, list(state.removed)).sum())
    if changed <= max(_FOLD_MINIMUM, _FOLD_FRACTION * state.base.index.ntotal):
        return state
    rows = _rows_of(state.base, without=state.removed) + _rows_of(state.tail, without=())
    return _State(_make_part(rows), _make_part([]), frozenset(), state.seq)


def _search_part(
    part: _Part, query: Embeddings, k: int, *, removed: frozenset[int], within: frozenset[int] | None
) -> list[Candidate]:
    if part.index.ntotal == 0 or k <= 0:
        return []
    if query.shape != (part.index.d,):
        raise ValueError(f"expected a query of shape ({part.index.d},), got {query.shape}")
    parameters = None
    if removed or within is not None:
        counted = ~np.isin(part.statements, list(removed))
        if within is not None:
            counted &= np.isin(part.statements, list(within))
        selected = faiss.IDSelectorBatch(np.flatnonzero(counted))
        parameters = faiss.SearchParameters(sel=selected)  # type: ignore[call-arg]  # faiss adds the argument at import
    row = np.ascontiguousarray(query[np.newaxis], dtype=np.float32)
    similarities, rows = part.index.search(row, min(k, part.index.ntotal), params=parameters)
    return [
        Candidate(int(part.keys[row]), float(similarity))
        for similarity, row in zip(similarities[0].tolist(), rows[0].tolist(), strict=True)
        if row >= 0
    ]
