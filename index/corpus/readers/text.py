"""Plain text, and text of any kind: bytes → characters."""

import codecs

from index.corpus.documents import Document
from index.corpus.readers.formats import FileContent, FileFormat
from index.corpus.readers.front_matter import split_front_matter
from index.errors import ReadingError

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


def read_plain_text(file: FileContent) -> Document:
    """Read a text file, with front matter if it has any."""
    text, metadata = split_front_matter(decode(file), file.name)
    return Document(text, file.name, metadata)


FORMAT = FileFormat((".txt",), ("text/plain",), read_plain_text)


def decode(file: FileContent) -> str:
    """Return the characters of a text file.

    Raises:
        ReadingError: the encoding is unknown, or the bytes are not in it.
    """
    if not file.content.strip():
        raise ReadingError(f"{file.name} is empty.", remedy="There is nothing in it to keep.")
    encoding = file.encoding or _detect_encoding(file.content, file.name)
    try:
        return file.content.decode(encoding)
    except LookupError as error:
        raise ReadingError(f"{encoding!r} is not the name of an encoding.", remedy="Try utf-8 or cp1252.") from error
    except UnicodeDecodeError as error:
        raise ReadingError(
            f"{file.name} is not valid {encoding} (byte {error.start}).",
            remedy="Save it as UTF-8, or name its encoding with --encoding.",
        ) from error


def _detect_encoding(content: bytes, name: str) -> str:
    """Name the only encoding the bytes can be in; refuse rather than guess, since a wrong guess misquotes."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    if b"\x00" in content:
        return _detect_utf16(content, name)
    if _is_valid(content, "utf-8"):
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
        if zeros > len(content) // 5 and others == 0 and _is_valid(content, encoding):
            return encoding
    raise ReadingError(
        f"{name} is not text (it has zero bytes).", remedy="Give a text file: binary files cannot be quoted."
    )


def _is_valid(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
