"""What is measured beside Verbatim: dense alone, BM25 alone, and the two ways in which both are usually combined.

They rank the same passages, by the same encoder, and share no code with Verbatim's own ranking.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings
from index.evaluation.comparison import RankedSystem
from index.evaluation.question_sets import JudgedQuestion
from index.evaluation.units import Corpus, OnProgress, SearchedPassage, UnitKind, start_counting
from index.search.encoder import Encoder

Scores = NDArray[np.float64]
Rows = NDArray[np.int64]
"""Places in the list of passages, best first."""

_ENCODED_AT_ONCE = 256

FUSED = 100
"""Passages of each ranking that are fused."""

WEIGHTS = tuple(round(step * 0.05, 2) for step in range(21))
"""The shares of dense that are tried in a convex combination."""

_BM25_K1 = 1.5
_BM25_B = 0.75
_RRF_K = 60

_STOP_WORD = re.compile(
    "a|an|and|are|as|at|be|but|by|for|if|in|into|is|it|no|not|of|on|or|such|that|the|their|then|there|these|they|this"
    "|to|was|will|with"
)
"""Lucene's list for English."""

_TOKEN = re.compile(r"\b\w\w+\b")


class Bm25:
    """Okapi BM25 in Lucene's form, over stems without stop words.

    idf(t) = ln(1 + (N - df + .5) / (df + .5));
    score(d) = sum over the query's words t of idf(t) · tf / (tf + k1 · (1 - b + b · length / mean length)).

    Source: Kamphuis, de Vries, Boytsov & Lin, ECIR 2020, doi:10.1007/978-3-030-45442-5_4 ("Lucene, accurate").
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        counts = [Counter(self._tokenize(text)) for text in texts]
        lengths = np.array([sum(one.values()) for one in counts], dtype=np.float64)
        mean = lengths.mean() if lengths.any() else 1.0
        norms = _BM25_K1 * (1 - _BM25_B + _BM25_B * lengths / mean)
        postings: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for term, frequency in count.items():
                postings.setdefault(term, []).append((row, frequency))
        self._size = len(texts)
        self._postings = {term: _weigh(np.array(found), norms) for term, found in postings.items()}

    def score(self, query: str) -> Scores:
        """Return the score of every passage, (n,), 0 where it has none of the query's words."""
        scores = np.zeros(self._size)
        for term in self._tokenize(query):
            if term in self._postings:
                rows, weights = self._postings[term]
                scores[rows] += weights
        return scores

    def _tokenize(self, text: str) -> list[str]:
        words = [word for word in _TOKEN.findall(text.lower()) if not _STOP_WORD.fullmatch(word)]
        stems: list[str] = self._stemmer.stemWords(words)
        return stems


def _weigh(found: NDArray[np.int64], norms: Scores) -> tuple[Rows, Scores]:
    """Return the rows that have a term, and what the term adds to the score of each."""
    rows, frequencies = found[:, 0], found[:, 1]
    idf = math.log(1 + (len(norms) - len(rows) + 0.5) / (len(rows) + 0.5))
    return rows, idf * frequencies / (frequencies + norms[rows])


@dataclass(frozen=True, slots=True)
class PeerRanking:
    """How one peer ranks the passages for one query.

    `weight` is the share of dense in a convex combination, else None; `top_score` is None where the peer's scores mean
    nothing beside those of other queries.
    """

    name: str
    rows: Rows
    weight: float | None = None
    top_score: float | None = None


class Peers:
    """The peers over one form of the passages: their text alone, or with the title before it."""

    def __init__(self, texts: Sequence[str], embeddings: Embeddings) -> None:
        """Index passages by their texts and `embeddings`, (n, d) float32, unit rows."""
        if len(texts) != len(embeddings):
            raise ValueError(f"expected an embedding for each of {len(texts)} texts, got {len(embeddings)}")
        self._embeddings = embeddings
        self._bm25 = Bm25(texts)

    def rank(self, query: str, embedding: Embeddings) -> list[PeerRanking]:
        """Return the rankings of a query with its `embedding`, (d,) unit length, in an order that stays.

        Ties keep the lower row first.
        """
        similarities = (self._embeddings @ embedding).astype(np.float64)
        scores = self._bm25.score(query)
        dense = best_rows(similarities)
        bm25 = best_rows(scores)
        bm25 = bm25[scores[bm25] > 0]
        return [
            PeerRanking("dense", dense, top_score=float(similarities.max(initial=-1.0))),
            PeerRanking("BM25", bm25, top_score=float(scores.max(initial=0.0))),
            PeerRanking("RRF", reciprocal_rank_fusion([dense, bm25])),
            *(
                PeerRanking("convex", rows, weight=share)
                for share, rows in convex_combinations((dense, similarities[dense]), (bm25, scores[bm25])).items()
            ),
        ]


def best_rows(scores: Scores) -> Rows:
    """Return the rows of the `FUSED` highest scores, best first, ties by the lower row."""
    return np.argsort(-scores, kind="stable")[:FUSED]


def convex_combinations(dense: tuple[Rows, Scores], bm25: tuple[Rows, Scores]) -> dict[float, Rows]:
    """Return the rows of both rankings by α · dense + (1 - α) · BM25, for every α of `WEIGHTS`.

    Each ranking's scores are stretched to [0, 1] over its own rows; a row that one of them has not is worth 0 there.
    Ties keep the lower row first.

    Source: Bruch, Gai & Ingber, TOIS 42(1), 2023, doi:10.1145/3596512 (min-max normalisation).
    """
    union = np.union1d(dense[0], bm25[0])
    normal = np.zeros((2, len(union)))
    for line, (rows, scores) in zip(normal, (dense, bm25), strict=True):
        line[np.searchsorted(union, rows)] = min_max(scores)
    shares = np.array(WEIGHTS)[:, np.newaxis]
    order = np.argsort(-(shares * normal[0] + (1 - shares) * normal[1]), axis=1, kind="stable")[:, :FUSED]
    return {share: union[columns] for share, columns in zip(WEIGHTS, order, strict=True)}


def min_max(scores: Scores) -> Scores:
    """Return the scores stretched to [0, 1]; all 0 where they are equal."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def reciprocal_rank_fusion(rankings: Sequence[Rows]) -> Rows:
    """Fuse rankings by the ranks of their rows, with k = 60; ties keep the lower row first.

    RRF(row) = sum over the rankings that have it of 1 / (k + rank), rank counted from 1.

    Source: Cormack, Clarke & Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114.
    """
    union = np.unique(np.concatenate(rankings))
    fused = np.zeros(len(union))
    for ranking in rankings:
        fused[np.searchsorted(union, ranking)] += 1 / (_RRF_K + np.arange(1, len(ranking) + 1))
    return union[np.argsort(-fused, kind="stable")]


def rank_peers(
    corpus: Corpus,
    questions: Sequence[JudgedQuestion],
    kinds: Mapping[str, UnitKind],
    encoder: Encoder,
    *,
    limit: int,
    on_progress: OnProgress,
) -> list[RankedSystem]:
    """Return every peer in every variant and with every weight, with its `limit` best units for each question."""
    query_embeddings = [encoder.encode_query(question.text) for question in questions]
    forms = {
        "title": [_after_title(one) for one in corpus.passages],
        "text": [_fold_space(one.passage.text) for one in corpus.passages],
    }
    embeddings = _encode([text for texts in forms.values() for text in texts], encoder, on_progress)
    systems: list[RankedSystem] = []
    for (variant, texts), part in zip(forms.items(), np.split(embeddings, len(forms)), strict=True):
        peers = Peers(texts, part)
        advance = start_counting(on_progress, f"Asking the peers ({variant})", len(questions))
        collected: dict[tuple[str, float | None], list[tuple[list[str], float | None]]] = {}
        for question, embedding in zip(questions, query_embeddings, strict=True):
            for one in peers.rank(question.text, embedding):
                units = _to_units(corpus, kinds[question.id], one.rows, limit)
                collected.setdefault((one.name, one.weight), []).append((units, one.top_score))
            advance()
        systems += [_to_system(name, variant, weight, found) for (name, weight), found in collected.items()]
    return systems


def _to_units(corpus: Corpus, kind: UnitKind, rows: Rows, limit: int) -> list[str]:
    passage_ids = (corpus.passages[row].passage.id for row in rows.tolist())
    return list(islice(corpus.get_units(kind, passage_ids), limit))


def _to_system(
    name: str, variant: str, weight: float | None, found: Sequence[tuple[list[str], float | None]]
) -> RankedSystem:
    top_scores = [score for _, score in found if score is not None]
    return RankedSystem(
        name=name,
        variant=variant,
        rankings=[units for units, _ in found],
        top_scores=top_scores if len(top_scores) == len(found) else None,
        weight=weight,
    )


def _after_title(searched: SearchedPassage) -> str:
    return _fold_space(f"{searched.title}. {searched.passage.text}" if searched.title else searched.passage.text)


def _fold_space(text: str) -> str:
    return " ".join(text.split())


def _encode(texts: Sequence[str], encoder: Encoder, on_progress: OnProgress) -> Embeddings:
    """Return the embeddings of texts, (n, d); equal texts are encoded once, and texts of like length together."""
    different = sorted(set(texts), key=lambda text: (-len(text), text))
    advance = start_counting(on_progress, "Encoding for the peers", len(different))
    parts = []
    for start in range(0, len(different), _ENCODED_AT_ONCE):
        portion = different[start : start + _ENCODED_AT_ONCE]
        parts.append(encoder.encode_passages(portion))
        for _ in portion:
            advance()
    row_of = {text: row for row, text in enumerate(different)}
    return np.concatenate(parts)[[row_of[text] for text in texts]]
