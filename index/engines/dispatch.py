"""Request → the answer of the engine that it names: everything but the search by meaning."""

from collections.abc import Sequence

from index.answer import Answer
from index.engines.attribution.answer import answer_dates, answer_issuers
from index.engines.citations.answer import answer_citations
from index.engines.comparison.answer import answer_comparison
from index.engines.mentions.answer import answer_occurrences
from index.engines.positions.answer import answer_positions
from index.engines.quotes.answer import answer_quote
from index.engines.requests import (
    CitationsRequest,
    ComparisonRequest,
    DatesRequest,
    Filters,
    IssuersRequest,
    OccurrencesRequest,
    PositionsRequest,
    QuoteRequest,
    Request,
    SearchRequest,
    ShowRequest,
    StatementsRequest,
)
from index.engines.scope import answer_no_such_statement, choose_by_title, choose_scope
from index.engines.statement_cache import Held
from index.engines.statements import answer_show, answer_statements


def answer_lookup(request: Request, held: Sequence[Held]) -> Answer:  # noqa: C901 - one line for each engine
    """Return the answer to a request from the statements that its filters let through.

    Raises:
        ValueError: the request is for a search by meaning.
    """
    if isinstance(request, ComparisonRequest):
        return answer_comparison(request, held)
    if isinstance(request, ShowRequest):
        scope = choose_by_title(Filters(statement=request.statement), held)
    else:
        scope = choose_scope(request.filters, held)
    if not scope.held:
        return answer_no_such_statement(scope)
    match request:
        case CitationsRequest():
            return answer_citations(request, scope)
        case QuoteRequest():
            return answer_quote(request, scope)
        case OccurrencesRequest():
            return answer_occurrences(request, scope)
        case IssuersRequest():
            return answer_issuers(request, scope)
        case DatesRequest():
            return answer_dates(request, scope)
        case PositionsRequest():
            return answer_positions(request, scope)
        case StatementsRequest():
            return answer_statements(request, scope)
        case ShowRequest():
            return answer_show(request, scope)
        case SearchRequest():
            raise ValueError("expected a lookup, got a search by meaning")
