"""Quotations compared with the statements: the verdict, the place, and word by word what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index.answer import Evidence, Findings, count, evidence_over, listed, named, quoted
from index.corpus.statements import Passage, Span, StatementSummary
from index.engines.corpus import Corpus
from index.engines.issuers.answer import speaker_notes
from index.engines.quotes.engine import QuoteRequest
from index.engines.quotes.results import PartKind, QuoteCheck, QuoteMatch, QuoteNote, QuotePart, Verdict
from index.engines.quotes.verdict import check_quote
from index.engines.scope import Scope

_FAITHFUL = (Verdict.EXACT, Verdict.PUNCTUATION)
_CHANGES_TOLD = 6
_PLACES_TOLD = 4
_STATEMENTS_TOLD = 3
_SHORT_CHARACTERS = 60
_TOLD_CHARACTERS = 160
"""Of words that are left out or put in, and of the rest of a sentence: of more the middle or the end is left out."""
_STRUCK_CHARACTERS = 300
"""Of words struck between the sentences that a quotation shares: of more only what stands in these is shown."""


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """What is said of one quotation: a line with the verdict, the passages, and what differs."""

    quote: str
    verdict: Verdict
    line: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]

    @property
    def is_faithful(self) -> bool:
        """Whether the statements have the quotation word for word."""
        return self.verdict in _FAITHFUL


MOST_QUOTATIONS = 50
"""Quotations of one message that are checked: each takes milliseconds over a large store, and others wait meanwhile."""


def answer_quote(request: QuoteRequest, corpus: Corpus) -> Findings:
    """Return whether each quotation is in the statements asked about word for word; the same one is checked once."""
    scope = corpus.select(request.filters)
    distinct = list(dict.fromkeys(request.quotes))
    checked = [check_one(quote, scope) for quote in distinct[:MOST_QUOTATIONS]]
    more = len(distinct) - len(checked)
    left_out = (f"{count(more, 'more quotation')} not checked: check the message in parts.",) if more else ()
    answered = any(one.verdict is not Verdict.NOT_FOUND for one in checked)
    quoted_from = {evidence.statement.id for one in checked for evidence in one.evidence if one.is_faithful}
    speaker = speaker_notes(request.speaker, scope, quoted_from) if request.speaker else ()
    notes = (*speaker, *((scope.note,) if scope.note else ()))
    faithful = sum(one.is_faithful for one in checked)
    is_one = len(checked) == 1
    return Findings(
        answered=answered,
        headline=checked[0].line
        if is_one
        else f"{count(len(checked), 'quotation')}: {faithful:,} word for word, {len(checked) - faithful:,} not.",
        evidence=checked[0].evidence if is_one else tuple(evidence for one in checked for evidence in headed(one)),
        notes=(*left_out, *notes_of(checked), *notes),
        overview=() if is_one else tuple(f"{quoted(shorten(one.quote))}: {one.line}" for one in checked),
        filters=scope.filters,
        subject="the quotation",
    )


def check_one(quote: str, scope: Scope) -> CheckedQuote:
    """Compare one quotation with the statements asked about, and where they do not have it with the others."""
    asked = [held.quotable for held in scope.held]
    check = check_quote(quote, asked, elsewhere=[held.quotable for held in scope.others])
    summaries = {held.statement.id: held.summary for held in (*scope.held, *scope.others)}
    evidence = tuple(one for match in check.matches for one in _evidence(match, summaries[match.statement.id]))
    line, notes = _verdict_line(check, evidence, scope), tuple(_notes(check))
    return CheckedQuote(quote, check.verdict, line, evidence, notes)


def notes_of(checked: Sequence[CheckedQuote]) -> Iterable[str]:
    """Yield what differs, quotation by quotation; each note says of which, where there are several."""
    for one in checked:
        for note in one.notes:
            yield f"{quoted(shorten(one.quote))}: {note}" if len(checked) > 1 else note


def shorten(quote: str) -> str:
    """Return the beginning of a quotation, on one line, as it is referred to in a list."""
    line = " ".join(quote.split()).strip("\"“”'‘’ ")
    return line if len(line) <= _SHORT_CHARACTERS else f"{line[:_SHORT_CHARACTERS].rsplit(' ', 1)[0]}…"


# -- the verdict -----------------------------------------------------------------------------------------------------


def _verdict_line(check: QuoteCheck, evidence: Sequence[Evidence], scope: Scope) -> str:
    """Return the verdict in one line. Only a faithful quotation is called exact."""
    places = _places(evidence)
    match check.verdict:
        case Verdict.EXACT:
            return f"Exact: word for word in {places}."
        case Verdict.PUNCTUATION:
            return f"Exact ({_normalised(check.notes)} normalised): {places}."
        case Verdict.STITCHED:
            return f"Altered: {_stitched(check)} in {places}."
        case Verdict.ALTERED:
            return f"Not word for word. Closest: {places}."
        case Verdict.ELSEWHERE:
            return f"Not in {_asked(scope)}, but in another statement ({_said_of(check)}): {places}."
        case Verdict.NOT_FOUND:
            return f"Not found in {count(len(scope.held) + len(scope.others), 'statement')}."


def _places(evidence: Sequence[Evidence]) -> str:
    """Return where a quotation stands: each place with its statement."""
    statements = {one.statement.id: one.statement for one in evidence}
    told = [
        f"{_few([one.place for one in evidence if one.statement.id == key])} of {named(statement)}"
        for key, statement in list(statements.items())[:_STATEMENTS_TOLD]
    ]
    more = len(statements) - len(told)
    return "; ".join(told) + (f" and {count(more, 'more statement')}" if more else "")


def _few(places: Iterable[str]) -> str:
    """Return places in a row, the first of them where they are many: a single word stands in hundreds."""
    distinct = list(dict.fromkeys(places))
    more = len(distinct) - _PLACES_TOLD
    if more <= 1:
        return ", ".join(distinct)
    return f"{', '.join(distinct[:_PLACES_TOLD])} and {count(more, 'more passage')}"


def _normalised(notes: Sequence[QuoteNote]) -> str:
    parts = ["punctuation"]
    parts += ["capitals"] if QuoteNote.CASE_DIFFERS in notes else []
    parts += ["accents"] if QuoteNote.ACCENTS_DIFFER in notes else []
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _stitched(check: QuoteCheck) -> str:
    match = check.matches[0]
    left_out = [part.span for part in match.diff if part.kind is PartKind.LEFT_OUT and part.span]
    if any(_is_over_passages(span, match) for span in left_out):
        return "put together from parts that stand apart"
    if QuoteNote.OMISSIONS_MARKED in match.notes:
        return "words left out where the quotation marks it"
    return "words put in brackets" if QuoteNote.INSERTIONS_MARKED in match.notes else "words dropped"


def _is_over_passages(span: Span, match: QuoteMatch) -> bool:
    """Tell whether words that were left out lie in more than one passage."""
    return not any(passage.start <= span.start and span.end <= passage.end for passage in match.passages)


def _asked(scope: Scope) -> str:
    return "the statement asked about" if scope.is_one else f"the {len(scope.held):,} statements asked about"


def _said_of(check: QuoteCheck) -> str:
    said = {Verdict.EXACT: "exact", Verdict.PUNCTUATION: "exact but for punctuation", Verdict.STITCHED: "words dropped"}
    return said.get(check.verdict_elsewhere or Verdict.ALTERED, "not word for word")


# -- the evidence and what differs -----------------------------------------------------------------------------------


def _evidence(match: QuoteMatch, summary: StatementSummary) -> Iterable[Evidence]:
    """Yield the sentences that a quotation corresponds to: its words bold, and those it leaves out struck."""
    left_out = [part.span for part in match.diff if part.kind is PartKind.LEFT_OUT and part.span]
    for passage in match.passages:
        spans, struck = _within(passage, match.spans), _within(passage, left_out)
        short = tuple(span for span in struck if span.end - span.start <= _STRUCK_CHARACTERS)
        for one in evidence_over(passage, summary, (*spans, *short)):
            shown = one.excerpt or passage
            yield replace(
                one, spans=tuple(span for span in one.spans if span in spans), struck=_within(shown, struck)
            )  # fmt: skip


def _within(whole: Passage | Span, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the pieces of spans that lie in a passage or a stretch of it."""
    pieces = (Span(max(one.start, whole.start), min(one.end, whole.end)) for one in spans)
    return tuple(piece for piece in pieces if piece.start < piece.end)


def _notes(check: QuoteCheck) -> Iterable[str]:
    if check.verdict is Verdict.NOT_FOUND:
        if check.matches:
            yield "Related passages"
        return
    match = check.matches[0]
    changes = list(_changes(match.diff))
    if changes:
        more = f"; and {count(len(changes) - _CHANGES_TOLD, 'more change')}" if len(changes) > _CHANGES_TOLD else ""
        yield f"Your quotation {'; '.join(changes[:_CHANGES_TOLD])}{more}."
    if match.verdict not in _FAITHFUL and match.after is not None:
        rest = match.statement.text[match.after.start : match.after.end].lstrip(",;:.)]”’\"' ")
        yield f"The sentence goes on: {quoted(_beginning(rest))}"
    if QuoteNote.WITHIN_WORD in match.notes:
        yield f"The quotation begins or ends within a word of the text: {listed(map(quoted, _cut_words(match)))}."
    yield from (_MEANINGS[note] for note in match.notes if note in _MEANINGS)


_MEANINGS = {
    QuoteNote.OMISSIONS_MARKED: "The quotation shows by dots or brackets that it leaves words out.",
    QuoteNote.INSERTIONS_MARKED: "The words in square brackets are the quotation's own.",
    QuoteNote.LOOKALIKE_LETTERS: "Some letters are of another alphabet and only look like those of the text.",
}


def _cut_words(match: QuoteMatch) -> Iterable[str]:
    """Yield the words of the text that a quotation takes only a part of, as the text has them."""
    text, start, end = match.statement.text, match.spans[0].start, match.spans[-1].end
    first, last = _word_at(text, start), _word_at(text, end - 1)
    yield from dict.fromkeys(
        text[word.start : word.end].strip(",.;:“”()[]")
        for word, is_cut in ((first, first.start < start), (last, end < last.end))
        if is_cut and any(letter.isalnum() for letter in text[word.start : start] + text[end : word.end])
    )


def _word_at(text: str, at: int) -> Span:
    """Return the letters around an offset that no white space parts."""
    start, end = at, at + 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(start, end)


def _beginning(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _TOLD_CHARACTERS else f"{line[:_TOLD_CHARACTERS].rsplit(' ', 1)[0]} …"


def _outline(words: str) -> str:
    """Return words on one line, without the middle where they are many."""
    line = " ".join(words.split())
    if len(line) <= _TOLD_CHARACTERS:
        return line
    half = _TOLD_CHARACTERS // 2
    return f"{line[:half].rsplit(' ', 1)[0]} … {line[-half:].split(' ', 1)[-1]}"


def _changes(diff: Sequence[QuotePart]) -> Iterable[str]:
    """Yield what a quotation did to the source, change by change, in reading order."""
    for is_same, group in groupby(diff, key=lambda part: part.kind is PartKind.SAME):
        if is_same:
            continue
        parts = list(group)
        put_in = _outline(" ".join(part.text for part in parts if part.kind is PartKind.PUT_IN))
        left_out = _outline(" ".join(part.text for part in parts if part.kind is PartKind.LEFT_OUT))
        if put_in and left_out:
            yield f"has {quoted(put_in)} in place of {quoted(left_out)}"
        elif put_in or left_out:
            yield f"adds {quoted(put_in)}" if put_in else f"leaves out {quoted(left_out)}"


def headed(checked: CheckedQuote) -> Iterable[Evidence]:
    """Yield the passages of a quotation under the quotation itself, for answers on several."""
    for one in checked.evidence:
        yield replace(one, heading=quoted(shorten(checked.quote)))
