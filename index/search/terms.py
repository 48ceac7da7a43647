"""Passages by their terms: one inverted index with BM25 scores and phrases, and what ranking counts of each passage."""

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.corpus.store import Changes
from index.search.passages import CandidateBatch, Integers, Mask, PassageTable, Rows
from index.search.postings import CONTEXT_COPIES, Postings, append_segment
from index.search.query import TermQuery, compile_phrase, phrase_terms, read_query
from index.text.tokens import CASED_TERMS

_K1 = 1.2
_B = 0.75
"""BM25's parameters, as Lucene has them."""

_ALTERNATIVE_WEIGHT = 0.7
"""What an alternative of a term counts, where the typed one would count 1."""

_COMMON_SHARE = 0.3
_RARER_TERMS = 3
"""A term of more than this share of the passages is left out where a query has this many rarer ones.

It hardly moves a ranking (nDCG@10 the same to .0002 on four of five sets, .802 for .805 on golden alone).
"""

COMPACTED_FROM = 1_000
_COMPACTED_SHARE = 0.1
"""The rows of removed passages are given up when they have more terms than both: a bot that adds a statement and
removes it again every minute must not grow each time."""

_ROWS_A_SEGMENT = 30_000
"""Passages whose postings are sorted at once."""

ReadText = Callable[[int, int], str | None]
"""Returns the text of a passage by its statement's key and its position there; None where it was removed."""


@dataclass(frozen=True, slots=True)
class TermCandidate:
    """A passage in one ranking: its key in the store and its BM25 score, above or at 0."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class TermSnapshot:
    """The passages of one moment: a search sees all of a change or nothing of it.

    `seq` is the number of the last change. `frequencies` (v,) are by the number of a term how many passages have it,
    in their words or in their context; `spelled` (w,) by the number of a word how many statements spell it so.
    """

    seq: int
    table: PassageTable
    read_text: ReadText
    segments: tuple[Postings, ...]
    statements: Mapping[int, int]  # the row of each by its key
    is_present: Mask  # (rows,), False for what was removed
    frequencies: Integers
    spelled: Integers
    norms: NDArray[np.float64]  # (rows,), how much a passage's length counts in BM25
    keys: Rows  # of the passages that are present, ascending
    rows: Rows  # of these keys
    term_count: int  # of these passages, context not counted

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a passage, context not counted; 1 where there is none."""
        return self.term_count / len(self) if len(self) else 1.0

    def number_of(self, term: str) -> int:
        """Return the number of a term, -1 if no passage has it."""
        number = self.table.vocabulary.numbers.get(term, -1)
        return number if 0 <= number < len(self.frequencies) and self.frequencies[number] else -1

    def frequency(self, term: str) -> int:
        """Return how many passages have a term, in their words or in their context."""
        number = self.number_of(term)
        return int(self.frequencies[number]) if number >= 0 else 0

    def read(self, query: str) -> TermQuery:
        """Return what is searched for a query: its terms with their alternatives, and its quoted phrases."""
        return read_query(query, self.frequency, self._find_near)

    def locate(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return for the passages with these keys their statement's key and their position in it."""
        rows, found = self._find_rows(np.fromiter(keys, np.int64))
        return {key: self.table.place(row) for key, row in zip(found.tolist(), rows.tolist(), strict=True)}

    def gather(self, keys: Sequence[int]) -> CandidateBatch:
        """Return what ranking counts of the passages with these keys, in this order; one that is gone is left out."""
        return self.table.gather(self._find_rows(np.array(keys, dtype=np.int64))[0])

    def search(self, query: TermQuery, k: int, *, within: frozenset[int] | None = None) -> list[TermCandidate]:
        """Return the `k` passages with the highest scores, best first, ties by the lower key.

        The score of a passage is the sum over its terms of idf · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length /
        average length)), with k1 = 1.2, b = 0.75 and idf = ln(1 + (N - n + ½) / (n + ½)), over its words and twice
        its context: title, issuers and date. A passage that lacks one of the phrases is not found.

        Where `within` is given, only passages of the statements with these keys are found; scores are those of all.

        Source: Robertson & Zaragoza, Foundations and Trends in Information Retrieval 3(4), 2009,
        doi:10.1561/1500000019.
        """
        weights = self._weigh(query)
        if k < 1 or not len(self) or not (weights or query.phrases):
            return []
        scores = self._score(weights)
        rows = self._find_phrases(query.phrases) if query.phrases else np.flatnonzero(scores > 0)
        rows = rows[self.is_present[rows]]
        if within is not None:
            rows = rows[self._is_within(rows, within)]
        if query.phrases:
            rows = np.fromiter(islice(self._verify(self._sort(rows, scores), query.phrases), k), np.int64)
        else:
            if len(rows) > k:  # all that tie with the last stay, since the key decides between them
                rows = rows[scores[rows] >= np.partition(scores[rows], -k)[-k]]
            rows = self._sort(rows, scores)[:k]
        pairs = zip(self.table.passages["key"][rows].tolist(), scores[rows].tolist(), strict=True)
        return [TermCandidate(key, score) for key, score in pairs]

    def _is_within(self, rows: Rows, statement_keys: frozenset[int]) -> Mask:
        """Tell which passages are of the statements with these keys."""
        is_wanted = np.zeros(len(self.table.statements), dtype=np.bool_)
        is_wanted[[self.statements[key] for key in statement_keys if key in self.statements]] = True
        found: Mask = is_wanted[self.table.passages["statement"][rows]]
        return found

    def _weigh(self, query: TermQuery) -> dict[int, float]:
        """Return by their numbers how much the terms of a query and their alternatives count that any passage has."""
        chosen = {one.term: 1.0 for one in query.terms}
        for one in query.terms:
            for alternative in one.alternatives:
                chosen.setdefault(alternative, _ALTERNATIVE_WEIGHT)
        numbers = {number: weight for term, weight in chosen.items() if (number := self.number_of(term)) >= 0}
        rarer = [number for number in numbers if self.frequencies[number] <= _COMMON_SHARE * len(self)]
        searched = rarer if len(rarer) >= _RARER_TERMS else numbers
        return {number: numbers[number] * self._idf(number) for number in searched}

    def _idf(self, number: int) -> float:
        frequency = int(self.frequencies[number])
        return math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))

    def _score(self, weights: Mapping[int, float]) -> NDArray[np.float64]:
        """Return the score of every row, (rows,); 0 where it has none of the terms."""
        scores = np.zeros(len(self.norms))
        for number, weight in weights.items():
            for segment in self.segments:
                found = segment.find(number)
                rows, counts = segment.rows[found], segment.counts[found]
                scores[rows] += weight * (_K1 + 1) * counts / (counts + self.norms[rows])
        return scores

    def _sort(self, rows: Rows, scores: NDArray[np.float64]) -> Rows:
        """Return rows with the highest score first, ties by the lower key."""
        return rows[np.lexsort((self.table.passages["key"][rows], -scores[rows]))]

    def _find_phrases(self, phrases: Sequence[str]) -> Rows:
        """Return the rows that have the terms of all phrases side by side; a few of these lack the phrase itself."""
        found = self.rows
        for phrase in phrases:
            terms = phrase_terms(phrase)
            # "US" alone may be another term there, in another case.
            for names in [[term] for _, term in terms] or [list(CASED_TERMS)]:
                found = found[np.isin(found, np.concatenate([self._find_term(name) for name in names]))]
            found = self._with_neighbours(found, terms)
        return found

    def _find_term(self, term: str) -> Rows:
        """Return the rows that have a term, in their words or in their context."""
        number = self.number_of(term)
        return np.concatenate([np.zeros(0, np.int64), *(one.rows[one.find(number)] for one in self.segments)])

    def _with_neighbours(self, rows: Rows, terms: Sequence[tuple[int, str]]) -> Rows:
        """Return the rows of passages that have the terms in their own words, each at its place from the first."""
        if not terms:
            return rows
        numbers, owners = self.table.terms_of(rows)
        (origin, first), *others = terms
        places = np.flatnonzero(numbers == self.number_of(first))
        for place, term in others:
            after = places + (place - origin)
            places, after = places[after < len(numbers)], after[after < len(numbers)]
            is_next = (numbers[after] == self.number_of(term)) & (owners[after] == owners[places])
            places = places[is_next]
        return rows[np.unique(owners[places])]

    def _verify(self, rows: Rows, phrases: Sequence[str]) -> Iterator[int]:
        """Yield the rows whose passages have every phrase, letter by letter."""
        matchers = [compile_phrase(one) for one in phrases] if len(rows) else []
        for row in rows.tolist():
            text = self.read_text(*self.table.place(row))
            if text is not None and all(has_phrase(text) for has_phrase in matchers):
                yield row

    def _find_rows(self, keys: Rows) -> tuple[Rows, Rows]:
        """Return the rows of the passages with these keys, in their order, and the keys of those that are present."""
        if not len(self):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self) - 1)
        is_found = self.keys[at] == keys
        return self.rows[at[is_found]], keys[is_found]

    def _find_near(self, word: str, edits: int) -> list[tuple[int, str]]:
        """Return the words as they are spelled with the same first letter and at most so many edits, with how many."""
        found: list[tuple[int, str]] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            spelled = tuple(self.table.spellings.by_shape.get((word[0], length), ()))
            near = process.extract(word, spelled, scorer=OSA.distance, score_cutoff=edits, limit=None)
            found += [(int(distance), one) for one, distance, _ in near]
        numbers = self.table.spellings.numbers
        return [(distance, one) for distance, one in found if self._is_spelled(numbers[one])]

    def _is_spelled(self, number: int) -> bool:
        return number < len(self.spelled) and bool(self.spelled[number])


class TermIndex:
    """Passages by their terms, in memory; kept current from the store's changes.

    Scores and statistics are exact: after any history they are those of a fresh start. Searches run on a snapshot
    without a lock; a change makes a new one, at the cost of what changed and of copying a few numbers a passage.
    """

    def __init__(
        self, read_text: ReadText, portions: Iterable[Changes] = (), *, compacted_from: int = COMPACTED_FROM
    ) -> None:
        """Fill the index from portions of one snapshot of the store.

        Args:
            read_text: reads the passages in which quoted words are looked for.
            portions: statements with their rows.
            compacted_from: the number of removed terms below which their rows stay.
        """
        self._updating = threading.Lock()
        self._compacted_from = compacted_from
        self._current = _make_empty(PassageTable(), read_text)
        for _ in self.fill(portions):
            pass

    @property
    def seq(self) -> int:
        """The number of the last change that searches see."""
        return self._current.seq

    def __len__(self) -> int:
        return len(self._current)

    def snapshot(self) -> TermSnapshot:
        """Return the passages of this moment."""
        return self._current

    def fill(self, portions: Iterable[Changes]) -> Iterator[Changes]:
        """Add the statements of portions of one snapshot of the store, and yield each portion for other indexes."""
        for portion in portions:
            self._current = self._change(portion)
            yield portion

    def update(self, changes: Changes) -> None:
        """Take the changes of the store: for each statement concerned, the rows it has now."""
        with self._updating:
            if changes.seq > self.seq:
                self._current = self._change(changes)

    def _change(self, changes: Changes) -> TermSnapshot:
        now = self._current
        # Not the end of the snapshot: a change that failed may have left rows that nothing leads to.
        start = len(now.table)
        statements = dict(now.statements)
        removed = [row for one in changes.statements if (row := statements.pop(one.statement_key, None)) is not None]
        statements.update({one.statement_key: now.table.append(one) for one in changes.statements if one.passages})
        found = _extend(_remove(now, removed), start, statements, changes.seq)
        removed_terms = found.table.term_count - found.term_count
        if removed_terms <= max(_COMPACTED_SHARE * found.term_count, self._compacted_from):
            return found
        table = found.table.compacted(np.flatnonzero(found.is_present), found.frequencies > 0, found.spelled > 0)
        rows = {key: row for row, key in enumerate(table.statements["key"].tolist())}
        return _extend(_make_empty(table, found.read_text), 0, rows, changes.seq)


def _make_empty(table: PassageTable, read_text: ReadText) -> TermSnapshot:
    none = np.zeros(0, dtype=np.int64)
    counts = np.zeros(0, dtype=np.int32)
    return TermSnapshot(
        seq=0,
        table=table,
        read_text=read_text,
        segments=(),
        statements={},
        is_present=np.zeros(0, dtype=np.bool_),
        frequencies=counts,
        spelled=counts,
        norms=np.zeros(0),
        keys=none,
        rows=none,
        term_count=0,
    )


def _remove(now: TermSnapshot, statements: Sequence[int]) -> TermSnapshot:
    """Return the counts without the statements in these rows, for `_extend` to complete."""
    if not statements:
        return now
    rows = now.table.passages_of(sorted(statements))
    postings = Postings.from_table(now.table, rows)
    is_present, frequencies, spelled = now.is_present.copy(), now.frequencies.copy(), now.spelled.copy()
    is_present[rows] = False
    frequencies[postings.terms] -= postings.count_passages()
    np.subtract.at(spelled, now.table.words_of(np.array(statements)), 1)
    term_count = now.term_count - int(now.table.passages["terms"][rows].sum())
    return replace(now, is_present=is_present, frequencies=frequencies, spelled=spelled, term_count=term_count)


def _extend(now: TermSnapshot, start: int, statements: Mapping[int, int], seq: int) -> TermSnapshot:
    """Return the snapshot with the rows of its table from `start` on too."""
    table, end = now.table, len(now.table)
    new = np.arange(start, end)
    is_present = _resize(now.is_present, end)
    is_present[start:] = True
    frequencies = _resize(now.frequencies, len(table.vocabulary))
    segments = now.segments
    for first in range(start, end, _ROWS_A_SEGMENT):
        added = Postings.from_table(table, new[first - start : first - start + _ROWS_A_SEGMENT])
        frequencies[added.terms] += added.count_passages()
        segments = append_segment(segments, added, is_present)
    spelled = _resize(now.spelled, len(table.spellings))
    np.add.at(spelled, table.words_of(np.unique(table.passages["statement"][start:])), 1)
    contexts = table.statements["context"][table.passages["statement"]]
    lengths = table.passages["terms"] + CONTEXT_COPIES * contexts
    rows = np.flatnonzero(is_present)
    keys = table.passages["key"][rows]
    order = np.argsort(keys, kind="stable")
    mean = max(lengths[rows].mean(), 1.0) if len(rows) else 1.0
    return TermSnapshot(
        seq=seq,
        table=table,
        read_text=now.read_text,
        segments=segments,
        statements=statements,
        is_present=is_present,
        frequencies=frequencies,
        spelled=spelled,
        norms=_K1 * (1 - _B + _B * lengths / mean),
        keys=keys[order],
        rows=rows[order],
        term_count=now.term_count + int(table.passages["terms"][start:].sum()),
    )


def _resize(values: NDArray[Any], size: int) -> NDArray[Any]:
    """Return a copy of values with zeros at its end, (size,)."""
    found = np.zeros(max(size, len(values)), dtype=values.dtype)
    found[: len(values)] = values
    return found
