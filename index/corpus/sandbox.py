"""File or text → document and statement, in a process of its own with little memory and time: it may be made to harm.

The process has none of this one's environment, where the tokens are, and may write no file. It serves one after
another, and is started again when one has ended it. `python -m index.corpus.sandbox` is that process.
"""

import contextlib
import datetime
import json
import os
import resource
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.corpus.reading import Document, check_file, read_file, read_text
from index.corpus.statements import Passage, PassageKind, Sentence, Statement, parse_statement
from index.errors import ReadingError

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 4
"""What the largest file takes to be read is less: 20 MiB of text in paragraphs, 3 seconds and 450 MiB."""

WALL_SECONDS = 10.0
"""For a file that does not even keep a processor busy: on a disk that hangs, or on a busy machine."""

_MOST_ANSWERED_BYTES = 256 * 1024 * 1024
_END_SECONDS = 2.0
_KEPT_ENVIRONMENT = frozenset({"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH"})
_SPLIT = "Save its text anew in a plain file, or split it into one file per statement."


class ConfinedReader:
    """Reads files and texts in a process of its own. May be used from any thread; one is read at a time."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._child: _Child | None = None

    def read(
        self,
        path: Path,
        *,
        encoding: str | None = None,
        title: str | None = None,
        date: datetime.date | str | None = None,
        source: str | None = None,
        issuers: Sequence[str] = (),
    ) -> tuple[Document, Statement]:
        """Read the statement in a file; what is given beside the path counts instead of what the file says.

        Raises:
            ReadingError: the file cannot be kept as a statement, or takes too much memory or time to read.
        """
        check_file(path)  # here, where a busy machine cannot make a file that is not there one that takes too long
        request = {
            "folder": None if path.is_absolute() else str(Path.cwd()),
            "path": str(path),
            "encoding": encoding,
            **_said(title, date, source, issuers),
        }
        return self._read(request, name=path.name)

    def read_text(
        self,
        text: str,
        *,
        title: str | None = None,
        date: datetime.date | str | None = None,
        source: str | None = None,
        issuers: Sequence[str] = (),
    ) -> tuple[Document, Statement]:
        """Read a statement from its text, which was typed by somebody who is not known here.

        Raises:
            ReadingError: the text cannot be kept as a statement, or takes too much memory or time to read.
        """
        return self._read({"text": text, **_said(title, date, source, issuers)}, name="The text")

    def close(self) -> None:
        """End the process."""
        with self._reading:
            self._end()

    def _read(self, request: dict[str, Any], *, name: str) -> tuple[Document, Statement]:
        with self._reading:
            answer = self._ask(request, name=name)
        if "what" in answer:
            raise ReadingError(answer["what"], remedy=answer["remedy"])
        return _unpack(answer)

    def _ask(self, request: dict[str, Any], *, name: str) -> dict[str, Any]:
        if self._child is None:
            self._child = _Child()
        try:
            answer: dict[str, Any] = json.loads(self._child.ask(json.dumps(request).encode()))
        except BaseException as error:
            # What it would still answer is not the answer to what is asked next.
            self._end()
            if isinstance(error, (EOFError, OSError)):
                shown = name.encode("utf-8", "replace").decode()
                raise ReadingError(f"{shown} takes too much time or memory to read.", remedy=_SPLIT) from error
            raise
        return answer

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _said(
    title: str | None, date: datetime.date | str | None, source: str | None, issuers: Sequence[str]
) -> dict[str, Any]:
    """Return as JSON values what is said of a statement beside its text."""
    day = date.isoformat() if isinstance(date, datetime.date) else date
    return {"title": title, "date": day, "source": source, "issuers": list(issuers)}


class _Child:
    """The process, and the connection to it."""

    def __init__(self) -> None:
        ours, theirs = Pipe()
        kept = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
        paths = [str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
        process = subprocess.Popen(
            # -P: a folder that a command runs in must not give it modules.
            [sys.executable, "-P", "-m", "index.corpus.sandbox", str(theirs.fileno())],
            env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            # Ctrl-C is for the command: it ends its child when it has told what is done.
            start_new_session=True,
        )
        theirs.close()
        self._connection = ours
        self.end = weakref.finalize(self, _end, process, ours)

    def ask(self, request: bytes) -> bytes:
        """Return the answer to a request.

        Raises:
            EOFError: the process has ended.
            OSError: there was no answer in time, or the connection broke.
        """
        self._connection.send_bytes(request)
        if not self._connection.poll(WALL_SECONDS):
            raise TimeoutError
        return self._connection.recv_bytes(_MOST_ANSWERED_BYTES)


def _end(process: "subprocess.Popen[bytes]", connection: Connection) -> None:
    """End the process: by closing its connection where it waits for a file, else by force."""
    connection.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# -- in the process --------------------------------------------------------------------------------------------------


def serve(connection: Connection) -> None:
    """Answer requests until the connection is closed."""
    _confine()
    while True:
        try:
            request = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(json.dumps(_answer(json.loads(request))).encode())


def _confine() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        # Some systems do not take all of them; the time is limited in any case.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the document and the statement of a file or text as JSON values, or why there are none."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ends = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
    try:
        document = _read_document(request)
        return _pack(document, parse_statement(document))
    except ReadingError as error:
        return {"what": error.what, "remedy": error.remedy}


def _read_document(request: dict[str, Any]) -> Document:
    if "text" in request:
        return read_text(**request)
    path = Path(request.pop("path"))
    folder = request.pop("folder")
    if folder is not None:
        os.chdir(folder)
    return read_file(path, **request)


def _pack(document: Document, statement: Statement) -> dict[str, Any]:
    """Return both as JSON values; a passage and a sentence as their spans, so that the text is there once."""
    return {
        "document": {**asdict(document), "date": document.date.isoformat() if document.date else None},
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
    said = answer["document"]
    date = datetime.date.fromisoformat(said["date"]) if said["date"] else None
    document = Document(**{**said, "date": date, "issuers": tuple(said["issuers"])})
    text = document.text
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
    issuers = tuple(answer["issuers"])
    return document, Statement(answer["id"], answer["title"], date, document.source, issuers, text, passages)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
