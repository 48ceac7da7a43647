"""Find the quotations in a message."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.engines.quotes.words import BLOCK_MARK


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in a message: its words without the marks around them.

    `start` and `end` are half-open offsets into the message, of the words; of its lines for a block quotation ("> …"),
    whose words are given without the marks. `depth` counts the quotations it stands in.
    """

    text: str
    start: int
    end: int
    depth: int = 0
    is_block: bool = False


_MARK = re.compile(r"[\"“”„‟«»‘’‚'＂]")
_BLOCK = re.compile(r"^[ \t]*>[^\n]*(?:\n[ \t]*>[^\n]*)*", re.MULTILINE)
_CLOSERS = {'"': '"”', "＂": "＂", "“": '”"', "‟": '”"', "„": '“”"', "«": "»", "»": "«", "‘": "’", "‚": "‘’", "'": "'"}
_SINGLE_OPENERS = "‘‚'"
_NESTED = "“«"
_MOST_OPENED = 8
"""Marks that stand open at once. People nest three; whoever opens thousands would have each compared with all."""

_SINGLE_QUOTED_WORDS = 3
"""An apostrophe is more often one; only a phrase between two of them is surely a quotation."""


def find_quotations(text: str) -> list[Quotation]:
    """Return what a message quotes, in reading order, the outer before the inner.

    Between straight, curly or angled quotation marks, and in block quotations; in single marks only a phrase of three
    words or more. What is opened and never closed is no quotation, but for a paragraph that the next one goes on from.
    """
    blocks = [
        Quotation(BLOCK_MARK.sub("", match.group()).strip(), match.start(), match.end(), is_block=True)
        for match in _BLOCK.finditer(text)
    ]
    found = [*_marked_quotations(text), *blocks]
    outermost_first = sorted((one for one in found if one.text), key=lambda one: (one.start, -one.end))
    return list(_with_depths(outermost_first))


def _marked_quotations(text: str) -> Iterator[Quotation]:
    opened: list[int] = []
    for match in _MARK.finditer(text):
        at = match.start()
        level = _closed_level(text, opened, at)
        if level is not None:
            yield from _quotation(text, opened[level] + 1, at)
            del opened[level:]
        elif _opens(text, at):
            level = next((level for level, begin in enumerate(opened) if text[begin] == text[at]), None)
            if level is not None:
                # A paragraph that begins with the mark anew goes on with the quotation of the last one.
                border = text.rfind("\n", opened[level], at)
                goes_on = border >= 0 and not text[border:at].strip()
                if goes_on:
                    yield from _quotation(text, opened[level] + 1, border)
                # Marks that tell opening from closing may stand in one another: “they say “peace” now”.
                if goes_on or text[at] not in _NESTED:
                    del opened[level:]
            opened.append(at)
            del opened[:-_MOST_OPENED]


def _closed_level(text: str, opened: Sequence[int], at: int) -> int | None:
    """Return which of the open marks the one at `at` closes: the innermost that it fits."""
    if at == 0 or text[at - 1].isspace() or (text[at] in "'’‘" and text[at + 1 : at + 2].isalnum()):
        return None
    levels = [level for level in range(len(opened) - 1, -1, -1) if text[at] in _CLOSERS[text[opened[level]]]]
    # The mark's own kind first: '"the “open door"' ends where it began.
    return next((level for level in levels if text[at] == text[opened[level]]), levels[0] if levels else None)


def _opens(text: str, at: int) -> bool:
    if text[at] not in _CLOSERS or not text[at + 1 : at + 2].strip():
        return False
    return text[at] in "“„‟«" or at == 0 or not text[at - 1].isalnum()


def _quotation(text: str, start: int, end: int) -> Iterator[Quotation]:
    words = text[start:end]
    is_phrase = text[start - 1] not in _SINGLE_OPENERS or len(words.split()) >= _SINGLE_QUOTED_WORDS
    if words.strip() and is_phrase:
        lead = len(words) - len(words.lstrip())
        yield Quotation(words.strip(), start + lead, start + len(words.rstrip()))


def _with_depths(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    ends: list[int] = []
    for one in quotations:
        while ends and ends[-1] < one.end:
            ends.pop()
        yield Quotation(one.text, one.start, one.end, len(ends), one.is_block)
        ends.append(one.end)
