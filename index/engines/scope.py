"""Which statements an answer is about, and how it says so."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from index.answer import count
from index.engines.selection import describe, select_statements, take_newest
from index.engines.statement_cache import Held
from index.engines.topics import Topic
from index.request import Filters


@dataclass(frozen=True, slots=True)
class Scope:
    """The statements asked about, newest first, and all the others."""

    filters: Filters
    held: tuple[Held, ...]
    others: tuple[Held, ...] = ()
    named_in_text: str = ""
    """What no title names, so that the statements whose texts do are meant; empty where titles decided."""

    @property
    def is_all(self) -> bool:
        """Whether every statement is asked about."""
        return not self.others

    @property
    def is_one(self) -> bool:
        """Whether one statement is asked about."""
        return len(self.held) == 1

    @property
    def sentences(self) -> int:
        """How many sentences the paragraphs asked about have."""
        return sum(one.summary.sentences for one in self.held)

    @property
    def words(self) -> str:
        """The scope in a sentence: "the statement", "49 statements"."""
        return "the statement" if self.is_one else count(len(self.held), "statement")

    @property
    def note(self) -> str:
        """What was understood, where not all statements are asked about."""
        if self.is_all or not self.held:
            return ""
        if self.named_in_text:
            return f"No title names {self.named_in_text}; searched {self.words} naming it in the text."
        if self.is_one:
            return f"Searched one statement: {self.held[0].statement.title}."
        read_as = describe(self.filters) or ("those quoted above" if self.filters.statement_ids else "")
        undated = self.undated
        left_out = f"; {count(undated, 'statement')} without a date left out" if undated else ""
        named = f" ({read_as})" if read_as else ""
        if self.filters == Filters(issuer=self.filters.issuer) and self.filters.issuer:
            return f"Searched the {len(self.held):,} {self.filters.issuer} statements."
        total = count(len(self.held) + len(self.others), "statement")
        return f"Searched {len(self.held):,} of {total}{named}{left_out}."

    @property
    def undated(self) -> int:
        """How many statements are left out for want of a date alone: all else that was asked for fits them."""
        if not _has_dates(self.filters):
            return 0
        asked = replace(self.filters, since=None, until=None, month=None, day=None)
        fitting = select_statements(asked, [one.described for one in (*self.held, *self.others)])
        return sum(one.date is None for one in fitting)


class NoSuchStatementError(Exception):
    """The filters of a request let no statement through."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"no statement fits {scope.filters}")
        self.scope = scope


def choose_scope(filters: Filters, held: Sequence[Held]) -> Scope:
    """Return the statements that the filters let through, and the others.

    Where no title has the words of a filter, the statements are meant whose texts have them: "the Houthi statements".
    """
    if filters.mentions:
        return _choose_by_mentions(filters, held)
    scope = choose_by_title(filters, held)
    words = _bare(filters.statement or filters.about)
    if scope.held or not words:
        return scope
    dated = choose_by_title(replace(filters, statement="", about="", newest=0), held)
    named = Topic.find(words, dated.held).starts
    if not named:
        words_of = words.split()
        mentioned = replace(filters, statement="", about="", mentions=tuple(words_of))
        return _choose_by_mentions(mentioned, held) if 1 < len(words_of) <= _MOST_WORDS else scope
    kept = take_newest(filters.newest, [one.described for one in dated.held if one.statement.id in named])
    return _divide(filters, held, {one.id for one in kept}, named_in_text=words)


_MOST_WORDS = 4


def _choose_by_mentions(filters: Filters, held: Sequence[Held]) -> Scope:
    """Return the statements that mention every one of some words, in their texts or titles."""
    kept = choose_scope(replace(filters, mentions=(), newest=0), held).held
    for words in filters.mentions:
        topic = Topic.find(words, kept)
        kept = tuple(one for one in kept if one.statement.id in topic.titled or topic.starts.get(one.statement.id))
    chosen = take_newest(filters.newest, [one.described for one in kept])
    return _divide(filters, held, {one.id for one in chosen})


def choose_by_title(filters: Filters, held: Sequence[Held]) -> Scope:
    """Return the statements that the filters let through by title, issuer and date alone, and the others."""
    return _divide(filters, held, {one.id for one in select_statements(filters, [one.described for one in held])})


def _divide(filters: Filters, held: Sequence[Held], chosen: Container[str], *, named_in_text: str = "") -> Scope:
    """Return the statements with the chosen ids, and the others."""
    return Scope(
        filters,
        tuple(one for one in held if one.statement.id in chosen),
        tuple(one for one in held if one.statement.id not in chosen),
        named_in_text,
    )


_FRAME = re.compile(
    r"^(?:(?:the|a|all|any|joint|latest|last|first|recent|official)\s)*(?:(?:press\s)?(?:statements?|texts?|documents?"
    r"|communiqu\w+|declarations?|releases?|ones?)\s)?(?:(?:on|about|of|regarding|concerning|from|by|for)\s)?(?:the\s)?"
    r"|\s(?:statements?|texts?|documents?|communiqu\w+|declarations?|releases?|ones?)$",
    re.IGNORECASE,
)


def _bare(words: str) -> str:
    """Return what a description of statements is about: "statement on the Houthis" → "Houthis"."""
    bare = _FRAME.sub("", words).strip()
    return bare if any(character.isalpha() for character in bare) else ""


def _has_dates(filters: Filters) -> bool:
    return filters.since is not None or filters.until is not None
