"""The picture of a soak run: memory, threads and open files, and latency over time."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.benchmarks.plots import DOTS_PER_INCH, SERIES, SIZE_INCHES, STYLE, save
from tests.stress.soak.sampling import Sample
from tests.stress.soak.verdict import Verdict, warmed_up


def draw_soak(samples: Sequence[Sample], verdict: Verdict, target: Path) -> None:
    """Draw three panels over the minutes of a run; the warm-up is shaded."""
    minutes = [one.minutes for one in samples]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(SIZE_INCHES[0], 1.6 * SIZE_INCHES[1]), dpi=DOTS_PER_INCH, layout="constrained")
        memory, counts, latency = figure.subplots(3, 1, sharex=True)
        memory.set_title(f"Memory: {verdict.growth:+.2f} MiB an hour after the warm-up")
        memory.plot(minutes, [one.resident for one in samples], color=SERIES[0])
        memory.set_ylabel("MiB resident")
        counts.set_title("Threads and open files")
        counts.plot(minutes, [one.threads for one in samples], color=SERIES[0], label="threads")
        counts.plot(minutes, [one.files for one in samples], color=SERIES[1], label="open files")
        latency.set_title("Mean time of an answer and of an acknowledgement")
        latency.plot(minutes[1:], _means(samples, "answers", "answer_seconds"), color=SERIES[0], label="answer")
        latency.plot(minutes[1:], _means(samples, "acks", "ack_seconds"), color=SERIES[1], label="acknowledgement")
        latency.set_ylabel("milliseconds")
        latency.set_xlabel("minutes")
        for axes in (memory, counts, latency):
            axes.set_ylim(0, 1.08 * axes.get_ylim()[1])
            axes.grid(visible=True)
            axes.axvspan(0, warmed_up(samples)[0].minutes, color=STYLE["grid.color"], alpha=0.4, linewidth=0)
        for axes in (counts, latency):
            axes.legend()
        save(figure, target)


def _means(samples: Sequence[Sample], count: str, seconds: str) -> list[float]:
    """Return the mean milliseconds between each two samples; not a number where nothing happened."""
    means = []
    for before, after in pairwise(samples):
        happened = getattr(after, count) - getattr(before, count)
        passed = getattr(after, seconds) - getattr(before, seconds)
        means.append(1000 * passed / happened if happened else float("nan"))
    return means
