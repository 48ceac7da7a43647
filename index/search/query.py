"""A query as it is searched by words: its terms, what they may be misspellings of, and quoted phrases."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.search.passages import SHORTEST_CORRECTED
from index.text.tokens import CASED_TERMS, analyse, analyse_words, is_stop_word

MOST_TERMS = 100
"""Terms of a longer query that are searched: work per query is bounded."""

MOST_CORRECTED = 16
"""Words of a query that are compared with the spellings of all passages, at most."""

_TWO_EDITS_FROM = 8
_RARE = 2
"""A term of more passages than this is taken as meant."""
_TIMES_MORE_FREQUENT = 10
_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a query.

    Attributes:
        text: as it was typed.
        term: as it is compared.
        alternatives: terms that count as it: what it may be a misspelling of, likeliest first, and other names.
        document_frequency: the number of passages that have the term, in themselves or in title, issuers and date.
    """

    text: str
    term: str
    alternatives: tuple[str, ...]
    document_frequency: int


@dataclass(frozen=True, slots=True)
class TermQuery:
    """A query as it is searched: `terms` without stop words unless there is nothing else, each once, in order.

    `phrases` are the quoted words, folded: a passage that lacks one of them is not found.
    """

    terms: tuple[QueryTerm, ...]
    phrases: tuple[str, ...]


Frequency = Callable[[str], int]
"""The number of passages that have a term."""

FindNear = Callable[[str, int], Sequence[tuple[int, str]]]
"""Returns the words of the passages, as they are spelled, that are at most so many edits from a word, with how many."""


def read_query(text: str, frequency: Frequency, find_near: FindNear) -> TermQuery:
    """Return what is searched for a text."""
    words = analyse_words(text)
    chosen = [word for word in words if not is_stop_word(word.term)] or words
    typed = {word.term: text[word.start : word.end] for word in reversed(chosen)}  # the first time it stands there
    terms = [QueryTerm(typed[term], term, (), frequency(term)) for term in dict.fromkeys(word.term for word in chosen)]
    if len(terms) > MOST_TERMS:
        # The rarest, which tell most; those that no passage has come last.
        kept = sorted(terms, key=lambda one: one.document_frequency or float("inf"))[:MOST_TERMS]
        terms = [one for one in terms if one in kept]
    doubtful = [one for one in terms if _may_be_misspelled(one)][:MOST_CORRECTED]
    alternatives = {one.term: find_alternatives(one, frequency, find_near) for one in doubtful}
    read = tuple(replace(one, alternatives=alternatives.get(one.term, ())) for one in terms)
    quoted = (_fold_quoted(match[1]) for match in _QUOTED.finditer(text))
    return TermQuery(read, tuple(dict.fromkeys(one for one in quoted if analyse(one))))


def _may_be_misspelled(one: QueryTerm) -> bool:
    is_word = one.text.isascii() and one.text.isalpha() and not one.text.isupper()
    return one.document_frequency <= _RARE and len(one.text) >= SHORTEST_CORRECTED and is_word


def find_alternatives(one: QueryTerm, frequency: Frequency, find_near: FindNear) -> tuple[str, ...]:
    """Return the terms that a word of few or no passages may be a misspelling of, likeliest first.

    Words are compared as they are spelled, since a misspelled word has another stem: "resolutoin".
    """
    word = one.text.lower()
    near = find_near(word, 2 if len(word) >= _TWO_EDITS_FROM else 1)
    others = [(edits, found) for edits, found in near if found != word and not _is_another_word(word, found)]
    nearest = {analyse(found)[0] for edits, found in others if edits == min(others)[0]}
    known = [term for term in nearest if frequency(term) > _TIMES_MORE_FREQUENT * one.document_frequency]
    best = sorted(known, key=lambda term: (-frequency(term), term))[:_ALTERNATIVES]
    return tuple(term for term in best if term != one.term)


def _is_another_word(word: str, spelled: str) -> bool:
    # "Iraq" is not "Iran": in a word of four letters, one letter for another makes another word.
    return len(word) == len(spelled) == SHORTEST_CORRECTED and sorted(word) != sorted(spelled)


_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"”“»]")
_QUOTE_EDGES = " .,;:!?…"
"""Left out at the edges of quoted words: a full stop there belongs to who quotes as often as to who is quoted."""

_ALIKE = ("'‘’‚‛′ʼ", '"“”„‟″«»', "-‐‑‒–—―−")
_FOLDED = str.maketrans({character: alike[0] for alike in _ALIKE for character in alike} | {"\u00ad": ""})


def _fold_quoted(words: str) -> str:
    """Return quoted words with white space, quotes and dashes folded, without punctuation at their edges."""
    return " ".join(unicodedata.normalize("NFKC", words).translate(_FOLDED).split()).strip(_QUOTE_EDGES)


def phrase_terms(phrase: str) -> list[tuple[int, str]]:
    """Return the terms that stand in every passage with a phrase, each with its place in the phrase."""
    # In another case than it was typed in, "us" is another term.
    return [(place, term) for place, term in enumerate(analyse(phrase)) if term not in CASED_TERMS]


def compile_phrase(phrase: str) -> Callable[[str], bool]:
    """Return what tells whether a text has a phrase as whole words, in any case, white space, quotes and dashes."""
    alike = {one[0]: f"[{one}]" for one in _ALIKE} | {" ": r"\s+"}
    letters = "".join(alike.get(character) or re.escape(character) for character in phrase)
    pattern = re.compile(rf"(?<!\w){letters}(?!\w)", re.IGNORECASE)
    return lambda text: pattern.search(unicodedata.normalize("NFKC", text.replace("\u00ad", ""))) is not None
