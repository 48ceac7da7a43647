"""Samples → whether the bot kept to its memory, its threads and its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from tests.stress.soak.sampling import Sample

WARM_UP_SHARE = 0.2
"""The first part of a run does not count: pools fill, the allocator finds its size."""

MEMORY_GATE = 1.0
"""MiB an hour."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run shows after its warm-up: growth in MiB an hour, and the median of threads and files, early and late."""

    growth: float
    threads: tuple[float, float]
    files: tuple[float, float]

    @property
    def is_flat(self) -> bool:
        """Whether nothing grows: memory by less than the gate, threads not at all, files by one at most.

        The files that are open come and go by one or two with every question.
        """
        are_threads_flat, are_files_flat = self.threads[1] <= self.threads[0], self.files[1] <= self.files[0] + 1
        return self.growth < MEMORY_GATE and are_threads_flat and are_files_flat


def judge(samples: Sequence[Sample]) -> Verdict:
    """Judge a run by its samples, in the order of time.

    The growth is the median of the slopes between all pairs of samples, which a single step of the allocator does not
    move. Source: Sen, JASA 63 (1968), doi:10.1080/01621459.1968.10480934.
    """
    kept = warmed_up(samples)
    hours = np.array([one.minutes for one in kept]) / 60
    resident = np.array([one.resident for one in kept])
    first, second = np.triu_indices(len(kept), 1)
    growth = np.median((resident[second] - resident[first]) / (hours[second] - hours[first]))
    half = len(kept) // 2
    early, late = kept[:half], kept[half:]
    return Verdict(
        growth=float(growth),
        threads=(median(one.threads for one in early), median(one.threads for one in late)),
        files=(median(one.files for one in early), median(one.files for one in late)),
    )


def warmed_up(samples: Sequence[Sample]) -> list[Sample]:
    """Return the samples after the warm-up.

    Raises:
        ValueError: fewer than four are left.
    """
    kept = [one for one in samples if one.minutes >= WARM_UP_SHARE * samples[-1].minutes]
    if len(kept) < 4:
        raise ValueError(f"expected at least 4 samples after the warm-up, got {len(kept)}")
    return kept
