"""What a reader is given, and what it declares."""

from collections.abc import Callable
from dataclasses import dataclass

from index.corpus.documents import Document


@dataclass(frozen=True, slots=True)
class FileContent:
    """The bytes of a file, its name, the ending of its name in lower case, and its encoding where one was stated."""

    content: bytes
    name: str
    suffix: str
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One kind of file. `read` runs in the sandbox; libraries that it needs are imported inside it."""

    suffixes: tuple[str, ...]
    mime_types: tuple[str, ...]
    read: Callable[[FileContent], Document]
