"""Query → hits, best first, each with the sentence that fits the query best."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from index.corpus.statements import NUMBERED_KINDS, Passage, Span, StatementSummary, spans_to_dicts
from index.corpus.store import Embeddings, Store, StoredPassage
from index.search.dense import DenseIndex
from index.search.encoder import Encoder

_CANDIDATES = 50
"""Passages that are compared sentence by sentence after the dense search."""

_SENTENCE_WEIGHT = 0.5
"""Half for the whole passage, half for its best sentence: a long paragraph may answer in one sentence.

Of 52 golden questions over the bundled statements 30 have their paragraph first with the mean of both, 28 with the
passage alone and 27 with the sentence alone: no more than a hint.
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits a query. `rank` counts from 1; `score` is in [0, 1], higher is better.

    `spans` are the sentences that fit best, as offsets into the statement's text; they lie within the passage.
    """

    passage: Passage
    statement: StatementSummary
    rank: int
    score: float
    spans: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as JSON values, each span with its words."""
        return {
            "rank": self.rank,
            "score": self.score,
            "passage": self.passage.to_dict(),
            "statement": self.statement.to_dict(),
            "spans": spans_to_dicts(self.passage, self.spans),
        }


def in_context(title: str, passage: Passage) -> str:
    """Return what is encoded of a passage: in the body, its words after the title; white space folded.

    Statements of one kind differ in their titles: "Joint Statement on Syria" of four months says "we" in each. A
    release line says nothing of the subject, and with the title it would be found for it.
    """
    context = f"{title}. " if passage.kind in NUMBERED_KINDS else ""
    return " ".join(f"{context}{passage.text}".split())


def search_passages(
    query: str, k: int, *, encoder: Encoder, dense: DenseIndex, store: Store, within: frozenset[int] | None = None
) -> list[Hit]:
    """Return the `k` passages that fit a query best, best first; equal scores keep the order of their adding.

    Where `within` is given, only passages of the statements with these keys are looked at.
    """
    embedding = encoder.encode_query(query)
    candidates = dense.search(embedding, max(k, _CANDIDATES), within=within)
    stored = store.get_passages([candidate.key for candidate in candidates])
    scored = [
        (*_score(embedding, candidate.similarity, stored[candidate.key]), candidate.key)
        for candidate in candidates
        if candidate.key in stored  # a statement may have been removed since
    ]
    scored.sort(key=lambda one: (-one[0], one[2]))
    return [
        Hit(stored[key].passage, stored[key].statement, rank, score, spans)
        for rank, (score, spans, key) in enumerate(scored[:k], start=1)
    ]


def _score(query: Embeddings, similarity: float, stored: StoredPassage) -> tuple[float, tuple[Span, ...]]:
    """Return the score of a passage, rounded so that ties are ties on every machine, and its best sentence."""
    sentences = stored.passage.sentences
    if not sentences or len(stored.sentence_vectors) != len(sentences):
        return _to_score(similarity), (Span(stored.passage.start, stored.passage.end),)
    similarities = stored.sentence_vectors @ query
    best = int(np.argmax(similarities))
    blended = (1 - _SENTENCE_WEIGHT) * similarity + _SENTENCE_WEIGHT * float(similarities[best])
    return _to_score(blended), (Span(sentences[best].start, sentences[best].end),)


def _to_score(similarity: float) -> float:
    return round(min(max(similarity, 0.0), 1.0), 5)
