"""A store of statements in SQL tables.

A passage is stored as its span in the statement's text and read back as exactly that slice, so no second copy of a
quotation exists that could differ from the first. Each statement has a checksum, and its embeddings have another:
databases do not notice when a letter inside a text changes.
"""

import contextlib
import datetime
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from typing_extensions import override

from index.corpus import tables
from index.corpus.embeddings import Embeddings
from index.corpus.sqlite import Database, damaged, get_fact, set_fact
from index.corpus.statements import (
    SEARCHED_KINDS,
    Passage,
    PassageKind,
    Sentence,
    Statement,
    Visibility,
    content_digest,
)
from index.corpus.store import (
    WHOLE_PASSAGE,
    ChangedStatements,
    Changes,
    EncodedPassage,
    ModelRecord,
    PassageRow,
    StatementRows,
    Store,
)
from index.errors import StoreError, UnknownStatementError

TITLE = -1
"""The sentence number of the embedding of a statement's title, which is stored with its first searched passage."""

_STATEMENT_COUNT = "statements"
"""The fact that says how many statements there are: a statement whose row is lost must not count as never added."""

_ACTIVE_MODEL = "active_model"
"""The fact that holds the fingerprint of the model whose embeddings are searched."""

_BATCH = 500
"""Statements read with one query."""

_DAMAGE = (ValueError, TypeError, LookupError)
"""Errors of reading what was never written like that."""


class SqlStore(Store):
    """Statements in a database. Every method is safe to call from any thread."""

    def __init__(self, database: Database, *, visible: Collection[Visibility] = tuple(Visibility)) -> None:
        """Open the statements in a database.

        Args:
            database: where they are.
            visible: only statements of these visibilities are found.
        """
        self._database = database
        self._visible = frozenset(visible)
        with self._damage_reported():
            database.migrate(tables.metadata, complete_older_store)

    @override
    def add(self, statement: Statement, encoded: Sequence[EncodedPassage], model: ModelRecord) -> bool:
        with self._database.write() as connection:
            if _find_by_digest(connection, content_digest(statement.text)) is not None:
                return False
            model_key = _require_active_model(connection, model)
            statement_key = _insert_statement(connection, statement)
            passage_keys = _insert_passages(connection, statement_key, statement.passages)
            _insert_embeddings(connection, statement_key, model_key, passage_keys, encoded)
            _record_change(connection, [statement_key])
            set_fact(connection, _STATEMENT_COUNT, str(_get_count(connection) + 1))
        return True

    @override
    def remove(self, statement_id: str) -> None:
        with self._database.write() as connection:
            has_id = tables.statement.c.id == statement_id
            key = connection.execute(sa.select(tables.statement.c.key).where(has_id)).scalar()
            if key is None:
                raise UnknownStatementError(
                    f"There is no statement with exactly the id {statement_id!r}.",
                    remedy="Give the whole id, from the list of statements.",
                )
            connection.execute(sa.delete(tables.statement).where(has_id))
            _record_change(connection, [key])
            set_fact(connection, _STATEMENT_COUNT, str(_get_count(connection) - 1))

    @override
    def find_copy(self, text: str) -> Statement | None:
        with self._read() as connection:
            key = _find_by_digest(connection, content_digest(text))
            visible = self._filter_visible(connection, [] if key is None else [key])
            return _load_one(connection, visible[0]) if visible else None

    @override
    def get(self, statement_id: str) -> Statement:
        with self._read() as connection:
            begins = tables.statement.c.id.startswith(statement_id, autoescape=True)
            query = sa.select(tables.statement.c.id, tables.statement.c.key).where(begins, self._is_visible)
            found = {row.id: row.key for row in sorted(connection.execute(query.limit(3)))}
            if statement_id not in found and (len(found) != 1 or not statement_id):
                raise _unknown(statement_id, list(found) if statement_id else [])
            key = found.get(statement_id) or next(iter(found.values()))
            return _load_one(connection, key)

    @override
    def get_model(self) -> ModelRecord | None:
        with self._read() as connection:
            active = _find_active_model(connection)
            return active[1] if active is not None and _has_embeddings(connection, active[0]) else None

    @override
    def get_seq(self) -> int:
        return self._database.read_number("SELECT coalesce(max(seq), 0) FROM change")

    @override
    def get_changes(self, since: int) -> Changes:
        with self._read() as connection:
            changed = _find_changed(connection, since)
            visible = self._filter_visible(connection, changed)
            found = {one.statement_key: one for one in _iterate_rows(connection, visible)}
            return Changes(_get_seq(connection), tuple(found.get(key) or StatementRows(key) for key in changed))

    @override
    def get_rows(self, keys: Sequence[int]) -> list[StatementRows]:
        with self._read() as connection:
            return list(_iterate_rows(connection, keys))

    @override
    def iterate_rows(self) -> Iterator[Changes]:
        with self._read() as connection:
            seq = _get_seq(connection)
            keys = self._filter_visible(connection, _get_keys(connection))
            for batch in _batches(keys) if keys else [keys]:
                yield Changes(seq, tuple(_iterate_rows(connection, batch)))

    @override
    def get_changed_statements(self, since: int | None) -> ChangedStatements:
        with self._read() as connection:
            changed = _get_keys(connection) if since is None else _find_changed(connection, since)
            found: dict[int, Statement | None] = dict.fromkeys(changed)
            for batch in _batches(self._filter_visible(connection, changed)):
                found.update({one.key: one.statement for one in _load(connection, batch)})
            total = len(self._filter_visible(connection, _get_keys(connection)))
            return ChangedStatements(_get_seq(connection), found, total)

    @override
    def get_passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        with self._read() as connection:
            query = sa.select(tables.passage.c.statement_key).where(tables.passage.c.key.in_(keys)).distinct()
            visible = self._filter_visible(connection, connection.execute(query).scalars().all())
            found = [pair for one in _load(connection, visible) for pair in one.keyed_passages]
        wanted = set(keys)
        return {key: passage for key, passage in found if key in wanted}

    @override
    def find_unencoded(self, model: ModelRecord) -> list[int]:
        encoded = sa.select(tables.encoding.c.statement_key).join_from(tables.encoding, tables.model)
        lacking = tables.statement.c.key.not_in(encoded.where(tables.model.c.fingerprint == model.fingerprint))
        query = sa.select(tables.statement.c.key).where(lacking).order_by(tables.statement.c.key)
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    @override
    def get_all_keys(self) -> list[int]:
        with self._read() as connection:
            return _get_keys(connection)

    @override
    def get_statements(self, keys: Sequence[int]) -> dict[int, Statement]:
        with self._read() as connection:
            return {one.key: one.statement for one in _load(connection, keys)}

    @override
    def put_embeddings(self, encoded: Mapping[int, Sequence[EncodedPassage]], model: ModelRecord) -> None:
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            present = [key for key in _get_keys(connection) if key in encoded]
            for key in present:
                of_statement = tables.passage.c.statement_key == key
                query = sa.select(tables.passage.c.position, tables.passage.c.key).where(of_statement)
                passage_keys = {row.position: row.key for row in connection.execute(query)}
                for table, column, keys in (
                    (tables.embedding, tables.embedding.c.passage_key, list(passage_keys.values())),
                    (tables.encoding, tables.encoding.c.statement_key, [key]),
                ):
                    connection.execute(sa.delete(table).where(column.in_(keys), table.c.model_key == model_key))
                _insert_embeddings(connection, key, model_key, passage_keys, encoded[key])
            if get_fact(connection, _ACTIVE_MODEL) == model.fingerprint:
                _record_change(connection, present)

    @override
    def activate(self, model: ModelRecord) -> bool:
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            keys = _get_keys(connection)
            query = sa.select(tables.encoding.c.statement_key).where(tables.encoding.c.model_key == model_key)
            if not set(keys).issubset(connection.execute(query).scalars()):
                return False
            if get_fact(connection, _ACTIVE_MODEL) != model.fingerprint:
                _record_change(connection, keys)
            _activate(connection, model_key, model)
        return True

    @override
    def find_damage(self) -> list[str]:
        found = self._database.find_page_damage()
        with self._database.read() as connection:
            keys = connection.execute(sa.select(tables.statement.c.key)).scalars().all()
            if len(keys) != _get_count(connection):
                found.append(f"{len(keys)} statements are there, of {_get_count(connection)} that were added")
            for key in keys:
                try:
                    statement = _load_one(connection, key)
                except (*_DAMAGE, sa.exc.DBAPIError):
                    found.append(f"statement {key} is damaged")
                    continue
                try:
                    list(_iterate_rows(connection, [key]))
                except (*_DAMAGE, sa.exc.DBAPIError):
                    found.append(f"the embeddings of statement {statement.id} are damaged")
        return found

    @override
    def damaged(self) -> StoreError:
        return damaged(self._database.path)

    @property
    def _is_visible(self) -> sa.ColumnElement[bool]:
        return sa.column("visibility").in_([one.value for one in self._visible])

    def _filter_visible(self, connection: Connection, keys: Sequence[int]) -> Sequence[int]:
        """Return the keys of the visible statements, in the same order."""
        if self._visible == frozenset(Visibility):
            return keys
        visible = set(connection.execute(sa.select(tables.statement.c.key).where(self._is_visible)).scalars())
        return [key for key in keys if key in visible]

    @contextlib.contextmanager
    def _damage_reported(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise self.damaged() from error

    @contextlib.contextmanager
    def _read(self) -> Iterator[Connection]:
        """Give a connection to one state of the store."""
        with self._database.read() as connection, self._damage_reported():
            yield connection


def _insert_statement(connection: Connection, statement: Statement) -> int:
    values = {
        "id": statement.id,
        "digest": content_digest(statement.text),
        "title": statement.title,
        "date": statement.date,
        "source": statement.source,
        "issuers": json.dumps(statement.issuers, ensure_ascii=False),
        "text": statement.text,
        "added_at": datetime.datetime.now(datetime.UTC).replace(tzinfo=None),
        "visibility": statement.visibility.value,
    }
    inserted = connection.execute(sa.insert(tables.statement).values(values).returning(tables.statement.c.key))
    key: int = inserted.scalar_one()
    checksum = statement_checksum(statement)
    connection.execute(sa.insert(tables.checksum).values(statement_key=key, statement=checksum))
    return key


def _insert_passages(connection: Connection, statement_key: int, passages: Sequence[Passage]) -> dict[int, int]:
    """Insert passages and their sentences; return the passages' keys by position."""
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
    if not rows:
        return {}
    insert = sa.insert(tables.passage).returning(tables.passage.c.key, sort_by_parameter_order=True)
    keys = dict(enumerate(connection.execute(insert, rows).scalars()))
    sentences = [
        {"passage_key": keys[passage.position], "number": one.number, "start": one.start, "end": one.end}
        for passage in passages
        for one in passage.sentences
    ]
    if sentences:
        connection.execute(sa.insert(tables.sentence), sentences)
    return keys


def _insert_embeddings(
    connection: Connection,
    statement_key: int,
    model_key: int,
    passage_keys: Mapping[int, int],
    encoded: Sequence[EncodedPassage],
) -> None:
    vectors = [
        (one.position, number, vector.astype("<f4").tobytes())
        for one in encoded
        for number, vector in enumerate(
            one.vectors if one.title_vector is None else [one.title_vector, *one.vectors],
            start=WHOLE_PASSAGE if one.title_vector is None else TITLE,
        )
    ]
    if vectors:
        rows = [
            {"passage_key": passage_keys[position], "sentence": number, "model_key": model_key, "vector": vector}
            for position, number, vector in vectors
        ]
        connection.execute(sa.insert(tables.embedding), rows)
    values = {"statement_key": statement_key, "model_key": model_key, "checksum": embeddings_checksum(vectors)}
    connection.execute(sa.insert(tables.encoding).values(values))


def _record_change(connection: Connection, keys: Sequence[int]) -> None:
    if keys:
        connection.execute(sa.insert(tables.change), [{"statement_key": key} for key in keys])


def _register_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of a model, which need not be the active one."""
    has_fingerprint = tables.model.c.fingerprint == model.fingerprint
    key = connection.execute(sa.select(tables.model.c.key).where(has_fingerprint)).scalar()
    if key is None:
        values = {"fingerprint": model.fingerprint, "name": model.name, "dimensions": model.dimensions}
        key = connection.execute(sa.insert(tables.model).values(values).returning(tables.model.c.key)).scalar_one()
    return int(key)


def _require_active_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of the active model; a store without embeddings accepts any model."""
    active = _find_active_model(connection)
    if active is not None and active[1].fingerprint == model.fingerprint:
        return active[0]
    if active is not None and _has_embeddings(connection, active[0]):
        raise StoreError(f"The store now uses the model {active[1].name}.", remedy="Run the command again.")
    key = _register_model(connection, model)
    _activate(connection, key, model)
    return key


def _activate(connection: Connection, key: int, model: ModelRecord) -> None:
    """Make a model the active one and delete the embeddings of all others."""
    connection.execute(sa.delete(tables.embedding).where(tables.embedding.c.model_key != key))
    connection.execute(sa.delete(tables.encoding).where(tables.encoding.c.model_key != key))
    connection.execute(sa.delete(tables.model).where(tables.model.c.key != key))
    set_fact(connection, _ACTIVE_MODEL, model.fingerprint)


def _find_active_model(connection: Connection) -> tuple[int, ModelRecord] | None:
    """Return the key and the record of the active model."""
    fingerprint = get_fact(connection, _ACTIVE_MODEL)
    if fingerprint is None:
        return None
    row = connection.execute(sa.select(tables.model).where(tables.model.c.fingerprint == fingerprint)).first()
    if row is None:
        raise LookupError("expected the active model among the models")
    return row.key, ModelRecord(row.name, row.fingerprint, row.dimensions)


def _has_embeddings(connection: Connection, model_key: int) -> bool:
    query = sa.select(tables.embedding.c.key).where(tables.embedding.c.model_key == model_key)
    return connection.execute(query.limit(1)).first() is not None


def complete_older_store(connection: Connection) -> None:
    """Add the checksums and facts that a store of an earlier version does not have."""
    keys = connection.execute(sa.select(tables.statement.c.key)).scalars().all()
    known = set(connection.execute(sa.select(tables.checksum.c.statement_key)).scalars())
    models = connection.execute(sa.select(tables.model)).all()
    for batch in _batches([key for key in keys if key not in known]):
        connection.execute(sa.delete(tables.encoding).where(tables.encoding.c.statement_key.in_(batch)))
        for one in _load_unchecked(connection, batch):
            checksum = {"statement_key": one.key, "statement": statement_checksum(one.statement)}
            connection.execute(sa.insert(tables.checksum).values(checksum))
            for model in models:
                if blobs := _load_blobs(connection, one.passage_keys, model.key):
                    encoding = {"statement_key": one.key, "model_key": model.key, "checksum": _checksum_of(one, blobs)}
                    connection.execute(sa.insert(tables.encoding).values(encoding))
    set_fact(connection, _STATEMENT_COUNT, str(len(keys)))
    if models and get_fact(connection, _ACTIVE_MODEL) is None:
        set_fact(connection, _ACTIVE_MODEL, models[0].fingerprint)


def _get_count(connection: Connection) -> int:
    return int(get_fact(connection, _STATEMENT_COUNT) or "")


def _get_keys(connection: Connection) -> list[int]:
    """Return the keys of all statements, in order.

    Raises:
        ValueError: there are more or fewer than were added.
    """
    keys = connection.execute(sa.select(tables.statement.c.key).order_by(tables.statement.c.key)).scalars().all()
    _expect(len(keys) == _get_count(connection))
    return list(keys)


def _find_changed(connection: Connection, since: int) -> list[int]:
    query = sa.select(tables.change.c.statement_key).where(tables.change.c.seq > since).distinct()
    return sorted(connection.execute(query).scalars())


def _find_by_digest(connection: Connection, digest: str) -> int | None:
    return connection.execute(sa.select(tables.statement.c.key).where(tables.statement.c.digest == digest)).scalar()


def _get_seq(connection: Connection) -> int:
    seq: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(tables.change.c.seq), 0))).scalar_one()
    return seq


@dataclass(frozen=True, slots=True)
class _StoredStatement:
    """A statement with its key and the keys of its passages, in reading order."""

    key: int
    statement: Statement
    passage_keys: tuple[int, ...]

    @property
    def keyed_passages(self) -> Iterable[tuple[int, Passage]]:
        """The passages with their keys, in reading order."""
        return zip(self.passage_keys, self.statement.passages, strict=True)


def _load_one(connection: Connection, key: int) -> Statement:
    (found,) = _load(connection, [key])
    return found.statement


def _load(connection: Connection, keys: Sequence[int]) -> list[_StoredStatement]:
    """Return the statements with these keys, in the order of the keys; removed ones are absent.

    Raises:
        ValueError, LookupError: a statement differs from its checksum.
    """
    found = _load_unchecked(connection, keys)
    query = sa.select(tables.checksum).where(tables.checksum.c.statement_key.in_(keys))
    expected = {row.statement_key: row.statement for row in connection.execute(query)}
    for one in found:
        _expect(statement_checksum(one.statement) == expected[one.key])
    return found


def _load_unchecked(connection: Connection, keys: Sequence[int]) -> list[_StoredStatement]:
    statement, passage, sentence = tables.statement, tables.passage, tables.sentence
    rows = connection.execute(sa.select(statement).where(statement.c.key.in_(keys)).order_by(statement.c.key)).all()
    passages: dict[int, list[Row[Any]]] = {row.key: [] for row in rows}
    query = sa.select(passage).where(passage.c.statement_key.in_(keys)).order_by(passage.c.position)
    for row in connection.execute(query):
        passages.setdefault(row.statement_key, []).append(row)
    sentences: dict[int, list[Row[Any]]] = {}
    joined = sentence.join(passage, sentence.c.passage_key == passage.c.key)
    query = sa.select(sentence).select_from(joined).where(passage.c.statement_key.in_(keys))
    for row in connection.execute(query.order_by(sentence.c.passage_key, sentence.c.number)):
        sentences.setdefault(row.passage_key, []).append(row)
    return [_to_statement(row, passages[row.key], sentences) for row in rows]


def _to_statement(
    row: Row[Any], passages: Sequence[Row[Any]], sentences: Mapping[int, Sequence[Row[Any]]]
) -> _StoredStatement:
    text: str = row.text
    statement = Statement(
        id=row.id,
        title=row.title,
        date=row.date,
        source=row.source,
        issuers=tuple(json.loads(row.issuers)),
        text=text,
        passages=tuple(
            Passage(
                id=passage.id,
                statement_id=row.id,
                kind=PassageKind(passage.kind),
                ordinal=passage.ordinal,
                position=passage.position,
                start=passage.start,
                end=passage.end,
                text=text[passage.start : passage.end],
                sentences=tuple(
                    Sentence(one.number, one.start, one.end, text[one.start : one.end])
                    for one in sentences.get(passage.key, ())
                ),
            )
            for passage in passages
        ),
        visibility=Visibility(row.visibility),
    )
    return _StoredStatement(row.key, statement, tuple(passage.key for passage in passages))


def _iterate_rows(connection: Connection, keys: Sequence[int]) -> Iterator[StatementRows]:
    """Yield the searchable rows of statements in the order of their keys; statements without any are left out."""
    active = _find_active_model(connection)
    if active is None:
        return
    for batch in _batches(keys):
        found = _load(connection, batch)
        of_batch = tables.encoding.c.statement_key.in_(batch)
        query = sa.select(tables.encoding).where(of_batch, tables.encoding.c.model_key == active[0])
        checksums = {row.statement_key: row.checksum for row in connection.execute(query)}
        blobs = _load_blobs(connection, [key for one in found for key in one.passage_keys], active[0])
        for one in found:
            _expect(_checksum_of(one, blobs) == checksums[one.key])
            rows = _to_rows(one, blobs)
            if rows.passages:
                yield rows


def _to_rows(stored: _StoredStatement, blobs: Mapping[int, Mapping[int, bytes]]) -> StatementRows:
    statement = stored.statement
    rows: list[PassageRow] = []
    title: Embeddings | None = None
    for key, passage in stored.keyed_passages:
        if key not in blobs or passage.kind not in SEARCHED_KINDS:
            continue
        vectors = {number: np.frombuffer(blob, dtype="<f4").astype(np.float32) for number, blob in blobs[key].items()}
        title = vectors.pop(TITLE, title)
        sentences = tuple((one.start - passage.start, one.end - passage.start) for one in passage.sentences)
        together = np.stack(list(vectors.values()))
        rows.append(PassageRow(key, passage.position, passage.kind, passage.text, sentences, together))
    if title is None:
        title = np.zeros_like(rows[0].vectors[0]) if rows else np.zeros(1, dtype=np.float32)
    return StatementRows(stored.key, statement.title, statement.date, statement.issuers, tuple(rows), title)


def _load_blobs(connection: Connection, passage_keys: Sequence[int], model_key: int) -> dict[int, dict[int, bytes]]:
    """Return the embeddings of passages by passage key and, in order, sentence number."""
    found: dict[int, dict[int, bytes]] = {}
    embedding = tables.embedding
    for batch in _batches(passage_keys, 10_000):
        chosen = sa.select(embedding.c.passage_key, embedding.c.sentence, embedding.c.vector).where(
            embedding.c.passage_key.in_(batch), embedding.c.model_key == model_key
        )
        for row in connection.execute(chosen.order_by(embedding.c.passage_key, embedding.c.sentence)):
            found.setdefault(row.passage_key, {})[row.sentence] = row.vector
    return found


def _checksum_of(stored: _StoredStatement, blobs: Mapping[int, Mapping[int, bytes]]) -> str:
    return embeddings_checksum(
        (passage.position, number, blob)
        for key, passage in stored.keyed_passages
        for number, blob in blobs.get(key, {}).items()
    )


def statement_checksum(statement: Statement) -> str:
    """Return the sha256, in hex, of a statement's metadata, text, passages and sentences."""
    date = statement.date.isoformat() if statement.date else None
    described = [statement.id, statement.title, date, statement.source, statement.issuers, statement.visibility]
    spans = [
        [one.id, one.kind, one.ordinal, one.position, one.start, one.end]
        + [[sentence.number, sentence.start, sentence.end] for sentence in one.sentences]
        for one in statement.passages
    ]
    parts = [json.dumps(values, ensure_ascii=False) for values in ([*described, statement.text], spans)]
    # A sum of two sums, so that stores with one sum for each could be converted without reading the texts.
    return _sha256("".join(_sha256(part) for part in parts))


def embeddings_checksum(vectors: Iterable[tuple[int, int, bytes]]) -> str:
    """Return the sha256, in hex, of a statement's embeddings.

    Args:
        vectors: the position of a passage, a sentence number and the bytes of the embedding, in the order of the first
            two.
    """
    digest = hashlib.sha256()
    for position, number, vector in vectors:
        digest.update(f"{position} {number} {len(vector)} ".encode())
        digest.update(vector)
    return digest.hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _expect(condition: bool) -> None:
    if not condition:
        raise ValueError("expected what was written, got something else")


def _batches(keys: Sequence[int], size: int = _BATCH) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _unknown(statement_id: str, candidates: Sequence[str]) -> UnknownStatementError:
    if candidates:
        listed = ", ".join(candidates)
        return UnknownStatementError(f"More than one id begins with {statement_id!r}: {listed}.", remedy="Give more.")
    return UnknownStatementError(
        f"There is no statement {statement_id!r}.", remedy="The ids are in the list of statements."
    )
