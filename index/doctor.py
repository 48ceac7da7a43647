"""Examine a store: is it as it was written, and do searches and lookups agree with it?"""

import contextlib
import os
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from index.answer import Answer
from index.corpus.confinement import Restriction
from index.corpus.ingest import Ingest
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import open_database
from index.corpus.store import WHOLE_PASSAGE, EncodedPassage, StatementRows, Store
from index.engines.quotes.engine import QuoteRequest
from index.errors import StoreError, VerbatimError
from index.library import Library
from index.search.encoder import Encoder, open_encoder
from index.search.statement_encoder import StatementEncoder
from index.search.vectors import DenseIndex

_T = TypeVar("_T")

_SAMPLE = 20
"""Statements that are checked where not all are."""

_SAME_EMBEDDING = 0.99
"""The least cosine similarity of two embeddings of one text: batches and machines change the last digits."""

_SAME_SIMILARITY = 1e-3
"""The error in a similarity from rounding a large index to float16."""

_CLOSEST = 10
_STATEMENTS_PER_BATCH = 8

_EIGHT_WORDS = re.compile(r"(?:\S+\s+){7}\S+")
"""Fewer words stand in many places."""

_RE_ENCODE = "Encode the statements again: verbatim re-encode."
_RESTORE = "Restore a backup: verbatim restore FILE. Without one, move the store away and add the statements again."
_REPORT = "Start the bot again. If it stays so, this is a fault of Verbatim: please report it."


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
        all_embeddings: if given, the embeddings of all statements are made again, not of a sample; called with the
            numbers of statements done and to do.
    """
    checks = [_check_store(location)]
    if not checks[0].problems:
        try:
            encoder = encoder or open_encoder(model)
            with Library.open(location, encoder=encoder) as library:
                store = SqlStore(library.database)
                Ingest(store, lambda: StatementEncoder(encoder)).check_model()
                checks.append(_check_embeddings(store, encoder, all_embeddings))
                with contextlib.closing(DenseIndex(store.iterate_rows())) as index:
                    checks.append(check_searches(store, index))
                checks.append(check_lookups(store, library.run))
                checks.append(_check_sandbox(library.find_missing_restrictions()))
        except VerbatimError as error:
            checks.append(Check("model", "", (error.what,), error.remedy))
    return Examination(tuple(checks))


def _check_store(location: str | os.PathLike[str]) -> Check:
    """Read every page and every row, and compare them with their checksums."""
    try:
        with contextlib.closing(open_database(location)) as database:
            store = SqlStore(database)
            damage = store.find_damage()
            looked_at = f"{database.path.stat().st_size / 1024**2:.1f} MiB"
            if not damage:
                looked_at = f"{len(store.get_all_keys()):,} statements, {looked_at}"
    except StoreError as error:
        return Check("store", "", (error.what,), error.remedy)
    only_embeddings = all(one.startswith("the embeddings of") for one in damage)
    return _check("store", looked_at, damage, _RE_ENCODE if only_embeddings else _RESTORE)


def _check_embeddings(store: Store, encoder: Encoder, on_progress: Callable[[int, int], None] | None) -> Check:
    """Encode statements again, and compare with the stored embeddings."""
    keys = store.get_all_keys()
    chosen = keys if on_progress is not None else _sample(keys)
    similarities: dict[str, float] = {}
    for start in range(0, len(chosen), _STATEMENTS_PER_BATCH):
        batch = chosen[start : start + _STATEMENTS_PER_BATCH]
        rows = {one.statement_key: one for one in store.get_rows(batch)}
        statements = store.get_statements(batch)
        encoded = StatementEncoder(encoder).encode(list(statements.values()))
        for (key, statement), again in zip(statements.items(), encoded, strict=True):
            similarities[statement.id] = _compare_embeddings(rows.get(key, StatementRows(key)), again)
        if on_progress is not None:
            on_progress(len(similarities), len(chosen))
    problems = [
        f"statement {statement_id}: an embedding has a similarity of {similarity:.3f} to itself"
        for statement_id, similarity in similarities.items()
        if similarity < _SAME_EMBEDDING
    ]
    least = min(similarities.values(), default=1.0)
    looked_at = f"{len(chosen):,} of {len(keys):,} statements encoded again, least similarity {least:.4f}"
    return _check("embeddings", looked_at, problems, _RE_ENCODE)


def _compare_embeddings(rows: StatementRows, encoded: Sequence[EncodedPassage]) -> float:
    """Return the least cosine similarity of a stored embedding to the same one made again; 0 where one is missing."""
    if [(one.position, one.vectors.shape) for one in rows.passages] != [
        (one.position, one.vectors.shape) for one in encoded
    ]:
        return 0.0
    pairs = zip(rows.passages, encoded, strict=True)
    least = min((float(np.vecdot(stored.vectors, again.vectors).min()) for stored, again in pairs), default=1.0)
    if encoded and encoded[0].title_vector is not None:
        least = min(least, float(rows.title_vector @ encoded[0].title_vector))
    return least


def check_searches(store: Store, index: DenseIndex) -> Check:
    """Compare an index in memory with the plain product of all embeddings in the store."""
    rows = [one for changes in store.iterate_rows() for one in changes.statements]
    every = frozenset(one.statement_key for one in rows)
    problems = []
    queries = [one.passages[0].vectors[WHOLE_PASSAGE] for one in _sample(rows)]
    for number, query in enumerate(queries, start=1):
        found = [one.similarity for one in index.search(query, _CLOSEST, within=every)]
        expected = np.sort(np.concatenate([one.vectors @ query for one in rows]))[::-1][:_CLOSEST]
        if len(found) != len(expected) or not np.allclose(found, expected, atol=_SAME_SIMILARITY):
            problems.append(f"the closest passages of query {number} have other similarities than in the store")
    looked_at = f"{len(queries):,} searches over {len(index):,} passages against all products"
    return _check("searches", looked_at, problems, _REPORT)


def check_lookups(store: Store, run: Callable[[QuoteRequest], Answer]) -> Check:
    """Look up sentences of the store word for word."""
    problems, count = [], 0
    for statement in store.get_statements(_sample(store.get_all_keys())).values():
        sentences = (one.text for passage in statement.passages for one in passage.sentences)
        sentence = next(filter(_EIGHT_WORDS.match, sentences), None)
        if sentence is not None:
            count += 1
            if not any(sentence in evidence.passage.text for evidence in run(QuoteRequest((sentence,))).evidence):
                problems.append(f"statement {statement.id}: a sentence of it is not found word for word")
    return _check("lookups", f"{count:,} sentences looked up word for word", problems, _REPORT)


def _check_sandbox(missing: Sequence[Restriction]) -> Check:
    """Say what the process that reads files is refused; a system without some of it is no fault of the store."""
    refused = [restriction for restriction in Restriction if restriction not in missing]
    lacking = f"; this system cannot refuse {', '.join(missing)}" if missing else ""
    return Check("sandbox", f"the reader of files is refused {', '.join(refused) or 'nothing'}{lacking}")


def _check(name: str, looked_at: str, problems: Sequence[str], remedy: str) -> Check:
    return Check(name, looked_at, tuple(problems), remedy if problems else "")


def _sample(values: Sequence[_T]) -> list[_T]:
    """Return a few of some values, the same ones each time."""
    return random.Random(0).sample(values, min(_SAMPLE, len(values)))  # noqa: S311 - nothing secret
