"""What the benchmarks share: times, memory and tables. Standard library only: the peers' processes import it too."""

import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[2]
EVALUATION = ROOT / "tests" / "data" / "evaluation"
MEBIBYTE = 1 << 20

Asked = TypeVar("Asked")


def time_milliseconds(work: Callable[[Asked], object], asked: Sequence[Asked], *, times: int) -> list[float]:
    """Return how long each call took, one at a time, after one round to warm up; rounds until there are `times`."""
    for one in asked:
        work(one)
    measured = []
    for _ in range(-(-times // len(asked))):
        for one in asked:
            began = time.perf_counter()
            work(one)
            measured.append((time.perf_counter() - began) * 1000)
    return measured


def find_percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that `percent` of 100 values lie below, 1 to 99, between two where it falls between them."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def read_memory(field: str) -> int:
    """Return a figure of this process's memory in bytes: `VmHWM` is the most that was ever resident, `VmRSS` what is.

    `getrusage` would not do: its maximum counts the parent's memory from before the process was its own.
    """
    found = re.search(rf"^{field}:\s+(\d+) kB$", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    if found is None:
        raise ValueError(f"expected {field} in /proc/self/status, got a kernel without it")
    return int(found[1]) * 1024


def format_plain(rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a terminal: the first column to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        figures = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *figures]) + "\n")
    return "".join(lines)


def format_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return a table for the README."""
    rule = ["---", *("--:" for _ in rows[0][1:])]
    return "".join(f"| {' | '.join(row)} |\n" for row in (rows[0], rule, *rows[1:]))
