"""What a person typed → what is to be looked for, or why nothing can be."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_CHARACTERS = 1_000
"""Longer than any question; the model itself reads some 200 words."""


class Reading(StrEnum):
    """How a question was understood."""

    SEARCH = "search"
    EMPTY = "empty"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    OTHER_SCRIPT = "other_script"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asked: the words to search for, and how they were understood."""

    text: str
    reading: Reading


def read_question(typed: str, *, only_english: bool) -> Question:
    """Understand a question as it was typed.

    Compatibility forms are folded (full-width letters, ligatures), white space too; nothing else is changed. The
    result is what is searched for, never what is quoted.
    """
    text = " ".join(unicodedata.normalize("NFKC", _encodable(typed)).split())
    if not text:
        return Question(text, Reading.EMPTY)
    if len(text) > MAX_CHARACTERS:
        return Question(text, Reading.TOO_LONG)
    letters = [character for character in text if character.isalpha()]
    if not letters and not any(character.isdigit() for character in text):
        return Question(text, Reading.NO_WORDS)
    if only_english and letters and _is_mostly_not_latin(letters):
        return Question(text, Reading.OTHER_SCRIPT)
    return Question(text, Reading.SEARCH)


def _is_mostly_not_latin(letters: list[str]) -> bool:
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return latin * 2 < len(letters)


def _encodable(text: str) -> str:
    # Half of a surrogate pair can come in from JSON ("\ud83d"); no tokenizer takes it.
    return re.sub("[\ud800-\udfff]", " ", text)
