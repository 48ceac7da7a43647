"""Columns of every passage that search needs: where it stands, its terms, its sentences and their embeddings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index.corpus.embeddings import widen
from index.corpus.statements import PassageKind
from index.corpus.store import PassageRow, StatementRows
from index.text.dates import MONTHS
from index.text.tokens import find_written_words, to_terms

Integers = NDArray[np.int32]
Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

NUMBER, NAME, DATE, RESOLUTION = 1, 2, 4, 8
"""Marks of a term as it was written: with digits or as a number word; with a capital that does not begin a sentence;
a month or a year; the word "resolution"."""

SHORTEST_CORRECTED = 4
"""Letters of the shortest word that can be a misspelling, or the word that was meant."""

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
    """Rows that are only appended to: what is there never changes, so it can be read meanwhile."""

    def __init__(self, kind: DTypeLike) -> None:
        self._size = 0
        self._rows: NDArray[Any] = np.empty(_FIRST_ROWS, dtype=kind)

    def __len__(self) -> int:
        return self._size

    def append(self, rows: NDArray[Any]) -> None:
        """Append rows, (n,)."""
        end = len(self) + len(rows)
        if end > len(self._rows):
            grown = np.empty(max(end, 2 * len(self._rows)), dtype=self._rows.dtype)
            grown[: len(self)] = self.rows
            self._rows = grown
        self._rows[len(self) : end] = rows
        self._size = end

    @property
    def rows(self) -> NDArray[Any]:
        """All rows, (n,), without copying them."""
        return self._rows[: self._size]


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


_PASSAGE = np.dtype(
    [
        ("key", np.int64),
        ("statement", np.int32),  # its row
        ("position", np.int32),
        ("kind", np.uint8),
        ("introduces_list", np.bool_),
        ("first_term", np.int64),
        ("terms", np.int32),
        ("first_sentence", np.int64),
        ("sentences", np.int32),
        ("first_vector", np.int32),  # among those of its statement
    ]
)
_STATEMENT = np.dtype(
    [
        ("key", np.int64),
        ("date", np.int32, (2,)),
        ("first_passage", np.int64),
        ("passages", np.int32),
        ("first_context", np.int64),
        ("context", np.int32),
        ("first_word", np.int64),
        ("words", np.int32),
    ]
)


class PassageTable:
    """Passages in rows, appended statement by statement.

    A removed statement keeps its rows until `compacted` makes a table without them; who reads this one meanwhile
    finds what it had. Reading is safe from any thread, appending from one at a time. Terms, sentences, contexts and
    words of all are laid end to end; a passage or statement has the first of its own and their number.
    """

    def __init__(self, terms: Vocabulary | None = None, spellings: Spellings | None = None) -> None:
        self.vocabulary = Vocabulary() if terms is None else terms
        self.spellings = Spellings() if spellings is None else spellings
        self._written = _WrittenWords(self.vocabulary, self.spellings)
        self._passages = Column(_PASSAGE)
        self._statements = Column(_STATEMENT)
        self._terms = Column(np.int32)
        self._marks = Column(np.uint8)
        self._sentence_terms = Column(np.int32)
        self._context = Column(np.int32)
        self._words = Column(np.int32)  # of each statement as they are spelled, each once
        # Each by itself, by the statement's row: arrays this large are not copied to grow.
        self._sentence_vectors: dict[int, NDArray[np.float16]] = {}
        self._title_vectors: dict[int, NDArray[np.float16]] = {}

    def __len__(self) -> int:
        return len(self._passages)

    @property
    def passages(self) -> NDArray[np.void]:
        """Every passage: `key`, `statement` (its row), `position`, `terms` (how many) and more, (rows,)."""
        return self._passages.rows

    @property
    def statements(self) -> NDArray[np.void]:
        """Every statement: `key`, `context` (how many terms) and more, (rows,)."""
        return self._statements.rows

    @property
    def term_count(self) -> int:
        """The number of terms that all passages have together, context not counted."""
        return len(self._terms)

    def append(self, rows: StatementRows) -> int:
        """Append the passages of a statement, at least one, and return the statement's row."""
        text = _StatementText(self._written)
        counts = [text.add_passage(passage) for passage in rows.passages]
        context, words = text.read_context(context_of(rows))
        statement = np.zeros(1, dtype=_STATEMENT)
        row = len(self._statements)
        statement["key"], statement["passages"] = rows.statement_key, len(counts)
        statement["date"] = (rows.date.year, rows.date.month) if rows.date else (0, 0)
        statement["context"], statement["words"] = len(context), len(words)
        passages = np.zeros(len(counts), dtype=_PASSAGE)
        passages["key"], passages["statement"] = rows.passage_keys, row
        passages["position"] = [passage.position for passage in rows.passages]
        passages["kind"] = [_KINDS.index(passage.kind) for passage in rows.passages]
        passages["introduces_list"] = [passage.text.rstrip().endswith(":") for passage in rows.passages]
        passages["terms"], passages["sentences"] = [sum(one) for one in counts], [len(one) for one in counts]
        passages["first_vector"] = _starts(passages["sentences"])
        vectors = [_sentences(passage)[1] for passage in rows.passages]
        self._sentence_vectors[row] = np.concatenate(vectors, dtype=np.float16)
        self._title_vectors[row] = rows.title_vector.astype(np.float16)
        terms, marks = np.array(text.terms, dtype=np.int32), np.frombuffer(text.marks, dtype=np.uint8)
        sentence_terms = np.array([count for one in counts for count in one], dtype=np.int32)
        self._append(statement, passages, (terms, marks, sentence_terms, context, words))
        return row

    def passages_of(self, statements: Sequence[int]) -> Rows:
        """Return the rows of the passages of statements, given by their rows."""
        chosen = self.statements[np.array(statements, dtype=np.int64)]
        return _ranges(chosen["first_passage"], chosen["passages"])

    def words_of(self, statements: Rows) -> Integers:
        """Return the numbers of the words of statements as they are spelled, each once a statement."""
        chosen = self.statements[statements]
        found: Integers = self._words.rows[_ranges(chosen["first_word"], chosen["words"])]
        return found

    def terms_of(self, rows: Rows) -> tuple[Integers, Rows]:
        """Return the terms of passages in reading order, (t,), and for each its passage's place in `rows`, (t,)."""
        passages = self.passages[rows]
        terms = self._terms.rows[_ranges(passages["first_term"], passages["terms"])]
        return terms, np.repeat(np.arange(len(rows)), passages["terms"])

    def contexts_of(self, rows: Rows) -> tuple[Integers, Rows]:
        """Return the terms of the contexts of passages, (t,), and for each its passage's place in `rows`, (t,)."""
        statements = self.statements[self.passages["statement"][rows]]
        terms = self._context.rows[_ranges(statements["first_context"], statements["context"])]
        return terms, np.repeat(np.arange(len(rows)), statements["context"])

    def place(self, row: int) -> tuple[int, int]:
        """Return the key of the statement that a passage is in, and its position there."""
        passage = self.passages[row]
        return int(self.statements["key"][passage["statement"]]), int(passage["position"])

    def gather(self, rows: Rows) -> CandidateBatch:
        """Return the passages in these rows, in this order."""
        passages = self.passages[rows]
        statements = self.statements[passages["statement"]]
        terms, term_passages = self.terms_of(rows)
        context, context_passages = self.contexts_of(rows)
        sentences = _ranges(passages["first_sentence"], passages["sentences"])
        return CandidateBatch(
            keys=passages["key"],
            statements=statements["key"],
            positions=passages["position"],
            kinds=tuple(_KINDS[kind] for kind in passages["kind"].tolist()),
            sizes=statements["passages"],
            dates=statements["date"],
            title_vectors=self._take_titles(passages["statement"]),
            terms=terms,
            marks=self._marks.rows[_ranges(passages["first_term"], passages["terms"])],
            term_passages=term_passages,
            term_sentences=np.repeat(np.arange(len(sentences)), self._sentence_terms.rows[sentences]),
            sentence_passages=np.repeat(np.arange(len(rows)), passages["sentences"]),
            sentence_vectors=self._take_sentences(passages),
            context=context,
            context_passages=context_passages,
            introduces_list=passages["introduces_list"],
        )

    def compacted(self, rows: Rows, is_used: Mask, is_spelled: Mask) -> "PassageTable":
        """Return a table of whole statements without the others' rows, terms and words.

        Args:
            rows: of the passages that stay, in order.
            is_used: whether any of these has a term, by its number.
            is_spelled: whether any of their statements has a word as it is spelled, by its number.
        """
        vocabulary, new_terms = self.vocabulary.compacted(is_used)
        spellings, new_words = self.spellings.compacted(is_spelled)
        found = PassageTable(vocabulary, spellings)
        passages = self.passages[rows]
        old, passages["statement"] = np.unique(passages["statement"], return_inverse=True)
        places = _ranges(passages["first_term"], passages["terms"])
        statements = self.statements[old]
        columns = (
            new_terms[self._terms.rows[places]],
            self._marks.rows[places],
            self._sentence_terms.rows[_ranges(passages["first_sentence"], passages["sentences"])],
            new_terms[self._context.rows[_ranges(statements["first_context"], statements["context"])]],
            new_words[self.words_of(old)],
        )
        found._sentence_vectors = {row: self._sentence_vectors[one] for row, one in enumerate(old.tolist())}
        found._title_vectors = {row: self._title_vectors[one] for row, one in enumerate(old.tolist())}
        found._append(statements, passages, columns)
        return found

    def _append(
        self, statements: NDArray[np.void], passages: NDArray[np.void], columns: Sequence[NDArray[Any]]
    ) -> None:
        """Append statements and what they have: terms, marks, terms of each sentence, contexts and words."""
        terms, marks, sentence_terms, context, words = columns
        passages["first_term"] = len(self._terms) + _starts(passages["terms"])
        passages["first_sentence"] = len(self._sentence_terms) + _starts(passages["sentences"])
        statements["first_passage"] = len(self) + _starts(statements["passages"])
        statements["first_context"] = len(self._context) + _starts(statements["context"])
        statements["first_word"] = len(self._words) + _starts(statements["words"])
        self._terms.append(terms)
        self._marks.append(marks)
        self._sentence_terms.append(sentence_terms)
        self._context.append(context)
        self._words.append(words)
        self._statements.append(statements)
        self._passages.append(passages)

    def _take_sentences(self, passages: NDArray[np.void]) -> Floats:
        """Return the embeddings of the sentences of passages, (s, d)."""
        places = passages[["statement", "first_vector", "sentences"]].tolist()
        vectors = [self._sentence_vectors[statement][start : start + count] for statement, start, count in places]
        return widen(np.concatenate(vectors)) if vectors else np.empty((0, 0), dtype=np.float32)

    def _take_titles(self, rows: Integers) -> Floats:
        """Return the embedding of the title of each statement, (n, d)."""
        different, places = np.unique(rows, return_inverse=True)
        vectors = [self._title_vectors[row] for row in different.tolist()]
        return widen(np.stack(vectors))[places] if vectors else np.empty((0, 0), dtype=np.float32)


class _StatementText:
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
    date = f"{rows.date.day} {MONTHS[rows.date.month - 1]} {rows.date.year}" if rows.date else ""
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
    return NAME | DATE if written in MONTHS else NAME


def _starts(counts: NDArray[Any]) -> Rows:
    """Return where runs of so many rows begin when they are laid end to end, (n,)."""
    starts: Rows = np.cumsum(counts, dtype=np.int64) - counts
    return starts


def _ranges(starts: NDArray[Any], counts: NDArray[Any]) -> Rows:
    """Return the rows of runs that begin at `starts` and have `counts` rows each, laid end to end."""
    # Each run is counted on from where the runs before it end.
    found: Rows = np.repeat(starts - _starts(counts), counts)
    found += np.arange(len(found))
    return found
