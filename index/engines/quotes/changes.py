"""What an alignment says: the words that both have, and the changes between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.engines.quotes.align import Alignment
from index.engines.quotes.results import QuoteNote
from index.engines.quotes.spans import sentence_around
from index.engines.quotes.word_pairs import (
    MOST_PARTS,
    bound_after,
    bound_before,
    is_note_mark,
    is_one_spelling,
    is_slip,
    notes_of_pairs,
)
from index.engines.quotes.words import QuotableStatement, TypedQuotation, Words, words_within
from index.text.tokens import fold

DROPPED_WORDS = 2
"""A word or two left out is an alteration ("we will [not] stop"); more is a part that is missing."""

PART_WORDS = 3
"""Fewer words together are no part of a quotation, but words that any text has; half of them within a passage."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words of the source, and what the quotation has in their place; either may be none.

    `is_marked` tells that the quotation shows the change, by an ellipsis or brackets.
    """

    source: range
    quoted: range
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Words that both have, one after another: each as [first, last]."""

    source: tuple[int, int]
    quoted: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The runs in reading order and the changes around them: one before each run, and one after the last."""

    runs: tuple[Run, ...]
    changes: tuple[Change, ...]
    notes: frozenset[QuoteNote]
    score: int


def read_alignment(quotation: TypedQuotation, quotable: QuotableStatement, alignment: Alignment) -> Comparison:
    """Return the runs of words that both have, and the changes around them."""
    source = quotable.words
    pairs, notes = _true_pairs(quotation, source, alignment)
    pairs = _without_strays(quotation, quotable, pairs)
    runs: list[Run] = []
    changes: list[Change] = []
    for quoted, original in pairs:
        change = _change_between(quotation, runs, quoted, original)
        if change is not None and _is_change(quotation, source, change):
            changes.append(change)
            runs.append(Run((original, original), (quoted, quoted)))
        else:
            runs[-1] = Run((runs[-1].source[0], original), (runs[-1].quoted[0], quoted))
    if not runs:
        return Comparison((), (), frozenset(), alignment.score)
    runs[0] = _from_other_spelling(quotation, source, runs[0])
    runs[-1] = _to_other_spelling(quotation, source, runs[-1])
    changes[0] = _opening_change(quotation, quotable, runs[0])
    changes.append(_closing_change(quotation, quotable, runs[-1]))
    return Comparison(tuple(runs), tuple(changes), frozenset(notes), alignment.score)


def _true_pairs(
    quotation: TypedQuotation, source: Words, alignment: Alignment
) -> tuple[list[tuple[int, int]], set[QuoteNote]]:
    """Return the pairs that are the same word beyond their keys, and in what their writing differs."""
    pairs: list[tuple[int, int]] = []
    notes: set[QuoteNote] = set()
    for pair in alignment.pairs:
        found = notes_of_pairs(quotation, source, [pair])
        if found is not None:
            pairs.append(pair)
            notes |= found
    return pairs, notes


def _without_strays(
    quotation: TypedQuotation, quotable: QuotableStatement, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the pairs without first and last parts that are a word or two from another sentence.

    'Iran must never develop nuclear weapons' alters 'Iran must never develop a nuclear weapon.'; that 'nuclear weapons'
    stands sentences later too is chance, unless the quotation marks that it leaves something out.
    """
    parts: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if parts and not _leaves_sentence(quotation, quotable, parts[-1][-1], pair):
            parts[-1].append(pair)
        else:
            parts.append([pair])
    while len(parts) > 1 and len(parts[-1]) < PART_WORDS:
        parts.pop()
    first = next((at for at, part in enumerate(parts) if len(part) >= PART_WORDS), len(parts) - 1)
    return [pair for part in parts[max(0, first) :] for pair in part]


def _leaves_sentence(
    quotation: TypedQuotation, quotable: QuotableStatement, before: tuple[int, int], after: tuple[int, int]
) -> bool:
    """Tell whether a quotation goes on in another sentence, with words left out that it does not mark."""
    if after[1] - before[1] - 1 <= DROPPED_WORDS or _is_marked(quotation, range(before[0] + 1, after[0])):
        return False
    return sentence_around(quotable, before[1]) != sentence_around(quotable, after[1])


def _change_between(quotation: TypedQuotation, runs: list[Run], quoted: int, original: int) -> Change | None:
    """Return what lies between the last run and the next pair of words; None where nothing does."""
    if not runs:
        return Change(range(original, original), range(quoted))
    last = runs[-1]
    left_out, put_in = range(last.source[1] + 1, original), range(last.quoted[1] + 1, quoted)
    if not left_out and not put_in:
        return None
    return Change(left_out, put_in, _is_marked(quotation, put_in))


def _is_marked(quotation: TypedQuotation, put_in: range) -> bool:
    """Tell whether the quotation shows that it changed something here: '…', '[the DPRK]'."""
    if put_in:
        return all(quotation.is_bracketed[at] for at in put_in)
    return quotation.is_marked[put_in.start]


def _is_change(quotation: TypedQuotation, source: Words, change: Change) -> bool:
    """Tell whether words were changed; not if a footnote's mark is left out or a compound is spelled otherwise."""
    if change.source and not change.quoted:
        return not all(is_note_mark(source, at) for at in change.source)
    return not (change.source and is_one_spelling(source, change.source, quotation.words, change.quoted))


def _from_other_spelling(quotation: TypedQuotation, source: Words, run: Run) -> Run:
    """Return the run with what is before it if that is only spelled otherwise: 'nonproliferation and'."""
    first, put_in = run.source[0], range(run.quoted[0])
    for start in range(first - 1, max(-1, first - 1 - MOST_PARTS), -1):
        if put_in and is_one_spelling(source, range(start, first), quotation.words, put_in):
            return Run((start, run.source[1]), (0, run.quoted[1]))
    return run


def _to_other_spelling(quotation: TypedQuotation, source: Words, run: Run) -> Run:
    """Return the run with what is after it if that is only spelled otherwise: 'a ceasefire'."""
    last, put_in = run.source[1], range(run.quoted[1] + 1, len(quotation.words.keys))
    for stop in range(last + 2, min(len(source.keys), last + 1 + MOST_PARTS) + 1):
        if put_in and is_one_spelling(source, range(last + 1, stop), quotation.words, put_in):
            return Run((run.source[0], stop - 1), (run.quoted[0], put_in[-1]))
    return run


OPENING_WORDS = 15


def _opening_change(quotation: TypedQuotation, quotable: QuotableStatement, run: Run) -> Change:
    """Return what the quotation has before the first run, and the words of the sentence that it stands for.

    'We strongly condemn', for 'The United States and Japan strongly condemn': it begins as a sentence does, so what it
    puts in stands for all of the sentence's beginning.
    """
    source, put_in = quotable.words, range(run.quoted[0])
    first = run.source[0]
    bound = bound_before(source, first)
    if not put_in:
        return Change(range(first - bound, first), put_in, is_marked=False)
    sentence = words_within(source, *sentence_around(quotable, first))
    room = range(min(sentence.start, first), first)
    surface = quotation.words.surfaces[0]
    is_beginning = surface[0].isupper() and len(room) <= OPENING_WORDS
    stands_for = room if is_beginning else _alike(source, room[-len(put_in) :], quotation.words, put_in)
    return Change(stands_for, put_in, _is_marked(quotation, put_in))


def _closing_change(quotation: TypedQuotation, quotable: QuotableStatement, run: Run) -> Change:
    """Return what the quotation has after the last run, and the words of the sentence that it stands for."""
    source, last = quotable.words, run.source[1]
    put_in = range(run.quoted[1] + 1, len(quotation.words.keys))
    if not put_in:
        return Change(range(last + 1, last + 1 + bound_after(source, last)), put_in, is_marked=False)
    sentence = words_within(source, *sentence_around(quotable, last))
    room = range(last + 1, max(sentence.stop, last + 1))
    is_end = len(room) <= len(put_in) + 1
    stands_for = room if is_end else _alike(source, room[: len(put_in)], quotation.words, put_in)
    return Change(stands_for, put_in, _is_marked(quotation, put_in))


def _alike(source: Words, original: range, quotation: Words, quoted: range) -> range:
    """Return the source's words if the quotation's are slips of them, and none if they are merely beside them."""
    is_alike = len(original) == len(quoted) and any(
        is_slip(source.keys[left], quotation.keys[right]) for left, right in zip(original, quoted, strict=True)
    )
    return original if is_alike else original[:0]


_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЅЈαοερτυκινΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsdhqwABEKMHOPCTYXISJaoeptukivABEZHIKMNOPTYX"
)
"""Cyrillic and Greek letters that look like Latin ones."""


def has_lookalikes(quotation: TypedQuotation, source: Words, change: Change) -> bool:
    """Tell whether words differ only in letters of another alphabet that look alike."""
    if len(change.source) != len(change.quoted):
        return False
    left = "".join(source.surfaces[at] for at in change.source)
    right = "".join(quotation.words.surfaces[at] for at in change.quoted)
    is_alike = fold(left.translate(_LOOKALIKES)) == fold(right.translate(_LOOKALIKES))
    return is_alike and fold(left) != fold(right)
