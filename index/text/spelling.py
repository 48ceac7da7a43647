"""Typed words → the words that were meant, only where a word is no word of English and no name."""

import functools
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from index.text.english import english_words

_SHORTENED = {
    "1st": "first", "2nd": "second", "any1": "anyone", "asap": "please", "btw": "between",
    "cmp": "compare",
    "decs": "declarations", "diff": "difference", "diffs": "differences", "dox": "documents", "every1": "everyone",
    "exec": "executive", "fm": "foreign minister", "fms": "foreign ministers",
    "freq": "frequency", "gimme": "give me", "lemme": "let me", "mentiond": "mentioned",
    "mny": "many", "nrs": "numbers", "nr": "number", "nums": "numbers", "occ": "occurrences", "pub": "publication",
    "ref": "reference", "refs": "references", "reso": "resolution", "resos": "resolutions", "resol": "resolution",
    "resols": "resolutions", "rly": "really", "sec": "security", "sigs": "signatories", "singed": "signed",
    "some1": "someone", "sum1": "someone", "thru": "through", "txt": "text", "txts": "texts", "v": "versus",
    "w": "with", "whch": "which", "yr": "year",
    "docu": "document", "docus": "documents", "cos": "because", "wrt": "about", "hows": "how's", "whys": "why's",
    "thats": "that's", "gonna": "going to", "wanna": "want to", "doesnt": "does not", "dont": "do not",
    "didnt": "did not", "isnt": "is not", "arent": "are not", "tht": "that", "thx": "thanks",
    "abt": "about", "b4": "before", "btwn": "between", "bw": "between", "dat": "that", "decl": "declaration",
    "doc": "document", "docs": "documents", "govt": "government", "govts": "governments", "hv": "have",
    "hw": "how", "n": "and", "nbr": "number", "pls": "please", "plz": "please", "ppl": "people", "r": "are",
    "stmnt": "statement", "stmnts": "statements", "stmt": "statement", "stmts": "statements", "teh": "the",
    "thier": "their", "u": "you", "ur": "your", "wat": "what", "wats": "what's",
    "wen": "when", "wer": "where", "whats": "what's",
    "whens": "when's", "wheres": "where's", "whos": "who's", "wht": "what", "whn": "when", "wich": "which",
    "wot": "what", "wut": "what",
}  # fmt: skip
"""What people write short, or wrong so often that it needs no guess."""

_ASKED_WITH = """
    which what when where does statement statements resolution resolutions treaty treaties convention conventions
    protocol cited cites cite citing citation citations reference references referenced referred referring mention
    mentions mentioned mentioning invoke invoked invokes occur occurs occurrence occurrences appear appears appeared
    times often frequently frequency many count number issued issue issuer issuers signed signatory signatories released
    release published publish author authors authored countries country ministers minister governments government
    leaders date dated demand demands demanded commit commits commitment commitments position positions condemn
    condemns condemned pledge pledges pledged promise promises urge urges urged wording language tone stance compare
    compared comparison difference differences different differ differs changed changes versus between list indexed
    document documents quote quoted quotes quotation verbatim exact exactly correct accurate phrase word words term
    terms since before after january february march april june july august september october november december
    declaration communique security council nations united instrument instruments executive order orders agreement
    agreements legal behind about foreign nuclear sanctions
""".split()  # noqa: SIM905 - a list of words reads best as words

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORTEST = 4
"""Letters of the shortest word that is corrected by its likeness: nearly every string of three is near some word."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with its misspelled words replaced; `changes` are the pairs (as typed, as read), in reading order."""

    text: str
    changes: tuple[tuple[str, str], ...]


def correct_spelling(
    text: str, names: Collection[str] = (), *, knows_word: Callable[[str], bool] = lambda _word: False
) -> Corrected:
    """Replace each word that is no word of English by the one of a question, or of `names`, that it is closest to.

    A word that begins with a capital inside a text is a name, and is only replaced by one of `names` (lower case).
    What `knows_word` is taken as it is: the statements have it, or it is a name.
    """
    changes: list[tuple[str, str]] = []
    known = frozenset(names)

    def correct(match: re.Match[str]) -> str:
        typed = match[0]
        read = _correct_word(typed, known, starts=not text[: match.start()].strip())
        if read != typed.lower() and (typed.lower() in _SHORTENED or not knows_word(typed)):
            changes.append((typed, read))
            return read.capitalize() if typed[0].isupper() else read
        return typed

    corrected = _WORD.sub(correct, text)
    return Corrected(corrected, tuple(changes))


# -- One word ---------------------------------------------------------------------------------------------------------


def _correct_word(typed: str, names: frozenset[str], *, starts: bool) -> str:
    word = typed.lower()
    shortened = _SHORTENED.get(word)
    if shortened and not typed.isupper():  # "UR" and "DOC" are acronyms
        return shortened
    if len(word) < _SHORTEST or not word.isalpha() or not word.isascii() or typed.isupper():
        return word
    if word in names or word in _TARGETS or _is_formed(word, names):
        return word
    # "Jong" is not "Hong": a short name is taken as it is.
    likely = frozenset(name for name in names if len(name) > _SHORTEST)
    is_name = typed[0].isupper() and not starts
    return _closest(word, likely if is_name else likely | _TARGETS) or word


def _is_formed(word: str, names: frozenset[str]) -> bool:
    # "stances", "romanian": a known word with an ending.
    if word in english_words():
        return True
    endings = ("s", "es", "ed", "ing", "er")
    return (
        any(word.endswith(end) and word[: -len(end)] in english_words() for end in endings) and not word.endswith("ys")
    ) or any(word.endswith(end) and word[: -len(end)] in names for end in ("n", "an", "ian", "ns", "ans", "i"))


def _closest(word: str, targets: Collection[str]) -> str | None:
    # "resolushuns" is four letters away from "resolutions", but sounds the same.
    sound = _sound(word)
    candidates = []
    for target in targets:
        if len(target) < _SHORTEST or abs(len(target) - len(word)) > 3:
            continue
        sounds_alike = _sound(target) == sound
        if not sounds_alike and (word[0] != target[0] or len(word) == _SHORTEST):
            continue
        allowed = (
            max(2 if len(word) > _SHORTEST else 1, len(word) // 2 - 1)
            if sounds_alike
            else 2
            if _has_same_letters(word, target)
            else _allowed(word)
        )
        distance = OSA.distance(word, target, score_cutoff=allowed)
        if distance <= allowed:
            candidates.append((distance - sounds_alike, word[0] != target[0], target))
    return min(candidates)[2] if candidates else None


def _allowed(word: str) -> int:
    # "issed", "mentiond", "resoltuions"; three would make "commitments" of "commandments".
    return 1 if len(word) <= 6 else 2


def _has_same_letters(word: str, target: str) -> bool:
    # "Lybia", "Beralus": the letters are there, and the first is right.
    return len(word) == len(target) and sorted(word) == sorted(target)


_SOUNDS = (
    (re.compile(r"[tscx]+(?:i|h)(?:o|u|e)n"), "Sn"),  # resolution, resolushun, resolucion → resoluSn
    (re.compile(r"ph"), "f"),
    (re.compile(r"^wh"), "w"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"ck|q|c"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"(?<=.)[aeiouyhw]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


@functools.lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word


_TARGETS = frozenset(_ASKED_WITH)
