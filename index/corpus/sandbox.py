"""File or text → document and statement, in a child process: the file may be made to harm its reader.

The child is given the bytes of a file. It has little memory and time, none of this process's environment, where the
tokens are, and is refused what `confinement` says. It serves one file after another, and is started again when a file
has ended it. `python -m index.corpus.sandbox` is that process.
"""

import contextlib
import datetime
import json
import logging
import os
import resource
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.corpus.confinement import Restriction, confine
from index.corpus.documents import Document, Metadata, read_text
from index.corpus.readers import open_file, read_content
from index.corpus.readers.formats import FileContent
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Passage, PassageKind, Sentence, Statement
from index.errors import ReadingError

_log = logging.getLogger(__name__)

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 4
"""The largest file takes less to be read: 20 MiB of text in paragraphs, 3 seconds and 450 MiB."""

WALL_SECONDS = 10.0
"""For a file that does not even keep a processor busy, and for a busy machine."""

_MOST_ANSWERED_BYTES = 256 * 1024 * 1024
_END_SECONDS = 2.0
_KEPT_ENVIRONMENT = frozenset({"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH"})

ReadDocument = Callable[[FileContent | None, str, Metadata], Document]
"""A file's bytes or, where there are none, a text, and what is stated of it → document."""


class SandboxedReader:
    """Reads files and texts in a child process. May be used from any thread; one is read at a time."""

    def __init__(
        self, *, program: Sequence[str] = ("-m", "index.corpus.sandbox"), wall_seconds: float = WALL_SECONDS
    ) -> None:
        """Set up a reader; the process starts with the first file.

        Args:
            program: what the child's Python runs.
            wall_seconds: what a file may take.
        """
        self._lock = threading.Lock()
        self._program = program
        self._wall_seconds = wall_seconds
        self._child: _Child | None = None
        self._has_warned = False

    def read_file(
        self, path: Path, metadata: Metadata | None = None, *, encoding: str | None = None
    ) -> tuple[Document, Statement]:
        """Read the statement in a file; stated metadata replaces what the file says.

        Raises:
            ReadingError: the file cannot be kept as a statement, or takes too much memory or time to read.
        """
        file = open_file(path, encoding=encoding)
        request = {"file": {"name": file.name, "suffix": file.suffix, "encoding": encoding}}
        return self._read(request, file.content, metadata, file.name)

    def read_text(self, text: str, metadata: Metadata | None = None) -> tuple[Document, Statement]:
        """Read a statement from its text.

        Raises:
            ReadingError: the text cannot be kept as a statement, or takes too much memory or time to read.
        """
        return self._read({}, text.encode("utf-8", "surrogatepass"), metadata, "The text")

    def find_missing_restrictions(self) -> list[Restriction]:
        """Return what the child cannot be refused on this system.

        Raises:
            ReadingError: the child does not start.
        """
        with self._lock, self._explained("This file"):
            return self._get_child().missing

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _read(
        self, request: dict[str, Any], content: bytes, metadata: Metadata | None, name: str
    ) -> tuple[Document, Statement]:
        header = json.dumps({**request, "metadata": _pack_metadata(metadata or Metadata())}).encode()
        with self._lock:
            answer = self._ask(header, content, name)
        if "what" in answer:
            raise ReadingError(answer["what"], remedy=answer["remedy"])
        return _unpack(answer)

    def _ask(self, header: bytes, content: bytes, name: str) -> dict[str, Any]:
        with self._explained(name):
            answer: dict[str, Any] = json.loads(self._get_child().ask(header, content, self._wall_seconds))
            return answer

    def _get_child(self) -> "_Child":
        if self._child is None:
            self._child = _Child(self._program, self._wall_seconds)
            if self._child.missing and not self._has_warned:
                self._has_warned = True
                _log.warning("this system cannot keep the reader of files from %s", " and ".join(self._child.missing))
        return self._child

    @contextlib.contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._end()  # its next answer would be to this request
            if isinstance(error, (EOFError, OSError)):
                raise ReadingError(
                    f"{name} takes too much time or memory to read.",
                    remedy="Save its text again in a plain file, or split it into one file per statement.",
                ) from error
            raise

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """The process, and the connection to it. `missing` is what it could not be refused."""

    def __init__(self, program: Sequence[str], seconds: float) -> None:
        ours, theirs = Pipe()
        kept = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
        paths = [str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
        process = subprocess.Popen(
            # -P: the working directory must not give it modules.
            [sys.executable, "-P", *program, str(theirs.fileno())],
            env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            # Ctrl-C is for the command: it ends its child when it has reported what is done.
            start_new_session=True,
        )
        theirs.close()
        self._connection, self._process = ours, process
        self.end = weakref.finalize(self, _end, process, ours)
        with self._timer(seconds):
            self.missing = [Restriction(name) for name in json.loads(ours.recv_bytes(_MOST_ANSWERED_BYTES))]

    def ask(self, header: bytes, content: bytes, seconds: float) -> bytes:
        """Return the answer to a request.

        Raises:
            EOFError: the process has ended, or was ended since there was no answer in time.
            OSError: the connection broke.
        """
        # A child that a file has taken over may not even read what it is sent.
        with self._timer(seconds):
            self._connection.send_bytes(header)
            self._connection.send_bytes(content)
            return self._connection.recv_bytes(_MOST_ANSWERED_BYTES)

    @contextlib.contextmanager
    def _timer(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _end(process: "subprocess.Popen[bytes]", connection: Connection) -> None:
    """End the process: by closing its connection where it waits for a file, else by force."""
    connection.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# -- in the child ------------------------------------------------------------------------------------------------------


def read_document(file: FileContent | None, text: str, metadata: Metadata) -> Document:
    """Return the document in a file, or in a text where there is no file."""
    return read_content(file, metadata) if file is not None else read_text(text, metadata)


def serve(
    connection: Connection,
    read: ReadDocument = read_document,
    confine: Callable[[], list[Restriction]] = confine,
) -> None:
    """Confine this process, report what could not be refused, and answer requests until the connection is closed."""
    missing = confine()
    _limit_resources()
    connection.send_bytes(json.dumps(missing).encode())
    while True:
        try:
            request, content = json.loads(connection.recv_bytes()), connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(json.dumps(_answer(request, content, read)).encode())


def _limit_resources() -> None:
    limits = {resource.RLIMIT_AS: MEMORY_BYTES, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    for limit, value in limits.items():
        # Some systems do not take all of them; the time is limited in any case.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _answer(request: dict[str, Any], content: bytes, read: ReadDocument) -> dict[str, Any]:
    """Return the document and the statement of a file or text as JSON values, or the error why there are none."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
    metadata = _unpack_metadata(request["metadata"])
    try:
        if "file" in request:
            document = read(FileContent(content, **request["file"]), "", metadata)
        else:
            document = read(None, content.decode("utf-8", "surrogatepass"), metadata)
        return _pack(document, parse_statement(document))
    except ReadingError as error:
        return {"what": error.what, "remedy": error.remedy}


# -- between the two ---------------------------------------------------------------------------------------------------


def _pack_metadata(metadata: Metadata) -> dict[str, Any]:
    return {**asdict(metadata), "date": metadata.date.isoformat() if metadata.date else None}


def _unpack_metadata(values: dict[str, Any]) -> Metadata:
    date = datetime.date.fromisoformat(values["date"]) if values["date"] else None
    return Metadata(values["title"], date, values["source"], tuple(values["issuers"]))


def _pack(document: Document, statement: Statement) -> dict[str, Any]:
    """Return both as JSON values; a passage and a sentence as their spans, so that the text is there once."""
    return {
        "text": document.text,
        "name": document.name,
        "is_markdown": document.is_markdown,
        "metadata": _pack_metadata(document.metadata),
        "id": statement.id,
        "title": statement.title,
        "issuers": statement.issuers,
        "passages": [
            [one.id, one.kind, one.ordinal, one.start, one.end, [[part.start, part.end] for part in one.sentences]]
            for one in statement.passages
        ],
    }


def _unpack(answer: dict[str, Any]) -> tuple[Document, Statement]:
    """Return the document and the statement that `_pack` made these values of."""
    text, metadata = answer["text"], _unpack_metadata(answer["metadata"])
    passages = tuple(
        Passage(
            id=passage_id,
            statement_id=answer["id"],
            kind=PassageKind(kind),
            ordinal=ordinal,
            position=position,
            start=start,
            end=end,
            text=text[start:end],
            sentences=tuple(
                Sentence(number, first, last, text[first:last]) for number, (first, last) in enumerate(spans, start=1)
            ),
        )
        for position, (passage_id, kind, ordinal, start, end, spans) in enumerate(answer["passages"])
    )
    document = Document(text, answer["name"], metadata, answer["is_markdown"])
    issuers = tuple(answer["issuers"])
    return document, Statement(answer["id"], answer["title"], metadata.date, metadata.source, issuers, text, passages)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
