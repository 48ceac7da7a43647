"""One size of `growth`, in a process of its own; what it measured goes to standard output as one line of JSON.

python -m tests.benchmarks.growth_worker search|dense FOLDER
"""

import ctypes
import gc
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Library
from index.corpus.embeddings import Embeddings
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import Database, open_database
from index.corpus.store import WHOLE_PASSAGE
from index.evaluation.question_sets import read_questions, read_statements
from index.search.vectors import DenseIndex
from tests.benchmarks.measuring import EVALUATION, find_percentile, read_memory, time_milliseconds

_TIMES = 500
"""Questions timed, at least: one in a hundred is then more than a single one."""

_K = 10
_CANDIDATES = 50
_COMPARED_AT_ONCE = 20_000


def measure_search(folder: Path) -> dict[str, float]:
    """Return the times of whole searches and of their parts, recall, and the memory of the process."""
    questions = read_golden_questions()
    with Library.open(folder) as library:
        began = time.perf_counter()
        library.search(questions[0])
        opening_seconds = time.perf_counter() - began
        searcher, encoder = library._get_searcher(), library._get_encoder()
        began = time.perf_counter()
        searcher._dense.wait()
        building_seconds = time.perf_counter() - began
        gc.collect()
        times = time_milliseconds(library.search, questions, times=_TIMES)
        memory = {"resident_bytes": read_memory("VmRSS"), "peak_bytes": read_memory("VmHWM")}
        embeddings = [encoder.encode_query(question) for question in questions]
        found = [[one.key for one in searcher._dense.search(embedding, _K)] for embedding in embeddings]
        return {
            "opening_seconds": opening_seconds,
            "building_seconds": building_seconds,
            "p50_milliseconds": find_percentile(times, 50),
            "p99_milliseconds": find_percentile(times, 99),
            **measure_parts(library, questions),
            "recall_at_10": measure_recall(found, find_exactly(np.stack(embeddings), library.database)),
            **memory,
        }


def measure_parts(library: Library, questions: Sequence[str]) -> dict[str, float]:
    """Return the median times of the parts of a search; what they leave is ranking."""
    searcher, encoder = library._get_searcher(), library._get_encoder()
    dense, terms = searcher._dense, searcher._terms.snapshot()
    embeddings = [encoder.encode_query(question) for question in questions]
    found = [[one.key for one in dense.search(embedding, _K)] for embedding in embeddings]
    times = {
        "encode": time_milliseconds(encoder.encode_query, questions, times=_TIMES),
        "dense": time_milliseconds(lambda one: dense.search(one, _CANDIDATES), embeddings, times=_TIMES),
        "lexical": time_milliseconds(lambda one: terms.search(terms.read(one), _CANDIDATES), questions, times=_TIMES),
        "reading": time_milliseconds(library._store.get_passages, found, times=_TIMES),
    }
    return {f"{part}_p50_milliseconds": find_percentile(several, 50) for part, several in times.items()}


def measure_dense(folder: Path) -> dict[str, float]:
    """Return what the dense index adds to the memory of a process that has nothing else."""
    database = open_database(folder)
    store = SqlStore(database)
    # What faiss and the database keep for themselves is there before.
    DenseIndex(iter(()))
    store.get_seq()
    before = read_memory("VmRSS")
    dense = DenseIndex(store.iterate_rows())
    dense.wait()
    gc.collect()
    # What reading the store left behind is not the index.
    ctypes.CDLL(None).malloc_trim(0)
    after = read_memory("VmRSS")
    database.close()
    return {"dense_bytes": max(after - before, 0)}


def find_exactly(queries: Embeddings, database: Database) -> list[list[int]]:
    """Return for each of `queries`, (q, d), the keys of its ten nearest passages, by comparing it with every one.

    They are compared as the store has them: drawn again, they could differ from what another run has put there.
    """
    similarities = np.empty((len(queries), 0), dtype=np.float32)
    keys = np.empty((len(queries), 0), dtype=np.int64)
    chosen = f"SELECT passage_key, vector FROM embedding WHERE sentence = {WHOLE_PASSAGE} ORDER BY passage_key"
    with database.read() as connection:
        for portion in connection.execution_options(yield_per=_COMPARED_AT_ONCE).exec_driver_sql(chosen).partitions():
            rows = np.stack([np.frombuffer(vector, dtype="<f4") for _, vector in portion])
            here = np.broadcast_to(np.array([key for key, _ in portion]), (len(queries), len(portion)))
            similarities, keys = np.hstack([similarities, queries @ rows.T]), np.hstack([keys, here])
            best = np.argsort(-similarities, axis=1, kind="stable")[:, :_K]
            similarities, keys = np.take_along_axis(similarities, best, 1), np.take_along_axis(keys, best, 1)
    return keys.tolist()


def measure_recall(found: Sequence[Sequence[int]], exact: Sequence[Sequence[int]]) -> float:
    """Return the mean share of the ten nearest that were found."""
    return statistics.fmean(len(set(one) & set(best)) / len(best) for one, best in zip(found, exact, strict=True))


def read_golden_questions() -> list[str]:
    """Return real questions about the bundled statements."""
    statements = read_statements(EVALUATION / "golden_statements.jsonl")
    return [one.text for one in read_questions([EVALUATION / "golden_questions.jsonl"], statements)]


def main(kind: str, folder: str) -> None:
    """Measure and print the figures."""
    figures = measure_dense(Path(folder)) if kind == "dense" else measure_search(Path(folder))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
