"""A passage → its sentences, as spans.

sentencex (Wikimedia) finds the boundaries; its errors in official statements are corrected here. The corrections were
measured on the 48 bundled statements and on press releases of 2021 and 2022.
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[a-z]|[ivxl]{1,5})[.)]\W*", re.IGNORECASE)
"""'2.' of '2. Decides …': the number of an operative paragraph belongs to its first sentence."""

_ABBREVIATION = re.compile(
    r"""(?:^|[\s(“"'‘\[–—-])(?:
        www                                     # www.state.gov
        | Amb | Adm | Brig | Capt | Cmdr | Col | Dr | Fr | Gen | Gov | Hon | Lt | Maj | Messrs | Mr | Mrs | Ms | Prof
        | Rep | Rev | Sen | Sgt | Sr            # 'Amb. Lipstadt', 'Ms. Chamorro'
        | H\.E | St                             # 'H.E. Mr. …', 'St. Petersburg'
        | Jan | Feb | Mar | Apr | Jun | Jul | Aug | Sept? | Oct | Nov | Dec
        | [Nn]os | [Vv]ols? | [Aa]rts? | [Pp]aras? | [Pp]p | [Rr]es | [Cc]h | [Cc]f | [Ff]igs? | [Ss]ecs? | [Cc]l
        | [Aa]pprox | [Ii]bid | [Ee]\.g | [Ii]\.e | [Vv]s?
    )\.\s*$""",
    re.VERBOSE,
)
"""Abbreviations that never end a sentence. 'No.' is not among them: 'MR PRICE: No. To get to that …'."""

_NUMBER_SIGN = re.compile(r"\b[Nn]o\.\s*$")
"""'No.', an abbreviation only if a digit follows."""

_INITIAL = re.compile(r"\b[A-Z]\.$")
"""A boundary inside a token of initials: 'Japan-U.|S. alliance'."""

_CLOCK = re.compile(r"\b[ap]\.m\.\s*$")
"""'1 p.m.', which may precede a time zone: '1 p.m. EDT on Thursday'."""

_TIME_ZONE = re.compile(r"(?:[A-Z]{1,3}T|GMT|UTC|Eastern|Central|Pacific|local)\b")


LIST_MARKER = re.compile(
    r"""\s*(?:
        [•·▪◦‣●○■–—*-]\s           # a bullet or a dash, then a space
        | \(?(?:\d{1,3}|[a-zA-Z]|[ivxlIVXL]{1,5})[.)]\s    # 1.  (a)  iv)
    )""",
    re.VERBOSE,
)
"""The beginning of a list item."""

_WINDOW_CHARACTERS = 5_000
"""Characters given to sentencex at once: on quotation marks that never close it takes quadratic time."""

_CONTEXT_CHARACTERS = 40
"""Characters examined on each side of a boundary: copying whole texts would take quadratic time."""


def split_sentences(passage: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `passage`, in reading order.

    Spans are half-open character offsets into `passage`; only white space is between them.
    """
    spans = [trim(passage, start, end) for start, end in _pieces(passage)]
    return [(start, end) for start, end in spans if start < end]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends; an empty one if there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _pieces(passage: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between boundaries, without the false boundaries."""
    # A line break inside a passage is a wrapped line, not an end: same length, so that offsets hold.
    flat = re.sub(r"\s", " ", passage)
    marker = LIST_MARKER.match(flat)
    # sentencex takes an item that begins with a bullet or "(a)" for one sentence, however many it has.
    offset = marker.end() if marker else 0
    start = 0
    for end in _boundaries(flat, offset):
        if end < len(flat) and _is_within_sentence(flat, start, end):
            continue
        yield start, end
        start = end
    if start < len(flat):
        yield start, len(flat)


def _boundaries(text: str, start: int) -> Iterator[int]:
    """Yield the ends of the library's sentences from `start` on, in reading order."""
    while start < len(text):
        window = text[start : start + _WINDOW_CHARACTERS]
        ends = [start + boundary["end_index"] for boundary in get_sentence_boundaries("en", window)]
        if start + len(window) < len(text):
            # The window may cut its last sentence, which begins the next window.
            ends = [end for end in ends if end < start + len(window)]
        yield from ends
        start = ends[-1] if ends else start + len(window)


def _is_within_sentence(text: str, start: int, end: int) -> bool:
    """Tell whether the boundary at `end` is false: within the sentence that began at `start`."""
    follows = text[end : end + _CONTEXT_CHARACTERS].lstrip()
    before = text[max(start, end - _CONTEXT_CHARACTERS) : end]
    if not before.strip() or not follows or (end - start < _CONTEXT_CHARACTERS and _ENUMERATOR.fullmatch(before)):
        return True
    if follows[0].islower() or follows[0] in ",;)":
        return True
    if not before[-1].isspace() and not text[end].isspace() and _INITIAL.search(before):
        return True
    if _NUMBER_SIGN.search(before):
        return follows[0].isdigit()
    if _CLOCK.search(before):
        return _TIME_ZONE.match(follows) is not None
    return _ABBREVIATION.search(before) is not None
