"""Statements and questions in files of JSON lines, checked line by line.

A statement is `{id, title, date, source, text}`: `id` and `text` must be there, and the text's paragraphs are divided
by blank lines. A question is `{id, question, gold_ids, type, mode, answer}`: `id` and `question` must be there.
A gold id is a statement's id, or `<statement id>#pNN` for the NN-th paragraph of its text, counted from 0. `mode` is
`any` (each gold id answers by itself; the default), `all` (the answer is all of them) or `none`; a question of mode
`none`, or without gold ids, is unanswerable. Other fields are let be. A file whose name ends in `.gz` is unpacked.
"""

import datetime
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.corpus.sentences import trim
from index.errors import VerbatimError

_PARAGRAPH_ID = re.compile(r"(?P<statement>.+)#p(?P<number>\d{2,})")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")
_NAMED_AT_MOST = 5


class QuestionSetError(VerbatimError):
    """A file of statements, of questions or of rankings is not as it should be."""


class Mode(StrEnum):
    """What answers a question: any of its gold ids, all of them, or nothing."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Record:
    """A statement as its file has it; `where` names file and line."""

    id: str
    title: str
    date: datetime.date | None
    source: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with what answers it; nothing does where `gold_ids` is empty. `where` names file and line."""

    id: str
    text: str
    gold_ids: frozenset[str]
    type: str
    mode: Mode
    answer: str
    where: str

    @property
    def is_answerable(self) -> bool:
        """Whether anything answers it."""
        return bool(self.gold_ids)


def paragraph_id(statement_id: str, number: int) -> str:
    """Return the id of a paragraph by its number, counted from 0."""
    return f"{statement_id}#p{number:02d}"


def split_paragraph_id(gold_id: str) -> tuple[str, int] | None:
    """Return the statement's id and the paragraph's number, counted from 0; None for what is no paragraph's id."""
    match = _PARAGRAPH_ID.fullmatch(gold_id)
    return (match["statement"], int(match["number"])) if match else None


def divide_paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs between blank lines, without white space at their ends, in reading order."""
    start, end = trim(text, 0, len(text))
    spans = []
    for border in _BETWEEN_PARAGRAPHS.finditer(text, start, end):
        spans.append(trim(text, start, border.start()))
        start = border.end()
    return [*spans, trim(text, start, end)] if start < end else spans


def read_statements(path: Path) -> list[Record]:
    """Return the statements of a file, in its order.

    Raises:
        QuestionSetError: the file cannot be read, a line is no statement, or an id is there twice.
    """
    records: list[Record] = []
    lines: dict[str, str] = {}
    for fields in _read_lines(path):
        record = Record(
            id=fields.identifier("id"),
            title=" ".join(fields.text("title").split()),
            date=fields.date("date"),
            source=fields.text("source"),
            text=fields.required_text("text"),
            where=fields.where,
        )
        _refuse_twice(lines, record.id, record.where)
        records.append(record)
    if not records:
        raise QuestionSetError(f"{path} has no statements.", remedy="Give one JSON object a line: id, title, text.")
    return records


def read_questions(paths: Sequence[Path], statements: Sequence[Record]) -> list[JudgedQuestion]:
    """Return the questions of one or more files, in their order, every gold id being one of the statements'.

    Raises:
        QuestionSetError: a file cannot be read, a line is no question, an id is there twice, or a gold id is unknown.
    """
    questions: list[JudgedQuestion] = []
    lines: dict[str, str] = {}
    for path in paths:
        for fields in _read_lines(path):
            question = _to_question(fields)
            _refuse_twice(lines, question.id, question.where)
            questions.append(question)
    if not questions:
        raise QuestionSetError(
            f"{', '.join(map(str, paths))}: no questions.",
            remedy="Give one JSON object a line: id, question, gold_ids.",
        )
    _refuse_unknown(questions, statements)
    return questions


class _Fields:
    """The fields of one line, each checked when it is read."""

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self._values = values
        self.where = where

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise QuestionSetError(f"{self.where}: {name!r} is {json.dumps(value)[:60]}.", remedy="It must be a text.")
        return value

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if not value.strip():
            missing = "is empty" if name in self._values else "is missing"
            raise QuestionSetError(f"{self.where}: {name!r} {missing}.", remedy="Write it in, or remove the line.")
        return value

    def identifier(self, name: str) -> str:
        return _to_identifier(self.required_text(name), name, self.where)

    def identifiers(self, name: str) -> list[str]:
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            shown = json.dumps(values)[:60]
            raise QuestionSetError(f"{self.where}: {name!r} is {shown}.", remedy="It must be a list of texts.")
        return [_to_identifier(one, name, self.where) for one in values]

    def date(self, name: str) -> datetime.date | None:
        value = self.text(name).strip()
        try:
            return datetime.date.fromisoformat(value) if value else None
        except ValueError as error:
            raise QuestionSetError(
                f"{self.where}: {name!r} is {value!r}.",
                remedy="Write it as year-month-day, for example 2022-03-25, or leave it empty.",
            ) from error

    def mode(self, name: str) -> Mode:
        value = self.text(name) or Mode.ANY.value
        try:
            return Mode(value)
        except ValueError as error:
            raise QuestionSetError(
                f"{self.where}: {name!r} is {value!r}.", remedy=f"It must be one of: {', '.join(Mode)}."
            ) from error


def _to_identifier(value: str, name: str, where: str) -> str:
    # The columns of a TREC file are divided by white space.
    if not value or any(character.isspace() for character in value):
        raise QuestionSetError(f"{where}: {name!r} has {value!r}.", remedy="An id must be there, without white space.")
    return value


def _to_question(fields: _Fields) -> JudgedQuestion:
    mode = fields.mode("mode")
    gold_ids = fields.identifiers("gold_ids")
    if len(set(gold_ids)) < len(gold_ids):
        raise QuestionSetError(f"{fields.where}: a gold id is there twice.", remedy="Name each once.")
    return JudgedQuestion(
        id=fields.identifier("id"),
        text=fields.required_text("question"),
        gold_ids=frozenset() if mode is Mode.NONE else frozenset(gold_ids),
        type=fields.text("type"),
        mode=mode if gold_ids else Mode.NONE,
        answer=fields.text("answer"),
        where=fields.where,
    )


def _refuse_twice(lines: dict[str, str], identifier: str, where: str) -> None:
    if identifier in lines:
        raise QuestionSetError(
            f"{where}: the id {identifier!r} is already that of {lines[identifier]}.", remedy="Give each its own."
        )
    lines[identifier] = where


def _refuse_unknown(questions: Sequence[JudgedQuestion], statements: Sequence[Record]) -> None:
    counts = {one.id: len(divide_paragraphs(one.text)) for one in statements}
    unknown = [
        f"{question.where}: {gold_id!r}"
        for question in questions
        for gold_id in sorted(question.gold_ids)
        if not _is_known(gold_id, counts)
    ]
    if unknown:
        more = f"; and {len(unknown) - _NAMED_AT_MOST} more" if len(unknown) > _NAMED_AT_MOST else ""
        raise QuestionSetError(
            f"Gold ids that name no statement and no paragraph of one: {'; '.join(unknown[:_NAMED_AT_MOST])}{more}.",
            remedy="Give the statements that the questions were written for; paragraphs are counted from 0.",
        )


def _is_known(gold_id: str, counts: dict[str, int]) -> bool:
    if gold_id in counts:
        return True
    named = split_paragraph_id(gold_id)
    return named is not None and gold_id == paragraph_id(*named) and named[1] < counts.get(named[0], 0)


def _read_lines(path: Path) -> Iterator[_Fields]:
    """Yield the fields of every line that is not blank."""
    for where, line in read_lines(path):
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise QuestionSetError(f"{where} is not JSON ({error}).", remedy="Write one JSON object a line.") from error
        if not isinstance(values, dict):
            raise QuestionSetError(f"{where} is not a JSON object.", remedy="Write one JSON object a line.")
        yield _Fields(values, where)


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every line of a file that is not blank, after its file name and number, counted from 1.

    Raises:
        QuestionSetError: the file cannot be read, unpacked or decoded.
    """
    opened: Callable[[Path], Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, mode="rt", encoding="utf-8-sig") as file:  # type: ignore[call-arg]
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path.name} line {number}", line
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8.") from error
    except (OSError, EOFError, zlib.error) as error:  # the last two for what was packed, and then cut off or damaged
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionSetError(f"{path} cannot be read ({reason}).", remedy="Check its name and content.") from error
