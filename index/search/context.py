"""A passage as it is encoded: its words after the title of its statement, and where its sentences are in that."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings
from index.corpus.sentences import LIST_MARKER
from index.corpus.statements import NUMBERED_KINDS, Passage, PassageKind

Spans = Sequence[tuple[int, int]]
"""Half-open character offsets."""

EncodeWindow = Callable[[Sequence[str], Sequence[Spans]], list[tuple[Embeddings, int]]]
"""Texts and their sentences → for each text its rows, (1 + s, d), and how many of its characters the model read."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A text to be encoded with its sentences, half-open character offsets into it.

    `context` characters at its beginning are not the passage's own.
    """

    text: str
    sentences: tuple[tuple[int, int], ...] = ()
    context: int = 0


_TITLED_KINDS = NUMBERED_KINDS | {PassageKind.NOTE}


def put_in_context(title: str, passage: Passage, lead_in: str = "") -> PassageText:
    """Return what is encoded of a passage: its words after the title and what leads it in.

    Statements of one kind differ in their titles: "Joint Statement on Syria" of four months says "we" in each. A
    release line says nothing of the subject, and with the title it would be found for it.
    """
    before = (title, lead_in) if passage.kind in _TITLED_KINDS else ()
    folded = [" ".join(part.split()) for part in before]
    context = "".join(f"{part} " if part.endswith(":") else f"{part}. " for part in folded if part)
    shift = len(context) - passage.start
    sentences = tuple((one.start + shift, one.end + shift) for one in passage.sentences)
    return PassageText(context + passage.text, sentences, len(context))


def find_lead_ins(passages: Iterable[Passage]) -> dict[int, str]:
    """Return by the position of a list item the sentence that leads its list in: "We agreed to:".

    Items of one list are marked alike, so that after "(i)" and "(ii)" the item "2." belongs to the list around them.

    Args:
        passages: all of one statement, in reading order.
    """
    found: dict[int, str] = {}
    of_lists: dict[str, str] = {}
    last = ""
    for passage in passages:
        marker = LIST_MARKER.match(passage.text) if passage.kind is PassageKind.LIST_ITEM else None
        if marker is None:
            of_lists.clear()
        else:
            shape = _LETTERS.sub("a", _DIGITS.sub("1", marker[0].strip()))
            if last.endswith(":"):
                of_lists[shape] = last
            if shape in of_lists:
                found[passage.position] = of_lists[shape]
        last = passage.sentences[-1].text.rstrip() if passage.sentences else ""
    return found


_LETTERS = re.compile("[a-zA-Z]+")
_DIGITS = re.compile(r"\d+")


def encode_in_windows(passages: Sequence[PassageText], encode: EncodeWindow, dimensions: int) -> list[Embeddings]:
    """Return for each text the embeddings of the whole and of its sentences, (1 + s, d), unit rows.

    A model reads the beginning of a long text only, and the whole has the embedding of that. The sentences that were
    not read to their end are read again, after the context, until all are.
    """
    found = [np.zeros((1 + len(one.sentences), dimensions), dtype=np.float32) for one in passages]
    waiting = [_Window(row, one.text, list(one.sentences), 0, one.context) for row, one in enumerate(passages)]
    while waiting:
        encoded = encode([one.text for one in waiting], [one.sentences for one in waiting])
        following = []
        for window, (rows, read) in zip(waiting, encoded, strict=True):
            if window.first == 0:
                found[window.row][0] = rows[0]
            if window.context and window.sentences and window.sentences[0][0] >= read:
                # The context took all that the model reads.
                following.append(window.without_context())
                continue
            # A sentence longer than all that the model reads is kept as far as it was read.
            done = max(sum(end <= read for _, end in window.sentences), 1)
            done = min(done, len(window.sentences))
            found[window.row][1 + window.first : 1 + window.first + done] = rows[1 : 1 + done]
            if done < len(window.sentences):
                following.append(window.after(done))
        waiting = following
    return found


@dataclass(frozen=True, slots=True)
class _Window:
    """What is read at once of a text: its sentences from `first` on."""

    row: int
    text: str
    sentences: list[tuple[int, int]]
    first: int
    context: int

    def after(self, done: int) -> "_Window":
        """Return what is read when `done` of the sentences have been."""
        return self._from(self.sentences[done][0], self.context, self.first + done)

    def without_context(self) -> "_Window":
        """Return the same sentences by themselves."""
        return self._from(self.sentences[0][0], 0, self.first)

    def _from(self, start: int, context: int, first: int) -> "_Window":
        shift = context - start
        rest = [(begin + shift, end + shift) for begin, end in self.sentences if begin >= start]
        return _Window(self.row, self.text[:context] + self.text[start:], rest, first, context)


def pool_spans(offsets: NDArray[np.int_], spans: Spans) -> Embeddings:
    """Return the weights of tokens in the mean over each span, (spans, tokens); zeros for one that no token is in.

    Args:
        offsets: of the tokens' characters, (tokens, 2); (0, 0) for what stands for no text.
        spans: half-open character offsets.
    """
    weights = np.zeros((len(spans), len(offsets)), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= end) & (offsets[:, 1] > 0)
        weights[row, inside] = 1 / max(int(inside.sum()), 1)
    return weights
