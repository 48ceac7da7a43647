"""Statement → the embeddings of its searched passages, each in its context, with their sentences, and of its title."""

import functools
from collections.abc import Callable, Sequence

from index.corpus.embeddings import Embeddings
from index.corpus.ingest import PASSAGES_PER_BATCH
from index.corpus.statements import Statement
from index.corpus.store import EncodedPassage, ModelRecord
from index.search.context import PassageText, find_lead_ins, put_in_context
from index.search.encoder import Encoder


class StatementEncoder:
    """Encodes statements for the store."""

    def __init__(self, encoder: Encoder, *, passages_per_batch: int = PASSAGES_PER_BATCH) -> None:
        self._encoder = encoder
        self._passages_per_batch = passages_per_batch

    @functools.cached_property
    def model(self) -> ModelRecord:
        """The model that makes the embeddings."""
        encoder = self._encoder
        return ModelRecord(encoder.name, encoder.fingerprint, len(encoder.encode_query("size")))

    def encode(
        self, statements: Sequence[Statement], on_encoded: Callable[[int], None] = lambda _passages: None
    ) -> list[list[EncodedPassage]]:
        """Return for each statement the embeddings of its searched passages.

        Args:
            statements: any number; their passages are encoded together.
            on_encoded: told how many more passages are encoded, each time some are.
        """
        texts = [text for statement in statements for text in _texts_of(statement)]
        count = len(texts)
        texts += [PassageText(" ".join(statement.title.split())) for statement in statements]
        vectors: list[Embeddings] = []
        for start in range(0, len(texts), self._passages_per_batch):
            vectors += self._encoder.encode_with_sentences(texts[start : start + self._passages_per_batch])
            on_encoded(min(self._passages_per_batch, max(count - start, 0)))
        rows = iter(vectors)
        titles = [vector[0] if text.text else None for text, vector in zip(texts[count:], vectors[count:], strict=True)]
        return [
            [
                EncodedPassage(passage.position, next(rows), title if at == 0 else None)
                for at, passage in enumerate(statement.searched_passages)
            ]
            for statement, title in zip(statements, titles, strict=True)
        ]


def _texts_of(statement: Statement) -> list[PassageText]:
    lead_ins = find_lead_ins(statement.passages)
    return [
        put_in_context(statement.title, passage, lead_ins.get(passage.position, ""))
        for passage in statement.searched_passages
    ]
