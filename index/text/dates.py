"""Dates as questions give them ("since 2022", "the March statement"): where they stand, and the days they leave in."""

import calendar
import datetime
import re
from dataclasses import dataclass

from index.text.tokens import fold


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a question means, both ends included; or a month of any year, where it names no year."""

    start: int
    end: int
    since: datetime.date | None = None
    until: datetime.date | None = None
    month: int | None = None
    day: int | None = None
    is_open: bool = False


def find_periods(text: str) -> list[Period]:
    """Return the periods that a text names, in reading order, each with the words that say how ("since 2022")."""
    folded = fold(text)
    return [period for match in _PERIOD.finditer(folded) if (period := _to_period(match))]


# -- How dates are written --------------------------------------------------------------------------------------------

_MONTHS = (
    "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun",
    "july|jul", "august|aug", "september|sept|sep", "october|oct", "november|nov", "december|dec",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split("|")}


_PART_MONTHS = {
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "early": (1, 4), "mid": (5, 8),
    "late": (9, 12), "the beginning": (1, 3), "the start": (1, 3), "the end": (10, 12), "the first half": (1, 6),
    "the second half": (7, 12), "h1": (1, 6), "h2": (7, 12), "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
    "the first quarter": (1, 3), "the second quarter": (4, 6), "the third quarter": (7, 9),
    "the fourth quarter": (10, 12), "the last quarter": (10, 12),
}  # fmt: skip
"""Part of a year → its first and last month."""
_PARTS_OF_YEAR = "|".join(sorted(_PART_MONTHS, key=len, reverse=True)).replace(" ", r"\s")


def _date_pattern(name: str) -> str:
    month = f"(?:{'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})"
    year = r"(?:19|20)\d\d"
    day = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
    return rf"""(?:
        (?P<iso{name}>{year}-[01]\d-[0-3]\d)                              # 2022-03-25
        | (?P<dayfirst{name}>{day})\s(?:of\s)?(?P<dm{name}>{month})\b\.?  # 25 March 2022
          (?:,?\s(?:of\s)?(?P<dmy{name}>{year}))?
        | (?P<mname{name}>{month})\b\.?(?:\s(?P<mday{name}>{day})(?![\d-]))?
          (?:,?\s(?:of\s)?(?P<my{name}>{year}))?                          # March 25, 2022
        | (?P<part{name}>{_PARTS_OF_YEAR})\s(?:of\s)?(?:the\syear\s)?(?P<py{name}>{year})   # spring 2022, late 2022
        | (?P<year{name}>{year})                                          # 2022
    )(?![\w-]*\w)"""


_PERIOD = re.compile(
    rf"""
    (?<![\w/(-])
    (?:
        (?:between|from)\s{_date_pattern("a1")}\s(?:and|to|until|through|till)\s{_date_pattern("b1")}
        | (?P<range>(?:in\s)?(?P<ya>(?:19|20)\d\d)\s?-\s?(?P<yb>(?:19|20)\d\d))\b              # 2021-2023
        | (?:(?P<word>
              (?:at\sany\stime\s)?since(?:\sthe\s(?:start|beginning)\sof)? | starting(?:\sin|\sfrom)? | as\sof
            | (?:any\stime\s|issued\s|dated\s)?after | later\sthan | newer\sthan | post
            | before | prior\sto | earlier\sthan | older\sthan | pre | up\suntil | until | till | up\sto | through
            | from | in\sthe\s(?:course|month|year)\sof | dated | during | in | of | on | for | by | back\sin
          )[\s-])?
          {_date_pattern("c1")}
          (?P<after>\s(?:onwards?|on\b(?!\s\w)|and\s(?:later|after)|or\slater|and\searlier|or\searlier|to\s(?:date|now)))?
    )
    """,
    re.VERBOSE,
)


def _to_period(match: re.Match[str]) -> Period | None:
    if match["range"]:
        first, last = int(match["ya"]), int(match["yb"])
        return _bounded(match, datetime.date(first, 1, 1), datetime.date(last, 12, 31))
    if named := _read_date(match, "c1"):
        return _relate(match, named)
    first_named, last_named = _read_date(match, "a1"), _read_date(match, "b1")
    if not first_named or not last_named:
        return None
    ends = _days(last_named)
    # "between March and May 2022": the year is said once.
    starts = _days(_Named(first_named.year or last_named.year, first_named.month, first_named.day))
    return _bounded(match, starts[0], ends[1]) if starts and ends else None


def _bounded(match: re.Match[str], since: datetime.date, until: datetime.date) -> Period | None:
    return Period(match.start(), match.end(), since, until, is_open=True) if since <= until else None


@dataclass(frozen=True, slots=True)
class _Named:
    year: int | None
    month: int | None
    day: int | None
    part: str = ""


def _read_date(match: re.Match[str], name: str) -> _Named | None:
    def number(group: str) -> int | None:
        text = match[f"{group}{name}"]
        return int(re.sub(r"\D", "", text)) if text else None

    if iso := match[f"iso{name}"]:
        year, month, day = iso.split("-")
        return _Named(int(year), int(month), int(day))
    if month_name := match[f"dm{name}"]:
        return _Named(number("dmy"), _MONTH_OF[month_name], number("dayfirst"))
    if month_name := match[f"mname{name}"]:
        return _Named(number("my"), _MONTH_OF[month_name], number("mday"))
    if part := match[f"part{name}"]:
        return _Named(number("py"), None, None, " ".join(part.split()))
    return _Named(number("year"), None, None) if match[f"year{name}"] else None


_STARTS_AT = re.compile(r"since|starting|as of|from")
_STARTS_AFTER = re.compile(r"after|later than|newer than|post")
_ENDS_BEFORE = re.compile(r"before|prior to|earlier than|older than|pre\b")
_ENDS_AT = re.compile(r"until|till|up to|through")


def _relate(match: re.Match[str], named: _Named) -> Period | None:
    word, after = match["word"] or "", match["after"] or ""
    if _is_no_month(match, named):
        return None
    days = _days(named)
    if not days:
        return _of_any_year(match, named)
    first, last = days
    if "earlier" in after or _ENDS_AT.search(word):
        return Period(match.start(), match.end(), until=last, is_open=True)
    if _ENDS_BEFORE.search(word):
        return Period(match.start(), match.end(), until=first - datetime.timedelta(days=1), is_open=True)
    if _STARTS_AFTER.search(word):
        return Period(match.start(), match.end(), since=last + datetime.timedelta(days=1), is_open=True)
    if after.strip() or (_STARTS_AT.search(word) and word != "from"):
        return Period(match.start(), match.end(), since=first, is_open=True)
    return Period(match.start(), match.end(), first, last)


def _is_no_month(match: re.Match[str], named: _Named) -> bool:
    # "which may be": a word that is also a month counts with "in", "of" or "since", or before "statement".
    if named.year is not None or named.day is not None or match["word"]:
        return False
    is_month = match.string[match.end() :].startswith((" statement", "'s"))
    return match["mnamec1"] in {"may", "mar", "jan", "sep", "dec"} and not is_month


def _of_any_year(match: re.Match[str], named: _Named) -> Period | None:
    if named.month is None or (named.day or 1) > _DAYS_OF_LONGEST[named.month]:
        return None
    return Period(match.start(), match.end(), month=named.month, day=named.day)


_DAYS_OF_LONGEST = {month: calendar.monthrange(2024, month)[1] for month in range(1, 13)}


def _days(named: _Named) -> tuple[datetime.date, datetime.date] | None:
    if named.year is None:
        return None
    try:
        if named.part:
            first, last = _PART_MONTHS[named.part]
            return datetime.date(named.year, first, 1), _days_of_month(named.year, last)[1]
        if named.month is None:
            return datetime.date(named.year, 1, 1), datetime.date(named.year, 12, 31)
        if named.day is None:
            return _days_of_month(named.year, named.month)
        day = datetime.date(named.year, named.month, named.day)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return day, day


def _days_of_month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
