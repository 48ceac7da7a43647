"""Embeddings in memory and the search over them, exact or approximate by their number. The one door to faiss.

It is imported where it is used: up to 100,000 passages nothing needs it, and its import takes 60 ms.
"""

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings, widen
from index.corpus.store import Changes, StatementRows

if TYPE_CHECKING:
    import faiss

_logger = logging.getLogger(__name__)

_EXACT_LIMIT = 100_000
"""Passages up to which every search is exact, over float32 rows.

Measured beside other work on two cores, 384 dimensions, k = 10: 0.07 ms a search over 1,000 passages, 0.6 ms over
10,000, 7 ms over 100,000. The approximate form would take 0.8 ms over 100,000.
"""

_FOLD_FRACTION = 0.1
_FOLD_MINIMUM = 1_000
_FOLD_MAXIMUM = 5_000
"""The tail is folded into the base when it outgrows a tenth of it, within these bounds. It is searched row by row, at
0.3 ms for 5,000 rows; folding them into a million takes seconds, in the thread beside.
"""

_PASSAGES_PER_LIST = 500
_PROBED_LISTS = 384
_RESCORED = 1_600
_RESCORED_PER_RESULT = 4
"""How the approximate form looks: in which share of the lists, and how many of what it finds are scored anew.

Chosen by recall@10 against exact search: 1,000,000 rows of 384 dimensions drawn around 12,787 real paragraphs
(`tests/embeddings.py`), 500 real questions, one thread, beside other work; 2,048 lists of which `probed` are looked
through, the best of the first pass scored anew in float16, which takes another 768 MB. Building took 2 to 3 minutes
of processor time whatever the code; its size is counted, not measured.

code of the first pass              size  probed  scored anew  recall@10  p50
4 bits for 2 dimensions (chosen)  104 MB      64          200       .985  0.7 ms
                                             128          200       .994  1.0 ms
                                             256          200       .997  1.8 ms
4 bits for 4 dimensions            56 MB     128          200       .978  0.9 ms
                                             256          400       .990  1.5 ms
8 bits for each dimension         392 MB      64          100       .985  2.0 ms
                                             128          100       .994  3.7 ms

A graph (HNSW, 32 links over 8 bits) was measured over 100,000 rows only: .989 in 0.7 ms, and 21 s of processor time to
build where this code takes 12 s and, with 128 of 200 lists, reaches .999 in 0.65 ms.

Where rows lie closer together, more must be looked at. 1,000,000 rows drawn around 340 paragraphs, some 3,000 near
copies of each (`tests.benchmarks.growth`), 58 questions about them and 200 about other things, k = 10:

probed  scored anew  recall@10  about other things  p50
   192          200       .964                .907  1.1 ms
   192          800       .995                .948  1.6 ms
   256        1,600       .997                .963  2.0 ms
   384          800       .995                .978  2.2 ms
   384        1,600       .997                .982  2.6 ms (chosen)
   512        1,600       .997                .989  3.2 ms
"""

_TRAINED_PER_LIST = 64
_TRAINING_ROUNDS = 10
"""Rows and rounds of k-means that place the lists."""

_OUTGROWN = 2
"""Lists are placed anew when the base has grown to this many times what they were placed for."""

_BUILD_PORTION = 20_000
"""Rows worked on at once while building: 30 MB at 384 dimensions, and the time until a close is noticed."""

_SCATTERED_FRACTION = 0.05
"""Up to this share of the rows, picking them is faster than reading past all others."""

_DOUBT = 4e-6
"""Two orders of summing the products of unit rows in float32 differ by less, at 1,024 dimensions too."""

_TIES = 16
"""Rows looked at beyond the `k` wanted, so that ties at the end of the ranking are seen at the first try."""

_Rows = NDArray[np.int64]
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in one ranking: its key in the store and its cosine similarity in [-1, 1]."""

    key: int
    similarity: float


class DenseIndex:
    """Passages by the cosine similarity of their embeddings; kept current from the store's changes.

    Up to 100,000 passages a search is exact. Above, it looks through the nearest of many lists and scores what it
    finds there anew; until those lists are built, in a thread beside, it is exact. A search `within` statements is
    exact always, and `k` passages are found wherever there are `k`.

    Searches run without a lock on a snapshot that is never changed; a change makes a new one, in which only the tail
    is new until the thread has folded it into the base. Above 100,000 passages the base keeps its rows in float16,
    which moves a similarity by 2e-5 at most.
    """

    def __init__(self, portions: Iterable[Changes]) -> None:
        """Fill the index from portions of one snapshot of the store."""
        self._changing = threading.Lock()
        self._since: dict[int, _Piece] = {}  # what changed while a base is being built
        self._builder: threading.Thread | None = None
        self._patience = 0  # changed rows to wait for after a failed build
        self._closing = threading.Event()
        base, seq = _fill(portions)
        self._current = DenseSnapshot(seq, base, _make_part([]), {}, np.ones(len(base), dtype=np.bool_))
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
        """Return the `k` passages closest to `query`, (d,) unit length: best first, ties by the lower key.

        Where `within` is given, only passages of the statements with these keys are looked at.
        """
        return self._current.search(query, k, within=within)

    def similarities(self, query: Embeddings, keys: Sequence[int]) -> Embeddings:
        """Return the similarity of each of some passages to `query`, (len(keys),); NaN for one that is gone."""
        return self._current.similarities(query, keys)

    def update(self, changes: Changes) -> None:
        """Take up what changed in the store: for each statement concerned, the rows it has now."""
        with self._changing:
            if changes.seq <= self._current.seq:
                return
            pieces = {one.statement_key: _Piece.from_rows(one) for one in changes.statements}
            self._current = self._current.with_changes(pieces, changes.seq)
            if self._builder is not None:
                self._since.update(pieces)
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
        """Give up what is being built and wait for its end. The index can still be searched and updated."""
        self._closing.set()
        self.wait()

    def _build_if_due(self) -> None:
        due = self._current.needs_build and self._current.changed_rows >= self._patience
        if due and self._builder is None and not self._closing.is_set():
            self._since = {}
            self._builder = threading.Thread(
                target=self._build, args=(self._current,), name="dense-index-builder", daemon=True
            )
            self._builder.start()

    def _build(self, start: "DenseSnapshot") -> None:
        """Put a new base in place of one snapshot's base and tail, and what changed meanwhile on top of it."""
        import faiss

        # For this thread only: the other core is left to the searches.
        faiss.omp_set_num_threads(1)
        built: DenseSnapshot | None = None
        try:
            built = start.with_base_built(self._closing)
        except _ClosedError:
            pass
        except Exception:
            _logger.exception(
                "The dense index could not take %d passages anew: it serves as it is, and tries again later.",
                len(start),
            )
        with self._changing:
            if built is not None:
                self._current = built.with_changes(self._since, self._current.seq)
            self._patience = 0 if built is not None else max(_FOLD_MINIMUM, 2 * start.changed_rows)
            self._since = {}
            self._builder = None
            self._build_if_due()


@dataclass(frozen=True, slots=True)
class DenseSnapshot:
    """The passages of one moment. Everything a search needs: it sees all of a change or nothing of it."""

    seq: int
    _base: "_Part"
    _tail: "_Part"
    _pieces: Mapping[int, "_Piece"]  # the tail by statement
    _counted: _Mask  # the rows of the base that still count

    def __len__(self) -> int:
        return int(np.count_nonzero(self._counted)) + len(self._tail)

    def search(self, query: Embeddings, k: int, *, within: frozenset[int] | None = None) -> list[Candidate]:
        """Return the `k` passages closest to `query`, (d,) unit length: best first, ties by the lower key.

        Where `within` is given, only passages of the statements with these keys are looked at.
        """
        if k <= 0:
            return []
        found = self._base.search(query, k, counted=self._counted, within=within)
        found += self._tail.search(query, k, counted=None, within=within)
        return sorted(found, key=lambda one: (-one.similarity, one.key))[:k]

    def similarities(self, query: Embeddings, keys: Sequence[int]) -> Embeddings:
        """Return the similarity of each of some passages to `query`, (len(keys),); NaN for one that is gone."""
        found = np.full(len(keys), np.nan, dtype=np.float32)
        wanted = np.asarray(keys, dtype=np.int64)
        for part, counted in ((self._base, self._counted), (self._tail, None)):
            places, rows = part.find(wanted)
            if counted is not None:
                places, rows = places[counted[rows]], rows[counted[rows]]
            if len(rows):
                found[places] = part.score(query, rows)
        return found

    @property
    def changed_rows(self) -> int:
        """The rows in the tail and those of the base that no longer count."""
        return len(self._tail) + len(self._counted) - int(np.count_nonzero(self._counted))

    @property
    def needs_build(self) -> bool:
        """Whether the base is worth making anew."""
        bound = min(max(_FOLD_MINIMUM, _FOLD_FRACTION * len(self._base)), _FOLD_MAXIMUM)
        lists_are_missing = len(self._base) > _EXACT_LIMIT and self._base.lists is None
        return lists_are_missing or len(self._tail) > bound or self._gone > max(bound, _FOLD_FRACTION * len(self._base))

    @property
    def _gone(self) -> int:
        return len(self._counted) - int(np.count_nonzero(self._counted))

    def with_changes(self, pieces: Mapping[int, "_Piece"], seq: int) -> "DenseSnapshot":
        """Return the snapshot after some statements have got other rows, or none."""
        tail = {key: piece for key, piece in self._pieces.items() if key not in pieces}
        tail |= {key: piece for key, piece in pieces.items() if len(piece.keys)}
        rows = self._base.rows_within(pieces.keys())
        counted = self._counted
        if len(rows):
            counted = counted.copy()
            counted[rows] = False
        return DenseSnapshot(seq, self._base, _make_part(list(tail.items())), tail, counted)

    def with_base_built(self, closing: threading.Event) -> "DenseSnapshot":
        """Return the same passages with all of them in the base, in the form that fits their number.

        Rows that no longer count stay in a base that has lists until they are a tenth of it.

        Raises:
            _ClosedError: `closing` was set meanwhile.
        """
        size = len(self._counted) + len(self._tail)
        lists = self._base.lists
        is_kept = lists is not None and size <= _OUTGROWN * lists.trained_for
        if is_kept and self._gone <= _FOLD_FRACTION * len(self._base):
            base = _join(self._base, np.arange(len(self._base)), self._tail)
            counted = np.concatenate([self._counted, np.ones(len(self._tail), dtype=np.bool_)])
        else:
            base = _join(self._base, np.flatnonzero(self._counted), self._tail)
            counted = np.ones(len(base), dtype=np.bool_)
            lists = None
        if len(base) > _EXACT_LIMIT:
            base = replace(base, lists=_extend_lists(lists, base, closing))
        return DenseSnapshot(self.seq, base, _make_part([]), {}, counted)


class _ClosedError(Exception):
    """The index was closed while a base was being built."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """The rows of one statement: the keys of its passages, and their embeddings, (n, d)."""

    keys: _Rows
    vectors: Embeddings

    @classmethod
    def from_rows(cls, rows: StatementRows) -> "_Piece":
        return cls(np.array(rows.passage_keys, dtype=np.int64), rows.vectors)


class _Matrix(Protocol):
    """Embeddings by row."""

    def __len__(self) -> int: ...

    @property
    def dimensions(self) -> int: ...

    def take(self, rows: _Rows | slice) -> NDArray[np.float16] | Embeddings:
        """Return some rows."""
        ...

    def take_wide(self, rows: _Rows) -> Embeddings:
        """Return some rows in float32."""
        ...

    def find_nearest(self, query: Embeddings, count: int, counted: _Mask | None) -> tuple[_Rows, float]:
        """Return the `count` nearest rows that count, in no order, and the similarity that all others are below."""
        ...


class _FullMatrix:
    """Embeddings in float32."""

    def __init__(self, vectors: Embeddings) -> None:
        self._vectors = vectors
        self.dimensions = vectors.shape[1]

    def __len__(self) -> int:
        return len(self._vectors)

    def take(self, rows: _Rows | slice) -> Embeddings:
        return self._vectors[rows]

    def take_wide(self, rows: _Rows) -> Embeddings:
        return self._vectors[rows]

    def find_nearest(self, query: Embeddings, count: int, counted: _Mask | None) -> tuple[_Rows, float]:
        # Row by row on this thread. The product of matrix and query takes half the time on two idle cores (10,000 rows:
        # 0.26 ms against 0.49 ms), but waits for its second thread where something else runs there: 7 ms.
        similarities = np.vecdot(self._vectors, query)
        if counted is not None and not counted.all():
            similarities[~counted] = -np.inf
        if count >= len(similarities):
            return np.flatnonzero(similarities > -np.inf), -np.inf
        rows = np.argpartition(similarities, -count)[-count:]
        lowest = float(similarities[rows].min())
        return rows[similarities[rows] > -np.inf], lowest


class _HalfMatrix:
    """Embeddings in float16, kept by faiss, which can search them as they are."""

    def __init__(self, dimensions: int) -> None:
        import faiss

        self.dimensions = dimensions
        self._index = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)

    @classmethod
    def from_portions(cls, dimensions: int, count: int, portions: Iterable[NDArray[np.floating]]) -> "_HalfMatrix":
        """Return a matrix of `count` rows, given in portions; they take no more memory than they need at the end."""
        matrix = cls(dimensions)
        matrix._resize(count)
        kept = matrix._view()
        start = 0
        for portion in portions:
            kept[start : start + len(portion)] = portion
            start += len(portion)
        return matrix

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Embeddings) -> None:
        """Add rows; only before anyone else has the matrix."""
        start = len(self)
        self._resize(start + len(vectors))
        self._view()[start:] = vectors

    def take(self, rows: _Rows | slice) -> NDArray[np.float16]:
        return self._view()[rows]

    def take_wide(self, rows: _Rows) -> Embeddings:
        return widen(self._view()[rows])

    def find_nearest(self, query: Embeddings, count: int, counted: _Mask | None) -> tuple[_Rows, float]:
        import faiss

        # It adds the argument at import.
        parameters = faiss.SearchParameters(sel=_selector(counted))  # type: ignore[call-arg]
        similarities, rows = self._index.search(query[np.newaxis], min(count, len(self)), params=parameters)
        found = rows[0] >= 0
        lowest = float(similarities[0][-1]) if found.all() and count < len(self) else -np.inf
        return rows[0][found], lowest

    def _resize(self, count: int) -> None:
        self._index.codes.resize(count * self._index.code_size)
        self._index.ntotal = count

    def _view(self) -> NDArray[np.float16]:
        import faiss

        codes = faiss.rev_swig_ptr(self._index.codes.data(), len(self) * self._index.code_size)
        view: NDArray[np.float16] = codes.view(np.float16).reshape(len(self), self.dimensions)
        return view


@dataclass(frozen=True, slots=True)
class _Lists:
    """Rows by the nearest of many centres, each in a code that faiss compares 32 at a time (product quantisation)."""

    index: "faiss.Index"
    trained_for: int  # rows there were when the centres were placed

    def find_nearest(self, query: Embeddings, count: int, counted: _Mask | None) -> _Rows:
        """Return about `count` of the nearest rows that count, in no order."""
        import faiss

        # It adds the arguments at import.
        parameters = faiss.SearchParametersIVF(nprobe=_PROBED_LISTS, sel=_selector(counted))  # type: ignore[call-arg]
        _, rows = self.index.search(query[np.newaxis], count, params=parameters)
        found: _Rows = rows[0][rows[0] >= 0]
        return found


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows with what each row is; never changed once made."""

    matrix: _Matrix
    keys: _Rows  # (n,) the passage of each row
    statements: _Rows  # (n,) the statement of each row
    by_key: _Rows  # the rows in the order of their keys
    by_statement: _Rows  # the rows in the order of their statements
    lists: _Lists | None = None

    def __len__(self) -> int:
        return len(self.keys)

    def search(
        self, query: Embeddings, k: int, *, counted: _Mask | None, within: frozenset[int] | None
    ) -> list[Candidate]:
        """Return the `k` best of the rows that count and are of the statements asked for, best first."""
        if not len(self):
            return []
        self._check(query)
        if within is not None:
            return self._search_within(query, k, counted, within)
        if self.lists is not None:
            rows = self.lists.find_nearest(query, max(_RESCORED, _RESCORED_PER_RESULT * k), counted)
            if len(rows) >= k:
                return self._rank(query, self._narrow(query, rows, k), k)
        return self._search_all(query, k, counted)

    def find(self, keys: _Rows) -> tuple[_Rows, _Rows]:
        """Return where in `keys` the passages are that the part has, and their rows."""
        if not len(self):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        places = np.searchsorted(self.keys, keys, sorter=self.by_key)
        rows = self.by_key[np.minimum(places, len(self) - 1)]
        is_found = self.keys[rows] == keys
        return np.flatnonzero(is_found), rows[is_found]

    def rows_within(self, statements: Iterable[int]) -> _Rows:
        """Return the rows of some statements."""
        wanted = np.unique(np.fromiter(statements, dtype=np.int64))
        starts = np.searchsorted(self.statements, wanted, side="left", sorter=self.by_statement)
        ends = np.searchsorted(self.statements, wanted, side="right", sorter=self.by_statement)
        spans = [self.by_statement[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)

    def score(self, query: Embeddings, rows: _Rows) -> Embeddings:
        """Return the similarity of some rows to the query, the same wherever in whichever part a row is.

        In float64 and row by row: the last digits of a product of a matrix depend on where in it a row stands, and
        copies of a paragraph would no longer be ties.
        """
        self._check(query)
        wide = query.astype(np.float64)
        portions = [
            np.vecdot(self.matrix.take(rows[start : start + _BUILD_PORTION]).astype(np.float64), wide)
            for start in range(0, len(rows), _BUILD_PORTION)
        ]
        return np.concatenate(portions or [np.empty(0)]).astype(np.float32)

    def _search_within(
        self, query: Embeddings, k: int, counted: _Mask | None, within: frozenset[int]
    ) -> list[Candidate]:
        rows = self.rows_within(within)
        if counted is not None:
            rows = rows[counted[rows]]
        if len(rows) <= max(_SCATTERED_FRACTION * len(self), k):
            return self._rank(query, rows, k)
        chosen = np.zeros(len(self), dtype=np.bool_)
        chosen[rows] = True
        return self._search_all(query, k, chosen)

    def _search_all(self, query: Embeddings, k: int, counted: _Mask | None) -> list[Candidate]:
        """Return the `k` best of the rows that count: as many are looked at as can be among them."""
        count = k + _TIES
        while True:
            rows, lowest = self.matrix.find_nearest(query, count, counted)
            ranked = self._rank(query, rows, k)
            if lowest == -np.inf or lowest < ranked[-1].similarity - _DOUBT:
                return ranked
            count *= 4

    def _narrow(self, query: Embeddings, rows: _Rows, k: int) -> _Rows:
        """Return the rows that can be among the `k` best of some, which are at least as many."""
        similarities = np.vecdot(self.matrix.take_wide(rows), query)
        chosen: _Rows = rows[similarities >= np.partition(similarities, -k)[-k] - _DOUBT]
        return chosen

    def _rank(self, query: Embeddings, rows: _Rows, k: int) -> list[Candidate]:
        similarities = self.score(query, rows)
        keys = self.keys[rows]
        best = np.lexsort((keys, -similarities))[:k]
        return [
            Candidate(key, similarity)
            for key, similarity in zip(keys[best].tolist(), similarities[best].tolist(), strict=True)
        ]

    def _check(self, query: Embeddings) -> None:
        if query.shape != (self.matrix.dimensions,):
            raise ValueError(f"expected a query of shape ({self.matrix.dimensions},), got {query.shape}")


def _fill(portions: Iterable[Changes]) -> tuple[_Part, int]:
    """Return a part of all rows, without lists, and the `seq` of their snapshot.

    What else a portion holds of its statements is let go with it.
    """
    seq = 0
    keys: list[_Rows] = []
    statements: list[_Rows] = []
    filling = _Filling()
    for portion in portions:
        seq = portion.seq
        filled = [one for one in portion.statements if one.passages]
        if not filled:
            continue
        filling.add(np.concatenate([one.vectors for one in filled]))
        keys.append(np.array([key for one in filled for key in one.passage_keys], dtype=np.int64))
        statements.append(np.array([one.statement_key for one in filled for _ in one.passages], dtype=np.int64))
    return _describe(filling.finish(), _concatenate_keys(keys), _concatenate_keys(statements)), seq


class _Filling:
    """A matrix that grows by portions, in float16 as soon as it is too large for exact search.

    Rows go to their place at once: thousands of small arrays kept until the end would leave the process twice as
    large, since the allocator returns little of what they were spread over.
    """

    def __init__(self) -> None:
        self._buffer = np.empty((0, 0), dtype=np.float32)
        self._count = 0
        self._half: _HalfMatrix | None = None

    def add(self, vectors: Embeddings) -> None:
        count = self._count + len(vectors)
        if self._half is None and count > _EXACT_LIMIT:
            self._half = _HalfMatrix(vectors.shape[1])
            self._half.add(self._buffer[: self._count].reshape(self._count, vectors.shape[1]))
            self._buffer = self._buffer[:0]
        if self._half is not None:
            self._half.add(vectors)
        else:
            if count > len(self._buffer):
                grown = np.empty((2 * count, vectors.shape[1]), dtype=np.float32)
                grown[: self._count] = self._buffer[: self._count].reshape(self._count, vectors.shape[1])
                self._buffer = grown
            self._buffer[self._count : count] = vectors
        self._count = count

    def finish(self) -> _Matrix:
        return self._half or _FullMatrix(self._buffer[: self._count].copy())


def _make_part(pieces: Sequence[tuple[int, _Piece]]) -> _Part:
    return _describe(
        _FullMatrix(_concatenate([piece.vectors for _, piece in pieces])),
        _concatenate_keys([piece.keys for _, piece in pieces]),
        _concatenate_keys([np.full(len(piece.keys), statement) for statement, piece in pieces]),
    )


def _describe(matrix: _Matrix, keys: _Rows, statements: _Rows) -> _Part:
    by_key = np.argsort(keys, kind="stable")
    return _Part(matrix, keys, statements, by_key, np.argsort(statements, kind="stable"))


def _concatenate(vectors: Sequence[Embeddings]) -> Embeddings:
    if not vectors:
        return np.empty((0, 0), dtype=np.float32)
    return np.ascontiguousarray(np.concatenate(vectors), dtype=np.float32)


def _concatenate_keys(keys: Sequence[_Rows]) -> _Rows:
    return np.concatenate(keys) if keys else np.empty(0, dtype=np.int64)


def _join(base: _Part, rows: _Rows, tail: _Part) -> _Part:
    """Return one part, without lists, of some rows of the base, in order, and all of the tail."""
    if len(rows) == len(base) and not len(tail):
        return replace(base, lists=None)
    keys = np.concatenate([base.keys[rows], tail.keys])
    statements = np.concatenate([base.statements[rows], tail.statements])
    portions = [
        (part, chosen[start : start + _BUILD_PORTION])
        for part, chosen in ((base, rows), (tail, np.arange(len(tail))))
        for start in range(0, len(chosen), _BUILD_PORTION)
    ]
    taken = (part.matrix.take(chosen) for part, chosen in portions)
    matrix: _Matrix
    if len(keys) > _EXACT_LIMIT:
        dimensions = (base if len(base) else tail).matrix.dimensions
        matrix = _HalfMatrix.from_portions(dimensions, len(keys), taken)
    else:
        matrix = _FullMatrix(_concatenate([portion.astype(np.float32, copy=False) for portion in taken]))
    return _describe(matrix, keys, statements)


def _extend_lists(lists: _Lists | None, part: _Part, closing: threading.Event) -> _Lists:
    """Return lists of all rows of a part, of which some lists already hold the first."""
    import faiss

    index = _train(part.matrix) if lists is None else faiss.clone_index(lists.index)
    trained_for = len(part) if lists is None else lists.trained_for
    for start in range(int(index.ntotal), len(part), _BUILD_PORTION):
        if closing.is_set():
            raise _ClosedError
        index.add(part.matrix.take(slice(start, start + _BUILD_PORTION)).astype(np.float32))
    return _Lists(index, trained_for)


def _train(matrix: _Matrix) -> "faiss.Index":
    """Return empty lists for the rows of a matrix: their centres and their code, from a sample of the rows."""
    import faiss

    dimensions = matrix.dimensions
    count = max(1, len(matrix) // _PASSAGES_PER_LIST)
    # Four bits for two dimensions each: half a byte per pair, and the best first pass of those measured.
    subspaces = dimensions // 2 if dimensions % 2 == 0 else dimensions
    index = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(dimensions), dimensions, count, subspaces, 4, faiss.METRIC_INNER_PRODUCT
    )
    for clustering in (index.cp, index.pq.cp):
        clustering.niter = _TRAINING_ROUNDS
        clustering.min_points_per_centroid = 1  # else faiss prints its advice
    index.cp.spherical = True
    sample = np.random.default_rng(0).permutation(len(matrix))[: max(count * _TRAINED_PER_LIST, 1_000)]
    index.train(matrix.take(np.sort(sample)).astype(np.float32))
    return index


def _selector(counted: _Mask | None) -> "faiss.IDSelector | None":
    if counted is None or counted.all():
        return None
    import faiss

    # faiss takes an array since its import, and keeps it.
    return faiss.IDSelectorBitmap(np.packbits(counted, bitorder="little"))  # type: ignore[call-arg, arg-type]
