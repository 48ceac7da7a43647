"""A text as its readers see it: without mark-up, invisible characters and words broken at the end of a line."""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from index.text.english import is_english

INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Soft hyphen, zero-width space and joiners, directions, variation selectors, byte order mark."""

MARKS = "".join(char for char in map(chr, range(0x300, 0x3100)) if unicodedata.category(char)[0] == "M")
"""Combining marks: accents written apart, and the vowel signs of Indic scripts."""

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"

_LINK = r"\]\((?:https?:|mailto:|/|\#)[^()\s]{0,500}\)"
_UNUSUAL = r"[^\x00-\x7f“”‘’–—]"
_EDIT = re.compile(
    rf"""
    # Most places are passed by at once.
    (?= [<&\[\]*_-] | {_UNUSUAL} | [^\s{INVISIBLE}][{MARKS}{INVISIBLE}] ) (?:
      (?P<comment> <!-- (?:(?!<!--).){{0,4000}}? --> )
    | <sup>(?P<note>\d{{1,3}})</sup>                                                # a footnote's mark
    | (?P<tag> </?(?:a|abbr|b|cite|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|u)(?:\s[^<>]{{0,500}})?> )
    | (?P<line> <br\s?/?> )
    | (?P<entity> &(?:[A-Za-z]{{2,8}}|\#\d{{1,6}}|\#[xX][0-9A-Fa-f]{{1,5}}); )
    | (?P<link> \[(?=[^\[\]\n]{{1,300}}{_LINK}) | {_LINK} )                            # [words](address)
    | (?P<emphasis> (?<![\w*])\*{{1,3}}(?=[\w"“(\[<]) | (?<=[^\s*])\*{{1,3}}(?![\w*])
        | (?<!\w)_{{1,2}}(?=[^\W_]) | (?<=[^\W_]|[.,!?”"])_{{1,2}}(?!\w) )
    | (?P<hyphen> (?<=[a-z])[-‐][ \t]?\n[ \t]*(?=[a-z]) )
    | (?P<letters> [{INVISIBLE}]+ | [^{INVISIBLE}\s][{MARKS}{INVISIBLE}]+ | {_UNUSUAL} ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_NEEDS_EDIT = re.compile(rf"{_UNUSUAL}|[*_<&]|\]\(|-[ \t]?\n")
_LETTERS_BEFORE = re.compile(r"(?<![^\W_])[a-z]{2,20}\Z")
_LETTERS_AFTER = re.compile(r"[a-z]{2,20}(?![^\W_]|-)")
_INVISIBLE_RUN = re.compile(f"[{INVISIBLE}]+")
_FRACTION_SLASH = "\u2044"
_SPACES = {
    ord(char): " "
    for char in "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
}


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text as readers see it, and where each of its characters stands in the original.

    The pieces are in order: piece `i` begins at `_at[i]` here and takes `_from[i]` to `_to[i]` of the original. In a
    piece of the same length every character stands for one; in any other all characters stand for all of it.
    """

    text: str
    _at: tuple[int, ...] = ()
    _from: tuple[int, ...] = ()
    _to: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open offsets into the original of a stretch of one character or more."""
        return (self._place(start)[0], self._place(end - 1)[1]) if self._at else (start, end)

    def offset(self, original: int) -> int:
        """Return where the first character stands here that begins at an offset into the original, or after it."""
        if not self._at:
            return original
        piece = bisect_right(self._from, original) - 1
        if piece < 0:
            return 0
        width = self._end(piece) - self._at[piece]
        inside = original - self._from[piece]
        is_even = width == self._to[piece] - self._from[piece]
        return self._at[piece] + (min(inside, width) if is_even or not inside else width)

    def _place(self, at: int) -> tuple[int, int]:
        piece = bisect_right(self._at, at) - 1
        start, end = self._from[piece], self._to[piece]
        if self._end(piece) - self._at[piece] != end - start:
            return start, end
        first = start + at - self._at[piece]
        return first, first + 1

    def _end(self, piece: int) -> int:
        return self._at[piece + 1] if piece + 1 < len(self._at) else len(self.text)


def read_plain(text: str) -> PlainText:
    """Return a text without mark-up and invisible characters, in composed letters, its broken words joined.

    Ligatures are letters, entities ("&nbsp;") what they stand for, and what stands in a comment is gone. Quotation
    marks, dashes, superscripts and line breaks stay.
    """
    if not _NEEDS_EDIT.search(text):
        return PlainText(text)
    text = text.translate(_SPACES)
    pieces: list[tuple[str, int, int]] = []
    done = 0
    for match in _EDIT.finditer(text):
        start, end, shown = _edit(match)
        if text[start:end] != shown:
            pieces += [(text[done:start], done, start), (shown, start, end)]
            done = end
    if not pieces:
        return PlainText(text)
    pieces.append((text[done:], done, len(text)))
    pieces = [piece for piece in pieces if piece[0]]
    at, length = [], 0
    for shown, _, _ in pieces:
        at.append(length)
        length += len(shown)
    words, starts, ends = zip(*pieces, strict=True) if pieces else ((), (), ())
    return PlainText("".join(words), tuple(at), starts, ends)


def _edit(match: re.Match[str]) -> tuple[int, int, str]:
    """Return what stretch of the text is shown otherwise, and how."""
    start, end = match.span()
    if match["letters"]:
        return start, end, _compose(match["letters"])
    if match["hyphen"]:
        return start, end, "" if _is_one_word(match.string, start, end) else match["hyphen"]
    if match["entity"]:
        return start, end, _compose(html.unescape(match["entity"]))
    if match["note"]:
        return start, end, "".join(SUPERSCRIPTS[int(digit)] for digit in match["note"])
    return start, end, " " if match["line"] else ""


def _is_one_word(text: str, start: int, end: int) -> bool:
    """Tell a word broken at the end of a line ("per-mit") from a compound that keeps its hyphen ("long-term")."""
    before = _LETTERS_BEFORE.search(text, max(0, start - _LONGEST_PART), start)
    after = _LETTERS_AFTER.match(text, end)
    if before is None or after is None:
        return False
    return is_english(before[0] + after[0]) or (len(after[0]) >= _LONG_PART and not is_english(after[0]))


_LONGEST_PART = 21
_LONG_PART = 4
"""The list of English words has none that is shorter."""


def _compose(cluster: str) -> str:
    visible = _INVISIBLE_RUN.sub("", cluster)
    # A superscript is a footnote's mark or an exponent: as a plain digit it would become part of the word.
    if visible in SUPERSCRIPTS:
        return visible
    composed = unicodedata.normalize("NFKC", visible)
    # '3½' is '3 1/2'.
    return f" {composed.replace(_FRACTION_SLASH, '/')}" if _FRACTION_SLASH in composed else composed
