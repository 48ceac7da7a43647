"""The intent model: which engine a masked question is for, learned from the engines' own example questions.

Ridge regression over hashed words, pairs of words and pieces of words. The weights that come with the package are used
while they are of the examples that the engines declare; where they are not, as with a new engine, the model is trained
when first needed. `python -m index.questions.intent` writes the weights anew.
"""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.engines.readings import known_readings, read_examples

CHATTER, HELP = "chatter", "help"
_DIMENSIONS = 8192
_PENALTY = 0.3
_KNOWN = 3
"""Examples in which a word must stand to count as itself; others are some word or other."""
_PIECES = (3, 4)
"""Letters of the pieces of words: what makes "resolushuns" like "resolutions"."""
_PIECE_WEIGHT = 0.4
_TOKEN = re.compile(r"@\w+|[^\W_]+(?:'[^\W_]+)?|\?")


class IntentModel:
    """Scores engines for a question, about 1 for the one it is like and -1 for the others."""

    def __init__(self, names: Sequence[str], known: Collection[str], weights: NDArray[np.floating]) -> None:
        """Use `train` or `load` instead."""
        self.names = tuple(names)
        self._known = frozenset(known)
        self._weights = weights.astype(np.float32)

    @classmethod
    def train(cls, examples: Sequence[tuple[str, str]]) -> Self:
        """Train the model on pairs of an engine and a masked question."""
        names = sorted({name for name, _ in examples})
        counted = Counter(token for _, text in examples for token in set(_tokens(text)))
        known = frozenset(token for token, count in counted.items() if count >= _KNOWN)
        rows = _features([text for _, text in examples], known)
        wanted = np.array([[1.0 if name == one else -1.0 for one in names] for name, _ in examples], np.float32)
        gram = rows @ rows.T
        gram[np.diag_indices_from(gram)] += _PENALTY
        return cls(names, known, rows.T @ np.linalg.solve(gram, wanted))

    @classmethod
    def load(cls, path: Path, examples: Sequence[tuple[str, str]]) -> Self | None:
        """Return the model of a file; None if there is none, or if it was trained on other examples."""
        if not path.exists():
            return None
        with np.load(path) as kept:
            if str(kept["digest"]) != _digest(examples):
                return None
            return cls(kept["names"].tolist(), kept["known"].tolist(), kept["weights"])

    def save(self, path: Path, examples: Sequence[tuple[str, str]]) -> None:
        """Write the model with the digest of the examples that it was trained on."""
        np.savez_compressed(
            path,
            digest=np.array(_digest(examples)),
            names=np.array(self.names),
            known=np.array(sorted(self._known)),
            weights=self._weights.astype(np.float16),
        )

    def score(self, masked: str) -> dict[str, float]:
        """Return the score of every engine for a masked question."""
        scores = (_features([masked], self._known) @ self._weights)[0]
        return dict(zip(self.names, map(float, scores), strict=True))


def _features(texts: Sequence[str], known: frozenset[str]) -> NDArray[np.float32]:
    rows = np.zeros((len(texts), _DIMENSIONS), np.float32)
    for row, text in zip(rows, texts, strict=True):
        _fill(row, text, known)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.maximum(lengths, np.float32(1e-6))
    return rows


def _fill(row: NDArray[np.float32], text: str, known: frozenset[str]) -> None:
    words = ["^"]
    for token in _tokens(text):
        word = token if token in known or token.startswith("@") else "@word"
        if word != "@word" or words[-1] != "@word":
            words.append(word)
        marked = "" if token.startswith("@") else f"<{token}>"
        for size in _PIECES:
            for at in range(len(marked) - size + 1):
                _add(row, f"c{marked[at : at + size]}", _PIECE_WEIGHT)
    words.append("$")
    for at, word in enumerate(words):
        _add(row, f"u{word}", 1.0)
        if at:
            _add(row, f"b{words[at - 1]} {word}", 0.7)
        if at > 1:
            _add(row, f"t{words[at - 2]} {words[at - 1]} {word}", 0.5)


def _add(row: NDArray[np.float32], feature: str, weight: float) -> None:
    row[zlib.crc32(feature.encode()) % _DIMENSIONS] += weight


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("’", "'"))


def _digest(examples: Sequence[tuple[str, str]]) -> str:
    constants = (_DIMENSIONS, _PENALTY, _KNOWN, _PIECES, _PIECE_WEIGHT)
    return hashlib.sha256(repr((constants, list(examples))).encode()).hexdigest()


WEIGHTS = Path(__file__).with_name("intent.npz")


def declared_examples() -> list[tuple[str, str]]:
    """Return the pairs of an engine and a masked question that the engines declare, and those of talk."""
    examples = [(one.engine, text) for one in known_readings().values() for text in one.examples]
    for name in (CHATTER, HELP):
        examples += [(name, text) for text in read_examples(Path(__file__).with_name(f"{name}.txt"))]
    return examples


@cache
def intent_model() -> IntentModel:
    """Return the model of the engines' declarations."""
    examples = declared_examples()
    return IntentModel.load(WEIGHTS, examples) or IntentModel.train(examples)


if __name__ == "__main__":
    IntentModel.train(declared_examples()).save(WEIGHTS, declared_examples())
