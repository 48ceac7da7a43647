"""When the statements were issued: by their own words, or by their metadata, marked as such."""

from index.answer import Evidence, Findings, capitalised, format_date, named, quoted
from index.engines.attribution.find import DateOrigin, mentions_date
from index.engines.corpus import Corpus
from index.engines.dates.engine import DatesRequest
from index.engines.statement_cache import Held

_NO_DATE = "the text gives no date"
_NOT_SAID = "the text does not say when it was issued"


def answer_dates(request: DatesRequest, corpus: Corpus) -> Findings:
    """Return when the statements asked about were issued: their own dates, or those of the metadata marked as such."""
    scope = corpus.select(request.filters)
    found = [(held, held.dates) for held in scope.held]
    evidence = tuple(
        Evidence(one.stated.passage, held.summary, (one.stated.span,))
        for held, one in found
        if one.stated is not None and one.stated.passage is not None and one.stated.span is not None
    )
    lines = [_dated(held) for held in scope.held]
    headline = f"{lines[0]}." if scope.is_one else f"The dates of {scope.words}, newest first."
    return Findings(
        answered=any(one.best is not None for _, one in found),
        headline=headline,
        overview=()
        if scope.is_one
        else tuple(f"{named(held.summary)}: {line}" for held, line in zip(scope.held, lines, strict=True)),
        evidence=evidence if scope.is_one else (),
        notes=(scope.note,) if scope.note else (),
        filters=request.filters,
        subject="the statement",
    )


def _dated(held: Held) -> str:
    """Return when a statement was issued, in one line, and how that is known."""
    dates = held.dates
    # A date of something else in the text must not be denied with the date of issue.
    none = _NOT_SAID if mentions_date(held.statement) else _NO_DATE
    if dates.stated is not None:
        words = held.statement.text[dates.stated.span.start : dates.stated.span.end] if dates.stated.span else ""
        where = "by its title" if dates.stated.origin is DateOrigin.TITLE else "by its text"
        said = " ".join(words.split()) or format_date(dates.stated.date)
        differs = dates.metadata is not None and dates.metadata.date != dates.stated.date
        also = f"; {format_date(dates.metadata.date)} by its source" if differs and dates.metadata else ""
        return f"Dated {quoted(said)} {where}{also}"
    if dates.metadata is not None:
        return f"Dated {format_date(dates.metadata.date)} by its source; {none}"
    return capitalised(none)
