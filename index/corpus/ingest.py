"""Ingest: file or text → read in the sandbox → divided → encoded → stored.

Of many files some are encoded together on a second thread, while those before them are stored and others read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.corpus.confinement import Restriction
from index.corpus.documents import Document, Metadata
from index.corpus.sandbox import SandboxedReader
from index.corpus.segmentation import parse_statement
from index.corpus.statements import Statement, Visibility
from index.corpus.store import EncodedPassage, ModelRecord, Store
from index.errors import ModelMismatchError, ReadingError

PASSAGES_PER_BATCH = 64
"""Passages given to the encoder at once. Fewer fill its batches worse: the bundled statements one by one take a quarter
longer. More gain nothing, and what is interrupted is encoded again.
"""

_FILES_PER_BATCH = 64
"""Files read before any is reported, at most: those without much to encode should not wait."""

_RE_ENCODED_PER_BATCH = 8
"""Statements encoded and stored at once when all are encoded again: about a batch of passages."""


class StatementEncoder(Protocol):
    """Makes the embeddings that are stored."""

    @property
    def model(self) -> ModelRecord:
        """The model that makes them."""

    def encode(
        self, statements: Sequence[Statement], on_encoded: Callable[[int], None] = ...
    ) -> list[list[EncodedPassage]]:
        """Return for each statement the embeddings of its searched passages; report how many are done."""


@dataclass(frozen=True, slots=True)
class Addition:
    """The result for one file: the statement as it is stored, or the error why there is none.

    `is_new` is False where a statement of the same words was stored before; `differences` then names what the file
    states otherwise than the store: title, date, source, or the visibility that was asked for.
    """

    path: Path
    statement: Statement | None = None
    error: ReadingError | None = None
    is_new: bool = False
    differences: tuple[str, ...] = ()


class Ingest:
    """Adds statements to a store. May be used from any thread."""

    def __init__(self, store: Store, encoder: Callable[[], StatementEncoder]) -> None:
        """Set up the pipeline.

        Args:
            store: where statements go.
            encoder: opens the encoder; called when something is to be encoded.
        """
        self._store = store
        self._open_encoder = encoder
        self._reader = SandboxedReader()

    def read_file(self, path: Path, metadata: Metadata, encoding: str | None) -> tuple[Document, Statement]:
        """Read a file in the sandbox.

        Raises:
            ReadingError: the file cannot be kept as a statement.
        """
        return self._reader.read_file(path, metadata, encoding=encoding)

    def read_text(self, text: str, metadata: Metadata) -> tuple[Document, Statement]:
        """Read a text in the sandbox.

        Raises:
            ReadingError: the text cannot be kept as a statement.
        """
        return self._reader.read_text(text, metadata)

    def find_copy(self, text: str) -> Statement | None:
        """Return the stored statement of the same words as a text."""
        return self._store.find_copy(text)

    def add(self, document: Document, parsed: Statement, visibility: Visibility) -> Statement:
        """Store a statement that was read, and return it; one of the same words that is stored already stays as it is.

        Raises:
            ModelMismatchError: the store was encoded by another model.
            StoreError: the store cannot be written.
        """
        prepared = self._compare_with_store(Path(document.name), document, parsed, visibility)
        if isinstance(prepared, Addition):
            return prepared.statement or parsed
        self.check_model()
        (encoded,) = self._open_encoder().encode([prepared.parsed])
        return self._store_encoded(prepared, encoded).statement or parsed

    def add_files(
        self,
        paths: Iterable[Path],
        encoding: str | None,
        visibility: Visibility,
        on_encoded: Callable[[int], None],
    ) -> Iterator[Addition]:
        """Read, encode and store files, and yield the result for each in their order; what is yielded is on disk."""
        return self._add_batches((self._read_to_add(path, encoding, visibility) for path in paths), on_encoded)

    def add_documents(self, documents: Iterable[Document]) -> Iterator[Statement]:
        """Encode and store public documents, and yield each statement, in order.

        Raises:
            ReadingError: a document has more or longer paragraphs than any statement.
        """
        read = (self._parse_to_add(document) for document in documents)
        for addition in self._add_batches(read, lambda _passages: None):
            if addition.error is not None:
                raise addition.error
            if addition.statement is not None:
                yield addition.statement

    def re_encode(self, on_progress: Callable[[int, int], None]) -> int:
        """Encode every statement again, and return how many there are; see `Library.re_encode`."""
        encoder, store = self._open_encoder(), self._store
        active = store.get_model()
        is_active = active is not None and active.fingerprint == encoder.model.fingerprint
        waiting = store.get_all_keys() if is_active else store.find_unencoded(encoder.model)
        total = len(store.get_all_keys())
        done = total - len(waiting)
        while True:
            for start in range(0, len(waiting), _RE_ENCODED_PER_BATCH):
                portion = store.get_statements(waiting[start : start + _RE_ENCODED_PER_BATCH])
                encoded = encoder.encode(list(portion.values()))
                store.put_embeddings(dict(zip(portion, encoded, strict=True)), encoder.model)
                done += len(portion)
                on_progress(done, max(total, done))
            if store.activate(encoder.model):
                return len(store.get_all_keys())
            left = store.find_unencoded(encoder.model)  # added meanwhile
            if set(left).issubset(waiting):
                raise store.damaged()
            waiting = left

    def check_model(self) -> ModelRecord:
        """Return the model in use.

        Raises:
            ModelMismatchError: the embeddings in the store are another's.
        """
        model = self._open_encoder().model
        stored = self._store.get_model()
        if stored is not None and stored.fingerprint != model.fingerprint:
            raise ModelMismatchError(
                f"The statements were encoded by {stored.name} ({stored.fingerprint[:8]}), and the model in use is "
                f"{model.name} ({model.fingerprint[:8]}).",
                remedy="Run verbatim re-encode to encode them again, or set VERBATIM_MODEL back.",
            )
        return model

    def find_missing_restrictions(self) -> list[Restriction]:
        """Return what this system cannot refuse the process that reads files."""
        return self._reader.find_missing_restrictions()

    def close(self) -> None:
        """End the reading process."""
        self._reader.close()

    def _read_to_add(self, path: Path, encoding: str | None, visibility: Visibility) -> "Addition | _Prepared":
        try:
            document, parsed = self._reader.read_file(path, Metadata(), encoding=encoding)
        except ReadingError as error:
            return Addition(path, error=error)
        return self._compare_with_store(path, document, parsed, visibility)

    def _parse_to_add(self, document: Document) -> "Addition | _Prepared":
        path = Path(document.name)
        try:
            parsed = parse_statement(document)
        except ReadingError as error:
            return Addition(path, error=error)
        return self._compare_with_store(path, document, parsed, Visibility.PUBLIC)

    def _compare_with_store(
        self, path: Path, document: Document, parsed: Statement, visibility: Visibility
    ) -> "Addition | _Prepared":
        stored = self._store.find_copy(document.text)
        if stored is not None:
            return Addition(path, stored, differences=_find_differences(document, stored, visibility))
        return _Prepared(path, document, replace(parsed, visibility=visibility))

    def _add_batches(
        self, read: "Iterable[Addition | _Prepared]", on_encoded: Callable[[int], None]
    ) -> Iterator[Addition]:
        """Encode a batch while the one before it is stored and yielded."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode") as executor:
            pending: _Batch | None = None
            for items in _divide(read):
                batch = self._begin_batch(items, on_encoded, executor)
                if pending is not None:
                    yield from self._finish_batch(pending)
                pending = batch
                if batch.encoded is None:  # nothing to wait for
                    yield from self._finish_batch(batch)
                    pending = None
            if pending is not None:
                yield from self._finish_batch(pending)

    def _begin_batch(
        self, items: "Sequence[Addition | _Prepared]", on_encoded: Callable[[int], None], executor: Executor
    ) -> "_Batch":
        statements = [item.parsed for item in items if isinstance(item, _Prepared)]
        if not statements:
            return _Batch(items, None)
        self.check_model()  # before the work
        return _Batch(items, executor.submit(self._open_encoder().encode, statements, on_encoded))

    def _finish_batch(self, batch: "_Batch") -> Iterator[Addition]:
        encoded = iter(batch.encoded.result() if batch.encoded else ())
        for item in batch.items:
            yield item if isinstance(item, Addition) else self._store_encoded(item, next(encoded))

    def _store_encoded(self, item: "_Prepared", encoded: Sequence[EncodedPassage]) -> Addition:
        if self._store.add(item.parsed, encoded, self.check_model()):
            return Addition(item.path, item.parsed, is_new=True)
        # Another process was faster, or a file before this one has the same words.
        stored = self._store.find_copy(item.document.text) or item.parsed
        return Addition(item.path, stored, differences=_find_differences(item.document, stored, item.parsed.visibility))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement that was read and is not stored yet."""

    path: Path
    document: Document
    parsed: Statement


@dataclass(frozen=True, slots=True)
class _Batch:
    """Files in their order, and the embeddings of those that are not stored yet; None where all are."""

    items: "Sequence[Addition | _Prepared]"
    encoded: Future[list[list[EncodedPassage]]] | None


def _divide(read: Iterable[Addition | _Prepared]) -> Iterator[list[Addition | _Prepared]]:
    """Yield batches worth encoding at once, as soon as they are read; those with nothing to encode at once."""
    batch: list[Addition | _Prepared] = []
    passages = 0
    for item in read:
        batch.append(item)
        passages += len(item.parsed.searched_passages) if isinstance(item, _Prepared) else 0
        if not passages or passages >= PASSAGES_PER_BATCH or len(batch) >= _FILES_PER_BATCH:
            yield batch
            batch, passages = [], 0
    if batch:
        yield batch


def _find_differences(document: Document, stored: Statement, visibility: Visibility) -> tuple[str, ...]:
    metadata = document.metadata
    stated = {"title": metadata.title, "date": metadata.date, "source": metadata.source, "visibility": visibility}
    return tuple(name for name, value in stated.items() if value is not None and value != getattr(stored, name))
