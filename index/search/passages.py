"""Columns of every passage that search needs: where it stands, its terms, its sentences and their embeddings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import widen
from index.corpus.statements import PassageKind
from index.corpus.store import PassageRow, StatementRows
from index.text.analysis import find_written_words, to_terms

Integers = NDArray[np.int32]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

NUMBER, NAME, DATE, RESOLUTION = 1, 2, 4, 8
"""Marks of a term as it was written: with digits or as a number word; with a capital that does not begin a sentence;
a month or a year; the word "resolution"."""

SHORTEST_CORRECTED = 4
"""Letters of the shortest word that can be a misspelling, or the word that was meant."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WRITTEN_NUMBERS = """
    one two three four five six seven eight nine ten eleven twelve dozen twenty thirty forty fifty hundred thousand
    million billion half third quarter
"""
_NUMBER_WORDS = frozenset(_WRITTEN_NUMBERS.split())
_RESOLUTION_WORDS = frozenset(("resolution", "resolutions", "unscr", "unscrs"))
_YEAR_CHARACTERS = 4

_FIRST_ROWS = 1_024
_KNOWN_WORDS = 100_000
"""Written words whose terms are cached, about 20 MB; English text of any size repeats its first 50,000."""

_KINDS = tuple(PassageKind)


@dataclass(frozen=True, slots=True)
class CandidateBatch:
    """Some passages with everything that ranking counts of them, laid end to end in their order.

    `term_passages` and `term_sentences` (t,) say to which passage and sentence each of `terms` belongs, counted from 0
    in this batch; `sentence_passages` (s,) the passage of each sentence, `context_passages` that of each of `context`,
    the terms of the title, issuers and date. `sizes` (m,) is how many passages the statement of each has, `dates`
    (m, 2) its year and month, zeros where there is none, `title_vectors` (m, d) the embedding of its title.
    `introduces_list` (m,) tells whether the passage ends in a colon.
    """

    keys: Rows
    statements: Rows
    positions: Integers
    kinds: tuple[PassageKind, ...]
    sizes: Integers
    dates: Integers
    title_vectors: Floats
    terms: Integers
    marks: NDArray[np.uint8]
    term_passages: Rows
    term_sentences: Rows
    sentence_passages: Rows
    sentence_vectors: Floats
    context: Integers
    context_passages: Rows
    introduces_list: Mask

    def __len__(self) -> int:
        return len(self.keys)


class Column:
    """Rows of numbers that are only appended to: what is there never changes, so it can be read meanwhile."""

    def __init__(self, kind: type[np.generic], *shape: int) -> None:
        self.size = 0
        self._rows: NDArray[Any] = np.empty((_FIRST_ROWS, *shape), dtype=kind)

    def append(self, rows: NDArray[Any]) -> None:
        """Append rows, (n, …)."""
        end = self.size + len(rows)
        if end > len(self._rows):
            grown = np.empty((max(end, 2 * len(self._rows)), *self._rows.shape[1:]), dtype=self._rows.dtype)
            grown[: self.size] = self._rows[: self.size]
            self._rows = grown
        self._rows[self.size : end] = rows
        self.size = end

    def take(self, rows: NDArray[Any] | int) -> NDArray[Any]:
        """Return some rows, (n, …), or one, (…)."""
        found: NDArray[Any] = self._rows[rows]
        return found

    def take_column(self, rows: NDArray[Any], column: int) -> NDArray[Any]:
        """Return one number of each of some rows, (n,)."""
        found: NDArray[Any] = self._rows[rows, column]
        return found


class Vocabulary:
    """A number for each string, in the order in which they were first met."""

    def __init__(self, strings: Iterable[str] = ()) -> None:
        self.numbers = {one: number for number, one in enumerate(strings)}

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, string: str) -> int:
        """Return the number of a string, a new one if it has none."""
        return self.numbers.setdefault(string, len(self.numbers))

    def compacted(self, is_used: Mask) -> tuple[Self, Integers]:
        """Return the strings that are used, with new numbers, and by its old number the new one of each."""
        used = (one for one, number in self.numbers.items() if number < len(is_used) and is_used[number])
        return type(self)(used), (np.cumsum(is_used) - 1).astype(np.int32)


class Spellings(Vocabulary):
    """Words as they are spelled, in lower case; also by their first letter and length."""

    def __init__(self, strings: Iterable[str] = ()) -> None:
        super().__init__()
        self.by_shape: dict[tuple[str, int], list[str]] = {}
        for one in strings:
            self.number(one)

    def number(self, string: str) -> int:
        """Return the number of a word, a new one if it has none."""
        if string not in self.numbers:
            self.by_shape.setdefault((string[0], len(string)), []).append(string)
        return super().number(string)


class _WrittenWords(dict[str, tuple[tuple[int, ...], bytes, int]]):
    """The numbers and marks of the terms of each written word, and the number of its spelling, -1 for none."""

    def __init__(self, terms: Vocabulary, spellings: Spellings) -> None:
        super().__init__()
        self._terms = terms
        self._spellings = spellings

    def __missing__(self, written: str) -> tuple[tuple[int, ...], bytes, int]:
        numbers = tuple(map(self._terms.number, to_terms((written,))))
        # Numbers have no end, and no other number is meant by one.
        is_word = len(written) >= SHORTEST_CORRECTED and written.isascii() and written.isalpha()
        spelling = self._spellings.number(written.lower()) if is_word else -1
        found = numbers, bytes((_mark(written),)) * len(numbers), spelling
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        self[written] = found
        return found


class PassageTable:
    """Passages in rows, appended statement by statement.

    A removed statement keeps its rows until `compacted` makes a table without them; who reads this one meanwhile
    finds what it had. Reading is safe from any thread, appending from one at a time.
    """

    def __init__(self, terms: Vocabulary | None = None, spellings: Spellings | None = None) -> None:
        self.vocabulary = Vocabulary() if terms is None else terms
        self.spellings = Spellings() if spellings is None else spellings
        self._written = _WrittenWords(self.vocabulary, self.spellings)
        self._passages = Column(np.int64, _PASSAGE_COLUMNS)
        self._statements = Column(np.int64, _STATEMENT_COLUMNS)
        self._terms = Column(np.int32)
        self._marks = Column(np.uint8)
        self._sentence_terms = Column(np.int32)
        self._context = Column(np.int32)
        self._spelled = Column(np.int32)  # the words of each statement, each once
        # Each by itself, by the statement's row: arrays this large are not copied to grow.
        self._sentence_vectors: dict[int, NDArray[np.float16]] = {}
        self._title_vectors: dict[int, NDArray[np.float16]] = {}

    def __len__(self) -> int:
        return self._passages.size

    @property
    def term_count(self) -> int:
        """The number of terms that all passages have together, context not counted."""
        return self._terms.size

    def append(self, rows: StatementRows) -> int:
        """Append the passages of a statement, at least one, and return the statement's row."""
        words = _Terms(self._written)
        counts = [words.add_passage(passage) for passage in rows.passages]
        context, spelled = words.read_context(context_of(rows))
        sentences = np.array([len(one) for one in counts], dtype=np.int64)
        statement = self._statements.size
        columns = np.empty((len(rows.passages), _PASSAGE_COLUMNS), dtype=np.int64)
        columns[:, _KEY] = rows.passage_keys
        columns[:, _STATEMENT] = statement
        columns[:, _POSITION] = [passage.position for passage in rows.passages]
        columns[:, _KIND] = [_KINDS.index(passage.kind) for passage in rows.passages]
        columns[:, _INTRODUCES_LIST] = [passage.text.rstrip().endswith(":") for passage in rows.passages]
        columns[:, _TERMS] = [sum(one) for one in counts]
        columns[:, _FIRST_TERM] = _starts(columns[:, _TERMS], self._terms.size)
        columns[:, _SENTENCES] = sentences
        columns[:, _FIRST_SENTENCE] = _starts(sentences, self._sentence_terms.size)
        columns[:, _FIRST_VECTOR] = _starts(sentences, 0)
        date = (rows.date.year, rows.date.month) if rows.date else (0, 0)
        ranges = (len(self), len(columns), self._context.size, len(context), self._spelled.size, len(spelled))
        vectors = [_sentences(passage)[1] for passage in rows.passages]
        self._sentence_vectors[statement] = np.concatenate(vectors, dtype=np.float16)
        self._title_vectors[statement] = rows.title_vector.astype(np.float16)
        self._terms.append(np.array(words.terms, dtype=np.int32))
        self._marks.append(np.frombuffer(words.marks, dtype=np.uint8))
        self._sentence_terms.append(np.array([one for each in counts for one in each], dtype=np.int32))
        self._context.append(context)
        self._spelled.append(spelled)
        self._statements.append(np.array([(rows.statement_key, *ranges, *date)], dtype=np.int64))
        self._passages.append(columns)
        return statement

    def passages_of(self, statements: Sequence[int]) -> Rows:
        """Return the rows of the passages of statements, given by their rows."""
        columns = self._statements.take(np.array(statements, dtype=np.int64))
        return _ranges(columns[:, _FIRST_PASSAGE], columns[:, _SIZE])

    def spelled_words(self, statements: Rows) -> Integers:
        """Return the numbers of the words of statements as they are spelled, each once a statement."""
        columns = self._statements.take(statements)
        return self._spelled.take(_ranges(columns[:, _FIRST_WORD], columns[:, _WORDS]))

    def keys(self, rows: Rows) -> Rows:
        """Return the keys of passages."""
        return self._passages.take_column(rows, _KEY)

    def statement_rows(self, rows: Rows) -> Rows:
        """Return the row of the statement of each of some passages."""
        return self._passages.take_column(rows, _STATEMENT)

    def count_terms(self, rows: Rows) -> Rows:
        """Return how many terms passages have, context not counted."""
        return self._passages.take_column(rows, _TERMS)

    def count_context_terms(self, rows: Rows) -> Rows:
        """Return how many terms the contexts of passages have."""
        return self._statements.take_column(self.statement_rows(rows), _CONTEXT)

    def place(self, row: int) -> tuple[int, int]:
        """Return the key of the statement that a passage is in, and its position there."""
        passage = self._passages.take(row)
        return int(self._statements.take(passage[_STATEMENT])[_STATEMENT_KEY]), int(passage[_POSITION])

    def terms_of(self, rows: Rows) -> tuple[Integers, Rows]:
        """Return the terms of passages in reading order, (t,), and for each its passage's place in `rows`, (t,)."""
        passages = self._passages.take(rows)
        owners = np.repeat(np.arange(len(rows)), passages[:, _TERMS])
        return self._terms.take(_ranges(passages[:, _FIRST_TERM], passages[:, _TERMS])), owners

    def context_of(self, rows: Rows) -> tuple[Integers, Rows]:
        """Return the terms of the contexts of passages, (t,), and for each its passage's place in `rows`, (t,)."""
        statements = self._statements.take(self.statement_rows(rows))
        owners = np.repeat(np.arange(len(rows)), statements[:, _CONTEXT])
        return self._context.take(_ranges(statements[:, _FIRST_CONTEXT], statements[:, _CONTEXT])), owners

    def gather(self, rows: Rows) -> CandidateBatch:
        """Return the passages in these rows, in this order."""
        passages = self._passages.take(rows)
        statements = self._statements.take(passages[:, _STATEMENT])
        places = _ranges(passages[:, _FIRST_TERM], passages[:, _TERMS])
        sentence_terms = self._sentence_terms.take(_ranges(passages[:, _FIRST_SENTENCE], passages[:, _SENTENCES]))
        order = np.arange(len(rows))
        context, context_passages = self.context_of(rows)
        return CandidateBatch(
            keys=passages[:, _KEY],
            statements=statements[:, _STATEMENT_KEY],
            positions=passages[:, _POSITION].astype(np.int32),
            kinds=tuple(_KINDS[kind] for kind in passages[:, _KIND].tolist()),
            sizes=statements[:, _SIZE].astype(np.int32),
            dates=statements[:, _DATE].astype(np.int32),
            title_vectors=self._take_titles(passages[:, _STATEMENT]),
            terms=self._terms.take(places),
            marks=self._marks.take(places),
            term_passages=np.repeat(order, passages[:, _TERMS]),
            term_sentences=np.repeat(np.arange(len(sentence_terms)), sentence_terms),
            sentence_passages=np.repeat(order, passages[:, _SENTENCES]),
            sentence_vectors=self._take_sentences(passages),
            context=context,
            context_passages=context_passages,
            introduces_list=passages[:, _INTRODUCES_LIST] > 0,
        )

    def compacted(self, rows: Rows, has_passages: Mask, has_statements: Mask) -> "PassageTable":
        """Return a table of whole statements without the others' rows, terms and words.

        Args:
            rows: of the passages that stay, in order.
            has_passages: whether any of these has a term, by its number.
            has_statements: whether any of their statements has a word as it is spelled, by its number.
        """
        vocabulary, new_terms = self.vocabulary.compacted(has_passages)
        spellings, new_words = self.spellings.compacted(has_statements)
        found = PassageTable(vocabulary, spellings)
        passages = self._passages.take(rows)
        old, passages[:, _STATEMENT] = np.unique(passages[:, _STATEMENT], return_inverse=True)
        statements = self._statements.take(old)
        terms = _ranges(passages[:, _FIRST_TERM], passages[:, _TERMS])
        found._terms.append(new_terms[self._terms.take(terms)])
        found._marks.append(self._marks.take(terms))
        sentences = _ranges(passages[:, _FIRST_SENTENCE], passages[:, _SENTENCES])
        found._sentence_terms.append(self._sentence_terms.take(sentences))
        context = _ranges(statements[:, _FIRST_CONTEXT], statements[:, _CONTEXT])
        found._context.append(new_terms[self._context.take(context)])
        words = _ranges(statements[:, _FIRST_WORD], statements[:, _WORDS])
        found._spelled.append(new_words[self._spelled.take(words)])
        for columns, first, count in (
            (passages, _FIRST_TERM, _TERMS),
            (passages, _FIRST_SENTENCE, _SENTENCES),
            (statements, _FIRST_PASSAGE, _SIZE),
            (statements, _FIRST_CONTEXT, _CONTEXT),
            (statements, _FIRST_WORD, _WORDS),
        ):
            columns[:, first] = _starts(columns[:, count], 0)
        found._passages.append(passages)
        found._statements.append(statements)
        found._sentence_vectors = {row: self._sentence_vectors[one] for row, one in enumerate(old.tolist())}
        found._title_vectors = {row: self._title_vectors[one] for row, one in enumerate(old.tolist())}
        return found

    def list_statements(self) -> dict[int, int]:
        """Return the row of each statement by its key."""
        keys = self._statements.take_column(np.arange(self._statements.size), _STATEMENT_KEY).tolist()
        return {key: row for row, key in enumerate(keys)}

    def _take_sentences(self, passages: NDArray[np.int64]) -> Floats:
        """Return the embeddings of the sentences of passages, (s, d)."""
        starts = passages[:, _FIRST_VECTOR]
        places = np.stack([passages[:, _STATEMENT], starts, starts + passages[:, _SENTENCES]], axis=1).tolist()
        vectors = [self._sentence_vectors[statement][start:end] for statement, start, end in places]
        return widen(np.concatenate(vectors)) if vectors else np.empty((0, 0), dtype=np.float32)

    def _take_titles(self, rows: NDArray[np.int64]) -> Floats:
        """Return the embedding of the title of each statement, (n, d)."""
        different, places = np.unique(rows, return_inverse=True)
        vectors = [self._title_vectors[row] for row in different.tolist()]
        return widen(np.stack(vectors))[places] if vectors else np.empty((0, 0), dtype=np.float32)


(
    _KEY, _STATEMENT, _POSITION, _KIND, _INTRODUCES_LIST, _FIRST_TERM, _TERMS, _FIRST_SENTENCE, _SENTENCES,
    _FIRST_VECTOR,
) = range(10)  # fmt: skip
_PASSAGE_COLUMNS = 10
_STATEMENT_KEY, _FIRST_PASSAGE, _SIZE, _FIRST_CONTEXT, _CONTEXT, _FIRST_WORD, _WORDS = range(7)
_DATE = slice(7, 9)
_STATEMENT_COLUMNS = 9


class _Terms:
    """The terms of one statement while it is read, laid end to end, with their marks."""

    def __init__(self, written: _WrittenWords) -> None:
        self.terms: list[int] = []
        self.marks = bytearray()
        self._spelled: set[int] = set()
        self._written = written

    def add_passage(self, passage: PassageRow) -> list[int]:
        """Add the terms of a passage, and return how many each of its sentences has."""
        return [self._add_sentence(passage.text[start:end]) for start, end in _sentences(passage)[0]]

    def read_context(self, text: str) -> tuple[Integers, Integers]:
        """Return the terms of the context, and the spellings of all words, each once."""
        terms: list[int] = []
        for written in find_written_words(text):
            numbers, _, spelling = self._written[written]
            terms += numbers
            self._spelled.add(spelling)
        self._spelled.discard(-1)
        return np.array(terms, dtype=np.int32), np.array(sorted(self._spelled), dtype=np.int32)

    def _add_sentence(self, text: str) -> int:
        terms, marks, words = self.terms, self.marks, self._written
        before = len(terms)
        written_words = find_written_words(text)
        for written in written_words:
            numbers, of_word, spelling = words[written]
            terms += numbers
            marks += of_word
            self._spelled.add(spelling)
        # A capital that begins a sentence names nothing.
        for at in range(before, before + len(words[written_words[0]][0]) if written_words else before):
            marks[at] &= ~NAME
        return len(terms) - before


def context_of(rows: StatementRows) -> str:
    """Return what a statement's passages leave unsaid: its title, when it was issued and by whom."""
    date = f"{rows.date.day} {_MONTHS[rows.date.month - 1]} {rows.date.year}" if rows.date else ""
    return "\n".join((rows.title, date, *rows.issuers))


def _sentences(passage: PassageRow) -> tuple[Sequence[tuple[int, int]], Floats]:
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


def _starts(counts: NDArray[Any], first: int) -> NDArray[np.int64]:
    """Return where runs of so many rows begin when they are laid end to end from a first row on, (n,)."""
    starts: NDArray[np.int64] = first + np.cumsum(counts, dtype=np.int64) - counts
    return starts


def _ranges(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of runs that begin at `starts` and have `counts` rows each, laid end to end."""
    # Each run is counted on from where the runs before it end.
    found: NDArray[np.int64] = np.repeat(starts - _starts(counts, 0), counts)
    found += np.arange(len(found))
    return found
