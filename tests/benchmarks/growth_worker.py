"""One size of `growth`, in a process of its own; what it measured goes to standard output as one line of JSON.

python -m tests.benchmarks.growth_worker search|dense SIZE FOLDER REAL.pickle
"""

import ctypes
import gc
import json
import pickle
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Library
from index.corpus.database import open_database
from index.corpus.embeddings import Embeddings
from index.corpus.store import Store
from index.evaluation.question_sets import read_questions, read_statements
from index.search.dense import DenseIndex
from tests.benchmarks.drawn_corpus import SEED, RealText
from tests.benchmarks.measuring import EVALUATION, find_percentile, read_memory, time_milliseconds
from tests.embeddings import draw_around

_TIMES = 500
"""Questions timed, at least: one in a hundred is then more than a single one."""

_K = 10
_CANDIDATES = 50


def measure_search(size: int, real: RealText, folder: Path) -> dict[str, float]:
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
            "recall_at_10": measure_recall(found, find_exactly(np.stack(embeddings), real, size)),
            **memory,
        }


def measure_parts(library: Library, questions: Sequence[str]) -> dict[str, float]:
    """Return the median times of the parts of a search; what they leave is ranking."""
    searcher, encoder = library._get_searcher(), library._get_encoder()
    dense, lexical = searcher._dense, searcher._lexical
    embeddings = [encoder.encode_query(question) for question in questions]
    found = [[one.key for one in dense.search(embedding, _K)] for embedding in embeddings]
    times = {
        "encode": time_milliseconds(encoder.encode_query, questions, times=_TIMES),
        "dense": time_milliseconds(lambda one: dense.search(one, _CANDIDATES), embeddings, times=_TIMES),
        "lexical": time_milliseconds(
            lambda one: lexical.search(lexical.read(one), _CANDIDATES), questions, times=_TIMES
        ),
        "reading": time_milliseconds(library._store.get_passages, found, times=_TIMES),
    }
    return {f"{part}_p50_milliseconds": find_percentile(several, 50) for part, several in times.items()}


def measure_dense(folder: Path) -> dict[str, float]:
    """Return what the dense index adds to the memory of a process that has nothing else."""
    database = open_database(folder)
    store = Store(database)
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


def find_exactly(queries: Embeddings, real: RealText, size: int) -> list[list[int]]:
    """Return for each of `queries`, (q, d), the keys of its ten nearest passages, by comparing it with every one."""
    similarities = np.empty((len(queries), 0), dtype=np.float32)
    keys = np.empty((len(queries), 0), dtype=np.int64)
    first = 1
    for rows in draw_around(real.vectors, size, seed=SEED):
        here = np.broadcast_to(np.arange(first, first + len(rows)), (len(queries), len(rows)))
        first += len(rows)
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


def main(kind: str, size: str, folder: str, real_file: str) -> None:
    """Measure and print the figures."""
    real: RealText = pickle.loads(Path(real_file).read_bytes())  # made by the process that started this one
    figures = measure_dense(Path(folder)) if kind == "dense" else measure_search(int(size), real, Path(folder))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
