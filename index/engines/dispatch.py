"""Request → what its engine finds."""

from collections.abc import Iterator

from index.answer import AnswerKind, Findings, count
from index.engines.corpus import Corpus
from index.engines.registry import find_engine
from index.engines.scope import NoSuchStatementError, Scope
from index.engines.selection import describe
from index.request import Request


def find(request: Request, corpus: Corpus) -> Findings:
    """Return what the engine of a request finds in a corpus."""
    if not corpus.statements:
        return _NO_STATEMENTS
    try:
        return find_engine(request).answer(request, corpus)
    except NoSuchStatementError as error:
        return _find_no_statement(error.scope)


_NO_STATEMENTS = Findings(
    kind=AnswerKind.NO_STATEMENTS,
    answered=False,
    headline="There are no statements yet, so there is nothing to quote.",
    notes=("Statements are added with: verbatim add FILE…",),
)


def _find_no_statement(scope: Scope) -> Findings:
    """Return that the filters let no statement through."""
    return Findings(
        kind=AnswerKind.NOT_FOUND,
        answered=False,
        headline=f"No statement fits: {describe(scope.filters)} ({count(len(scope.others), 'statement')} looked at).",
        notes=tuple(_why_none(scope)),
    )


def _why_none(scope: Scope) -> Iterator[str]:
    undated = scope.undated
    if undated:
        yield f"{count(undated, 'statement')} without a date {'is' if undated == 1 else 'are'} left out of any period."
    yield "Statements are chosen by title, issuer and date. Ask for the list of statements to see which there are."
