"""The statements and how they are found. Knows nothing of Slack, of environment variables or of printing.

What is exported is imported when it is first used: `verbatim --help` should not wait for faiss and SQLAlchemy.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.answer import Answer, AnswerKind, Evidence, FollowUp, format_date
    from index.bundled import bundled_statements
    from index.corpus.backup import Restoration, back_up, restore
    from index.corpus.ingest import Addition
    from index.corpus.location import store_exists
    from index.corpus.readers import readable_suffixes
    from index.corpus.sqlite import Database
    from index.corpus.statements import Passage, PassageKind, Sentence, Span, Statement, StatementSummary, Visibility
    from index.doctor import Check, Examination, examine
    from index.engines.check.engine import CheckRequest
    from index.engines.citations.citation import Citation, CitationKind
    from index.engines.citations.engine import CitationsRequest
    from index.engines.citations.find import find_citations
    from index.engines.mentions.engine import OccurrencesRequest
    from index.engines.passages.engine import SearchRequest
    from index.engines.positions.engine import PositionsRequest
    from index.engines.positions.find import PositionKind
    from index.engines.quotes.engine import QuoteRequest
    from index.engines.registry import ENGINES, Context, Request, find_slash_command, find_verb
    from index.errors import (
        ModelError,
        ModelMismatchError,
        ReadingError,
        StoreBusyError,
        StoreError,
        UnknownStatementError,
        VerbatimError,
    )
    from index.evaluation.evaluate import evaluate
    from index.evaluation.metrics import Estimate
    from index.evaluation.question_sets import QuestionSetError
    from index.evaluation.report import EvaluationReport
    from index.library import Library
    from index.request import Filters
    from index.search.encoder import Encoder, open_encoder
    from index.search.searcher import Hit

_ROOMS = {
    "index.answer": ("Answer", "AnswerKind", "Evidence", "FollowUp", "format_date"),
    "index.bundled": ("bundled_statements",),
    "index.corpus.backup": ("Restoration", "back_up", "restore"),
    "index.corpus.sqlite": ("Database",),
    "index.corpus.location": ("store_exists",),
    "index.corpus.ingest": ("Addition",),
    "index.corpus.readers": ("readable_suffixes",),
    "index.corpus.statements": (
        "Passage",
        "PassageKind",
        "Sentence",
        "Span",
        "Statement",
        "StatementSummary",
        "Visibility",
    ),
    "index.doctor": ("Check", "Examination", "examine"),
    "index.errors": (
        "ModelError",
        "ModelMismatchError",
        "ReadingError",
        "StoreBusyError",
        "StoreError",
        "UnknownStatementError",
        "VerbatimError",
    ),
    "index.evaluation.metrics": ("Estimate",),
    "index.evaluation.evaluate": ("evaluate",),
    "index.evaluation.question_sets": ("QuestionSetError",),
    "index.evaluation.report": ("EvaluationReport",),
    "index.library": ("Library",),
    "index.engines.citations.citation": ("Citation", "CitationKind"),
    "index.engines.citations.find": ("find_citations",),
    "index.engines.positions.find": ("PositionKind",),
    "index.engines.check.engine": ("CheckRequest",),
    "index.engines.citations.engine": ("CitationsRequest",),
    "index.engines.mentions.engine": ("OccurrencesRequest",),
    "index.engines.passages.engine": ("SearchRequest",),
    "index.engines.positions.engine": ("PositionsRequest",),
    "index.engines.quotes.engine": ("QuoteRequest",),
    "index.engines.registry": ("ENGINES", "Context", "Request", "find_slash_command", "find_verb"),
    "index.request": ("Filters",),
    "index.search.encoder": ("Encoder", "open_encoder"),
    "index.search.searcher": ("Hit",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "ENGINES",
    "Addition",
    "Answer",
    "AnswerKind",
    "Check",
    "CheckRequest",
    "Citation",
    "CitationKind",
    "CitationsRequest",
    "Context",
    "Database",
    "Encoder",
    "Estimate",
    "EvaluationReport",
    "Evidence",
    "Examination",
    "Filters",
    "FollowUp",
    "Hit",
    "Library",
    "ModelError",
    "ModelMismatchError",
    "OccurrencesRequest",
    "Passage",
    "PassageKind",
    "PositionKind",
    "PositionsRequest",
    "QuestionSetError",
    "QuoteRequest",
    "ReadingError",
    "Request",
    "Restoration",
    "SearchRequest",
    "Sentence",
    "Span",
    "Statement",
    "StatementSummary",
    "StoreBusyError",
    "StoreError",
    "UnknownStatementError",
    "VerbatimError",
    "Visibility",
    "back_up",
    "bundled_statements",
    "evaluate",
    "examine",
    "find_citations",
    "find_slash_command",
    "find_verb",
    "format_date",
    "open_encoder",
    "readable_suffixes",
    "restore",
    "store_exists",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOM_OF[name]), name)
