"""Embeddings in memory and the search over them: exact up to 100,000 passages, approximate above.

Rows are only ever appended, so that a search needs no lock and a snapshot never changes. faiss has the approximate
index and nothing else: its flat indexes can be removed from, but not while another thread searches them.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings, widen
from index.corpus.store import Changes, StatementRows

if TYPE_CHECKING:
    import faiss  # imported where it is used: most corpora do not need it, and it takes 60 ms

_logger = logging.getLogger(__name__)

_PORTION = 2_000
"""Rows widened or added to the lists at once: 3 MB at 384 dimensions, which a processor's cache holds."""

_TRAINING_ROWS_PER_LIST = 64
_TRAINING_ROUNDS = 10

_SPARSE = 0.05
"""Up to this share of the rows, copying them out is faster than comparing all."""

_ROUNDING = 4e-6
"""Two orders of summing the products of unit rows in float32 differ by less, at 1,024 dimensions too."""

_KEY, _STATEMENT, _ROW = range(3)
"""What is known of a passage: its key, that of its statement, and its row in the matrix."""

_Integers = NDArray[np.int64]
_Rows = NDArray[Any]  # float32, or float16


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in one ranking: its key in the store and its cosine similarity in [-1, 1]."""

    key: int
    similarity: float


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """When the index is approximate, and how thoroughly it then searches (measured: tests/benchmarks/README.md)."""

    exact_limit: int = 100_000  # passages
    passages_per_list: int = 500
    probed_lists: int = 384
    rescored: int = 1_600  # passages found by the lists whose similarities are computed exactly
    max_changes: int = 2_000  # passages added since the lists were built, and removed rows kept in memory


@dataclass(frozen=True, slots=True)
class _Lists:
    """An inverted file with product quantisation, whose ids are keys of passages. It may hold removed passages."""

    index: "faiss.Index"
    trained_for: int  # passages
    covered: int  # rows of the matrix, from the first, that it holds


def train_lists(rows: _Rows, settings: IndexSettings) -> "faiss.Index":
    """Return empty lists for some rows: their centres and their code, trained on a sample."""
    import faiss

    dimensions = rows.shape[1]
    count = max(1, len(rows) // settings.passages_per_list)
    # Four bits for two dimensions each: half a byte per pair, and the best first pass of those measured.
    subspaces = dimensions // 2 if dimensions % 2 == 0 else dimensions
    index = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dimensions), dimensions, count, subspaces, 4, faiss.METRIC_INNER_PRODUCT
    )
    for clustering in (index.cp, index.pq.cp):
        clustering.niter = _TRAINING_ROUNDS
        clustering.min_points_per_centroid = 1  # else faiss prints its advice
    index.cp.spherical = True
    sample = np.random.default_rng(0).permutation(len(rows))[: max(count * _TRAINING_ROWS_PER_LIST, 1_000)]
    index.train(rows[np.sort(sample)].astype(np.float32))
    return index


TrainLists = Callable[[_Rows, IndexSettings], "faiss.Index"]
DEFAULT_SETTINGS = IndexSettings()


class DenseIndex:
    """Passages by the cosine similarity of their embeddings; kept current from the store's changes.

    Above `exact_limit` passages, rows are kept in float16, which moves a similarity by 2e-5 at most, and a search
    looks through the nearest of many lists. Until those are built, in a thread, it is exact; within some statements
    it is always exact.
    """

    def __init__(
        self,
        portions: Iterable[Changes],
        settings: IndexSettings = DEFAULT_SETTINGS,
        *,
        train: TrainLists = train_lists,
    ) -> None:
        """Fill the index from portions of one snapshot of the store; `train` returns empty lists for some rows."""
        self._settings = settings
        self._train = train
        self._changing = threading.Lock()
        self._closing = threading.Event()
        self._builder: threading.Thread | None = None
        self._retry_above = 0  # passages that the lists lack before a failed build is tried again
        self._matrix = _GrowingMatrix(settings.exact_limit)
        seq, passages = 0, [self._append(())]
        for portion in portions:
            seq = portion.seq
            passages.append(self._append(portion.statements))
        self._current = _make_snapshot(seq, self._matrix.view(), np.hstack(passages), None, settings)
        with self._changing:
            self._build_if_due()

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._current.seq

    def __len__(self) -> int:
        return len(self._current)

    def snapshot(self) -> "DenseSnapshot":
        """Return the passages of this moment, for several questions to the same state."""
        return self._current

    def search(self, query: Embeddings, k: int, *, within: frozenset[int] | None = None) -> list[Candidate]:
        """Search the passages of this moment; see `DenseSnapshot.search`."""
        return self._current.search(query, k, within=within)

    def update(self, changes: Changes) -> None:
        """Replace the rows of each changed statement by those it has now; older changes are ignored."""
        with self._changing:
            now = self._current
            if changes.seq <= now.seq:
                return
            changed = [one.statement_key for one in changes.statements]
            unchanged = now.passages[:, ~np.isin(now.passages[_STATEMENT], changed)]
            passages = np.hstack([unchanged, self._append(changes.statements)])
            lists = now.lists
            removed = len(self._matrix) - passages.shape[1]
            is_worth_dropping = removed > max(self._settings.max_changes, passages.shape[1] // 4)
            if is_worth_dropping and self._builder is None:  # what is built counts the rows of now
                if lists is not None:
                    lists = replace(lists, covered=int(np.count_nonzero(passages[_ROW] < lists.covered)))
                passages = passages[:, np.argsort(passages[_ROW])]
                self._matrix.keep(passages[_ROW])
                passages[_ROW] = np.arange(len(self._matrix))
            self._current = _make_snapshot(changes.seq, self._matrix.view(), passages, lists, self._settings)
            self._build_if_due()

    def wait(self, timeout_seconds: float | None = None) -> bool:
        """Wait until nothing is being built; return whether that came in time."""
        builder = self._builder
        while builder is not None:
            builder.join(timeout_seconds)
            if builder.is_alive():
                return False
            builder = self._builder
        return True

    def close(self) -> None:
        """Stop building and wait for the thread to end. The index can still be searched and updated."""
        self._closing.set()
        self.wait()

    def _append(self, statements: Iterable[StatementRows]) -> _Integers:
        """Append the rows of some statements; return their passages, (3, n)."""
        filled = [one for one in statements if one.passages]
        first = len(self._matrix)
        if filled:
            self._matrix.append(np.concatenate([one.vectors for one in filled]))
        known = [(key, one.statement_key) for one in filled for key in one.passage_keys]
        keys, owners = np.array(known, dtype=np.int64).reshape(-1, 2).T
        return np.stack([keys, owners, np.arange(first, len(self._matrix))])

    def _build_if_due(self) -> None:
        now = self._current
        is_due = now.needs_lists and len(now.unlisted) >= self._retry_above
        if is_due and self._builder is None and not self._closing.is_set():
            self._builder = threading.Thread(target=self._build, args=(now,), name="dense-index-builder", daemon=True)
            self._builder.start()

    def _build(self, start: "DenseSnapshot") -> None:
        """Build lists of the passages of a snapshot, and give them to the present one."""
        import faiss

        faiss.omp_set_num_threads(1)  # of this thread only: other processors are left to the searches
        lists: _Lists | None = None
        try:
            lists = _build_lists(start, self._train, self._closing)
        except Exception:
            _logger.exception("Building the lists of %d passages failed; retrying after further changes.", len(start))
        with self._changing:
            self._builder = None
            if lists is None:
                self._retry_above = len(start.unlisted) + self._settings.max_changes
                return
            self._retry_above = 0
            now = self._current
            self._current = _make_snapshot(now.seq, now.vectors, now.passages, lists, self._settings)
            self._build_if_due()


@dataclass(frozen=True, slots=True)
class DenseSnapshot:
    """The passages of one moment; never changed."""

    seq: int
    vectors: _Rows  # (rows, d), of removed passages too
    passages: _Integers  # (3, n), in the order of their keys
    lists: _Lists | None
    unlisted: _Integers  # the passages that the lists lack, as places in `passages`
    settings: IndexSettings

    def __len__(self) -> int:
        return len(self.passages[_KEY])

    def search(self, query: Embeddings, k: int, *, within: frozenset[int] | None = None) -> list[Candidate]:
        """Return the `k` passages closest to `query`, (d,) unit length: best first, ties by the lower key.

        Where `within` is given, only passages of the statements with these keys are searched.
        """
        if k <= 0 or not len(self):
            return []
        self._check_shape(query)
        places: _Integers | None = None
        if within is not None:
            places = np.flatnonzero(np.isin(self.passages[_STATEMENT], np.fromiter(within, dtype=np.int64)))
        elif self.lists is not None:
            listed = self._search_lists(self.lists, query, k)
            places = listed if len(listed) >= k else None
        return self._rank(query, k, places)

    def similarities(self, query: Embeddings, keys: Sequence[int]) -> Embeddings:
        """Return the similarity of each of some passages to `query`, (len(keys),); NaN for one that is removed."""
        found = np.full(len(keys), np.nan, dtype=np.float32)
        if len(self) and len(keys):
            self._check_shape(query)
            places, is_there = self._locate(np.asarray(keys, dtype=np.int64))
            found[is_there] = self._compare_exactly(query, places[is_there])
        return found

    @property
    def needs_lists(self) -> bool:
        """Whether lists are missing, lack many passages, or must be trained again."""
        is_current = self.lists is not None and not self.is_outdated(self.lists)
        is_small = len(self) <= self.settings.exact_limit
        return not is_small and not (is_current and len(self.unlisted) <= self.settings.max_changes)

    def is_outdated(self, lists: _Lists) -> bool:
        """Return whether a tenth of what the lists hold is removed, or passages have doubled since their training."""
        held = lists.index.ntotal
        removed = held - (len(self) - len(self.unlisted))
        return bool(removed > max(self.settings.max_changes, held // 10) or len(self) > 2 * lists.trained_for)

    def _search_lists(self, lists: _Lists, query: Embeddings, k: int) -> _Integers:
        """Return the places of passages among which the `k` closest probably are."""
        import faiss

        # faiss adds the argument at import.
        parameters = faiss.SearchParametersIVF(nprobe=self.settings.probed_lists)  # type: ignore[call-arg]
        _, keys = lists.index.search(query[np.newaxis], max(self.settings.rescored, 4 * k), params=parameters)
        places, is_there = self._locate(keys[0])
        return np.union1d(places[is_there], self.unlisted)

    def _locate(self, keys: _Integers) -> tuple[_Integers, NDArray[np.bool_]]:
        """Return for each key its place in `passages`, and whether it is there."""
        places = np.minimum(np.searchsorted(self.passages[_KEY], keys), len(self) - 1)
        return places, self.passages[_KEY, places] == keys

    def _rank(self, query: Embeddings, k: int, places: _Integers | None) -> list[Candidate]:
        """Return the `k` closest of some passages, or of all."""
        chosen = np.arange(len(self)) if places is None else places
        if len(chosen) > k:
            similarities = self._compare(query, chosen)
            chosen = chosen[similarities >= np.partition(similarities, -k)[-k] - _ROUNDING]
        exact = self._compare_exactly(query, chosen)
        best = np.argsort(-exact, kind="stable")[:k]  # passages are in the order of their keys
        pairs = zip(self.passages[_KEY, chosen[best]].tolist(), exact[best].tolist(), strict=True)
        return [Candidate(key, similarity) for key, similarity in pairs]

    def _compare(self, query: Embeddings, places: _Integers) -> Embeddings:
        """Return similarities whose last digits depend on how the rows are summed."""
        rows = self.passages[_ROW, places]
        is_sparse = len(rows) <= _SPARSE * len(self.vectors)
        return _multiply(self.vectors[rows], query) if is_sparse else _multiply(self.vectors, query)[rows]

    def _compare_exactly(self, query: Embeddings, places: _Integers) -> Embeddings:
        """Return similarities that depend on nothing but the embeddings, so that copies of a passage are ties."""
        wide = self.vectors[self.passages[_ROW, places]].astype(np.float64)
        found: Embeddings = np.vecdot(wide, query.astype(np.float64)).astype(np.float32)
        return found

    def _check_shape(self, query: Embeddings) -> None:
        if query.shape != self.vectors.shape[1:]:
            raise ValueError(f"expected a query of shape {self.vectors.shape[1:]}, got {query.shape}")


class _GrowingMatrix:
    """Rows that are appended to and never changed, so that earlier views stay as they are.

    They are float32 up to `exact_limit` rows, float16 above.
    """

    def __init__(self, exact_limit: int) -> None:
        self._exact_limit = exact_limit
        self._buffer: NDArray[Any] = np.empty((0, 0), dtype=np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def view(self) -> _Rows:
        return self._buffer[: self._count]

    def append(self, vectors: Embeddings) -> None:
        count = self._count + len(vectors)
        dtype = np.float16 if count > self._exact_limit else self._buffer.dtype
        if count > len(self._buffer) or dtype != self._buffer.dtype:
            # What is not written to yet takes no memory.
            grown = np.empty((count + max(1_000, count // 2), vectors.shape[1]), dtype=dtype)
            grown[: self._count] = self.view() if self._count else 0
            self._buffer = grown
        self._buffer[self._count : count] = vectors
        self._count = count

    def keep(self, rows: _Integers) -> None:
        """Drop all other rows."""
        dtype = np.float16 if len(rows) > self._exact_limit else np.float32
        self._buffer = self._buffer[rows].astype(dtype)
        self._count = len(rows)


def _build_lists(start: DenseSnapshot, train: TrainLists, closing: threading.Event) -> _Lists | None:
    """Return lists of all passages of a snapshot, extended or trained again; None where the index was closed."""
    import faiss

    if start.lists is None or start.is_outdated(start.lists):
        index, added = train(start.vectors, start.settings), start.passages
        trained_for = len(start)
    else:
        index, added = faiss.clone_index(start.lists.index), start.passages[:, start.unlisted]
        trained_for = start.lists.trained_for
    for first in range(0, added.shape[1], _PORTION):
        if closing.is_set():
            return None
        keys, _, rows = added[:, first : first + _PORTION]
        index.add_with_ids(start.vectors[rows].astype(np.float32), keys)
    return _Lists(index, trained_for, len(start.vectors))


def _make_snapshot(
    seq: int, vectors: _Rows, passages: _Integers, lists: _Lists | None, settings: IndexSettings
) -> DenseSnapshot:
    """Return a snapshot of passages, (3, n), in any order."""
    passages = passages[:, np.argsort(passages[_KEY], kind="stable")]
    if passages.shape[1] <= settings.exact_limit:
        lists = None
    covered = lists.covered if lists is not None else 0
    return DenseSnapshot(seq, vectors, passages, lists, np.flatnonzero(passages[_ROW] >= covered), settings)


def _multiply(rows: _Rows, query: Embeddings) -> Embeddings:
    """Return the product of every row with `query`.

    Row by row on this thread: a product of matrices takes half the time on idle processors, but waits for its second
    thread where another search runs there (0.5 ms against 7 ms over 10,000 rows).
    """
    found: Embeddings = np.empty(len(rows), dtype=np.float32)
    for first in range(0, len(rows), _PORTION):
        portion = rows[first : first + _PORTION]
        found[first : first + _PORTION] = np.vecdot(portion if portion.dtype == np.float32 else widen(portion), query)
    return found
