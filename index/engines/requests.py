"""Request: what is to be looked for, with which engine, in which statements. One record for each engine."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from index.engines.citations.find import CitationKind
from index.engines.positions.find import PositionKind


@dataclass(frozen=True, slots=True)
class Filters:
    """Which statements are asked about. What is empty leaves all in; what is set must hold together.

    `statement` is an id, the beginning of one, or words of a title; `about` words of titles; `issuer` one who issued
    ("G7"). `since` and `until` are inclusive; `month` (from 1) is one of any year ("the March statement"), and `day`
    one of that month. `statement_ids` names statements outright.
    """

    statement: str = ""
    about: str = ""
    issuer: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    month: int | None = None
    day: int | None = None
    statement_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Passages that fit a question in meaning.

    `terms` are the words that a passage must have for a plain answer to be proven; `speaker` is the person whose
    words are asked for ("did Kamikawa say …").
    """

    query: str
    filters: Filters = field(default_factory=Filters)
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class CitationsRequest:
    """Every citation; only of one instrument where `number` is set, only of some kinds where `kinds` is.

    `number` may hold a year, "2397 (2017)", and several numbers with ", " between. With `is_negated` the statements
    without any such citation are asked for. `topic` is what the citing passage, or the title, must name.
    """

    filters: Filters = field(default_factory=Filters)
    number: str = ""
    kinds: tuple[CitationKind, ...] = ()
    is_negated: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Whether quotations are in the statements word for word; `speaker` is who is said to have said so."""

    quotes: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class OccurrencesRequest:
    """Every occurrence of words or phrases; `is_exact` where they were given in quotation marks: no other names.

    With `is_negated` the statements without any of them are asked for. Statements that have any of `excluded` do not
    count.
    """

    phrases: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    is_exact: bool = False
    is_negated: bool = False
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuersRequest:
    """Who issued a statement."""

    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class DatesRequest:
    """When a statement was issued."""

    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class PositionsRequest:
    """The positions that statements take; all kinds where `kinds` is empty.

    `topic` is what the sentence, or the title, must name; `addressee` whom demands must be made of. `verb` is the one
    verb whose positions are asked for ("condemn").
    """

    filters: Filters = field(default_factory=Filters)
    kinds: tuple[PositionKind, ...] = ()
    topic: str = ""
    addressee: str = ""
    verb: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """How two statements differ."""

    filters: Filters = field(default_factory=Filters)
    other: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class StatementsRequest:
    """Which statements there are."""

    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """A statement in full; `statement` is what it was called, `filters` what selects it."""

    statement: str
    filters: Filters = field(default_factory=Filters)


Request = (
    SearchRequest
    | CitationsRequest
    | QuoteRequest
    | OccurrencesRequest
    | IssuersRequest
    | DatesRequest
    | PositionsRequest
    | ComparisonRequest
    | StatementsRequest
    | ShowRequest
)
"""What can be asked."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a follow-up in the same thread goes on from.

    `filters` are the statements as the person chose them, in words; `found` the ids of those that the last answer
    quoted, which "that statement" points back to. `subject` is what "them" stands for, `excluded` what statements that
    count do not mention.
    """

    filters: Filters = field(default_factory=Filters)
    subject: str = ""
    engine: str = ""
    found: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the context as JSON values, without what is empty."""
        filters = {
            name: value.isoformat() if isinstance(value, datetime.date) else value
            for name in _FILTER_NAMES
            if (value := getattr(self.filters, name))
        }
        values = {"filters": filters} | {
            name: getattr(self, name) for name in ("subject", "engine", "found", "excluded")
        }
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the context that `to_dict` made these values of."""
        # A name that this version does not know is another's: what is left still says which statements are meant.
        filters = {name: value for name, value in values.get("filters", {}).items() if name in _FILTER_NAMES}
        for name in ("since", "until"):
            if name in filters:
                filters[name] = datetime.date.fromisoformat(filters[name])
        if "statement_ids" in filters:
            filters["statement_ids"] = tuple(filters["statement_ids"])
        found, excluded = (tuple(str(one) for one in values.get(name, ())) for name in ("found", "excluded"))
        return cls(Filters(**filters), str(values.get("subject", "")), str(values.get("engine", "")), found, excluded)


_FILTER_NAMES = tuple(one.name for one in fields(Filters))
