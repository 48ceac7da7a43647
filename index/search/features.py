"""What tells a passage that answers from one that does not: numbers for each candidate of one question.

Every feature is one column; its name says what it is, and `ranking` weighs it by that name.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.corpus.statements import PassageKind
from index.search.passages import (
    DATE,
    NAME,
    NUMBER,
    RESOLUTION,
    CandidateBatch,
    Floats,
    Integers,
    Mask,
    Rows,
)
from index.text.dates import MONTHS

Columns = dict[str, NDArray[Any]]
"""Features by name, each (m,)."""

_SATURATION = 1.2
_LENGTH_SHARE = 0.75
"""BM25's k1 and b, as Lucene has them."""

_SENTENCE_COVERAGE_WEIGHT = 0.5
"""What covering all of the question's terms adds to a sentence's cosine when the best sentence is chosen."""

_MOST_WANTED = 3
_MOST_NEW = 5
"""More words of the kind asked for, or more new ones, than this say no more."""

_NEAR = 3
"""Terms apart that still count as neighbours: "launch of the missile" for "missile launch" does not, "ballistic and
cruise missiles" for "ballistic missiles" does."""

_EPSILON = 1e-6

_ASKING = {
    "how_many": re.compile(
        r"\bhow (?:many|much|long|old|far|often|big|large|tall|high|fast)\b|\bnumber of\b|\bpopulation\b|\bcosts?\b"
        r"|\bwhat (?:percent|percentage|share|number|amount|proportion)\b",
        re.IGNORECASE,
    ),
    "when": re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b", re.IGNORECASE),
    "who": re.compile(
        r"\bwho(?:m|se)?\b|\b(?:which|what) (?:[\w'’-]+ ){0,2}?(?:countr(?:y|ies)|nations?|states?|governments?"
        r"|leaders?|ministers?|person|people|officials?|envoys?|delegations?|organi[sz]ations?|president|king|queen"
        r"|company|team|actor|singer|author)\b",
        re.IGNORECASE,
    ),
    "where": re.compile(
        r"\bwhere\b|\b(?:what|which) (?:[\w'’-]+ )?(?:cit(?:y|ies)|place|location|town|region)\b", re.IGNORECASE
    ),
    "why": re.compile(r"\bwhy\b", re.IGNORECASE),
    "how": re.compile(r"\bhow\b(?! (?:many|much|long|old|far|often|big|large|tall|high|fast)\b)", re.IGNORECASE),
    "yes_or_no": re.compile(
        r"\A(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
    ),
    "any": re.compile(r"\b(?:who|whose|whom|what|which|when|where|why|how)\b", re.IGNORECASE),
}
"""Questions by what they ask for, at least by one word; a question may be of several kinds."""

_WANTED_MARKS = {"how_many": NUMBER, "when": DATE, "who": NAME, "where": NAME}
"""What the answer to such a question is written with; the first kind that fits counts."""

_SIGNED = re.compile(r"\bsign(?:ed|s|ers?|ing|atory|atories)\b", re.IGNORECASE)
_ISSUED = re.compile(r"\b(?:issu(?:ed?|ers?|ing)|put out|releas(?:ed?|ing)|publish(?:ed)?|behind)\b", re.IGNORECASE)
_MET = re.compile(
    r"\b(?:took part|tak(?:e|es|ing) part|participat\w+|attend\w*|joined|met|meets?|meeting|parties|involved|conven\w+"
    r"|gather\w+|held|hosted?)\b",
    re.IGNORECASE,
)
"""Who met, where and when stands at the head of a statement, before its text."""

_RESOLUTION_WORDS = re.compile(
    r"\b(?:(?P<asked>which|what|any|all|list)|(?P<named>resolutions?|unscrs?)\b(?!\s*\(?\d))\b|(?P<end>[.?])",
    re.IGNORECASE,
)

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_MONTHS = tuple(map(str.lower, MONTHS))
_MONTH = re.compile(
    r"\b(?:(?i:january|february|april|june|july|august|september|october|november|december)|March|May"
    r"|(?:march|may)(?=,?\s+\d))\b"
)
"""Months as named in a question; "may" and "march" are words too."""

_GATED = ("both", "similarity_place", "sentence_place", "words_with_title_place", "title_words_place")
_GATED_BY_SIBLINGS = (
    *_GATED,
    *("similarity", "similarity_gap", "sentence", "sentence_gap", "words", "words_gap", "words_with_title_gap"),
    *("coverage_with_title", "chosen_sentence_coverage", "missing_rarest", "length"),
    *("title_similarity_gap", "title_words"),
)


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """A question as its candidates are compared with it, with the statistics of all passages.

    `numbers` are, for each of its terms, the numbers of the terms that count as it, itself first; none for a term that
    no passage has. `frequencies` say how many passages have any of them; `is_name` and `is_number` how it was typed.
    `passages` is how many passages there are, `mean_length` their mean number of terms.
    """

    text: str
    embedding: Floats
    numbers: tuple[tuple[int, ...], ...]
    frequencies: Integers
    is_name: Mask
    is_number: Mask
    passages: int
    mean_length: float


@dataclass(frozen=True, slots=True)
class Features:
    """The candidates' features by name, each (m,) float64; and the best sentence of each candidate.

    `columns` order the candidates; with `answering` they tell whether the best one answers. `best_sentences` (m,) count
    from 0 within the passage.
    """

    columns: Columns
    answering: Columns
    best_sentences: Integers


def compute_features(question: AnalysedQuestion, candidates: CandidateBatch, similarities: Floats) -> Features:
    """Return the features of the candidates of a question.

    Args:
        question: what is asked.
        candidates: at least one.
        similarities: the cosine similarity of each candidate's passage to the question, (m,).
    """
    counts = _count_terms(question, candidates)
    columns = _similarity_columns(candidates, similarities, counts)
    columns |= _word_columns(question, candidates, counts)
    columns |= _title_columns(question, candidates, counts)
    columns |= _kind_columns(question, candidates, counts)
    of_question = _question_columns(question, candidates, counts)
    columns |= _statement_columns(candidates, columns, of_question["candidates_with_siblings"])
    columns |= _gated_columns(question, columns, of_question)
    columns |= _joint_columns(columns)
    columns |= of_question
    answering = _missing_columns(question, counts) | _asked_columns(question, candidates, counts)
    return Features(columns, answering, counts.best_sentences - counts.first_sentences)


@dataclass(frozen=True, slots=True)
class _TermCounts:
    """The question's terms in the candidates.

    `slots` (t,) is for each term of the candidates which of the question's it is, -1 for none. `in_body` and
    `in_context` (m, q) count them by candidate, `in_sentences` (s, q) tells them by sentence. `weights` (q,) are the
    inverse document frequencies, `shares` the same with sum 1; `missing` (m, q) are the weights of those that a
    candidate has in neither. `lengths` and `context_lengths` (m,) are in terms. `sentence_similarities` (s,) are
    cosines; `best_sentences` and `first_sentences` (m,) are rows among all sentences.
    """

    slots: Rows
    in_body: Floats
    in_context: Floats
    in_sentences: Mask
    weights: Floats
    shares: Floats
    missing: Floats
    lengths: Rows
    context_lengths: Rows
    sentence_similarities: Floats
    sentence_coverage: Floats
    first_sentences: Rows
    best_sentences: Rows


def _count_terms(question: AnalysedQuestion, candidates: CandidateBatch) -> _TermCounts:
    size, width, sentences = len(candidates), max(len(question.numbers), 1), len(candidates.sentence_passages)
    slots, context_slots = _find_slots(question, candidates)
    in_body = _tally(candidates.term_passages, slots, size, width)
    in_context = _tally(candidates.context_passages, context_slots, size, width)
    items, introductions = _find_introductions(candidates)
    in_context[items] += in_body[introductions]
    in_sentences = _tally(candidates.term_sentences, slots, sentences, width) > 0
    frequencies = question.frequencies.astype(np.float32) if len(question.frequencies) else np.zeros(1, np.float32)
    weights = np.log1p((question.passages - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    shares = weights / max(float(weights.sum()), _EPSILON)
    coverage = _sum_shares(in_sentences | (in_context > 0)[candidates.sentence_passages], shares)
    similarities = candidates.sentence_vectors @ question.embedding
    first = np.searchsorted(candidates.sentence_passages, np.arange(size))
    fit = similarities + _SENTENCE_COVERAGE_WEIGHT * coverage
    return _TermCounts(
        slots=slots,
        in_body=in_body,
        in_context=in_context,
        in_sentences=in_sentences,
        weights=weights,
        shares=shares,
        missing=np.where((in_body > 0) | (in_context > 0), np.float32(0), weights),
        lengths=np.bincount(candidates.term_passages, minlength=size),
        context_lengths=np.bincount(candidates.context_passages, minlength=size),
        sentence_similarities=similarities,
        sentence_coverage=coverage,
        first_sentences=first,
        best_sentences=np.lexsort((-fit, candidates.sentence_passages))[first],
    )


def _find_slots(question: AnalysedQuestion, candidates: CandidateBatch) -> tuple[Rows, Rows]:
    """Return which of the question's terms each term of the candidates, and of their contexts, is; -1 for none."""
    highest = [int(numbers.max(initial=0)) for numbers in (candidates.terms, candidates.context)]
    highest += [max(numbers, default=0) for numbers in question.numbers]
    slot_of = np.full(max(highest) + 1, -1, dtype=np.int64)
    for slot, numbers in enumerate(question.numbers):
        slot_of[list(numbers)] = slot
    return slot_of[candidates.terms], slot_of[candidates.context]


def _tally(rows: Rows, slots: Rows, height: int, width: int) -> Floats:
    """Return how often each row has each of the question's terms, (height, width)."""
    is_found = slots >= 0
    counts = np.bincount(rows[is_found] * width + slots[is_found], minlength=height * width)
    return counts.reshape(height, width).astype(np.float32)


def _find_introductions(candidates: CandidateBatch) -> tuple[Rows, Rows]:
    """Return the rows of list items, and of each the row of the candidate that introduces it: "We agreed to:"."""
    in_reading_order = np.lexsort((candidates.positions, candidates.statements))
    places = np.arange(len(in_reading_order))
    before = np.maximum.accumulate(np.where(candidates.introduces_list[in_reading_order], places, -1))
    is_item = _is_kind(candidates, PassageKind.LIST_ITEM)[in_reading_order]
    statements = candidates.statements[in_reading_order]
    items = np.flatnonzero(is_item & (before >= 0) & (before < places) & (statements[before] == statements))
    return in_reading_order[items], in_reading_order[before[items]]


def _similarity_columns(candidates: CandidateBatch, similarities: Floats, counts: _TermCounts) -> Columns:
    """Return how close the embeddings are: of the passage, of its best sentence, of its second."""
    of_sentences, first = counts.sentence_similarities, counts.first_sentences
    best = np.maximum.reduceat(of_sentences, first)
    others = np.where(of_sentences >= best[candidates.sentence_passages], -1.0, of_sentences)
    second = np.maximum.reduceat(others, first)
    both = (similarities + best) / 2
    return {
        "similarity": similarities,
        "similarity_gap": _gap(similarities),
        "similarity_place": _place(similarities),
        "sentence": best,
        "sentence_gap": _gap(best),
        "sentence_place": _place(best),
        "second_sentence": np.where(second < 0, best, second),
        "chosen_sentence": of_sentences[counts.best_sentences],
        "both": both,
        "both_place": _place(both),
    }


def _word_columns(question: AnalysedQuestion, candidates: CandidateBatch, counts: _TermCounts) -> Columns:
    """Return how well the question's words are found: BM25 as a share of the most it could be, and coverage."""
    weights, shares = counts.weights, counts.shares
    in_either = (counts.in_body > 0) | (counts.in_context > 0)
    mean = max(question.mean_length, 1.0)
    body = _bm25(counts.in_body, counts.lengths / mean, weights)
    lengths = (counts.lengths + counts.context_lengths) / (mean + counts.context_lengths.mean())
    whole = _bm25(counts.in_body + counts.in_context, lengths, weights)
    total = max(float(weights.sum()), _EPSILON)
    return {
        "words": body,
        "words_gap": _gap(body),
        "words_with_title": whole,
        "words_with_title_gap": _gap(whole),
        "words_with_title_place": _place(whole),
        "coverage": _sum_shares(counts.in_body > 0, shares),
        "coverage_with_title": _sum_shares(in_either, shares),
        "sentence_coverage": np.maximum.reduceat(_sum_shares(counts.in_sentences, shares), counts.first_sentences),
        "chosen_sentence_coverage": counts.sentence_coverage[counts.best_sentences],
        "missing_rarest": counts.missing.max(axis=1) / np.log1p(max(question.passages, 2)),
        "missing_names": _choose(counts.missing, question.is_name).sum(axis=1) / total,
        "missing_numbers": _choose(~in_either, question.is_number).sum(axis=1).astype(np.float64),
        "adjacent": _find_adjacent(candidates, counts),
        "length": np.log1p(counts.lengths),
    }


def _missing_columns(question: AnalysedQuestion, counts: _TermCounts) -> Columns:
    """Return what a passage, and what its best sentence, lacks of the question's words: how many, and how rare."""
    is_known = np.zeros(len(counts.weights), dtype=np.bool_)
    is_known[: len(question.frequencies)] = question.frequencies > 0
    of_passages = ~((counts.in_body > 0) | (counts.in_context > 0))
    of_sentences = ~(counts.in_sentences[counts.best_sentences] | (counts.in_context > 0))
    in_sentence = np.where(of_sentences, counts.weights, np.float32(0))
    return {
        "missing_terms": of_passages.sum(axis=1).astype(np.float64),
        "missing_share": of_passages.mean(axis=1),
        "missing_weight": counts.missing.sum(axis=1),
        "missing_known_weight": counts.missing[:, is_known].sum(axis=1),
        "sentence_missing_terms": of_sentences.sum(axis=1).astype(np.float64),
        "sentence_missing_share": of_sentences.mean(axis=1),
        "sentence_missing_weight": in_sentence.sum(axis=1),
        "sentence_missing_rarest": in_sentence.max(axis=1),
    }


def _asked_columns(question: AnalysedQuestion, candidates: CandidateBatch, counts: _TermCounts) -> Columns:
    """Return what kind of question it is, and what each best sentence has for that kind beyond the question's words."""
    size, sentences = len(candidates), len(candidates.sentence_passages)
    kinds = {name: float(bool(pattern.search(question.text))) for name, pattern in _ASKING.items()}
    found: Columns = {f"asks_{name}": np.full(size, value) for name, value in kinds.items()}
    is_new = counts.slots < 0
    for mark, name in ((NUMBER, "numbers"), (DATE, "dates"), (NAME, "names")):
        marked = candidates.term_sentences[is_new & ((candidates.marks & mark) > 0)]
        new = np.bincount(marked, minlength=sentences)[counts.best_sentences]
        found[f"new_{name}"] = np.minimum(new, _MOST_NEW).astype(np.float64)
        for kind in (kind for kind, wanted in _WANTED_MARKS.items() if wanted == mark):
            found[f"new_{name}_for_{kind}"] = found[f"new_{name}"] * kinds[kind]
            found[f"no_{name}_for_{kind}"] = (new == 0) * kinds[kind]
    return found


def _title_columns(question: AnalysedQuestion, candidates: CandidateBatch, counts: _TermCounts) -> Columns:
    """Return how well the question fits the statement's title, date and issuers."""
    similarity = candidates.title_vectors @ question.embedding
    mean = max(float(counts.context_lengths.mean()), 1.0)
    words = _bm25(counts.in_context, counts.context_lengths / mean, counts.weights)
    return {
        "title_similarity": similarity,
        "title_similarity_gap": _gap(similarity),
        "title_similarity_place": _place(similarity),
        "title_words": words,
        "title_words_place": _place(words),
        "date_fits": _fit_dates(question.text, candidates),
    }


def _kind_columns(question: AnalysedQuestion, candidates: CandidateBatch, counts: _TermCounts) -> Columns:
    """Return whether a passage has what such a question asks for, beyond the question's own words."""
    size, text = len(candidates), question.text
    mark = next((mark for kind, mark in _WANTED_MARKS.items() if _ASKING[kind].search(text)), 0)
    is_wanted = ((candidates.marks & mark) > 0) & (counts.slots < 0)
    in_passages = np.bincount(candidates.term_passages[is_wanted], minlength=size)
    in_sentences = np.bincount(candidates.term_sentences[is_wanted], minlength=len(candidates.sentence_passages))
    signatures, release_lines, notes = (
        _is_kind(candidates, kind).astype(np.float64)
        for kind in (PassageKind.SIGNATURE, PassageKind.RELEASE_LINE, PassageKind.NOTE)
    )
    has_number = np.bincount(candidates.term_passages[(candidates.marks & (NUMBER | DATE)) > 0], minlength=size) > 0
    # "The White House, June 21, 2021" is signed by nobody.
    names_signer = ~has_number if _ASKING["who"].search(text) else True
    asked = {
        "release_line_asked": (release_lines + notes) * bool(_ISSUED.search(text)),
        "head_of_meeting_asked": (release_lines + notes) * bool(_MET.search(text)),
        "signature_asked": signatures * bool(_SIGNED.search(text)) * names_signer,
    }
    return asked | {
        # Few questions ask for each of these: what is learned of one counts for the others too.
        "kind_asked": np.maximum.reduce(list(asked.values())),
        "wanted_in_sentence": np.minimum(in_sentences[counts.best_sentences], _MOST_WANTED),
        "wanted_in_passage": np.minimum(in_passages, _MOST_WANTED),
        "release_line": release_lines,
        "note": notes,
        "signature": signatures,
        "signature_with_number": signatures * has_number,
        "leads_in": candidates.introduces_list.astype(np.float64),
        "numbered_resolution": _find_numbered_resolutions(candidates) * asks_for_resolutions(text),
    }


def _statement_columns(candidates: CandidateBatch, columns: Columns, has_siblings: NDArray[Any]) -> Columns:
    """Return how well the best passage of the same statement fits: the question may be about all of it.

    Where statements have one passage each, this is nothing new, and would only be counted twice.
    """
    _, group = np.unique(candidates.statements, return_inverse=True)
    found = {}
    for name in ("similarity", "words_with_title"):
        best = np.full(group.max() + 1, -1.0)
        np.maximum.at(best, group, columns[name])
        found[f"statement_{name}_gap"] = _gap(best)[group] * has_siblings
    return found


def _gated_columns(question: AnalysedQuestion, columns: Columns, of_question: Columns) -> Columns:
    """Return columns that count only for some questions: what a best weight is differs between kinds of them.

    Who types no capital asks in a search engine's words; a text without a title has only its words; among passages of
    one statement its title and subject tell nothing apart.
    """
    typed_bare = float(question.text[:1].islower())
    has_title, has_siblings = of_question["candidates_with_title"], of_question["candidates_with_siblings"]
    found = {f"{name}_typed_bare": columns[name] * typed_bare for name in _GATED}
    found |= {f"{name}_with_titles": columns[name] * has_title for name in _GATED}
    return found | {f"{name}_with_siblings": columns[name] * has_siblings for name in _GATED_BY_SIBLINGS}


def _joint_columns(columns: Columns) -> Columns:
    """Return how well meaning and words fit together, which no sum of the two can say: both, either, the best of all.

    `fused_rank` is 1 for the best by equal parts of the two, 1/2 for the second, and the same for those that tie.
    """
    meaning, words = columns["both_place"], columns["words_with_title_place"]
    fused = meaning + words
    return {
        "fits_both": meaning * words,
        "fits_either": np.maximum(meaning, words),
        "fused_rank": 1.0 / (1 + np.searchsorted(np.sort(-fused), -fused)),
    }


def _question_columns(question: AnalysedQuestion, candidates: CandidateBatch, counts: _TermCounts) -> Columns:
    """Return what is the same for all candidates, and so orders none: what kind of question it is, over what texts."""
    is_unknown = question.frequencies == 0
    values = {
        "question_typed_bare": float(question.text[:1].islower()),
        "question_terms": math.log1p(len(question.numbers)),
        "question_names": float(question.is_name.sum()),
        "question_unknown": float(counts.shares[: len(is_unknown)][is_unknown].sum()),
        "question_kind_known": float(any(_ASKING[kind].search(question.text) for kind in _WANTED_MARKS)),
        "candidates_with_title": float(np.any(candidates.title_vectors, axis=1).mean()),
        "candidates_with_siblings": float((candidates.sizes > 1).mean()),
    }
    return {name: np.full(len(candidates), value) for name, value in values.items()}


def _bm25(counts: Floats, relative_lengths: NDArray[np.float64], weights: Floats) -> NDArray[np.float64]:
    """Return the BM25 score of each row of counts as a share of the most it could be, (rows,)."""
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * relative_lengths)[:, np.newaxis]
    scores: NDArray[np.float64] = (weights * counts * (_SATURATION + 1) / (counts + damping)).sum(axis=1)
    return scores / max(float(weights.sum()) * (_SATURATION + 1), _EPSILON)


def _sum_shares(is_present: Mask, shares: Floats) -> Floats:
    """Return the shares of the terms that each row has, (rows,)."""
    # A product of matrices this small is no faster, and BLAS then warns of what it reads beside them.
    found: Floats = np.where(is_present, shares, np.float32(0)).sum(axis=1)
    return found


def _gap(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return how far each is behind the best, 0 for the best."""
    found: NDArray[np.float64] = values - values.max()
    return found


def _place(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return where each is between the worst, 0, and the best, 1."""
    low, high = values.min(), values.max()
    found: NDArray[np.float64] = (values - low) / max(float(high - low), _EPSILON)
    return found


def _choose(values: NDArray[Any], is_chosen: Mask) -> NDArray[Any]:
    """Return the columns of the chosen terms; none for a question without terms."""
    return values[:, is_chosen] if len(is_chosen) else values[:, :0]


def _is_kind(candidates: CandidateBatch, kind: PassageKind) -> Mask:
    return np.array([one is kind for one in candidates.kinds], dtype=np.bool_)


def _find_adjacent(candidates: CandidateBatch, counts: _TermCounts) -> NDArray[np.float64]:
    """Return the share of the question's neighbouring terms that are neighbours in a passage too."""
    size, width = counts.in_body.shape
    found = np.zeros(size)
    at = np.flatnonzero(counts.slots >= 0)
    if width < 2 or len(at) < 2:
        return found
    left, right = at[:-1], at[1:]
    follows = counts.slots[right] == counts.slots[left] + 1
    is_near = (right - left <= _NEAR) & (candidates.term_passages[right] == candidates.term_passages[left])
    chosen = left[follows & is_near]
    pairs = np.unique(candidates.term_passages[chosen] * width + counts.slots[chosen])
    np.add.at(found, pairs // width, 1 / (width - 1))
    return found


def _find_numbered_resolutions(candidates: CandidateBatch) -> NDArray[np.float64]:
    """Return whether a passage has a number right after the word resolution."""
    found = np.zeros(len(candidates))
    words = np.flatnonzero(candidates.marks & RESOLUTION)
    for distance in range(1, _NEAR + 1):
        starts = words[words + distance < len(candidates.marks)]
        ends = starts + distance
        is_number = (candidates.marks[ends] & NUMBER) > 0
        is_same = candidates.term_passages[starts] == candidates.term_passages[ends]
        found[candidates.term_passages[starts[is_number & is_same]]] = 1.0
    return found


def asks_for_resolutions(question: str) -> bool:
    """Tell whether a question asks for resolutions in general: "which resolutions are cited?"."""
    is_asked = False
    # Word by word: one pattern for both words would look for the second from each first.
    for match in _RESOLUTION_WORDS.finditer(question):
        if match["named"] and is_asked:
            return True
        is_asked = (is_asked or bool(match["asked"])) and not match["end"]
    return False


def _fit_dates(question: str, candidates: CandidateBatch) -> NDArray[np.float64]:
    """Return 1 where the statement is of the year and month that a question names, -1 where it is not, else 0."""
    years = [int(year) for year in _YEAR.findall(question)]
    months = [_MONTHS.index(month.lower()) + 1 for month in _MONTH.findall(question)]
    if not years and not months:
        return np.zeros(len(candidates))
    year, month = candidates.dates[:, 0], candidates.dates[:, 1]
    fits = (np.isin(year, years) | (not years)) & (np.isin(month, months) | (not months))
    found: NDArray[np.float64] = np.where(year == 0, 0.0, np.where(fits, 1.0, -1.0))
    return found
