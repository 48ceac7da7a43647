"""Hits of a search → Answer, and the answers of what could not be searched or was not found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.answers.answer import Answer, AnswerKind, Evidence, count, listed, quoted
from index.answers.attribution import speaker_notes
from index.answers.scope import Scope
from index.answers.terms import QuestionTerms
from index.corpus.statements import Span
from index.lookup.holdings import Held
from index.lookup.positions import HedgeKind, find_hedges
from index.questions.question import MAX_CHARACTERS, Question, Reading
from index.requests import Context, Filters, SearchRequest
from index.search.searcher import Hit

_SHOWN = 3
"""Passages of an answer: what a person reads in a thread before scrolling."""

_OFF_SUBJECT = 0.2
"""Below this score nothing in the statements is about the question at all.

Of 58 golden questions, no answerable one has a best passage under 0.32, while "what is the boiling point of water?"
has 0.09 and "recipe for pancakes" 0.19. It does not tell apart what is near the subject and yet not said.
"""

_OFF_SUBJECT_WITHOUT_WORDS = 0.3
"""The same where none of the question's words stands anywhere: "what's our travel policy?" has 0.22 over a statement
on arms, and "what do they say about atomic bombs?" 0.36. Chosen by eye on six questions of that kind."""

_COVERED = 0.8
"""A sentence with this much of the question's words, by weight, is quoted for it whatever else is closer."""

_YES_OR_NO = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE)


def answer_search(request: SearchRequest, scope: Scope, hits: Sequence[Hit]) -> Answer:
    """Return the passages that answer a question, the closest first; or that none does.

    Where sentences have nearly all of the question's own words, the answer is those sentences and no more. A question
    for yes or no of whose words none stands anywhere is answered with that fact, and no passage is called an answer.
    """
    terms = QuestionTerms(request.query, scope.held)
    total = len(scope.held) + len(scope.others)
    is_unsaid = bool(terms.absent) and not terms.present
    if not hits or hits[0].score < (_OFF_SUBJECT_WITHOUT_WORDS if is_unsaid else _OFF_SUBJECT):
        return answer_not_found(hits if terms.present else (), statements=total)
    if is_unsaid and _YES_OR_NO.match(request.query):
        return _answer_absent(terms, scope, hits)
    covered = _covered(terms, scope.held)
    evidence = _cover_evidence(covered, hits) if covered and not terms.absent else _to_evidence(hits[:_SHOWN])
    evidence = tuple(_stress(one, covered.get(one.passage.id, ())) for one in evidence)
    statement_ids = tuple(dict.fromkeys(one.statement.id for one in evidence))
    return Answer(
        AnswerKind.PASSAGES,
        answered=True,
        question="",
        headline=_headline(evidence),
        evidence=evidence,
        notes=tuple(_notes(request, scope, terms, evidence)),
        context=Context(Filters(statement_ids=statement_ids), engine=AnswerKind.PASSAGES),
    )


def _answer_absent(terms: QuestionTerms, scope: Scope, hits: Sequence[Hit]) -> Answer:
    """Return that none of the question's words stands in the statements, with the closest passage as no answer."""
    occurs = "occurs" if len(terms.absent) == 1 else "occur"
    words = listed(quoted(word) for word in terms.absent)
    return Answer(
        AnswerKind.NOT_FOUND,
        answered=False,
        question="",
        headline=f"No passage says so: {words} {occurs} 0 times in {scope.words}.",
        evidence=_to_evidence(hits[:1]),
        notes=("Closest, not an answer.", *((scope.note,) if scope.note else ())),
    )


def _covered(terms: QuestionTerms, held: Sequence[Held]) -> dict[str, tuple[Span, ...]]:
    """Return the sentences that have nearly all of a question's terms, by passage, in the order of the statements."""
    if len(terms.present) < 2:
        return {}
    likely = frozenset.union(*(term.sentences for term in terms.present))
    passages = {passage_id for passage_id, _ in likely}
    found: dict[str, tuple[Span, ...]] = {}
    for one in held:
        for passage in one.body:
            if passage.id in passages:
                sentences = [each for each in passage.sentences if terms.coverage(passage.id, each) >= _COVERED]
                if sentences:
                    found[passage.id] = tuple(Span(each.start, each.end) for each in sentences)
    return found


def _cover_evidence(covered: dict[str, tuple[Span, ...]], hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """Return the hits that have covered sentences; the closest hits where none of them does."""
    chosen = [hit for hit in hits if hit.passage.id in covered]
    return tuple(
        Evidence(hit.passage, hit.statement, covered[hit.passage.id], hit.score) for hit in chosen[:_SHOWN]
    ) or _to_evidence(hits[:_SHOWN])


def _stress(evidence: Evidence, covered: Sequence[Span]) -> Evidence:
    """Return the evidence with the covered sentences stressed beside the one that is closest in meaning."""
    return replace(evidence, spans=tuple(sorted({*evidence.spans, *covered}, key=lambda span: span.start)))


def _headline(evidence: Sequence[Evidence]) -> str:
    statements = len({one.statement.id for one in evidence})
    where = "" if statements == 1 and len(evidence) == 1 else f" in {count(statements, 'statement')}"
    order = ", the closest first" if len(evidence) > 1 else ""
    return f"{count(len(evidence), 'passage')}{where}{order}."


# -- what a reader must know -----------------------------------------------------------------------------------------


def _notes(request: SearchRequest, scope: Scope, terms: QuestionTerms, evidence: Sequence[Evidence]) -> Iterable[str]:
    for term in terms.present:
        if term.count.is_under_other_names_only:
            names = listed(form.text for form in term.count.other_names if form.occurrences)
            yield f"{term.text} → text says {names}."
    if _YES_OR_NO.match(request.query):
        yield from _hedge_notes(evidence[:1])
    if request.speaker:
        yield from speaker_notes(request.speaker, scope, {one.statement.id for one in evidence})
    if scope.note:
        yield scope.note


def _hedge_notes(evidence: Sequence[Evidence]) -> Iterable[str]:
    """Yield the words that limit what the best passage says: who asks for yes or no may read over them."""
    texts = [
        one.passage.text[span.start - one.passage.start : span.end - one.passage.start]
        for one in evidence
        for span in one.spans
    ]
    hedges = [hedge for text in texts for hedge in find_hedges(text)]
    quantifiers = dict.fromkeys(hedge.text.split()[0] for hedge in hedges if hedge.kind is HedgeKind.QUANTIFIER)
    if quantifiers:
        yield f"The text says {listed(quoted(word) for word in quantifiers)}, not “all”."
    modals = dict.fromkeys(hedge.text for hedge in hedges if hedge.kind is HedgeKind.MODAL)
    if modals:
        yield f"The text limits it: {listed(quoted(word) for word in modals)}."


# -- no answer -------------------------------------------------------------------------------------------------------


def answer_not_found(closest: Sequence[Hit], *, statements: int) -> Answer:
    """Return the answer that the statements do not say it, with the passages that came closest."""
    return Answer(
        AnswerKind.NOT_FOUND,
        answered=False,
        question="",
        headline=f"Not in the indexed statements ({count(statements, 'statement')}).",
        evidence=_to_evidence(closest),
        notes=("Closest, not an answer.",) if closest else (),
    )


def answer_no_statements() -> Answer:
    """Return the answer of a library that holds nothing yet."""
    return Answer(
        AnswerKind.NO_STATEMENTS,
        answered=False,
        question="",
        headline="There are no statements yet, so there is nothing to quote.",
        notes=("Statements are added with: verbatim add FILE…",),
    )


_NOT_ASKED = {
    Reading.EMPTY: "What would you like to know? Ask in a sentence, for example: which resolutions are cited?",
    Reading.NO_WORDS: "I found no words in that. Ask in a sentence, for example: which resolutions are cited?",
    Reading.TOO_LONG: f"That is too long for a question. Ask in up to {MAX_CHARACTERS:,} characters.",
    Reading.OTHER_SCRIPT: "I read questions in English only; the statements are quoted in their own language.",
    Reading.HELP: "Ask about the official statements kept here, and I answer with the exact passages.",
    Reading.CHATTER: "That is no question.",
}
_KINDS = {Reading.HELP: AnswerKind.HELP, Reading.CHATTER: AnswerKind.CHATTER}


def answer_not_asked(question: Question) -> Answer:
    """Return the answer to what could not be read as a question."""
    shown = "" if question.reading is Reading.TOO_LONG else question.text
    kind = _KINDS.get(question.reading, AnswerKind.NOT_A_QUESTION)
    return Answer(kind, answered=False, question=shown, headline=_NOT_ASKED[question.reading])


def _to_evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    return tuple(Evidence(hit.passage, hit.statement, hit.spans, hit.score) for hit in hits)
