"""The source of truth: statements, passages, embeddings and what changed when, in SQL tables.

A passage is kept as its span in the statement's text and read back as exactly that slice, so no second copy of a
quotation exists that could differ from the first.
"""

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Connection, Row

from index.corpus.database import Database
from index.corpus.statements import (
    NUMBERED_KINDS,
    SEARCHED_KINDS,
    Passage,
    PassageKind,
    Sentence,
    Statement,
    StatementSummary,
    content_digest,
)
from index.errors import StoreError, UnknownStatementError

Embeddings = NDArray[np.float32]
"""Rows of unit length, (n, d), or one of them, (d,)."""

WHOLE_PASSAGE = 0
"""The sentence number under which the embedding of a whole passage is kept; its sentences count from 1."""

_TITLE = -1
"""The sentence number under which the embedding of a statement's title is kept, with its first searched passage."""

_tables = sa.MetaData()

_model = sa.Table(
    "model",
    _tables,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
)
_statement = sa.Table(
    "statement",
    _tables,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("date", sa.Date),
    sa.Column("source", sa.Text),
    sa.Column("issuers", sa.Text, nullable=False),  # a JSON list
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False),
    sqlite_autoincrement=True,
)
_passage = sa.Table(
    "passage",
    _tables,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)
_sentence = sa.Table(
    "sentence",
    _tables,
    sa.Column("passage_key", sa.ForeignKey("passage.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
)
_embedding = sa.Table(
    "embedding",
    _tables,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("passage_key", sa.ForeignKey("passage.key", ondelete="CASCADE"), nullable=False),
    sa.Column("sentence", sa.Integer, nullable=False),
    sa.Column("model_key", sa.ForeignKey("model.key"), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float32, little-endian
    sa.UniqueConstraint("passage_key", "sentence", "model_key"),
)
_change = sa.Table(
    "change",
    _tables,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("statement_key", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The model that made the embeddings of a store."""

    name: str
    fingerprint: str
    dimensions: int


@dataclass(frozen=True, slots=True)
class EncodedPassage:
    """The embeddings of one passage: `vectors` (1 + sentences, d) float32, unit rows, the whole passage first.

    The first of a statement carries the embedding of the statement's title, (d,), where there is one.
    """

    position: int
    vectors: Embeddings
    title_vector: Embeddings | None = None


@dataclass(frozen=True, slots=True)
class PassageRow:
    """What can be searched of one passage.

    `sentences` are half-open offsets into `text`; `vectors` (1 + sentences, d) are unit rows, the whole passage first.
    """

    key: int
    position: int
    kind: PassageKind
    text: str
    sentences: tuple[tuple[int, int], ...]
    vectors: Embeddings


@dataclass(frozen=True, slots=True)
class StatementRows:
    """What can be searched of one statement: its passages in reading order; none when it was removed.

    `title_vector` (d,) is the embedding of its title, zeros where the title has none.
    """

    statement_key: int
    title: str = ""
    date: datetime.date | None = None
    issuers: tuple[str, ...] = ()
    passages: tuple[PassageRow, ...] = ()
    title_vector: Embeddings = field(default_factory=lambda: np.zeros(1, dtype=np.float32))

    @property
    def passage_keys(self) -> tuple[int, ...]:
        """The keys of the passages, in reading order."""
        return tuple(passage.key for passage in self.passages)

    @property
    def vectors(self) -> Embeddings:
        """The embeddings of the whole passages, (n, d)."""
        rows = [passage.vectors[WHOLE_PASSAGE] for passage in self.passages]
        return np.stack(rows) if rows else np.empty((0, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the store since a `seq`: for every statement concerned, the rows it has now."""

    seq: int
    statements: tuple[StatementRows, ...]


@dataclass(frozen=True, slots=True)
class ChangedStatements:
    """The statements that changed since a `seq`, by their keys; None for one that was removed."""

    seq: int
    statements: dict[int, Statement | None]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its statement."""

    passage: Passage
    statement: StatementSummary


class Store:
    """Statements in a database. Every method is safe to call from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create_tables(_tables)

    def add(self, statement: Statement, encoded: Sequence[EncodedPassage], model: ModelRecord) -> bool:
        """Keep a statement with its embeddings, in one transaction.

        Returns:
            False when a statement of the same words is there already; nothing is changed then.

        Raises:
            StoreError: the store holds embeddings of another model.
        """
        with self._database.write() as connection:
            if _find_by_digest(connection, content_digest(statement.text)) is not None:
                return False
            statement_key = _insert_statement(connection, statement)
            passage_keys = _insert_passages(connection, statement_key, statement.passages)
            _insert_embeddings(connection, _register_model(connection, model), passage_keys, encoded)
            connection.execute(sa.insert(_change).values(statement_key=statement_key))
        return True

    def remove(self, statement_id: str) -> None:
        """Delete the statement with exactly this id, and everything kept with it.

        Raises:
            UnknownStatementError: there is no such statement.
        """
        with self._database.write() as connection:
            key = connection.execute(sa.select(_statement.c.key).where(_statement.c.id == statement_id)).scalar()
            if key is None:
                raise UnknownStatementError(
                    f"There is no statement with exactly the id {statement_id!r}.",
                    remedy="Give the whole id, from the list of statements.",
                )
            connection.execute(sa.delete(_statement).where(_statement.c.key == key))
            connection.execute(sa.insert(_change).values(statement_key=key))

    def find_copy(self, text: str) -> Statement | None:
        """Return the statement that has the same words as `text`, if it is kept."""
        with self._database.read() as connection:
            key = _find_by_digest(connection, content_digest(text))
            return None if key is None else _load_statement(connection, _statement.c.key == key)

    def get(self, statement_id: str) -> Statement:
        """Return a statement by its id, or by the beginning of it where only one id begins so.

        Raises:
            UnknownStatementError: no id, or more than one, begins like that.
        """
        with self._database.read() as connection:
            ids = connection.execute(
                sa.select(_statement.c.id).where(_statement.c.id.startswith(statement_id, autoescape=True)).limit(3)
            ).scalars()
            found = sorted(ids)
            if statement_id not in found and (len(found) != 1 or not statement_id):
                raise _unknown(statement_id, candidates=found if statement_id else ())
            chosen = statement_id if statement_id in found else found[0]
            return _load_statement(connection, _statement.c.id == chosen)

    def list_statements(self) -> list[StatementSummary]:
        """Return every statement without its text: newest first, those without a date last, then by title."""
        with self._database.read() as connection:
            rows = connection.execute(_summaries()).all()
        summaries = [_to_summary(row) for row in rows]
        return sorted(summaries, key=lambda one: (-one.date.toordinal() if one.date else 1, one.title, one.id))

    def get_model(self) -> ModelRecord | None:
        """Return the model whose embeddings the store holds; None when it holds none."""
        with self._database.read() as connection:
            row = connection.execute(
                sa.select(_model.c.name, _model.c.fingerprint, _model.c.dimensions).where(
                    sa.exists().where(_embedding.c.model_key == _model.c.key)
                )
            ).first()
        return ModelRecord(row.name, row.fingerprint, row.dimensions) if row else None

    def get_seq(self) -> int:
        """Return the number of the last change, 0 for a store that never had one."""
        return self._database.read_number("SELECT coalesce(max(seq), 0) FROM change")

    def get_changes(self, since: int) -> Changes:
        """Return the statements that changed after `since`, each with the rows it has now, in one snapshot."""
        with self._database.read() as connection:
            changed = connection.execute(
                sa.select(_change.c.statement_key).where(_change.c.seq > since).distinct()
            ).scalars()
            rows = tuple(_load_rows(connection, key) for key in sorted(changed))
            return Changes(_get_seq(connection), rows)

    def iterate_rows(self) -> Iterator[Changes]:
        """Yield all statements with their rows in portions of one snapshot; each portion has the snapshot's `seq`."""
        with self._database.read() as connection:
            seq = _get_seq(connection)
            portion: list[StatementRows] = []
            for statement_rows in _iterate_rows(connection):
                portion.append(statement_rows)
                if len(portion) == _PORTION:
                    yield Changes(seq, tuple(portion))
                    portion = []
            yield Changes(seq, tuple(portion))

    def get_changed_statements(self, since: int) -> ChangedStatements:
        """Return the statements that changed after `since` as they are now, in one snapshot."""
        with self._database.read() as connection:
            changed = connection.execute(sa.select(_change.c.statement_key).where(_change.c.seq > since).distinct())
            found: dict[int, Statement | None] = dict.fromkeys(sorted(changed.scalars()))
            for portion in _portions(list(found), _PORTION):
                found.update(_load_statements(connection, portion))
            return ChangedStatements(_get_seq(connection), found)

    def get_passages(self, keys: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages with these keys; one that is gone is absent."""
        with self._database.read() as connection:
            rows = connection.execute(_passages().where(_passage.c.key.in_(keys))).all()
            statement_ids = {row.statement_id for row in rows}
            statements = connection.execute(_summaries().where(_statement.c.id.in_(statement_ids))).all()
            summaries = {row.id: _to_summary(row) for row in statements}
            sentences = _load_sentences(connection, keys)
        return {
            row.key: StoredPassage(_to_passage(row, sentences.get(row.key, [])), summaries[row.statement_id])
            for row in rows
        }

    def replace_embeddings(
        self, encoded: Iterable[tuple[str, Sequence[EncodedPassage]]], model: ModelRecord, expected_seq: int
    ) -> None:
        """Put the embeddings of another model in place of all that are kept, in one transaction.

        Args:
            encoded: for every statement id its encoded passages.
            model: the model that made them.
            expected_seq: the last change the caller knew of.

        Raises:
            StoreError: statements were added or removed meanwhile.
        """
        with self._database.write() as connection:
            if _get_seq(connection) != expected_seq:
                raise StoreError("Statements were added or removed meanwhile.", remedy="Run verbatim re-encode again.")
            connection.execute(sa.delete(_embedding))
            connection.execute(sa.delete(_model))
            model_key = _register_model(connection, model)
            for statement_id, passages in encoded:
                statement = connection.execute(sa.select(_statement.c.key).where(_statement.c.id == statement_id))
                key = statement.scalar_one()
                rows = connection.execute(
                    sa.select(_passage.c.position, _passage.c.key).where(_passage.c.statement_key == key)
                ).all()
                _insert_embeddings(connection, model_key, {row.position: row.key for row in rows}, passages)
                connection.execute(sa.insert(_change).values(statement_key=key))


_PORTION = 500
"""Statements read at once when what is in memory is filled."""


def _insert_statement(connection: Connection, statement: Statement) -> int:
    inserted = connection.execute(
        sa.insert(_statement)
        .values(
            id=statement.id,
            digest=content_digest(statement.text),
            title=statement.title,
            date=statement.date,
            source=statement.source,
            issuers=json.dumps(statement.issuers, ensure_ascii=False),
            text=statement.text,
            added_at=datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
        )
        .returning(_statement.c.key)
    )
    key: int = inserted.scalar_one()
    return key


def _insert_passages(connection: Connection, statement_key: int, passages: Sequence[Passage]) -> dict[int, int]:
    """Insert passages and their sentences; return the passages' keys by position.

    Many rows go in at once: while the writer's lock is held, no question can be claimed.
    """
    if not passages:
        return {}
    rows = [
        {
            "statement_key": statement_key,
            "id": passage.id,
            "kind": passage.kind.value,
            "ordinal": passage.ordinal,
            "position": passage.position,
            "start": passage.start,
            "end": passage.end,
        }
        for passage in passages
    ]
    inserted = connection.execute(
        sa.insert(_passage).returning(_passage.c.key, sort_by_parameter_order=True), rows
    ).scalars()
    keys = {passage.position: key for passage, key in zip(passages, inserted, strict=True)}
    sentences = [
        {"passage_key": keys[passage.position], "number": one.number, "start": one.start, "end": one.end}
        for passage in passages
        for one in passage.sentences
    ]
    if sentences:
        connection.execute(sa.insert(_sentence), sentences)
    return keys


def _insert_embeddings(
    connection: Connection, model_key: int, passage_keys: dict[int, int], encoded: Sequence[EncodedPassage]
) -> None:
    rows = [
        {
            "passage_key": passage_keys[one.position],
            "sentence": number,
            "model_key": model_key,
            "vector": vector.astype("<f4").tobytes(),
        }
        for one in encoded
        for number, vector in _numbered(one)
    ]
    if rows:
        connection.execute(sa.insert(_embedding), rows)


def _numbered(encoded: EncodedPassage) -> Iterator[tuple[int, Embeddings]]:
    if encoded.title_vector is not None:
        yield _TITLE, encoded.title_vector
    yield from enumerate(encoded.vectors, start=WHOLE_PASSAGE)


def _register_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of the model, taking it up where the store holds no embeddings of another."""
    row = connection.execute(sa.select(_model.c.key, _model.c.fingerprint, _model.c.name)).first()
    if row is not None and row.fingerprint == model.fingerprint:
        return int(row.key)
    if row is not None:
        if connection.execute(sa.select(_embedding.c.key).limit(1)).first() is not None:
            raise StoreError(f"The store took up the model {row.name} meanwhile.", remedy="Run the command again.")
        connection.execute(sa.delete(_model))
    inserted = connection.execute(
        sa.insert(_model)
        .values(fingerprint=model.fingerprint, name=model.name, dimensions=model.dimensions)
        .returning(_model.c.key)
    )
    key: int = inserted.scalar_one()
    return key


def _find_by_digest(connection: Connection, digest: str) -> int | None:
    return connection.execute(sa.select(_statement.c.key).where(_statement.c.digest == digest)).scalar()


def _get_seq(connection: Connection) -> int:
    seq: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(_change.c.seq), 0))).scalar_one()
    return seq


def _summaries() -> sa.Select[tuple[object, ...]]:
    """Select what `_to_summary` needs, one row a statement."""
    numbered = [kind.value for kind in NUMBERED_KINDS]
    in_body = sa.and_(_passage.c.statement_key == _statement.c.key, _passage.c.kind.in_(numbered))
    paragraphs = sa.select(sa.func.count()).where(in_body).scalar_subquery()
    sentences = (
        sa.select(sa.func.count())
        .select_from(_sentence.join(_passage, _sentence.c.passage_key == _passage.c.key))
        .where(in_body)
        .scalar_subquery()
    )
    return sa.select(
        _statement.c.id,
        _statement.c.title,
        _statement.c.date,
        _statement.c.source,
        _statement.c.issuers,
        paragraphs.label("paragraphs"),
        sentences.label("sentences"),
    )


def _to_summary(row: Row[tuple[object, ...]]) -> StatementSummary:
    return StatementSummary(
        id=row.id,
        title=row.title,
        date=row.date,
        source=row.source,
        issuers=tuple(json.loads(row.issuers)),
        paragraphs=row.paragraphs,
        sentences=row.sentences,
    )


def _passages() -> sa.Select[tuple[object, ...]]:
    """Select what `_to_passage` needs; the text is cut out of the statement's."""
    text = sa.func.substr(_statement.c.text, _passage.c.start + 1, _passage.c.end - _passage.c.start)
    columns = (_passage.c.key, _passage.c.id, _passage.c.kind, _passage.c.ordinal, _passage.c.position)
    return sa.select(
        *columns, _passage.c.start, _passage.c.end, _statement.c.id.label("statement_id"), text.label("text")
    ).join_from(_passage, _statement)


def _to_passage(row: Row[tuple[object, ...]], spans: Sequence[Row[tuple[object, ...]]]) -> Passage:
    return Passage(
        id=row.id,
        statement_id=row.statement_id,
        kind=PassageKind(row.kind),
        ordinal=row.ordinal,
        position=row.position,
        start=row.start,
        end=row.end,
        text=row.text,
        sentences=tuple(
            Sentence(span.number, span.start, span.end, row.text[span.start - row.start : span.end - row.start])
            for span in spans
        ),
    )


def _load_statement(connection: Connection, condition: sa.ColumnElement[bool]) -> Statement:
    key = connection.execute(sa.select(_statement.c.key).where(condition)).scalar_one()
    return _load_statements(connection, [key])[key]


def _load_statements(connection: Connection, keys: Sequence[int]) -> dict[int, Statement]:
    """Return the statements with these keys, which are few enough for one query."""
    rows = connection.execute(sa.select(_statement).where(_statement.c.key.in_(keys))).all()
    in_order = _passages().add_columns(_passage.c.statement_key).where(_passage.c.statement_key.in_(keys))
    passages = connection.execute(in_order.order_by(_passage.c.statement_key, _passage.c.position)).all()
    sentences = _load_sentences(connection, [passage.key for passage in passages])
    by_statement: dict[int, list[Passage]] = {row.key: [] for row in rows}
    for passage in passages:
        by_statement[passage.statement_key].append(_to_passage(passage, sentences.get(passage.key, [])))
    return {
        row.key: Statement(
            id=row.id,
            title=row.title,
            date=row.date,
            source=row.source,
            issuers=tuple(json.loads(row.issuers)),
            text=row.text,
            passages=tuple(by_statement[row.key]),
        )
        for row in rows
    }


def _load_sentences(connection: Connection, keys: Sequence[int]) -> dict[int, list[Row[tuple[object, ...]]]]:
    found: dict[int, list[Row[tuple[object, ...]]]] = {}
    for portion in _portions(keys):
        query = sa.select(_sentence).where(_sentence.c.passage_key.in_(portion))
        for row in connection.execute(query.order_by(_sentence.c.passage_key, _sentence.c.number)):
            found.setdefault(row.passage_key, []).append(row)
    return found


def _load_rows(connection: Connection, statement_key: int) -> StatementRows:
    found = list(_iterate_rows(connection, statement_key))
    return found[0] if found else StatementRows(statement_key)


def _iterate_rows(connection: Connection, statement_key: int | None = None) -> Iterator[StatementRows]:
    """Yield the rows of every statement, or of one, by the order of their keys."""
    chosen = sa.true() if statement_key is None else _statement.c.key == statement_key
    keys = connection.execute(sa.select(_statement.c.key).where(chosen).order_by(_statement.c.key)).scalars().all()
    for portion in _portions(keys, _PORTION):
        yield from _load_portion(connection, portion)


def _load_portion(connection: Connection, statement_keys: Sequence[int]) -> Iterator[StatementRows]:
    """Yield the rows of a few statements; those without anything to search are left out."""
    statements = connection.execute(
        sa.select(_statement.c.key, _statement.c.title, _statement.c.date, _statement.c.issuers, _statement.c.text)
        .where(_statement.c.key.in_(statement_keys))
        .order_by(_statement.c.key)
    ).all()
    searched = sa.and_(
        _passage.c.statement_key.in_(statement_keys), _passage.c.kind.in_([kind.value for kind in SEARCHED_KINDS])
    )
    columns = (_passage.c.key, _passage.c.statement_key, _passage.c.position, _passage.c.kind)
    passages: dict[int, list[Any]] = {}
    for row in connection.execute(
        sa.select(*columns, _passage.c.start, _passage.c.end).where(searched).order_by(_passage.c.key)
    ):
        passages.setdefault(row.statement_key, []).append(row)
    keys = [row.key for rows in passages.values() for row in rows]
    sentences = _load_sentences(connection, keys)
    vectors, titles = _load_vectors(connection, keys)
    for statement in statements:
        found = [row for row in passages.get(statement.key, []) if row.key in vectors]
        if found:
            rows = tuple(
                PassageRow(
                    key=row.key,
                    position=row.position,
                    kind=PassageKind(row.kind),
                    text=statement.text[row.start : row.end],
                    sentences=tuple((one.start - row.start, one.end - row.start) for one in sentences.get(row.key, [])),
                    vectors=vectors[row.key],
                )
                for row in found
            )
            issuers = tuple(json.loads(statement.issuers))
            title = next((titles[row.key] for row in found if row.key in titles), np.zeros_like(rows[0].vectors[0]))
            yield StatementRows(statement.key, statement.title, statement.date, issuers, rows, title)


def _load_vectors(connection: Connection, keys: Sequence[int]) -> tuple[dict[int, Embeddings], dict[int, Embeddings]]:
    """Return by the passages' keys their embeddings with their sentences', and those of titles kept with them."""
    found: dict[int, list[bytes]] = {}
    titles: dict[int, Embeddings] = {}
    columns = (_embedding.c.passage_key, _embedding.c.sentence, _embedding.c.vector)
    for portion in _portions(keys):
        query = sa.select(*columns).where(_embedding.c.passage_key.in_(portion))
        for row in connection.execute(query.order_by(_embedding.c.passage_key, _embedding.c.sentence)):
            if row.sentence == _TITLE:
                titles[row.passage_key] = _to_vector(row.vector)
            else:
                found.setdefault(row.passage_key, []).append(row.vector)
    return {key: _to_vector(b"".join(blobs)).reshape(len(blobs), -1) for key, blobs in found.items()}, titles


def _to_vector(blob: bytes) -> Embeddings:
    return np.frombuffer(blob, dtype="<f4").astype(np.float32, copy=False)


def _portions(keys: Sequence[int], size: int = 10_000) -> Iterator[Sequence[int]]:
    # SQLite takes at most 32,766 parameters in one statement.
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _unknown(statement_id: str, *, candidates: Sequence[str] = ()) -> UnknownStatementError:
    if candidates:
        listed = ", ".join(candidates)
        return UnknownStatementError(f"More than one id begins with {statement_id!r}: {listed}.", remedy="Give more.")
    return UnknownStatementError(
        f"There is no statement {statement_id!r}.", remedy="The ids are in the list of statements."
    )
