"""How good rankings are, by TREC's definitions, with the uncertainty that a set of questions leaves.

A ranking is the ids of what was found, best first, each once; relevance is binary.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray

SUCCESS_CUTOFFS = (1, 5, 10)
MAIN_METRIC = "ndcg@10"
"""What the better of two variants is chosen by."""

Metrics = Mapping[str, ir_measures.Measure]
"""Measures in [0, 1], higher is better, by their keys in reports."""

RESAMPLES = 1_000
_SEED = 20_240_913
"""Any number would do; it is given so that the same rankings have the same intervals."""

_NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or share over `count` questions, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    count: int


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


def choose_metrics(recall_cutoffs: Sequence[int]) -> Metrics:
    """Return success@1, @5 and @10, recall at the cut-offs, MRR@10 and nDCG@10.

    Raises:
        ValueError: a cut-off is less than 1.
    """
    if any(k < 1 for k in recall_cutoffs):
        raise ValueError(f"expected cut-offs of at least 1, got {sorted(recall_cutoffs)}")
    return {
        **{f"success@{k}": Success @ k for k in SUCCESS_CUTOFFS},
        **{f"recall@{k}": R @ k for k in sorted(set(recall_cutoffs))},
        "mrr@10": RR @ 10,
        MAIN_METRIC: nDCG @ 10,
    }


def score_rankings(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], metrics: Metrics
) -> NDArray[np.float64]:
    """Return the figures of rankings, (rankings, metrics)."""
    if len(rankings) != len(relevant):
        raise ValueError(f"expected a ranking for each of {len(relevant)} questions, got {len(rankings)}")
    table = np.zeros((len(rankings), len(metrics)))
    qrels = {str(row): dict.fromkeys(gold, 1) for row, gold in enumerate(relevant)}
    # Scores that fall by rank, so that there are no ties, which its implementations break differently.
    run = {str(row): {unit: -float(at) for at, unit in enumerate(ranking)} for row, ranking in enumerate(rankings)}
    columns = {measure: column for column, measure in enumerate(metrics.values())}
    for found in ir_measures.iter_calc(columns, qrels, run) if rankings else ():
        table[int(found.query_id), columns[found.measure]] = found.value
    return table


def first_relevant_rank(ranking: Sequence[str], relevant: Collection[str]) -> int | None:
    """Return the rank of what is relevant first, counted from 1."""
    return next((rank for rank, unit in enumerate(ranking, start=1) if unit in relevant), None)


class Bootstrap:
    """Resamples of one set of questions, drawn once: systems are compared over the same ones.

    `scipy.stats.bootstrap` draws anew for every call and refuses a single question.

    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (percentile intervals); paired over
    questions as in Sakai, SIGIR 2006, doi:10.1145/1148170.1148261.
    """

    def __init__(self, questions: int) -> None:
        """Draw `RESAMPLES` times as many questions as there are, with replacement."""
        if questions < 1:
            raise ValueError(f"expected at least one question, got {questions}")
        generator = np.random.default_rng(_SEED)
        counts = generator.multinomial(questions, np.full(questions, 1 / questions), size=RESAMPLES)
        self._weights = counts.astype(np.float64) / questions  # (resamples, questions)

    def estimate(self, figures: NDArray[np.float64]) -> list[Estimate]:
        """Return the mean of each column of `figures`, (questions, n), with the 95 % interval of its resamples."""
        means = figures.mean(axis=0)
        lows, highs = np.percentile(self._weights @ figures, [2.5, 97.5], axis=0)
        return [
            Estimate(float(mean), float(low), float(high), len(figures))
            for mean, low, high in zip(means, lows, highs, strict=True)
        ]
