"""Which statements an answer is about, and how it says so."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from index.answers.answer import Answer, AnswerKind, count
from index.lookup.holdings import Held
from index.questions.filters import describe, select_statements
from index.requests import Filters


@dataclass(frozen=True, slots=True)
class Scope:
    """The statements asked about, newest first, and all the others."""

    filters: Filters
    held: tuple[Held, ...]
    others: tuple[Held, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether every statement is asked about."""
        return not self.others

    @property
    def is_one(self) -> bool:
        """Whether one statement is asked about."""
        return len(self.held) == 1

    @property
    def sentences(self) -> int:
        """How many sentences the paragraphs asked about have."""
        return sum(one.summary.sentences for one in self.held)

    @property
    def words(self) -> str:
        """The scope in a sentence: "the statement", "49 statements"."""
        return "the statement" if self.is_one else count(len(self.held), "statement")

    @property
    def note(self) -> str:
        """What was understood, where not all statements are asked about."""
        if self.is_all or not self.held:
            return ""
        if self.is_one:
            return f"In one statement: {self.held[0].statement.title}."
        read_as = describe(self.filters) or ("those quoted above" if self.filters.statement_ids else "")
        undated = self.undated
        left_out = f"; {count(undated, 'statement')} without a date left out" if undated else ""
        named = f" ({read_as})" if read_as else ""
        return f"In {len(self.held):,} of {count(len(self.held) + len(self.others), 'statement')}{named}{left_out}."

    @property
    def undated(self) -> int:
        """How many statements are left out for want of a date alone: all else that was asked for fits them."""
        if not _has_dates(self.filters):
            return 0
        asked = replace(self.filters, since=None, until=None, month=None, day=None)
        fitting = select_statements(asked, [one.described for one in (*self.held, *self.others)])
        return sum(one.date is None for one in fitting)


def choose_scope(filters: Filters, held: Sequence[Held]) -> Scope:
    """Return the statements that the filters let through, and the others."""
    chosen = {one.id for one in select_statements(filters, [one.described for one in held])}
    return Scope(
        filters,
        tuple(one for one in held if one.statement.id in chosen),
        tuple(one for one in held if one.statement.id not in chosen),
    )


def narrowed(scope: Scope, statement_ids: Collection[str]) -> Filters:
    """Return what a follow-up asks over: the one statement that was found, or else what was asked over before."""
    return Filters(statement_ids=tuple(statement_ids)) if len(statement_ids) == 1 else scope.filters


def answer_no_such_statement(scope: Scope) -> Answer:
    """Return the answer where the filters let no statement through."""
    read_as = describe(scope.filters)
    return Answer(
        AnswerKind.NOT_FOUND,
        answered=False,
        question="",
        headline=f"No statement fits: {read_as} ({count(len(scope.others), 'statement')} looked at).",
        notes=tuple(_why_none(scope)),
    )


def _why_none(scope: Scope) -> Iterator[str]:
    undated = scope.undated
    if undated:
        yield f"{count(undated, 'statement')} without a date {'is' if undated == 1 else 'are'} left out of any period."
    yield "Statements are chosen by title, issuer and date. Ask for the list of statements to see which there are."


def _has_dates(filters: Filters) -> bool:
    return filters.since is not None or filters.until is not None
