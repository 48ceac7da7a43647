"""A question's own words in the statements: which of them occur, and which sentences have most of them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from index.corpus.statements import NUMBERED_KINDS, Sentence
from index.lookup.aliases import known_aliases
from index.lookup.folding import fold
from index.lookup.holdings import Held
from index.lookup.phrases import PhraseCount, count_phrase
from index.search.analysis import analyse

_WORD = re.compile(r"[^\W_]+(?:['.&-][^\W_]+)*\.?")

_LONGEST_NAME_WORDS = 5

_ASKING_WORDS = """
    a about according across after again against all also am among an and any anybody anyone anything are as ask at be
    been before being between both but by can could did do does doing done during each either else ever every for from
    further get gets getting give given gives got had has have having he her here him his how however i if in into is
    it its itself just let like make me mean might more most much must my need no nor not now of off on once one only
    or other our out over own per please really said same say saying says see shall she should since so some somebody
    someone something somewhere still such take tell than that the their them then there these they thing things think
    this those though through to too toward towards under until up upon us use very want was way we well were what
    when where whether which while who whom whose why will with within without would yes yet you your
    statement statements text document documents communique paragraph paragraphs passage passages mention mentions
    mentioned speak speaks talk talks talked word words joint concerning regarding
"""
_NOT_CONTENT = frozenset(_ASKING_WORDS.split())
"""Words that ask rather than name what is asked about, and what people call the documents themselves."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word or name of a question, and the sentences of the body that have it, under any of its names."""

    text: str
    count: PhraseCount
    sentences: frozenset[tuple[str, int]]  # passage id and number

    @property
    def is_absent(self) -> bool:
        """Whether the term stands nowhere, under no name."""
        return self.count.is_absent


class QuestionTerms:
    """The content words of a question, each looked for in every sentence of the statements asked about."""

    def __init__(self, query: str, held: Sequence[Held]) -> None:
        scanned = [one.scanned for one in held]
        self.terms = tuple(_look_for(text, count_phrase(text, scanned)) for text in content_words(query))
        self._sentences = sum(one.summary.sentences for one in held)

    @property
    def absent(self) -> tuple[str, ...]:
        """The terms that stand nowhere."""
        return tuple(term.text for term in self.terms if term.is_absent)

    @property
    def present(self) -> tuple[Term, ...]:
        """The terms that stand somewhere."""
        return tuple(term for term in self.terms if not term.is_absent)

    def coverage(self, passage_id: str, sentence: Sentence) -> float:
        """Return how much of the present terms a sentence has, in [0, 1]; the rarer a term, the more it weighs."""
        if not self._total:
            return 0.0
        key = (passage_id, sentence.number)
        return sum(weight for term, weight in self._weights if key in term.sentences) / self._total

    @cached_property
    def _weights(self) -> list[tuple[Term, float]]:
        return [(term, math.log((self._sentences + 1) / (len(term.sentences) + 0.5))) for term in self.present]

    @cached_property
    def _total(self) -> float:
        return sum(weight for _, weight in self._weights)


def content_words(query: str) -> list[str]:
    """Return the words of a query that name what is asked about, each once; names of several words in one piece."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(query)]
    found: list[str] = []
    at = 0
    while at < len(words):
        length = _name_length(query, words, at)
        text = query[words[at][0] : words[at + length - 1][1]]
        bare = text.rstrip(".") if length == 1 else text
        bare = bare.removesuffix("'s").removesuffix("’s")
        if length > 1 or fold(bare) not in _NOT_CONTENT:
            found.append(bare)
        at += length
    return list(dict.fromkeys(found))


def _name_length(query: str, words: Sequence[tuple[int, int]], at: int) -> int:
    """Return how many words from `at` on are one known name ("North Korea"), at least 1."""
    for length in range(min(_LONGEST_NAME_WORDS, len(words) - at), 1, -1):
        if known_aliases().find_entity(query[words[at][0] : words[at + length - 1][1]]) is not None:
            return length
    return 1


def _look_for(text: str, counted: PhraseCount) -> Term:
    found = [one for form in (*counted.forms, *counted.other_names) for one in form.occurrences]
    sentences = frozenset((one.passage.id, one.sentence.number) for one in found if one.passage.kind in NUMBERED_KINDS)
    return Term(text, counted, sentences)


def find_other_names(query: str) -> dict[str, tuple[str, ...]]:
    """Return by the terms of a query the single terms that name the same: "dprk" for both of "North Korea".

    Names of several words are left out: their words stand in other names too ("Republic of Korea").
    """
    found: dict[str, dict[str, None]] = {}
    for name in content_words(query):
        entity = known_aliases().find_entity(name) or known_aliases().find_entity(name.removesuffix("s"))
        if entity is None:
            continue
        others = [analyse(other) for other in (*entity.names, *entity.metonyms, *entity.adjectives)]
        for term in analyse(name):
            single = dict.fromkeys(other[0] for other in others if len(other) == 1 and other[0] != term)
            found.setdefault(term, {}).update(single)
    return {term: tuple(names) for term, names in found.items() if names}
