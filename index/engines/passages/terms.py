"""A question's own words: which of them occur in the statements, and under which names."""

import re
from collections.abc import Callable, Sequence

from index.engines.mentions.phrases import Occurrence, count_phrase
from index.engines.statement_cache import Held
from index.text.names import NameKind, find_names, gazetteer
from index.text.tokens import analyse, fold

_WORD = re.compile(r"[^\W_]+(?:['.&-][^\W_]+)*\.?")

_ASKING = """
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
ASKING_WORDS = frozenset(_ASKING.split())
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
            if is_present is None or gazetteer().find_entity(word) is not None or not is_present(word)
        ]
        scanned = [one.scanned for one in held] if read else []
        counts = {word: count_phrase(word, scanned) for word in read}
        self.absent = tuple(word for word, count in counts.items() if count.is_absent)
        self.has_present = len(self.absent) < len(words)
        self.under_other_names = tuple(
            (word, count) for word, count in counts.items() if count.is_under_other_names_only
        )


def passages_with(words: Sequence[str], held: Sequence[Held]) -> dict[str, list[Occurrence]]:
    """Return, by passage id, where passages have every one of some words, each in any form or under any name."""
    scanned = [one.scanned for one in held]
    found: dict[str, list[Occurrence]] = {}
    for at, word in enumerate(words):
        counted = count_phrase(word, scanned)
        here: dict[str, list[Occurrence]] = {}
        for form in (*counted.forms, *counted.other_names):
            for one in form.occurrences:
                here.setdefault(one.passage.id, []).append(one)
        found = {key: [*found.get(key, []), *places] for key, places in here.items() if not at or key in found}
    return found


def content_words(query: str) -> list[str]:
    """Return the words of a query that name what is asked about, each once; names of several words in one piece."""
    found: list[str] = []
    names = [name for name in find_names(query) if " " in name.text and name.kind is not NameKind.ADJECTIVE]
    for match in _WORD.finditer(query):
        name = next((one for one in names if one.start <= match.start() < one.end), None)
        bare = name.text if name else match[0].rstrip(".").removesuffix("'s").removesuffix("’s")
        if name or fold(bare) not in ASKING_WORDS:
            found.append(bare)
    return list(dict.fromkeys(found))


def find_other_names(query: str) -> dict[str, tuple[str, ...]]:
    """Return by the terms of a query the single terms that name the same: "dprk" for both of "North Korea".

    People and adjectives count as what they are called after: "dprk" for "North Koreans", "israel" for "Israelis".
    Names of several words are left out: their words stand in other names too ("Republic of Korea").
    """
    found: dict[str, dict[str, None]] = {}
    for name in find_names(query):
        if name.alternatives or (fold(name.text) in ASKING_WORDS and not name.text.isupper()):
            continue
        others = [analyse(other) for other in name.entity.forms]
        for term in analyse(name.text):
            single = dict.fromkeys(other[0] for other in others if len(other) == 1 and other[0] != term)
            found.setdefault(term, {}).update(single)
    return {term: tuple(names) for term, names in found.items() if names}
