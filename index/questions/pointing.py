"""Whether a follow-up points back to the statements of the last answer: "when was it issued?", "those statements"."""

import re
from dataclasses import replace

from index.engines.title_words import ALIASES, GROUPS, STATES, split_words
from index.request import Context, Filters

_FEW_ENGINE = "passages"
"""The engine whose answers quote a few statements, which "it" and "they" then mean; the others list all that fit."""


def point_back(text: str, follows: Context) -> Context:
    """Return what a follow-up goes on from: the statements that the last answer quoted, where it points back to them.

    Else it is the scope that the person set in words. "They" are whoever made the statements of that scope, where there
    is one: after "what do the G7 say about Iran?" the question "what do they say about Syria?" is for the G7 still.
    """
    if not follows.found or not _points_back(text, follows):
        return follows
    return replace(follows, filters=Filters(statement_ids=follows.found))


def _points_back(text: str, follows: Context) -> bool:
    if _THOSE_STATEMENTS.search(text):
        return True
    is_one = len(follows.found) == 1
    if is_one and _THE_STATEMENT.search(text):
        return True
    if not is_one and follows.engine != _FEW_ENGINE:
        return False
    pronouns = [_IT] if follows.filters != Filters() else [_IT, _THEY]
    found = [match for pronoun in pronouns for match in pronoun.finditer(text)]
    return any(not _names_something(text[: match.start()]) for match in found)


def _names_something(text: str) -> bool:
    """Tell whether a name stands before a pronoun, which then means that: "what does Iran say of its programme?"."""
    words = split_words(text)
    if any(word.key in STATES or word.key in GROUPS or word.key in ALIASES for word in words):
        return True
    return any(word.text[0].isupper() or word.text[0].isdigit() for word in words[1:])


_DOCUMENTS = r"(?:statements?|texts?|documents?|communiqu[eé]s?|declarations?|releases?|papers?|passages?|paragraphs?)"
_THOSE_STATEMENTS = re.compile(
    rf"""
    \b(?:that|this|these|those|both|said|the\s(?:same|above|latter|former))\s(?:of\sthe\s)?(?:\w+\s){{0,2}}?
        (?:{_DOCUMENTS}|ones?)\b
    | \b(?:in|of|from|by|within|throughout)\s(?:it|them|there|these|those|both)\b
    | \b(?:in|of|from|within)\s(?:that|this)(?=\W*$|\s(?:is|are|was|were|do|does|did)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""'in that statement', 'those texts', 'which of them'"""

_THE_STATEMENT = re.compile(
    r"\bthe\s(?:statement|text|document|communiqu[eé]|declaration|release|paper)\b(?!\s(?:on|of|about|from|by|that)\b)",
    re.IGNORECASE,
)
_IT = re.compile(
    r"""
    \b(?:it|its)\b(?!\s(?:true|possible|right|correct|clear|likely|okay|ok)\b)
    | \b(?:this|that)(?=\W*$)
    | \b(?:is|was|does|did|has)\s(?:this|that)\s
        (?=\w+ed\b|say|demand|cite|differ|mention|name|urge|call|ask|condemn|refer)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_THEY = re.compile(r"\b(?:they|them|their|these|those|both)\b", re.IGNORECASE)
