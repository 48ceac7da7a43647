"""Encoders for tests where speed matters more than meaning."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.search.context import PassageText
from index.search.openvino_model import PendingEmbedding


class WordEncoder:
    """Hashed bag of words, unit rows: texts that share words are close, so rankings can be told by eye."""

    def __init__(self, name: str = "words", dimensions: int = 256) -> None:
        self.name = name
        self.fingerprint = hashlib.sha256(f"{name} {dimensions}".encode()).hexdigest()
        self.reads_only_english = True
        self._dimensions = dimensions

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or ["nothing"]:
                digest = hashlib.sha256(word.encode()).digest()
                row[int.from_bytes(digest[:4], "big") % self._dimensions] += 1
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[NDArray[np.float32]]:
        return [
            self.encode_passages([one.text, *(one.text[start:end] for start, end in one.sentences)]) for one in passages
        ]

    def encode_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.encode_passages([text])[0]
        return row

    def begin_query(self, text: str) -> PendingEmbedding:
        return PendingEmbedding(lambda: self.encode_query(text))
