"""Passages that fit a question in meaning: those that answer it, or that none does."""

import re
from collections.abc import Iterable, Sequence

from index.answer import AnswerKind, Evidence, Findings, count, listed, quoted
from index.corpus.statements import SEARCHED_KINDS
from index.engines.corpus import Corpus
from index.engines.issuers.answer import speaker_notes
from index.engines.mentions.phrases import Occurrence
from index.engines.passages.engine import SearchRequest
from index.engines.passages.terms import QuestionTerms, passages_with
from index.engines.positions.find import HedgeKind, find_hedges
from index.engines.scope import Scope
from index.search.searcher import Hit
from index.text.names import gazetteer

_CANDIDATES = 10
"""Hits that an answer chooses from: it quotes the few that say it."""

_SHOWN = 3
_SHOWN_ON_TOPIC = 5
"""Passages of an answer: what a person reads in a thread before scrolling."""

LIKELY = 0.3
"""Below this probability that the statements answer at all, they are taken not to.

The operating point: where 5 of 100 questions that are answered are refused. `index/training` reports the curve.
"""

LIKELY_WITHOUT_WORDS = 0.6
"""The same where none of the question's words stands anywhere, under any name. Chosen by eye on a few of them."""

_SHARE_OF_BEST = 0.1
"""A passage that is this much less likely to answer than the best is not quoted beside it."""

_ASKS_FOR_ALL = re.compile(
    r"\b(?:what|anything|something|everything|all)\b.*\b(?:say|says|said|mention\w*|stated?|about|regarding|concerning)\b",
    re.IGNORECASE | re.DOTALL,
)
"""A question for whatever is said of a subject, which more than one passage may answer."""

_YES_OR_NO = re.compile(r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE)


def answer_search(request: SearchRequest, corpus: Corpus) -> Findings:
    """Return the passages that answer a question, the likeliest first; or that none does.

    A question for yes or no of whose words none stands anywhere is answered with that fact, and no passage is called
    an answer.
    """
    scope = corpus.select(request.filters)
    found = corpus.search(request.query, _CANDIDATES, scope)
    if request.topic and (findings := _answer_topic(request, scope, found.hits)) is not None:
        return findings
    # The words of all statements are counted; a few statements are read.
    is_present = corpus.open_searcher().has_word if scope.is_all else None
    terms = QuestionTerms(request.query, scope.held, is_present)
    hits = found.hits[request.skip :]
    is_unsaid = bool(terms.absent) and not terms.has_present
    if is_unsaid and hits and _YES_OR_NO.match(request.query):
        return _answer_absent(terms, scope, hits)
    if not hits or found.answered < (LIKELY_WITHOUT_WORDS if is_unsaid else LIKELY):
        return _answer_not_found(hits[:_SHOWN] if terms.has_present else (), scope, terms)
    least = 0.0 if _ASKS_FOR_ALL.search(request.query) else _SHARE_OF_BEST * hits[0].score
    evidence = _to_evidence([hit for hit in hits[:_SHOWN] if hit.score >= least])
    return Findings(
        answered=True,
        headline=_headline(evidence),
        evidence=evidence,
        notes=tuple(_notes(request, scope, terms, evidence)),
        filters=request.filters,
        likelihood=found.answered,
    )


def _answer_topic(request: SearchRequest, scope: Scope, hits: Sequence[Hit]) -> Findings | None:
    """Return the passages that have every word of a subject, the likeliest of each statement first; None if none."""
    named = passages_with(request.topic, scope.held)
    named = {key: places for key, places in named.items() if places[0].passage.kind in SEARCHED_KINDS}
    if not named:
        named = _passages_of_each(request.topic, scope)
    if not named:
        return None
    scores = {hit.passage.id: hit for hit in hits}
    order = {held.statement.id: at for at, held in enumerate(scope.held)}
    summaries = {held.statement.id: held.summary for held in scope.held}
    ranked = sorted(named, key=lambda key: -(scores[key].score if key in scores else 0.0))
    turns: dict[str, int] = {}
    places_of: list[tuple[int, int, int, str]] = []
    for key in ranked:
        statement_id = named[key][0].statement.id
        turns[statement_id] = turns.get(statement_id, 0) + 1
        by_date = order[statement_id] if request.is_newest_first else 0
        places_of.append((by_date, turns[statement_id], len(places_of), key))
    chosen = [key for *_, key in sorted(places_of)][request.skip : request.skip + _SHOWN_ON_TOPIC]
    if not chosen:
        return None
    evidence = [
        Evidence(hit.passage, hit.statement, hit.spans, hit.score)
        if (hit := scores.get(key)) is not None
        else Evidence(one.passage, summaries[one.statement.id], tuple(each.span for each in named[key]))
        for key in chosen
        for one in named[key][:1]
    ]
    statements = len({places[0].statement.id for places in named.values()})
    total = f"{count(len(named), 'passage')} in {count(statements, 'statement')}"
    shown = f", {len(evidence):,} of them here" if len(evidence) < len(named) else ""
    order_words = "the newest first" if request.is_newest_first else "the likeliest first"
    return Findings(
        answered=True,
        headline=f"{total}{shown}, {order_words}.",
        evidence=tuple(evidence),
        notes=tuple(_notes(request, scope, QuestionTerms(request.query, scope.held, lambda _word: True), evidence)),
        filters=request.filters,
        likelihood=1.0,
    )


def _passages_of_each(topic: Sequence[str], scope: Scope) -> dict[str, list[Occurrence]]:
    """Return the passages that have one of several names, where none has them all: "on Hezbollah and on Hong Kong"."""
    names = [word for word in topic if word[:1].isupper() or gazetteer().find_entity(word)]
    if len(names) < len(topic) or len(names) < 2:
        return {}
    found: dict[str, list[Occurrence]] = {}
    for name in names:
        here = passages_with([name], scope.held)
        if not here:
            return {}
        found |= here
    return found


def _answer_absent(terms: QuestionTerms, scope: Scope, hits: Sequence[Hit]) -> Findings:
    """Return that none of the question's words stands in the statements, with the closest passage as no answer."""
    occurs = "occurs" if len(terms.absent) == 1 else "occur"
    words = listed(quoted(word) for word in terms.absent)
    return Findings(
        kind=AnswerKind.NOT_FOUND,
        answered=False,
        filters=scope.filters,
        headline=f"No passage says so: {words} {occurs} 0 times in {scope.words}.",
        evidence=_to_evidence(hits[:1]),
        notes=("Related passages.", *((scope.note,) if scope.note else ())),
    )


def _headline(evidence: Sequence[Evidence]) -> str:
    statements = len({one.statement.id for one in evidence})
    where = "" if statements == 1 and len(evidence) == 1 else f" in {count(statements, 'statement')}"
    order = ", the likeliest first" if len(evidence) > 1 else ""
    return f"{count(len(evidence), 'passage')}{where}{order}."


# -- what a reader must know -----------------------------------------------------------------------------------------


def _notes(request: SearchRequest, scope: Scope, terms: QuestionTerms, evidence: Sequence[Evidence]) -> Iterable[str]:
    for word, counted in terms.under_other_names:
        names = listed(form.text for form in counted.other_names if form.occurrences)
        yield f"{word} → text says {names}."
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


def _answer_not_found(closest: Sequence[Hit], scope: Scope, terms: QuestionTerms) -> Findings:
    """Return the answer that the statements asked about do not say it, with the passages that came closest."""
    total = count(len(scope.held) + len(scope.others), "statement")
    searched = total if scope.is_all else f"{len(scope.held):,} of {total}"
    notes = (*(["Related passages."] if closest else []), *([scope.note] if scope.note else []))
    return Findings(
        kind=AnswerKind.NOT_FOUND,
        answered=False,
        filters=scope.filters,
        headline=(
            f"No passage states it for sure ({searched} searched)."
            if closest and not terms.absent  # its words stand there: it cannot be said to be missing
            else f"Not in the indexed statements ({searched})."
        ),
        evidence=_to_evidence(closest),
        notes=notes,
    )


def _to_evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    return tuple(Evidence(hit.passage, hit.statement, hit.spans, hit.score) for hit in hits)
