"""A statement in full, or which ones may be meant."""

from index.answer import Evidence, Findings, FollowUp, count, format_date
from index.corpus.statements import PassageKind
from index.engines.corpus import Corpus
from index.engines.scope import Scope
from index.engines.show.engine import ShowRequest
from index.engines.statement_cache import Held
from index.engines.statements.answer import describe_statement
from index.request import Filters

_OFFERED = 5
_MOST_ADDRESSES = 25


def answer_show(request: ShowRequest, corpus: Corpus) -> Findings:
    """Return a statement in full, passage by passage; which fit, where more than one does."""
    scope = corpus.select_by_title(
        request.filters if request.filters != Filters() else Filters(statement=request.statement)
    )
    if request.form:
        return _give_address(request, scope)
    if not scope.is_one and not request.paragraph:
        return _ask_which(request, scope)
    if request.paragraph:
        return _give_paragraph(request, scope)
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


def _give_address(request: ShowRequest, scope: Scope) -> Findings:
    """Return the address of each statement, and how to cite it."""
    lines = [_cite(held) for held in scope.held[:_MOST_ADDRESSES]]
    return Findings(
        answered=True,
        headline=lines[0] if scope.is_one else f"{count(len(scope.held), 'statement')}, with their addresses.",
        overview=() if scope.is_one else tuple(lines),
        filters=request.filters,
        subject="the statement",
    )


def _cite(held: Held) -> str:
    summary = held.summary
    return f"{summary.title}, {format_date(summary.date)}, {summary.source or 'no address is kept'}"


def _give_paragraph(request: ShowRequest, scope: Scope) -> Findings:
    """Return one paragraph of each statement, by its number."""
    found = []
    for held in scope.held:
        at = request.paragraph - 1 if request.paragraph > 0 else len(held.body) - 1
        if 0 <= at < len(held.body):
            found.append(Evidence(held.body[at], held.summary, ()))
    number = "the last paragraph" if request.paragraph < 0 else f"paragraph {request.paragraph}"
    missing = f"There is no {number.removeprefix('the ')} in {scope.words}."
    return Findings(
        answered=bool(found),
        headline=f"{number.capitalize()} of {scope.words}." if found else missing,
        evidence=tuple(found),
        filters=request.filters,
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
