"""File → document. Each module of this folder with a `FORMAT` reads one kind of file; a new kind is one new module."""

import contextlib
import functools
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from index.corpus.documents import Document, Metadata, read_text
from index.corpus.readers.formats import FileContent, FileFormat
from index.errors import ReadingError

MAX_FILE_BYTES = 20 * 1024 * 1024
"""A statement of this size would be 3,000 pages; larger files are something else."""


@functools.cache
def file_formats() -> tuple[FileFormat, ...]:
    """Return every format that can be read."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.FORMAT for module in modules if hasattr(module, "FORMAT"))


def readable_suffixes() -> tuple[str, ...]:
    """Return the file name endings of all formats, in alphabetical order."""
    return tuple(sorted(suffix for file_format in file_formats() for suffix in file_format.suffixes))


def find_format(suffix: str = "", mime_type: str = "") -> FileFormat | None:
    """Return the format with a file name ending or a MIME type; None if there is none."""
    for file_format in file_formats():
        if suffix.lower() in file_format.suffixes or mime_type.lower() in file_format.mime_types:
            return file_format
    return None


def read_file(path: Path, metadata: Metadata | None = None, *, encoding: str | None = None) -> Document:
    """Read the statement in a file; stated metadata replaces what the file says.

    Raises:
        ReadingError: not a file of a kind that can be read, too large, empty, or not text in a known encoding.
    """
    return read_content(open_file(path, encoding=encoding), metadata or Metadata())


def open_file(path: Path, *, encoding: str | None = None) -> FileContent:
    """Return the bytes of a file whose kind can be read, without looking into them.

    Raises:
        ReadingError: not a file, not one of these kinds, or too large.
    """
    if find_format(path.suffix) is None:
        kinds = ", ".join(readable_suffixes())
        raise ReadingError(
            f"{printable(path.name)} is not a kind of file that can be read.", remedy=f"Save it as one of: {kinds}."
        )
    with _explained(path):
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there" if not path.exists() else "is not a regular file"
            raise ReadingError(f"{printable(path)} {what}.", remedy="Give the path of a .txt or .md file.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ReadingError(
                f"{printable(path)} has {path.stat().st_size / 1024**2:.0f} MiB; "
                f"the limit is {MAX_FILE_BYTES // 1024**2} MiB.",
                remedy="Split it into one file per statement.",
            )
        return FileContent(path.read_bytes(), printable(path.name), path.suffix.lower(), encoding)


def read_content(content: FileContent, metadata: Metadata) -> Document:
    """Read the statement in the bytes of a file. Hostile bytes belong into the sandbox.

    Raises:
        ReadingError: empty, not of the kind its name says, or not text in a known encoding.
    """
    file_format = find_format(content.suffix)
    if file_format is None:
        raise ValueError(f"expected the suffix of a format, got {content.suffix!r}")
    document = file_format.read(content).with_metadata(metadata)
    return read_text(document.text, document.metadata, name=document.name, is_markdown=document.is_markdown)


def printable(path: Path | str) -> str:
    """Return a path as text that any terminal takes; names may hold bytes of no encoding."""
    return str(path).encode("utf-8", "replace").decode()


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadingError(
            f"{printable(path)} cannot be read ({reason}).", remedy="Check its name and permissions."
        ) from error
