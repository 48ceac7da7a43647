"""Figures with their uncertainty: means and shares."""

import math
from dataclasses import dataclass
from typing import Any

_NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or share over `count` questions, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    count: int

    def to_dict(self) -> dict[str, Any]:
        """Return the estimate as JSON values."""
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


def estimate_share(successes: int, count: int) -> Estimate | None:
    """Return a share with its 95 % score interval; None of nothing.

    Source: Wilson, JASA 22, 1927, doi:10.1080/01621459.1927.10502953.
    """
    if not 0 <= successes <= count:
        raise ValueError(f"expected successes from 0 to {count}, got {successes}")
    if count == 0:
        return None
    share = successes / count
    weight = _NORMAL_95**2 / count
    middle = (share + weight / 2) / (1 + weight)
    half = _NORMAL_95 / (1 + weight) * math.sqrt(share * (1 - share) / count + weight / (4 * count))
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == count else middle + half
    return Estimate(share, low, high, count)
