"""Whether words of a quotation and of a statement are the same word, or one spelling of it."""

import re
from collections.abc import Iterable
from functools import lru_cache

from index.engines.quotes.results import QuoteNote
from index.engines.quotes.words import (
    CURRENCIES,
    FUNCTION_WORDS,
    NOT_IN_KEY,
    PLAIN_LETTERS,
    THOUSANDS,
    TypedQuotation,
    Words,
    is_footnote,
    word_set,
)


def notes_of_pairs(quotation: TypedQuotation, source: Words, pairs: Iterable[tuple[int, int]]) -> set[QuoteNote] | None:
    """Return in what the paired words differ, or None where two of them are different words."""
    notes: set[QuoteNote] = set()
    for quoted, original in pairs:
        left, right = source.surfaces[original], quotation.words.surfaces[quoted]
        is_of_one_case = quotation.is_of_one_case or (left != right and _stands_in_capitals(source, original))
        found = _notes_of_pair(left, right, is_of_one_case=is_of_one_case)
        if found is None:
            return None
        notes |= found
    return notes


_ANOTHER_WORD_IN_LOWER_CASE = word_set(
    "aid all am an and are arm art as ash at be but by can cap do ex far for go he his i if in is it its me mid no of "
    "on or our out post so son start step this to un up us we who"
)
"""Acronyms that name somebody else in lower case: 'US', 'WHO', 'IT', 'AID'; not 'NATO' and 'Nato'."""

_ANOTHER_WORD_WITHOUT_APOSTROPHE = word_set("hell id ill shed shell wed well were whore")
"""'we're committed' is not 'were committed'; 'dont' can only be 'don't'."""


@lru_cache(maxsize=65536)
def _notes_of_pair(source: str, quoted: str, *, is_of_one_case: bool) -> frozenset[QuoteNote] | None:
    """Return in what two words of the same key differ, or None where they are different words."""
    if source == quoted:
        return frozenset()
    left, right = _letters(source), _letters(quoted)
    if ("'" in source) != ("'" in quoted) and left.lower() in _ANOTHER_WORD_WITHOUT_APOSTROPHE:
        return None
    notes = set()
    if left.casefold() != right.casefold():
        # 'é' for 'è' is another letter; without any accent it is how English writes it. 'и' is not 'й'. Nobody types
        # 'ı' for 'i'.
        is_odd = left.isascii() and not _ODD_LETTERS.isdisjoint(right.lower())
        if is_odd or not (left.isascii() or right.isascii()):
            return None
        notes.add(QuoteNote.ACCENTS_DIFFER)
    # 'u.s.' can only be 'U.S.'.
    has_dots = "." in source and "." in quoted
    is_case_telling = not (is_of_one_case or has_dots) and left.lower() in _ANOTHER_WORD_IN_LOWER_CASE
    if is_case_telling and _is_capital(left) != _is_capital(right):
        return None
    if _cases(left) != _cases(right):
        notes.add(QuoteNote.CASE_DIFFERS)
    return frozenset(notes)


_ODD_LETTERS = frozenset(map(chr, PLAIN_LETTERS)) - {"æ", "œ"}
_NEIGHBOURS = 4


def _stands_in_capitals(words: Words, at: int) -> bool:
    """Tell whether a word in capitals has most of the words around it in its line so: 'JOINT STATEMENT ON SYRIA'."""
    if not _is_capital(words.surfaces[at]):
        return False
    line_start = words.text.rfind("\n", 0, words.starts[at]) + 1
    line_end = words.text.find("\n", words.ends[at]) % (len(words.text) + 1)
    around = [
        words.surfaces[other]
        for other in range(max(0, at - _NEIGHBOURS), min(len(words.keys), at + _NEIGHBOURS + 1))
        if other != at and line_start <= words.starts[other] < line_end and len(words.keys[other]) > 1
    ]
    return sum(map(_is_capital, around)) > len(around) / 2


def _letters(surface: str) -> str:
    if surface[0].isdigit():
        return surface.replace(",", "") if THOUSANDS.fullmatch(surface) else surface
    return surface.translate(NOT_IN_KEY).replace(".", "") or surface


def _is_capital(letters: str) -> bool:
    """Tell whether a word is an acronym; 'I' and 'A' are none."""
    return len(letters) > 1 and letters.isupper()


def _cases(letters: str) -> list[bool]:
    return [letter.isupper() for letter in letters]


_SIGN_BEFORE = re.compile(rf"[{CURRENCIES}±+≤≥≈-]")
_SIGNS_AFTER = frozenset("%‰°")
_OPPOSITES = word_set("anti counter ex non pseudo quasi un")


def is_cut(source: Words, first: int, last: int) -> bool:
    """Tell whether a stretch of words means something else alone: after '$' or 'non-', or before '%'."""
    return bool(bound_before(source, first) or bound_after(source, last))


def bound_before(source: Words, first: int) -> int:
    """Return how many words right before a word belong to it: the sign of a number, or what makes it its opposite."""
    if first == 0:
        return 0
    before, between = source.keys[first - 1], source.between(first - 1)
    if between == "-":
        return int(before in _OPPOSITES)
    if not source.keys[first][0].isdigit():
        return 0
    is_part = before[-1].isdigit() and before.isalnum() and between in {"", ","}
    is_sign = _SIGN_BEFORE.fullmatch(before) is not None and between == ""
    return int(is_part or is_sign)


def bound_after(source: Words, last: int) -> int:
    """Return how many words right after a number belong to it."""
    if last + 1 >= len(source.keys) or not source.keys[last][0].isdigit():
        return 0
    after, between = source.keys[last + 1], source.between(last)
    is_part = after[0].isdigit() and between in {"", ","}
    return int(is_part or (after in _SIGNS_AFTER and between == ""))


def edge_notes(source: Words, first: int, last: int) -> frozenset[QuoteNote]:
    """Return a note where the stretch begins or ends within 'non-nuclear' or "the DPRK's"."""
    is_cut_before = first > 0 and source.between(first - 1) in {"-", ""}
    is_cut_after = last + 1 < len(source.keys) and source.between(last) in {"-", ""}
    is_mark = is_cut_after and is_footnote(source.surfaces[last + 1])
    return frozenset({QuoteNote.WITHIN_WORD} if is_cut_before or (is_cut_after and not is_mark) else ())


_ABBREVIATIONS = word_set(
    "add amend annex app apr art arts aug chap ch circ conf corr dec doc eq feb fig figs jan jul jun mar no nos nov "
    "oct para paras pp pt reg res rev sec secs sect sep sept ser sub suppl vol vols"
)
"""What a number stands right behind: 'S/2015/1/Rev.1', '12.Dec.15'."""


def is_note_mark(source: Words, at: int) -> bool:
    """Tell whether a word is a footnote's mark: '[12]', '¹', or the '2' in 'efforts.2 The'."""
    surface = source.surfaces[at]
    if is_footnote(surface):
        return True
    if not (surface.isdigit() and len(surface) <= 2 and at > 0):
        return False
    before, mark = source.keys[at - 1], source.between(at - 1)
    is_word = before.isalpha() and (len(before) > 2 or before in FUNCTION_WORDS) and before not in _ABBREVIATIONS
    behind = source.text[source.ends[at] :][:2]
    # After a full stop a sentence begins.
    is_free = not behind.strip() or (behind[0].isspace() and (mark[0] != "." or not behind[1].islower()))
    return is_word and is_free and mark in {".", ",", ";", '."', ',"', ';"'}


_PREFIXES = word_set("anti co counter cyber inter mid mis multi non post pre semi sub ultra")
_COMPOUND_LETTERS = 4


def is_one_spelling(source: Words, original: range, quotation: Words, quoted: range) -> bool:
    """Tell whether words differ in their hyphens, dots or apostrophes alone: 'non-proliferation', 'nonproliferation'.

    'resign' is not 're-sign', nor '2397' '23 97': parts must be long or a known prefix, or letters beside digits.
    """
    if min(len(original), len(quoted)) != 1 or max(len(original), len(quoted)) > MOST_PARTS:
        return False
    joined = "".join(source.keys[at] for at in original).replace("'", "")
    if joined != "".join(quotation.keys[at] for at in quoted).replace("'", ""):
        return False
    if len(original) == 1:
        # 'its' is not "it's", nor 'states' "state's"; and 'alliance' is not 'alli-ance'.
        return len(quoted) > 1 and _is_fairly_split(quotation, quoted) and _is_splittable(quotation, quoted)
    if len(quoted) > 1 or not _is_splittable(source, original):
        return False
    # "Japans" can only be "Japan's"; but "it's" is not 'its', nor "the state's" "the states'".
    has_apostrophe = quotation.text[quotation.ends[quoted.start] :][:1] in _APOSTROPHES
    return source.keys[original[-1]] != "'s" or not (has_apostrophe or joined in _WORDS_IN_S)


MOST_PARTS = 8
_APOSTROPHES = ("'", "’")
_WORDS_IN_S = word_set("its lets")

_COMPOUNDED = word_set(
    "arms back based border building child cyber down fire free hand headed held holder holders keeper keepers keeping "
    "land life line long maker makers making market nation nuclear over power range scale standing state table threat "
    "trade trans turn under water well while wide work world"
)
"""What compounds are made of that one writes with a hyphen or without: 'cease-fire', 'long-standing', 'world-wide'."""


def _is_fairly_split(words: Words, parts: range) -> bool:
    """Tell whether the parts that a word was split into are words: not 'alli-ance', but 'cease-fire'."""
    keys = [words.keys[at] for at in parts]
    if keys[-1] == "'s":
        return False
    is_broken = any("\n" in words.between(at) or words.between(at) == "- " for at in parts[:-1])
    has_letters_alone = all(key.isalpha() and len(key) > 1 for key in keys)
    return is_broken or not has_letters_alone or any(key in _PREFIXES or key in _COMPOUNDED for key in keys)


def _is_splittable(words: Words, parts: range) -> bool:
    return all(_is_joint(words, at) for at in parts[:-1])


def _is_joint(words: Words, at: int) -> bool:
    """Tell whether a word and the next may be written as one."""
    left, right, between = words.keys[at], words.keys[at + 1], words.between(at)
    if right == "'s":
        return left.isalnum()
    if between == "." or (len(left) == len(right) == 1 and between == ". "):
        return left.isalpha() and right.isalpha()
    if between.strip() != "-":
        return False
    if "\n" in between or between == "- ":  # a word broken at the end of a line
        return left.isalpha() and right.isalpha()
    if left.isalpha() != right.isalpha():
        return not (left[-1].isdigit() and right[0].isdigit())
    is_long = min(len(left), len(right)) >= _COMPOUND_LETTERS
    return left.isalpha() and (is_long or (left in _PREFIXES and len(right) >= _COMPOUND_LETTERS))


_SLIP_LETTERS = 4
"""In shorter words one letter makes another word: 'was', 'has'."""


def is_slip(source: str, quoted: str) -> bool:
    """Tell whether a word is another with a typing error, in another tense or number: 'violate', 'violated'."""
    longest = max(len(source), len(quoted))
    if longest < _SLIP_LETTERS:
        return False
    same = _same_letters(source, quoted)
    same += _same_letters(source[same:][::-1], quoted[same:][::-1])
    return same >= max(longest - 2, longest / 2)


def _same_letters(left: str, right: str) -> int:
    """Return how many letters two words begin with in common."""
    return next(
        (at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other),
        min(len(left), len(right)),
    )
