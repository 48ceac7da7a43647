"""The statements and how they are found. Knows nothing of Slack, of environment variables or of printing."""

from index.answers import Answer, AnswerKind, Evidence
from index.bundled import bundled_statements
from index.corpus.database import Database
from index.corpus.reading import readable_suffixes
from index.corpus.statements import Passage, PassageKind, Sentence, Statement, StatementSummary
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
from index.search.searcher import Hit, Span

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
