"""Who issued the statements: in the text's own words, or marked as metadata."""

from collections.abc import Container, Iterable

from index.answer import Evidence, Findings, named
from index.corpus.statements import Span
from index.engines.attribution.find import Attribution, IssuedHow, Issuer, names_person
from index.engines.corpus import Corpus
from index.engines.issuers.engine import IssuersRequest
from index.engines.scope import Scope
from index.engines.statement_cache import Held

_HOW = {
    IssuedHow.ATTRIBUTED: "Attributable to",
    IssuedHow.NAMED: "Issued in the name of",
    IssuedHow.BYLINE: "Byline",
    IssuedHow.TITLED: "By its title",
    IssuedHow.METADATA: "From metadata, not from the text",
}


def answer_issuers(request: IssuersRequest, corpus: Corpus) -> Findings:
    """Return who issued the statements asked about, each with the words that say so."""
    scope = corpus.select(request.filters)
    found = [(held, held.attribution) for held in scope.held]
    evidence = tuple(one for held, attribution in found for one in _issuers_evidence(held, attribution))
    if scope.is_one:
        headline = _issued_by(found[0][1]) or "The text does not say who issued it."
        overview: tuple[str, ...] = ()
    else:
        known = sum(bool(attribution.everyone) for _, attribution in found)
        headline = _known(known, len(scope.held))
        overview = tuple(f"{named(held.summary)}: {_issued_by(one) or 'not said'}" for held, one in found)
    return Findings(
        answered=any(attribution.everyone for _, attribution in found),
        headline=headline,
        overview=overview,
        evidence=evidence,
        notes=(scope.note,) if scope.note else (),
        filters=request.filters,
        subject="the issuers",
    )


def _known(known: int, total: int) -> str:
    """Return how many statements name their issuers: "40 of 49 statements name their issuers."."""
    if known == 0:
        return (
            "Neither statement names its issuers." if total == 2 else f"None of {total:,} statements names its issuers."
        )
    if known == total:
        return "Both statements name their issuers." if total == 2 else f"All {total:,} statements name their issuers."
    return f"{known:,} of {total:,} statements {'names its' if known == 1 else 'name their'} issuers."


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
