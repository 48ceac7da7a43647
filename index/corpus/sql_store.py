"""A store in SQL tables: statements, passages, embeddings and changes.

A passage is stored as its span in the statement's text and read back as exactly that slice, so no second copy of a
quotation exists that could differ from the first. What is read is compared with the checksums that were stored with
it: SQLite keeps none of its own, and a changed letter within a text is a valid text to it.
"""

import contextlib
import datetime
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from typing_extensions import override

from index.corpus import tables
from index.corpus.embeddings import Embeddings
from index.corpus.sqlite import Database, damaged, get_fact, set_fact
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
"""The sentence number under which the embedding of a statement's title is kept, with its first searched passage."""

_STATEMENTS = "statements"
"""The fact that tells how many statements there are: one that cannot be found must not count as never added."""

_ACTIVE_MODEL = "active_model"
"""The fact that tells the fingerprint of the model whose embeddings are searched."""


class SqlStore(Store):
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
        database.migrate(tables.metadata, complete_older_store)

    @override
    def add(self, statement: Statement, encoded: Sequence[EncodedPassage], model: ModelRecord) -> bool:
        with self._database.write() as connection:
            if _find_by_digest(connection, content_digest(statement.text)) is not None:
                return False
            model_key = _take_up_model(connection, model)
            statement_key = _insert_statement(connection, statement)
            passage_keys = _insert_passages(connection, statement_key, statement.passages)
            _insert_checksums(connection, statement_key, statement)
            _insert_embeddings(connection, statement_key, model_key, passage_keys, encoded)
            connection.execute(sa.insert(tables.change).values(statement_key=statement_key))
            _count(connection, +1)
        return True

    @override
    def remove(self, statement_id: str) -> None:
        with self._database.write() as connection:
            key = connection.execute(
                sa.select(tables.statement.c.key).where(tables.statement.c.id == statement_id)
            ).scalar()
            if key is None:
                raise UnknownStatementError(
                    f"There is no statement with exactly the id {statement_id!r}.",
                    remedy="Give the whole id, from the list of statements.",
                )
            connection.execute(sa.delete(tables.statement).where(tables.statement.c.key == key))
            connection.execute(sa.insert(tables.change).values(statement_key=key))
            _count(connection, -1)

    @override
    def find_copy(self, text: str) -> Statement | None:
        with self._read() as connection:
            key = _find_by_digest(connection, content_digest(text))
            if key is None and not self._has_sound_digests:
                # A damaged index knows less than its table, and what is kept would be taken for new.
                _expect(connection.execute(_DIGESTS_THAT_THE_INDEX_LACKS).first() is None)
                self._has_sound_digests = True
            is_visible = key is not None and bool(self._see(connection, [key]))
            return _load_statement(connection, key) if key is not None and is_visible else None

    @override
    def get(self, statement_id: str) -> Statement:
        with self._read() as connection:
            begins = sa.and_(tables.statement.c.id.startswith(statement_id, autoescape=True), self._is_visible)
            rows = connection.execute(sa.select(tables.statement.c.id, tables.statement.c.key).where(begins).limit(3))
            found = {row.id: row.key for row in sorted(rows)}
            if statement_id not in found and (len(found) != 1 or not statement_id):
                raise _unknown(statement_id, candidates=list(found) if statement_id else ())
            return _load_statement(connection, found.get(statement_id) or next(iter(found.values())))

    @override
    def list_statements(self) -> list[StatementSummary]:
        with self._read() as connection:
            summaries = _load_summaries(connection)
            _expect(len(summaries) == _get_total(connection))
        summaries = [one for one in summaries if one.visibility in self._visible]
        return sorted(summaries, key=lambda one: (-one.date.toordinal() if one.date else 1, one.title, one.id))

    @override
    def get_model(self) -> ModelRecord | None:
        with self._read() as connection:
            active = _find_active_model(connection)
            return active.record if active is not None and _has_embeddings(connection, active.key) else None

    @override
    def get_seq(self) -> int:
        return self._database.read_number("SELECT coalesce(max(seq), 0) FROM change")

    @override
    def get_changes(self, since: int) -> Changes:
        with self._read() as connection:
            changed = sorted(_find_changed(connection, since))
            found = {one.statement_key: one for one in _iterate_rows(connection, self._see(connection, changed))}
            rows = tuple(found.get(key) or StatementRows(key) for key in changed)
            return Changes(_get_seq(connection), rows)

    @override
    def get_rows(self, keys: Sequence[int]) -> list[StatementRows]:
        with self._read() as connection:
            return list(_iterate_rows(connection, keys))

    @override
    def iterate_rows(self) -> Iterator[Changes]:
        with self._read() as connection:
            seq, keys = _get_seq(connection), _find_all(connection)
            _expect(len(keys) == _get_total(connection))
            keys = self._see(connection, keys)
            for start in range(0, max(len(keys), 1), _PORTION):
                yield Changes(seq, tuple(_iterate_rows(connection, keys[start : start + _PORTION])))

    @override
    def get_changed_statements(self, since: int | None) -> ChangedStatements:
        with self._read() as connection:
            changed = _find_all(connection) if since is None else _find_changed(connection, since)
            found: dict[int, Statement | None] = dict.fromkeys(sorted(changed))
            for portion in _portions(self._see(connection, list(found)), _PORTION):
                found.update((key, one.statement) for key, one in _load_statements(connection, portion).items())
            total = _get_total(connection) if self._sees_all else len(self._see(connection, _find_all(connection)))
            return ChangedStatements(_get_seq(connection), found, total)

    @override
    def get_passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        wanted = set(keys)
        with self._read() as connection:
            query = sa.select(tables.passage.c.statement_key).where(tables.passage.c.key.in_(keys)).distinct()
            found = _load_statements(connection, self._see(connection, connection.execute(query).scalars().all()))
        return {
            key: one.statement.passages[position]
            for one in found.values()
            for position, key in enumerate(one.passage_keys)
            if key in wanted
        }

    @override
    def find_unencoded(self, model: ModelRecord) -> list[int]:
        encoded = sa.select(tables.encoding.c.statement_key).join_from(tables.encoding, tables.model)
        lacking = tables.statement.c.key.not_in(encoded.where(tables.model.c.fingerprint == model.fingerprint))
        with self._read() as connection:
            return list(
                connection.execute(
                    sa.select(tables.statement.c.key).where(lacking).order_by(tables.statement.c.key)
                ).scalars()
            )

    @override
    def get_all_keys(self) -> list[int]:
        with self._read() as connection:
            return list(_find_all(connection))

    @override
    def get_statements(self, keys: Sequence[int]) -> dict[int, Statement]:
        with self._read() as connection:
            return {key: one.statement for key, one in _load_statements(connection, keys).items()}

    @override
    def put_embeddings(self, encoded: Mapping[int, Sequence[EncodedPassage]], model: ModelRecord) -> None:
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            is_active = get_fact(connection, _ACTIVE_MODEL) == model.fingerprint
            for key in _find_all(connection, encoded):
                passages = connection.execute(
                    sa.select(tables.passage.c.position, tables.passage.c.key).where(
                        tables.passage.c.statement_key == key
                    )
                )
                passage_keys = {row.position: row.key for row in passages}
                _delete_embeddings(connection, key, model_key)
                _insert_embeddings(connection, key, model_key, passage_keys, encoded[key])
                if is_active:
                    connection.execute(sa.insert(tables.change).values(statement_key=key))

    @override
    def activate(self, model: ModelRecord) -> bool:
        with self._database.write() as connection:
            model_key = _register_model(connection, model)
            keys = _find_all(connection)
            encoded = connection.execute(
                sa.select(tables.encoding.c.statement_key).where(tables.encoding.c.model_key == model_key)
            )
            if not set(keys).issubset(encoded.scalars()):
                return False
            _forget_other_models(connection, model_key)
            if get_fact(connection, _ACTIVE_MODEL) != model.fingerprint:
                set_fact(connection, _ACTIVE_MODEL, model.fingerprint)
                if keys:
                    connection.execute(sa.insert(tables.change), [{"statement_key": key} for key in keys])
        return True

    @override
    def find_damage(self) -> list[str]:
        found = self._database.find_page_damage()
        with self._read() as connection:
            keys = _find_all(connection)
            if len(keys) != _get_total(connection):
                found.append(f"{len(keys)} statements are there, of {_get_total(connection)} that were kept")
            active = _find_active_model(connection)
            for key in keys:
                found += [f"statement {one}" for one in _find_damage_of(connection, key, active)]
        return found

    @override
    def damaged(self) -> StoreError:
        return damaged(self._database.path)

    @property
    def _sees_all(self) -> bool:
        return self._visible == frozenset(Visibility)

    @property
    def _is_visible(self) -> sa.ColumnElement[bool]:
        return tables.statement.c.visibility.in_([one.value for one in self._visible])

    def _see(self, connection: Connection, keys: Sequence[int]) -> Sequence[int]:
        """Return the keys of those statements that reading finds, in the same order."""
        if self._sees_all:
            return keys
        visible = set(connection.execute(sa.select(tables.statement.c.key).where(self._is_visible)).scalars())
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
        sa.insert(tables.statement)
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
        .returning(tables.statement.c.key)
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
        sa.insert(tables.passage).returning(tables.passage.c.key, sort_by_parameter_order=True), rows
    ).scalars()
    keys = {passage.position: key for passage, key in zip(passages, inserted, strict=True)}
    sentences = [
        {"passage_key": keys[passage.position], "number": one.number, "start": one.start, "end": one.end}
        for passage in passages
        for one in passage.sentences
    ]
    if sentences:
        connection.execute(sa.insert(tables.sentence), sentences)
    return keys


def _insert_checksums(connection: Connection, statement_key: int, statement: Statement) -> None:
    checksums = {"statement": statement_checksum(statement), "passages": passages_checksum(statement)}
    connection.execute(sa.insert(tables.checksum).values(statement_key=statement_key, **checksums))


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
        connection.execute(sa.insert(tables.embedding), rows)
    values = {"statement_key": statement_key, "model_key": model_key, "checksum": embeddings_checksum(numbered)}
    connection.execute(sa.insert(tables.encoding).values(**values))


def _delete_embeddings(connection: Connection, statement_key: int, model_key: int) -> None:
    passages = sa.select(tables.passage.c.key).where(tables.passage.c.statement_key == statement_key)
    of_them = sa.and_(tables.embedding.c.passage_key.in_(passages), tables.embedding.c.model_key == model_key)
    connection.execute(sa.delete(tables.embedding).where(of_them))
    whole = sa.and_(tables.encoding.c.statement_key == statement_key, tables.encoding.c.model_key == model_key)
    connection.execute(sa.delete(tables.encoding).where(whole))


def _numbered(encoded: EncodedPassage) -> Iterator[tuple[int, Embeddings]]:
    if encoded.title_vector is not None:
        yield TITLE, encoded.title_vector
    yield from enumerate(encoded.vectors, start=WHOLE_PASSAGE)


def _register_model(connection: Connection, model: ModelRecord) -> int:
    """Return the key of a model, which need not be the active one."""
    known = connection.execute(
        sa.select(tables.model.c.key).where(tables.model.c.fingerprint == model.fingerprint)
    ).scalar()
    if known is not None:
        return int(known)
    values = {"fingerprint": model.fingerprint, "name": model.name, "dimensions": model.dimensions}
    key: int = connection.execute(sa.insert(tables.model).values(**values).returning(tables.model.c.key)).scalar_one()
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
    row = connection.execute(sa.select(tables.model).where(tables.model.c.fingerprint == fingerprint)).first()
    if row is None:
        raise LookupError("expected the active model among the models")
    return _KeptModel(row.key, ModelRecord(row.name, row.fingerprint, row.dimensions))


def _has_embeddings(connection: Connection, model_key: int) -> bool:
    of_it = sa.select(tables.embedding.c.key).where(tables.embedding.c.model_key == model_key)
    return connection.execute(of_it.limit(1)).first() is not None


def _forget_other_models(connection: Connection, model_key: int) -> None:
    connection.execute(sa.delete(tables.embedding).where(tables.embedding.c.model_key != model_key))
    connection.execute(sa.delete(tables.encoding).where(tables.encoding.c.model_key != model_key))
    connection.execute(sa.delete(tables.model).where(tables.model.c.key != model_key))


def complete_older_store(connection: Connection) -> None:
    """Fill in what a store of an earlier version does not have: checksums, and the facts."""
    connection.execute(sa.delete(tables.checksum))
    connection.execute(sa.delete(tables.encoding))
    keys = _find_all(connection)
    for portion in _portions(keys, _PORTION):
        for key, kept in _load_unchecked(connection, portion).items():
            _insert_checksums(connection, key, kept.statement)
            for model_key in connection.execute(sa.select(tables.model.c.key)).scalars().all():
                blobs = _load_blobs(connection, kept.passage_keys, model_key)
                if blobs:
                    values = {"model_key": model_key, "checksum": _checksum_blobs(kept, blobs)}
                    connection.execute(sa.insert(tables.encoding).values(statement_key=key, **values))
    set_fact(connection, _STATEMENTS, str(len(keys)))
    fingerprint = connection.execute(sa.select(tables.model.c.fingerprint)).scalar()
    if fingerprint is not None and get_fact(connection, _ACTIVE_MODEL) is None:
        set_fact(connection, _ACTIVE_MODEL, fingerprint)


def _count(connection: Connection, more: int) -> None:
    """Note that there are so many more statements."""
    set_fact(connection, _STATEMENTS, str(_get_total(connection) + more))


def _get_total(connection: Connection) -> int:
    return int(get_fact(connection, _STATEMENTS) or "")


def _find_all(connection: Connection, among: Collection[int] | None = None) -> Sequence[int]:
    """Return the keys of all statements, or of those that are among some, in order."""
    keys = connection.execute(sa.select(tables.statement.c.key).order_by(tables.statement.c.key)).scalars().all()
    return keys if among is None else [key for key in keys if key in among]


def _find_changed(connection: Connection, since: int) -> set[int]:
    return set(
        connection.execute(sa.select(tables.change.c.statement_key).where(tables.change.c.seq > since)).scalars()
    )


_in_index = tables.statement.alias()
_DIGESTS_THAT_THE_INDEX_LACKS = (
    # The id has the rows read from the table: no index has both.
    sa.select(tables.statement.c.id).where(~sa.exists().where(_in_index.c.digest == tables.statement.c.digest)).limit(1)
)


def _find_by_digest(connection: Connection, digest: str) -> int | None:
    return connection.execute(sa.select(tables.statement.c.key).where(tables.statement.c.digest == digest)).scalar()


def _get_seq(connection: Connection) -> int:
    seq: int = connection.execute(sa.select(sa.func.coalesce(sa.func.max(tables.change.c.seq), 0))).scalar_one()
    return seq


def _load_summaries(connection: Connection) -> list[StatementSummary]:
    numbered = [kind.value for kind in NUMBERED_KINDS]
    in_body = sa.and_(tables.passage.c.statement_key == tables.statement.c.key, tables.passage.c.kind.in_(numbered))
    paragraphs = sa.select(sa.func.count()).where(in_body).scalar_subquery()
    sentences = (
        sa.select(sa.func.count())
        .select_from(tables.sentence.join(tables.passage, tables.sentence.c.passage_key == tables.passage.c.key))
        .where(in_body)
        .scalar_subquery()
    )
    counted = sa.select(tables.statement, paragraphs.label("paragraphs"), sentences.label("sentences"))
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
        digest = connection.execute(sa.select(tables.statement.c.digest).where(tables.statement.c.key == key)).scalar()
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
    chosen = sa.and_(tables.encoding.c.statement_key == key, tables.encoding.c.model_key == active.key)
    checksum = connection.execute(sa.select(tables.encoding.c.checksum).where(chosen)).scalar()
    blobs = _load_blobs(connection, kept.passage_keys, active.key)
    size = active.record.dimensions * np.dtype("<f4").itemsize
    sizes = {len(blob) for numbered in blobs.values() for blob in numbered.values()}
    searched = {
        passage_key: len(passage.sentences)
        for passage_key, passage in zip(kept.passage_keys, kept.statement.passages, strict=True)
        if passage.kind in SEARCHED_KINDS
    }
    numbers = {passage_key: len(set(numbered) - {TITLE}) - 1 for passage_key, numbered in blobs.items()}
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
    rows = connection.execute(
        sa.select(tables.statement).where(tables.statement.c.key.in_(keys)).order_by(tables.statement.c.key)
    ).all()
    in_order = sa.select(tables.passage).where(tables.passage.c.statement_key.in_(keys))
    passages = connection.execute(in_order.order_by(tables.passage.c.statement_key, tables.passage.c.position)).all()
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
    chosen = sa.true() if keys is None else tables.checksum.c.statement_key.in_(keys)
    return {row.statement_key: row for row in connection.execute(sa.select(tables.checksum).where(chosen))}


def _expect(condition: bool) -> None:
    """Raise ValueError where something is not as it was written."""
    if not condition:
        raise ValueError("expected what was written, got something else")


def _load_sentences(connection: Connection, keys: Sequence[int]) -> dict[int, list[Row[tuple[object, ...]]]]:
    found: dict[int, list[Row[tuple[object, ...]]]] = {}
    for portion in _portions(keys):
        query = sa.select(tables.sentence).where(tables.sentence.c.passage_key.in_(portion))
        for row in connection.execute(query.order_by(tables.sentence.c.passage_key, tables.sentence.c.number)):
            found.setdefault(row.passage_key, []).append(row)
    return found


def _iterate_rows(connection: Connection, keys: Sequence[int]) -> Iterator[StatementRows]:
    """Yield the rows of these statements by the order of their keys; those without anything to search are left out."""
    active = _find_active_model(connection)
    for portion in _portions(keys, _PORTION):
        found = _load_statements(connection, portion)
        expected = sa.select(tables.encoding).where(tables.encoding.c.statement_key.in_(portion))
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
        title_blob = numbered.pop(TITLE, None)
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
    columns = (tables.embedding.c.passage_key, tables.embedding.c.sentence, tables.embedding.c.vector)
    for portion in _portions(passage_keys):
        chosen = sa.and_(tables.embedding.c.passage_key.in_(portion), tables.embedding.c.model_key == model_key)
        query = sa.select(*columns).where(chosen).order_by(tables.embedding.c.passage_key, tables.embedding.c.sentence)
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


def statement_checksum(statement: Statement) -> str:
    """Return the sha256, in hex, of a statement's text and metadata."""
    date = statement.date.isoformat() if statement.date else None
    described = [statement.id, statement.title, date, statement.source, statement.issuers, statement.visibility]
    return _digest([*described, statement.text])


def passages_checksum(statement: Statement) -> str:
    """Return the sha256, in hex, of the spans of a statement's passages and sentences."""
    return _digest(
        [
            [one.id, one.kind, one.ordinal, one.position, one.start, one.end]
            + [[sentence.number, sentence.start, sentence.end] for sentence in one.sentences]
            for one in statement.passages
        ]
    )


def embeddings_checksum(vectors: Iterable[tuple[int, int, bytes]]) -> str:
    """Return the sha256, in hex, of a statement's embeddings.

    Args:
        vectors: the position of a passage, the number of the sentence within it, and the bytes of the embedding; in the
            order of the first two.
    """
    digest = hashlib.sha256()
    for position, number, vector in vectors:
        digest.update(f"{position} {number} {len(vector)} ".encode())
        digest.update(vector)
    return digest.hexdigest()


def _digest(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


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
