"""What a store of statements does, whatever database it is in, and the records that it takes and gives."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from index.corpus.embeddings import Embeddings
from index.corpus.statements import Passage, PassageKind, Statement, StatementSummary
from index.errors import StoreError

WHOLE_PASSAGE = 0
"""The sentence number under which the embedding of a whole passage is stored; its sentences count from 1."""


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
    """The changes since a `seq`: for every statement concerned, the rows it has now."""

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


class Store(Protocol):
    """Statements with their embeddings. Every method is safe to call from any thread.

    What is read is compared with the checksums that were stored with it: a store that is not as it was written raises
    StoreError, and is never answered from.
    """

    def add(self, statement: Statement, encoded: Sequence[EncodedPassage], model: ModelRecord) -> bool:
        """Store a statement with its embeddings, in one transaction.

        Returns:
            False when a statement of the same words is there already; nothing is changed then.

        Raises:
            StoreError: the store holds embeddings of another model.
        """

    def remove(self, statement_id: str) -> None:
        """Delete the statement with exactly this id, and everything stored with it.

        Raises:
            UnknownStatementError: there is no such statement.
        """

    def find_copy(self, text: str) -> Statement | None:
        """Return the stored statement that has the same words as `text`."""

    def get(self, statement_id: str) -> Statement:
        """Return a statement by its id, or by the beginning of it where only one id begins so.

        Raises:
            UnknownStatementError: no id, or more than one, begins like that.
        """

    def get_all_keys(self) -> list[int]:
        """Return the keys of all statements, in order."""

    def get_statements(self, keys: Sequence[int]) -> dict[int, Statement]:
        """Return the statements with these keys; one that is gone is absent."""

    def get_passages(self, keys: Sequence[int]) -> dict[int, Passage]:
        """Return the passages with these keys; one that is gone is absent."""

    def get_seq(self) -> int:
        """Return the number of the last change, 0 for a store that never had one."""

    def get_changed_statements(self, since: int | None) -> ChangedStatements:
        """Return the statements that changed after `since` as they are now, in one snapshot; all if it is None."""

    def get_changes(self, since: int) -> Changes:
        """Return the statements that changed after `since`, each with the rows it has now, in one snapshot."""

    def get_rows(self, keys: Sequence[int]) -> list[StatementRows]:
        """Return the rows of the statements with these keys, in order, without those that have none."""

    def iterate_rows(self) -> Iterator[Changes]:
        """Yield all statements with their rows in portions of one snapshot; each portion has the snapshot's `seq`."""

    def get_model(self) -> ModelRecord | None:
        """Return the model whose embeddings the store holds; None when it holds none."""

    def find_unencoded(self, model: ModelRecord) -> list[int]:
        """Return the keys of the statements that lack embeddings of a model, in order."""

    def put_embeddings(self, encoded: Mapping[int, Sequence[EncodedPassage]], model: ModelRecord) -> None:
        """Store the embeddings of some statements, by their keys, in place of those there were by the same model.

        They are searched at once where the model is the active one; else when it is made so. Those of a statement
        that was removed since are dropped.
        """

    def activate(self, model: ModelRecord) -> bool:
        """Let the embeddings of a model be searched and delete all others, in one transaction.

        Returns:
            False when some statement lacks embeddings of the model; nothing is changed then.
        """

    def find_damage(self) -> list[str]:
        """Return all that is not as it was written, a line each, after reading everything; empty when all is well."""

    def damaged(self) -> StoreError:
        """Return the error for a store that is not as it was written."""
