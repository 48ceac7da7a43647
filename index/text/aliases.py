"""Who goes by which names: states, bodies and offices, and the short forms a statement defines for itself."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from index.text.folding import fold
from index.text.patterns import compile_on_use


class EntityKind(StrEnum):
    """What is named."""

    STATE = "state"
    TERRITORY = "territory"
    BODY = "body"
    OFFICE = "office"
    INSTRUMENT = "instrument"
    TERM = "term"  # "weapons of mass destruction", "ICBM"


class AliasKind(StrEnum):
    """How another name stands to the one that was typed."""

    NAME = "name"  # "North Korea" for "DPRK": one and the same
    METONYM = "metonym"  # "Pyongyang": a seat that stands for who sits there
    ADJECTIVE = "adjective"  # "North Korean": says something of it, does not name it
    DEFINED = "defined"  # what the statement itself abbreviates


@dataclass(frozen=True, slots=True)
class Entity:
    """One state, body, office or term with its names, the plainest first.

    `apart_from` are longer names that hold one of its own and mean another ("National Security Council").
    """

    kind: EntityKind
    names: tuple[str, ...]
    metonyms: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of what was typed."""

    text: str
    kind: AliasKind


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form that a text gives for a long one; `start` and `end` are half-open offsets of both together."""

    short: str
    long: str
    start: int
    end: int


class HolderKind(StrEnum):
    """Whose a longer name is that holds a shorter one."""

    OWN = "own"  # "People's Republic of China" holds "China"
    OTHER_STATE = "other_state"  # "South Sudan" holds "Sudan"
    LOOK_ALIKE = "look_alike"  # "South China Sea" holds "China"


@dataclass(frozen=True, slots=True)
class Holder:
    """A longer name that holds a shorter one."""

    text: str
    kind: HolderKind


class Aliases:
    """The names of many entities, found by any of them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._by_name: dict[str, list[Entity]] = {}
        self._by_seat: dict[str, list[Entity]] = {}
        self._by_adjective: dict[str, list[Entity]] = {}
        self._places_with: dict[str, list[tuple[str, Entity]]] = {}
        for entity in entities:
            self._add(entity)
        self._longest: dict[str, int] = {}
        for key in (*self._by_name, *self._by_seat, *self._by_adjective):
            parts = _WORD_PARTS.split(key)
            first = name_key(parts[0])
            self._longest[first] = max(self._longest.get(first, 0), len(parts))

    def find_entity(self, term: str) -> Entity | None:
        """Return what a term names; None where it names nothing known, or two things alike ("Brussels").

        The article, the case and the full stops of an acronym make no difference, except that "us" and "who" in
        small letters are words and no acronyms.
        """
        if term.strip() in ALSO_WORDS:
            return None
        key = name_key(term)
        found = self._by_name.get(key) or self._by_seat.get(key, [])
        return found[0] if len(found) == 1 else None

    def longest_from(self, word: str) -> int:
        """Return of how many words at most a name can be that begins with a word; 0 where none does.

        What an apostrophe or a slash parts counts as two.
        """
        key = _WORD_PARTS.split(name_key(word), maxsplit=1)[0]
        if key == "the":  # it belongs to no name, and may stand before any
            return 1 + max(self._longest.values(), default=0)
        return max(self._longest.get(key, 0), self._longest.get(key.removesuffix("s"), 0))

    def is_seat(self, term: str) -> bool:
        """Tell whether a term names a seat that can stand for who sits there: "Jerusalem", but not "Israel"."""
        key = name_key(term)
        return key in self._by_seat and key not in self._by_name

    def find_of_people(self, term: str) -> Entity | None:
        """Return what people, or an adjective, are called after: North Korea for "North Koreans"; None if nothing."""
        key = name_key(term)
        found = self._by_adjective.get(key) or self._by_adjective.get(key.removesuffix("s"), [])
        return found[0] if len(found) == 1 else None

    def names_of(self, term: str, definitions: Sequence[Definition] = ()) -> tuple[Alias, ...]:
        """Return the other names of what a term names, names first; none where it names nothing known.

        A name that holds a shorter one is left out: who looks for "China" finds "People's Republic of China" with it.
        What is no name hides none: "Russian Federation" stays beside "Russian".
        `definitions` are those of the statement that is looked into.
        """
        entity = self.find_entity(term)
        found: list[Alias] = [*_aliases_of(entity), *_defined_names(term, definitions, entity)]
        shorter = {name_key(term)}
        kept: dict[str, Alias] = {}
        for alias in sorted(found, key=_names_first):
            key = name_key(alias.text)
            if key not in shorter and shorter.isdisjoint(_parts(key)):
                shorter.add(key)
                kept[alias.text] = alias
        return tuple(alias for alias in found if kept.get(alias.text) is alias)

    def holders_of(self, name: str, entity: Entity | None) -> tuple[Holder, ...]:
        """Return the longer names that hold a name of an entity, longest first; none where nothing known is named."""
        if entity is None:
            return ()
        key = name_key(name)
        own = [Holder(one, HolderKind.OWN) for one in entity.names if key in _parts(name_key(one))]
        look_alikes = [Holder(one, HolderKind.LOOK_ALIKE) for one in entity.apart_from if key in _parts(name_key(one))]
        others = [
            Holder(one, HolderKind.OTHER_STATE)
            for one, owner in self._places_with.get(key, ())
            if owner is not entity and one not in entity.apart_from
        ]
        return tuple(sorted(own + look_alikes + others, key=lambda holder: (-len(holder.text), holder.text)))

    def _add(self, entity: Entity) -> None:
        for name in entity.names:
            owners = self._by_name.setdefault(name_key(name), [])
            if entity not in owners:  # two spellings may be compared as one: "Saint-Denis", "Saint Denis"
                owners.append(entity)
            if entity.kind in _PLACES:
                for part in _parts(name_key(name)):
                    self._places_with.setdefault(part, []).append((name, entity))
        for seat in entity.metonyms:
            self._by_seat.setdefault(name_key(seat), []).append(entity)
        for adjective in entity.adjectives:
            self._by_adjective.setdefault(name_key(adjective), []).append(entity)


@cache
def known_aliases() -> Aliases:
    """Return the names in `aliases.csv`, read once."""
    return _read_aliases(Path(__file__).with_name("aliases.csv"))


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """Return a name as it is compared: without the article, case, accents, hyphens and the stops of an acronym."""
    key = " ".join(fold(name).replace("-", " ").split())
    key = key.removeprefix("the ").removesuffix("'s")
    return key.replace(".", "") if _DOTTED.fullmatch(key) else key


def is_acronym(name: str) -> bool:
    """Tell whether a name is one word of capitals: "US", "G7", "DoD", "U.S."."""
    bare = name.replace(".", "")
    return " " not in bare and sum(character.isupper() or character.isdigit() for character in bare) >= _CAPITALS


ALSO_WORDS = frozenset({"us", "who", "car", "it", "is"})
"""Acronyms that mean a word when they are typed in small letters."""


# -- other names -----------------------------------------------------------------------------------------------------

_PLACES = frozenset({EntityKind.STATE, EntityKind.TERRITORY})
_CAPITALS = 2
_WORD_PARTS = compile_on_use(r"[^\w.&-]+")
_DOTTED = compile_on_use(r"(?:[a-z]\.){2,}[a-z]?")
"""'u.s.', 'd.p.r.k.'"""


def _aliases_of(entity: Entity | None) -> Iterator[Alias]:
    if entity is None:
        return
    yield from (Alias(name, AliasKind.NAME) for name in entity.names)
    yield from (Alias(seat, AliasKind.METONYM) for seat in entity.metonyms)
    yield from (Alias(adjective, AliasKind.ADJECTIVE) for adjective in entity.adjectives)


def _defined_names(term: str, definitions: Sequence[Definition], entity: Entity | None) -> Iterator[Alias]:
    known = {name_key(name) for name in entity.names} if entity else set()
    for definition in definitions:
        for typed, other in ((definition.short, definition.long), (definition.long, definition.short)):
            if name_key(typed) == name_key(term) and term.strip() not in ALSO_WORDS and name_key(other) not in known:
                yield Alias(other, AliasKind.DEFINED)


_NAMING = frozenset({AliasKind.NAME, AliasKind.DEFINED})


def _names_first(alias: Alias) -> tuple[bool, bool, int]:
    """Return where an alias comes among others when the shorter leave out the longer."""
    words = len(name_key(alias.text).split())
    return alias.kind not in _NAMING, alias.kind is AliasKind.ADJECTIVE, words


def _parts(key: str) -> set[str]:
    """Return every run of words within a name, shorter than itself."""
    words = key.split()
    runs = ((start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return {" ".join(words[start:end]) for start, end in runs if end - start < len(words)}


@cache
def _read_aliases(path: Path) -> Aliases:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return Aliases(_read_entity(line) for line in lines[1:])


def _read_entity(line: str) -> Entity:
    kind, *cells = line.split("|")
    names, metonyms, adjectives, apart_from = (
        tuple(part.strip() for part in cell.split(";") if part.strip()) for cell in cells
    )
    return Entity(EntityKind(kind), names, metonyms, adjectives, apart_from)


# -- definitions in a text -------------------------------------------------------------------------------------------

_IN_BRACKETS = compile_on_use(
    r"""\(\s{0,3}
        (?:(?:hereinafter|hereafter|henceforth)\s(?:referred\sto\sas\s|called\s)?   # '(hereinafter called …'
          | (?:also\s)?(?:known\sas|referred\sto\sas|or(?:\ssimply)?|collectively),?\s)?
        (?:the\s)?
        (?P<open>["“‘']?)(?P<inside>[^()"“”‘\n]{2,100}?)["”’']?     # '(“JCPOA”)', '(the “Agreement”)'
        \s{0,3}\)""",
    re.VERBOSE | re.IGNORECASE,
)
_APPOSITION = compile_on_use(r",\s(?:or|known\sas)\s(?:the\s)?(?P<inside>[A-Z][A-Za-z0-9&/+-]{1,9}),")
"""'the Joint Comprehensive Plan of Action, or JCPOA, '"""

_SHORT = compile_on_use(r"(?=[^\W\d_]*\w*[A-Z])[A-Za-z0-9][\w&/+.-]{1,11}")
_NO_SHORT = compile_on_use(r"[ivxIVX]+|[A-Z][a-z]+|D-[A-Z]{2}|R-[A-Z]{2}")
"""'(iii)', '(Laughter)', '(Applause)', '(D-NY)' are no short forms."""

_CLAUSE_BREAK = compile_on_use(r"[;:()\[\]\n•]|(?<=[a-z0-9)”])[.?!]\s")
_WORD = compile_on_use(r"[^\s\-–—/“”\"]+")
_LONG_CHARACTERS = 200
_LEADING_ARTICLE = compile_on_use(r"(?:the|a|an|and|of|our|its|their)\s+", re.IGNORECASE)
_NAME_BEFORE = compile_on_use(
    r"(?:[A-Z][\w’'.&-]{0,40}(?:,?\s(?:(?:of|the|on|for|and|in|to|with|against)\s){0,3})){1,12}\Z"
)
"""'Agreement on Cooperation in the Field of …' before '(the “Agreement”)': words in capitals and what joins them."""


def find_definitions(text: str) -> list[Definition]:
    """Return the short forms that a text defines for itself, in reading order: "the Republic of Korea (ROK)".

    Source: Schwartz & Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text,
    PSB 2003, pages 451-462; with the first letter of every word preferred, and names in quotation marks added.
    """
    found = [*_defined_in_brackets(text), *_defined_in_apposition(text)]
    return sorted(found, key=lambda definition: definition.start)


def _defined_in_brackets(text: str) -> Iterator[Definition]:
    for match in _IN_BRACKETS.finditer(text):
        inside = match["inside"].strip().rstrip(",.")
        before = _clause_before(text, match.start())
        start = match.start() - len(before)
        at = _find_defined(inside, before, is_quoted=bool(match["open"]))
        if at is not None:
            yield Definition(inside, _bare(before[at:]), start + at, match.end())
        elif (word := _last_word(before)) and " " in inside and _spells(word, inside):
            yield Definition(word, inside, match.start() - len(before) + before.rindex(word), match.end())


def _find_defined(short: str, before: str, *, is_quoted: bool) -> int | None:
    """Return where what a short form stands for begins."""
    is_short_form = _SHORT.fullmatch(short) and not _NO_SHORT.fullmatch(short)
    at = _find_long(short, before) if is_short_form else None
    return _find_named(short, before) if at is None and is_quoted else at


def _defined_in_apposition(text: str) -> Iterator[Definition]:
    for match in _APPOSITION.finditer(text):
        short, before = match["inside"], _clause_before(text, match.start())
        at = _find_initials(short, before) if is_acronym(short) else None
        if at is not None:
            yield Definition(short, _bare(before[at:]), match.start() - len(before) + at, match.end("inside"))


def _clause_before(text: str, end: int) -> str:
    """Return what stands before an offset within its clause, not longer than a name can be."""
    before = text[max(0, end - _LONG_CHARACTERS) : end]
    breaks = [match.end() for match in _CLAUSE_BREAK.finditer(before)]
    return before[breaks[-1] :] if breaks else before


def _find_long(short: str, before: str) -> int | None:
    """Return where the long form of a short one begins: by its words' first letters, or else by its letters."""
    bare = short.removesuffix("s") if short[:-1].isupper() else short
    by_initials = _find_initials(bare, before)
    return by_initials if by_initials is not None else _find_letters(bare, before)


def _find_initials(short: str, before: str) -> int | None:
    """Return where the words begin whose first letters spell a short form.

    Small words are skipped where that will do ("Organization of Islamic Cooperation (OIC)") and counted where it
    will not ("Status of Forces Agreement (SOFA)").
    """
    letters = [character for character in fold(short) if character.isalnum()]
    words = list(_WORD.finditer(before))[-3 * len(letters) :]
    skipping = _spelled_from([word for word in words if word.group().lower() not in _SMALL_WORDS], letters)
    return skipping if skipping is not None else _spelled_from(words, letters)


def _spelled_from(words: Sequence[re.Match[str]], letters: Sequence[str]) -> int | None:
    at = len(letters) - 1
    for word in reversed(words):
        if at >= 0 and fold(word.group()).lstrip("'(")[:1] == letters[at]:
            at -= 1
            if at < 0:
                return word.start()
        elif word.group().lower() not in _SMALL_WORDS:
            return None
    return None


_SMALL_WORDS = frozenset(
    {"of", "the", "and", "for", "in", "on", "to", "with", "against", "by", "from", "&", "at", "de"}
)


def _find_letters(short: str, before: str) -> int | None:
    """Return where the shortest stretch begins that holds the letters of a short form, the first at a word's start."""
    letters = [character for character in fold(short) if character.isalnum()]
    words = list(_WORD.finditer(before))[-min(len(letters) + 5, len(letters) * 2) :]
    if not words or len(letters) < _CAPITALS:
        return None
    folded, at, first = fold(before), len(before), words[0].start()
    for position in range(len(letters) - 1, -1, -1):
        at = folded.rfind(letters[position], first, at)
        while position == 0 and at > first and folded[at - 1].isalnum():
            at = folded.rfind(letters[0], first, at)
        if at < 0:
            return None
    long = before[at:].strip()
    is_longer = len(long.split()) > 1 or len(long) > 2 * len(short)
    return at if is_longer and not _LEADING_ARTICLE.match(long) and not long[0].isdigit() else None


def _find_named(short: str, before: str) -> int | None:
    """Return where the name begins that words in quotation marks stand for: "Agreement" for "Agreement on …"."""
    match = _NAME_BEFORE.search(before.rstrip() + " ")
    if match is None or not short[:1].isupper():
        return None
    shared = {word for word in fold(short).split() if word not in _SMALL_WORDS} & set(fold(match.group()).split())
    long = _LEADING_ARTICLE.match(match.group())
    return match.start() + (long.end() if long else 0) if shared and match.group().strip() != short else None


def _bare(long: str) -> str:
    """Return a long form without the genitive's ending: "the People’s Republic of China’s (PRC) …"."""
    return long.strip().removesuffix("’s").removesuffix("'s")


def _last_word(before: str) -> str:
    words = before.split()
    return words[-1] if words and is_acronym(words[-1]) else ""


def _spells(short: str, long: str) -> bool:
    """Tell whether the first letters of a whole long form spell a short one: "ROK (Republic of Korea)"."""
    at = _find_initials(short, long)
    return at is not None and not _LEADING_ARTICLE.sub("", long[:at]).strip()
