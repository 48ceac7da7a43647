"""Features → how well each candidate answers, and how likely it is that any does.

Three learned combinations, all linear, all in `ranking.json` beside this file, which a person can read: one orders the
candidates of a question, and two tell from the best of them whether it answers, and whether anything does.
`index/training/ranking.py` makes the file anew.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.search.features import Features

_FLATTENING = 0.7
"""The order is learned from questions that mostly have one passage each, and so is too sure of it where several answer.

Of .1 to 1, the power with the highest likelihood of places 2 to 5 on the questions about statements, NQ and, with 1,
ClapNQ.
"""

_LEADS = (1, 4)
"""How far the best candidate leads the second and the fifth."""

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear combination of named values: each is centred by its mean, divided by its scale, and weighed."""

    names: tuple[str, ...]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Weights":
        """Return the combination that JSON values describe."""
        rows = values["values"]
        return cls(
            names=tuple(rows),
            means=np.array([row["mean"] for row in rows.values()]),
            scales=np.array([row["scale"] for row in rows.values()]),
            weights=np.array([row["weight"] for row in rows.values()]),
            bias=float(values["bias"]),
        )

    def combine(self, columns: Columns) -> NDArray[np.float64]:
        """Return the combination for each row of the columns, (m,)."""
        values = np.array([columns[name] for name in self.names])
        # Added up feature by feature: a matrix product rounds equal rows differently, and what is equal must tie.
        combined: NDArray[np.float64] = (
            (values - self.means[:, np.newaxis]) / self.scales[:, np.newaxis] * self.weights[:, np.newaxis]
        ).sum(axis=0) + self.bias
        return combined


@dataclass(frozen=True, slots=True)
class Ranked:
    """The candidates of one question, in the order they were given.

    `order` (m,) is higher for the better; `probabilities` (m,) are how likely each is to answer; `answered` is how
    likely it is that the statements answer the question at all.
    """

    order: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    answered: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was learned: the order of candidates, the probability that the best answers, and that anything does."""

    order: Weights
    best: Weights
    answered: Weights

    def rank(self, features: Features) -> Ranked:
        """Return how well each candidate answers.

        The probability of the best is learned, and the others have theirs in proportion to their shares.
        """
        order = self.order.combine(features.columns)
        shares = to_shares(order)
        summary = summarise(features, order)
        best = _logistic(float(self.best.combine(summary)[0]))
        probabilities = best * (shares / shares.max()) ** _FLATTENING
        return Ranked(order, probabilities, _logistic(float(self.answered.combine(summary)[0])))


@cache
def load_ranking() -> Ranking:
    """Return what was learned."""
    values = json.loads(resources.files("index.search").joinpath("ranking.json").read_text(encoding="utf-8"))
    return Ranking(**{name: Weights.from_dict(values[name]) for name in ("order", "best", "answered")})


_SURE = 500.0
"""Beyond this a probability is 0 or 1 to the last bit, and an exponential would overflow."""


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -_SURE), _SURE)))


def to_shares(order: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of each candidate in the whole, (m,), sum 1: the probability that it is the one, if one is."""
    exponents: NDArray[np.float64] = np.exp(order - order.max())
    shares: NDArray[np.float64] = exponents / exponents.sum()
    return shares


def summarise(features: Features, order: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Return what tells whether a question is answered: the best candidate's features, its lead, and the most of each.

    Every value is (1,).
    """
    best = int(np.argmax(order))
    ordered = np.sort(order)[::-1]
    shares = to_shares(order)
    found = {name: values[best : best + 1] for name, values in (features.columns | features.answering).items()}
    found |= {
        f"most_{name}": values.max(keepdims=True) for name, values in features.columns.items() if name in _MOST_OF
    }
    found |= {f"lead_{place}": np.array([ordered[0] - ordered[min(place, len(ordered) - 1)]]) for place in _LEADS}
    found["share"] = shares[best : best + 1]
    found["order"] = ordered[:1]
    return found


_MOST_OF = frozenset(
    ("similarity", "sentence", "words", "words_with_title", "coverage_with_title", "chosen_sentence_coverage")
)
