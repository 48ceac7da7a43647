"""Library: the one door. Statements go in, passages come out."""

import datetime
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from index.answer import Answer
from index.asking import ask, run_request
from index.corpus.confinement import Restriction
from index.corpus.documents import Document, Metadata, read_text
from index.corpus.ingest import Addition, Ingest
from index.corpus.location import store_exists
from index.corpus.readers import readable_suffixes
from index.corpus.segmentation import parse_statement
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import Database, open_database
from index.corpus.statements import Statement, StatementSummary, Visibility
from index.engines.citations.engine import CitationsRequest
from index.engines.corpus import Corpus
from index.engines.passages.terms import find_other_names
from index.engines.statement_cache import Holdings
from index.errors import ReadingError
from index.request import Context, Request
from index.search.encoder import Encoder, open_encoder
from index.search.reranker import Reranker, open_reranker
from index.search.searcher import Found, Hit, Searcher
from index.search.statement_encoder import StatementEncoder

_PATH_CHARACTERS = 4_096


class Library:
    """The statements of one store, and how they are found.

    Every method may be called from any thread: searches run while a statement is added, and see all of it or nothing.
    What another process adds to the same store is found by the next search.
    """

    def __init__(
        self,
        database: Database,
        *,
        model: str | None = None,
        encoder: Encoder | None = None,
        reranker: str | Reranker | None = None,
        visible: Collection[Visibility] = tuple(Visibility),
    ) -> None:
        """Use `Library.open` instead."""
        self.database = database
        self._store = SqlStore(database, visible=visible)
        self._holdings = Holdings(self._store)
        self._ingest = Ingest(self._store, self._get_statement_encoder)
        self._statement_encoder: StatementEncoder | None = None
        self._model = model
        self._encoder = encoder
        self._reranker = reranker
        self._searcher: Searcher | None = None
        self._preparing = threading.Lock()
        self._public: Library | None = None
        self._opening_public = threading.Lock()

    @classmethod
    def open(
        cls,
        location: str | os.PathLike[str],
        *,
        model: str | None = None,
        encoder: Encoder | None = None,
        reranker: str | Reranker | None = None,
    ) -> Self:
        """Open the store in a data folder, or at a database address, creating it if need be.

        Args:
            location: a folder (`data`) or an address (`sqlite:///data/verbatim.sqlite3`).
            model: a sentence-transformers model by folder or hub name; the bundled one if not given.
            encoder: an encoder in place of a model.
            reranker: a cross-encoder by folder or hub name, or an object in its place, that reads the best passages
                with the question and orders them anew; none if not given. It is opened by the first search.

        Raises:
            StoreError: the store cannot be opened.
        """
        return cls(open_database(location), model=model, encoder=encoder, reranker=reranker)

    @staticmethod
    def exists(location: str | os.PathLike[str]) -> bool:
        """Tell whether there is a store in a data folder or at an address."""
        return store_exists(location)

    def add(
        self,
        statement: str | os.PathLike[str],
        *,
        title: str | None = None,
        date: datetime.date | str | None = None,
        source: str | None = None,
        issuers: Sequence[str] = (),
        encoding: str | None = None,
        visibility: Visibility = Visibility.PUBLIC,
    ) -> Statement:
        """Add a statement and return it as it is kept; when this returns, it is on disk.

        A statement of the same words that is there already is returned as it is, and nothing is changed.

        Args:
            statement: the path of a file, or the text itself (a string with a line break, or given with a title).
            title: what it is called, if the text or its front matter does not say so, or says it wrongly.
            date: when it was issued, as a date or in ISO form.
            source: where it was published.
            issuers: who issued it.
            encoding: the encoding of the file, where it cannot be told from its bytes.
            visibility: who may read it.

        Raises:
            ReadingError: the file or text cannot be kept as a statement.
            ModelMismatchError: the store was encoded by another model.
            StoreError: the disk is full, or the store cannot be written.
        """
        metadata = Metadata.parse(title=title, date=date, source=source, issuers=issuers)
        document, parsed = self._read(statement, metadata, encoding)
        return self._ingest.add(document, parsed, visibility)

    def add_text(
        self,
        text: str,
        *,
        title: str | None = None,
        date: datetime.date | str | None = None,
        source: str | None = None,
        issuers: Sequence[str] = (),
        visibility: Visibility = Visibility.PUBLIC,
    ) -> Statement:
        """Add a statement as `add` does, from what is its text in any case and never the path of a file.

        The text may be anybody's: like a file it is read in a process of its own.

        Raises:
            ReadingError: the text cannot be kept as a statement, or takes too much memory or time to read.
            ModelMismatchError: the store was encoded by another model.
            StoreError: the disk is full, or the store cannot be written.
        """
        metadata = Metadata.parse(title=title, date=date, source=source, issuers=issuers)
        document, parsed = self._ingest.read_text(text, metadata)
        return self._ingest.add(document, parsed, visibility)

    def add_many(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        encoding: str | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        on_encoded: Callable[[int], None] = lambda _passages: None,
    ) -> Iterator[Addition]:
        """Add statements from files, and yield in their order what became of each.

        Small statements are encoded together, which is faster than one by one. What is yielded is on disk; the same
        files again, after an interruption, go on where it came.

        Args:
            paths: of the files.
            encoding: the encoding of all the files, where it cannot be told from their bytes.
            visibility: who may read them.
            on_encoded: told how many more passages are encoded, each time some are.

        Raises:
            ModelMismatchError: the store was encoded by another model.
            StoreError: the disk is full, or the store cannot be written.
        """
        return self._ingest.add_files(map(Path, paths), encoding, visibility, on_encoded)

    def add_documents(self, documents: Iterable[Document]) -> Iterator[Statement]:
        """Add public statements that were read already, and yield each as it is kept, in their order.

        They are encoded together as those of `add_many`. One that cannot be kept ends it, in its turn.

        Raises:
            ReadingError: a document has more or longer paragraphs than any statement.
            ModelMismatchError: the store was encoded by another model.
            StoreError: the disk is full, or the store cannot be written.
        """
        return self._ingest.add_documents(documents)

    def contains(self, statement: str | os.PathLike[str], *, encoding: str | None = None) -> Statement | None:
        """Return the statement of the same words as a file or text, if it is kept.

        Raises:
            ReadingError: the file or text cannot be read.
        """
        return self._store.find_copy(self._read(statement, Metadata(), encoding)[0].text)

    def contains_text(self, text: str) -> bool:
        """Tell whether a statement of the same words is kept.

        Raises:
            ReadingError: the text cannot be kept as a statement.
        """
        return self._store.find_copy(read_text(text).text) is not None

    def remove(self, statement_id: str) -> Statement:
        """Delete the statement with exactly this id, with everything kept of it, and return what it was.

        Raises:
            UnknownStatementError: no statement has this id.
        """
        statement = self._store.get(statement_id)
        self._store.remove(statement_id)
        return statement

    def get(self, statement_id: str) -> Statement:
        """Return a statement by its id or an unmistakable beginning of it.

        Raises:
            UnknownStatementError: no statement has this id, or its beginning is not enough to tell which.
        """
        return self._store.get(statement_id)

    def list_statements(self) -> list[StatementSummary]:
        """Return every statement without its text: newest first, those without a date last."""
        return [one.summary for one in self._holdings.current()]

    def public(self) -> "Library":
        """Return the library of the public statements alone; this one where it has no others.

        Nothing in what that one says tells that there are others: it counts, ranks and suggests from its own.
        """
        if all(one.statement.visibility is Visibility.PUBLIC for one in self._holdings.current()):
            return self
        with self._opening_public:
            if self._public is None:
                encoder, reranker = self._get_encoder(), self._get_reranker()
                visible = (Visibility.PUBLIC,)
                self._public = Library(self.database, encoder=encoder, reranker=reranker, visible=visible)
            return self._public

    def count_statements(self) -> int:
        """Return how many statements are in memory; those added since are taken up with the next question."""
        return len(self._holdings.held)

    def count_passages(self) -> int:
        """Return how many passages of the statements in memory can be found by a search."""
        return sum(len(one.statement.searched_passages) for one in self._holdings.held)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Return the `k` passages that fit a query best, best first.

        The score is the probability that the passage answers; words in quotation marks must stand in it exactly.

        Raises:
            ModelMismatchError: the store was encoded by another model.
            ValueError: `k` is less than 1.
        """
        if k < 1:
            raise ValueError(f"expected k of at least 1, got {k}")
        if not query.strip():
            return []
        return list(self._search(query, k).hits)

    def ask(self, question: str, *, follows: Context | None = None) -> Answer:
        """Answer a question: by a full scan where it asks for a list, a count or exact words, else by meaning.

        Args:
            question: as it was typed.
            follows: what the last answer in the same conversation was about.

        Raises:
            ModelMismatchError: the store was encoded by another model.
        """
        only_english = self._get_encoder().reads_only_english
        self._get_reranker()  # a wrong name is told by any question, not by the first that is searched for
        return ask(
            question,
            self._corpus(),
            only_english=only_english,
            follows=follows,
            has_word=lambda word: self._get_searcher().has_word(word),
        )

    def run(self, request: Request, *, question: str = "") -> Answer:
        """Answer a request that names its engine; only a search by meaning needs the model.

        Args:
            request: what is asked for.
            question: what a person typed for it, which the answer shows.

        Raises:
            ModelMismatchError: the store was encoded by another model.
        """
        return run_request(request, self._corpus(), question)

    def _corpus(self) -> Corpus:
        return Corpus(self._holdings.current(), self._get_searcher)

    @property
    def model_name(self) -> str | None:
        """The model whose embeddings the store holds; None when it holds none."""
        kept = self._store.get_model()
        return f"{kept.name} ({kept.fingerprint[:8]}, {kept.dimensions} dimensions)" if kept else None

    def warm_up(self) -> None:
        """Load the model and fill the index now, so that the first question does not wait for them.

        Raises:
            ModelError: the model is missing or not the one it claims to be.
            ModelMismatchError: the store was encoded by another model.
        """
        self._get_searcher().search("ready", 1)
        reranker = self._get_reranker()
        if reranker is not None:  # without statements the search has not loaded it
            reranker.score("ready", ["ready"])
        self.run(CitationsRequest())

    def prepare_lookups(self) -> None:
        """Make ready what lookups scan, for every statement that was added since; else the first lookup does it."""
        for one in self._holdings.current():
            one.prepare()
        if self._public is not None:
            self._public.prepare_lookups()

    def re_encode(self, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Encode every statement again with the model in use, and return how many there are.

        Until all are encoded, the store answers with the embeddings it has. With another model than before, what is
        encoded is kept as it comes, and the same call goes on where an interrupted one stopped.

        Args:
            on_progress: told the number of statements encoded and the number of all.

        Raises:
            StoreError: the disk is full, or the store cannot be written.
        """
        count = self._ingest.re_encode(on_progress)
        self.release()
        return count

    def find_missing_restrictions(self) -> list[Restriction]:
        """Return what this system cannot refuse the process that reads files; see `verbatim doctor`.

        Raises:
            ReadingError: the process does not start.
        """
        return self._ingest.find_missing_restrictions()

    def close(self) -> None:
        """Close the store, and end what reads files for it."""
        self._ingest.close()
        self.release()
        self.database.close()

    def release(self) -> None:
        """Forget the index that is in memory; the next search fills it anew."""
        with self._preparing:
            searcher, self._searcher = self._searcher, None
        if searcher is not None:
            searcher.close()
        if self._public is not None:
            self._public.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _search(self, query: str, k: int, *, within: frozenset[int] | None = None) -> Found:
        return self._get_searcher().search(query, k, within=within, other_names=find_other_names)

    def _get_encoder(self) -> Encoder:
        with self._preparing:
            if self._encoder is None:
                self._encoder = open_encoder(self._model)
            return self._encoder

    def _get_reranker(self) -> Reranker | None:
        with self._preparing:
            if isinstance(self._reranker, str):
                self._reranker = open_reranker(self._reranker)
            return self._reranker

    def _get_searcher(self) -> Searcher:
        """Return the searcher with everything in it that the store has by now."""
        searcher = self._searcher
        if searcher is not None and searcher.seq == self._store.get_seq() == self._holdings.seq:
            return searcher
        self._ingest.check_model()
        encoder, reranker = self._get_encoder(), self._get_reranker()
        with self._preparing:
            if self._searcher is None:
                self._searcher = Searcher(self._store, encoder, reranker, describe=self._describe)
            searcher = self._searcher
        searcher.catch_up()
        self._holdings.current()  # after it, so that every passage that is found has its statement
        return searcher

    def _describe(self, statement_key: int) -> tuple[Statement, StatementSummary] | None:
        held = self._holdings.find(statement_key)
        if held is None:  # it may have been added since all were asked for
            self._holdings.current()
            held = self._holdings.find(statement_key)
        return (held.statement, held.summary) if held is not None else None

    def _get_statement_encoder(self) -> StatementEncoder:
        if self._statement_encoder is None:
            self._statement_encoder = StatementEncoder(self._get_encoder())
        return self._statement_encoder

    def _read(
        self, statement: str | os.PathLike[str], metadata: Metadata, encoding: str | None
    ) -> tuple[Document, Statement]:
        """Read a text, or the file at a path."""
        if isinstance(statement, str) and statement.startswith(("http://", "https://")) and not statement.split()[1:]:
            raise ReadingError(
                "Addresses cannot be read yet.", remedy="Save the page's text as a .txt or .md file and add that."
            )
        if isinstance(statement, str) and _is_text(statement, metadata.title):
            document = read_text(statement, metadata)
            return document, parse_statement(document)
        return self._ingest.read_file(Path(statement), metadata, encoding)


def _is_text(given: str, title: str | None) -> bool:
    """Tell whether a string is a statement's text rather than the path of its file."""
    if "\n" in given:
        return True
    # A mistyped path must not be kept as a text of one line.
    looks_like_a_path = len(given) < _PATH_CHARACTERS and given.lower().endswith(readable_suffixes())
    return title is not None and not looks_like_a_path and not _names_a_file(given)


def _names_a_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a path, or with a NUL
        return False
