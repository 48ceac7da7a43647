"""The requests of all engines, for readers of questions that build each of them."""

from index.engines.citations.engine import CitationsRequest
from index.engines.comparison.engine import ComparisonRequest
from index.engines.dates.engine import DatesRequest
from index.engines.issuers.engine import IssuersRequest
from index.engines.mentions.engine import OccurrencesRequest
from index.engines.passages.engine import SearchRequest
from index.engines.positions.engine import PositionsRequest
from index.engines.quotes.engine import QuoteRequest
from index.engines.show.engine import ShowRequest
from index.engines.statements.engine import StatementsRequest
from index.request import Context, Filters, Request

__all__ = [
    "CitationsRequest",
    "ComparisonRequest",
    "Context",
    "DatesRequest",
    "Filters",
    "IssuersRequest",
    "OccurrencesRequest",
    "PositionsRequest",
    "QuoteRequest",
    "Request",
    "SearchRequest",
    "ShowRequest",
    "StatementsRequest",
]
