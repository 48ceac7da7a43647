"""Which statements there are."""

from collections.abc import Iterable

from index.answer import Findings, count, format_date, named, short_title
from index.engines.corpus import Corpus
from index.engines.scope import Scope
from index.engines.statement_cache import Held
from index.engines.statements.engine import StatementsRequest

_TITLE_CHARACTERS = 150
"""Of a title in the list: a line that is cut for its length would lose the date."""


def answer_statements(request: StatementsRequest, corpus: Corpus) -> Findings:
    """Return which statements there are, newest first, those without a date last."""
    scope = corpus.select(request.filters)
    return Findings(
        answered=True,
        headline=_headline(scope),
        overview=tuple(describe_statement(held) for held in scope.held),
        notes=tuple(_notes(request, scope)),
        filters=request.filters,
        subject="the statements",
    )


def _headline(scope: Scope) -> str:
    if scope.is_one and scope.filters.newest:
        return f"{named(scope.held[0].summary)}."
    return "1 statement." if scope.is_one else f"{count(len(scope.held), 'statement')}, the newest first."


def _notes(request: StatementsRequest, scope: Scope) -> Iterable[str]:
    if scope.note and not scope.is_one:
        yield scope.note
    about = request.filters.about
    if about and not scope.named_in_text:
        yield f"Their titles name {about}; ask which statements mention it for those that name it in the text."


def describe_statement(held: Held) -> str:
    """Return a statement's line in a list: its title, its date and its length."""
    summary = held.summary
    return f"{short_title(summary, _TITLE_CHARACTERS)} · {format_date(summary.date)} · {summary.paragraphs:,} ¶"
