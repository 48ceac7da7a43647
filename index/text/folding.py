"""Text as it is compared: case, accents, curly quotes, dashes and white space folded, offsets kept."""

import unicodedata

_DASHES = "‐‑‒–—―−﹘﹣－"
_SINGLE_QUOTES = "‘’‚‛′ʼ`´＇"
_DOUBLE_QUOTES = "“”„‟″«»＂"


class _Folding(dict[int, str]):
    """The folded form of each character, found when it is first met; always one character."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _DASHES:
        return "-"
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DOUBLE_QUOTES:
        return '"'
    if character.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", character)
    # 'ﬁ' decomposes into two letters, and 'İ' has a lower case of two characters: both stay as they are.
    base = decomposed[0] if all(unicodedata.combining(mark) for mark in decomposed[1:]) else character
    lower = base.lower()
    return lower if len(lower) == 1 else base


_folding = _Folding()


def fold(text: str) -> str:
    """Return the text as it is compared, of the same length: every offset into it is one into the text."""
    return text.translate(_folding)
