"""A corpus of any size that looks like statements to every index: drawn, the same for a seed.

Texts are sentences of the bundled statements in new company, with a word in twelve replaced by one of a long-tailed
vocabulary, so that a larger corpus has more words, most of them rare, as text has (Zipf, Heaps). Embeddings of
passages are drawn around real ones; those of sentences are real. Text and embedding of a passage do not belong
together: what is found by words and what is found by meaning differ, which is the harder case for ranking.
"""

import contextlib
import datetime
import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from index import Library, bundled_statements
from index.corpus import tables
from index.corpus.embeddings import Embeddings
from index.corpus.sql_store import TITLE, SqlStore, complete_older_store
from index.corpus.sqlite import open_database
from index.corpus.statements import PassageKind
from index.corpus.store import WHOLE_PASSAGE, Changes, PassageRow, StatementRows, Store
from index.search.encoder import open_encoder
from tests.support.embeddings import draw_around

PASSAGES_PER_STATEMENT = 20

_ALTERED_SHARE = 1 / 12
_ZIPF_EXPONENT = 1.15
_LARGEST_RANK = 10_000_000
_DRAWN_AT_ONCE = 100_000
SEED = 7
_SEQ = 1
_BETWEEN_PASSAGES = "\n\n"
_ADDED_AT = datetime.datetime(2024, 1, 1)  # noqa: DTZ001  # the store's own form: UTC without saying so
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


@dataclass(frozen=True, slots=True)
class RealText:
    """What is drawn from: embeddings of real passages and sentences, (n, d), and how many sentences a passage has.

    `sentences` are lists of words, with their embeddings, (s, d); `described` are statements without passages.
    """

    vectors: Embeddings
    sentence_counts: tuple[int, ...]
    sentences: tuple[tuple[str, ...], ...]
    sentence_vectors: Embeddings
    described: tuple[StatementRows, ...]

    @classmethod
    def from_store(cls, store: Store) -> "RealText":
        """Return what a store holds."""
        statements = [one for portion in store.iterate_rows() for one in portion.statements]
        passages = [one for statement in statements for one in statement.passages if one.sentences]
        return cls(
            vectors=np.concatenate([one.vectors for one in passages]),
            sentence_counts=tuple(len(one.sentences) for one in passages),
            sentences=tuple(tuple(one.text[start:end].split()) for one in passages for start, end in one.sentences),
            sentence_vectors=np.concatenate([one.vectors[1:] for one in passages]),
            described=tuple(replace(one, passages=()) for one in statements),
        )


def add_bundled(library: Library) -> None:
    """Add the statements that come with the package."""
    for addition in library.add_many(bundled_statements()):
        if addition.error is not None:
            raise addition.error


def read_bundled() -> RealText:
    """Return what there is to draw from in the bundled statements; they are encoded for it."""
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        add_bundled(library)
        return RealText.from_store(SqlStore(library.database))


def fill_store(folder: Path, real: RealText, count: int) -> None:
    """Fill a new store in a folder with `count` drawn passages, many statements in one transaction."""
    encoder = open_encoder()
    model = {"key": 1, "name": encoder.name, "fingerprint": encoder.fingerprint, "dimensions": real.vectors.shape[1]}
    with contextlib.closing(open_database(folder)) as database:
        SqlStore(database)  # makes the tables
        with database.write() as connection:
            connection.execute(sa.insert(tables.model), [model])
        for portion in draw_portions(real, count):
            with database.write() as connection:
                for table, rows in _to_tables(portion).items():
                    connection.execute(sa.insert(tables.metadata.tables[table]), rows)
        with database.write() as connection:
            complete_older_store(connection)


def _to_tables(portion: Changes) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that the store would keep of some statements."""
    rows: dict[str, list[dict[str, Any]]] = {
        table: [] for table in ("statement", "passage", "sentence", "embedding", "change")
    }
    for statement in portion.statements:
        statement_id = f"drawn-{statement.statement_key}"
        rows["statement"].append(
            {
                "key": statement.statement_key,
                "id": statement_id,
                "digest": hashlib.sha256(statement_id.encode()).hexdigest(),
                "title": statement.title,
                "date": statement.date,
                "source": None,
                "issuers": json.dumps(statement.issuers),
                "text": _BETWEEN_PASSAGES.join(passage.text for passage in statement.passages),
                "added_at": _ADDED_AT,
            }
        )
        rows["change"].append({"statement_key": statement.statement_key})
        first = statement.passages[0].key
        rows["embedding"].append(_to_embedding(first, TITLE, statement.title_vector))
        start = 0
        for passage in statement.passages:
            _add_passage(rows, statement, passage, start)
            start += len(passage.text) + len(_BETWEEN_PASSAGES)
    return rows


def _add_passage(
    rows: dict[str, list[dict[str, Any]]], statement: StatementRows, passage: PassageRow, start: int
) -> None:
    rows["passage"].append(
        {
            "key": passage.key,
            "statement_key": statement.statement_key,
            "id": f"drawn-{statement.statement_key}#p{passage.position:02d}",
            "kind": passage.kind.value,
            "ordinal": passage.position + 1,
            "position": passage.position,
            "start": start,
            "end": start + len(passage.text),
        }
    )
    rows["sentence"].extend(
        {"passage_key": passage.key, "number": number, "start": start + first, "end": start + last}
        for number, (first, last) in enumerate(passage.sentences, start=1)
    )
    rows["embedding"].extend(
        _to_embedding(passage.key, number, vector) for number, vector in enumerate(passage.vectors, start=WHOLE_PASSAGE)
    )


def _to_embedding(passage_key: int, number: int, vector: Embeddings) -> dict[str, Any]:
    return {
        "passage_key": passage_key,
        "sentence": number,
        "model_key": 1,
        "vector": vector.astype("<f4").tobytes(),
    }


def draw_portions(real: RealText, count: int, *, seed: int = SEED) -> Iterator[Changes]:
    """Yield statements with `count` passages in all as the store would, in portions of one snapshot."""
    texts = _Texts(real, seed)
    passage_key = statement_key = 0
    for rows in draw_around(real.vectors, count, seed=seed):
        statements = []
        for start in range(0, len(rows), PASSAGES_PER_STATEMENT):
            vectors = rows[start : start + PASSAGES_PER_STATEMENT]
            described = real.described[statement_key % len(real.described)]
            statement_key += 1
            passages = tuple(
                texts.draw(passage_key + at, position=at, vector=vector) for at, vector in enumerate(vectors)
            )
            passage_key += len(vectors)
            statements.append(replace(described, statement_key=statement_key, passages=passages))
        yield Changes(_SEQ, tuple(statements))


class _Texts:
    """Draws the texts of passages one after another."""

    def __init__(self, real: RealText, seed: int) -> None:
        self._real = real
        self._random = random.Random(seed)
        self._ranks = _iterate_ranks(seed)
        written = Counter(word for sentence in real.sentences for word in sentence if word.isalpha())
        self._words = sorted(written, key=lambda word: (-written[word], word))

    def draw(self, key: int, *, position: int, vector: Embeddings) -> PassageRow:
        count = self._random.choice(self._real.sentence_counts)
        rows = [self._random.randrange(len(self._real.sentences)) for _ in range(count)]
        parts = [self._alter(self._real.sentences[row]) for row in rows]
        spans, start = [], 0
        for part in parts:
            spans.append((start, start + len(part)))
            start += len(part) + 1
        vectors = np.concatenate([vector[np.newaxis], self._real.sentence_vectors[rows]])
        return PassageRow(key, position, PassageKind.PARAGRAPH, " ".join(parts), tuple(spans), vectors)

    def _alter(self, sentence: Sequence[str]) -> str:
        words = list(sentence)
        # The first word and marked ones stay, so that it reads as a sentence.
        for _ in range(round(len(words) * _ALTERED_SHARE + self._random.random() - 0.5)):
            at = self._random.randrange(len(words))
            if at and words[at].isalpha():
                words[at] = self._word(next(self._ranks))
        return " ".join(words)

    def _word(self, rank: int) -> str:
        return self._words[rank] if rank < len(self._words) else _make_name(rank)


def _iterate_ranks(seed: int) -> Iterator[int]:
    """Yield ranks of words from 0, the low ones far oftener."""
    generator = np.random.default_rng(seed)
    while True:
        yield from (np.minimum(generator.zipf(_ZIPF_EXPONENT, _DRAWN_AT_ONCE), _LARGEST_RANK) - 1).tolist()


def _make_name(rank: int) -> str:
    """Return a name that no other rank has."""
    syllables = []
    while rank:
        rank, digit = divmod(rank, len(_SYLLABLES))
        syllables.append(_SYLLABLES[digit])
    return "".join(syllables).capitalize()
