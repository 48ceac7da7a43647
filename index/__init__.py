"""The statements and how they are found. Knows nothing of Slack, of environment variables or of printing.

What is exported is imported when it is first used: `verbatim --help` should not wait for faiss and SQLAlchemy.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.answers import Answer, AnswerKind, Evidence
    from index.bundled import bundled_statements
    from index.corpus.database import Database
    from index.corpus.reading import readable_suffixes
    from index.corpus.statements import Passage, PassageKind, Sentence, Span, Statement, StatementSummary
    from index.errors import (
        ModelError,
        ModelMismatchError,
        ReadingError,
        StoreBusyError,
        StoreError,
        UnknownStatementError,
        VerbatimError,
    )
    from index.library import Library
    from index.search.encoder import Encoder
    from index.search.searcher import Hit

_ROOMS = {
    "index.answers": ("Answer", "AnswerKind", "Evidence"),
    "index.bundled": ("bundled_statements",),
    "index.corpus.database": ("Database",),
    "index.corpus.reading": ("readable_suffixes",),
    "index.corpus.statements": ("Passage", "PassageKind", "Sentence", "Span", "Statement", "StatementSummary"),
    "index.errors": (
        "ModelError",
        "ModelMismatchError",
        "ReadingError",
        "StoreBusyError",
        "StoreError",
        "UnknownStatementError",
        "VerbatimError",
    ),
    "index.library": ("Library",),
    "index.search.encoder": ("Encoder",),
    "index.search.searcher": ("Hit",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Answer",
    "AnswerKind",
    "Database",
    "Encoder",
    "Evidence",
    "Hit",
    "Library",
    "ModelError",
    "ModelMismatchError",
    "Passage",
    "PassageKind",
    "ReadingError",
    "Sentence",
    "Span",
    "Statement",
    "StatementSummary",
    "StoreBusyError",
    "StoreError",
    "UnknownStatementError",
    "VerbatimError",
    "bundled_statements",
    "readable_suffixes",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOM_OF[name]), name)
