"""The source of truth: statements, passages, embeddings and what changed when, in SQL tables.

A passage is kept as its span in the statement's text and read back as exactly that slice, so no second copy of a
quotation exists that could differ from the first. What is read is compared with the checksums that were kept with it.
"""

import contextlib
import datetime
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from index.corpus.checksums import embeddings_checksum, passages_checksum, statement_checksum
from index.corpus.database import Database, damaged, get_fact, set_fact
from index.corpus.embeddings import Embeddings
from index.corpus.statements import (
    NUMBERED_KINDS,
    SEARCHED_KINDS,
    Passage,
    PassageKind,
    Sentence,
    Statement,
    StatementSummary,
    Visibility,
    content_digest,
)
from index.errors import StoreError, UnknownStatementError

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
    sa.Column("visibility", sa.Text, nullable=False, server_default=Visibility.PUBLIC.value),
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
_checksum = sa.Table(
    "checksum",
    _tables,
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement", sa.String(64), nullable=False),
    sa.Column("passages", sa.String(64), nullable=False),
)
_encoding = sa.Table(
    "encoding",  # a statement with all its embeddings of one model
    _tables,
    sa.Column("statement_key", sa.ForeignKey("statement.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_key", sa.ForeignKey("model.key"), primary_key=True),
    sa.Column("checksum", sa.String(64), nullable=False),
)
_change = sa.Table(
    "change",
    _tables,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("statement_key", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)


_STATEMENTS = "statements"
"""The fact that tells how many statements there are: one that cannot be found must not count as never added."""

_ACTIVE_MODEL = "active_model"
"""The fact that tells the fingerprint of the model whose embeddings are searched."""


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
    """The statements that changed since a `seq`, by their keys; None for one that was removed.

    `total` is the number of all statements that the store has.
    """

    seq: int
    statements: dict[int, Statement | None]
    total: int


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its statement."""

    passage: Passage
    statement: StatementSummary


class Store:
    """Statements in a database. Every method is safe to call from any thread."""

    def __init__(self, database: Database, *, visible: Collection[Visibility] = tuple(Visibility)) -> None:
        """Open the statements in a database.

        Args:
            database: where they are.
            visible: reading finds statements of these visibilities alone, as if there were no others.
        """
        self._database = database
        self._visible = frozenset(visible)
        self._has_sound_digests = False  # looked at once, since that takes as long as to read the whole table
        database.migrate(_tables, _complete)

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
            model_key = _take_up_model(connection, model)
            statement_key = _insert_statement(connection, statement)
            passage_keys = _insert_passages(connection, statement_key, statement.passages)
            _insert_checksums(connection, statement_key, statement)
            _insert_embeddings(connection, statement_key, model_key, passage_keys, encoded)
            connection.execute(sa.insert(_change).values(statement_key=statement_key))
            _count(connection, +1)
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
            _count(connection, -1)

    def find_copy(self, text: str) -> Statement | None:
        """Return the statement that has the same words as `text`, if it is kept."""
        with self._read() as connection:
            key = _find_by_digest(connection, content_digest(text))
            if key is None and not self._has_sound_digests:
                # A damaged index knows less than its table, and what is kept would be taken for new.
                _expect(connection.execute(_DIGESTS_THAT_THE_INDEX_LACKS).first() is None)
                self._has_sound_digests = True
            is_visible = key is not None and bool(self._see(connection, [key]))
            return _load_statement(connection, key) if key is not None and is_visible else None

    def get(self, statement_id: str) -> Statement:
        """Return a statement by its id, or by the beginning of it where only one id begins so.

        Raises:
            UnknownStatementError: no id, or more than one, begins like that.
        """
        with self._read() as connection:
            begins = sa.and_(_statement.c.id.startswith(statement_id, autoescape=True), self._is_visible)
            rows = connection.execute(sa.select(_statement.c.id, _statement.c.key).where(begins).limit(3))
            found = {row.id: row.key for row in sorted(rows)}
            if statement_id not in found and (len(found) != 1 or not statement_id):
                raise _unknown(statement_id, candidates=list(found) if statement_id else ())
            return _load_statement(connection, found.get(statement_id) or next(iter(found.values())))

    def list_statements(self) -> list[StatementSummary]:
        """Return every statement without its text: newest first, those without a date last, then by title."""
        with self._read() as connection:
            summaries = _load_summaries(connection)
            _expect(len(summaries) == _get_total(connection))
        summaries = [one for one in summaries if one.visibility in self._visible]
        return sorted(summaries, key=lambda one: (-one.date.toordinal() if one.date else 1, one.title, one.id))

    def get_model(self) -> ModelRecord | None:
        """Return the model whose embeddings the store holds; None when it holds none."""
        with self._read() as connection:
            active = _find_active_model(connection)
            return active.record if active is not None and _has_embeddings(connection, active.key) else None

    def get_seq(self) -> int:
        """Return the number of the last change, 0 for a store that never had one."""
        return self._database.read_number("SELECT coalesce(max(seq), 0) FROM change")

    def get_changes(self, since: int) -> Changes:
        """Return the statements that changed after `since`, each with the rows it has now, in one snapshot."""
        with self._read() as connection:
            changed = sorted(_find_changed(connection, since))
            found = {one.statement_key: one for one in _iterate_rows(connection, self._see(connection, changed))}
            rows = tuple(found.get(key) or StatementRows(key) for key in changed)
            return Changes(_get_seq(connection), rows)

    def get_rows(self, keys: Sequence[int]) -> list[StatementRows]:
        """Return the rows of the statements with these keys, in order, without those that have none."""
        with self._read() as connection:
            return list(_iterate_rows(connection, keys))

    def iterate_rows(self) -> Iterator[Changes]:
        """Yield all statements with their rows in portions of one snapshot; each portion has the snapshot's `seq`."""
        with self._read() as connection:
            seq, keys = _get_seq(connection), _find_all(connection)
            _expect(len(keys) == _get_total(connection))
            keys = self._see(connection, keys)
            for start in range(0, max(len(keys), 1), _PORTION):
                yield Changes(seq, tuple(_iterate_rows(connection, keys[start : start + _PORTION])))

    def get_changed_statements(self, since: int | None) -> ChangedStatements:
        """Return the statements that changed after `since` as they are now, in one snapshot; all if it is None."""
        with self._read() as connection:
            changed = _find_all(connection) if since is None else _find_changed(connection, since)
            found: dict[int, Statement | None] = dict.fromkeys(sorted(changed))
            for portion in _portions(self._see(connection, list(found)), _PORTION):
                found.update((key, one.statement) for key, one in _load_statements(connection, portion).items())
            total = _get_total(connection) if self._sees_all else len(self._see(connection, _find_all(connection)))
            return ChangedStatements(_get_seq(connection), found, total)

    def get_passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Return the passages with these keys; one that is gone is absent."""
        wanted = set(keys)
        with self._read() as connection:
            query = sa.select(_passage.c.statement_key).where(_passage.c.key.in_(keys)).distinct()
            found = _load_statements(connection, self._see(connection, connection.execute(query).scalars().all()))
        return {
            key: one.statement.passages[position]
            for one in found.values()
            for position, key in enumerate(one.passage_keys)
            if key in wanted
        }

    def find_unencoded(self, model: ModelRecord) -> list[int]:
        """Return the keys of the statements that lack embeddings of a model, in order."""
        encoded = sa.select(_encoding.c.statement_key).join_from(_encoding, _model)
        lacking = _statement.c.key.not_in(encoded.where(_model.c.fingerprint == model.fingerprint))
        with self._read() as connection:
            return list(
                connection.execute(sa.select(_statement.c.key).where(lacking).order_by(_statement.c.key)).scalars()
            )

    def get_all_keys(self) -> list[int]:
        """Return the keys of all statements, in order."""
        with self._read() as connection:
            return list(_find_all(connection))

    def get_statements(self, keys: Sequence[int]) -> dict[int, Statement]:
        """Return the statements with these keys; one that is gone is absent."""
        with self._read() as connection:
            return {key: one.statement for key, one in _load_statements(connection, keys).items()}

    def put_embeddings(self, encoded: Mapping[int, Sequence[EncodedPassage]], model: ModelRecord) -> None:
        """Keep the embeddings of some statements by a model, in place of what there was by the same one.

        They are searched at once where the model is the active one; else when it is made so. Those of a statement
        that was removed since are dropped.

        Args:
            encoded: by the key of a statement its encoded passages.
            model: the model that made them.
        """
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            is_active = get_fact(connection, _ACTIVE_MODEL) == model.fingerprint
            for key in _find_all(connection, encoded):
                passages = connection.execute(
                    sa.select(_passage.c.position, _passage.c.key).where(_passage.c.statement_key == key)
                )
                passage_keys = {row.position: row.key for row in passages}
                _delete_embeddings(connection, key, model_key)
                _insert_embeddings(connection, key, model_key, passage_keys, encoded[key])
                if is_active:
                    connection.execute(sa.insert(_change).values(statement_key=key))

    def activate(self, model: ModelRecord) -> bool:
        """Let the embeddings of a model be searched and delete all others, in one transaction.

        Returns:
            False when some statement lacks embeddings of the model; nothing is changed then.
        """
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            keys = _find_all(connection)
            encoded = connection.execute(sa.select(_encoding.c.statement_key).where(_encoding.c.model_key == model_key))
            if not set(keys).issubset(encoded.scalars()):
                return False
            _forget_other_models(connection, model_key)
            if get_fact(connection, _ACTIVE_MODEL) != model.fingerprint:
                set_fact(connection, _ACTIVE_MODEL, model.fingerprint)
                if keys:
                    connection.execute(sa.insert(_change), [{"statement_key": key} for key in keys])
        return True

    def find_damage(self) -> list[str]:
        """Return all that is not as it was written, a line each, after reading everything; empty when all is well."""
        found = self._database.find_page_damage()
        with self._read() as connection:
            keys = _find_all(connection)
            if len(keys) != _get_total(connection):
                found.append(f"{len(keys)} statements are there, of {_get_total(connection)} that were kept")
            active = _find_active_model(connection)
            for key in keys:
                found += [f"statement {one}" for one in _find_damage_of(connection, key, active)]
        return found

    def damaged(self) -> StoreError:
        """Return the error for a store that is not as it was written."""
        return damaged(self._database.path)

    @property
    def _sees_all(self) -> bool:
        return self._visible == frozenset(Visibility)

    @property
    def _is_visible(self) -> sa.ColumnElement[bool]:
        return _statement.c.visibility.in_([one.value for one in self._visible])

    def _see(self, connection: Connection, keys: Sequence[int]) -> Sequence[int]:
        """Return the keys of those statements that reading finds, in the same order."""
        if self._sees_all:
            return keys
        visible = set(connection.execute(sa.select(_statement.c.key).where(self._is_visible)).scalars())
        return [key for key in keys if key in visible]

    @contextlib.contextmanager
    def _read(self) -> Iterator[Connection]:
        """Give a connection to one state of the store; what cannot have been written so is damage."""
        with self._database.read() as connection:
            try:
                yield connection
            except (ValueError, TypeError, LookupError) as error:
                raise self.damaged() from error


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
            visibility=statement.visibility.value,
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


def _insert_checksums(connection: Connection, statement_key: int, statement: Statement) -> None:
    checksums = {"statement": statement_checksum(statement), "passages": passages_checksum(statement)}
    connection.execute(sa.insert(_checksum).values(statement_key=statement_key, **checksums))


def _insert_embeddings(
    connection: Connection,
    statement_key: int,
    model_key: int,
    passage_keys: Mapping[int, int],
    encoded: Sequence[EncodedPassage],
) -> None:
    numbered = [
        (one.position, number, vector.astype("<f4").tobytes()) for one in encoded for number, vector in _numbered(one)
    ]
    if numbered:
        rows = [
            {"passage_key": passage_keys[position], "sentence": number, "model_key": model_key, "vector": vector}
            for position, number, vector in numbered
        ]
        connection.execute(sa.insert(_embedding), rows)
    values = {"statement_key": statement_key, "model_key": model_key, "checksum": embeddings_checksum(numbered)}
    connection.execute(sa.insert(_encoding).values(**values))


def _delete_embeddings(connection: Connection, statement_key: int, model_key: int) -> None:
    passages = sa.select(_passage.c.key).where(_passage.c.statement_key == statement_key)
    of_them = sa.and_(_embedding.c.passage_key.in_(passages), _embedding.c.model_key == model_key)
    connection.execute(sa.delete(_embedding).where(of_them))
    whole = sa.and_(_encoding.c.statement_key == statement_key, _encoding.c.model_key == model_key)
    connection.execute(sa.delete(_encoding).where(whole))


def _numbered(encoded: EncodedPassage) -> Iterator[tuple[int, Embeddings]]:
    if encoded.title_vector is not None:
        yield _TITLE, encoded.title_vector
    yield from enumerate(encoded.vectors, start=WHOLE_PASSAGE)


def _register_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of a model, which need not be the active one."""
    known = connection.execute(sa.select(_model.c.key).where(_model.c.fingerprint == model.fingerprint)).scalar()
    if known is not None:
        return int(known)
    values = {"fingerprint": model.fingerprint, "name": model.name, "dimensions": model.dimensions}
    key: int = connection.execute(sa.insert(_model).values(**values).returning(_model.c.key)).scalar_one()
    return key


def _take_up_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of the active model, which this one becomes where the store holds no embeddings of another."""
    active = _find_active_model(connection)
    if active is not None and active.record.fingerprint == model.fingerprint:
        return active.key
    if active is not None and _has_embeddings(connection, active.key):
        raise StoreError(
            f"The store took up the model {active.record.name} meanwhile.", remedy="Run the command again."
        )
    key = _register_model(connection, model)
    _forget_other_models(connection, key)
    set_fact(connection, _ACTIVE_MODEL, model.fingerprint)
    return key


@dataclass(frozen=True, slots=True)
class _KeptModel:
    key: int
    record: ModelRecord


def _find_active_model(connection: Connection) -> _KeptModel | None:
    fingerprint = get_fact(connection, _ACTIVE_MODEL)
    if fingerprint is None:
        return None
    row = connection.execute(sa.select(_model).where(_model.c.fingerprint == fingerprint)).first()
    if row is None:
        raise LookupError("expected the active model among the models")
    return _KeptModel(row.key, ModelRecord(row.name, row.fingerprint, row.dimensions))


def _has_embeddings(connection: Connection, model_key: int) -> bool:
    of_it = sa.select(_embedding.c.key).where(_embedding.c.model_key == model_key)
    return connection.execute(of_it.limit(1)).first() is not None


def _forget_other_models(connection: Connection, model_key: int) -> None:
    connection.execute(sa.delete(_embedding).where(_embedding.c.model_key != model_key))
    connection.execute(sa.delete(_encoding).where(_encoding.c.model_key != model_key))
    connection.execute(sa.delete(_model).where(_model.c.key != model_key))


def _complete(connection: Connection) -> None:
    """Fill in what a store of an earlier version does not have: checksums, and the facts."""
    connection.execute(sa.delete(_checksum))
    connection.execute(sa.delete(_encoding))
    keys = _find_all(connection)
    for portion in _portions(keys, _PORTION):
        for key, kept in _load_unchecked(connection, portion).items():
            _insert_checksums(connection, key, kept.statement)
            for model_key in connection.execute(sa.select(_model.c.key)).scalars().all():
                blobs = _load_blobs(connection, kept.passage_keys, model_key)
                if blobs:
                    values = {"model_key": model_key, "checksum": _checksum_blobs(kept, blobs)}
                    connection.execute(sa.insert(_encoding).values(statement_key=key, **values))
    set_fact(connection, _STATEMENTS, str(len(keys)))
    fingerprint = connection.execute(sa.select(_model.c.fingerprint)).scalar()
    if fingerprint is not None and get_fact(connection, _ACTIVE_MODEL) is None:
        set_fact(connection, _ACTIVE_MODEL, fingerprint)


def _count(connection: Connection, more: int) -> None:
    """Note that there are so many more statements."""
    set_fact(connection, _STATEMENTS, str(_get_total(connection) + more))


def _get_total(connection: Connection) -> int:
    return int(get_fact(connection, _STATEMENTS) or "")


def _find_all(connection: Connection, among: Collection[int] | None = None) -> Sequence[int]:
    """Return the keys of all statements, or of those that are among some, in order."""
    keys = connection.execute(sa.select(_statement.c.key).order_by(_statement.c.key)).scalars().all()
    return keys if among is None else [key for key in keys if key in among]


def _find_changed(connection: Connection, since: int) -> set[int]:
    return set(connection.execute(sa.select(_change.c.statement_key).where(_change.c.seq > since)).scalars())


_in_index = _statement.alias()
_DIGESTS_THAT_THE_INDEX_LACKS = (
    # The id has the rows read from the table: no index has both.
    sa.select(_statement.c.id).where(~sa.exists().where(_in_index.c.digest == _statement.c.digest)).limit(1)
)


def _find_by_digest(connection: Connection, digest: str) -> int | None:
    return connection.execute(sa.select(_statement.c.key).where(_statement.c.digest == digest)).scalar()


def _get_seq(connection: Connection) -> int:
    seq: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(_change.c.seq), 0))).scalar_one()
    return seq


def _load_summaries(connection: Connection) -> list[StatementSummary]:
    numbered = [kind.value for kind in NUMBERED_KINDS]
    in_body = sa.and_(_passage.c.statement_key == _statement.c.key, _passage.c.kind.in_(numbered))
    paragraphs = sa.select(sa.func.count()).where(in_body).scalar_subquery()
    sentences = (
        sa.select(sa.func.count())
        .select_from(_sentence.join(_passage, _sentence.c.passage_key == _passage.c.key))
        .where(in_body)
        .scalar_subquery()
    )
    counted = sa.select(_statement, paragraphs.label("paragraphs"), sentences.label("sentences"))
    expected = _load_checksums(connection)
    found = []
    for row in connection.execute(counted):
        one = _to_statement(row, ())
        _expect(statement_checksum(one) == expected[row.key].statement)
        found.append(replace(one.summary, paragraphs=row.paragraphs, sentences=row.sentences))
    return found


@dataclass(frozen=True, slots=True)
class _Kept:
    """A statement with the keys of its passages, in reading order."""

    statement: Statement
    passage_keys: tuple[int, ...]


def _find_damage_of(connection: Connection, key: int, active: _KeptModel | None) -> list[str]:
    """Return what of one statement is not as it was written."""
    try:
        kept = _load_unchecked(connection, [key])[key]
        expected = _load_checksums(connection, [key])[key]
        digest = connection.execute(sa.select(_statement.c.digest).where(_statement.c.key == key)).scalar()
    except (ValueError, TypeError, LookupError, sa.exc.DBAPIError):
        return [f"{key} cannot be read"]
    statement = kept.statement
    checks = {
        "its words or what is said of them": statement_checksum(statement) == expected.statement,
        "its passages": passages_checksum(statement) == expected.passages and _passages_belong(statement),
        "the digest of its words": content_digest(statement.text) == digest,
        "a span of it": _spans_fit(statement),
        "its embeddings": active is None or _embeddings_fit(connection, key, kept, active),
    }
    return [f"{statement.id}: {what} changed since it was kept" for what, is_well in checks.items() if not is_well]


def _passages_belong(statement: Statement) -> bool:
    return all(one.id.startswith(f"{statement.id}#") for one in statement.passages)


def _spans_fit(statement: Statement) -> bool:
    """Tell whether passages stand in the text one after the other, and sentences so in passages."""
    at = 0
    for passage in statement.passages:
        within = passage.start
        for sentence in passage.sentences:
            if not within <= sentence.start < sentence.end <= passage.end:
                return False
            within = sentence.end
        if not at <= passage.start < passage.end <= len(statement.text):
            return False
        at = passage.end
    return True


def _embeddings_fit(connection: Connection, key: int, kept: _Kept, active: _KeptModel) -> bool:
    """Tell whether there are embeddings of all that is searched, of the right size, and as they were written."""
    chosen = sa.and_(_encoding.c.statement_key == key, _encoding.c.model_key == active.key)
    checksum = connection.execute(sa.select(_encoding.c.checksum).where(chosen)).scalar()
    blobs = _load_blobs(connection, kept.passage_keys, active.key)
    size = active.record.dimensions * np.dtype("<f4").itemsize
    sizes = {len(blob) for numbered in blobs.values() for blob in numbered.values()}
    searched = {
        passage_key: len(passage.sentences)
        for passage_key, passage in zip(kept.passage_keys, kept.statement.passages, strict=True)
        if passage.kind in SEARCHED_KINDS
    }
    numbers = {passage_key: len(set(numbered) - {_TITLE}) - 1 for passage_key, numbered in blobs.items()}
    return checksum == _checksum_blobs(kept, blobs) and numbers == searched and sizes <= {size}


def _load_statement(connection: Connection, key: int) -> Statement:
    return _load_statements(connection, [key])[key].statement


def _load_statements(connection: Connection, keys: Sequence[int]) -> dict[int, _Kept]:
    """Return the statements with these keys, as they were written; one that is gone is absent.

    Raises:
        ValueError: something is not as it was written.
    """
    found = _load_unchecked(connection, keys)
    expected = _load_checksums(connection, keys)
    for key, one in found.items():
        _expect(statement_checksum(one.statement) == expected[key].statement)
        _expect(passages_checksum(one.statement) == expected[key].passages)
        # Rows that were swapped between two statements, with their checksums, are sound each for itself.
        _expect(_passages_belong(one.statement))
    return found


def _load_unchecked(connection: Connection, keys: Sequence[int]) -> dict[int, _Kept]:
    """Return the statements with these keys, which are few enough for one query."""
    rows = connection.execute(sa.select(_statement).where(_statement.c.key.in_(keys)).order_by(_statement.c.key)).all()
    in_order = sa.select(_passage).where(_passage.c.statement_key.in_(keys))
    passages = connection.execute(in_order.order_by(_passage.c.statement_key, _passage.c.position)).all()
    sentences = _load_sentences(connection, [passage.key for passage in passages])
    by_statement: dict[int, list[Row[Any]]] = {row.key: [] for row in rows}
    for passage in passages:
        if passage.statement_key in by_statement:
            by_statement[passage.statement_key].append(passage)
    found = {}
    for row in rows:
        of_it = by_statement[row.key]
        whole = tuple(_to_passage(row, passage, sentences.get(passage.key, [])) for passage in of_it)
        found[row.key] = _Kept(_to_statement(row, whole), tuple(passage.key for passage in of_it))
    return found


def _to_statement(row: Row[Any], passages: tuple[Passage, ...]) -> Statement:
    return Statement(
        id=row.id,
        title=row.title,
        date=row.date,
        source=row.source,
        issuers=tuple(json.loads(row.issuers)),
        text=row.text,
        passages=passages,
        visibility=Visibility(row.visibility),
    )


def _to_passage(statement: Row[Any], row: Row[Any], sentences: Sequence[Row[Any]]) -> Passage:
    text: str = statement.text
    return Passage(
        id=row.id,
        statement_id=statement.id,
        kind=PassageKind(row.kind),
        ordinal=row.ordinal,
        position=row.position,
        start=row.start,
        end=row.end,
        text=text[row.start : row.end],
        sentences=tuple(Sentence(one.number, one.start, one.end, text[one.start : one.end]) for one in sentences),
    )


def _load_checksums(connection: Connection, keys: Sequence[int] | None = None) -> dict[int, Row[Any]]:
    """Return the checksums of some statements, or of all, by their keys."""
    chosen = sa.true() if keys is None else _checksum.c.statement_key.in_(keys)
    return {row.statement_key: row for row in connection.execute(sa.select(_checksum).where(chosen))}


def _expect(condition: bool) -> None:
    """Raise ValueError where something is not as it was written."""
    if not condition:
        raise ValueError("expected what was written, got something else")


def _load_sentences(connection: Connection, keys: Sequence[int]) -> dict[int, list[Row[tuple[object, ...]]]]:
    found: dict[int, list[Row[tuple[object, ...]]]] = {}
    for portion in _portions(keys):
        query = sa.select(_sentence).where(_sentence.c.passage_key.in_(portion))
        for row in connection.execute(query.order_by(_sentence.c.passage_key, _sentence.c.number)):
            found.setdefault(row.passage_key, []).append(row)
    return found


def _iterate_rows(connection: Connection, keys: Sequence[int]) -> Iterator[StatementRows]:
    """Yield the rows of these statements by the order of their keys; those without anything to search are left out."""
    active = _find_active_model(connection)
    for portion in _portions(keys, _PORTION):
        found = _load_statements(connection, portion)
        expected = sa.select(_encoding).where(_encoding.c.statement_key.in_(portion))
        checksums = {(row.statement_key, row.model_key): row.checksum for row in connection.execute(expected)}
        passage_keys = [key for one in found.values() for key in one.passage_keys]
        blobs = _load_blobs(connection, passage_keys, active.key) if active is not None else {}
        for key, kept in found.items():
            if active is not None:
                _expect(_checksum_blobs(kept, blobs) == checksums[key, active.key])
            rows = _to_rows(key, kept, blobs)
            if rows.passages:
                yield rows


def _to_rows(statement_key: int, kept: _Kept, blobs: Mapping[int, Mapping[int, bytes]]) -> StatementRows:
    statement = kept.statement
    rows: list[PassageRow] = []
    title: Embeddings | None = None
    for key, passage in zip(kept.passage_keys, statement.passages, strict=True):
        if key not in blobs or passage.kind not in SEARCHED_KINDS:
            continue
        numbered = dict(blobs[key])
        title_blob = numbered.pop(_TITLE, None)
        if title_blob is not None:
            title = _to_vector(title_blob)
        rows.append(
            PassageRow(
                key=key,
                position=passage.position,
                kind=passage.kind,
                text=passage.text,
                sentences=tuple((one.start - passage.start, one.end - passage.start) for one in passage.sentences),
                vectors=_to_vector(b"".join(numbered.values())).reshape(len(numbered), -1),
            )
        )
    if rows and title is None:
        title = np.zeros_like(rows[0].vectors[0])
    described = (statement.title, statement.date, statement.issuers)
    return StatementRows(statement_key, *described, tuple(rows), *([] if title is None else [title]))


def _load_blobs(connection: Connection, passage_keys: Sequence[int], model_key: int) -> dict[int, dict[int, bytes]]:
    """Return the embeddings of passages by a model: by the passage's key and, in order, the sentence's number."""
    found: dict[int, dict[int, bytes]] = {}
    columns = (_embedding.c.passage_key, _embedding.c.sentence, _embedding.c.vector)
    for portion in _portions(passage_keys):
        chosen = sa.and_(_embedding.c.passage_key.in_(portion), _embedding.c.model_key == model_key)
        query = sa.select(*columns).where(chosen).order_by(_embedding.c.passage_key, _embedding.c.sentence)
        for row in connection.execute(query):
            found.setdefault(row.passage_key, {})[row.sentence] = row.vector
    return found


def _checksum_blobs(kept: _Kept, blobs: Mapping[int, Mapping[int, bytes]]) -> str:
    return embeddings_checksum(
        (position, number, blob)
        for position, key in enumerate(kept.passage_keys)
        for number, blob in blobs.get(key, {}).items()
    )


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
