"""The gazetteer: which states, bodies, groups, offices and people a text names, and what else each is called."""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from index.text.tokens import fold


class EntityKind(StrEnum):
    """What is named."""

    STATE = "state"
    TERRITORY = "territory"
    REGION = "region"
    BODY = "body"
    GROUP = "group"  # of states that act together: "G7", "AUKUS"
    OFFICE = "office"
    PERSON = "person"
    INSTRUMENT = "instrument"
    TERM = "term"  # "weapons of mass destruction", "ICBM"


class NameKind(StrEnum):
    """How a name relates to the entity."""

    NAME = "name"  # "North Korea", "DPRK"
    METONYM = "metonym"  # "Pyongyang": a seat that stands for who sits there
    ADJECTIVE = "adjective"  # "North Korean", "Spaniard": says something of the entity, does not name it
    DEFINED = "defined"  # an abbreviation that the statement defines for itself


@dataclass(frozen=True, slots=True)
class Membership:
    """One member of a group; `since` is the first day, `until` the first day after; None where it has no such day."""

    name: str
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """One state, body, group, office, person or term with its names, the plainest first.

    `apart_from` are longer names that contain one of these names and mean another ("National Security Council").
    `of` is the name of the state or body that a person, an office or a region belongs to; empty where none is.
    """

    kind: EntityKind
    names: tuple[str, ...]
    metonyms: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    of: str = ""
    memberships: tuple[Membership, ...] = ()

    @property
    def name(self) -> str:
        """The plainest name, which no other entity has."""
        return self.names[0]

    @property
    def forms(self) -> tuple[str, ...]:
        """All names, then metonyms, then adjectives."""
        return self.names + self.metonyms + self.adjectives

    def members(self, date: datetime.date = datetime.date.max) -> tuple[str, ...]:
        """Return the plainest names of the members on a day; today's without one."""
        return tuple(
            one.name
            for one in self.memberships
            if (one.since is None or one.since <= date) and (one.until is None or date < one.until)
        )


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name of what was typed."""

    text: str
    kind: NameKind


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name in a text, at half-open offsets.

    `alternatives` are further entities of the same name ("Brussels"). `is_certain` is False where the text has the
    name as an ordinary word is written: "turkey", "polish".
    """

    start: int
    end: int
    text: str
    entity: Entity
    kind: NameKind
    alternatives: tuple[Entity, ...] = ()
    is_certain: bool = True


class HolderKind(StrEnum):
    """What a longer name means that contains a shorter one."""

    OWN = "own"  # "People's Republic of China" contains "China"
    OTHER_STATE = "other_state"  # "South Sudan" contains "Sudan"
    LOOK_ALIKE = "look_alike"  # "South China Sea" contains "China"


@dataclass(frozen=True, slots=True)
class Holder:
    """A longer name that contains a shorter one."""

    text: str
    kind: HolderKind


class Gazetteer:
    """The names of many entities, found by any of them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities = tuple(entities)
        self._names: dict[NameKind, dict[str, list[Entity]]] = {kind: {} for kind in _FOUND_KINDS}
        self._longest: dict[str, int] = {}
        self._places_with: dict[str, list[tuple[str, Entity]]] = {}
        for entity in self.entities:
            self._add(entity)

    def find_names(self, text: str) -> list[NameMatch]:
        """Return the names in a text in reading order, the longest first where one contains another.

        Case makes no difference but for words that are ordinary English: "us" and "who" in small letters are never
        names, "turkey" and "polish" are doubtful ones.
        """
        tokens = list(_NAME_TOKEN.finditer(fold(text)))
        keys = [match[0].replace(".", "") for match in tokens]
        found: list[NameMatch] = []
        at = 0
        while at < len(tokens):
            longest = min(self._longest.get(keys[at], self._longest.get(keys[at].removesuffix("s"), 0)), len(keys) - at)
            for length in range(longest, 0, -1):
                start, end = tokens[at].start(), tokens[at + length - 1].end()
                match = self._match(" ".join(keys[at : at + length]), text[start:end], start)
                if match is not None:
                    found.append(match)
                    at += length - 1
                    break
            at += 1
        return found

    def find_entity(self, term: str) -> Entity | None:
        """Return the entity that a term names as a whole; None where there is none, or several ("Brussels").

        The article, the case and the full stops of an acronym make no difference, except that "us" and "who" in
        small letters are words and not acronyms.
        """
        if term.strip() in ORDINARY_WORDS:
            return None
        key = _token_key(term)
        found = self._names[NameKind.NAME].get(key) or self._names[NameKind.METONYM].get(key, [])
        return found[0] if len(found) == 1 else None

    def is_seat(self, term: str) -> bool:
        """Tell whether a term names a seat that can stand for who sits there: "Jerusalem", but not "Israel"."""
        key = _token_key(term)
        return key in self._names[NameKind.METONYM] and key not in self._names[NameKind.NAME]

    def other_names(self, term: str, defined: Iterable[tuple[str, str]] = ()) -> tuple[OtherName, ...]:
        """Return the other names of what a term names, names first; none where it names nothing known.

        A name that contains a shorter one is left out: whoever looks for "China" finds "People's Republic of China"
        with it. What is no name hides none: "Russian Federation" stays beside "Russian".
        `defined` are the short and long forms that the statement defines.
        """
        entity = self.find_entity(term)
        found = [*(names_of(entity) if entity else ()), *_defined_names(term, defined, entity)]
        shorter = {name_key(term)}
        kept: dict[str, OtherName] = {}
        for other in sorted(found, key=_names_first):
            key = name_key(other.text)
            if key not in shorter and shorter.isdisjoint(_parts(key)):
                shorter.add(key)
                kept[other.text] = other
        return tuple(other for other in found if kept.get(other.text) is other)

    def holders_of(self, name: str, entity: Entity | None) -> tuple[Holder, ...]:
        """Return the longer names that contain a name of an entity, longest first; none for an unknown entity."""
        if entity is None:
            return ()
        key = name_key(name)
        own = [Holder(longer, HolderKind.OWN) for longer in entity.names if key in _parts(name_key(longer))]
        look_alikes = [
            Holder(longer, HolderKind.LOOK_ALIKE) for longer in entity.apart_from if key in _parts(name_key(longer))
        ]
        others = [
            Holder(longer, HolderKind.OTHER_STATE)
            for longer, owner in self._places_with.get(key, ())
            if owner is not entity and longer not in entity.apart_from
        ]
        return tuple(sorted(own + look_alikes + others, key=lambda holder: (-len(holder.text), holder.text)))

    def _match(self, key: str, text: str, start: int) -> NameMatch | None:
        is_lower = text.islower()
        if key in ORDINARY_WORDS and not is_acronym(text):
            return None
        for kind in _FOUND_KINDS:
            entities = self._names[kind].get(key)
            if entities is None and (kind is NameKind.ADJECTIVE or key not in self._names[NameKind.ADJECTIVE]):
                entities = self._plural_of(key, kind)
            if entities:
                is_certain = not (is_lower and key.removesuffix("s") in _NAMES_THAT_ARE_WORDS)
                return NameMatch(
                    start, start + len(text), text, entities[0], kind, tuple(entities[1:]), is_certain=is_certain
                )
        return None

    def _plural_of(self, key: str, kind: NameKind) -> list[Entity]:
        """Return what has the singular of a key as its name: "Israelis", "ICBMs"; a state has no plural."""
        entities = self._names[kind].get(key.removesuffix("s"), []) if key.endswith("s") else []
        return [one for one in entities if kind is NameKind.ADJECTIVE or one.kind is EntityKind.TERM]

    def _add(self, entity: Entity) -> None:
        for other in names_of(entity):
            key = _token_key(other.text)
            owners = self._names[other.kind].setdefault(key, [])
            if entity not in owners:  # two spellings may have one key: "Saint-Denis", "Saint Denis"
                owners.append(entity)
            first, *rest = key.split()
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(rest))
        if entity.kind in _PLACES:
            for name in entity.names:
                for part in _parts(name_key(name)):
                    self._places_with.setdefault(part, []).append((name, entity))


@cache
def gazetteer() -> Gazetteer:
    """Return the names in `names.csv`, read once."""
    lines = Path(__file__).with_name("names.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="|", quoting=csv.QUOTE_NONE)
    return Gazetteer(map(_read_entity, rows))


def find_names(text: str) -> list[NameMatch]:
    """Return the known names in a text in reading order, the longest first where one contains another."""
    return gazetteer().find_names(text)


def names_of(entity: Entity) -> tuple[OtherName, ...]:
    """Return all names of an entity with their kinds: names, then metonyms, then adjectives."""
    return (
        *(OtherName(name, NameKind.NAME) for name in entity.names),
        *(OtherName(seat, NameKind.METONYM) for seat in entity.metonyms),
        *(OtherName(adjective, NameKind.ADJECTIVE) for adjective in entity.adjectives),
    )


@lru_cache(maxsize=10_000)
def name_key(name: str) -> str:
    """Return a name as it is compared: without the article, case, accents, hyphens and the stops of an acronym."""
    key = " ".join(fold(name).replace("-", " ").split())
    key = key.removeprefix("the ").removesuffix("'s")
    return key.replace(".", "") if _DOTTED.fullmatch(key) else key


def is_acronym(name: str) -> bool:
    """Tell whether a name is one word of capitals: "US", "G7", "DoD", "U.S."; "Indo-Pacific" is none."""
    bare = name.replace(".", "")
    if " " in bare or sum(map(str.islower, bare)) >= _CAPITALS:
        return False
    return sum(character.isupper() or character.isdigit() for character in bare) >= _CAPITALS


ORDINARY_WORDS = frozenset({"us", "who", "car", "it", "is", "doe"})
"""Acronyms that are a word when they are typed in small letters."""

_WORDS_OF_ENGLISH = """
    austin brit chad congress dane finn guinea johnson jordan kiwi lima male morrison nice nordic papal pole
    polish quad quartet swede swiss trilateral trump truss turk turkey wagner xi
"""
_NAMES_THAT_ARE_WORDS = frozenset(_WORDS_OF_ENGLISH.split())
"""Names that are, or may be, an ordinary word in small letters."""

_FOUND_KINDS = (NameKind.NAME, NameKind.METONYM, NameKind.ADJECTIVE)
_PLACES = frozenset({EntityKind.STATE, EntityKind.TERRITORY})
_CAPITALS = 2
_DOTTED = re.compile(r"(?:[a-z]\.){2,}[a-z]?")
"""'u.s.', 'd.p.r.k.'"""

_NAME_TOKEN = re.compile(r"(?<![^\W_])(?:[a-z]\.)+(?:[a-z](?![^\W_]))?|[^\W_]+|[&+]")
"""'u.s.' and 'u.s' are one token; hyphens and apostrophes part tokens in names and texts alike."""


@lru_cache(maxsize=10_000)
def _token_key(name: str) -> str:
    """Return the tokens of a whole name, joined by spaces, without its article and its genitive ending."""
    keys = [match[0].replace(".", "") for match in _NAME_TOKEN.finditer(fold(name))]
    if len(keys) > 1 and keys[0] == "the":
        keys = keys[1:]
    return " ".join(keys[:-1] if len(keys) > 1 and fold(name).endswith("'s") else keys)


def _defined_names(term: str, defined: Iterable[tuple[str, str]], entity: Entity | None) -> Iterator[OtherName]:
    known = {name_key(name) for name in entity.names} if entity else set()
    for short, long in defined:
        for typed, other in ((short, long), (long, short)):
            is_typed = name_key(typed) == name_key(term) and term.strip() not in ORDINARY_WORDS
            if is_typed and name_key(other) not in known:
                yield OtherName(other, NameKind.DEFINED)


def _names_first(other: OtherName) -> tuple[bool, bool, int]:
    """Return the rank of a name when the shorter leave out the longer."""
    words = len(name_key(other.text).split())
    return other.kind not in {NameKind.NAME, NameKind.DEFINED}, other.kind is NameKind.ADJECTIVE, words


def _parts(key: str) -> set[str]:
    """Return every run of words within a name, shorter than itself."""
    words = key.split()
    runs = ((start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1))
    return {" ".join(words[start:end]) for start, end in runs if end - start < len(words)}


_MEMBER = re.compile(r"(?P<name>[^\[]+?)(?:\s\[(?P<since>[\d-]*)\.\.(?P<until>[\d-]*)\])?")


def _read_entity(row: dict[str, str]) -> Entity:
    def split(column: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in row[column].split(";") if part.strip())

    return Entity(
        EntityKind(row["kind"]), split("names"), split("metonyms"), split("adjectives"), split("apart_from"),
        of=row["of"], memberships=tuple(map(_read_member, split("members"))),
    )  # fmt: skip


def _read_member(text: str) -> Membership:
    match = _MEMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"names.csv: expected a member as 'Name [since..until]', got {text!r}")
    return Membership(match["name"], _read_day(match["since"]), _read_day(match["until"]))


def _read_day(text: str | None) -> datetime.date | None:
    """Return the first day of a year, a month or a day: "1997", "2004-05", "2014-03-24"."""
    return datetime.date.fromisoformat(f"{text}-01-01"[:10]) if text else None
