"""A text as it was published, and what is stated about it."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from index.errors import ReadingError
from index.text.dates import find_periods


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is stated about a statement beside its text: in a form, on the command line or in the file itself."""

    title: str | None = None
    date: datetime.date | None = None
    source: str | None = None
    issuers: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls,
        *,
        title: str | None = None,
        date: datetime.date | str | None = None,
        source: str | None = None,
        issuers: Sequence[str] = (),
        name: str = "the statement",
    ) -> Self:
        """Make a record of values as they were typed.

        Raises:
            ReadingError: the date is none; the message begins with `name`.
        """
        return cls(one_line(title), parse_date(date, name), one_line(source), tuple(issuers))

    def override(self, other: "Metadata") -> "Metadata":
        """Return the record with the values of `other` wherever this one has none."""
        return Metadata(
            title=self.title or other.title,
            date=self.date or other.date,
            source=self.source or other.source,
            issuers=self.issuers or other.issuers,
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A published text with its metadata.

    `text` is the decoded content after the front matter, unchanged to the last character.
    """

    text: str
    name: str
    metadata: Metadata = Metadata()
    is_markdown: bool = False

    def with_metadata(self, stated: Metadata) -> "Document":
        """Return the document with stated values in place of those in the file."""
        return replace(self, metadata=stated.override(self.metadata))


def read_text(
    text: str, metadata: Metadata | None = None, *, name: str = "the text", is_markdown: bool = False
) -> Document:
    """Make a document of a text that is already decoded.

    Raises:
        ReadingError: empty, or with characters no published text has (NUL, lone surrogates).
    """
    metadata = metadata or Metadata()
    for value in (text, metadata.title, metadata.source, *metadata.issuers):
        _check_characters(value or "", name)
    if not text.strip():
        raise ReadingError(f"{name} is empty.", remedy="There is nothing in it to keep.")
    return Document(text, name, metadata, is_markdown)


_ISO_DATE = re.compile(
    r"""(?P<date>\d{4}-\d{2}-\d{2})
        (?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?  # 8:12, 20:12:00.5
           \s*(?:[ap]\.?m\.?)? \s*(?:[A-Z]{1,5}|[+-]\d{2}:?\d{2})?  # PM EDT, Z, +02:00
        )?""",
    re.VERBOSE | re.IGNORECASE,
)


def parse_date(value: datetime.date | str | None, name: str) -> datetime.date | None:
    """Return the day that a date names, as it was published: "2025-06-18", "2025-06-18 8:12 PM" or "June 18, 2025".

    Raises:
        ReadingError: it is no date; the message begins with `name`.
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    stripped = value.strip()
    iso = _ISO_DATE.fullmatch(stripped)
    try:
        return datetime.date.fromisoformat(iso["date"] if iso else stripped)
    except ValueError as error:
        day = None if stripped[:1].isdecimal() and "-" in stripped else _find_written_day(stripped)
        if day is None:
            raise ReadingError(
                f"{name}: {value!r} is not a date.", remedy="Write it as year-month-day, for example 2022-03-25."
            ) from error
        return day


def _find_written_day(text: str) -> datetime.date | None:
    """Return the day of a text that is a written date and nothing else."""
    periods = find_periods(text)
    if len(periods) == 1 and (periods[0].start, periods[0].end) == (0, len(text)):
        return periods[0].since if periods[0].since == periods[0].until else None
    return None


def one_line(value: str | None) -> str | None:
    """Return a value without line breaks and doubled spaces; None if nothing is left."""
    return " ".join(value.split()) or None if value else None


def _check_characters(text: str, name: str) -> None:
    try:
        text.encode("utf-8")
        position, label = text.find("\x00"), "a NUL character"
    except UnicodeEncodeError as error:
        position, label = error.start, "half of a surrogate pair"
    if position >= 0:
        raise ReadingError(
            f"{name} has {label} at position {position}, which no published text has.",
            remedy="Save the text again from its source.",
        )
