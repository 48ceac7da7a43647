"""Passages of a library ↔ the units that questions are judged by: whole statements, or paragraphs of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from index.corpus.documents import Document, Metadata, read_text
from index.corpus.sql_store import SqlStore
from index.corpus.statements import Passage, Statement
from index.errors import ReadingError
from index.evaluation.question_sets import (
    JudgedQuestion,
    QuestionSetError,
    Record,
    divide_paragraphs,
    paragraph_id,
)
from index.library import Library

_AT_ONCE = 500
"""Passages read from the store at once."""

OnProgress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def start_counting(on_progress: OnProgress, task: str, total: int) -> Callable[[], None]:
    """Tell that a task begins, and return what tells of one more done whenever it is called."""
    on_progress(task, 0, total)
    done = iter(range(1, total + 1))
    return lambda: on_progress(task, next(done), total)


class UnitKind(StrEnum):
    """What is ranked for a question: statements where its gold ids are statements, else paragraphs."""

    STATEMENT = "statement"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class SearchedPassage:
    """A passage that the library can find, with the title that the file gives its statement, which may be empty."""

    passage: Passage
    title: str


@dataclass(frozen=True, slots=True)
class CorpusFacts:
    """What became of the statements of a file.

    `copies` have the same words as an earlier statement, which stands for them; `passages` can be found, and
    `unsearched` counts by kind those that cannot; statements and paragraphs without a passage cannot be found at all.
    """

    statements: int
    paragraphs: int
    copies: int
    passages: int
    unsearched: Mapping[str, int]
    statements_without_passage: int
    paragraphs_without_passage: int
    gold_without_passage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages that can be found, in the order of their adding, and what each counts as.

    `units` gives for a kind and a passage's id the units that the passage is of, in the order of the file: several
    where statements have the same words. A paragraph has the passages whose spans overlap with its own.
    """

    passages: tuple[SearchedPassage, ...]
    units: Mapping[UnitKind, Mapping[str, tuple[str, ...]]]
    all_units: Mapping[UnitKind, frozenset[str]]
    copies: int
    unsearched: Mapping[str, int]

    def get_units(self, kind: UnitKind, passage_ids: Iterable[str]) -> Iterator[str]:
        """Yield the units of passages in their order, each once, at its first passage."""
        units = self.units[kind]
        seen: set[str] = set()
        for passage_id in passage_ids:
            for unit in units.get(passage_id, ()):
                if unit not in seen:
                    seen.add(unit)
                    yield unit

    def to_facts(self, questions: Sequence[JudgedQuestion]) -> CorpusFacts:
        """Return what became of the statements, and of the gold ids of some questions."""
        lost = {
            kind: self.all_units[kind].difference(*(set(units) for units in self.units[kind].values()))
            for kind in UnitKind
        }
        gold = {gold_id for question in questions for gold_id in question.gold_ids}
        return CorpusFacts(
            statements=len(self.all_units[UnitKind.STATEMENT]),
            paragraphs=len(self.all_units[UnitKind.PARAGRAPH]),
            copies=self.copies,
            passages=len(self.passages),
            unsearched=self.unsearched,
            statements_without_passage=len(lost[UnitKind.STATEMENT]),
            paragraphs_without_passage=len(lost[UnitKind.PARAGRAPH]),
            gold_without_passage=tuple(sorted(gold & (lost[UnitKind.STATEMENT] | lost[UnitKind.PARAGRAPH]))),
        )


def fill_library(library: Library, records: Sequence[Record], *, advance: Callable[[], None]) -> Corpus:
    """Add statements to an empty library through its door, and return what can be found of them.

    Args:
        library: what is measured.
        records: the statements, in the order of their file.
        advance: called after each.

    Raises:
        QuestionSetError: a text cannot be kept as a statement.
    """
    titles: dict[str, str] = {}
    kept: dict[str, Statement] = {}
    records_of: dict[str, list[Record]] = {}
    for record, statement in zip(records, _add_all(library, records), strict=True):
        kept.setdefault(statement.id, statement)
        titles.setdefault(statement.id, record.title)
        records_of.setdefault(statement.id, []).append(record)
        advance()
    searched_ids = _searched_passage_ids(library)
    passages = [passage for statement in kept.values() for passage in statement.passages]
    searched = [passage for passage in passages if passage.id in searched_ids]
    paragraphs = {key: _locate_paragraphs(statement, records_of[key]) for key, statement in kept.items()}
    return Corpus(
        passages=tuple(SearchedPassage(passage, titles[passage.statement_id]) for passage in searched),
        units={
            UnitKind.STATEMENT: {
                passage.id: tuple(record.id for record in records_of[passage.statement_id]) for passage in searched
            },
            UnitKind.PARAGRAPH: {
                passage.id: tuple(
                    unit
                    for unit, (start, end) in paragraphs[passage.statement_id].items()
                    if start < passage.end and passage.start < end
                )
                for passage in searched
            },
        },
        all_units={
            UnitKind.STATEMENT: frozenset(record.id for record in records),
            UnitKind.PARAGRAPH: frozenset(unit for units in paragraphs.values() for unit in units),
        },
        copies=len(records) - len(kept),
        unsearched=dict(Counter(passage.kind.value for passage in passages if passage.id not in searched_ids)),
    )


def _add_all(library: Library, records: Sequence[Record]) -> Iterator[Statement]:
    """Yield each statement as it is kept; many are encoded at once."""
    added = library.add_documents(map(_to_document, records))
    for record in records:
        with _explained(record):
            statement = next(added)
        yield statement


def _to_document(record: Record) -> Document:
    with _explained(record):
        return read_text(record.text, Metadata(record.title or None, record.date, record.source or None))


@contextmanager
def _explained(record: Record) -> Iterator[None]:
    try:
        yield
    except ReadingError as error:
        raise QuestionSetError(f"{record.where}: {error.what}", remedy=error.remedy) from error


def _searched_passage_ids(library: Library) -> frozenset[str]:
    """Return the ids of the passages that the library's indexes are filled with."""
    store = SqlStore(library.database)
    keys = [key for portion in store.iterate_rows() for one in portion.statements for key in one.passage_keys]
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        found.update(one.id for one in store.get_passages(keys[start : start + _AT_ONCE]).values())
    return frozenset(found)


def _locate_paragraphs(statement: Statement, records: Iterable[Record]) -> dict[str, tuple[int, int]]:
    """Return the spans of the records' paragraphs in the text that is kept for them, by the paragraphs' ids."""
    return {
        paragraph_id(record.id, number): span
        for record in records
        for number, span in enumerate(_spans_in(statement.text, record.text))
    }


def _spans_in(kept: str, text: str) -> list[tuple[int, int]]:
    """Return the spans of a text's paragraphs in a text of the same words."""
    spans = divide_paragraphs(text)
    if kept.startswith(text):
        return spans
    # Copies may differ in white space: a place is told by the number of letters before it.
    letters = [at for at, character in enumerate(kept) if not character.isspace()]
    before = [sum(not character.isspace() for character in text[:start]) for start, _ in spans]
    sizes = [sum(not character.isspace() for character in text[start:end]) for start, end in spans]
    return [(letters[first], letters[first + size - 1] + 1) for first, size in zip(before, sizes, strict=True)]


def choose_kinds(questions: Sequence[JudgedQuestion], statement_ids: Collection[str]) -> dict[str, UnitKind]:
    """Return what is ranked for each question, by its id; for an unanswerable one what is for most others.

    Raises:
        QuestionSetError: a question's gold ids are statements and paragraphs.
    """
    chosen: dict[str, UnitKind] = {}
    for question in questions:
        kinds = {UnitKind.STATEMENT if one in statement_ids else UnitKind.PARAGRAPH for one in question.gold_ids}
        if len(kinds) > 1:
            raise QuestionSetError(
                f"{question.where}: the gold ids are statements and paragraphs.", remedy="Give one kind or the other."
            )
        chosen.update(dict.fromkeys([question.id] if kinds else [], *kinds))
    most = Counter(chosen.values()).most_common(1)
    usual = most[0][0] if most else UnitKind.STATEMENT
    return {question.id: chosen.get(question.id, usual) for question in questions}
