"""How good rankings are, by TREC's definitions, with what chance leaves open.

A ranking is the ids of what was found, best first, each once; relevance is binary.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.evaluation.estimates import Estimate

SUCCESS_CUTOFFS = (1, 5, 10)
_RECIPROCAL_RANK_CUTOFF = 10
_NDCG_CUTOFF = 10
MAIN_METRIC = "ndcg@10"
"""What the better of two variants is chosen by."""

RESAMPLES = 1_000
_SEED = 20_240_913
"""Any number would do; it is given so that the same rankings have the same intervals."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a ranking, in [0, 1], higher is better; `name` is its key wherever figures are kept."""

    name: str
    measure: Callable[[Sequence[str], Collection[str]], float]


def choose_metrics(recall_cutoffs: Sequence[int]) -> tuple[Metric, ...]:
    """Return what is measured: success@1, @5 and @10, recall at the cut-offs, MRR@10 and nDCG@10.

    Raises:
        ValueError: a cut-off is less than 1.
    """
    if any(k < 1 for k in recall_cutoffs):
        raise ValueError(f"expected cut-offs of at least 1, got {sorted(recall_cutoffs)}")
    return (
        *(Metric(f"success@{k}", _at(success_at_k, k)) for k in SUCCESS_CUTOFFS),
        *(Metric(f"recall@{k}", _at(recall_at_k, k)) for k in sorted(set(recall_cutoffs))),
        Metric(f"mrr@{_RECIPROCAL_RANK_CUTOFF}", _at(reciprocal_rank, _RECIPROCAL_RANK_CUTOFF)),
        Metric(MAIN_METRIC, _at(ndcg_at_k, _NDCG_CUTOFF)),
    )


def _at(measure: Callable[..., float], k: int) -> Callable[[Sequence[str], Collection[str]], float]:
    return lambda ranking, relevant: measure(ranking, relevant, k=k)


def success_at_k(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Return 1 where anything relevant is among the first `k`, else 0."""
    return float(any(one in relevant for one in ranking[:k]))


def recall_at_k(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Return the share of what is relevant that is among the first `k`; 0 where nothing is relevant."""
    return sum(one in relevant for one in ranking[:k]) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Return 1 / the rank of what is relevant first, counted from 1; 0 where nothing is among the first `k`."""
    rank = first_relevant_rank(ranking[:k], relevant)
    return 1 / rank if rank else 0.0


def first_relevant_rank(ranking: Sequence[str], relevant: Collection[str]) -> int | None:
    """Return the rank of what is relevant first, counted from 1."""
    return next((rank for rank, one in enumerate(ranking, start=1) if one in relevant), None)


def ndcg_at_k(ranking: Sequence[str], relevant: Collection[str], *, k: int) -> float:
    """Return the discounted cumulative gain of the first `k` as a share of the best that any ranking could have.

    DCG = sum over the relevant among the first k of 1 / log2(1 + rank), rank counted from 1.

    Source: Järvelin & Kekäläinen, TOIS 20(4), 2002, doi:10.1145/582415.582418, in the form of trec_eval.
    """
    gained = sum(1 / math.log2(1 + rank) for rank, one in enumerate(ranking[:k], start=1) if one in relevant)
    best = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(relevant), k) + 1))
    return gained / best if best else 0.0


def score_rankings(
    rankings: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], metrics: Sequence[Metric]
) -> NDArray[np.float64]:
    """Return the figures of rankings, (rankings, metrics)."""
    if len(rankings) != len(relevant):
        raise ValueError(f"expected a ranking for each of {len(relevant)} questions, got {len(rankings)}")
    rows = [
        [metric.measure(ranking, gold) for metric in metrics] for ranking, gold in zip(rankings, relevant, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rankings), len(metrics))


class Bootstrap:
    """Resamples of one set of questions, drawn once: figures of several systems are compared over the same ones.

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
