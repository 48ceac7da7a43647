"""Passages by the words they share with a query: BM25, quoted words, mistyped words. The one door to tantivy."""

import json
import math
import re
import threading
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import tantivy
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur, Query

from index.corpus.store import Changes, StatementRows
from index.text.analysis import CASED_TERMS, Word, analyse, analyse_words, find_written_words, is_stop_word, to_terms

_K1 = 1.2
_B = 0.75
"""Fixed in tantivy."""

_CONTEXT_COPIES = 2
"""How often title, issuers and date stand beside the words of a passage, in one field with them.

nDCG@10 with 0, 1, 2 and 3 copies: golden .68 .80 .82 .83; golden among 6,000 others .58 .74 .79 .78; NQ .847 .920 .929
.932; ClapNQ .894 .951 .950 .953. As a field of its own, at its best weight (1.0): .76, .69, .914, .959.
"""

_ALTERNATIVE_WEIGHT = 0.7
"""What a word in place of a mistyped one counts, where the typed one would count 1."""

_COMMON_SHARE = 0.3
_RARER_TERMS = 3
"""A term of more than this share of the passages is left out where a query has this many rarer ones.

It hardly moves a ranking (nDCG@10 the same to .0002 on four of five sets, .802 for .805 on golden alone).
"""

_REBUILT_SHARE = 0.1
_REBUILT_MINIMUM = 1_000
"""Removed passages linger in tantivy's statistics, and their words in the vocabulary; both are made anew when more than
both have gone."""

_FILTERED_BELOW = 0.05
"""Where fewer of the statements are searched, tantivy is given their keys: 20,000 of 200,000 keys cost it 10 ms."""

_ROUNDING = 1.00001
"""tantivy adds up scores in single precision."""

_WRITER_BYTES = 64_000_000

_FIELD = "terms"
_Terms = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class LexicalCandidate:
    """A passage in one ranking: its key in the store and its BM25 score, above or at 0."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a query.

    Attributes:
        text: as it was typed.
        term: as it is compared.
        alternatives: terms it may be a mistyping of, likeliest first; only where its own is absent or nearly so.
        document_frequency: the number of passages that have the term, in themselves or in title, issuers and date.
    """

    text: str
    term: str
    alternatives: tuple[str, ...]
    document_frequency: int


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """A query as it is searched: `terms` without stop words unless there is nothing else, each once, in order.

    `phrases` are the quoted words, folded: a passage that lacks one of them is not found.
    """

    terms: tuple[QueryTerm, ...]
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """The words of one statement, as ids; passage `i` has `terms[starts[i] : starts[i + 1]]`."""

    keys: tuple[int, ...]
    context: _Terms
    terms: _Terms
    starts: NDArray[np.int32]
    packed_texts: bytes  # as typed, for quoted words; the context last

    def body(self, position: int) -> _Terms:
        """Return the terms of a passage."""
        return self.terms[self.starts[position] : self.starts[position + 1]]

    def texts(self) -> list[str]:
        """Return the texts of the passages, and of the context."""
        texts: list[str] = json.loads(zlib.decompress(self.packed_texts).decode("utf-8", "surrogatepass"))
        return texts

    def renumbered(self, places: _Terms) -> "_Entry":
        """Return the entry with the new ids of its terms, by the old ones."""
        return replace(self, context=places[self.context], terms=places[self.terms])

    @property
    def tokens(self) -> int:
        """The number of terms that the passages have together, with the copies of the context."""
        return len(self.terms) + len(self.keys) * _CONTEXT_COPIES * len(self.context)


@dataclass(frozen=True, slots=True)
class _Statistics:
    """What tantivy takes for the number of passages and their average length: it counts some that are gone."""

    passages: int
    average: float


@dataclass(frozen=True, slots=True)
class _Totals:
    """What is there: passages, terms in them all, and by each term's id the number of passages that have it."""

    passages: int
    tokens: int
    frequencies: _Terms

    @property
    def average(self) -> float:
        """The mean number of terms of a passage."""
        return self.tokens / self.passages

    def frequency(self, term_id: int | None) -> int:
        """Return the number of passages that have a term."""
        return int(self.frequencies[term_id]) if term_id is not None and term_id < len(self.frequencies) else 0

    def change(self, added: Collection[_Entry], removed: Collection[_Entry], vocabulary_size: int) -> "_Totals":
        """Return the totals after a change."""
        frequencies = np.zeros(vocabulary_size, dtype=np.int32)
        frequencies[: len(self.frequencies)] = self.frequencies
        for entries, sign in ((added, 1), (removed, -1)):
            for portion in _portions(list(entries)):
                frequencies += sign * _count_passages(portion, vocabulary_size)
        return _Totals(
            self.passages + sum(len(one.keys) for one in added) - sum(len(one.keys) for one in removed),
            self.tokens + sum(one.tokens for one in added) - sum(one.tokens for one in removed),
            frequencies,
        )


@dataclass(frozen=True, slots=True)
class _State:
    """Everything a search needs, swapped as one: a search sees all of a change or nothing of it."""

    seq: int
    searcher: tantivy.Searcher
    entries: Mapping[int, _Entry]  # by the statement's key
    vocabulary: "_Vocabulary"
    totals: _Totals
    counted: _Statistics
    gone_passages: int  # removed since the index was made, and perhaps still counted by tantivy

    def frequency(self, term: str) -> int:
        """Return the number of passages that have a term."""
        return self.totals.frequency(self.vocabulary.ids.get(term))


@dataclass(frozen=True, slots=True)
class _Weighted:
    """A term that is searched, and how much it counts."""

    term: str
    id: int
    idf: float
    weight: float


class LexicalIndex:
    """Passages by their words, in memory; kept current from the store's changes.

    tantivy finds the candidates; their scores are computed from statistics of the passages that are there now, so
    they are the same for any history of changes. A search looks at as many of tantivy's candidates as it takes to be
    sure that none of the others belongs among the best.
    """

    def __init__(self, portions: Iterable[Changes]) -> None:
        """Fill the index from portions of one snapshot of the store."""
        self._updating = threading.Lock()
        self._spellings = _Spellings()
        self._schema = _make_schema()
        seq = 0
        entries: dict[int, _Entry] = {}
        vocabulary = _Vocabulary()
        self._index, self._writer = _make_index(self._schema)
        for portion in portions:
            seq = portion.seq
            for rows in portion.statements:
                if rows.passages:
                    entry = self._take_up(rows, vocabulary)
                    entries[rows.statement_key] = entry
                    self._write(rows.statement_key, entry, vocabulary)
        totals = _Totals(0, 0, np.zeros(0, dtype=np.int32))
        totals = totals.change(entries.values(), (), len(vocabulary.terms))
        self._state = self._commit(seq, entries, vocabulary, totals, gone_passages=0)

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._state.seq

    def __len__(self) -> int:
        return self._state.totals.passages

    def update(self, changes: Changes) -> None:
        """Take up what changed in the store: for each statement concerned, the rows it has now."""
        with self._updating:
            state = self._state
            if changes.seq <= state.seq:
                return
            added = {
                one.statement_key: self._take_up(one, state.vocabulary) for one in changes.statements if one.passages
            }
            removed = {
                one.statement_key: state.entries[one.statement_key]
                for one in changes.statements
                if one.statement_key in state.entries
            }
            try:
                self._state = self._change(state, changes, added, removed)
            except BaseException:
                self._writer.rollback()
                self._spellings.remove(added.values())
                raise
            self._spellings.remove(removed.values())

    def read(self, query: str) -> LexicalQuery:
        """Return what is searched for a query: its terms with their stand-ins, and what it has in quotation marks."""
        words = analyse_words(query)
        chosen = [word for word in words if not is_stop_word(word.term)] or words
        first = {word.term: word for word in reversed(chosen)}
        terms = tuple(self._read_term(word, query) for word in chosen if first[word.term] is word)
        quoted = (_fold_quoted(match[1]) for match in _QUOTED.finditer(query))
        return LexicalQuery(terms, tuple(dict.fromkeys(one for one in quoted if analyse(one))))

    def search(self, query: LexicalQuery, k: int, *, within: frozenset[int] | None = None) -> list[LexicalCandidate]:
        """Return the `k` passages with the highest scores, best first, ties by the lower key.

        The score of a passage is the sum over its terms of idf · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length /
        average length)), with k1 = 1.2, b = 0.75 and idf = ln(1 + (N - n + ½) / (n + ½)), over its words and its
        context together: title, issuers and date. As in tantivy, lengths above 40 are rounded down to four bits.

        Where `within` is given, only passages of the statements with these keys are found.

        Source: Robertson & Zaragoza, Foundations and Trends in Information Retrieval 3(4), 2009,
        doi:10.1561/1500000019.
        """
        state = self._state
        chosen = None if within is None else within & state.entries.keys()
        weighted = self._weigh(query, state)
        if k < 1 or not (weighted or query.phrases) or chosen == frozenset():
            return []
        return _Search(state, self._schema, weighted, query.phrases, chosen).run(k)

    # -- Queries ------------------------------------------------------------------------------------------------------

    def _read_term(self, word: Word, query: str) -> QueryTerm:
        text = query[word.start : word.end]
        frequency = self._frequency(word.term)
        alternatives = self._spellings.find_alternatives(text, frequency, self._frequency)
        return QueryTerm(text, word.term, tuple(one for one in alternatives if one != word.term), frequency)

    def _frequency(self, term: str) -> int:
        return self._state.frequency(term)

    def _weigh(self, query: LexicalQuery, state: _State) -> list[_Weighted]:
        """Return the terms of a query, and their stand-ins, that any passage has."""
        weights: dict[str, float] = {one.term: 1.0 for one in query.terms}
        for one in query.terms:
            for alternative in one.alternatives:
                weights.setdefault(alternative, _ALTERNATIVE_WEIGHT)
        found = [
            (term, term_id, frequency, weight)
            for term, weight in weights.items()
            if (term_id := state.vocabulary.ids.get(term)) is not None
            and (frequency := state.totals.frequency(term_id))
        ]
        rarer = [one for one in found if one[2] <= _COMMON_SHARE * state.totals.passages]
        if len(rarer) >= _RARER_TERMS:
            found = rarer
        return [_Weighted(term, term_id, _idf(state.totals.passages, n), weight) for term, term_id, n, weight in found]

    # -- Changes ------------------------------------------------------------------------------------------------------

    def _take_up(self, rows: StatementRows, vocabulary: "_Vocabulary") -> _Entry:
        texts = [*(one.text for one in rows.passages), _describe(rows)]
        written = [find_written_words(text) for text in texts]
        *bodies, context = (vocabulary.learn(to_terms(words)) for words in written)
        entry = _Entry(
            keys=rows.passage_keys,
            context=context,
            terms=np.concatenate(bodies),
            starts=np.cumsum([0, *map(len, bodies)], dtype=np.int32),
            packed_texts=zlib.compress(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1),
        )
        self._spellings.add(written)
        return entry

    def _write(self, statement_key: int, entry: _Entry, vocabulary: "_Vocabulary") -> None:
        names = vocabulary.terms
        context = " ".join([names[one] for one in entry.context.tolist()] * _CONTEXT_COPIES)
        for position in range(len(entry.keys)):
            document = tantivy.Document()
            body = " ".join(map(names.__getitem__, entry.body(position).tolist()))
            document.add_text(_FIELD, f"{body} {context}")
            document.add_unsigned("statement", statement_key)
            document.add_unsigned("position", position)
            self._writer.add_document(document)

    def _change(
        self, state: _State, changes: Changes, added: Mapping[int, _Entry], removed: Mapping[int, _Entry]
    ) -> _State:
        """Change what tantivy holds, and return the state after it."""
        entries = {key: one for key, one in state.entries.items() if key not in removed}
        entries.update(added)
        vocabulary = state.vocabulary
        totals = state.totals.change(added.values(), removed.values(), len(vocabulary.terms))
        gone_passages = state.gone_passages + sum(len(one.keys) for one in removed.values())
        if gone_passages > max(_REBUILT_MINIMUM, _REBUILT_SHARE * totals.passages):
            gone_passages = 0
            self._writer.delete_all_documents()
            is_used = totals.frequencies > 0
            vocabulary, places = vocabulary.compacted(is_used)
            totals = replace(totals, frequencies=totals.frequencies[is_used])
            entries = {key: one.renumbered(places) for key, one in entries.items()}
            written: Mapping[int, _Entry] = entries
        else:
            # All of them: a change that failed halfway may have left some that no state knows of.
            concerned = [one.statement_key for one in changes.statements]
            self._writer.delete_documents_by_query(_of_statements(self._schema, concerned))
            written = added
        for key, entry in written.items():
            self._write(key, entry, vocabulary)
        return self._commit(changes.seq, entries, vocabulary, totals, gone_passages=gone_passages)

    def _commit(
        self,
        seq: int,
        entries: Mapping[int, _Entry],
        vocabulary: "_Vocabulary",
        totals: _Totals,
        *,
        gone_passages: int,
    ) -> _State:
        """Make what was written visible, and return the state with it."""
        self._writer.commit()
        self._index.reload()
        searcher = self._index.searcher()
        counted = _Statistics(0, 0.0)
        if totals.tokens:
            most_frequent = vocabulary.terms[int(totals.frequencies.argmax())]
            counted = _read_statistics(searcher, self._schema, most_frequent)
        return _State(seq, searcher, entries, vocabulary, totals, counted, gone_passages)


class _Search:
    """One search of one state."""

    def __init__(
        self,
        state: _State,
        schema: tantivy.Schema,
        weighted: Sequence[_Weighted],
        phrases: Sequence[str],
        within: Collection[int] | None,
    ) -> None:
        self._state = state
        self._within = within
        self._share = 1.0 if within is None else len(within) / len(state.entries)
        self._weighted = weighted
        self._patterns = [_compile_phrase(one) for one in phrases]
        self._texts: dict[int, list[str]] = {}
        self._has_phrases: dict[tuple[int, int], bool] = {}
        self._query = self._make_query(schema, phrases)

    def run(self, k: int) -> list[LexicalCandidate]:
        """Return the `k` best passages: as many of tantivy's are looked at as makes sure of them."""
        share = self._share if self._share >= _FILTERED_BELOW else 1.0
        wanted = int(1.1 * k / share) + 10
        while True:
            hits = self._state.searcher.search(self._query, wanted, count=False).hits
            best = self._rank(hits, k)
            if len(hits) < wanted:
                return best
            # No passage that tantivy ranks lower can score more than this.
            bound = hits[-1][0] * self._underrating()
            if len(best) == k and best[-1].score > bound:
                return best
            wanted *= 4

    def _underrating(self) -> float:
        """Return how many times its score in tantivy a passage can have at most.

        A term counts the less the smaller tantivy takes the average length to be, and never by a greater factor.
        """
        return _ROUNDING * max(1.0, self._state.totals.average / self._state.counted.average)

    def _make_query(self, schema: tantivy.Schema, phrases: Sequence[str]) -> Query:
        terms = Query.boolean_query([(Occur.Should, self._make_term_query(schema, one)) for one in self._weighted])
        required = [query for phrase in phrases for query in _phrase_queries(schema, phrase)]
        if self._within is not None and self._share < _FILTERED_BELOW:
            required.append(_of_statements(schema, self._within))
        if not required:
            return terms
        filters = [(Occur.Must, Query.const_score_query(one, 0.0)) for one in required]
        return Query.boolean_query([*filters, (Occur.Should if phrases else Occur.Must, terms)])

    def _make_term_query(self, schema: tantivy.Schema, one: _Weighted) -> Query:
        """Return the query for a term, weighted so that it counts what it should where tantivy counts passages gone."""
        query = Query.term_query(schema, _FIELD, one.term, index_option="freq")
        frequency = self._state.searcher.doc_freq(_FIELD, one.term)
        weight = one.weight * one.idf / _idf(self._state.counted.passages, frequency)
        return query if weight == 1 else Query.boost_query(query, weight)

    def _rank(self, hits: Sequence[tuple[float, tantivy.DocAddress]], k: int) -> list[LexicalCandidate]:
        """Return the `k` best of tantivy's passages that have all phrases."""
        addresses = [address for _, address in hits]
        searcher = self._state.searcher
        statements, positions = (
            np.array(searcher.fast_field_values(field, addresses), dtype=np.int64).tolist()
            for field in ("statement", "position")
        )
        places = list(zip(statements, positions, strict=True))
        if self._within is not None:
            places = [place for place in places if place[0] in self._within]
        entries = self._state.entries
        scores = self._score([(entries[statement], position) for statement, position in places]).tolist()
        ranked = sorted(
            (-score, entries[statement].keys[position], statement, position)
            for score, (statement, position) in zip(scores, places, strict=True)
        )
        best: list[LexicalCandidate] = []
        for negative, key, statement, position in ranked:
            if len(best) == k:
                break
            if not self._patterns or self._verify(statement, position):
                best.append(LexicalCandidate(key, -negative))
        return best

    def _verify(self, statement: int, position: int) -> bool:
        """Tell whether a passage has every phrase, letter by letter."""
        place = (statement, position)
        if place not in self._has_phrases:
            if statement not in self._texts:
                self._texts[statement] = self._state.entries[statement].texts()
            text = _normalise(self._texts[statement][position])
            self._has_phrases[place] = all(pattern.search(text) for pattern in self._patterns)
        return self._has_phrases[place]

    def _score(self, passages: Sequence[tuple[_Entry, int]]) -> NDArray[np.float64]:
        """Return the scores of passages, (n,)."""
        if not passages:
            return np.zeros(0)
        bodies = [entry.body(position) for entry, position in passages]
        contexts = [entry.context for entry, _ in passages]
        columns = np.zeros(len(self._state.totals.frequencies), dtype=np.int16)
        columns[[one.id for one in self._weighted]] = np.arange(1, len(self._weighted) + 1)
        counted = _count_terms([*bodies, *contexts], columns, len(self._weighted))
        counts = counted[: len(bodies)] + _CONTEXT_COPIES * counted[len(bodies) :]
        lengths = np.array(
            [len(body) + _CONTEXT_COPIES * len(context) for body, context in zip(bodies, contexts, strict=True)]
        )
        norms = _K1 * (1 - _B + _B * _round_lengths(lengths) / self._state.totals.average)
        weights = np.array([one.idf * one.weight for one in self._weighted]) * (_K1 + 1)
        # Added up term by term: the sum of a passage must not depend on how many others are scored with it.
        scores = np.zeros(len(passages))
        for weight, count in zip(weights, counts.T, strict=True):
            scores += weight * count / (count + norms)
        return scores


# -- BM25 -------------------------------------------------------------------------------------------------------------


def _idf(passages: int, frequency: int) -> float:
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def _round_lengths(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return lengths as tantivy keeps them in a byte: to 24 exactly, above that the rest cut to its upper four bits."""
    rest = np.maximum(lengths - 24, 0)
    _, bits = np.frexp(rest)
    cut = np.maximum(bits - 4, 0)
    rounded: NDArray[np.int64] = np.minimum(lengths, 24) + (rest >> cut << cut)
    return rounded


def _count_terms(rows: Sequence[_Terms], columns: NDArray[np.int16], size: int) -> NDArray[np.int64]:
    """Return how often each row has the terms that have a column, from 1: (rows, size)."""
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    found = columns[np.concatenate(rows)]
    is_wanted = found > 0
    cells = owners[is_wanted] * size + found[is_wanted] - 1
    return np.bincount(cells, minlength=len(rows) * size).reshape(len(rows), size)


def _count_passages(entries: Sequence[_Entry], size: int) -> _Terms:
    """Return for each term the number of passages that have it, in their own words or their context: (size,)."""
    passages = [
        np.concatenate((entry.body(position), entry.context))
        for entry in entries
        for position in range(len(entry.keys))
    ]
    owners = np.repeat(np.arange(len(passages)), [len(one) for one in passages])
    # Sorted, since `np.unique` takes three times as long over numbers as many as these.
    pairs = np.sort(owners * size + np.concatenate(passages))
    different = pairs[np.diff(pairs, prepend=-1) > 0]
    return np.bincount(different % max(size, 1), minlength=size).astype(np.int32)


def _portions(entries: Sequence[_Entry]) -> Iterator[Sequence[_Entry]]:
    for start in range(0, len(entries), 500):
        yield entries[start : start + 500]


# -- Words ------------------------------------------------------------------------------------------------------------


class _Ids(dict[str, int]):
    """A number for each term, given when it is first met."""

    def __init__(self, terms: list[str]) -> None:
        super().__init__()
        self._terms = terms

    def __missing__(self, term: str) -> int:
        self._terms.append(term)
        number = len(self)
        self[term] = number
        return number


class _Vocabulary:
    """The terms by their ids and the other way; it only grows, so that searches need no lock, until it is made anew."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.ids = _Ids(self.terms)

    def learn(self, terms: Sequence[str]) -> _Terms:
        """Return the ids of terms, new ones for those not met before."""
        return np.fromiter(map(self.ids.__getitem__, terms), dtype=np.int32, count=len(terms))

    def compacted(self, is_used: NDArray[np.bool_]) -> "tuple[_Vocabulary, _Terms]":
        """Return the terms that are used, with new ids, and by its old id the new one of each."""
        found = _Vocabulary()
        found.learn([self.terms[term_id] for term_id in np.flatnonzero(is_used).tolist()])
        return found, (np.cumsum(is_used) - 1).astype(np.int32)


_SHORTEST_CORRECTED = 4
_TWO_EDITS_FROM = 8
_RARE = 2
"""A term of more passages than this is taken as meant."""
_TIMES_MORE_FREQUENT = 10
_ALTERNATIVES = 3


class _Spellings:
    """The words of the passages as they are spelled, to find those near a mistyped one.

    Stems will not do for that: "resolutoin" is no longer cut to "resolut". Words are kept by first letter and length,
    with the number of passages and contexts that have them.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._words: dict[tuple[str, int], set[str]] = {}

    def add(self, texts: Iterable[Sequence[str]]) -> None:
        """Count the words of texts, given as they are written."""
        counts = self._counts
        for spelled in map(_corrected_to, texts):
            for word in spelled:
                if word not in counts:
                    self._words.setdefault((word[0], len(word)), set()).add(word)
            counts.update(spelled)

    def remove(self, entries: Iterable[_Entry]) -> None:
        """Count the words of entries no longer."""
        texts = (text for entry in entries for text in entry.texts())
        for word in (word for text in texts for word in _corrected_to(find_written_words(text))):
            self._counts[word] -= 1
            if not self._counts[word]:
                del self._counts[word]
                self._words[word[0], len(word)].remove(word)

    def find_alternatives(self, typed: str, frequency: int, frequency_of: Callable[[str], int]) -> tuple[str, ...]:
        """Return the terms that a word of few or no passages may be a mistyping of, likeliest first."""
        word = typed.lower()
        is_plain = word.isascii() and word.isalpha() and not typed.isupper()
        if frequency > _RARE or len(word) < _SHORTEST_CORRECTED or not is_plain:
            return ()
        edits = 2 if len(word) >= _TWO_EDITS_FROM else 1
        near = [
            (int(distance), spelled)
            for length in range(len(word) - edits, len(word) + edits + 1)
            for spelled, distance, _ in process.extract(
                word, list(self._words.get((word[0], length), ())), scorer=OSA.distance, score_cutoff=edits, limit=None
            )
            if spelled != word and not _is_another_word(word, spelled)
        ]
        terms: dict[str, tuple[int, int]] = {}
        for distance, spelled in sorted(near):
            term = analyse(spelled)[0]
            if distance <= min(near)[0] and (found := frequency_of(term)) > _TIMES_MORE_FREQUENT * frequency:
                terms.setdefault(term, (distance, -found))
        return tuple(sorted(terms, key=lambda term: (terms[term], term))[:_ALTERNATIVES])


def _corrected_to(written_words: Sequence[str]) -> set[str]:
    """Return the words that a mistyped one can be taken for, each once, in lower case."""
    found = set(map(_corrected.__getitem__, written_words))
    found.discard("")
    return found


class _Corrected(dict[str, str]):
    """For each written word what a mistyped one can be taken for, or nothing; found when it is first met."""

    def __missing__(self, written: str) -> str:
        is_plain = len(written) >= _SHORTEST_CORRECTED and written.isascii() and written.isalpha()
        if not is_plain:
            return ""  # numbers are without end, and soon told
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        found = self[written] = written.lower()
        return found


_KNOWN_WORDS = 100_000
_corrected = _Corrected()


def _is_another_word(word: str, spelled: str) -> bool:
    # "Iraq" is not "Iran": in a word of four letters, one letter for another makes another word.
    return len(word) == len(spelled) == _SHORTEST_CORRECTED and sorted(word) != sorted(spelled)


# -- Quoted words -----------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"”“»]")
_QUOTE_EDGES = " .,;:!?…"
"""Left out at the edges of quoted words: a full stop there belongs to who quotes as often as to who is quoted."""

_ALIKE = ("'‘’‚‛′ʼ", '"“”„‟″«»', "-‐‑‒–—―−")
_FOLDED = str.maketrans({character: alike[0] for alike in _ALIKE for character in alike} | {"\u00ad": ""})


def _fold_quoted(words: str) -> str:
    """Return quoted words with white space, quotes and dashes folded, without punctuation at their edges."""
    return " ".join(unicodedata.normalize("NFKC", words).translate(_FOLDED).split()).strip(_QUOTE_EDGES)


def _compile_phrase(phrase: str) -> re.Pattern[str]:
    """Return the pattern of a phrase as whole words, in any case, white space and style of quotes and dashes."""
    alike = {one[0]: f"[{one}]" for one in _ALIKE} | {" ": r"\s+"}
    letters = "".join(alike.get(character) or re.escape(character) for character in phrase)
    return re.compile(rf"(?<!\w){letters}(?!\w)", re.IGNORECASE)


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("\u00ad", ""))


def _phrase_queries(schema: tantivy.Schema, phrase: str) -> list[Query]:
    """Return what a passage must have to have a phrase: its terms, in its order and without others between them."""
    terms = analyse(phrase)
    # In another case than it was typed in, "us" is another term.
    words: list[str | tuple[int, str]] = [
        (position, term) for position, term in enumerate(terms) if term not in CASED_TERMS
    ]
    if len(words) > 1:
        return [Query.phrase_query(schema, _FIELD, words)]
    if len(words) == 1:
        return [Query.term_query(schema, _FIELD, words[0][1], index_option="freq")]
    return [Query.term_set_query(schema, _FIELD, sorted(CASED_TERMS))]


# -- tantivy ----------------------------------------------------------------------------------------------------------

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _describe(rows: StatementRows) -> str:
    """Return the context of every passage of a statement: its title, who issued it, and its date in words."""
    date = f"{rows.date.day} {_MONTHS[rows.date.month - 1]} {rows.date.year}" if rows.date else ""
    return "\n".join((rows.title, *rows.issuers, date))


def _make_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_FIELD, tokenizer_name=_FIELD, index_option="position")
    builder.add_unsigned_field("statement", indexed=True, fast=True)
    builder.add_unsigned_field("position", fast=True)
    return builder.build()


def _make_index(schema: tantivy.Schema) -> tuple[tantivy.Index, tantivy.IndexWriter]:
    index = tantivy.Index(schema)
    # The terms come ready made, with a space between them.
    index.register_tokenizer(_FIELD, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index, index.writer(_WRITER_BYTES, 1)


def _read_statistics(searcher: tantivy.Searcher, schema: tantivy.Schema, term: str) -> _Statistics:
    """Return what tantivy scores with, from its explanation of the score of a passage that has `term`."""
    query = Query.term_query(schema, _FIELD, term, index_option="freq")
    ((_, address),) = searcher.search(query, 1, count=False).hits
    explained = json.loads(query.explain(searcher, address).to_json())
    values = {one["description"]: one["value"] for part in explained["details"] for one in part.get("details", ())}
    return _Statistics(int(values["N, total number of docs"]), values["avgdl, average length of field"])


def _of_statements(schema: tantivy.Schema, keys: Iterable[int]) -> Query:
    # Not `delete_documents_by_term`: it takes every number for a signed one, and finds none in an unsigned field.
    return Query.term_set_query(schema, "statement", sorted(keys))
