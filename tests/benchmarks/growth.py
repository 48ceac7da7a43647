"""How time and memory of a question grow with the number of passages, and what the approximate index misses.

    python -m tests.benchmarks.growth --plot growth.png

Every size is measured in a process of its own, over a drawn corpus in a store as it would be (`drawn_corpus.py` says
how it is drawn). The questions are real; each is asked by itself, warm, by `Library.search`. A million passages take
7 GB of disk for the store, and most of an hour.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index import Library
from tests.benchmarks.drawn_corpus import RealText, fill_store, read_bundled
from tests.benchmarks.measuring import MEBIBYTE, ROOT, format_markdown, format_plain

SIZES = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Growth:
    """What was measured at one size: times in seconds or milliseconds, memory in bytes, recall in [0, 1].

    `p50_…` and `p99_milliseconds` are of whole searches, the others of their parts; `opening_seconds` pass until the
    first answer, `building_seconds` after that until the approximate index serves. `resident_bytes` is the whole
    process, `dense_bytes` what the dense index adds to one that has nothing else.
    """

    passages: int
    opening_seconds: float
    building_seconds: float
    p50_milliseconds: float
    p99_milliseconds: float
    encode_p50_milliseconds: float
    dense_p50_milliseconds: float
    lexical_p50_milliseconds: float
    reading_p50_milliseconds: float
    recall_at_10: float
    resident_bytes: int
    peak_bytes: int
    dense_bytes: int


def measure(size: int, folder: Path) -> Growth:
    """Ask over the store in a folder, in new processes, and return what it took."""
    return Growth(passages=size, **run_alone("search", folder), **run_alone("dense", folder))


def run_alone(kind: str, folder: Path) -> dict[str, Any]:
    """Return what the worker measures, in a process of its own, so that memory is its own too."""
    command = [sys.executable, "-m", "tests.benchmarks.growth_worker", kind, str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


COLUMNS = (
    "passages",
    "question p50",
    "p99",
    "encode",
    "dense",
    "lexical",
    "reading hits",
    "recall@10",
    "memory",
    "dense index",
    "first answer after",
    "index built after",
)


def to_cells(one: Growth) -> tuple[str, ...]:
    """Return one size's line of the table."""
    return (
        f"{one.passages:,}",
        f"{one.p50_milliseconds:.1f} ms",
        f"{one.p99_milliseconds:.1f} ms",
        f"{one.encode_p50_milliseconds:.1f} ms",
        f"{one.dense_p50_milliseconds:.1f} ms",
        f"{one.lexical_p50_milliseconds:.1f} ms",
        f"{one.reading_p50_milliseconds:.1f} ms",
        f"{one.recall_at_10:.3f}",
        f"{one.resident_bytes / MEBIBYTE:,.0f} MiB",
        f"{one.dense_bytes / MEBIBYTE:,.0f} MiB",
        f"{one.opening_seconds:.1f} s",
        f"{one.building_seconds:.0f} s",
    )


def draw(measured: Sequence[Growth], target: Path) -> None:
    """Draw the picture of the README."""
    from tests.benchmarks.plots import Line, draw_growth

    sizes = [one.passages for one in measured]
    times = (
        Line("median", sizes, [one.p50_milliseconds for one in measured]),
        Line("99 of 100 within", sizes, [one.p99_milliseconds for one in measured]),
    )
    memory = (
        Line("whole process", sizes, [one.resident_bytes / MEBIBYTE for one in measured]),
        Line("dense index", sizes, [one.dense_bytes / MEBIBYTE for one in measured]),
    )
    draw_growth(times, memory, target)


def read_arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="numbers of passages")
    parser.add_argument("--stores", type=Path, metavar="FOLDER", help="keep the drawn stores here, and use those kept")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw time and memory")
    parser.add_argument("--read", type=Path, metavar="FILE", help="show the figures kept by --json instead of a run")
    return parser.parse_args()


def measure_all(sizes: Sequence[int], stores: Path | None) -> list[Growth]:
    """Measure every size, one after another."""
    real: RealText | None = None
    measured = []
    for size in sizes:
        sys.stderr.write(f"{size:,} passages …\n")
        with tempfile.TemporaryDirectory() as temporary:
            folder = (stores or Path(temporary)) / str(size)
            if not Library.exists(folder):
                real = real or read_bundled()
                fill_store(folder, real, size)
            measured.append(measure(size, folder))
    return measured


def main() -> None:
    """Measure, and print, keep and draw what was asked for."""
    arguments = read_arguments()
    if arguments.read:
        measured = [Growth(**one) for one in json.loads(arguments.read.read_text(encoding="utf-8"))]
    else:
        measured = measure_all(arguments.sizes, arguments.stores)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in measured], indent=1) + "\n", encoding="utf-8")
    rows = [COLUMNS, *map(to_cells, measured)]
    sys.stdout.write(format_markdown(rows) if arguments.markdown else format_plain(rows))
    if arguments.plot:
        draw(measured, arguments.plot)


if __name__ == "__main__":
    main()
