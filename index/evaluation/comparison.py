"""Systems over the same questions: their figures, and ours beside each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.evaluation.metrics import MAIN_METRIC, Bootstrap, Metrics, score_rankings
from index.evaluation.question_sets import JudgedQuestion
from index.evaluation.refusals import roc_area
from index.evaluation.report import Figures, SystemFigures


@dataclass(frozen=True, slots=True)
class RankedSystem:
    """The rankings of one system: for every question units, best first.

    `variant` tells the forms of a peer apart, and `weight` those of a variant: the share of dense. `top_scores` are
    None where they cannot be compared between questions.
    """

    name: str
    variant: str
    rankings: Sequence[Sequence[str]]
    top_scores: Sequence[float] | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class ScoredSystem:
    """A system with its figures for each answerable question, (questions, metrics)."""

    system: RankedSystem
    table: NDArray[np.float64]
    main_figure: float


class Comparison:
    """Answerable questions, and the resamples of them over which all systems are compared."""

    def __init__(self, questions: Sequence[JudgedQuestion], metrics: Metrics) -> None:
        self._metrics = metrics
        self._is_answerable = np.array([question.is_answerable for question in questions], dtype=bool)
        self._answerable = [question for question in questions if question.is_answerable]
        self._relevant = [question.gold_ids for question in self._answerable]
        self._bootstrap = Bootstrap(len(self._answerable)) if self._answerable else None
        self._groups = {
            group: (np.array(rows), Bootstrap(len(rows))) for group, rows in _group_rows(self._answerable).items()
        }

    def score(self, system: RankedSystem) -> ScoredSystem:
        """Return the figures of a system for every answerable question."""
        rankings = [system.rankings[at] for at in np.flatnonzero(self._is_answerable).tolist()]
        table = score_rankings(rankings, self._relevant, self._metrics)
        main = list(self._metrics).index(MAIN_METRIC)
        return ScoredSystem(system, table, float(table[:, main].mean()) if len(table) else 0.0)

    def estimate(self, scored: ScoredSystem) -> SystemFigures:
        """Return the figures of a system over all answerable questions, and over those of each mode and type."""
        system = scored.system
        return SystemFigures(
            name=system.name,
            variant=system.variant if system.weight is None else f"{system.variant}, α {system.weight:.2f}",
            figures=self._name(self._bootstrap, scored.table),
            groups={
                group: self._name(bootstrap, scored.table[rows]) for group, (rows, bootstrap) in self._groups.items()
            },
            roc_area=self._roc_area(system.top_scores),
        )

    def subtract(self, ours: ScoredSystem, peer: ScoredSystem) -> Figures:
        """Return the estimates of ours minus the peer's, paired by question."""
        return self._name(self._bootstrap, ours.table - peer.table)

    def _name(self, bootstrap: Bootstrap | None, table: NDArray[np.float64]) -> Figures:
        if bootstrap is None:
            return {}
        return dict(zip(self._metrics, bootstrap.estimate(table), strict=True))

    def _roc_area(self, top_scores: Sequence[float] | None) -> float | None:
        if top_scores is None:
            return None
        scores = np.array(top_scores, dtype=np.float64)
        return roc_area(scores[self._is_answerable], scores[~self._is_answerable])


def _group_rows(questions: Sequence[JudgedQuestion]) -> dict[str, list[int]]:
    """Return the questions of each mode and of each type, modes first; nothing where all are of one."""
    groups: dict[str, list[int]] = {}
    for label, values in (("mode", [one.mode.value for one in questions]), ("type", [one.type for one in questions])):
        if len(set(values)) > 1:
            for row, value in enumerate(values):
                groups.setdefault(f"{label} {value or 'not given'}", []).append(row)
    return dict(sorted(groups.items()))


def choose_weights(scored: Sequence[ScoredSystem]) -> tuple[list[ScoredSystem], Mapping[str, Mapping[float, float]]]:
    """Return systems with the best weight of each variant alone, and the main figure of every weight by variant.

    The best is known in hindsight only; of equal figures the lower weight is taken.
    """
    scan: dict[str, dict[float, float]] = {}
    kept: list[ScoredSystem] = []
    best: dict[str, ScoredSystem] = {}
    for one in scored:
        if one.system.weight is None:
            kept.append(one)
            continue
        variant = one.system.variant
        scan.setdefault(variant, {})[one.system.weight] = one.main_figure
        if variant not in best or one.main_figure > best[variant].main_figure:
            best[variant] = one
    return [*kept, *best.values()], scan


def choose_variants(scored: Sequence[ScoredSystem]) -> list[ScoredSystem]:
    """Return the better variant of every peer by the main figure; of equal ones the first."""
    best: dict[str, ScoredSystem] = {}
    for one in scored:
        if one.system.name not in best or one.main_figure > best[one.system.name].main_figure:
            best[one.system.name] = one
    return list(best.values())
