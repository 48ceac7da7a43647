"""A statement in full, or which ones may be meant."""

from index.answer import Evidence, Findings, FollowUp, count, format_date
from index.corpus.statements import PassageKind
from index.engines.corpus import Corpus
from index.engines.scope import Scope
from index.engines.show.engine import ShowRequest
from index.engines.statements.answer import describe_statement
from index.request import Filters

_OFFERED = 5


def answer_show(request: ShowRequest, corpus: Corpus) -> Findings:
    """Return a statement in full, passage by passage; which fit, where more than one does."""
    scope = corpus.select_by_title(Filters(statement=request.statement))
    if not scope.is_one:
        return _ask_which(request, scope)
    held = scope.held[0]
    summary = held.summary
    paragraphs = f"{count(summary.paragraphs, 'paragraph')}, {count(summary.sentences, 'sentence')}"
    return Findings(
        answered=True,
        headline=f"{summary.title} · {format_date(summary.date)} · {paragraphs}",
        evidence=tuple(
            Evidence(passage, summary, ())
            for passage in held.statement.passages
            if passage.kind is not PassageKind.BORDER
        ),
        filters=scope.filters,
        subject="the statement",
    )


def _ask_which(request: ShowRequest, scope: Scope) -> Findings:
    """Return the statements that fit, each with a button that shows it."""
    return Findings(
        answered=False,
        headline=f"{count(len(scope.held), 'statement')} fit “{request.statement}”. Which one?",
        overview=tuple(describe_statement(held) for held in scope.held),
        follow_ups=tuple(
            FollowUp(held.statement.title, ShowRequest(held.statement.id)) for held in scope.held[:_OFFERED]
        ),
    )
