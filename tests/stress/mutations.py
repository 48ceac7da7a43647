"""Quotations made from statements: faithful ones, and ones with a single thing changed; the same for the same seed.

Nothing here knows how the lookup reads words: whether a mutated quotation says what a statement says after all is
decided by `bare`, which is as plain as can be.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Statement

Words = list[str]


def bare(text: str) -> str:
    """Return the letters and digits of a text in lower case, with one space between its words and around them."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return f" {' '.join(re.findall(r'[a-z0-9]+', plain.lower()))} "


@dataclass(frozen=True, slots=True)
class Sample:
    """A quotation, how it was made, and the words of the statement that it was made from."""

    kind: str
    quote: str
    original: str


# -- mutations -------------------------------------------------------------------------------------------------------


def drop(words: Words, rng: random.Random) -> Words:
    at = rng.randrange(1, len(words) - 1)
    return words[:at] + words[at + 1 :]


def swap(words: Words, rng: random.Random) -> Words:
    at = rng.randrange(len(words) - 1)
    return [*words[:at], words[at + 1], words[at], *words[at + 2 :]]


def negate(words: Words, rng: random.Random) -> Words:
    """Take a negation out, or else put one in, beside a verb where there is one."""
    negations = [at for at, word in enumerate(words) if word.lower() in {"not", "no", "never", "without"}]
    if negations and 0 < negations[0] < len(words) - 1:
        return words[: negations[0]] + words[negations[0] + 1 :]
    verbs = [at for at, word in enumerate(words) if word in {"will", "are", "is", "have", "has", "was", "were", "must"}]
    at = rng.choice(verbs) + 1 if verbs else rng.randrange(1, len(words))
    return [*words[:at], "not", *words[at:]]


def reorder(words: Words, rng: random.Random) -> Words:
    """Move a few words to another place."""
    start = rng.randrange(len(words) - 3)
    taken = words[start : start + rng.randint(2, 3)]
    rest = words[:start] + words[start + len(taken) :]
    at = rng.randrange(len(rest) + 1)
    return [*rest[:at], *taken, *rest[at:]]


def change_number(words: Words, rng: random.Random) -> Words:
    """Change one digit."""
    places = [(at, place) for at, word in enumerate(words) for place, char in enumerate(word) if char.isdigit()]
    if not places:
        return words
    at, place = rng.choice(places)
    digit = rng.choice([digit for digit in "0123456789" if digit != words[at][place]])
    return [*words[:at], words[at][:place] + digit + words[at][place + 1 :], *words[at + 1 :]]


_TENSES = {
    "is": "was", "are": "were", "was": "is", "were": "are", "will": "would", "would": "will", "has": "had",
    "have": "had", "can": "could", "should": "shall", "must": "may", "had": "has",
}  # fmt: skip


def change_tense(words: Words, rng: random.Random) -> Words:
    places = [at for at, word in enumerate(words) if word in _TENSES or re.fullmatch(r"[a-z]{3,}(?:ed|ing|es)", word)]
    if not places:
        return words
    at = rng.choice(places)
    word = words[at]
    stem = re.sub(r"(?:ed|ing|es)$", "", word)
    other = _TENSES.get(word) or stem + ("ed" if not word.endswith("ed") else "ing")
    return [*words[:at], other, *words[at + 1 :]]


_NAMES = ("Russia", "Ukraine", "Japan", "DPRK", "Iran", "Israel", "China", "Korea", "Council", "Secretary", "Canada")


def change_name(words: Words, rng: random.Random) -> Words:
    places = [at for at, word in enumerate(words) if re.fullmatch(r"[A-Z][A-Za-z]{2,}", word) and at]
    if not places:
        return words
    at = rng.choice(places)
    return [*words[:at], rng.choice([name for name in _NAMES if name != words[at]]), *words[at + 1 :]]


def mistype(words: Words, rng: random.Random) -> Words:
    """Leave out, double, change or swap letters of one word."""
    places = [at for at, word in enumerate(words) if re.fullmatch(r"[A-Za-z]{4,}", word)]
    if not places:
        return words
    at = rng.choice(places)
    word, place = words[at], rng.randrange(1, len(words[at]) - 1)
    typed = rng.choice([
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    ])  # fmt: skip
    return [*words[:at], typed, *words[at + 1 :]]


def double(words: Words, rng: random.Random) -> Words:
    at = rng.randrange(len(words))
    return [*words[: at + 1], *words[at:]]


_LITTLE_WORDS = {
    "and": "or", "or": "and", "the": "a", "a": "the", "of": "on", "in": "on", "for": "from", "from": "for", "by": "to",
    "with": "without", "all": "some", "its": "it's", "their": "our", "our": "their", "we": "they", "this": "the",
    "these": "those", "that": "than", "million": "billion", "billion": "million", "not": "now", "both": "either",
}  # fmt: skip


def change_little_word(words: Words, rng: random.Random) -> Words:
    """Put another word in place of one that is easily read over."""
    places = [at for at, word in enumerate(words) if word in _LITTLE_WORDS]
    if not places:
        return words
    at = rng.choice(places)
    return [*words[:at], _LITTLE_WORDS[words[at]], *words[at + 1 :]]


def change_grammatical_number(words: Words, rng: random.Random) -> Words:
    """Put a word in the plural or out of it."""
    places = [at for at, word in enumerate(words) if re.fullmatch(r"[A-Za-z]{4,}", word)]
    if not places:
        return words
    at = rng.choice(places)
    return [*words[:at], words[at][:-1] if words[at].endswith("s") else f"{words[at]}s", *words[at + 1 :]]


def move_apostrophe(words: Words, rng: random.Random) -> Words:
    """Make one state many, or many one: 'the state’s', 'the states’'."""
    places = [at for at, word in enumerate(words) if re.search(r"[’']s$|s[’']$", word)]
    if not places:
        return words
    at = rng.choice(places)
    other = f"{words[at][:-2]}s’" if words[at].endswith("s") else f"{words[at][:-2]}’s"
    return [*words[:at], other, *words[at + 1 :]]


def change_digits(words: Words, rng: random.Random) -> Words:
    """Swap two digits, leave one out, or put one, a point or a space in."""
    places = [at for at, word in enumerate(words) if re.search(r"\d\d", word)]
    if not places:
        return words
    at = rng.choice(places)
    word = words[at]
    place = rng.choice([match.start() for match in re.finditer(r"\d(?=\d)", word)])
    left, right = word[: place + 1], word[place + 1 :]
    typed = rng.choice(
        [
            f"{left[:-1]}{right[0]}{left[-1]}{right[1:]}",
            f"{left[:-1]}{right}",
            *(f"{left}{sign}{right}" for sign in "0. "),
        ]
    )
    return [*words[:at], typed, *words[at + 1 :]]


def use_another_alphabet(words: Words, rng: random.Random) -> Words:
    """Put a Cyrillic letter in place of a Latin one that it looks like."""
    places = [(at, place) for at, word in enumerate(words) for place, char in enumerate(word) if char in "aeopcxy"]
    if not places:
        return words
    at, place = rng.choice(places)
    letter = dict(zip("aeopcxy", "аеорсху", strict=True))[words[at][place]]
    return [*words[:at], words[at][:place] + letter + words[at][place + 1 :], *words[at + 1 :]]


def put_in_brackets(words: Words, rng: random.Random) -> Words:
    """Put in a word of one's own and mark it, as journalists do."""
    at = rng.randrange(1, len(words))
    return [*words[:at], rng.choice(["[Russia]", "[not]", "[the late]", "[2397]"]), *words[at:]]


def leave_out_marked(words: Words, rng: random.Random) -> Words:
    """Leave out some words and mark it."""
    at = rng.randrange(1, len(words) - 2)
    left_out = rng.randint(1, min(4, len(words) - at - 1))
    return [*words[:at], rng.choice(["…", "...", "[…]", ". . ."]), *words[at + left_out :]]


def splice(words: Words, rng: random.Random) -> Words:
    """Leave out some words and do not mark it."""
    at = rng.randrange(1, len(words) - 2)
    left_out = rng.randint(2, max(2, len(words) // 2))
    return [*words[:at], *words[min(len(words) - 1, at + left_out) :]]


MUTATIONS: dict[str, Callable[[Words, random.Random], Words]] = {
    "drop": drop,
    "swap": swap,
    "negate": negate,
    "reorder": reorder,
    "number": change_number,
    "tense": change_tense,
    "name": change_name,
    "typo": mistype,
    "double": double,
    "little word": change_little_word,
    "plural": change_grammatical_number,
    "apostrophe": move_apostrophe,
    "digits": change_digits,
    "alphabet": use_another_alphabet,
    "brackets": put_in_brackets,
    "marked omission": leave_out_marked,
    "splice": splice,
}


def mutated(statements: Sequence[Statement], kind: str, count: int, *, seed: int = 1) -> list[Sample]:
    """Return quotations with one thing changed that no statement says."""
    rng = random.Random(f"{seed} {kind}")
    corpus = [bare(statement.text) for statement in statements]
    samples: list[Sample] = []
    for words in _endless(_sentences(statements), rng):
        stretch = _stretch(words, rng, least=6)
        quote = " ".join(MUTATIONS[kind](stretch, rng))
        needle = bare(quote)
        # Two words alike may be swapped, and a word left out may give what another statement says.
        if not any(needle in text for text in corpus):
            samples.append(Sample(kind, quote, " ".join(stretch)))
        if len(samples) == count:
            break
    return samples


# -- faithful quotations ---------------------------------------------------------------------------------------------


def _straight(text: str) -> str:
    return text.translate({ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"'})


def _curly(text: str) -> str:
    return f"“{text.replace(chr(39), '’')}”"


def _other_dashes(text: str) -> str:
    return re.sub(r"(?<=\s)[–—-](?=\s)|—|–", "-", re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", "‑", text))


def _with_ellipsis(text: str) -> str:
    """Leave out the middle third and mark it."""
    words = text.split(" ")
    third = len(words) // 3
    return " ".join([*words[:third], "…", *words[-third:]])


def _recased(text: str) -> str:
    """Write every line in capitals as a sentence, as a heading is quoted."""
    return "\n".join(line.capitalize() if line.isupper() else line for line in text.split("\n"))


FAITHFUL: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in quotation marks": lambda text: f'"{text}"',
    "straight marks": _straight,
    "curly marks": _curly,
    "other dashes": _other_dashes,
    "line breaks": lambda text: text.replace(" ", "\n", 3),
    "double spaces": lambda text: text.replace(" ", "  "),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "small letters": str.lower,
    "capitals": str.upper,
    "a capital at the start": lambda text: text[0].upper() + text[1:],
    "a bracketed letter at the start": lambda text: re.sub(
        r"\A[A-Za-z](?=[a-z])", lambda letter: f"[{letter.group().swapcase()}]", text
    ),
    "a comma inside the marks": lambda text: f"“{text.rstrip('.,;:')},”",
    "a full stop inside the marks": lambda text: f"“{text.rstrip('.,;:')}.”",
    "no commas": lambda text: re.sub(r"(?<!\d),|,(?!\d)", "", text),
    "ellipses around": lambda text: f"…{text} ...",
    "soft hyphens": lambda text: re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", "\u00ad", text, count=2),
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "quoted lines": lambda text: "> " + text.replace(" ", "\n> ", 2),
    "single marks inside": lambda text: '"' + re.sub('["“”]', "'", text) + '"',
    "emphasis": lambda text: re.sub(r"(?<= )([a-z]{5,})(?= )", r"*\1*", f"**{text}**", count=2),
    "Windows line breaks": lambda text: text.replace("\n", "\r\n").replace(" ", "\r\n", 2),
    "a capital for every word": lambda text: " ".join(word[:1].upper() + word[1:] for word in text.split(" ")),
    "headings as sentences": _recased,
    "a mark before each paragraph": lambda text: "“" + text.replace("\n\n", "\n\n“") + "”",
    "an aside": lambda text: text.replace(" ", " [sic] ", 1),
    "spaces before commas": lambda text: text.replace(", ", " , "),
    "acronyms with dots": lambda text: re.sub(r"\b(UN|EU|UK)\b", lambda found: ".".join(found[0]) + ".", text),
    "one mark alone": lambda text: f"“{text}",
    "an ellipsis inside": _with_ellipsis,
}


def faithful(statements: Sequence[Statement], kind: str, count: int, *, seed: int = 1) -> list[Sample]:
    """Return quotations of whole words that change nothing but the look."""
    rng = random.Random(f"{seed} {kind}")
    samples: list[Sample] = []
    for words in _endless(_texts(statements), rng):
        original = " ".join(_stretch(words, rng, least=9))
        samples.append(Sample(kind, FAITHFUL[kind](original), original))
        if len(samples) == count:
            break
    return samples


# -- what they are made from -----------------------------------------------------------------------------------------


def _sentences(statements: Sequence[Statement]) -> list[Words]:
    return [
        sentence.text.split()
        for statement in statements
        for passage in statement.passages
        for sentence in passage.sentences
        if len(sentence.text.split()) >= 9
    ]


def _texts(statements: Sequence[Statement]) -> list[Words]:
    """Return the words of passages, and of two passages in a row, with the white space between them kept."""
    texts = [passage.text for statement in statements for passage in statement.passages]
    for statement in statements:
        neighbours = zip(statement.passages, statement.passages[1:], strict=False)
        texts += [statement.text[left.start : right.end] for left, right in neighbours]
    return [text.split(" ") for text in texts if len(text.split(" ")) >= 9 and "  " not in text]


def _endless(texts: list[Words], rng: random.Random) -> Iterator[Words]:
    while True:
        yield from rng.sample(texts, len(texts))


def _stretch(words: Words, rng: random.Random, *, least: int) -> Words:
    length = rng.randint(least, min(len(words), 60))
    start = rng.randrange(len(words) - length + 1)
    return words[start : start + length]
