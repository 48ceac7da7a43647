"""Corpus: the statements that engines answer from, as they were at one moment, and the search over them."""

from collections.abc import Callable
from dataclasses import dataclass

from index.engines.passages.terms import find_other_names
from index.engines.scope import NoSuchStatementError, Scope, choose_by_title, choose_scope
from index.engines.statement_cache import Held
from index.request import Filters
from index.search.searcher import Found, Searcher


def _without_search() -> Searcher:
    raise ValueError("expected a corpus with a search, got one without")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Every statement, newest first; `open_searcher` returns the search over them, which needs the model."""

    statements: tuple[Held, ...]
    open_searcher: Callable[[], Searcher] = _without_search

    def select(self, filters: Filters) -> Scope:
        """Return the statements that filters let through, by their titles or else by their texts.

        Raises:
            NoSuchStatementError: there are none.
        """
        return _require_statements(choose_scope(filters, self.statements))

    def select_by_title(self, filters: Filters) -> Scope:
        """Return the statements that filters let through by title, issuer and date alone.

        Raises:
            NoSuchStatementError: there are none.
        """
        return _require_statements(choose_by_title(filters, self.statements))

    def search(self, query: str, k: int, scope: Scope) -> Found:
        """Return the `k` passages within a scope that fit a query best, best first."""
        within = None if scope.is_all else frozenset(one.key for one in scope.held)
        return self.open_searcher().search(query, k, within=within, other_names=find_other_names)


def _require_statements(scope: Scope) -> Scope:
    if not scope.held:
        raise NoSuchStatementError(scope)
    return scope
