"""Whether it is known what is not known: answers to what cannot be answered, refusals of what can, and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.evaluation.metrics import Estimate, estimate_share

_BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    `score` is that of the top hit, 0 where there is none; `is_correct` tells whether that hit is relevant; `answered`
    is None where only a ranking is known.
    """

    answerable: bool
    score: float
    is_correct: bool
    answered: bool | None


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What would follow from answering just the questions whose top score is at least `threshold`.

    `coverage` is the share of all questions that are answered, and `risk` the share of those whose top hit is not
    relevant; `false_answers` is the share of the unanswerable that are answered, and `wrong_refusals` that of the
    answerable that are not; each None of nothing.
    """

    threshold: float
    coverage: float
    risk: float
    false_answers: float | None
    wrong_refusals: float | None


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of similar top score: how many, the mean score, and the share whose top hit is relevant."""

    count: int
    mean_score: float
    share_correct: float


@dataclass(frozen=True, slots=True)
class Refusals:
    """Figures over answerable and unanswerable questions.

    `false_answers` and `wrong_refusals` are what was done, with 95 % intervals; None where answers are not known or
    there are no such questions. `roc_area` in [0, 1] tells answerable from unanswerable by the top score, .5 being
    chance. `curve` goes from the strictest threshold to the one that answers all; `risk_area` is the mean risk along
    it, lower is better. `calibration_error` in [0, 1] is that of the top score as the probability that the top hit is
    relevant, lower is better; None where scores are no probabilities.
    """

    false_answers: Estimate | None
    wrong_refusals: Estimate | None
    roc_area: float | None
    risk_area: float
    curve: tuple[OperatingPoint, ...]
    calibration_error: float | None
    calibration_bins: tuple[CalibrationBin, ...]

    def risk_at(self, coverage: float) -> float:
        """Return the risk where at least this share of all questions is answered, at the strictest such threshold."""
        return next((point.risk for point in self.curve if point.coverage >= coverage), self.curve[-1].risk)

    def least_wrong_refusals(self, false_answers: float) -> float | None:
        """Return the lowest share of wrong refusals that any threshold has with at most this share of false answers.

        None where all questions are of one sort; 1 where only refusing everything would do.
        """
        if self.roc_area is None:
            return None
        shares = [(point.false_answers, point.wrong_refusals) for point in self.curve]
        return min(
            (wrong for false, wrong in shares if false is not None and wrong is not None and false <= false_answers),
            default=1.0,
        )


def measure_refusals(outcomes: Sequence[Outcome]) -> Refusals:
    """Return the figures of some questions; there must be at least one."""
    if not outcomes:
        raise ValueError("expected at least one outcome, got none")
    scores = np.array([one.score for one in outcomes], dtype=np.float64)
    answerable = np.array([one.answerable for one in outcomes])
    correct = np.array([one.is_correct for one in outcomes])
    curve = trace_curve(scores, answerable, correct)
    are_probabilities = bool(np.all((scores >= 0) & (scores <= 1)))
    bins = bin_scores(scores, correct) if are_probabilities else ()
    return Refusals(
        false_answers=_share(outcomes, answerable=False, answered=True),
        wrong_refusals=_share(outcomes, answerable=True, answered=False),
        roc_area=roc_area(scores[answerable], scores[~answerable]),
        risk_area=_area(curve),
        curve=curve,
        calibration_error=calibration_error(bins) if bins else None,
        calibration_bins=bins,
    )


def _share(outcomes: Sequence[Outcome], *, answerable: bool, answered: bool) -> Estimate | None:
    concerned = [one.answered for one in outcomes if one.answerable is answerable and one.answered is not None]
    return estimate_share(sum(one is answered for one in concerned), len(concerned))


def roc_area(positives: NDArray[np.float64], negatives: NDArray[np.float64]) -> float | None:
    """Return the chance that a positive's score is above a negative's, a tie counting half; None without both.

    Source: Hanley & McNeil, Radiology 143(1), 1982, doi:10.1148/radiology.143.1.7063747.
    """
    if not len(positives) or not len(negatives):
        return None
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, side="left")
    not_above = np.searchsorted(ordered, positives, side="right")
    return float((below + not_above).sum() / (2 * len(positives) * len(negatives)))


def trace_curve(
    scores: NDArray[np.float64], answerable: NDArray[np.bool_], correct: NDArray[np.bool_]
) -> tuple[OperatingPoint, ...]:
    """Return a point for every score there is, the highest first; questions of equal scores are answered together.

    Source: El-Yaniv & Wiener, JMLR 11, 2010 (risk and coverage).
    """
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last_of_equals = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    wrong = np.cumsum(~correct[order])
    false = np.cumsum(~answerable[order])
    total, unanswerable = len(scores), int((~answerable).sum())
    return tuple(
        OperatingPoint(
            threshold=float(ordered[at]),
            coverage=float((at + 1) / total),
            risk=float(wrong[at] / (at + 1)),
            false_answers=float(false[at] / unanswerable) if unanswerable else None,
            wrong_refusals=float(1 - (at + 1 - false[at]) / (total - unanswerable)) if unanswerable < total else None,
        )
        for at in last_of_equals.tolist()
    )


def _area(curve: Sequence[OperatingPoint]) -> float:
    """Return the mean risk over all coverages, each point standing for the questions it adds."""
    covered = np.diff([0.0, *(point.coverage for point in curve)])
    return float(covered @ np.array([point.risk for point in curve]))


def bin_scores(scores: NDArray[np.float64], correct: NDArray[np.bool_]) -> tuple[CalibrationBin, ...]:
    """Return ten bins of as nearly equal numbers of questions as can be, by rising score; empty ones are left out."""
    order = np.argsort(scores, kind="stable")
    return tuple(
        CalibrationBin(len(rows), float(scores[rows].mean()), float(correct[rows].mean()))
        for rows in np.array_split(order, _BINS)
        if len(rows)
    )


def calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """Return the mean difference of score and share correct over the bins, weighted by their questions.

    Source: Naeini, Cooper & Hauskrecht, AAAI 2015 (expected calibration error), with bins of equal mass.
    """
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.mean_score - one.share_correct) for one in bins) / total
