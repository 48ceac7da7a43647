"""Time complete lists and counts over 10,000 passages beside a linear scan.

    python -m tests.benchmarks.lookups

The library is made of the bundled statements, repeated with some words altered so that no two copies are alike. The
baseline is what one writes without an index: the pattern run over every passage, the citations found in every text.
It finds the words only: no other forms, no other names, no longer names that hold them.
"""

import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

from index import Answer, bundled_statements
from index.asking import run_request
from index.corpus.documents import read_text
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Statement
from index.engines.citations.engine import CitationsRequest
from index.engines.citations.find import find_citations
from index.engines.corpus import Corpus
from index.engines.mentions.phrases import ScannedText, count_phrase
from index.engines.statement_cache import Held
from index.request import Filters, Request


def run_lookup(request: Request, held: Sequence[Held]) -> Answer:
    """Answer a request from statements, without a search."""
    return run_request(request, Corpus(tuple(held)))


PASSAGES = 10_000
REPEATS = 9
ALTERED_SHARE = 0.05
PHRASES = ("China", "DPRK", "the United States", "sanction", "Security Council", "1718", "Atlantis", "the")
ANSWERS: dict[str, Request] = {
    "every resolution cited": CitationsRequest(),
    "where 2254 is cited": CitationsRequest(number="2254"),
    "resolutions, Syria": CitationsRequest(Filters(about="Syria")),
}
"""Whole answers, with every quotation in them; beside them the citations found anew in every text."""

QUOTED = ("ballistic missile", "strongly condemn")


def make_library() -> list[Statement]:
    """Return statements with 10,000 passages in all: the bundled ones, then altered copies."""
    originals = [read_file(path) for path in bundled_statements()]
    words = sorted({word for document in originals for word in re.findall(r"[a-z]{4,}", document.text)})
    chance = random.Random(7)  # for a library that is the same in every run

    def alter(match: re.Match[str]) -> str:
        return chance.choice(words) if chance.random() < ALTERED_SHARE else match.group()

    made = [parse_statement(document) for document in originals]
    passages = sum(len(statement.passages) for statement in made)
    while passages < PASSAGES:
        document = originals[len(made) % len(originals)]
        text = re.sub(r"\b[a-z]{4,}\b", alter, document.text)
        made.append(parse_statement(read_text(text, document.metadata)))
        passages += len(made[-1].passages)
    return made


def median_milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of several runs, after one to warm up."""
    work()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def scan_passages(made: list[Statement], phrase: str) -> list[tuple[str, int, int]]:
    """Return every occurrence of the bare words, by running a pattern over every passage."""
    pattern = re.compile(rf"\b{re.escape(phrase)}\b", re.IGNORECASE)
    return [
        (passage.id, passage.start + match.start(), passage.start + match.end())
        for statement in made
        for passage in statement.passages
        for match in pattern.finditer(passage.text)
    ]


def print_row(name: str, ours: float, theirs: float) -> None:
    """Print one line of the table."""
    sys.stdout.write(f"{name:32} lookup {ours:9.2f} ms   linear scan {theirs:9.2f} ms   ratio {ours / theirs:.3f}\n")


def main() -> None:
    """Print the table."""
    made = make_library()
    characters = sum(len(statement.text) for statement in made)
    passages = sum(len(statement.passages) for statement in made)
    started = time.perf_counter()
    scanned = [ScannedText(statement) for statement in made]
    preparing = time.perf_counter() - started
    sys.stdout.write(
        f"{len(made)} statements, {passages} passages, {characters / 1e6:.1f} M characters; "
        f"made ready in {preparing:.2f} s\n"
    )
    for phrase in PHRASES:
        ours = median_milliseconds(partial(count_phrase, phrase, scanned))
        theirs = median_milliseconds(partial(scan_passages, made, phrase))
        print_row(f"count {phrase}, names and forms", ours, theirs)
    for phrase in QUOTED:
        ours = median_milliseconds(partial(count_phrase, phrase, scanned, is_exact=True))
        theirs = median_milliseconds(partial(scan_passages, made, phrase))
        print_row(f'count "{phrase}"', ours, theirs)
    held = [Held(key, statement) for key, statement in enumerate(made)]
    for name, request in ANSWERS.items():
        ours = median_milliseconds(partial(run_lookup, request, held))
        theirs = median_milliseconds(lambda: [find_citations(statement.text) for statement in made])
        print_row(f"answer: {name}", ours, theirs)


if __name__ == "__main__":
    main()
