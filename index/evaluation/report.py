"""What an evaluation found, as records and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.evaluation.metrics import Estimate
from index.evaluation.refusals import Refusals
from index.evaluation.runs import Run, write_run
from index.evaluation.units import CorpusFacts

OURS = "verbatim"

Figures = Mapping[str, Estimate]
"""Estimates by the names of metrics."""


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """How one system ranks what answers the answerable questions.

    `variant` tells a peer's forms apart: "title" has the title before each passage, "text" has not, and a convex
    combination has the share of dense beside. `groups` has the figures of the questions of one mode ("mode any") and
    of one type ("type factoid"). `roc_area` is that of its own top score; None where it has none that can be compared
    between questions, or where all questions are of one sort.
    """

    name: str
    variant: str
    figures: Figures
    groups: Mapping[str, Figures]
    roc_area: float | None

    @property
    def label(self) -> str:
        """Name and variant, as a table shows them."""
        return f"{self.name}, {self.variant}" if self.variant else self.name


@dataclass(frozen=True, slots=True)
class MarkedEvidence:
    """How well the marked spans show the answer, over answerable questions whose answer is given in words.

    `with_answer` of them have a relevant hit that has the answer in its text, case, accents and quotes folded;
    `contained` is the share of those whose first relevant hit has it within its marked spans, and `marked_share` the
    mean share of that hit's characters that is marked; both None of nothing.
    """

    questions: int
    with_answer: int
    contained: Estimate | None
    marked_share: float | None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What became of one question: `first_relevant_rank` counts units from 1, and is None where none was found."""

    id: str
    question: str
    type: str
    mode: str
    answered: bool | None
    top_unit: str | None
    top_score: float
    first_relevant_rank: int | None


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """Everything an evaluation found.

    `ours` is Verbatim, or the run that was read; `peers` has every variant of every peer, and `best_peers` the one of
    each that has the higher nDCG@10. `differences` are ours minus each of those, by the peer's name, paired by
    question. `convex_scan` has the nDCG@10 of every convex combination by variant and share of dense. The figures of
    all systems are empty where no question is answerable.
    """

    model: str
    corpus: CorpusFacts
    questions: int
    answerable: int
    ours: SystemFigures
    peers: Sequence[SystemFigures]
    best_peers: Sequence[SystemFigures]
    differences: Mapping[str, Figures]
    convex_scan: Mapping[str, Mapping[float, float]]
    refusals: Refusals
    evidence: MarkedEvidence | None
    results: Sequence[QuestionResult]
    run: Run

    def write_run(self, path: Path) -> None:
        """Write the rankings of `ours` as a TREC run file.

        Raises:
            QuestionSetError: the file cannot be written.
        """
        write_run(path, self.run, tag=self.ours.name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the rankings as JSON values, with keys that stay.

        An estimate is `{value, low, high, count}` with the ends of its 95 % interval; a figure that cannot be had is
        null. Metrics are success@1, success@5, success@10, recall@k, mrr@10 and ndcg@10.

        - `model`: who made the embeddings
        - `corpus`: statements, paragraphs, copies, passages, unsearched (passages by kind), statements_without_passage,
          paragraphs_without_passage, gold_without_passage (ids)
        - `questions`: all, answerable, unanswerable
        - `ours`: name, variant, figures (estimates by metric), groups (figures by "mode any", "type factoid", …),
          roc_area
        - `peers`: the same for every variant of every peer, with is_best: the better of the peer's variants
        - `differences`: by the peer's name, estimates by metric of ours minus its best variant, paired by question
        - `convex_scan`: by variant, by share of dense ("0.50"), nDCG@10
        - `refusals`: false_answers, wrong_refusals (estimates), roc_area, risk_area, curve (threshold, coverage, risk,
          false_answers, wrong_refusals of every threshold, the strictest first), calibration_error, calibration_bins
          (count, mean_score, share_correct)
        - `evidence`: questions, with_answer, contained (estimate), marked_share; null for a run that was read
        - `results`: for every question id, question, type, mode, answered, top_unit, top_score, first_relevant_rank
        """
        return {
            "model": self.model,
            "corpus": asdict(self.corpus),
            "questions": {
                "all": self.questions,
                "answerable": self.answerable,
                "unanswerable": self.questions - self.answerable,
            },
            "ours": asdict(self.ours),
            "peers": [{**asdict(one), "is_best": one in self.best_peers} for one in self.peers],
            "differences": {
                name: {metric: asdict(one) for metric, one in figures.items()}
                for name, figures in self.differences.items()
            },
            "convex_scan": {
                variant: {f"{weight:.2f}": figure for weight, figure in figures.items()}
                for variant, figures in self.convex_scan.items()
            },
            "refusals": asdict(self.refusals),
            "evidence": asdict(self.evidence) if self.evidence else None,
            "results": [asdict(one) for one in self.results],
        }
