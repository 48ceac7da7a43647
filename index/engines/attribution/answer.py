"""Who issued the statements, and when → Answer: in the text's own words, or marked as metadata."""

from collections.abc import Container, Iterable

from index.answer import Answer, AnswerKind, Evidence, format_date, named, quoted
from index.corpus.statements import Span
from index.engines.attribution.find import Attribution, DateOrigin, IssuedHow, Issuer, mentions_date, names_person
from index.engines.requests import Context, DatesRequest, IssuersRequest
from index.engines.scope import Scope
from index.engines.statement_cache import Held

_NO_DATE = "The text I hold gives no date"
_NOT_SAID = "The text does not say when it was issued"
_FROM_METADATA = "from metadata, not from the text"

_HOW = {
    IssuedHow.ATTRIBUTED: "Attributable to",
    IssuedHow.NAMED: "Issued in the name of",
    IssuedHow.BYLINE: "Byline",
    IssuedHow.TITLED: "By its title",
    IssuedHow.METADATA: "From metadata, not from the text",
}


def answer_issuers(request: IssuersRequest, scope: Scope) -> Answer:
    """Return who issued the statements asked about, each with the words that say so."""
    found = [(held, held.attribution) for held in scope.held]
    context = Context(request.filters, subject="the issuers", engine=AnswerKind.ISSUERS)
    evidence = tuple(one for held, attribution in found for one in _issuers_evidence(held, attribution))
    if scope.is_one:
        headline = _issued_by(found[0][1]) or "The text does not say who issued it."
        overview: tuple[str, ...] = ()
    else:
        known = sum(bool(attribution.everyone) for _, attribution in found)
        headline = f"Who issued {scope.words}: {known:,} {'says' if known == 1 else 'say'} so."
        overview = tuple(f"{named(held.summary)}: {_issued_by(one) or 'not said'}" for held, one in found)
    return Answer(
        AnswerKind.ISSUERS,
        answered=any(attribution.everyone for _, attribution in found),
        question="",
        headline=headline,
        overview=overview,
        evidence=evidence,
        notes=(scope.note,) if scope.note else (),
        context=context,
    )


def _issued_by(attribution: Attribution) -> str:
    """Return who issued a statement, in one line; empty where it is not said."""
    parts = []
    if attribution.issuers and attribution.how is not None:
        how = _HOW.get(attribution.how, f"{attribution.how.value.capitalize()} by")
        parts.append(f"{how}: {'; '.join(_names(attribution.issuers))}")
    if attribution.signatories:
        parts.append(f"Signed: {'; '.join(_names(attribution.signatories))}")
    return ". ".join(parts)


def _names(issuers: Iterable[Issuer]) -> Iterable[str]:
    return (" ".join(issuer.name.split()) for issuer in issuers)


def _issuers_evidence(held: Held, attribution: Attribution) -> Iterable[Evidence]:
    """Yield the passages that name the issuers and signatories, once each."""
    spans: dict[str, list[Span]] = {}
    passages = {}
    for issuer in attribution.everyone:
        if issuer.passage is not None and issuer.span is not None:
            passages[issuer.passage.id] = issuer.passage
            spans.setdefault(issuer.passage.id, []).append(issuer.span)
    for passage_id, passage in passages.items():
        yield Evidence(passage, held.summary, tuple(spans[passage_id]))


def speaker_notes(speaker: str, scope: Scope, statement_ids: Container[str]) -> Iterable[str]:
    """Yield that the words of several are nobody's own, for each statement quoted from that names the speaker."""
    for held in (*scope.held, *scope.others):
        if held.statement.id not in statement_ids or names_person(held.statement, speaker) is None:
            continue
        issuers = held.attribution.issuers
        if len(issuers) > 1:
            yield f"The text is of the {_number(len(issuers))} together; no individual speaker is given."


def _number(number: int) -> str:
    words = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else f"{number:,}"


# -- dates -----------------------------------------------------------------------------------------------------------


def answer_dates(request: DatesRequest, scope: Scope) -> Answer:
    """Return when the statements asked about were issued: their own dates, or those of the metadata marked as such."""
    found = [(held, held.dates) for held in scope.held]
    evidence = tuple(
        Evidence(one.stated.passage, held.summary, (one.stated.span,))
        for held, one in found
        if one.stated is not None and one.stated.passage is not None and one.stated.span is not None
    )
    lines = [_dated(held) for held in scope.held]
    headline = f"{lines[0]}." if scope.is_one else f"The dates of {scope.words}, newest first."
    return Answer(
        AnswerKind.DATES,
        answered=any(one.best is not None for _, one in found),
        question="",
        headline=headline,
        overview=()
        if scope.is_one
        else tuple(f"{named(held.summary)}: {line}" for held, line in zip(scope.held, lines, strict=True)),
        evidence=evidence if scope.is_one else (),
        notes=(scope.note,) if scope.note else (),
        context=Context(request.filters, subject="the statement", engine=AnswerKind.DATES),
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
        also = f"; {format_date(dates.metadata.date)} {_FROM_METADATA}" if differs and dates.metadata else ""
        return f"Dated {quoted(said)} {where}{also}"
    if dates.metadata is not None:
        return f"{none}; {format_date(dates.metadata.date)} {_FROM_METADATA}"
    return none
