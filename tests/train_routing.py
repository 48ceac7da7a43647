"""Train the second opinion of routing, `index/questions/likeness.npz`, and measure it author by author.

    python -m tests.train_routing

Trained on every file of `tests/data/routing` but the held-out ones. Each author's accuracy is that of a model trained
without that author, with and without the named wordings.
"""

import sys
from collections.abc import Sequence

import numpy as np

from index.questions.likeness import WEIGHTS, WORDING_COUNTS, Row, Weights, choose, count_features, scaled
from index.questions.question import _Reader
from index.questions.wordings import Engine, weigh
from tests.conftest import ROOT
from tests.routing_scores import DATA, Case, Shelf, read_cases

PENALTY = 0.3
"""Ridge penalty; 0.1 to 0.6 differ by less than one question in a hundred."""

HELD_OUT = "held_out_"


def training_cases() -> dict[str, list[Case]]:
    """The labelled questions by file, without the held-out ones."""
    return {path.stem: read_cases(path) for path in sorted(DATA.glob("*.jsonl")) if not path.stem.startswith(HELD_OUT)}


def sentences(cases: Sequence[Case], shelf: Shelf) -> list[str]:
    """The questions as the wordings see them: marks for quotations and statements, spelling corrected."""
    return [_Reader(case.question, case.question, shelf.statements, None)._sentence for case in cases]


def train(texts: Sequence[str], engines: Sequence[str]) -> Weights:
    """Fit a ridge regression of the engines on the features, in closed form."""
    rows = count_features(texts)
    rarity = np.log((1 + len(rows)) / (1 + (rows > 0).sum(axis=0))) + 1
    unit = scaled(rows, rarity).astype(np.float64)
    targets = np.array([[float(engine == one) for one in Engine] for engine in engines])
    shares = targets.mean(axis=0)
    inner = unit @ unit.T + PENALTY * np.eye(len(unit))
    weights = unit.T @ np.linalg.solve(inner, targets - shares)
    # Half precision is what is kept on disk.
    return Weights(*(one.astype(np.float16).astype(np.float32) for one in (rarity, weights, shares)))


def accuracy(weights: Weights, texts: Sequence[str], engines: Sequence[str], *, wording: float) -> float:
    right = 0
    for text, engine in zip(texts, engines, strict=True):
        scores = weights.score(text)
        worded = weigh(text)
        if worded is not Engine.SEARCH:
            scores[worded] += wording
        right += choose(scores) == engine
    return right / len(texts)


def save(weights: Weights) -> None:
    half: list[Row] = [one.astype(np.float16) for one in (weights.rarity, weights.weights, weights.shares)]
    path = ROOT / "index" / "questions" / WEIGHTS
    np.savez_compressed(path, rarity=half[0], weights=half[1], shares=half[2])


def main() -> None:
    shelf = Shelf()
    cases = training_cases()
    texts = {name: sentences(group, shelf) for name, group in cases.items()}
    engines = {name: [case.engine for case in group] for name, group in cases.items()}
    for name in cases:
        others = [other for other in cases if other != name]
        trained = train(
            [one for other in others for one in texts[other]], [one for other in others for one in engines[other]]
        )
        alone, both = (
            accuracy(trained, texts[name], engines[name], wording=points) for points in (0.0, WORDING_COUNTS)
        )
        sys.stdout.write(
            f"{name:14} {len(texts[name]):4} questions   alone {alone:.3f}   with the wordings {both:.3f}\n"
        )
    save(
        train([one for group in texts.values() for one in group], [one for group in engines.values() for one in group])
    )


if __name__ == "__main__":
    main()
