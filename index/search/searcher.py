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
from index.search.compiled import PendingEmbedding, count_cores
from index.search.context import put_in_context
from index.search.dense import DenseIndex
from index.search.encoder import Encoder
from index.search.features import Features, QuestionForms, Statistics, compute_features
from index.search.filling import fill_together
from index.search.forms import PassageForms
from index.search.lexical import LexicalIndex, LexicalQuery
from index.search.ranking import Ranked, load_ranking
from index.search.reranker import READ_AT_MOST, Reranker, combine
from index.text.analysis import analyse

_CANDIDATES = 50
"""Passages taken from the dense and as many from the lexical ranking; all of them are then ranked as one."""

_AT_ONCE = count_cores() + 1
"""Searches that run at once; the others wait for their turn. One more than there are cores, since each also waits for
the interpreter now and then. Sixteen askers over 14,800 passages on two cores: 174 questions a second with 2 turns, 191
with 3, 185 with 4, and 165 without turns, where half of them take 73 ms instead of 16.
"""

OtherNames = Callable[[str], Mapping[str, Sequence[str]]]
"""What returns, by the terms of a query, terms that name the same."""


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
class Candidates:
    """The passages among which a query's hits are: their keys in the store, (m,), and their features.

    `is_exact` tells that all of them have the words that the query puts in quotation marks, `is_unsaid` that no
    passage has.
    """

    keys: NDArray[np.int64]
    features: Features
    is_exact: bool
    is_unsaid: bool


Describe = Callable[[int], tuple[Statement, StatementSummary] | None]


class Searcher:
    """The passages of a store in memory, in the three forms that a search looks at; kept current by the store's `seq`.

    Searches run while statements are added: each sees all of a change or nothing of it.
    """

    def __init__(self, store: Store, encoder: Encoder, reranker: Reranker | None = None, *, describe: Describe) -> None:
        """Fill the indexes from the store.

        Args:
            store: what is searched.
            encoder: of the embeddings in the store.
            reranker: what orders the best candidates anew, if anything does.
            describe: returns the statement with a key, and its summary; None where it was removed.
        """
        self._store = store
        self._describe = describe
        self._encoder = encoder
        self._reranker = reranker
        self._updating = threading.Lock()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._begun = self._done = 0  # changes taken up
        # The model loads beside: the first question needs both.
        with ThreadPoolExecutor(max_workers=1) as beside:
            loaded = beside.submit(encoder.encode_query, "ready")
            self._forms, self._lexical, self._dense = fill_together(
                store.iterate_rows(), PassageForms, LexicalIndex, DenseIndex
            )
            loaded.result()

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

    def _search(self, query: str, k: int, within: frozenset[int] | None, other_names: OtherNames) -> tuple[Found, bool]:
        """Return the hits, and whether all that was found is still there."""
        candidates = self.find_candidates(query, within=within, other_names=other_names)
        if candidates is None or k < 1:
            return Found((), 0.0), True
        ranked = load_ranking().rank(candidates.features)
        best, probabilities = self._order(query, candidates, ranked)
        keys = [int(candidates.keys[row]) for row in best]
        rest = self._find_rest(query, k, keys, candidates, within) if k > len(keys) else []
        wanted = [*keys, *rest][:k]
        stored = self._fetch(wanted)
        hits: list[Hit] = []
        for row, key in zip(best, keys, strict=True):
            if key in stored:  # it may have been removed since
                score = round(float(probabilities[row]), _DECIMALS)
                number = int(candidates.features.best_sentences[row])
                hits.append(_to_hit(stored[key], len(hits) + 1, score, number))
        hits.extend(
            _to_hit(stored[key], rank, 0.0, None)
            for rank, key in enumerate((key for key in rest if key in stored), start=len(hits) + 1)
        )
        answered = 0.0 if candidates.is_unsaid else round(ranked.answered, _DECIMALS)
        return Found(tuple(hits), answered), len(stored) == len(set(wanted))

    def _order(
        self, query: str, candidates: Candidates, ranked: Ranked
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows of the candidates, best first, and the probability of every row, (m,).

        A reranker orders the best anew; the others follow, none with a higher probability than those.
        """
        best = np.lexsort((candidates.keys, -ranked.order))
        if candidates.is_unsaid:
            return best, np.zeros_like(ranked.probabilities)
        if self._reranker is None:
            return best, ranked.probabilities
        stored = self._fetch(candidates.keys[best[:READ_AT_MOST]].tolist())
        # What was removed since is not read, and no hit either.
        head = np.array([row for row in best[:READ_AT_MOST] if int(candidates.keys[row]) in stored], dtype=np.int64)
        passages = [stored[int(key)] for key in candidates.keys[head]]
        texts = [put_in_context(one.statement.title, one.passage).text for one in passages]
        order, of_head = combine(ranked.probabilities[head], self._reranker.score(query, texts))
        probabilities = np.minimum(ranked.probabilities, of_head.min(initial=1.0))
        probabilities[head] = of_head
        return np.concatenate([head[order], best[READ_AT_MOST:]]), probabilities

    def _fetch(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages with these keys, from memory; one that is gone is absent."""
        found = {}
        for key, (statement_key, position) in self._forms.locate(keys).items():
            described = self._describe(statement_key)
            if described is not None:
                statement, summary = described
                found[key] = StoredPassage(statement.passages[position], summary)
        return found

    def _find_rest(
        self, query: str, k: int, ranked: Sequence[int], candidates: Candidates, within: frozenset[int] | None
    ) -> list[int]:
        """Return the keys of the passages that follow those ranked, closest first, where more are wanted."""
        known = set(ranked)
        if candidates.is_exact:
            found = [one.key for one in self._lexical.search(self._lexical.read(query), k, within=within)]
        else:
            embedding = self._encoder.encode_query(query)
            found = [one.key for one in self._dense.search(embedding, k, within=within)]
        return [key for key in found if key not in known]

    def has_word(self, word: str) -> bool:
        """Tell whether any passage has a word, in any inflection, in itself or in what its statement is called."""
        return all(self._forms.has(term) for term in analyse(word))

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
                done = self._done
                found = self._find(query, encoded, within, names)
                if self._begun == done:
                    return found
            with self._updating:
                return self._find(query, encoded, within, names)

    def close(self) -> None:
        """End what is being built in the background."""
        self._dense.close()

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._dense.seq

    def catch_up(self) -> None:
        """Take up what changed in the store since."""
        with self._updating:
            changes = self._store.get_changes(min(self._forms.seq, self._lexical.seq, self._dense.seq))
            self._begun += 1
            try:
                self._forms.update(changes)
                self._lexical.update(changes)
                self._dense.update(changes)
            finally:
                self._done = self._begun

    def _find(
        self,
        query: str,
        encoded: PendingEmbedding,
        within: frozenset[int] | None,
        other_names: Mapping[str, Sequence[str]],
    ) -> Candidates | None:
        read = _with_names(self._lexical.read(query), other_names)
        lexical = [one.key for one in self._lexical.search(read, _CANDIDATES, within=within)]
        is_unsaid = bool(read.phrases) and not lexical
        if is_unsaid:
            read = replace(read, phrases=())
            lexical = [one.key for one in self._lexical.search(read, _CANDIDATES, within=within)]
        embedding = encoded.result()  # words are looked up while it is encoded
        dense = self._dense.snapshot()
        close = [] if read.phrases else [one.key for one in dense.search(embedding, _CANDIDATES, within=within)]
        gathered = self._forms.gather(sorted({*lexical, *close}))
        if not len(gathered):
            return None
        similarities = dense.similarities(embedding, gathered.keys.tolist())
        statistics = Statistics(len(self._forms), self._forms.mean_length, self._forms.vocabulary_size)
        question = self._read_question(query, embedding, read)
        features = compute_features(question, gathered, similarities, statistics)
        return Candidates(gathered.keys, features, is_exact=bool(read.phrases), is_unsaid=is_unsaid)

    def _read_question(self, query: str, embedding: Embeddings, read: LexicalQuery) -> QuestionForms:
        forms = self._forms
        numbers = [
            tuple(number for term in (one.term, *one.alternatives) if (number := forms.number_of(term)) >= 0)
            for one in read.terms
        ]
        frequencies = [max((forms.frequency(number) for number in one), default=0) for one in numbers]
        return QuestionForms(
            text=query,
            embedding=embedding,
            numbers=tuple(numbers),
            frequencies=np.array(frequencies, dtype=np.int32),
            is_name=np.array([one.text[:1].isupper() and not query.startswith(one.text) for one in read.terms], bool),
            is_number=np.array([one.text[:1].isdigit() for one in read.terms], dtype=bool),
        )


def _to_hit(stored: StoredPassage, rank: int, score: float, number: int | None) -> Hit:
    """Return a hit, with the sentence of a number from 0 as what carries the answer; all of it where there is none."""
    sentences = stored.passage.sentences
    chosen = sentences[number] if number is not None and number < len(sentences) else stored.passage
    return Hit(stored.passage, stored.statement, rank, score, (Span(chosen.start, chosen.end),))


_TRIES = 3
"""Searches begun anew because a change came between; the next one makes changes wait."""

_DECIMALS = 5


def _with_names(query: LexicalQuery, other_names: Mapping[str, Sequence[str]]) -> LexicalQuery:
    """Return the query with other names of its terms as their alternatives."""
    terms = tuple(
        replace(one, alternatives=tuple(dict.fromkeys((*one.alternatives, *other_names.get(one.term, ())))))
        for one in query.terms
    )
    return replace(query, terms=terms)
