"""Examine a store: is it as it was written, and do searches and lookups agree with it?"""

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from index.corpus.confinement import Restriction
from index.corpus.embeddings import Embeddings
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import open_database
from index.corpus.statements import Statement
from index.corpus.store import WHOLE_PASSAGE, EncodedPassage, StatementRows, Store
from index.engines.quotes.engine import QuoteRequest
from index.errors import ModelMismatchError, StoreError, VerbatimError
from index.library import Library
from index.search.encoder import Encoder, open_encoder
from index.search.statement_encoder import StatementEncoder
from index.search.vectors import DenseIndex

_T = TypeVar("_T")

_SAMPLE = 20
"""Statements that are checked where not all are."""

_SAME_EMBEDDING = 0.99
"""The least cosine similarity of an embedding to itself made again: a batch and a machine change the last digits."""

_SAME_SIMILARITY = 1e-3
"""What the rounding of a large index to float16 may change in a similarity."""

_CLOSEST = 10

_TOGETHER = 8
"""Statements encoded at once, about a batch of passages."""

_WORTH_QUOTING = re.compile(r"(?:\S+\s+){7}\S+")
"""Eight words: fewer stand in many places."""

_BACKUP_REMEDY = (
    "Restore a backup: verbatim restore FILE. Without one, move the store away and add the statements again."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the examination: what was examined, what is wrong with it, and what to do about that."""

    name: str
    looked_at: str
    problems: tuple[str, ...] = ()
    remedy: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the check as JSON values."""
        return {
            "name": self.name,
            "is_well": not self.problems,
            "looked_at": self.looked_at,
            "problems": list(self.problems),
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Examination:
    """The checks of the store, the embeddings, the searches, the lookups and the sandbox; those possible."""

    checks: tuple[Check, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not any(check.problems for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Return the examination as JSON values."""
        return {"is_well": self.is_well, "checks": [check.to_dict() for check in self.checks]}


def examine(
    location: str | os.PathLike[str],
    *,
    model: str | None = None,
    encoder: Encoder | None = None,
    all_embeddings: Callable[[int, int], None] | None = None,
) -> Examination:
    """Examine everything in a store, and compare searches and lookups with it. Nothing is changed.

    Args:
        location: a data folder or a `sqlite:///` address.
        model: a sentence-transformers model by folder or hub name; the bundled one if not given.
        encoder: an encoder in place of a model.
        all_embeddings: if given, the embeddings of all statements are made again, not of a sample; told how many
            statements are done, and of how many.
    """
    checks = [_check_store(location)]
    if not checks[0].problems:
        try:
            encoder = encoder or open_encoder(model)
            with Library.open(location, encoder=encoder) as library:
                store = SqlStore(library.database)
                checks.append(_check_embeddings(store, encoder, all_embeddings))
                checks.append(_check_similarities(store))
                checks.append(_check_quotations(library, store))
                checks.append(_check_sandbox(library.find_missing_restrictions()))
        except VerbatimError as error:
            checks.append(Check("model", "", (error.what,), error.remedy))
    return Examination(tuple(checks))


def _check_store(location: str | os.PathLike[str]) -> Check:
    """Read every page and every row, and compare them with their checksums."""
    try:
        database = open_database(location)
        try:
            store = SqlStore(database)
            damage = store.find_damage()
            looked_at = f"{len(store.get_all_keys()):,} statements, {database.path.stat().st_size / 1024**2:.1f} MiB"
        finally:
            database.close()
    except StoreError as error:
        return Check("store", "", (error.what,), error.remedy)
    only_embeddings = all("its embeddings" in one for one in damage)
    remedy = "Encode the statements again: verbatim re-encode." if only_embeddings else _BACKUP_REMEDY
    return Check("store", looked_at, tuple(damage), remedy if damage else "")


def _check_embeddings(store: Store, encoder: Encoder, on_progress: Callable[[int, int], None] | None) -> Check:
    """Encode statements again, and compare with what is kept."""
    kept = store.get_model()
    if kept is not None and kept.fingerprint != encoder.fingerprint:
        raise ModelMismatchError(
            f"The statements were encoded by {kept.name}, and the model in use is {encoder.name}.",
            remedy="Run verbatim re-encode to encode them again, or set VERBATIM_MODEL back.",
        )
    keys = store.get_all_keys()
    chosen = keys if on_progress is not None else _sample(keys)
    least, problems = 1.0, []
    for done, (rows, statement, encoded) in enumerate(_encode_again(store, encoder, chosen), start=1):
        similarity = _compare(rows, encoded)
        least = min(least, similarity)
        if similarity < _SAME_EMBEDDING:
            problems.append(f"statement {statement.id}: an embedding has a similarity of {similarity:.3f} to itself")
        if on_progress is not None:
            on_progress(done, len(chosen))
    looked_at = f"{len(chosen):,} of {len(keys):,} statements encoded again, least similarity {least:.4f}"
    return Check(
        "embeddings",
        looked_at,
        tuple(problems),
        "Encode the statements again: verbatim re-encode." if problems else "",
    )


def _encode_again(
    store: Store, encoder: Encoder, keys: Sequence[int]
) -> Iterator[tuple[StatementRows, Statement, list[EncodedPassage]]]:
    for start in range(0, len(keys), _TOGETHER):
        portion = keys[start : start + _TOGETHER]
        rows = {one.statement_key: one for one in store.get_rows(portion)}
        statements = store.get_statements(portion)
        encoded = StatementEncoder(encoder).encode(list(statements.values()))
        for (key, statement), of_it in zip(statements.items(), encoded, strict=True):
            yield rows.get(key, StatementRows(key)), statement, of_it


def _compare(rows: StatementRows, encoded: Sequence[EncodedPassage]) -> float:
    """Return the least cosine similarity of a kept embedding to the same one made again; 0 where one is missing."""
    if [one.position for one in rows.passages] != [one.position for one in encoded]:
        return 0.0
    least = 1.0
    for kept, made in zip(rows.passages, encoded, strict=True):
        if kept.vectors.shape != made.vectors.shape:
            return 0.0
        least = min(least, float(np.vecdot(kept.vectors, made.vectors).min()))
    if encoded and encoded[0].title_vector is not None:
        least = min(least, float(rows.title_vector @ encoded[0].title_vector))
    return least


def _check_similarities(store: Store) -> Check:
    """Compare the index in memory with the plain product of all embeddings."""
    portions = [one for changes in store.iterate_rows() for one in changes.statements]
    queries = [one.passages[0].vectors[WHOLE_PASSAGE] for one in _sample(portions)]
    index = DenseIndex(store.iterate_rows())
    try:
        problems = [
            f"the closest passages of query {number} have other similarities than the store's embeddings"
            for number, query in enumerate(queries, start=1)
            if not _is_same_ranking(index, portions, query)
        ]
    finally:
        index.close()
    looked_at = f"{len(queries):,} searches over {len(index):,} passages against all products"
    return Check("searches", looked_at, tuple(problems), _REPORT if problems else "")


def _is_same_ranking(index: DenseIndex, rows: Sequence[StatementRows], query: Embeddings) -> bool:
    every = frozenset(one.statement_key for one in rows)
    found = [one.similarity for one in index.search(query, _CLOSEST, within=every)]
    products = np.concatenate([one.vectors @ query for one in rows])
    expected = np.sort(products)[::-1][:_CLOSEST]
    return len(found) == len(expected) and bool(np.allclose(found, expected, atol=_SAME_SIMILARITY))


def _check_quotations(library: Library, store: Store) -> Check:
    """Ask for sentences of the store word for word, and compare what is quoted with the store."""
    statements = store.get_statements(_sample(store.get_all_keys()))
    problems, asked = [], 0
    for statement in statements.values():
        sentences = [one.text for passage in statement.passages for one in passage.sentences]
        worth = [one for one in sentences if _WORTH_QUOTING.match(one)][:1]
        for sentence in worth:
            asked += 1
            answer = library.run(QuoteRequest((sentence,)))
            if not any(sentence in evidence.passage.text for evidence in answer.evidence):
                problems.append(f"statement {statement.id}: a sentence of it is not found word for word")
    looked_at = f"{asked:,} sentences looked up word for word"
    return Check("lookups", looked_at, tuple(problems), _REPORT if problems else "")


def _check_sandbox(missing: Sequence[Restriction]) -> Check:
    """Tell what the process that reads files is refused; a system that lacks some of it is no fault of the store."""
    refused = [restriction for restriction in Restriction if restriction not in missing]
    lacking = f"; this system cannot refuse {', '.join(missing)}" if missing else ""
    return Check("sandbox", f"the reader of files is refused {', '.join(refused) or 'nothing'}{lacking}")


_REPORT = "Start the bot again. If it stays so, this is a fault of Verbatim: please report it."


def _sample(values: Sequence[_T]) -> list[_T]:
    """Return a few of some values, the same ones each time."""
    return random.Random(0).sample(values, min(_SAMPLE, len(values)))  # noqa: S311 - nothing secret
