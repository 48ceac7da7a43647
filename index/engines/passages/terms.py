"""A question's own words: which of them occur in the statements, and under which names."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from index.engines.mentions.phrases import count_phrase
from index.engines.statement_cache import Held
from index.text.aliases import Entity, known_aliases
from index.text.analysis import analyse
from index.text.folding import fold

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


class QuestionTerms:
    """The content words of a question, each looked for in the statements asked about.

    `absent` are those that stand nowhere, under no name; `under_other_names` those that stand only under other names.
    """

    def __init__(self, query: str, held: Sequence[Held], is_present: Callable[[str], bool] | None = None) -> None:
        """Look for the words.

        Args:
            query: the question.
            held: the statements asked about.
            is_present: tells at once whether they have a word; without it, and for names, every sentence is read.
        """
        words = content_words(query)
        read = [
            word
            for word in words
            if is_present is None or known_aliases().find_entity(word) is not None or not is_present(word)
        ]
        scanned = [one.scanned for one in held] if read else []
        counts = {word: count_phrase(word, scanned) for word in read}
        self.absent = tuple(word for word, count in counts.items() if count.is_absent)
        self.has_present = len(self.absent) < len(words)
        self.under_other_names = tuple(
            (word, count) for word, count in counts.items() if count.is_under_other_names_only
        )


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
    for length in _name_lengths(query, words, at, least=2):
        if known_aliases().find_entity(query[words[at][0] : words[at + length - 1][1]]) is not None:
            return length
    return 1


def find_other_names(query: str) -> dict[str, tuple[str, ...]]:
    """Return by the terms of a query the single terms that name the same: "dprk" for both of "North Korea".

    People and adjectives count as what they are called after: "dprk" for "North Koreans", "israel" for "Israelis".
    Names of several words are left out: their words stand in other names too ("Republic of Korea").
    """
    found: dict[str, dict[str, None]] = {}
    for name, entity in _find_named(query):
        others = [analyse(other) for other in (*entity.names, *entity.metonyms, *entity.adjectives)]
        for term in analyse(name):
            single = dict.fromkeys(other[0] for other in others if len(other) == 1 and other[0] != term)
            found.setdefault(term, {}).update(single)
    return {term: tuple(names) for term, names in found.items() if names}


def _find_named(query: str) -> Iterator[tuple[str, Entity]]:
    """Yield the names in a query with what each names, the longest at each place."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(query)]
    at = 0
    while at < len(words):
        for length in _name_lengths(query, words, at, least=1):
            text = query[words[at][0] : words[at + length - 1][1]]
            bare = (text.rstrip(".") if length == 1 else text).removesuffix("'s").removesuffix("’s")
            # "US" is a name and "us" a word; an article belongs to no name.
            is_name = fold(text.split()[0]) not in _NOT_CONTENT or bare.isupper()
            entity = _find_entity(bare) if is_name else None
            if entity is not None:
                yield bare, entity
                at += length - 1
                break
        at += 1


def _name_lengths(query: str, words: Sequence[tuple[int, int]], at: int, *, least: int) -> Iterable[int]:
    """Return of how many words a name that begins at `at` may be, the longest first."""
    start, end = words[at]
    word = query[start:end]
    # "Washington." ends a sentence, and "U.S." does not.
    known = max(known_aliases().longest_from(word), known_aliases().longest_from(word.rstrip(".")))
    longest = known and known + 1  # "Russia’s" is two words here
    return range(min(_LONGEST_NAME_WORDS, len(words) - at, longest), least - 1, -1)


def _find_entity(name: str) -> Entity | None:
    aliases = known_aliases()
    return aliases.find_entity(name) or aliases.find_entity(name.removesuffix("s")) or aliases.find_of_people(name)
