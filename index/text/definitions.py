"""Short forms that a text defines for itself: "the Republic of Korea (ROK)"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.names import is_acronym
from index.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form that a text gives for a long one; `start` and `end` are half-open offsets of both together."""

    short: str
    long: str
    start: int
    end: int


_IN_BRACKETS = re.compile(
    r"""\(\s{0,3}
        (?:(?:hereinafter|hereafter|henceforth)\s(?:referred\sto\sas\s|called\s)?   # '(hereinafter called …'
          | (?:also\s)?(?:known\sas|referred\sto\sas|or(?:\ssimply)?|collectively),?\s)?
        (?:the\s)?
        (?P<open>["“‘']?)(?P<inside>[^()"“”‘\n]{2,100}?)["”’']?     # '(“JCPOA”)', '(the “Agreement”)'
        \s{0,3}\)""",
    re.VERBOSE | re.IGNORECASE,
)
_APPOSITION = re.compile(r",\s(?:or|known\sas)\s(?:the\s)?(?P<inside>[A-Z][A-Za-z0-9&/+-]{1,9}),")
"""'the Joint Comprehensive Plan of Action, or JCPOA, '"""

_SHORT = re.compile(r"(?=[^\W\d_]*\w*[A-Z])[A-Za-z0-9][\w&/+.-]{1,11}")
_NO_SHORT = re.compile(r"[ivxIVX]+|[A-Z][a-z]+|D-[A-Z]{2}|R-[A-Z]{2}")
"""'(iii)', '(Laughter)', '(Applause)', '(D-NY)' are no short forms."""

_CLAUSE_BREAK = re.compile(r"[;:()\[\]\n•]|(?<=[a-z0-9)”])[.?!]\s")
_WORD = re.compile(r"[^\s\-–—/“”\"]+")
_LONG_CHARACTERS = 200
_LEADING_ARTICLE = re.compile(r"(?:the|a|an|and|of|our|its|their)\s+", re.IGNORECASE)
_NAME_BEFORE = re.compile(
    r"(?:[A-Z][\w’'.&-]{0,40}(?:,?\s(?:(?:of|the|on|for|and|in|to|with|against)\s){0,3})){1,12}\Z"
)
"""'Agreement on Cooperation in the Field of …' before '(the “Agreement”)': words in capitals and what joins them."""


def find_definitions(text: str) -> list[Definition]:
    """Return the short forms that a text defines for itself, in reading order: "the Republic of Korea (ROK)".

    Source: Schwartz & Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text,
    PSB 2003, pages 451-462; with the first letter of every word preferred, and names in quotation marks added.
    """
    found = [*_defined_in_brackets(text), *_defined_in_apposition(text)]
    return sorted(found, key=lambda definition: definition.start)


def _defined_in_brackets(text: str) -> Iterator[Definition]:
    for match in _IN_BRACKETS.finditer(text):
        inside = match["inside"].strip().rstrip(",.")
        before = _clause_before(text, match.start())
        start = match.start() - len(before)
        at = _find_defined(inside, before, is_quoted=bool(match["open"]))
        if at is not None:
            yield Definition(inside, _bare(before[at:]), start + at, match.end())
        elif (word := _last_word(before)) and " " in inside and _spells(word, inside):
            yield Definition(word, inside, match.start() - len(before) + before.rindex(word), match.end())


def _find_defined(short: str, before: str, *, is_quoted: bool) -> int | None:
    """Return where what a short form stands for begins."""
    is_short_form = _SHORT.fullmatch(short) and not _NO_SHORT.fullmatch(short)
    at = _find_long(short, before) if is_short_form else None
    return _find_named(short, before) if at is None and is_quoted else at


def _defined_in_apposition(text: str) -> Iterator[Definition]:
    for match in _APPOSITION.finditer(text):
        short, before = match["inside"], _clause_before(text, match.start())
        at = _find_initials(short, before) if is_acronym(short) else None
        if at is not None:
            yield Definition(short, _bare(before[at:]), match.start() - len(before) + at, match.end("inside"))


def _clause_before(text: str, end: int) -> str:
    """Return what stands before an offset within its clause, not longer than a name can be."""
    before = text[max(0, end - _LONG_CHARACTERS) : end]
    breaks = [match.end() for match in _CLAUSE_BREAK.finditer(before)]
    return before[breaks[-1] :] if breaks else before


def _find_long(short: str, before: str) -> int | None:
    """Return where the long form of a short one begins: by its words' first letters, or else by its letters."""
    bare = short.removesuffix("s") if short[:-1].isupper() else short
    by_initials = _find_initials(bare, before)
    return by_initials if by_initials is not None else _find_letters(bare, before)


def _find_initials(short: str, before: str) -> int | None:
    """Return where the words begin whose first letters spell a short form.

    Small words are skipped where that will do ("Organization of Islamic Cooperation (OIC)") and counted where it
    will not ("Status of Forces Agreement (SOFA)").
    """
    letters = [character for character in fold(short) if character.isalnum()]
    words = list(_WORD.finditer(before))[-3 * len(letters) :]
    skipping = _spelled_from([word for word in words if word.group().lower() not in _SMALL_WORDS], letters)
    return skipping if skipping is not None else _spelled_from(words, letters)


def _spelled_from(words: Sequence[re.Match[str]], letters: Sequence[str]) -> int | None:
    at = len(letters) - 1
    for word in reversed(words):
        if at >= 0 and fold(word.group()).lstrip("'(")[:1] == letters[at]:
            at -= 1
            if at < 0:
                return word.start()
        elif word.group().lower() not in _SMALL_WORDS:
            return None
    return None


_SMALL_WORDS = frozenset(
    {"of", "the", "and", "for", "in", "on", "to", "with", "against", "by", "from", "&", "at", "de"}
)


def _find_letters(short: str, before: str) -> int | None:
    """Return where the shortest stretch begins that holds the letters of a short form, the first at a word's start."""
    letters = [character for character in fold(short) if character.isalnum()]
    words = list(_WORD.finditer(before))[-min(len(letters) + 5, len(letters) * 2) :]
    if not words or len(letters) < 2:
        return None
    folded, at, first = fold(before), len(before), words[0].start()
    for position in range(len(letters) - 1, -1, -1):
        at = folded.rfind(letters[position], first, at)
        while position == 0 and at > first and folded[at - 1].isalnum():
            at = folded.rfind(letters[0], first, at)
        if at < 0:
            return None
    long = before[at:].strip()
    is_longer = len(long.split()) > 1 or len(long) > 2 * len(short)
    return at if is_longer and not _LEADING_ARTICLE.match(long) and not long[0].isdigit() else None


def _find_named(short: str, before: str) -> int | None:
    """Return where the name begins that words in quotation marks stand for: "Agreement" for "Agreement on …"."""
    match = _NAME_BEFORE.search(before.rstrip() + " ")
    if match is None or not short[:1].isupper():
        return None
    shared = {word for word in fold(short).split() if word not in _SMALL_WORDS} & set(fold(match.group()).split())
    long = _LEADING_ARTICLE.match(match.group())
    return match.start() + (long.end() if long else 0) if shared and match.group().strip() != short else None


def _bare(long: str) -> str:
    """Return a long form without the genitive's ending: "the People’s Republic of China’s (PRC) …"."""
    return long.strip().removesuffix("’s").removesuffix("'s")


def _last_word(before: str) -> str:
    words = before.split()
    return words[-1] if words and is_acronym(words[-1]) else ""


def _spells(short: str, long: str) -> bool:
    """Tell whether the first letters of a whole long form spell a short one: "ROK (Republic of Korea)"."""
    at = _find_initials(short, long)
    return at is not None and not _LEADING_ARTICLE.sub("", long[:at]).strip()
