"""The terms and sentence embeddings of every passage in memory, as ranking counts them."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import widen
from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.text.analysis import analyse, find_written_words, forget_written_words, to_terms

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


_COMPACTED_SHARE = 0.1
_COMPACTED_FROM = 1_000
"""Terms of removed passages are let lie until they are more than both, before the others are moved together: a bot that
takes up a statement and lets go of it again every minute must not grow by its embeddings each time, nor by its words.
"""

_FIRST_ROWS = 1_024

_KNOWN_WORDS = 100_000
"""Written words whose terms are kept by number, about 20 MB."""


@dataclass(frozen=True, slots=True)
class StatementForms:
    """The passages of one statement, laid end to end.

    `terms` and `marks` (t,) are the terms of all passages; passage i has `term_counts[i]` of them, and sentence j of
    the statement `sentence_terms[j]`. Passage i has `sentence_counts[i]` sentences, whose embeddings are rows of
    `sentence_vectors` (s, d). `context` are the terms of its title, date and issuers; `title_vector` (d,) is the
    embedding of its title, zeros where it has none; `date` is (year, month), zeros where there is none.
    `leads_in` (passages,) tells which end in a colon, and leave what they announce to the passages after them.
    """

    key: int
    passage_keys: tuple[int, ...]
    positions: Sequence[int]
    kinds: Sequence[int]
    date: tuple[int, int]
    title_vector: NDArray[np.float16]
    context: Integers
    terms: Integers
    marks: NDArray[np.uint8]
    term_counts: Integers
    sentence_terms: Integers
    sentence_counts: Integers
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
        self._vocabulary = _Vocabulary()
        self._words = _Words(self._number)
        self._held = _Held()
        for portion in portions:
            for rows in portion.statements:
                self._take_up(rows)
            self.seq = portion.seq

    def __len__(self) -> int:
        return len(self._held.passages)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a passage; 1 where there is none."""
        return self.terms / len(self) if len(self) else 1.0

    @property
    def vocabulary_size(self) -> int:
        """One more than the highest number of a term."""
        return len(self._vocabulary.numbers)

    def update(self, changes: Changes) -> None:
        """Take up what changed in the store: for each statement concerned, the rows it has now."""
        with self._updating:
            if changes.seq <= self.seq:
                return
            for rows in changes.statements:
                self._drop(rows.statement_key)
                if rows.passages:
                    self._take_up(rows)
            if self._held.dropped_terms > max(_COMPACTED_SHARE * self.terms, _COMPACTED_FROM):
                self._compact()
            self.seq = changes.seq

    def number_of(self, term: str) -> int:
        """Return the number under which a term is kept until the next change, -1 if no passage has had it."""
        return self._vocabulary.numbers.get(term, -1)

    def frequency(self, number: int) -> int:
        """Return how many passages have a term, in their words or in their context."""
        return self._vocabulary.frequency(number)

    def has(self, term: str) -> bool:
        """Tell whether any passage has a term, in its words or in its context."""
        vocabulary = self._vocabulary
        number = vocabulary.numbers.get(term, -1)
        return number >= 0 and vocabulary.frequency(number) > 0

    def locate(self, keys: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return for the passages with these keys their statement's key and their position in it."""
        held = self._held
        found = ((key, held.passages.get(key)) for key in keys)
        return {key: held.place(row) for key, row in found if row is not None}

    def gather(self, keys: Sequence[int]) -> Gathered:
        """Return the forms of the passages with these keys, in this order; one that is gone is left out."""
        return self._held.gather(keys)

    def _take_up(self, rows: StatementRows) -> None:
        forms = self._lay_out(rows)
        self._held.append(forms)
        self._count(forms, 1)

    def _drop(self, statement_key: int) -> None:
        forms = self._held.drop(statement_key)
        if forms is not None:
            self._count(forms, -1)

    def _count(self, forms: StatementForms, sign: int) -> None:
        self.terms += sign * len(forms.terms)
        # Each term of a passage once, whether it is in its words, in its context or in both.
        passages, width = np.arange(len(forms.passage_keys)), self.vocabulary_size
        in_words = np.repeat(passages, forms.term_counts) * width + forms.terms
        in_contexts = np.add.outer(passages * width, forms.context).ravel()
        pairs = np.sort(np.concatenate([in_words, in_contexts]))
        different = pairs[np.diff(pairs, prepend=-1) > 0]
        self._vocabulary.count(different % width, sign)

    def _compact(self) -> None:
        """Give up the rows of removed statements, and the terms that only they had: the others get new numbers."""
        vocabulary, places = self._vocabulary.compacted()
        held = self._held.compacted(places)
        # Who reads meanwhile may have numbers of the one and rows of the other: a search is begun again after a change.
        self._vocabulary, self._held = vocabulary, held
        self._words.clear()
        forget_written_words()

    def _lay_out(self, rows: StatementRows) -> StatementForms:
        terms: list[int] = []
        marks = bytearray()
        term_counts, sentence_terms, sentence_counts = [], [], []
        vectors = []
        for passage in rows.passages:
            sentences, of_sentences = _sentences(passage)
            before = len(terms)
            for start, end in sentences:
                begun = len(terms)
                words = find_written_words(passage.text[start:end])
                for written in words:
                    numbers, of_word = self._words[written]
                    terms += numbers
                    marks += of_word
                # A capital that begins a sentence names nothing.
                for at in range(begun, begun + len(self._words[words[0]][0]) if words else begun):
                    marks[at] &= ~NAME
                sentence_terms.append(len(terms) - begun)
            term_counts.append(len(terms) - before)
            sentence_counts.append(len(sentences))
            vectors.append(of_sentences.astype(np.float16))
        return StatementForms(
            key=rows.statement_key,
            passage_keys=rows.passage_keys,
            positions=[passage.position for passage in rows.passages],
            kinds=[_KINDS.index(passage.kind) for passage in rows.passages],
            date=(rows.date.year, rows.date.month) if rows.date else (0, 0),
            title_vector=rows.title_vector.astype(np.float16),
            context=np.array([self._number(term) for term in analyse(context_of(rows))], dtype=np.int32),
            terms=np.array(terms, dtype=np.int32),
            marks=np.frombuffer(marks, dtype=np.uint8),
            term_counts=np.array(term_counts, dtype=np.int32),
            sentence_terms=np.array(sentence_terms, dtype=np.int32),
            sentence_counts=np.array(sentence_counts, dtype=np.int32),
            sentence_vectors=np.concatenate(vectors),
            leads_in=np.array([passage.text.rstrip().endswith(":") for passage in rows.passages], dtype=np.bool_),
        )

    def _number(self, term: str) -> int:
        numbers = self._vocabulary.numbers
        return numbers.setdefault(term, len(numbers))


class _Vocabulary:
    """A number for each term, in the order in which they were met, and how many passages have it."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._frequencies = np.zeros(_FIRST_ROWS, dtype=np.int32)

    def frequency(self, number: int) -> int:
        """Return how many passages have a term."""
        counts = self._frequencies
        # The number of a term that is being taken up is there before its count.
        return int(counts[number]) if number < len(counts) else 0

    def count(self, numbers: NDArray[np.int64], sign: int) -> None:
        """Count a passage more, or less, for each of some terms."""
        if len(self.numbers) > len(self._frequencies):
            grown = np.zeros(2 * len(self.numbers), dtype=np.int32)
            grown[: len(self._frequencies)] = self._frequencies
            self._frequencies = grown
        np.add.at(self._frequencies, numbers, sign)

    def compacted(self) -> "tuple[_Vocabulary, Integers]":
        """Return the terms that passages have, with new numbers, and by its old number the new one of each."""
        is_used = self._frequencies[: len(self.numbers)] > 0
        places = (np.cumsum(is_used) - 1).astype(np.int32)
        found = _Vocabulary()
        used = (term for term, number in self.numbers.items() if is_used[number])
        found.numbers = {term: number for number, term in enumerate(used)}
        found._frequencies = self._frequencies[: len(self.numbers)][is_used]
        return found, places


class _Words(dict[str, tuple[tuple[int, ...], bytes]]):
    """The numbers and marks of the terms of each written word, found when it is first met: few words are new."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, written: str) -> tuple[tuple[int, ...], bytes]:
        numbers = tuple(map(self._number, to_terms((written,))))
        found = numbers, bytes((_mark(written),)) * len(numbers)
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        self[written] = found
        return found


_KINDS = tuple(PassageKind)
"""What a passage is, by the number under which it is held."""


class _Held:
    """The forms of many statements, laid end to end in columns: what is wanted of many passages is taken at once.

    Rows are only ever appended. A removed statement keeps its rows, which nothing leads to, until the others are moved
    together into a new object; who reads this one meanwhile finds what it had.
    """

    def __init__(self) -> None:
        self.passages: dict[int, int] = {}  # by key, the row
        self.dropped_terms = 0
        self._statements: dict[int, tuple[int, tuple[int, ...]]] = {}  # by key, the row and the passages' keys
        self._terms = _Column(np.int32)
        self._marks = _Column(np.uint8)
        self._sentence_terms = _Column(np.int32)
        self._context = _Column(np.int32)
        self._passage_columns = _Column(np.int64, _PASSAGE_COLUMNS)
        self._statement_columns = _Column(np.int64, _STATEMENT_COLUMNS)
        # Of each statement, in a list: arrays this large are not copied to grow.
        self._sentence_vectors: list[NDArray[np.float16]] = []
        self._title_vectors: list[NDArray[np.float16]] = []

    def append(self, forms: StatementForms) -> None:
        """Take up a statement."""
        statement = self._statement_columns.size
        columns = np.empty((len(forms.passage_keys), _PASSAGE_COLUMNS), dtype=np.int64)
        columns[:, _STATEMENT] = statement
        columns[:, _POSITION] = forms.positions
        columns[:, _KIND] = forms.kinds
        columns[:, _LEADS_IN] = forms.leads_in
        columns[:, _TERMS] = forms.term_counts
        columns[:, _FIRST_TERM] = _starts(forms.term_counts, self._terms.size)
        columns[:, _SENTENCES] = forms.sentence_counts
        columns[:, _FIRST_SENTENCE] = _starts(forms.sentence_counts, self._sentence_terms.size)
        context = (self._context.size, len(forms.context))
        of_statement = (forms.key, len(forms.passage_keys), *context, self._sentence_terms.size, *forms.date)
        self._sentence_vectors.append(forms.sentence_vectors)
        self._title_vectors.append(forms.title_vector)
        self._terms.append(forms.terms)
        self._marks.append(forms.marks)
        self._sentence_terms.append(forms.sentence_terms)
        self._context.append(forms.context)
        self._statement_columns.append(np.array([of_statement], dtype=np.int64))
        first = self._passage_columns.size
        self._passage_columns.append(columns)
        self._statements[forms.key] = (statement, forms.passage_keys)
        # Last: from here on the passages are found.
        self.passages.update(zip(forms.passage_keys, range(first, first + len(columns)), strict=True))

    def drop(self, statement_key: int) -> StatementForms | None:
        """Let go of a statement, and return what was held of it; None where there is none with this key."""
        if statement_key not in self._statements:
            return None
        forms = self._read(statement_key)
        for key in forms.passage_keys:
            self.passages.pop(key)
        del self._statements[statement_key]
        self.dropped_terms += len(forms.terms)
        return forms

    def compacted(self, places: Integers) -> "_Held":
        """Return the same statements without the rows of those removed, their terms by the new numbers of the old."""
        found = _Held()
        for statement_key in self._statements:
            forms = self._read(statement_key)
            found.append(replace(forms, terms=places[forms.terms], context=places[forms.context]))
        return found

    def place(self, row: int) -> tuple[int, int]:
        """Return the key of the statement that a passage is in, and its position there."""
        statement, position = self._passage_columns.take(row)[[_STATEMENT, _POSITION]]
        return int(self._statement_columns.take(statement)[_KEY]), int(position)

    def gather(self, keys: Sequence[int]) -> Gathered:
        """Return the forms of the passages with these keys, in this order; one that is gone is left out."""
        # Looked up once: a statement may be removed between two looks.
        found = {key: row for key in keys if (row := self.passages.get(key)) is not None}
        passages = self._passage_columns.take(np.fromiter(found.values(), np.int64, len(found)))
        statements = self._statement_columns.take(passages[:, _STATEMENT])
        terms = _ranges(passages[:, _FIRST_TERM], passages[:, _TERMS])
        sentence_terms = self._sentence_terms.take(_ranges(passages[:, _FIRST_SENTENCE], passages[:, _SENTENCES]))
        order = np.arange(len(found))
        return Gathered(
            keys=np.fromiter(found, np.int64, len(found)),
            statements=statements[:, _KEY],
            positions=passages[:, _POSITION].astype(np.int32),
            kinds=tuple(_KINDS[kind] for kind in passages[:, _KIND].tolist()),
            sizes=statements[:, _SIZE].astype(np.int32),
            dates=statements[:, _DATE].astype(np.int32),
            title_vectors=self._take_titles(passages[:, _STATEMENT]),
            terms=self._terms.take(terms),
            marks=self._marks.take(terms),
            term_passages=np.repeat(order, passages[:, _TERMS]),
            term_sentences=np.repeat(np.arange(len(sentence_terms)), sentence_terms),
            sentence_passages=np.repeat(order, passages[:, _SENTENCES]),
            sentence_vectors=self._take_sentences(passages, statements),
            context=self._context.take(_ranges(statements[:, _FIRST_CONTEXT], statements[:, _CONTEXT])),
            context_passages=np.repeat(order, statements[:, _CONTEXT]),
            leads_in=passages[:, _LEADS_IN] > 0,
        )

    def _read(self, statement_key: int) -> StatementForms:
        row, keys = self._statements[statement_key]
        first = self.passages[keys[0]]
        passages = self._passage_columns.slice(first, len(keys))
        statement = self._statement_columns.take(row)
        first_term, terms = passages[0, _FIRST_TERM], passages[:, _TERMS].sum()
        return StatementForms(
            key=statement_key,
            passage_keys=keys,
            positions=passages[:, _POSITION].tolist(),
            kinds=passages[:, _KIND].tolist(),
            date=(int(statement[_DATE][0]), int(statement[_DATE][1])),
            title_vector=self._title_vectors[row],
            context=self._context.slice(statement[_FIRST_CONTEXT], statement[_CONTEXT]),
            terms=self._terms.slice(first_term, terms),
            marks=self._marks.slice(first_term, terms),
            term_counts=passages[:, _TERMS].astype(np.int32),
            sentence_terms=self._sentence_terms.slice(passages[0, _FIRST_SENTENCE], passages[:, _SENTENCES].sum()),
            sentence_counts=passages[:, _SENTENCES].astype(np.int32),
            sentence_vectors=self._sentence_vectors[row],
            leads_in=passages[:, _LEADS_IN] > 0,
        )

    def _take_sentences(self, passages: NDArray[np.int64], statements: NDArray[np.int64]) -> Floats:
        """Return the embeddings of the sentences of passages, (s, d)."""
        first = passages[:, _FIRST_SENTENCE] - statements[:, _FIRST_VECTOR]
        places = np.stack([passages[:, _STATEMENT], first, first + passages[:, _SENTENCES]], axis=1).tolist()
        vectors = [self._sentence_vectors[statement][start:end] for statement, start, end in places]
        return widen(np.concatenate(vectors)) if vectors else np.empty((0, 0), dtype=np.float32)

    def _take_titles(self, rows: NDArray[np.int64]) -> Floats:
        """Return the embedding of the title of each statement, (n, d)."""
        different: dict[int, int] = {}
        places = [different.setdefault(row, len(different)) for row in rows.tolist()]
        vectors = [self._title_vectors[row] for row in different]
        if not vectors:
            return np.empty((0, 0), dtype=np.float32)
        taken: Floats = widen(np.concatenate(vectors)).reshape(len(vectors), -1)[places]
        return taken


_STATEMENT, _POSITION, _KIND, _LEADS_IN, _FIRST_TERM, _TERMS, _FIRST_SENTENCE, _SENTENCES = range(8)
_PASSAGE_COLUMNS = 8
_KEY, _SIZE, _FIRST_CONTEXT, _CONTEXT, _FIRST_VECTOR = range(5)
_DATE = slice(5, 7)
_STATEMENT_COLUMNS = 7


class _Column:
    """Rows of numbers that are only appended to: what is there is never changed, so it can be read meanwhile."""

    def __init__(self, kind: type[np.generic], *shape: int) -> None:
        self.size = 0
        self._rows: NDArray[Any] = np.empty((_FIRST_ROWS, *shape), dtype=kind)

    def append(self, rows: NDArray[Any]) -> None:
        end = self.size + len(rows)
        if end > len(self._rows):
            grown = np.empty((max(end, 2 * len(self._rows)), *self._rows.shape[1:]), dtype=self._rows.dtype)
            grown[: self.size] = self._rows[: self.size]
            self._rows = grown
        self._rows[self.size : end] = rows
        self.size = end

    def take(self, rows: NDArray[np.int64] | int) -> NDArray[Any]:
        """Return some rows, (n, …), or one, (…)."""
        found: NDArray[Any] = self._rows[rows]
        return found

    def slice(self, start: int, count: int) -> NDArray[Any]:
        """Return rows that follow one another, (count, …)."""
        return self._rows[start : start + count]


def _starts(counts: NDArray[Any], first: int) -> NDArray[np.int64]:
    """Return where each of some runs of rows begins when they are laid end to end from a first row on, (n,)."""
    starts: NDArray[np.int64] = first + np.cumsum(counts, dtype=np.int64) - counts
    return starts


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of runs that begin at `starts` and have `counts` rows each, laid end to end."""
    # Each run is counted on from where the runs before it end.
    found: NDArray[np.int64] = np.repeat(starts - _starts(counts, 0), counts)
    found += np.arange(len(found))
    return found


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


def _mark(written: str) -> int:
    """Return the marks of a word that does not begin a sentence."""
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
    return NAME | DATE if written in _MONTHS else NAME
