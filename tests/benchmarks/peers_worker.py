"""One peer at work, in a process of its own; what it measured goes to standard output as one line of JSON.

    python -m tests.benchmarks.peers_worker start|work PEER WORK.json STARTED

`STARTED` is the time in seconds since 1970 at which the process was started, so that the interpreter counts too.
"""

import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import read_memory
from tests.benchmarks.peers_adapters import PEERS, Peer, find_model
from tests.benchmarks.peers_data import Work

_WARM_UP_QUESTIONS = 20


def measure_start(peer: Peer, work: Work, started: float) -> dict[str, Any]:
    """Return how long it took until a first question was answered, over one paragraph."""
    peer.add(work.units[:1])
    peer.ask(work.questions[0].text)
    return {"start_seconds": time.time() - started}


def measure_work(peer: Peer, work: Work) -> dict[str, Any]:
    """Return the time to index all paragraphs and to answer each question, and what was found; warm, one at a time."""
    began = time.perf_counter()
    peer.add(work.units)
    index_seconds = time.perf_counter() - began
    for question in work.questions[:_WARM_UP_QUESTIONS]:
        peer.ask(question.text)
    milliseconds, rankings = [], {}
    for question in work.questions:
        began = time.perf_counter()
        found = peer.ask(question.text)
        milliseconds.append((time.perf_counter() - began) * 1000)
        rankings[question.id] = found
    return {
        "index_seconds": index_seconds,
        "question_milliseconds": milliseconds,
        "rankings": rankings,
        "peak_bytes": read_memory("VmHWM"),
        "resident_bytes": read_memory("VmRSS"),
    }


def main(kind: str, name: str, work_file: str, started: str) -> None:
    """Measure one peer and print the figures."""
    entry, work = PEERS[name], Work.read(Path(work_file))
    # What libraries print must not mix with the figures.
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        peer = entry.make(find_model(), Path(folder))
        figures = measure_start(peer, work, float(started)) if kind == "start" else measure_work(peer, work)
    sys.stdout.write(json.dumps({"label": entry.label, **figures}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
