"""A colleague's message: every quotation and every resolution number in it, checked."""

from collections.abc import Sequence

from index.answer import Evidence, Findings, count, quoted
from index.engines.check.engine import CheckRequest
from index.engines.citations.answer import evidence_citing, kept_as_statements
from index.engines.citations.citation import Citation
from index.engines.citations.find import find_citations
from index.engines.corpus import Corpus
from index.engines.quotes.answer import MOST_QUOTATIONS, check_one, headed, notes_of, shorten
from index.engines.quotes.find import find_quotations
from index.engines.scope import Scope

_SMALLEST_QUOTATION_WORDS = 2
"""One word in quotation marks is a manner of speaking ("so-called “elections”") more often than a quotation."""


def answer_check(request: CheckRequest, corpus: Corpus) -> Findings:
    """Check every quotation in a text, and every instrument that it cites by number, against the statements."""
    scope = corpus.select(request.filters)
    quotes = [one.text for one in find_quotations(request.text) if len(one.text.split()) >= _SMALLEST_QUOTATION_WORDS]
    distinct = list(dict.fromkeys(quotes))
    checked = [check_one(quote, scope) for quote in distinct[:MOST_QUOTATIONS]]
    more = len(distinct) - len(checked)
    left_out = (f"{count(more, 'more quotation')} not checked: check the message in parts.",) if more else ()
    numbers = {one.key: one for one in find_citations(request.text) if one.number and one.key}
    cited = {key: evidence_citing(key, scope) for key in numbers}
    if not checked and not numbers:
        return Findings(
            answered=False,
            headline="There is no quotation and no resolution number in this message to check.",
        )
    lines = [f"{quoted(shorten(one.quote))}: {one.line}" for one in checked]
    lines += [_cited_line(citation, cited[key], scope) for key, citation in numbers.items()]
    evidence = [evidence for one in checked for evidence in headed(one)]
    evidence += [one for key in numbers for one in cited[key]]
    return Findings(
        answered=True,
        headline=_headline(
            len(checked),
            sum(one.is_faithful for one in checked),
            len(numbers),
            sum(_is_confirmed(citation, cited[key], scope) for key, citation in numbers.items()),
        ),
        evidence=tuple(evidence),
        notes=(*left_out, *notes_of(checked)),
        overview=tuple(lines),
    )


def _headline(quotations: int, faithful: int, numbers: int, cited: int) -> str:
    parts = []
    if quotations:
        verdict = f"{faithful:,} word for word, {quotations - faithful:,} not"
        parts.append(f"{count(quotations, 'quotation')} checked: {verdict}")
    if numbers:
        parts.append(f"{count(numbers, 'number')} checked: {cited:,} cited in the statements, {numbers - cited:,} not")
    return f"{'; '.join(parts)}."


def _cited_line(citation: Citation, evidence: Sequence[Evidence], scope: Scope) -> str:
    """Return whether an instrument of the message is cited, and whether with the year that the message gives."""
    if not evidence:
        kept = next(kept_as_statements(citation.number or "", scope), None)
        also = f"; it is itself one of the statements: {kept.statement.title}" if kept else ""
        return f"{citation.label}: not cited in {scope.words}{also}."
    statements = len({one.statement.id for one in evidence})
    passages = len({one.passage.id for one in evidence})
    where = f"{count(passages, 'passage')} of {count(statements, 'statement')}"
    years = _years(citation, scope)
    if citation.year is None or citation.year in years:
        return f"{citation.label}: cited in {where}."
    if not years:
        return f"{citation.label}: cited in {where}, which give no year."
    return f"{citation.label}: not with this year; cited as {evidence[0].heading} in {where}."


def _is_confirmed(citation: Citation, evidence: Sequence[Evidence], scope: Scope) -> bool:
    years = _years(citation, scope)
    return bool(evidence) and (citation.year is None or not years or citation.year in years)


def _years(citation: Citation, scope: Scope) -> set[int]:
    """Return the years that the statements give an instrument."""
    found = (one.citation.year for held in scope.held for one in held.citations if one.key == citation.key)
    return {year for year in found if year is not None}
