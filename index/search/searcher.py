"""Query → hits, best first, each with the sentences that carry the answer."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings
from index.corpus.statements import Passage, Span, Statement, StatementSummary, spans_to_dicts
from index.corpus.store import Store, StoredPassage
from index.search.context import put_in_context
from index.search.encoder import Encoder
from index.search.features import AnalysedQuestion, Features, compute_features
from index.search.openvino_model import count_cores
from index.search.query import TermQuery
from index.search.ranking import Ranked, load_ranking
from index.search.reranker import READ_AT_MOST, Reranker, combine
from index.search.terms import TermIndex, TermSnapshot
from index.search.vectors import DEFAULT_SETTINGS, DenseIndex, DenseSnapshot, IndexSettings
from index.text.tokens import analyse

_CANDIDATES = 50
"""Passages taken from the nearest by embedding and as many from the best by words; all are then ranked as one."""

_AT_ONCE = count_cores() + 1
"""Searches that run at once; the others wait for their turn. One more than there are cores, since each also waits for
the interpreter now and then. Sixteen askers over 14,800 passages on two cores: 174 questions a second with 2 turns, 191
with 3, 185 with 4, and 165 without turns, where half of them take 73 ms instead of 16.
"""

_TRIES = 3
"""How often a search is repeated at most because statements changed meanwhile."""

_DECIMALS = 5

OtherNames = Callable[[str], Mapping[str, Sequence[str]]]
"""Returns, by the terms of a query, terms that name the same."""

Describe = Callable[[int], tuple[Statement, StatementSummary] | None]
"""Returns the statement with a key, and its summary; None where it was removed."""


def _no_names(_query: str) -> Mapping[str, Sequence[str]]:
    return {}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits a query. `rank` counts from 1; `score` is the probability that the passage answers.

    `spans` are the sentences that carry the answer, as offsets into the statement's text; they lie within the passage.
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


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a query, best first, and the probability that the statements answer it at all, in [0, 1]."""

    hits: tuple[Hit, ...]
    answered: float


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """Both indexes after the same change of the store."""

    terms: TermSnapshot
    dense: DenseSnapshot


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages among which a query's hits are: their keys in the store, (m,), and their features.

    `is_exact` tells that all of them have the words that the query puts in quotation marks, `is_unsaid` that no
    passage has. `snapshot` is what they were found in.
    """

    keys: NDArray[np.int64]
    features: Features
    is_exact: bool
    is_unsaid: bool
    snapshot: _Snapshot


@dataclass(frozen=True, slots=True)
class _FoundByWords:
    """The best passages by words for a query; without its phrases where no passage has them."""

    query: TermQuery
    keys: tuple[int, ...]
    is_unsaid: bool


class Searcher:
    """The passages of a store in memory, by words and by meaning; kept current by the store's `seq`.

    Searches run while statements are added: each sees all of a change or nothing of it.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        reranker: Reranker | None = None,
        *,
        describe: Describe,
        settings: IndexSettings = DEFAULT_SETTINGS,
    ) -> None:
        """Fill the indexes from the store.

        Args:
            store: what is searched.
            encoder: of the embeddings in the store.
            reranker: reads the best candidates with the query and orders them again, if there is one.
            describe: returns the statement with a key, and its summary; None where it was removed.
            settings: of the index of embeddings.
        """
        self._store = store
        self._describe = describe
        self._encoder = encoder
        self._reranker = reranker
        self._updating = threading.Lock()
        self._turns = threading.Semaphore(_AT_ONCE)
        # The model loads at the same time: the first question needs both.
        with ThreadPoolExecutor(max_workers=1) as pool:
            loaded = pool.submit(encoder.encode_query, "ready")
            self._terms = TermIndex(self._read_text)
            self._dense = DenseIndex(self._terms.fill(store.iterate_rows()), settings)
            loaded.result()

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._dense.seq

    def catch_up(self) -> None:
        """Take the changes of the store since."""
        with self._updating:
            changes = self._store.get_changes(min(self._terms.seq, self._dense.seq))
            self._terms.update(changes)
            self._dense.update(changes)

    def close(self) -> None:
        """End what is being built in the background."""
        self._dense.close()

    def has_word(self, word: str) -> bool:
        """Tell whether any passage has a word, in any inflection, in itself or in its title, issuers or date."""
        terms = self._terms.snapshot()
        return all(terms.frequency(term) for term in analyse(word))

    def search(
        self,
        query: str,
        k: int,
        *,
        within: frozenset[int] | None = None,
        other_names: OtherNames = _no_names,
    ) -> Found:
        """Return the `k` passages likeliest to answer, best first; equal ones in the order of their adding.

        Words in quotation marks must stand in a passage exactly; where they stand in none, nothing answers.

        Args:
            query: what is looked for.
            k: how many passages.
            within: the keys of the statements whose passages are looked at; all if not given.
            other_names: finds other names in the query; called while it is encoded.
        """
        with self._turns:
            for _ in range(_TRIES):
                found, is_whole = self._search(query, k, within, other_names)
                if is_whole:
                    break
                self.catch_up()  # a statement was removed since it was found
        return found

    def find_candidates(
        self,
        query: str,
        *,
        within: frozenset[int] | None = None,
        other_names: OtherNames = _no_names,
    ) -> Candidates | None:
        """Return the passages among which the hits of a query are, with their features; None where there are none."""
        with self._encoder.begin_query(query) as encoded:
            names = other_names(query)
            for _ in range(_TRIES):
                now = self._take_snapshot()
                by_words = _find_by_words(_with_names(now.terms.read(query), names), now.terms, within)
                embedding = encoded.result()  # words are looked up while it is encoded
                if now.terms.seq == self._terms.seq:
                    break
        read = by_words.query
        nearest = now.dense.search(embedding, 0 if read.phrases else _CANDIDATES, within=within)
        batch = now.terms.gather(sorted({*by_words.keys, *(one.key for one in nearest)}))
        if not len(batch):
            return None
        similarities = now.dense.similarities(embedding, batch.keys.tolist())
        features = compute_features(_analyse(query, embedding, read, now.terms), batch, similarities)
        return Candidates(batch.keys, features, bool(read.phrases), by_words.is_unsaid, now)

    def _take_snapshot(self) -> _Snapshot:
        """Return both indexes after the same change."""
        now = _Snapshot(self._terms.snapshot(), self._dense.snapshot())
        if now.terms.seq == now.dense.seq:
            return now
        with self._updating:
            return _Snapshot(self._terms.snapshot(), self._dense.snapshot())

    def _search(self, query: str, k: int, within: frozenset[int] | None, other_names: OtherNames) -> tuple[Found, bool]:
        """Return the hits, and whether all that was found is still there."""
        candidates = self.find_candidates(query, within=within, other_names=other_names)
        if candidates is None or k < 1:
            return Found((), 0.0), True
        ranked = load_ranking().rank(candidates.features)
        best, probabilities = self._order(query, candidates, ranked)
        keys = candidates.keys[best].tolist()
        scores = np.round(probabilities[best], _DECIMALS).tolist()
        sentences = candidates.features.best_sentences[best].tolist()
        rest = self._find_rest(query, k, candidates, within) if k > len(keys) else []
        wanted = [*zip(keys, scores, sentences, strict=True), *((key, 0.0, None) for key in rest)][:k]
        stored = self._fetch([key for key, _, _ in wanted], candidates.snapshot)
        there = [one for one in wanted if one[0] in stored]
        hits = (_to_hit(stored[key], rank, score, number) for rank, (key, score, number) in enumerate(there, start=1))
        answered = 0.0 if candidates.is_unsaid else round(ranked.answered, _DECIMALS)
        return Found(tuple(hits), answered), len(there) == len(wanted)

    def _order(
        self, query: str, candidates: Candidates, ranked: Ranked
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows of the candidates, best first, and the probability of every row, (m,).

        A reranker orders the best again; the others follow, none with a higher probability than those.
        """
        best = np.lexsort((candidates.keys, -ranked.order))
        if candidates.is_unsaid:
            return best, np.zeros_like(ranked.probabilities)
        if self._reranker is None:
            return best, ranked.probabilities
        stored = self._fetch(candidates.keys[best[:READ_AT_MOST]].tolist(), candidates.snapshot)
        # What was removed since is not read, and no hit either.
        head = np.array([row for row in best[:READ_AT_MOST] if int(candidates.keys[row]) in stored], dtype=np.int64)
        passages = [stored[int(key)] for key in candidates.keys[head]]
        texts = [put_in_context(one.statement.title, one.passage).text for one in passages]
        order, of_head = combine(ranked.probabilities[head], self._reranker.score(query, texts))
        probabilities = np.minimum(ranked.probabilities, of_head.min(initial=1.0))
        probabilities[head] = of_head
        return np.concatenate([head[order], best[READ_AT_MOST:]]), probabilities

    def _find_rest(self, query: str, k: int, candidates: Candidates, within: frozenset[int] | None) -> list[int]:
        """Return the keys of the passages that follow the candidates, closest first."""
        terms, dense = candidates.snapshot.terms, candidates.snapshot.dense
        if candidates.is_exact:
            found = [one.key for one in terms.search(terms.read(query), k, within=within)]
        else:
            found = [one.key for one in dense.search(self._encoder.encode_query(query), k, within=within)]
        known = set(candidates.keys.tolist())
        return [key for key in found if key not in known]

    def _fetch(self, keys: Sequence[int], snapshot: _Snapshot) -> dict[int, StoredPassage]:
        """Return the passages with these keys, from memory; one that is gone is absent."""
        found = {}
        for key, (statement_key, position) in snapshot.terms.locate(keys).items():
            described = self._describe(statement_key)
            if described is not None:
                statement, summary = described
                found[key] = StoredPassage(statement.passages[position], summary)
        return found

    def _read_text(self, statement_key: int, position: int) -> str | None:
        described = self._describe(statement_key)
        return described[0].passages[position].text if described is not None else None


def _find_by_words(query: TermQuery, terms: TermSnapshot, within: frozenset[int] | None) -> _FoundByWords:
    found = terms.search(query, _CANDIDATES, within=within)
    is_unsaid = bool(query.phrases) and not found
    if is_unsaid:
        query = replace(query, phrases=())
        found = terms.search(query, _CANDIDATES, within=within)
    return _FoundByWords(query, tuple(one.key for one in found), is_unsaid)


def _analyse(query: str, embedding: Embeddings, read: TermQuery, terms: TermSnapshot) -> AnalysedQuestion:
    """Return a query as its candidates are compared with it."""
    named = [[term for term in (one.term, *one.alternatives) if terms.frequency(term)] for one in read.terms]
    return AnalysedQuestion(
        text=query,
        embedding=embedding,
        numbers=tuple(tuple(map(terms.number_of, one)) for one in named),
        frequencies=np.array([max(map(terms.frequency, one), default=0) for one in named], dtype=np.int32),
        is_name=np.array([one.text[:1].isupper() and not query.startswith(one.text) for one in read.terms], bool),
        is_number=np.array([one.text[:1].isdigit() for one in read.terms], dtype=bool),
        passages=len(terms),
        mean_length=terms.mean_length,
    )


def _to_hit(stored: StoredPassage, rank: int, score: float, number: int | None) -> Hit:
    """Return a hit, with the sentence of a number from 0 as what carries the answer; all of it where there is none."""
    sentences = stored.passage.sentences
    chosen = sentences[number] if number is not None and number < len(sentences) else stored.passage
    return Hit(stored.passage, stored.statement, rank, score, (Span(chosen.start, chosen.end),))


def _with_names(query: TermQuery, other_names: Mapping[str, Sequence[str]]) -> TermQuery:
    """Return the query with other names of its terms as their alternatives."""
    terms = tuple(
        replace(one, alternatives=tuple(dict.fromkeys((*one.alternatives, *other_names.get(one.term, ())))))
        for one in query.terms
    )
    return replace(query, terms=terms)
