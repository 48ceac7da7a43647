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
from index.search.passages import DATE, NAME, NUMBER, RESOLUTION, CandidateBatch, Floats, Integers

_SATURATION = 1.2
_LENGTH_SHARE = 0.75
"""BM25's k1 and b, as Lucene has them."""

_MOST = 3
"""More words of the kind asked for than this say no more."""

_EPSILON = 1e-6

_HOW_MANY = re.compile(
    r"\bhow (?:many|much|long|old|far|often|big|large|tall|high|fast)\b|\bnumber of\b|\bpopulation\b|\bcosts?\b"
    r"|\bwhat (?:percent|percentage|share|number|amount|proportion)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century)\b", re.IGNORECASE)
_WHO = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:which|what) (?:[\w'’-]+ ){0,2}?(?:countr(?:y|ies)|nations?|states?|governments?|leaders?"
    r"|ministers?|person|people|officials?|envoys?|delegations?|organi[sz]ations?|president|king|queen|company|team|actor"
    r"|singer|author)\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:[\w'’-]+ )?(?:cit(?:y|ies)|place|location|town|region)\b", re.IGNORECASE
)
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

_WANTED = ((_HOW_MANY, NUMBER), (_WHEN, DATE), (_WHO, NAME), (_WHERE, NAME))
"""What the answer to such a question is written with; the first that fits counts."""

_ASKING = {
    "how_many": _HOW_MANY,
    "when": _WHEN,
    "who": _WHO,
    "where": _WHERE,
    "why": re.compile(r"\bwhy\b", re.IGNORECASE),
    "how": re.compile(r"\bhow\b(?! (?:many|much|long|old|far|often|big|large|tall|high|fast)\b)", re.IGNORECASE),
    "yes_or_no": re.compile(
        r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.IGNORECASE
    ),
    "any": re.compile(r"\b(?:who|whose|whom|what|which|when|where|why|how)\b", re.IGNORECASE),
}
"""Questions by what they ask for, at least by one word; a question may be of several kinds."""

_FOR_KIND = {"how_many": NUMBER, "when": DATE, "who": NAME, "where": NAME}

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = re.compile(
    r"\b(?:(?i:january|february|april|june|july|august|september|october|november|december)|March|May"
    r"|(?:march|may)(?=,?\s+\d))\b"
)
"""Months as named in a question; "may" and "march" are words too."""


@dataclass(frozen=True, slots=True)
class QuestionForms:
    """A question as its candidates are compared with it.

    `numbers` are, for each content term, the numbers of the terms that count as it, itself first; empty for one that no
    passage has. `frequencies` say how many passages have any of them; `is_name` and `is_number` how it was typed.
    """

    text: str
    embedding: Floats
    numbers: tuple[tuple[int, ...], ...]
    frequencies: Integers
    is_name: NDArray[np.bool_]
    is_number: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of all passages: how many, and their mean length in terms."""

    passages: int
    mean_length: float


@dataclass(frozen=True, slots=True)
class Features:
    """The candidates' features by name, each (m,) float64; and the best sentence of each candidate.

    `columns` order the candidates; with `answering` they tell whether the best one answers. `best_sentences` (m,) count
    from 0 within the passage.
    """

    columns: dict[str, NDArray[Any]]
    answering: dict[str, NDArray[Any]]
    best_sentences: Integers


def compute_features(
    question: QuestionForms, candidates: CandidateBatch, similarities: Floats, statistics: Statistics
) -> Features:
    """Return the features of the candidates of a question.

    Args:
        question: what is asked.
        candidates: the forms of the candidates, at least one.
        similarities: the cosine similarity of each candidate's passage to the question, (m,).
        statistics: of all passages.
    """
    counted = _count(question, candidates, statistics)
    columns = _similarity_columns(candidates, similarities, counted)
    columns |= _word_columns(question, candidates, counted, statistics)
    columns |= _title_columns(question, candidates, counted)
    columns |= _kind_columns(question, candidates, counted)
    of_question = _question_columns(question, candidates, counted)
    columns |= _statement_columns(candidates, columns, of_question["candidates_with_siblings"])
    columns |= _gated_columns(question, columns, of_question)
    columns |= _joint_columns(columns)
    columns |= of_question
    answering = _missing_columns(question, counted) | _asked_columns(question, candidates, counted)
    return Features(columns, answering, counted.best_sentences - counted.first_sentences)


# -- what is counted once ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counted:
    """The question's terms in the candidates.

    `slots` (t,) is for each term of the candidates which of the question's it is, -1 for none. `in_body` and
    `in_context` (m, q) count them by candidate, `in_sentences` (s, q) tells them by sentence. `weights` (q,) are the
    inverse document frequencies, `shares` the same with sum 1. `sentence_similarities` (s,) are cosines;
    `best_sentences` and `first_sentences` (m,) are rows among all sentences.
    """

    slots: NDArray[np.int64]
    in_body: Floats
    in_context: Floats
    in_sentences: NDArray[np.bool_]
    weights: Floats
    shares: Floats
    lengths: Integers
    sentence_similarities: Floats
    sentence_coverage: Floats
    first_sentences: NDArray[np.int64]
    best_sentences: NDArray[np.int64]


_SENTENCE_COVERAGE_WEIGHT = 0.5
"""What covering all of the question's terms adds to a sentence's cosine when the best sentence is chosen."""


def _count(question: QuestionForms, candidates: CandidateBatch, statistics: Statistics) -> _Counted:
    size, terms = len(candidates), max(len(question.numbers), 1)
    highest = [int(numbers.max(initial=0)) for numbers in (candidates.terms, candidates.context)]
    highest += [max(numbers, default=0) for numbers in question.numbers]
    slot_of = np.full(max(highest) + 1, -1, dtype=np.int64)
    for slot, numbers in enumerate(question.numbers):
        slot_of[list(numbers)] = slot
    slots = slot_of[candidates.terms]
    hit = slots >= 0
    in_body = _tally(candidates.term_passages[hit], slots[hit], size, terms)
    context_slots = slot_of[candidates.context]
    named = context_slots >= 0
    in_context = _tally(candidates.context_passages[named], context_slots[named], size, terms)
    led_in, leads = _find_lead_ins(candidates)
    in_context[led_in] += in_body[leads]
    sentences = len(candidates.sentence_passages)
    in_sentences = _tally(candidates.term_sentences[hit], slots[hit], sentences, terms) > 0
    frequencies = question.frequencies.astype(np.float32) if len(question.frequencies) else np.zeros(1, np.float32)
    weights = np.log1p((statistics.passages - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    shares = weights / max(float(weights.sum()), _EPSILON)
    coverage = _weigh(in_sentences | (in_context > 0)[candidates.sentence_passages], shares)
    similarities = candidates.sentence_vectors @ question.embedding
    first = np.searchsorted(candidates.sentence_passages, np.arange(size))
    fit = similarities + _SENTENCE_COVERAGE_WEIGHT * coverage
    return _Counted(
        slots=slots,
        in_body=in_body,
        in_context=in_context,
        in_sentences=in_sentences,
        weights=weights,
        shares=shares,
        lengths=np.bincount(candidates.term_passages, minlength=size).astype(np.int32),
        sentence_similarities=similarities,
        sentence_coverage=coverage,
        first_sentences=first,
        best_sentences=np.lexsort((-fit, candidates.sentence_passages))[first],
    )


def _tally(rows: NDArray[np.int64], columns: NDArray[np.int64], height: int, width: int) -> Floats:
    """Return how often each pair of row and column occurs, (height, width)."""
    counts = np.bincount(rows * width + columns, minlength=height * width)
    return counts.reshape(height, width).astype(np.float32)


# -- columns -----------------------------------------------------------------------------------------------------------


def _similarity_columns(candidates: CandidateBatch, similarities: Floats, counted: _Counted) -> dict[str, NDArray[Any]]:
    """Return how close the embeddings are: of the passage, of its best sentence, of its second."""
    of_sentences, first = counted.sentence_similarities, counted.first_sentences
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
        "chosen_sentence": of_sentences[counted.best_sentences],
        "both": both,
        "both_place": _place(both),
    }


def _word_columns(
    question: QuestionForms, candidates: CandidateBatch, counted: _Counted, statistics: Statistics
) -> dict[str, NDArray[Any]]:
    """Return how well the question's words are found: BM25 as a share of the most it could be, and coverage."""
    weights, shares = counted.weights, counted.shares
    most = max(float(weights.sum()) * (_SATURATION + 1), _EPSILON)
    in_either = (counted.in_body > 0) | (counted.in_context > 0)
    contexts = np.bincount(candidates.context_passages, minlength=len(candidates))
    mean = max(statistics.mean_length, 1.0)
    body = _bm25(counted.in_body, counted.lengths / mean, weights) / most
    whole = _bm25(
        counted.in_body + counted.in_context, (counted.lengths + contexts) / (mean + contexts.mean()), weights
    )
    whole /= most
    missing = np.where(in_either, 0.0, weights)
    return {
        "words": body,
        "words_gap": _gap(body),
        "words_with_title": whole,
        "words_with_title_gap": _gap(whole),
        "words_with_title_place": _place(whole),
        "coverage": _weigh(counted.in_body > 0, shares),
        "coverage_with_title": _weigh(in_either, shares),
        "sentence_coverage": np.maximum.reduceat(_weigh(counted.in_sentences, shares), counted.first_sentences),
        "chosen_sentence_coverage": counted.sentence_coverage[counted.best_sentences],
        "missing_rarest": missing.max(axis=1) / np.log1p(max(statistics.passages, 2)),
        "missing_names": _over(missing, question.is_name).sum(axis=1) / max(float(weights.sum()), _EPSILON),
        "missing_numbers": _over(~in_either, question.is_number).sum(axis=1).astype(np.float64),
        "adjacent": _adjacent(candidates, counted),
        "length": np.log1p(counted.lengths),
    }


def _missing_columns(question: QuestionForms, counted: _Counted) -> dict[str, NDArray[Any]]:
    """Return what a passage, and what its best sentence, lacks of the question's words: how many, and how rare."""
    named = counted.in_context > 0
    of_passages = ~((counted.in_body > 0) | named)
    of_sentences = ~(counted.in_sentences[counted.best_sentences] | named)
    known = np.zeros(len(counted.weights), dtype=np.bool_)
    known[: len(question.frequencies)] = question.frequencies > 0
    missing = np.where(of_passages, counted.weights, np.float32(0))
    in_sentence = np.where(of_sentences, counted.weights, np.float32(0))
    return {
        "missing_terms": of_passages.sum(axis=1).astype(np.float64),
        "missing_share": of_passages.mean(axis=1),
        "missing_weight": missing.sum(axis=1),
        "missing_known_weight": missing[:, known].sum(axis=1),
        "sentence_missing_terms": of_sentences.sum(axis=1).astype(np.float64),
        "sentence_missing_share": of_sentences.mean(axis=1),
        "sentence_missing_weight": in_sentence.sum(axis=1),
        "sentence_missing_rarest": in_sentence.max(axis=1),
    }


def _asked_columns(question: QuestionForms, candidates: CandidateBatch, counted: _Counted) -> dict[str, NDArray[Any]]:
    """Return what kind of question it is, and what each best sentence has for that kind beyond the question's words."""
    kinds = {
        name: float(bool(pattern.match(question.text) if name == "yes_or_no" else pattern.search(question.text)))
        for name, pattern in _ASKING.items()
    }
    sentences = len(candidates.sentence_passages)
    found: dict[str, NDArray[Any]] = {f"asks_{name}": np.full(len(candidates), value) for name, value in kinds.items()}
    new = counted.slots < 0
    for mark, name in ((NUMBER, "numbers"), (DATE, "dates"), (NAME, "names")):
        marked = candidates.term_sentences[new & ((candidates.marks & mark) > 0)]
        counts = np.bincount(marked, minlength=sentences)[counted.best_sentences]
        found[f"new_{name}"] = np.minimum(counts, _MOST_NEW).astype(np.float64)
        for kind, wanted in _FOR_KIND.items():
            if wanted == mark:
                found[f"new_{name}_for_{kind}"] = found[f"new_{name}"] * kinds[kind]
                found[f"no_{name}_for_{kind}"] = (counts == 0) * kinds[kind]
    return found


_MOST_NEW = 5


def _title_columns(question: QuestionForms, candidates: CandidateBatch, counted: _Counted) -> dict[str, NDArray[Any]]:
    """Return how well the question fits what the statement is called, when it was issued and by whom."""
    similarity = candidates.title_vectors @ question.embedding
    contexts = np.bincount(candidates.context_passages, minlength=len(candidates))
    total = max(float(counted.weights.sum()) * (_SATURATION + 1), _EPSILON)
    words = _bm25(counted.in_context, contexts / max(float(contexts.mean()), 1.0), counted.weights) / total
    return {
        "title_similarity": similarity,
        "title_similarity_gap": _gap(similarity),
        "title_similarity_place": _place(similarity),
        "title_words": words,
        "title_words_place": _place(words),
        "date_fits": _date_fits(question.text, candidates),
    }


def _kind_columns(question: QuestionForms, candidates: CandidateBatch, counted: _Counted) -> dict[str, NDArray[Any]]:
    """Return whether a passage has what such a question asks for, beyond the question's own words."""
    size = len(candidates)
    mark = next((mark for pattern, mark in _WANTED if pattern.search(question.text)), 0)
    wanted = ((candidates.marks & mark) > 0) & (counted.slots < 0)
    in_passages = np.bincount(candidates.term_passages[wanted], minlength=size)
    in_sentences = np.bincount(candidates.term_sentences[wanted], minlength=len(candidates.sentence_passages))
    in_best = in_sentences[counted.best_sentences]
    signatures, release_lines, notes = (
        np.array([kind is one for kind in candidates.kinds], dtype=np.float64)
        for one in (PassageKind.SIGNATURE, PassageKind.RELEASE_LINE, PassageKind.NOTE)
    )
    has_number = np.bincount(candidates.term_passages[(candidates.marks & (NUMBER | DATE)) > 0], minlength=size) > 0
    # "The White House, June 21, 2021" is signed by nobody.
    names_signer = ~has_number if _WHO.search(question.text) else True
    found = {
        "wanted_in_sentence": np.minimum(in_best, _MOST) if mark else np.zeros(size),
        "wanted_in_passage": np.minimum(in_passages, _MOST) if mark else np.zeros(size),
        "release_line": release_lines,
        "release_line_asked": (release_lines + notes) * bool(_ISSUED.search(question.text)),
        "note": notes,
        "head_of_meeting_asked": (release_lines + notes) * bool(_MET.search(question.text)),
        "signature": signatures,
        "signature_asked": signatures * bool(_SIGNED.search(question.text)) * names_signer,
        "signature_with_number": signatures * has_number,
        "leads_in": candidates.introduces_list.astype(np.float64),
        "numbered_resolution": _numbered_resolutions(candidates) * asks_for_resolutions(question.text),
    }
    # Few questions ask for each of these: what is learned of one goes for the others too.
    asked = ("release_line_asked", "head_of_meeting_asked", "signature_asked")
    return found | {"kind_asked": np.maximum.reduce([found[name] for name in asked])}


def _statement_columns(
    candidates: CandidateBatch, columns: dict[str, NDArray[Any]], has_siblings: NDArray[Any]
) -> dict[str, NDArray[np.float64]]:
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


_GATED = ("both", "similarity_place", "sentence_place", "words_with_title_place", "title_words_place")
_GATED_BY_SIBLINGS = (
    *_GATED,
    *("similarity", "similarity_gap", "sentence", "sentence_gap", "words", "words_gap", "words_with_title_gap"),
    *("coverage_with_title", "chosen_sentence_coverage", "missing_rarest", "length"),
    *("title_similarity_gap", "title_words"),
)


def _gated_columns(
    question: QuestionForms, columns: dict[str, NDArray[Any]], of_question: dict[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Return columns that count only for some questions: what a best weight is differs between kinds of them.

    Whoever types no capital asks in a search engine's words; a text without a title has only its words; among passages
    of one statement its title and subject tell nothing apart.
    """
    typed_bare = float(question.text[:1].islower())
    has_title, has_siblings = of_question["candidates_with_title"], of_question["candidates_with_siblings"]
    found = {f"{name}_typed_bare": columns[name] * typed_bare for name in _GATED}
    found |= {f"{name}_with_titles": columns[name] * has_title for name in _GATED}
    return found | {f"{name}_with_siblings": columns[name] * has_siblings for name in _GATED_BY_SIBLINGS}


def _joint_columns(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[np.float64]]:
    """Return how well meaning and words fit together, which no sum of the two can say: both, either, the best of all.

    `fused_rank` is 1 for the best by equal parts of the two, 1/2 for the second, and the same for those that tie.
    """
    meaning, words = columns["both_place"], columns["words_with_title_place"]
    fused = meaning + words
    ahead = np.searchsorted(np.sort(-fused), -fused)
    return {
        "fits_both": meaning * words,
        "fits_either": np.maximum(meaning, words),
        "fused_rank": 1.0 / (1 + ahead),
    }


def _question_columns(
    question: QuestionForms, candidates: CandidateBatch, counted: _Counted
) -> dict[str, NDArray[Any]]:
    """Return what is the same for all candidates, and so orders none: what kind of question it is, over what texts."""
    unknown = question.frequencies == 0
    values = {
        "question_typed_bare": float(question.text[:1].islower()),
        "question_terms": math.log1p(len(question.numbers)),
        "question_names": float(question.is_name.sum()),
        "question_unknown": float(counted.shares[: len(unknown)][unknown].sum()),
        "question_kind_known": float(any(pattern.search(question.text) for pattern, _ in _WANTED)),
        "candidates_with_title": float(np.any(candidates.title_vectors, axis=1).mean()),
        "candidates_with_siblings": float((candidates.sizes > 1).mean()),
    }
    return {name: np.full(len(candidates), value) for name, value in values.items()}


# -- parts -------------------------------------------------------------------------------------------------------------


def _find_lead_ins(candidates: CandidateBatch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of list items, and of each the row of the candidate that leads it in: "We agreed to:"."""
    in_reading_order = np.lexsort((candidates.positions, candidates.statements))
    places = np.arange(len(in_reading_order))
    before = np.maximum.accumulate(np.where(candidates.introduces_list[in_reading_order], places, -1))
    items = np.array([kind is PassageKind.LIST_ITEM for kind in candidates.kinds])[in_reading_order]
    statements = candidates.statements[in_reading_order]
    led_in = np.flatnonzero(items & (before >= 0) & (before < places) & (statements[before] == statements))
    return in_reading_order[led_in], in_reading_order[before[led_in]]


def _bm25(counts: Floats, relative_lengths: NDArray[np.float64], weights: Floats) -> NDArray[np.float64]:
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * relative_lengths)[:, np.newaxis]
    found: NDArray[np.float64] = (weights * counts * (_SATURATION + 1) / (counts + damping)).sum(axis=1)
    return found


def _weigh(present: NDArray[np.bool_], shares: Floats) -> Floats:
    """Return the shares of the terms that each row has, (rows,)."""
    # A product of matrices this small is no faster, and BLAS then warns of what it reads beside them.
    found: Floats = np.where(present, shares, np.float32(0)).sum(axis=1)
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


def _over(values: NDArray[Any], chosen: NDArray[np.bool_]) -> NDArray[Any]:
    return values[:, chosen] if len(chosen) else values[:, :0]


def _adjacent(candidates: CandidateBatch, counted: _Counted) -> NDArray[np.float64]:
    """Return the share of the question's neighbouring terms that are neighbours in a passage too."""
    size, width = counted.in_body.shape
    found = np.zeros(size)
    at = np.flatnonzero(counted.slots >= 0)
    if width < 2 or len(at) < 2:
        return found
    left, right = at[:-1], at[1:]
    follows = counted.slots[right] == counted.slots[left] + 1
    near = (right - left <= _NEAR) & (candidates.term_passages[right] == candidates.term_passages[left])
    pairs = np.unique(candidates.term_passages[left[follows & near]] * width + counted.slots[left[follows & near]])
    np.add.at(found, pairs // width, 1 / (width - 1))
    return found


_NEAR = 3
"""Terms apart that still count as neighbours: "launch of the missile" for "missile launch" does not, "ballistic and
cruise missiles" for "ballistic missiles" does."""


def asks_for_resolutions(question: str) -> bool:
    """Tell whether a question is which resolutions, and not what one by its number: "which resolutions are cited?"."""
    is_asked = False
    # Word by word: one pattern for both words would look for the second from each first.
    for match in _RESOLUTION_WORDS.finditer(question):
        if match["named"] and is_asked:
            return True
        is_asked = (is_asked or bool(match["asked"])) and not match["end"]
    return False


def _numbered_resolutions(candidates: CandidateBatch) -> NDArray[np.float64]:
    """Return whether a passage has a number right after the word resolution."""
    found = np.zeros(len(candidates))
    words = np.flatnonzero(candidates.marks & RESOLUTION)
    for distance in range(1, _NEAR + 1):
        after = words + distance
        inside = after < len(candidates.marks)
        start, end = words[inside], after[inside]
        is_number = (candidates.marks[end] & NUMBER) > 0
        same = candidates.term_passages[start] == candidates.term_passages[end]
        found[candidates.term_passages[start[is_number & same]]] = 1.0
    return found


def _date_fits(question: str, candidates: CandidateBatch) -> NDArray[np.float64]:
    """Return 1 where the statement is of the year and month that a question names, -1 where it is not, else 0."""
    years = [int(year) for year in _YEAR.findall(question)]
    months = [_MONTHS.index(month.lower()) + 1 for month in _MONTH.findall(question)]
    if not years and not months:
        return np.zeros(len(candidates))
    year, month = candidates.dates[:, 0], candidates.dates[:, 1]
    fits = (np.isin(year, years) | (not years)) & (np.isin(month, months) | (not months))
    found: NDArray[np.float64] = np.where(year == 0, 0.0, np.where(fits, 1.0, -1.0))
    return found
