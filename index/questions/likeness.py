"""A question's likeness to questions whose engine is known: the second opinion beside the named wordings.

A linear model over pieces of words, pairs of words and marks, trained on the labelled questions in
`tests/data/routing` with `python -m tests.train_routing`, which also measures it author by author.
"""

import functools
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from index.questions.wordings import Engine, weigh

FEATURES = 4_096
"""Pieces are hashed into as many columns: twice as many gain nothing, half as many lose one question in a hundred."""

WEIGHTS = "likeness.npz"

WORDING_COUNTS = 0.25
"""What a named wording adds to its engine. Chosen by leaving out one author at a time; 0.2 and 0.3 do as well."""

_DOUBT = 0.3
"""Below this score no lookup is chosen: in doubt, search."""

_SURELY_TALK = 0.6
"""From this score on a message is talk, or a call for help, and no question: a question must not go unanswered."""

_PIECES = (2, 3, 4, 5)

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model: the rarity of each feature (f,), its weight for each engine (f, e), each engine's share (e,)."""

    rarity: Row
    weights: Row
    shares: Row

    def score(self, sentence: str) -> dict[Engine, float]:
        """Return how like the questions of each engine a sentence is: about 1 for one of them, about 0 for others."""
        scores = scaled(count_features([sentence]), self.rarity)[0] @ self.weights + self.shares
        return dict(zip(Engine, scores.tolist(), strict=True))


def decide(sentence: str) -> Engine:
    """Return the engine that a question is for, by its likeness to known ones and its wording; in doubt, search."""
    worded = weigh(sentence)
    if not _TOKEN.search(sentence.lower()):
        return worded  # of another script, or marks alone
    scores = load_weights().score(sentence)
    if worded is not Engine.SEARCH:
        scores[worded] += WORDING_COUNTS
    return choose(scores)


def choose(scores: Mapping[Engine, float]) -> Engine:
    """Return the engine with the highest score; search where that is low."""
    best = max(scores, key=lambda engine: scores[engine])
    needed = _SURELY_TALK if best in {Engine.CHATTER, Engine.HELP} else _DOUBT
    return best if scores[best] >= needed else Engine.SEARCH


def count_features(sentences: Sequence[str]) -> Row:
    """Return the features of sentences, (n, f) float32: 1 + ln(count) of the pieces in each column."""
    rows = np.zeros((len(sentences), FEATURES), dtype=np.float32)
    for row, sentence in enumerate(sentences):
        for piece, count in Counter(_pieces(sentence)).items():
            rows[row, zlib.crc32(piece.encode()) % FEATURES] += 1 + np.log(count)
    return rows


def scaled(rows: Row, rarity: Row) -> Row:
    """Return features weighted by how rare they are, each row of unit length."""
    weighted = rows * rarity
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    unit: Row = (weighted / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


@functools.cache
def load_weights() -> Weights:
    """Return the trained model that comes with the package."""
    with files("index.questions").joinpath(WEIGHTS).open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
        return Weights(*(kept[name].astype(np.float32) for name in ("rarity", "weights", "shares")))


_TOKEN = re.compile(r"@?[a-z]+\d?|0|\?")
_DIGITS = re.compile(r"\d+")


def _pieces(sentence: str) -> Iterator[str]:
    words = _TOKEN.findall(_DIGITS.sub("0", sentence.lower()))
    for word in words:
        if word.startswith("@") or word in {"0", "?"}:
            yield word
            continue
        framed = f" {word} "
        for size in _PIECES:
            yield from (framed[at : at + size] for at in range(len(framed) - size + 1))
    yield from (f"{first}_{second}" for first, second in zip(["^", *words], [*words, "$"], strict=True))
