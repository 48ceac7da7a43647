"""Checksums of what is kept, so that a bit that flips on the disk is noticed before it is quoted.

SQLite keeps none of its own: a changed letter within a text is a valid text to it.
"""

import hashlib
import json
from collections.abc import Iterable

from index.corpus.statements import Statement


def statement_checksum(statement: Statement) -> str:
    """Return the sha256, in hex, of what a statement says and of all that is said about it."""
    date = statement.date.isoformat() if statement.date else None
    return _digest([statement.id, statement.title, date, statement.source, statement.issuers, statement.text])


def passages_checksum(statement: Statement) -> str:
    """Return the sha256, in hex, of how a statement is divided: its passages and sentences with their spans."""
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
        vectors: a passage's position in its statement, the number of the sentence within it, and the bytes of the
            embedding; in the order of the first two.
    """
    digest = hashlib.sha256()
    for position, number, vector in vectors:
        digest.update(f"{position} {number} {len(vector)} ".encode())
        digest.update(vector)
    return digest.hexdigest()


def _digest(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
