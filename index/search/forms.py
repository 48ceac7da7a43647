"""The terms and sentence embeddings of every passage in memory, as ranking counts them."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search.analysis import analyse, find_written_words, to_terms

Integers = NDArray[np.int32]
Floats = NDArray[np.float32]

NUMBER, NAME, DATE, RESOLUTION = 1, 2, 4, 8
"""Marks of a term as it was written: with digits or as a number word; with a capital that does not begin a sentence;
a month or a year; the word resolution."""

_MONTHS = frozenset(
    (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
)
_WRITTEN_NUMBERS = """
    one two three four five six seven eight nine ten eleven twelve dozen twenty thirty forty fifty hundred thousand
    million billion half third quarter
"""
_NUMBER_WORDS = frozenset(_WRITTEN_NUMBERS.split())
_RESOLUTION_WORDS = frozenset(("resolution", "resolutions", "unscr", "unscrs"))
_YEAR_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class StatementForms:
    """The passages of one statement, laid end to end.

    `terms` and `marks` (t,) are the terms of all passages; passage i has `term_starts[i]` to `term_starts[i + 1]`, and
    sentence j of the statement `sentence_starts[j]` to `sentence_starts[j + 1]` of them. Passage i has the sentences
    `passage_sentences[i]` to `passage_sentences[i + 1]`, whose embeddings are rows of `sentence_vectors` (s, d).
    `context` are the terms of its title, date and issuers; `title_vector` (d,) is the embedding of its title, zeros
    where it has none; `date` is (year, month), zeros where there is none. `leads_in` (passages,) tells which end in a
    colon, and leave what they announce to the passages after them.
    """

    key: int
    passage_keys: tuple[int, ...]
    positions: tuple[int, ...]
    kinds: tuple[PassageKind, ...]
    date: tuple[int, int]
    title_vector: NDArray[np.float16]
    context: Integers
    terms: Integers
    marks: NDArray[np.uint8]
    term_starts: Integers
    sentence_starts: Integers
    passage_sentences: Integers
    sentence_vectors: NDArray[np.float16]
    leads_in: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The forms of some passages, laid end to end in their order.

    `term_passages` and `term_sentences` (t,) say to which passage and sentence each of `terms` belongs, counted from 0
    in this record; `sentence_passages` (s,) the passage of each sentence, `context_passages` that of each of
    `context`. `sizes` (m,) is how many passages the statement of each has, `dates` (m, 2) its year and month,
    `title_vectors` (m, d) the embedding of its title, `leads_in` (m,) whether the passage ends in a colon.
    """

    keys: NDArray[np.int64]
    statements: NDArray[np.int64]
    positions: Integers
    kinds: tuple[PassageKind, ...]
    sizes: Integers
    dates: Integers
    title_vectors: Floats
    terms: Integers
    marks: NDArray[np.uint8]
    term_passages: NDArray[np.int64]
    term_sentences: NDArray[np.int64]
    sentence_passages: NDArray[np.int64]
    sentence_vectors: Floats
    context: Integers
    context_passages: NDArray[np.int64]
    leads_in: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.keys)


class PassageForms:
    """The forms of all passages by their keys, and the statistics of all, kept current from the store's changes.

    Statistics are exact: after any history they are those of a fresh start.
    """

    def __init__(self, portions: Iterable[Changes]) -> None:
        """Take up the passages from portions of one snapshot of the store."""
        self.seq = 0
        self.terms = 0
        self._updating = threading.Lock()
        self._vocabulary: dict[str, int] = {}
        self._frequencies = np.zeros(1_024, dtype=np.int32)
        self._statements: dict[int, StatementForms] = {}
        self._passages: dict[int, tuple[StatementForms, int]] = {}
        for portion in portions:
            for rows in portion.statements:
                self._take_up(rows)
            self.seq = portion.seq

    def __len__(self) -> int:
        return len(self._passages)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a passage; 1 where there is none."""
        return self.terms / len(self) if self._passages else 1.0

    @property
    def vocabulary_size(self) -> int:
        """One more than the highest number of a term."""
        return len(self._vocabulary)

    def update(self, changes: Changes) -> None:
        """Take up what changed in the store: for each statement concerned, the rows it has now."""
        with self._updating:
            if changes.seq <= self.seq:
                return
            for rows in changes.statements:
                self._drop(rows.statement_key)
                if rows.passages:
                    self._take_up(rows)
            self.seq = changes.seq

    def number_of(self, term: str) -> int:
        """Return the number under which a term is kept, -1 if no passage has had it."""
        return self._vocabulary.get(term, -1)

    def frequency(self, number: int) -> int:
        """Return how many passages have a term, in their words or in their context."""
        counts = self._frequencies
        # The number of a term that is being taken up is there before its count.
        return int(counts[number]) if number < len(counts) else 0

    def has(self, term: str) -> bool:
        """Tell whether any passage has a term, in its words or in its context."""
        number = self.number_of(term)
        return number >= 0 and self.frequency(number) > 0

    def locate(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return for the passages with these keys their statement's key and their position in it."""
        found = ((key, self._passages.get(key)) for key in keys)
        return {key: (place[0].key, place[0].positions[place[1]]) for key, place in found if place is not None}

    def gather(self, keys: Sequence[int]) -> Gathered:
        """Return the forms of the passages with these keys, in this order; one that is gone is left out."""
        # Looked up once: a statement may be removed between two looks.
        found = [(key, *place) for key in keys if (place := self._passages.get(key)) is not None]
        terms, marks, lengths, sentence_lengths, sentence_counts, vectors, contexts = [], [], [], [], [], [], []
        for _, forms, at in found:
            start, end = forms.term_starts[at], forms.term_starts[at + 1]
            first, last = forms.passage_sentences[at], forms.passage_sentences[at + 1]
            terms.append(forms.terms[start:end])
            marks.append(forms.marks[start:end])
            lengths.append(end - start)
            sentence_lengths.append(np.diff(forms.sentence_starts[first : last + 1]))
            sentence_counts.append(last - first)
            vectors.append(forms.sentence_vectors[first:last])
            contexts.append(forms.context)
        of_sentences = _concatenate(sentence_lengths, np.int32)
        return Gathered(
            keys=np.array([key for key, _, _ in found], dtype=np.int64),
            statements=np.array([forms.key for _, forms, _ in found], dtype=np.int64),
            positions=np.array([forms.positions[at] for _, forms, at in found], dtype=np.int32),
            kinds=tuple(forms.kinds[at] for _, forms, at in found),
            sizes=np.array([len(forms.passage_keys) for _, forms, _ in found], dtype=np.int32),
            dates=np.array([forms.date for _, forms, _ in found], dtype=np.int32).reshape(-1, 2),
            title_vectors=_take_titles([forms for _, forms, _ in found]),
            terms=_concatenate(terms, np.int32),
            marks=_concatenate(marks, np.uint8),
            term_passages=np.repeat(np.arange(len(found)), lengths),
            term_sentences=np.repeat(np.arange(len(of_sentences)), of_sentences),
            sentence_passages=np.repeat(np.arange(len(found)), sentence_counts),
            sentence_vectors=_concatenate(vectors, np.float16).astype(np.float32),
            context=_concatenate(contexts, np.int32),
            context_passages=np.repeat(np.arange(len(found)), [len(one) for one in contexts]),
            leads_in=np.array([forms.leads_in[at] for _, forms, at in found], dtype=np.bool_),
        )

    def _take_up(self, rows: StatementRows) -> None:
        forms = self._lay_out(rows)
        self._statements[rows.statement_key] = forms
        for at, key in enumerate(forms.passage_keys):
            self._passages[key] = (forms, at)
        self._count(forms, 1)

    def _drop(self, statement_key: int) -> None:
        forms = self._statements.pop(statement_key, None)
        if forms is not None:
            for key in forms.passage_keys:
                self._passages.pop(key, None)
            self._count(forms, -1)

    def _count(self, forms: StatementForms, sign: int) -> None:
        self.terms += sign * len(forms.terms)
        if len(self._vocabulary) > len(self._frequencies):
            grown = np.zeros(2 * len(self._vocabulary), dtype=np.int32)
            grown[: len(self._frequencies)] = self._frequencies
            self._frequencies = grown
        for at in range(len(forms.passage_keys)):
            of_passage = forms.terms[forms.term_starts[at] : forms.term_starts[at + 1]]
            self._frequencies[np.union1d(of_passage, forms.context)] += sign

    def _lay_out(self, rows: StatementRows) -> StatementForms:
        terms: list[int] = []
        marks: list[int] = []
        term_starts, sentence_starts, passage_sentences = [0], [0], [0]
        vectors = []
        for passage in rows.passages:
            sentences, of_sentences = _sentences(passage)
            for start, end in sentences:
                for place, written in enumerate(find_written_words(passage.text[start:end])):
                    mark = _mark(written, is_first=place == 0)
                    for term in to_terms((written,)):
                        terms.append(self._number(term))
                        marks.append(mark)
                sentence_starts.append(len(terms))
            term_starts.append(len(terms))
            passage_sentences.append(len(sentence_starts) - 1)
            vectors.append(of_sentences.astype(np.float16))
        return StatementForms(
            key=rows.statement_key,
            passage_keys=rows.passage_keys,
            positions=tuple(passage.position for passage in rows.passages),
            kinds=tuple(passage.kind for passage in rows.passages),
            date=(rows.date.year, rows.date.month) if rows.date else (0, 0),
            title_vector=rows.title_vector.astype(np.float16),
            context=np.array([self._number(term) for term in analyse(context_of(rows))], dtype=np.int32),
            terms=np.array(terms, dtype=np.int32),
            marks=np.array(marks, dtype=np.uint8),
            term_starts=np.array(term_starts, dtype=np.int32),
            sentence_starts=np.array(sentence_starts, dtype=np.int32),
            passage_sentences=np.array(passage_sentences, dtype=np.int32),
            sentence_vectors=np.concatenate(vectors),
            leads_in=np.array([passage.text.rstrip().endswith(":") for passage in rows.passages], dtype=np.bool_),
        )

    def _number(self, term: str) -> int:
        return self._vocabulary.setdefault(term, len(self._vocabulary))


def context_of(rows: StatementRows) -> str:
    """Return what a statement is called, when it was issued and by whom: what its passages leave unsaid."""
    date = f"{rows.date.day} {rows.date:%B %Y}" if rows.date else ""
    return " ".join((rows.title, date, *rows.issuers))


def _sentences(passage: PassageRow) -> tuple[tuple[tuple[int, int], ...], Floats]:
    """Return the sentences of a passage with their embeddings; the passage itself where it has none."""
    vectors = passage.vectors[1:]
    if passage.sentences and len(vectors) == len(passage.sentences):
        return passage.sentences, vectors
    return ((0, len(passage.text)),), passage.vectors[:1]


def _mark(written: str, *, is_first: bool) -> int:
    if written[0].isdigit():
        is_year = len(written) == _YEAR_CHARACTERS and written.isdigit() and written[0] in "12"
        return NUMBER | DATE if is_year else NUMBER
    lowered = written.lower()
    if lowered in _NUMBER_WORDS:
        return NUMBER
    if lowered in _RESOLUTION_WORDS:
        return RESOLUTION
    if not written[0].isupper():
        return 0
    mark = DATE if written in _MONTHS else 0
    return mark if is_first else mark | NAME


def _take_titles(statements: Sequence[StatementForms]) -> Floats:
    """Return the embedding of the title of each, (n, d)."""
    different = {forms.key: forms for forms in statements}
    rows = {key: row for row, key in enumerate(different)}
    vectors = np.array([forms.title_vector for forms in different.values()], dtype=np.float16).astype(np.float32)
    taken: Floats = vectors[[rows[forms.key] for forms in statements]]
    return taken


def _concatenate(parts: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
