"""The words after a verb or command, "who Libya since 2022", as parts of a request."""

import re

from index.engines.selection import STATEMENT_ID, merge_filters
from index.request import Filters
from index.text.dates import find_periods

_BESIDE = re.compile(
    r"\b(?:check|verify|please|this|exact|right|for|me|and|or|in|from|of|the|by|with|on|statements?)\b", re.IGNORECASE
)
"""What may stand between quotations and the statements that they are checked in."""

_LEADING = re.compile(r"^\W*(?:(?:on|about|in|of|for|the|statements?)\s+)+", re.IGNORECASE)
_TRAILING = re.compile(r"(?:\s+(?:statements?|documents?|texts?|since|in|from|before|until|after))+\W*$", re.IGNORECASE)
_ALL = re.compile(r"(?:(?:all|every|the|our|your)\s*)*(?:statements?|documents?|texts?|everything|all)?", re.IGNORECASE)
_ISSUER = re.compile(r"^(?:from|by)\s+(?:the\s+)?(?P<issuer>.+)$", re.IGNORECASE)


def read_filters(words: str) -> Filters:
    """Return which statements words name: by an id, words of titles, an issuer after "from" or "by", or dates."""
    words = " ".join(words.split())
    if STATEMENT_ID.fullmatch(words):
        return Filters(statement=words)
    filters, rest = Filters(), words
    for period in reversed(find_periods(words)):
        dates = Filters(since=period.since, until=period.until, month=period.month, day=period.day)
        filters = merge_filters(filters, dates)
        rest = f"{rest[: period.start]} {rest[period.end :]}"
    rest = _TRAILING.sub("", " ".join(rest.split())).strip(" ?.!,")
    issued = _ISSUER.match(rest)
    if issued:
        return merge_filters(filters, Filters(issuer=issued["issuer"]))
    rest = _LEADING.sub("", f"{rest} ").strip()
    return filters if _ALL.fullmatch(rest) else merge_filters(filters, Filters(statement=rest))


def read_quotations(words: str) -> tuple[tuple[str, ...], Filters]:
    """Return the quotations in words, those within others left out, and the statements that the rest names."""
    from index.engines.quotes.find import find_quotations

    outer = [one for one in find_quotations(words) if one.depth == 0 and any(map(str.isalnum, one.text))]
    rest = words
    for one in reversed(outer):
        rest = f"{rest[: one.start]} {rest[one.end :]}"
    named = _BESIDE.sub("", rest).strip(" \t\n\"“”„«»'.,:;?!")
    return tuple(one.text.strip() for one in outer), read_filters(rest) if named else Filters()
