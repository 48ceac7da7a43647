"""A place that a quotation corresponds to, made ready to be shown."""

from collections.abc import Iterable, Iterator

from index.corpus.statements import Span
from index.engines.quotes.changes import Comparison, Run
from index.engines.quotes.results import PartKind, QuoteMatch, QuoteNote, QuotePart, Verdict
from index.engines.quotes.spans import extent, inner_extent, passages_of, sentence_at, trimmed, within_passages
from index.engines.quotes.words import QuotableStatement, TypedQuotation, Words


def match_of(
    verdict: Verdict,
    quotable: QuotableStatement,
    parts: tuple[QuotePart, ...],
    notes: Iterable[QuoteNote],
    *,
    closeness: float,
) -> QuoteMatch:
    """Return the match of a place with these parts."""
    statement = quotable.statement
    shown = [part.span for part in parts if part.span is not None]
    same = [part.span for part in parts if part.span is not None and part.kind is PartKind.SAME]
    first, last = shown[0].start, shown[-1].end
    passages = [passage for span in same or shown for passage in passages_of(statement, span)]
    return QuoteMatch(
        verdict,
        statement,
        passages=tuple({passage.id: passage for passage in passages}.values()),
        spans=tuple(piece for span in same for piece in within_passages(statement, span)),
        diff=parts,
        before=trimmed(quotable.words.text, sentence_at(statement, first)[0], first),
        after=trimmed(quotable.words.text, last, sentence_at(statement, last - 1)[1]),
        notes=tuple(sorted(notes)),
        closeness=closeness,
    )


def diff_parts(quotation: TypedQuotation, quotable: QuotableStatement, comparison: Comparison) -> Iterator[QuotePart]:
    """Yield the comparison in reading order: what was left out before what was put in its place."""
    source = quotable.words
    for at, change in enumerate(comparison.changes):
        if change.source:
            yield _source_part(PartKind.LEFT_OUT, source, inner_extent(source, change.source[0], change.source[-1]))
        if change.quoted:
            first, last = change.quoted[0], change.quoted[-1]
            span = inner_extent(quotation.words, first, last)
            yield QuotePart(PartKind.PUT_IN, quotation.words.text[span.start : span.end])
        if at < len(comparison.runs):
            run = comparison.runs[at]
            is_last = at == len(comparison.runs) - 1 and not comparison.changes[-1].source
            yield _source_part(PartKind.SAME, source, _extent_of_run(source, quotation.words, run, is_last=is_last))


def _source_part(kind: PartKind, source: Words, span: Span) -> QuotePart:
    return QuotePart(kind, source.text[span.start : span.end], span)


def _extent_of_run(source: Words, quoted: Words, run: Run, *, is_last: bool) -> Span:
    inner = inner_extent(source, *run.source)
    outer = extent(source, quoted, run.source)
    start = outer.start if run.quoted[0] == 0 else inner.start
    end = outer.end if is_last else inner.end
    return Span(start, end)
