"""A question, or a request → its Answer, made once: what was understood, what was found, what a follow-up edits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.answer import Answer, AnswerKind, Findings
from index.engines.corpus import Corpus
from index.engines.dispatch import find
from index.engines.passages.engine import SearchRequest
from index.engines.statement_cache import Held
from index.questions.not_asked import answer_not_asked
from index.questions.pointing import point_back
from index.questions.reader import Question, read_question
from index.questions.thread_replies import is_count, is_for_statements
from index.request import Context, Request

_SURE = 0.7
"""From this probability on a search is believed over a lookup that was chosen in doubt and finds nothing.

On development questions (ClapNQ, and ours about statements) it gives 29 of 38 their answer back, and answers 6 of 27
that have none.
"""

_MOST_FOUND = 25
"""Statements that "those statements" can mean: their ids go into a button, which takes 2,000 characters."""


@dataclass(frozen=True, slots=True)
class _Understood:
    """A question as it was read, and the request that answered it."""

    question: Question
    request: Request
    findings: Findings


def run_request(request: Request, corpus: Corpus, question: str = "") -> Answer:
    """Answer a request; `question` is what a person typed for it, which the answer shows."""
    findings = find(request, corpus)
    return _make_answer(findings, request, question, context=_context_of(findings, request))


def ask(
    typed: str,
    corpus: Corpus,
    *,
    only_english: bool,
    follows: Context | None,
    has_word: Callable[[str], bool],
) -> Answer:
    """Answer a question.

    Args:
        typed: the question.
        corpus: the statements.
        only_english: whether the encoder reads nothing else.
        follows: what the last answer in the same conversation was about.
        has_word: tells whether any statement has a word.
    """
    before = _without_removed(follows, corpus.statements)
    pointed = point_back(typed, before) if before else None
    summaries = [one.described for one in corpus.statements]
    question = read_question(typed, only_english=only_english, statements=summaries, follows=pointed, has_word=has_word)
    if question.request is None:
        return answer_not_asked(question)
    understood = _answer_or_search(question, question.request, corpus)
    findings, request = understood.findings, understood.request
    read_as = (f"Interpreted as: {question.read_as}",) if question.read_as else ()
    return _make_answer(
        findings,
        request,
        question.text,
        notes=(*question.notes, *read_as),
        context=_carry_on(findings, request, before, pointed),
        is_addressed=is_for_statements(question, findings, has_word, pointed),
    )


def _answer_or_search(question: Question, request: Request, corpus: Corpus) -> _Understood:
    """Answer a request, or search instead where it was chosen in doubt and finds nothing, and a search surely does.

    "Where does the name come from?" may be for the places of a word, or for what a passage says of it.
    """
    findings = find(request, corpus)
    if findings.answered or isinstance(request, SearchRequest):
        return _Understood(question, request, findings)
    if question.left:
        # Only a request that explains the whole question may say that nothing fits.
        search = SearchRequest(question.text, request.filters)
        return _Understood(question, search, find(search, corpus))
    if question.is_sure or is_count(question.text):
        return _Understood(question, request, findings)
    search = SearchRequest(question.text, request.filters)
    found = find(search, corpus)
    if found.answered and (found.likelihood or 0.0) >= _SURE:
        return _Understood(question, search, found)
    return _Understood(question, request, findings)


def _make_answer(
    findings: Findings,
    request: Request,
    question: str,
    *,
    context: Context | None,
    notes: Sequence[str] = (),
    is_addressed: bool = True,
) -> Answer:
    return Answer(
        kind=findings.kind or request.engine,
        answered=findings.answered,
        question=question,
        headline=findings.headline,
        evidence=findings.evidence,
        notes=(*findings.notes, *notes),
        overview=findings.overview,
        follow_ups=findings.follow_ups,
        context=context,
        is_addressed=is_addressed,
        request=request,
    )


# -- threads ---------------------------------------------------------------------------------------------------------


def _without_removed(follows: Context | None, statements: Sequence[Held]) -> Context | None:
    """Return what a follow-up goes on from without the statements that were removed; None where all were."""
    if follows is None:
        return None
    ids = {one.statement.id for one in statements}
    follows = replace(follows, found=tuple(one for one in follows.found if one in ids))
    if not follows.filters.statement_ids:
        return follows
    kept = tuple(one for one in follows.filters.statement_ids if one in ids)
    return replace(follows, filters=replace(follows.filters, statement_ids=kept)) if kept else None


def _context_of(findings: Findings, request: Request) -> Context | None:
    """Return what the next question in a thread goes on from: the scope set in words, and the statements quoted now."""
    if findings.filters is None:
        return None if findings.kind is AnswerKind.NO_STATEMENTS else Context(request.filters, request=request)
    quoted = dict.fromkeys(one.statement.id for one in findings.evidence) if findings.answered else {}
    return Context(
        filters=findings.filters,
        subject=findings.subject,
        engine=request.engine,
        found=tuple(quoted) if len(quoted) <= _MOST_FOUND else (),
        excluded=findings.excluded,
        request=request,
    )


def _carry_on(findings: Findings, request: Request, before: Context | None, pointed: Context | None) -> Context | None:
    """Return the context of an answer; a question that pointed back to the last one leaves the scope as it was."""
    context = _context_of(findings, request)
    if context is None or before is None or pointed is None or pointed is before or context.filters != pointed.filters:
        return context
    return replace(context, filters=before.filters, found=context.found or pointed.found)
