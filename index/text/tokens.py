"""Text → what is compared: the one folding and the one tokeniser. Offsets always point into the original text.

`fold` sets case, accents and typography aside and keeps every offset.

A term is a word as search compares it: compatibility forms (NFKC), case, accents and apostrophes folded, the
possessive 's dropped, British spelling made American, and the English stem taken. Stop words are terms like others,
so that places in the text count.

| in the text            | terms                  | rule                                                              |
|------------------------|------------------------|-------------------------------------------------------------------|
| Korea’s, Søren, O'Brien | korea, soren, obrien  |                                                                   |
| we'll, I've, don't     | we, i, dont            | `ill` and `shell` are no stop words                               |
| programmes, organised  | program, organiz       | as of programs, organized                                         |
| ship-to-ship, S/RES/1718 | ship to ship, s res 1718 | only letters, digits and what stands inside them make a word |
| 2397(2017), $80, 1,718 | 2397 2017, 80, 1718    | numbers are never stemmed; 3.5 and 1.1.2 are one term             |
| U.K., UK               | uk                     | the dots of initials are dropped …                                |
| U.S., US, i.e., a.m.   | u.s., u.s., ie, a.m.   | … unless a stop word would be left: `us` is only ever the pronoun |
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import Stemmer

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


# -- terms of search ---

LONGEST_TERM = 64
"""Characters of the longest term; what is longer (addresses, encoded data) is cut, and nobody asks for it by word."""

_CACHED_WORDS = 100_000
"""Written words whose terms are kept, about 20 MB; English text of any size repeats its first 50,000."""

# What may stand inside a written word beside letters and digits: combining marks, the soft hyphen and joiners, which
# nobody sees.
_INSIDE = "\u0300-\u036f\u00ad\u200c\u200d\u2060"
_APOSTROPHES = "'’ʼ＇"

_WRITTEN = re.compile(rf"\w[\w{_INSIDE}]*(?:(?:[.,]|\.?[{_APOSTROPHES}])\w[\w{_INSIDE}]*)*")
"""A stretch that holds one word, nearly always: "Korea’s", "U.S", "1,718", "foo_bar", "end.Next"."""

_LETTER = r"[^\W\d_]"
_WORD = re.compile(
    rf"""
    (?P<number> \d{{1,3}}(?:,\d{{3}})+(?![\d,]*\d) (?:\.\d+)*  # 1,718; 1,000.5
              | \d+(?:\.\d+)+ )                               # 3.5; 1.1.2
  | (?P<initials> {_LETTER}(?:\.{_LETTER})+(?![\w{_INSIDE}]) (?:\.?[{_APOSTROPHES}]s\b)? )  # U.S; U.S.'s
  | (?P<word> [^\W_](?:[^\W_]|[{_INSIDE}])* (?:[{_APOSTROPHES}][^\W_](?:[^\W_]|[{_INSIDE}])*)* )  # Korea’s; O'Brien
    """,
    re.VERBOSE,
)
_ENDING = re.compile(rf"(?<=.)\.?[{_APOSTROPHES}](?:s|d|m|ll|re|ve)$", re.IGNORECASE)
"""The possessive, and the verb drawn to a pronoun."""

_DROPPED = re.compile(rf"[{_APOSTROPHES}{_INSIDE}\s]+")

_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters with a stroke or joined, which Unicode does not take apart: Søren, Wałęsa, Đukanović."""

# Snowball's English list (https://snowballstem.org/algorithms/english/stop.txt), what Lucene's has beside it, "us",
# "can", "whose", "upon", and the "s" of "Korea 's". Not "may" and "might": a month and a power are asked for.
_STOP_WORDS = """
    a about above after again against all am an and any are aren't as at be because been before being below between
    both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from
    further had hadn't has hasn't have haven't having he her here hers herself him himself his how i if in into is
    isn't it its itself me more most mustn't my myself no nor not of off on once only or other ought our ours
    ourselves out over own s same shan't she should shouldn't so some such than that the their theirs them
    themselves then there these they this those through to too under until up upon us very was wasn't we were
    weren't what when where which while who whom whose why will with won't would wouldn't you your yours yourself
    yourselves
""".split()  # noqa: SIM905 - a list of words reads best as words

_CAPITALS = {"US": "u.s.", "WHO": "w.h.o."}
"""Names whose letters are a stop word's: in capitals, as the initials with their dots."""

CASED_TERMS = frozenset(_CAPITALS.values()) | {name.lower() for name in _CAPITALS}
"""Terms that depend on the case of a word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its term, and half-open character offsets into the text."""

    term: str
    start: int
    end: int


def analyse(text: str) -> list[str]:
    """Return the terms of a text in reading order, stop words among them."""
    return to_terms(find_written_words(text))


def find_written_words(text: str) -> list[str]:
    """Return the words of a text as they are written, in reading order; a few hold two terms, or none."""
    found: list[str] = _WRITTEN.findall(text)
    return found


def to_terms(written_words: Iterable[str]) -> list[str]:
    """Return the terms of written words, in their order."""
    return list(chain.from_iterable(map(_terms.__getitem__, written_words)))


def analyse_words(text: str) -> list[Word]:
    """Return the words of a text in reading order: the terms of `analyse`, with their places."""
    words: list[Word] = []
    for match in _WRITTEN.finditer(text):
        written, start = match[0], match.start()
        terms = _terms[written]
        if len(terms) == 1 and "_" not in written:
            words.append(Word(terms[0], start, match.end()))
        else:
            words.extend(Word(term, start + first, start + end) for term, first, end in _split(written))
    return words


def is_stop_word(term: str) -> bool:
    """Tell whether a term says nothing of what a text is about."""
    return term in STOP_WORDS


class _Terms(dict[str, tuple[str, ...]]):
    """The terms of each written word, found when it is first met. Reading is safe from any thread."""

    def __missing__(self, written: str) -> tuple[str, ...]:
        terms = tuple(term for term, _, _ in _split(written))
        if len(written) <= LONGEST_TERM:
            if len(self) >= _CACHED_WORDS:
                self.clear()  # the frequent words are back at once, and what was only in an older text is not
            self[written] = terms
        return terms


def _split(written: str) -> Iterator[tuple[str, int, int]]:
    """Yield the terms of a written word with their places in it."""
    for match in _WORD.finditer(written):
        yield _make_term(match)[:LONGEST_TERM], match.start(), match.end()


def _make_term(match: re.Match[str]) -> str:
    written = match[0]
    if match["number"]:
        return _fold(written.replace(",", ""))
    word = _fold(_ENDING.sub("", written))
    if match["initials"]:
        joined = word.replace(".", "")
        return f"{word}." if joined in STOP_WORDS else joined
    return _CAPITALS.get(written) or _stem(word)


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    # A mark on its own counts as a letter for `re`, and would leave nothing.
    return _DROPPED.sub("", folded).translate(_UNDECOMPOSED) or word


_BRITISH = (
    (re.compile(r"isation(?=s?$|al)"), "ization"),
    # organise, mobilised, prioritising; not rise, enterprise, advertise, expertise
    (re.compile(r"(?<=..[lnrt])(?<!pr)(?<!vert)(?<!pert)is(?=(?:e|es|ed|ing|ers?)$)"), "iz"),
    (re.compile(r"(?<=arm|col|fav|hon|lab|rum)our|(?<=harb)our|(?<=behavi|endeav|neighb)our"), "or"),
    (re.compile(r"^programme"), "program"),
    (re.compile(r"^(defen|offen|licen)ce"), r"\1se"),
    (re.compile(r"^(cent|theat|kilomet)re"), r"\1er"),
)
"""Spellings that part two forms of one word; the documents of one meeting mix them."""

_stemmer = Stemmer.Stemmer("english", 0)
_stemming = threading.Lock()  # a stemmer works in a buffer of its own


def _stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()):
        return word
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    with _stemming:
        return str(_stemmer.stemWord(word))


STOP_WORDS: frozenset[str] = frozenset(_stem(_fold(_ENDING.sub("", word))) for word in _STOP_WORDS)
"""The stop words as terms."""

_terms = _Terms()
