"""Statements, their passages and sentences, each with its span in the original text."""

import datetime
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PassageKind(StrEnum):
    """What a passage is in its statement."""

    TITLE = "title"
    BOILERPLATE = "boilerplate"  # "Office of the Spokesperson"
    BYLINE = "byline"  # "Antony J. Blinken, Secretary of State"
    RELEASE_LINE = "release_line"  # "The text of the following statement was released by …"
    BORDER = "border"  # "Begin Text:", "End Text."
    NOTE = "note"  # outside the borders, by the publisher
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    SIGNATURE = "signature"


NUMBERED_KINDS = frozenset({PassageKind.PARAGRAPH, PassageKind.LIST_ITEM})
"""What people count when they say "paragraph 2"."""

SEARCHED_KINDS = NUMBERED_KINDS | {PassageKind.RELEASE_LINE, PassageKind.NOTE, PassageKind.SIGNATURE}
"""What can answer a question. Titles and headings name a subject and say nothing of it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a statement's text: half-open character offsets into it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `start` and `end` are half-open character offsets into the statement's text."""

    number: int  # from 1 within its passage
    start: int
    end: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Return the sentence as JSON values."""
        return {"number": self.number, "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, word for word; `start` and `end` are half-open offsets into the statement's text.

    `ordinal` counts the body's paragraphs from 1, as people do; it is 0 for what they do not count (title, release
    line, headings, borders). `position` counts all passages of the statement from 0, in reading order.
    """

    id: str
    statement_id: str
    kind: PassageKind
    ordinal: int
    position: int
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def label(self) -> str:
        """How a person refers to the passage: "¶2", or "release line"."""
        return f"¶{self.ordinal}" if self.ordinal else self.kind.value.replace("_", " ")

    def to_dict(self) -> dict[str, Any]:
        """Return the passage as JSON values."""
        return {
            "id": self.id,
            "statement_id": self.statement_id,
            "kind": self.kind.value,
            "ordinal": self.ordinal,
            "position": self.position,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
        }


def spans_to_dicts(passage: Passage, spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    """Return spans within a passage as JSON values with their words."""
    return [
        {
            "start": span.start,
            "end": span.end,
            "text": passage.text[span.start - passage.start : span.end - passage.start],
        }
        for span in spans
    ]


class Visibility(StrEnum):
    """Who may read a statement: everybody, or the team alone that keeps it."""

    PUBLIC = "public"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """A statement as a list shows it: what it is called and how large it is, without its text."""

    id: str
    title: str
    date: datetime.date | None
    source: str | None
    issuers: tuple[str, ...]
    paragraphs: int
    sentences: int
    visibility: Visibility = Visibility.PUBLIC

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as JSON values; the date in ISO form."""
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date.isoformat() if self.date else None,
            "source": self.source,
            "issuers": list(self.issuers),
            "paragraphs": self.paragraphs,
            "sentences": self.sentences,
            "visibility": self.visibility.value,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One published statement: its text unchanged, and its passages in reading order."""

    id: str
    title: str
    date: datetime.date | None
    source: str | None
    issuers: tuple[str, ...]
    text: str
    passages: tuple[Passage, ...]
    visibility: Visibility = Visibility.PUBLIC

    @property
    def summary(self) -> StatementSummary:
        """The statement without its text."""
        body = [passage for passage in self.passages if passage.kind in NUMBERED_KINDS]
        return StatementSummary(
            id=self.id,
            title=self.title,
            date=self.date,
            source=self.source,
            issuers=self.issuers,
            paragraphs=len(body),
            sentences=sum(len(passage.sentences) for passage in body),
            visibility=self.visibility,
        )

    @property
    def searched_passages(self) -> tuple[Passage, ...]:
        """The passages that can answer a question, in reading order."""
        return tuple(passage for passage in self.passages if passage.kind in SEARCHED_KINDS)

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as JSON values: the summary, the text and the passages."""
        passages = [passage.to_dict() for passage in self.passages]
        return {**self.summary.to_dict(), "text": self.text, "passages": passages}


def content_digest(text: str) -> str:
    """Return the sha256 of the words of a text, in hex: the same for copies that differ only in white space."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
