"""The intent model: which engine a masked question is for, learned from the engines' own example questions.

Ridge regression over hashed words, pairs of words and pieces of words. It is trained when first needed, from what the
engines declare: a new engine adds examples beside its code, and no file of weights has to be made again.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

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

    def __init__(self, examples: Sequence[tuple[str, str]]) -> None:
        """Train the model on pairs of an engine and a masked question."""
        self.names = sorted({name for name, _ in examples})
        counted = Counter(token for _, text in examples for token in set(_tokens(text)))
        self._known = frozenset(token for token, count in counted.items() if count >= _KNOWN)
        rows = self._features([text for _, text in examples])
        wanted = np.array([[1.0 if name == one else -1.0 for one in self.names] for name, _ in examples], np.float32)
        gram = rows @ rows.T
        gram[np.diag_indices_from(gram)] += _PENALTY
        self._weights: NDArray[np.float32] = rows.T @ np.linalg.solve(gram, wanted)

    def score(self, masked: str) -> dict[str, float]:
        """Return the score of every engine for a masked question."""
        scores = (self._features([masked]) @ self._weights)[0]
        return dict(zip(self.names, map(float, scores), strict=True))

    def _features(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._fill(row, text)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.maximum(lengths, np.float32(1e-6))
        return rows

    def _fill(self, row: NDArray[np.float32], text: str) -> None:
        words = ["^"]
        for token in _tokens(text):
            word = token if token in self._known or token.startswith("@") else "@word"
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


@cache
def intent_model() -> IntentModel:
    """Return the model of the engines' declarations, trained once."""
    examples = [(one.engine, text) for one in known_readings().values() for text in one.examples]
    for name in (CHATTER, HELP):
        examples += [(name, text) for text in read_examples(Path(__file__).with_name(f"{name}.txt"))]
    return IntentModel(examples)
