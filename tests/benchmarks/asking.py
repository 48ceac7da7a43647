"""Time a question and the adding of statements beside the same work done by hand.

    python -m tests.benchmarks.asking

The peer is what one writes without Verbatim: sentence-transformers with its defaults, and numpy's dot product over
the paragraphs. It keeps nothing on disk, marks no sentence and encodes no sentence.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from index import Library, bundled_statements
from index.search.encoder import _find_bundled_model

QUESTIONS = (
    "which resolutions are cited?",
    "what do they say about nuclear technology?",
    "can a nuclear war be won?",
    "what do they demand of the Houthis?",
)
REPEATS = 15


def median_milliseconds(work: Callable[[str], object]) -> float:
    """Return the median time of a question after one round to warm up."""
    for question in QUESTIONS:
        work(question)
    times = []
    for _ in range(REPEATS):
        for question in QUESTIONS:
            started = time.perf_counter()
            work(question)
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    model = SentenceTransformer(str(_find_bundled_model()), device="cpu", local_files_only=True)
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        library.warm_up()
        started = time.perf_counter()
        for path in bundled_statements():
            library.add(path)
        adding = time.perf_counter() - started
        statements = [library.get(one.id) for one in library.list_statements()]
        paragraphs = [passage.text for one in statements for passage in one.passages if passage.ordinal]
        sentences = [sentence.text for one in statements for passage in one.passages for sentence in passage.sentences]
        started = time.perf_counter()
        table = model.encode(paragraphs, normalize_embeddings=True)
        by_hand = time.perf_counter() - started
        started = time.perf_counter()
        model.encode(paragraphs + sentences, normalize_embeddings=True)
        with_sentences = time.perf_counter() - started

        def ask_by_hand(question: str) -> object:
            return np.argsort(-(table @ model.encode([question], normalize_embeddings=True)[0]))[:3]

        ours, theirs = median_milliseconds(library.ask), median_milliseconds(ask_by_hand)
    rows = (
        ("ask, median", f"{ours:.1f} ms", f"{theirs:.1f} ms", f"{ours / theirs:.2f}"),
        ("add, paragraphs only by hand", f"{adding:.1f} s", f"{by_hand:.1f} s", f"{adding / by_hand:.2f}"),
        ("add, sentences by hand too", f"{adding:.1f} s", f"{with_sentences:.1f} s", f"{adding / with_sentences:.2f}"),
    )
    sys.stdout.write(f"{len(paragraphs)} paragraphs, {len(sentences)} sentences\n")
    for name, mine, peer, ratio in rows:
        sys.stdout.write(f"{name:32} Verbatim {mine:>9}   by hand {peer:>9}   ratio {ratio}\n")


if __name__ == "__main__":
    main()
