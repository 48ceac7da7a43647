"""File content → text, unchanged, and what the file says about itself."""

import codecs
import contextlib
import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from index.errors import ReadingError

MAX_FILE_BYTES = 20 * 1024 * 1024
"""A statement of this size would be 3,000 pages; larger files are something else."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_TYPOGRAPHIC_BYTES = frozenset(b"\x85\x91\x92\x93\x94\x95\x96\x97\xa0")
"""Ellipsis, curly quotes, bullet, dashes and no-break space: the same in every Windows code page of Latin letters."""

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.{0,20000}?)(?<=\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
"""What is longer is no front matter, but a text that begins with a rule."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was published, and what its file says about it.

    `text` is the decoded content after the front matter, unchanged to the last character.
    """

    text: str
    name: str
    title: str | None = None
    date: datetime.date | None = None
    source: str | None = None
    issuers: tuple[str, ...] = ()
    is_markdown: bool = False


def read_file(
    path: Path,
    *,
    encoding: str | None = None,
    title: str | None = None,
    date: datetime.date | str | None = None,
    source: str | None = None,
    issuers: Sequence[str] = (),
) -> Document:
    """Read the statement in a file; what is given beside the path counts instead of what the file says.

    Raises:
        ReadingError: not a file of a kind that can be read, too large, empty, or not text in a known encoding.
    """
    check_file(path)
    reader = _reader_for(path)
    document = reader(_read_bytes(path), _printable(Path(path.name)), encoding)
    return read_text(
        document.text,
        name=document.name,
        title=title or document.title,
        date=date or document.date,
        source=source or document.source,
        issuers=issuers or document.issuers,
        is_markdown=document.is_markdown,
    )


def check_file(path: Path) -> None:
    """Refuse what is no file of a kind that can be read, without opening it.

    Raises:
        ReadingError: not a file, or not one of these kinds.
    """
    _reader_for(path)
    with _explained(path):
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is not a regular file"
            raise ReadingError(f"{_printable(path)} {what}.", remedy="Give the path of a .txt or .md file.")


def readable_suffixes() -> tuple[str, ...]:
    """Return the file name endings that `read_file` takes, in alphabetical order."""
    return tuple(sorted(_READERS))


def read_text(
    text: str,
    *,
    name: str = "the text",
    title: str | None = None,
    date: datetime.date | str | None = None,
    source: str | None = None,
    issuers: Sequence[str] = (),
    is_markdown: bool = False,
) -> Document:
    """Take a text that is already decoded.

    Raises:
        ReadingError: empty, or with characters no published text has (NUL, lone surrogates).
    """
    for one in (text, title, source, *issuers):
        _check_characters(one or "", name)
    if not text.strip():
        raise ReadingError(f"{name} is empty.", remedy="There is nothing in it to keep.")
    return Document(
        text=text,
        name=name,
        title=_one_line(title),
        date=_to_date(date, name),
        source=_one_line(source),
        issuers=tuple(issuers),
        is_markdown=is_markdown,
    )


def _read_plain_text(content: bytes, name: str, encoding: str | None) -> Document:
    return _from_front_matter(_decode(content, name, encoding), name, is_markdown=False)


def _read_markdown(content: bytes, name: str, encoding: str | None) -> Document:
    return _from_front_matter(_decode(content, name, encoding), name, is_markdown=True)


# One entry per kind of file: bytes, name and a stated encoding → Document. HTML, PDF and DOCX readers come in here.
_READERS: dict[str, Callable[[bytes, str, str | None], Document]] = {
    ".markdown": _read_markdown,
    ".md": _read_markdown,
    ".txt": _read_plain_text,
}


def _reader_for(path: Path) -> Callable[[bytes, str, str | None], Document]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(readable_suffixes())
        raise ReadingError(
            f"{path.name} is not a kind of file that can be read.", remedy=f"Save it as one of: {kinds}."
        )
    return reader


def _read_bytes(path: Path) -> bytes:
    with _explained(path):
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise ReadingError(
                f"{_printable(path)} has {size / 1024**2:.0f} MiB; the limit is {MAX_FILE_BYTES // 1024**2} MiB.",
                remedy="Split it into one file per statement.",
            )
        return path.read_bytes()


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadingError(
            f"{_printable(path)} cannot be read ({reason}).", remedy="Check its name and permissions."
        ) from error


def _printable(path: Path) -> str:
    """Return a path as text that any terminal takes; names may hold bytes of no encoding."""
    return str(path).encode("utf-8", "replace").decode()


def _decode(content: bytes, name: str, encoding: str | None) -> str:
    if not content.strip():
        raise ReadingError(f"{name} is empty.", remedy="There is nothing in it to keep.")
    chosen = encoding or _detect_encoding(content, name)
    try:
        return content.decode(chosen)
    except LookupError as error:
        raise ReadingError(f"{chosen!r} is not the name of an encoding.", remedy="Try utf-8 or cp1252.") from error
    except UnicodeDecodeError as error:
        raise ReadingError(
            f"{name} is not valid {chosen} (byte {error.start}).",
            remedy="Save it as UTF-8, or name its encoding with --encoding.",
        ) from error


def _detect_encoding(content: bytes, name: str) -> str:
    """Name the only encoding the bytes can be in; refuse rather than guess, since a wrong guess misquotes."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    if b"\x00" in content:
        return _detect_utf16(content, name)
    if _decodes_as(content, "utf-8"):
        return "utf-8"
    if all(byte < 0x80 or byte in _TYPOGRAPHIC_BYTES for byte in content):
        return "cp1252"
    raise ReadingError(
        f"{name} is not UTF-8, and its bytes fit more than one other encoding.",
        remedy="Save it as UTF-8, or name its encoding with --encoding (for example cp1252).",
    )


def _detect_utf16(content: bytes, name: str) -> str:
    # Text of the Latin script has a zero in every second byte, always on the same side.
    even, odd = content[0::2].count(0), content[1::2].count(0)
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > len(content) // 5 and others == 0 and _decodes_as(content, encoding):
            return encoding
    raise ReadingError(
        f"{name} is not text (it has zero bytes).", remedy="Give a text file: binary files cannot be quoted."
    )


def _decodes_as(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _check_characters(text: str, name: str) -> None:
    for character, label in (("\x00", "a NUL character"), (None, "half of a surrogate pair")):
        position = text.find(character) if character else _find_surrogate(text)
        if position >= 0:
            raise ReadingError(
                f"{name} has {label} at position {position}, which no published text has.",
                remedy="Save the text again from its source.",
            )


def _find_surrogate(text: str) -> int:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start
    return -1


def _from_front_matter(decoded: str, name: str, *, is_markdown: bool) -> Document:
    match = _FRONT_MATTER.match(decoded)
    if match is None:
        return read_text(decoded, name=name, is_markdown=is_markdown)
    fields = _parse_front_matter(match["yaml"], name)
    if fields is None:
        return read_text(decoded, name=name, is_markdown=is_markdown)
    return read_text(
        decoded[match.end() :],
        name=name,
        title=_text_field(fields, "title", name),
        date=_date_field(fields),
        source=_text_field(fields, "source", name),
        issuers=_issuers_field(fields, name),
        is_markdown=is_markdown,
    )


class _FrontMatterLoader(yaml.SafeLoader):
    """Takes no aliases: a few lines of them stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            at = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it so
            raise yaml.composer.ComposerError(None, None, "an alias", at)
        return super().compose_node(parent, index)


def _parse_front_matter(block: str, name: str) -> dict[str, object] | None:
    """Return the fields of a front matter, or None where a text merely starts with a ruled-off block of prose."""
    try:
        fields = yaml.load(block, _FrontMatterLoader)  # noqa: S506 - it is a safe loader
    except RecursionError as error:
        raise ReadingError(
            f"{name}: the front matter is nested too deeply.", remedy="Write one line for each field."
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark is not None else ""
        raise ReadingError(
            f"{name}: the front matter is not valid YAML{where}.",
            remedy="Put values with a colon in quotation marks.",
        ) from error
    except ValueError as error:  # a date such as 2022-13-45
        raise ReadingError(
            f"{name}: the front matter has a value that cannot be ({error}).", remedy="Write dates as 2022-03-25."
        ) from error
    if fields is None:
        return {}
    return {str(key).lower(): value for key, value in fields.items()} if isinstance(fields, dict) else None


def _text_field(fields: dict[str, object], key: str, name: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise ReadingError(f"{name}: '{key}' in the front matter is not a line of text.", remedy="Write one line.")
    return str(value)


def _issuers_field(fields: dict[str, object], name: str) -> tuple[str, ...]:
    value = fields.get("issuers")
    if isinstance(value, list):
        return tuple(line for line in (_one_line(str(issuer)) for issuer in value) if line)
    line = _one_line(_text_field(fields, "issuers", name))
    return (line,) if line else ()


def _date_field(fields: dict[str, object]) -> datetime.date | str | None:
    value = fields.get("date")
    if value is None or isinstance(value, datetime.date):
        return value
    return str(value)


def _to_date(value: datetime.date | str | None, name: str) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(value.strip())
    except ValueError as error:
        raise ReadingError(
            f"{name}: {value!r} is not a date.", remedy="Write it as year-month-day, for example 2022-03-25."
        ) from error


def _one_line(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None
