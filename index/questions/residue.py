"""A question that is known to ask for occurrences → what it asks for: the words that are left of it.

Used where no named wording says what is looked for: "UNSMIL how often", "Hunting the word junta. Where?".
"""

import re

_ASKING = frozenset(
    """
    a able about across actual actually adjective adverb all alongside also an and any anybody anyone anything
    anywhere appear appearance appearances appearing appears are as ask asked asking at be been by called came
    can cases check checked chronologically cite cited citing colleagues come comes confirm contain contained
    containing contains corpus could count counted counting counts crop crops desk did do document documents
    does each earliest ever every everywhere exact exactly exist existing exists expression expressions face far
    featured features figure find finding finds first flag for found frequency frequent frequently from gave get
    gets give given go going got had happens has have hello hey hi him hit hits holding how hunting i if in
    indexed instance instances into is it item its just keep keyword keywords kindly know last latest least let
    lexical library like likes list listed literally look looking lookup makes many material me mean mention
    mentioned mentioning mentions much must my name named names naming need never no not note noted noun now
    number occur occurrence occurrences occurs of often oldest on once one ones only or order our overall page
    pages paper papers paragraph paragraphs part passage passages people per perhaps phrase phrases phrasing
    place places please pls plz possible precise pull quick quickly raised really recent refer reference
    referenced references referred refers regarding result results run said same say saying says scan screen
    screening search see seen set several shelf show showing shows sides single so some somebody somewhere
    specific spelled spelling spot spots statement statements still string surface surfaces talk talked talks
    tally tell term terms text texts than thanks that the their them there these they this those through time
    times to together tot total touch touched up us usage use used uses using verb very want was we were what
    when where where's whether which who will with within without word words would you your zero
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
"""Words with which people ask for occurrences, and never what they ask for."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*\.?|[^\w\s]")
_WITHIN = frozenset({"of", "and", "the", "in", "on", "for", "to"})
_NAMED = re.compile(
    r"\b(?:words?|phrases?|terms?|names?|expressions?|adjectives?|nouns?|verbs?|keywords?|mentions?\sof|count|screen)\b\W*$",
    re.IGNORECASE,
)
_ALTERNATIVES = re.compile(r"\s*(?:,|\bvs\.?|\bversus\b|\bor\b|/|&)\s*", re.IGNORECASE)
_MARKS = re.compile(r"@\w+")


def find_residue(sentence: str) -> tuple[str, ...]:
    """Return what a question for occurrences asks for: its words that do not ask; nothing where all of them do.

    Of several stretches, the one after "the word" counts, else those with a capital, else the last.
    """
    runs = _runs(_MARKS.sub(",", sentence))
    if not runs:
        return ()
    named = [words for words, before in runs if _NAMED.search(before)]
    capital = [words for words, _ in runs if any(character.isupper() for character in words)]
    chosen = named[:1] or (capital if len(capital) > 1 and _ALTERNATIVES.search(sentence) else capital[-1:])
    return tuple(dict.fromkeys(chosen)) or (runs[-1][0],)


def _runs(sentence: str) -> list[tuple[str, str]]:
    """Return the stretches of words that do not ask, each with what stands before it."""
    runs: list[tuple[int, int]] = []
    opened = False
    for match in _TOKEN.finditer(sentence):
        word = match.group()
        is_left = word[0].isalnum() and word.lower().strip(".") not in _ASKING
        if is_left and opened and _joins(sentence[runs[-1][1] : match.start()]):
            runs[-1] = (runs[-1][0], match.end())
        elif is_left:
            runs.append((match.start(), match.end()))
        opened = is_left or (opened and word.lower() in _WITHIN)
    return [(_bare(sentence[start:end]), sentence[:start]) for start, end in runs]


def _joins(between: str) -> bool:
    return all(word in _WITHIN for word in between.split())


def _bare(words: str) -> str:
    return words.strip(" .,;:!?").removesuffix("'s").removesuffix("’s")
