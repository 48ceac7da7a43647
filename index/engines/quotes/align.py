"""Align a quotation with the stretch of a statement that it fits best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.engines.quotes.words import FUNCTION_WORDS, Offsets, QuotableStatement, TypedQuotation, Words

_WORD_SCORE = 2000
_FUNCTION_WORD_SCORE = 800
CHANGED_WORD_COST = 600
_PUT_IN_COST = 900
_DROP_COSTS = (1000, 1200)  # for one word left out, and for two
_STITCH_COST = 3000  # for more; each word left out costs one more, so that the nearest place wins

_CELLS = 4_000_000
_CHUNK_WORDS = 1000
_WINDOWS = 16


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best correspondence of a quotation with a text: pairs of words of equal keys, increasing on both sides."""

    score: int
    pairs: tuple[tuple[int, int], ...]


def align(quotation: TypedQuotation, source: Words) -> Alignment:
    """Align a quotation with the stretch of a text that it fits best; words left out in between cost little.

    A quotation longer than any in print is aligned part by part, each after the last.
    """
    scores = word_scores(quotation)
    score, pairs, start = 0, list[tuple[int, int]](), 0
    for first in range(0, len(scores), _CHUNK_WORDS):
        chunk = range(first, min(first + _CHUNK_WORDS, len(scores)))
        columns = _columns(quotation, source, chunk, start)
        gained, found = _align_chunk(quotation, source, chunk, columns, scores)
        score += gained
        pairs += found
        start = pairs[-1][1] + 1 if pairs else 0
    return Alignment(score, tuple(pairs))


def word_scores(quotation: TypedQuotation) -> list[int]:
    """Return what finding each word is worth; what is put in brackets is not looked for."""
    return [
        0 if is_bracketed else _FUNCTION_WORD_SCORE if key in FUNCTION_WORDS else _WORD_SCORE
        for key, is_bracketed in zip(quotation.words.keys, quotation.is_bracketed, strict=True)
    ]


def _columns(quotation: TypedQuotation, source: Words, chunk: range, start: int) -> Offsets:
    """Return the words of the text to compare with: all from `start` on, or the best stretches where they are many."""
    room = _CELLS // len(chunk)
    if len(source.keys) - start <= room:
        return np.arange(start, len(source.keys), dtype=np.int32)
    length = len(chunk) + len(chunk) // 2 + 8
    hits = _hits(quotation, source, chunk)[start:]
    sums = _window_sums(hits, length)
    keep = np.zeros(len(hits), dtype=bool)
    for _ in range(min(_WINDOWS, room // length)):
        best = int(np.argmax(sums))
        keep[best : best + length] = True
        sums[max(0, best - length // 2) : best + length // 2] = -1
    return np.asarray(np.flatnonzero(keep) + start, dtype=np.int32)


def _window_sums(hits: Offsets, length: int) -> Offsets:
    """Return the sum of every `length` values in a row; of all of them where there are fewer."""
    totals = np.concatenate(([0], np.cumsum(hits, dtype=np.int32)))
    if len(hits) <= length:
        return totals[-1:]
    return np.asarray(totals[length:] - totals[:-length], dtype=np.int32)


def _hits(quotation: TypedQuotation, source: Words, chunk: range) -> Offsets:
    """Return for each word of the text what it promises: little for a shared word, more for a shared pair of them."""
    known = np.array([source.vocabulary.get(quotation.words.keys[at], -1) for at in chunk], dtype=np.int64)
    worth = np.zeros(len(source.vocabulary) + 1, dtype=np.int32)
    for at, word in zip(chunk, known, strict=True):
        worth[word] = 1 if quotation.words.keys[at] in FUNCTION_WORDS else 8
    worth[-1] = 0
    hits = worth[source.ids]
    ids = source.ids.astype(np.int64)
    wanted = (known[:-1] * len(source.vocabulary) + known[1:])[(known[:-1] >= 0) & (known[1:] >= 0)]
    hits[1:] += np.where(np.isin(ids[:-1] * len(source.vocabulary) + ids[1:], wanted), 8, 0).astype(np.int32)
    return hits


def _align_chunk(
    quotation: TypedQuotation, source: Words, chunk: range, columns: Offsets, scores: list[int]
) -> tuple[int, list[tuple[int, int]]]:
    """Return the best score and its pairs of words, by dynamic programming over words.

    `table[i, j]` is the best score of the first i words of the quotation, the last word of the text used being the
    j-th column. Words of the text before the first and after the last used are free.
    """
    ids = source.ids[columns]
    known = [source.vocabulary.get(quotation.words.keys[at], -1) for at in chunk]
    place = np.arange(len(columns) + 1, dtype=np.int32)
    table = np.zeros((len(chunk) + 1, len(columns) + 1), dtype=np.int32)
    for row, at in enumerate(chunk):
        reach = _reach(table[row], place, _stitch_cost(quotation, at)) if row else table[row]
        gain = np.where(ids == known[row], scores[at], -CHANGED_WORD_COST)
        table[row + 1] = table[row] - _put_in_cost(quotation, at)
        np.maximum(table[row + 1, 1:], reach[:-1] + gain, out=table[row + 1, 1:])
    return _trace(quotation, chunk, columns, scores, table, ids == np.array(known, dtype=np.int32)[:, None])


def _put_in_cost(quotation: TypedQuotation, at: int) -> int:
    return 0 if quotation.is_bracketed[at] else _PUT_IN_COST


def _stitch_cost(quotation: TypedQuotation, at: int) -> int:
    return 0 if quotation.is_marked[at] else _STITCH_COST


def _reach(row: Offsets, place: Offsets, stitch_cost: int) -> Offsets:
    """Return the best score with which each column can be reached from a row, leaving words out or not."""
    reach = np.maximum(row, np.maximum.accumulate(row + place) - place - stitch_cost)
    for words, cost in enumerate(_DROP_COSTS, start=1):
        np.maximum(reach[words:], row[:-words] - cost, out=reach[words:])
    return np.asarray(reach, dtype=np.int32)


def _trace(
    quotation: TypedQuotation,
    chunk: range,
    columns: Offsets,
    scores: list[int],
    table: Offsets,
    is_equal: NDArray[np.bool_],
) -> tuple[int, list[tuple[int, int]]]:
    column = int(np.argmax(table[-1]))
    score = int(table[-1, column])
    pairs: list[tuple[int, int]] = []
    for row in range(len(chunk) - 1, -1, -1):
        if column == 0:
            break
        equal = bool(is_equal[row, column - 1])
        gain = scores[chunk[row]] if equal else -CHANGED_WORD_COST
        wanted = int(table[row + 1, column]) - gain
        origin = (
            _origin(table[row], column - 1, wanted, _stitch_cost(quotation, chunk[row]))
            if row
            else (column - 1 if wanted == 0 else None)
        )
        if origin is None:
            continue
        if equal:
            pairs.append((chunk[row], int(columns[column - 1])))
        column = origin
    return score, pairs[::-1]


def _origin(row: Offsets, column: int, wanted: int, stitch_cost: int) -> int | None:
    """Return from which column of a row another was reached with the score wanted: the nearest, if any."""
    for words, cost in enumerate((0, *_DROP_COSTS)):
        if column >= words and int(row[column - words]) - cost == wanted:
            return column - words
    place = np.arange(column + 1, dtype=np.int32)
    origins = np.flatnonzero(row[: column + 1] + place == wanted + column + stitch_cost)
    return int(origins[-1]) if len(origins) else None


_FIRST_CUT = 200
_SECOND_CUT = 8
_WORDS_ALIGNED = 16_000
"""Of the quotation, in all candidates: what is that long has one source, or none."""
_LEAST_PROMISE = 3
"""Which part of the best stretch's words another statement must have together to be aligned at all."""


def candidates(quotation: TypedQuotation, quotables: Sequence[QuotableStatement]) -> list[QuotableStatement]:
    """Return the statements worth aligning with, in order of promise: rare words shared, then shared words together."""
    wanted = sorted(set(quotation.words.keys))
    found = [[word for word in wanted if word in quotable.words.vocabulary] for quotable in quotables]
    count = dict.fromkeys(wanted, 0)
    for words in found:
        for word in words:
            count[word] += 1
    worth = {word: (1.0 if word in FUNCTION_WORDS else 5.0) / (1 + count[word]) ** 0.25 for word in wanted}
    promise = [sum(worth[word] for word in words) for words in found]
    first = sorted(range(len(quotables)), key=lambda at: -promise[at])[:_FIRST_CUT]
    length = len(quotation.words.keys) * 3 // 2 + 8
    chunk = range(min(len(quotation.words.keys), _CHUNK_WORDS))
    together = {at: _best_window(quotation, quotables[at].words, chunk, length) for at in first if promise[at]}
    least = max(together.values(), default=0) // _LEAST_PROMISE
    second = sorted((at for at in together if together[at] >= least), key=lambda at: (-together[at], at))
    most = max(1, min(_SECOND_CUT, _WORDS_ALIGNED // len(quotation.words.keys)))
    return [quotables[at] for at in second[:most]]


def _best_window(quotation: TypedQuotation, source: Words, chunk: range, length: int) -> int:
    return int(np.max(_window_sums(_hits(quotation, source, chunk), length)))
