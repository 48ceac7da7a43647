"""The statements themselves → Answer: which there are, and one of them in full."""

from index.answer import Answer, AnswerKind, Evidence, FollowUp, count, format_date, short_title
from index.corpus.statements import PassageKind
from index.engines.requests import Context, ShowRequest, StatementsRequest
from index.engines.scope import Scope
from index.engines.statement_cache import Held

_OFFERED = 5
_TITLE_CHARACTERS = 150
"""Of a title in the list: a line that is cut for its length would lose the date."""


def answer_statements(request: StatementsRequest, scope: Scope) -> Answer:
    """Return which statements there are, newest first, those without a date last."""
    return Answer(
        AnswerKind.STATEMENTS,
        answered=True,
        question="",
        headline=f"{count(len(scope.held), 'statement')}, the newest first." if not scope.is_one else "1 statement.",
        overview=tuple(_line(held) for held in scope.held),
        notes=(scope.note,) if scope.note and not scope.is_one else (),
        context=Context(request.filters, subject="the statements", engine=AnswerKind.STATEMENTS),
    )


def answer_show(request: ShowRequest, scope: Scope) -> Answer:
    """Return a statement in full, passage by passage; which fit, where more than one does."""
    if not scope.is_one:
        return Answer(
            AnswerKind.STATEMENT,
            answered=False,
            question="",
            headline=f"{count(len(scope.held), 'statement')} fit “{request.statement}”. Which one?",
            overview=tuple(_line(held) for held in scope.held),
            follow_ups=tuple(
                FollowUp(held.statement.title, f"show {held.statement.id}") for held in scope.held[:_OFFERED]
            ),
        )
    held = scope.held[0]
    summary = held.summary
    paragraphs = f"{count(summary.paragraphs, 'paragraph')}, {count(summary.sentences, 'sentence')}"
    return Answer(
        AnswerKind.STATEMENT,
        answered=True,
        question="",
        headline=f"{summary.title} · {format_date(summary.date)} · {paragraphs}",
        evidence=tuple(
            Evidence(passage, summary, ())
            for passage in held.statement.passages
            if passage.kind is not PassageKind.BORDER
        ),
        context=Context(scope.filters, subject="the statement", engine=AnswerKind.STATEMENT),
    )


def _line(held: Held) -> str:
    summary = held.summary
    return f"{short_title(summary, _TITLE_CHARACTERS)} · {format_date(summary.date)} · {summary.paragraphs:,} ¶"
