"""Filters → the statements that they let through, by title, issuer and date; and the filters in words."""

import datetime
import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from index.corpus.statements import StatementSummary
from index.engines.title_words import ALIASES, GROUPS, STATES, split_words
from index.request import Filters
from index.text.english import is_english


def select_statements(filters: Filters, statements: Sequence[StatementSummary]) -> list[StatementSummary]:
    """Return the statements that pass every filter, in the order given.

    A statement without a date never passes a filter by date. Words of a title are matched as whole words, names of
    states under any of their names; where no title has all of them, those that have most are meant, but at least two.
    """
    selected = [statement for statement in statements if _passes(filters, statement)]
    for words in (filters.statement, filters.about):
        if words:
            selected = _select_by_words(words, selected)
    if filters.not_issuer:
        selected = [one for one in selected if not _is_issued_by(filters.not_issuer, one)]
    return selected if filters.mentions else take_newest(filters.newest, selected)


def take_newest(count: int, statements: list[StatementSummary]) -> list[StatementSummary]:
    """Return so many newest statements, or oldest where the number is negative, newest first; all for 0."""
    if not count:
        return statements
    dated = sorted(
        (one for one in statements if one.date is not None), key=lambda one: one.date or datetime.date.min, reverse=True
    )
    return dated[:count] if count > 0 else dated[count:]


def describe(filters: Filters) -> str:
    """Return what was understood, in the words of the person: "G7, Syria, since 2022"; empty without a filter."""
    without = f"not {filters.not_issuer}" if filters.not_issuer else ""
    parts = [filters.issuer, filters.statement, filters.about, *filters.mentions, without, _describe_dates(filters)]
    return ", ".join(part for part in parts if part)


def merge_filters(first: Filters, second: Filters) -> Filters:
    """Return the filters that both say; what both set is taken from the second, words of titles are joined."""
    changes = {
        name: value
        for name in Filters.__dataclass_fields__
        if (value := getattr(second, name)) not in {"", None, (), 0}
    }
    if first.about and second.about:
        changes["about"] = f"{first.about} {second.about}"
    return replace(first, **changes)


STATEMENT_ID = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+){3,}(?![\w-])")

LOOSE_HEADS = {
    "batch",
    "bunch",
    "crop",
    "piece",
    "stuff",
    "pair",
    "thing",
    "trio",
    "couple",
    "text",
    "paper",
    "one",
    "writeup",
    "notice",
    "release",
    "document",
}
"""Heads that are said of other things too ("the nuclear stuff"): a description by them must fit a title."""

HEADS = {
    "statement", "declaration", "communique", "communiqué", "notice", "release", "document", "text", "announcement",
    "paper", "readout", "doc", "proclamation", "one", *LOOSE_HEADS,
}  # fmt: skip
OWN_HEADS = {"declaration", "communique", "communiqué", "notice", "readout", "proclamation"}
"""Heads that tell one document from another when a title has them."""

SOFT_WORDS = {
    "joint", "press", "official", "public", "leader", "minister", "ministerial", "foreign", "government", "governments",
    "presidential", "president", "office", "media", "news", "common", "secretary", "state", "department", "advisor",
    "advisors", "national", "security", "statement", "vice", "high", "representative", "meeting", "special",
    "declaration",
}  # fmt: skip
"""Words of titles that say what kind of statement it is: they prefer, and never leave nothing."""

LOOSE_WORDS = {
    "fm",
    "six", "seven", "eight", "nine", "ten", "pair", "couple", "trio", "particular", "respective", "1st", "2nd", "3rd",
    "two", "three", "four", "five", "both", "other", "same", "new", "last", "latest", "newest", "recent", "earlier",
    "earliest", "oldest", "previous", "first", "second", "third", "full", "entire", "whole", "complete", "2", "3", "4",
    "original", "relevant", "aforementioned", "said", "actual", "older", "newer", "later", "final", "various", "single",
    "individual",
}  # fmt: skip
"""Words before "statement" that are passed over."""

SMALL_WORDS = {
    "the", "a", "an", "of", "on", "in", "and", "or", "to", "for", "by", "with", "from", "at", "as", "its", "their",
    "s", "that", "this", "these", "those", "our", "about", "regarding", "concerning", "over", "re", "against",
    "following", "after", "between", "marking", "condemning", "targeting", "respect", "related", "dealing", "around",
    "concerns",
    "issued", "released", "made", "published", "dated", "put", "out", "called", "titled", "named", "entitled", "across",
}  # fmt: skip


def title_vocabulary(statements: Sequence[StatementSummary]) -> frozenset[str]:
    """Return the keys of the words that titles are made of."""
    return frozenset().union(*(_title_keys(statement) for statement in statements))


@functools.lru_cache(maxsize=20_000)
def title_words(title: str) -> tuple[str, ...]:
    """Return the keys of a title's words, in order."""
    return tuple(word.key for word in split_words(title))


@functools.lru_cache(maxsize=20_000)
def _keys_of(name: str) -> frozenset[str]:
    return frozenset(title_words(name)) - SMALL_WORDS


# -- Selecting statements ---------------------------------------------------------------------------------------------


def _passes(filters: Filters, statement: StatementSummary) -> bool:
    if filters.statement_ids and statement.id not in filters.statement_ids:
        return False
    if _has_dates(filters) and not _is_dated_within(filters, statement.date):
        return False
    return not filters.issuer or _is_issued_by(filters.issuer, statement)


def _has_dates(filters: Filters) -> bool:
    return any(value is not None for value in (filters.since, filters.until, filters.month, filters.day))


def _is_dated_within(filters: Filters, date: datetime.date | None) -> bool:
    if date is None:
        return False
    if (filters.since and date < filters.since) or (filters.until and date > filters.until):
        return False
    return filters.month in {None, date.month} and filters.day in {None, date.day}


def _is_issued_by(issuer: str, statement: StatementSummary) -> bool:
    wanted = {word.key for word in split_words(issuer) if word.key not in SMALL_WORDS and word.key != "government"}
    return all(_has_key(key, statement, frozenset(wanted)) or _is_member(key, statement) for key in wanted)


def _is_member(key: str, statement: StatementSummary) -> bool:
    """Tell whether a state belongs to a group that issued a statement: Japan to the G7."""
    state, titled = ALIASES.get(key, key), _title_keys(statement)
    return any(group in titled and state in members for group, members in GROUPS.items())


def _is_group(key: str, names: frozenset[str]) -> bool:
    members = GROUPS.get(key)
    return members is not None and set(members) <= names and len(names & _STATE_KEYS) <= len(members) + _OTHERS_NAMED


def _select_by_words(words: str, statements: list[StatementSummary]) -> list[StatementSummary]:
    by_id = [statement for statement in statements if STATEMENT_ID.fullmatch(words) and statement.id.startswith(words)]
    if by_id:
        return by_id
    said = [word.key for word in split_words(words) if word.key not in SMALL_WORDS | LOOSE_WORDS]
    same = [statement for statement in statements if _title_keys(statement) == frozenset(said)]
    if same:
        return same
    hard = {key for key in said if key not in SOFT_WORDS | HEADS} or {key for key in said if key in OWN_HEADS}
    counted = [(sum(_has_key(key, statement, frozenset(hard)) for key in hard), statement) for statement in statements]
    most = max((count for count, _ in counted), default=0)
    if most < len(hard) and (most < 2 or most * 5 < len(hard) * 3):
        by_each = _select_by_each(words, statements)
        if by_each or not most or _names_another(hard, statements):
            return by_each
    best = [statement for count, statement in counted if count == most]
    best = _of_these_states({ALIASES.get(key, key) for key in hard} & _STATE_KEYS, best)
    soft = [key for key in said if key in SOFT_WORDS | OWN_HEADS]
    preferred = [statement for statement in best if all(key in _title_keys(statement) for key in soft)]
    return preferred or best


def _names_another(hard: set[str], statements: list[StatementSummary]) -> bool:
    # "the AUKUS jubilee statement" is about AUKUS; "the Iran-Venezuela statement" is none of those on Iran.
    missing = {key for key in hard if not any(_has_key(key, one, frozenset(hard)) for one in statements)}
    return not missing or any(key in STATES or key in ALIASES or not is_english(key) for key in missing)


def _of_these_states(states: set[str], statements: list[StatementSummary]) -> list[StatementSummary]:
    # "of the US, Japan and South Korea" is not by those and ten others, if there are some by those alone.
    if len(states) < 2:
        return statements
    most = len(states) + _OTHERS_NAMED
    alone = [one for one in statements if len((_title_keys(one) | _issuer_keys(one)) & _STATE_KEYS) <= most]
    return alone or statements


def _select_by_each(words: str, statements: list[StatementSummary]) -> list[StatementSummary]:
    # "the Syria and Libya statements"
    parts = re.split(r"\s+(?:and|or)\s+|,\s*", words)
    if len(parts) < 2:
        return []
    chosen = {statement.id for part in parts for statement in _select_by_words(part, statements)}
    return [statement for statement in statements if statement.id in chosen]


def _has_key(key: str, statement: StatementSummary, said: frozenset[str]) -> bool:
    title, issuers = _title_keys(statement), _issuer_keys(statement)
    state = ALIASES.get(key, key)
    if {key, state} & (title | issuers) or _is_group(key, issuers) or _is_group(key, title):
        return True
    # "the statements of the US, Japan and South Korea": those titled "trilateral".
    return any(group in title and key in GROUPS[group] and said >= set(GROUPS[group]) for group in _SPELLED_OUT)


_OTHERS_NAMED = 2
"""States that a group's title or release line may name beside its members: "Condemning DPRK-Russia Arms Transfers"."""
_SPELLED_OUT = ("trilateral", "aukus", "g7")


def _title_keys(statement: StatementSummary) -> frozenset[str]:
    return _spelled_out(statement.title)


@functools.lru_cache(maxsize=20_000)
def _spelled_out(title: str) -> frozenset[str]:
    # "the ballistic ones": words of a name that is one word of a title.
    keys = _keys_of(title)
    return keys | {part for key, parts in _PARTS.items() if key in keys for part in parts}


_PARTS = {
    "icbm": ("ballistic", "missile", "intercontinental"),
    "year": ("anniversary",),
    "anniversary": ("year",),
    "attack": ("strike",),
    "execution": ("hanging", "executed"),
    "tanker": ("ship", "vessel"),
    "designation": ("sanction",),
    "transfer": ("weapon",),
    "dialogue": ("talk",),
    "meeting": ("talk",),
    "summit": ("meeting",),
    "selection": ("election",),
}


def _issuer_keys(statement: StatementSummary) -> frozenset[str]:
    return frozenset().union(*(_keys_of(issuer) for issuer in statement.issuers))


_STATE_KEYS = frozenset(STATES)


# -- Describing -------------------------------------------------------------------------------------------------------


def _describe_dates(filters: Filters) -> str:
    month = f"{datetime.date(2000, filters.month, 1):%B}" if filters.month else ""
    named = f"{filters.day} {month}".strip() if filters.day else month
    return ", ".join(part for part in (named, _describe_range(filters.since, filters.until)) if part)


def _describe_range(since: datetime.date | None, until: datetime.date | None) -> str:
    if since and until:
        return _describe_between(since, until)
    if since:
        return f"since {since.year}" if (since.month, since.day) == (1, 1) else f"since {_say(since)}"
    if until:
        return f"until {until.year}" if (until.month, until.day) == (12, 31) else f"until {_say(until)}"
    return ""


def _describe_between(since: datetime.date, until: datetime.date) -> str:
    if since == until:
        return _say(since)
    if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        return f"{since.year}" if since.year == until.year else f"{since.year} to {until.year}"
    next_day = until + datetime.timedelta(days=1)
    if since.day == next_day.day == 1 and (since.year, since.month) == (until.year, until.month):
        return f"{since:%B} {since.year}"
    return f"{_say(since)} to {_say(until)}"


def _say(date: datetime.date) -> str:
    return f"{date.day} {date:%B} {date.year}"
