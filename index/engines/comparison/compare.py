"""Two statements → their paragraphs side by side, with the words that differ."""

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind, Span, Statement
from index.text.patterns import compile_on_use
from index.text.tokens import fold


class Difference(StrEnum):
    """How two paragraphs, or two stretches of words, stand to each other."""

    SAME = "same"
    CHANGED = "changed"
    LEFT_ONLY = "left_only"
    RIGHT_ONLY = "right_only"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a paragraph; `left` and `right` are spans of the two statements' texts, None where one has no words.

    The left spans of a row's parts follow one another without a gap and make up its left passage; so do the right ones.
    """

    kind: Difference
    left: Span | None
    right: Span | None


@dataclass(frozen=True, slots=True)
class Row:
    """Two paragraphs that belong together, or one that has no counterpart; `is_moved` where their order differs."""

    kind: Difference
    left: Passage | None
    right: Passage | None
    parts: tuple[Part, ...]
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two statements side by side, in the left one's order; what only the right has stands before what follows it."""

    left: Statement
    right: Statement
    rows: tuple[Row, ...]

    def rows_of(self, kind: Difference) -> tuple[Row, ...]:
        """Return the rows of one kind, in order."""
        return tuple(row for row in self.rows if row.kind is kind)


COMPARED_KINDS = NUMBERED_KINDS | {PassageKind.RELEASE_LINE, PassageKind.HEADING}
"""What is compared: the text, not borders, bylines and signatures."""


def compare(left: Statement, right: Statement) -> Comparison:
    """Align two statements paragraph by paragraph and word by word.

    Words differ where their letters do; curly quotes, dashes and white space are no difference. The result does not
    depend on which statement comes first, but for the order of its rows and the names of its sides.
    """
    if _order(left) > _order(right):
        alignment = _align(_compared(right), _compared(left))
        rows = [_mirror(row) for row in alignment]
    else:
        rows = _align(_compared(left), _compared(right))
    return Comparison(left, right, tuple(_in_order(rows)))


def _order(statement: Statement) -> tuple[str, str]:
    return statement.id, statement.text


def _compared(statement: Statement) -> list[Passage]:
    return [passage for passage in statement.passages if passage.kind in COMPARED_KINDS]


def _mirror(row: Row) -> Row:
    sides = {Difference.LEFT_ONLY: Difference.RIGHT_ONLY, Difference.RIGHT_ONLY: Difference.LEFT_ONLY}
    parts = tuple(Part(sides.get(part.kind, part.kind), part.right, part.left) for part in row.parts)
    return Row(sides.get(row.kind, row.kind), row.right, row.left, parts, row.is_moved)


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows in the left order; those of the right alone follow the paragraph that precedes them there."""
    paired = sorted(
        (row.right.position, row.left.position) for row in rows if row.left and row.right and not row.is_moved
    )
    rights = [right for right, _ in paired]

    def place(row: Row) -> tuple[int, int, int]:
        if row.left is not None:
            return row.left.position, 0, 0
        position = row.right.position if row.right is not None else 0
        before = bisect.bisect_left(rights, position)
        return (paired[before - 1][1] if before else -1), 1, position

    return sorted(rows, key=place)


# -- paragraphs ------------------------------------------------------------------------------------------------------

_WORD = compile_on_use(r"\w+(?:['’.-]\w+)*")

_ALIKE = 0.4
"""Two paragraphs belong together in place when this share of their words is common (Dice, in [0, 1])."""

_ALIKE_ELSEWHERE = 0.6
"""Out of order more must be common: official paragraphs share many words."""

_COMMON_PARAGRAPHS = 20
"""A word in more paragraphs than this of one side tells nothing about which belongs to which."""


@dataclass(frozen=True, slots=True)
class _Pair:
    left: int
    right: int
    score: float


def _align(left: Sequence[Passage], right: Sequence[Passage]) -> list[Row]:
    candidates = _candidate_pairs([_words(passage) for passage in left], [_words(passage) for passage in right])
    pairs = [pair for pair in candidates if _are_of_one_sort(left[pair.left], right[pair.right])]
    in_place = _heaviest_chain([pair for pair in pairs if pair.score >= _ALIKE])
    moved = _elsewhere(pairs, in_place)
    rows = [_row(left[pair.left], right[pair.right], is_moved=False) for pair in in_place]
    rows += [_row(left[pair.left], right[pair.right], is_moved=True) for pair in moved]
    paired = [*in_place, *moved]
    lefts, rights = {pair.left for pair in paired}, {pair.right for pair in paired}
    for at, passage in enumerate(left):
        if at not in lefts:
            part = Part(Difference.LEFT_ONLY, Span(passage.start, passage.end), None)
            rows.append(Row(Difference.LEFT_ONLY, passage, None, (part,)))
    for at, passage in enumerate(right):
        if at not in rights:
            part = Part(Difference.RIGHT_ONLY, None, Span(passage.start, passage.end))
            rows.append(Row(Difference.RIGHT_ONLY, None, passage, (part,)))
    return rows


def _are_of_one_sort(left: Passage, right: Passage) -> bool:
    """Tell whether two passages can be versions of each other: a release line or a heading is none of a paragraph."""
    is_same_kind = left.kind is right.kind or {left.kind, right.kind} <= NUMBERED_KINDS
    return is_same_kind or fold(left.text) == fold(right.text)


def _words(passage: Passage) -> Counter[str]:
    return Counter(_WORD.findall(fold(passage.text)) or [fold(passage.text)])


def _candidate_pairs(left: Sequence[Counter[str]], right: Sequence[Counter[str]]) -> list[_Pair]:
    """Return the pairs that share a telling word, or all their words, with the share of words in common."""
    holders: dict[str, list[int]] = defaultdict(list)
    for at, words in enumerate(right):
        for word in (*words, _whole(words)):
            holders[word].append(at)
    pairs: list[_Pair] = []
    for at, words in enumerate(left):
        others = {other for word in (*words, _whole(words)) for other in holders.get(word, ())[:_COMMON_PARAGRAPHS]}
        pairs.extend(_Pair(at, other, _dice(words, right[other])) for other in sorted(others))
    return pairs


def _whole(words: Counter[str]) -> str:
    # A space keeps it apart from every word.
    return " " + " ".join(f"{word}:{count}" for word, count in sorted(words.items()))


def _dice(left: Counter[str], right: Counter[str]) -> float:
    return 2 * (left & right).total() / (left.total() + right.total())


def _heaviest_chain(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Return the pairs in rising order on both sides with the greatest sum of scores.

    One Fenwick tree of best sums by right position: O(p log p) for p pairs.
    """
    if not pairs:
        return []
    size = max(pair.right for pair in pairs) + 1
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    previous: list[int] = []
    ordered = sorted(pairs, key=lambda pair: (pair.left, -pair.right))
    best = (0.0, -1)
    for number, pair in enumerate(ordered):
        total, before = _best_below(tree, pair.right)
        previous.append(before)
        reached = (total + pair.score, number)
        _raise(tree, pair.right, reached)
        best = reached if reached[0] > best[0] else best
    chain, number = [], best[1]
    while number >= 0:
        chain.append(ordered[number])
        number = previous[number]
    return chain[::-1]


def _best_below(tree: Sequence[tuple[float, int]], right: int) -> tuple[float, int]:
    best, at = (0.0, -1), right
    while at > 0:
        best = tree[at] if tree[at][0] > best[0] else best
        at -= at & -at
    return best


def _raise(tree: list[tuple[float, int]], right: int, reached: tuple[float, int]) -> None:
    at = right + 1
    while at < len(tree):
        if reached[0] > tree[at][0]:
            tree[at] = reached
        at += at & -at


def _elsewhere(pairs: Sequence[_Pair], in_place: Sequence[_Pair]) -> list[_Pair]:
    """Return the pairs that stand in another order, the most alike first, each paragraph once."""
    lefts, rights = {pair.left for pair in in_place}, {pair.right for pair in in_place}
    moved = []
    for pair in sorted(pairs, key=lambda pair: (-pair.score, pair.left, pair.right)):
        if pair.score >= _ALIKE_ELSEWHERE and pair.left not in lefts and pair.right not in rights:
            moved.append(pair)
            lefts.add(pair.left)
            rights.add(pair.right)
    return moved


# -- words -----------------------------------------------------------------------------------------------------------

_TOKEN = compile_on_use(r"\w+(?:['’.-]\w+)*|[^\w\s]")

_MOST_COMPARISONS = 25_000_000
"""Beyond 5,000 by 5,000 words the stretch between the common ends is shown as one change."""


def _row(left: Passage, right: Passage, *, is_moved: bool) -> Row:
    parts = tuple(_parts(left, right))
    kind = Difference.SAME if all(part.kind is Difference.SAME for part in parts) else Difference.CHANGED
    return Row(kind, left, right, parts, is_moved)


def _parts(left: Passage, right: Passage) -> Iterator[Part]:
    ours, theirs = _Tokens(left), _Tokens(right)
    for first, last, start, end, is_equal in _stretches(ours.keys, theirs.keys):
        mine, other = ours.span(first, last), theirs.span(start, end)
        if is_equal:
            yield Part(Difference.SAME, mine, other)
        elif mine and other:
            yield Part(Difference.CHANGED, mine, other)
        else:
            yield Part(Difference.LEFT_ONLY if mine else Difference.RIGHT_ONLY, mine, other)


class _Tokens:
    """The words and marks of a passage: as they are compared, and where each begins."""

    def __init__(self, passage: Passage) -> None:
        matches = list(_TOKEN.finditer(passage.text))
        self.keys = [_key(match.group()) for match in matches]
        # White space belongs to the word before it, so that spans leave no gap.
        self._bounds = [passage.start + match.start() for match in matches[1:]] + [passage.end]
        self._bounds.insert(0, passage.start)

    def span(self, first: int, last: int) -> Span | None:
        """Return the span of the tokens from `first` to before `last`; None where there are none."""
        return Span(self._bounds[first], self._bounds[last]) if first < last else None


def _key(token: str) -> str:
    """Return a word as it is compared: capitals count, the shape of an apostrophe or a dash does not."""
    return "".join(character if character.isalnum() else fold(character) for character in token)


def _stretches(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int, int, bool]]:
    """Return the stretches of equal and of different words, which take turns: first, last, start, end, equal."""
    same = _matching(left, right)
    stretches: list[tuple[int, int, int, int, bool]] = []
    at, to = 0, 0
    for first, start, length in [*_without_islands(same, left), (len(left), len(right), 0)]:
        if at < first or to < start:
            stretches.append((at, first, to, start, False))
        if length:
            stretches.append((first, first + length, start, start + length, True))
        at, to = first + length, start + length
    return stretches


def _matching(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs of words that a longest common subsequence keeps: left, right, length."""
    shorter = min(len(left), len(right))
    head = next((at for at in range(shorter) if left[at] != right[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if left[-1 - at] != right[-1 - at]), rest)
    inner_left, inner_right = left[head : len(left) - tail], right[head : len(right) - tail]
    runs = [(0, 0, head)]
    if inner_left and inner_right and len(inner_left) * len(inner_right) <= _MOST_COMPARISONS:
        blocks = Indel.opcodes(inner_left, inner_right).as_matching_blocks()
        runs += [(head + block.a, head + block.b, block.size) for block in blocks]
    runs.append((len(left) - tail, len(right) - tail, tail))
    return _joined(run for run in runs if run[2])


def _joined(runs: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for left, right, length in runs:
        if joined and joined[-1][0] + joined[-1][2] == left and joined[-1][1] + joined[-1][2] == right:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + length)
        else:
            joined.append((left, right, length))
    return joined


def _without_islands(runs: Sequence[tuple[int, int, int]], left: Sequence[str]) -> list[tuple[int, int, int]]:
    """Drop a lone common mark or small word between two changes ('the', ','): it makes a change hard to read."""
    last = len(runs) - 1
    return [
        run
        for number, run in enumerate(runs)
        if run[2] > 1 or number in {0, last} or len(left[run[0]]) > _SMALL_WORD_CHARACTERS
    ]


_SMALL_WORD_CHARACTERS = 3
