"""Dates as texts and questions write them: "14-15 June 2021", "since 2022", "the March statement", "last month"."""

import calendar
import datetime
import re
from collections.abc import Callable
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


def find_periods(text: str, *, today: datetime.date | None = None) -> list[Period]:
    """Return the periods that a text names, in reading order, each with the words that say how ("since 2022").

    "last month" and what else is counted from the day of asking is found only where `today` is given.
    """
    folded = fold(text)
    found = [period for match in _PERIOD.finditer(folded) if (period := _to_period(match))]
    if today is not None:
        relative = [period for match in _RELATIVE.finditer(folded) if (period := _from_today(match, today))]
        found = [one for one in found if not any(one.start < two.end and two.start < one.end for two in relative)]
        found += relative
    return sorted(found, key=lambda period: period.start)


def read_days(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day of a written date; None where there is no such day ("February 30, 2022")."""
    for period in find_periods(text):
        if period.since and period.until:
            return period.since, period.until
    return None


# -- How dates are written --------------------------------------------------------------------------------------------

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT = (*(name[:3] for name in MONTHS if name != "May"), "Sept")
MONTH = rf"(?:(?:{'|'.join(MONTHS)})|(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})\b\.?)"
"""The name of a month with its capital, whole or short with or without its full stop; for a pattern."""

_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_DASH = r"\s?[-‐‑‒–—]\s?"
WRITTEN_DAY = (
    rf"(?i:{MONTH}\s+{_DAY}(?:{_DASH}(?:{MONTH}\s+)?{_DAY})?,?\s+\d{{4}}"  # March 25, 2022; June 14-15, 2021
    # 25 March 2022; 14-15 June 2021; 30 May – 2 June 2022; 3rd day of April, 2018; 07-NOV-2019
    rf"|{_DAY}(?:(?:\s+{MONTH})?{_DASH}{_DAY})?(?:\s+(?:day\s+)?(?:of\s+)?|-){MONTH}(?:,?\s+|-)\d{{4}}"
    r"|\d{4}-\d{2}-\d{2})"
)
"""A day or several in a row, with the year, in any of the ways that `read_days` reads; for a pattern."""

_MONTH_OF = {name.lower()[:length]: number for number, name in enumerate(MONTHS, 1) for length in (3, len(name))}
_MONTH_OF["sept"] = 9


_PART_MONTHS = {
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "early": (1, 4), "mid": (5, 8),
    "late": (9, 12), "the beginning": (1, 3), "the start": (1, 3), "the end": (10, 12), "the first half": (1, 6),
    "the second half": (7, 12), "h1": (1, 6), "h2": (7, 12), "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12),
    "the first quarter": (1, 3), "the second quarter": (4, 6), "the third quarter": (7, 9),
    "the fourth quarter": (10, 12), "the last quarter": (10, 12),
}  # fmt: skip
"""Part of a year → its first and last month."""
_PARTS_OF_YEAR = "|".join(sorted(_PART_MONTHS, key=len, reverse=True)).replace(" ", r"\s")


_JOINT = r"\s?(?:-|to|until|through)\s?"


def _date_pattern(name: str) -> str:
    month = f"(?:{'|'.join(sorted(_MONTH_OF, key=len, reverse=True))})"
    year = r"(?:19|20)\d\d"
    day = _DAY
    return rf"""(?:
        (?P<iso{name}>{year}-[01]\d-[0-3]\d)                              # 2022-03-25
        | (?P<rday{name}>{day})(?:\s(?P<rfrom{name}>{month}))?{_JOINT}(?P<rlast{name}>{day})\s(?:of\s)?
          (?P<rm{name}>{month})\b\.?(?:,?\s(?P<ry{name}>{year}))?          # 14-15 June 2021, 30 May - 2 June 2022
        | (?P<um{name}>{month})\.?\s(?P<uday{name}>{day})\s?-\s?(?:(?P<uto{name}>{month})\.?\s)?(?P<ulast{name}>{day})
          (?![\d-])(?:,?\s(?P<uy{name}>{year}))?                           # June 14-15, 2021
        | (?:this\s)?(?P<dayfirst{name}>{day})(?:\s+(?:day\s)?(?:of\s)?|-)(?P<dm{name}>{month})\b\.?
          (?:(?:,?\s+(?:of\s)?|-)(?P<dmy{name}>{year}))?                   # 25 March 2022, 07-NOV-2019
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
    until: tuple[int, int] | None = None  # the last day and its month, where several are named


def _read_date(match: re.Match[str], name: str) -> _Named | None:
    def number(group: str) -> int | None:
        text = match[f"{group}{name}"]
        return int(re.sub(r"\D", "", text)) if text else None

    if iso := match[f"iso{name}"]:
        year, month, day = iso.split("-")
        return _Named(int(year), int(month), int(day)) if 1 <= int(month) <= 12 else None
    if match[f"rm{name}"] or match[f"um{name}"]:
        return _read_range(match, name, number)
    if month_name := match[f"dm{name}"]:
        return _Named(number("dmy"), _MONTH_OF[month_name], number("dayfirst"))
    if month_name := match[f"mname{name}"]:
        return _Named(number("my"), _MONTH_OF[month_name], number("mday"))
    if part := match[f"part{name}"]:
        return _Named(number("py"), None, None, " ".join(part.split()))
    return _Named(number("year"), None, None) if match[f"year{name}"] else None


def _read_range(match: re.Match[str], name: str, number: Callable[[str], int | None]) -> _Named:
    """Read "14-15 June 2021" or "June 14-15, 2021": the year and, within a month, its name are written once."""
    if month_name := match[f"rm{name}"]:
        first, year, days = match[f"rfrom{name}"] or month_name, number("ry"), (number("rday"), number("rlast"))
    else:
        first, year, days = match[f"um{name}"], number("uy"), (number("uday"), number("ulast"))
        month_name = match[f"uto{name}"] or first
    return _Named(year, _MONTH_OF[first], days[0], until=(_MONTH_OF[month_name], days[1] or 0))


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
    return Period(match.start(), match.end(), month=named.month, day=None if named.until else named.day)


_DAYS_OF_LONGEST = {month: calendar.monthrange(2024, month)[1] for month in range(1, 13)}


def _days(named: _Named) -> tuple[datetime.date, datetime.date] | None:
    if named.year is None:
        return None
    try:
        if named.part:
            return _days_of_months(named.year, *_PART_MONTHS[named.part])
        if named.month is None:
            return datetime.date(named.year, 1, 1), datetime.date(named.year, 12, 31)
        if named.day is None:
            return _days_of_month(named.year, named.month)
        day = datetime.date(named.year, named.month, named.day)
        last = datetime.date(named.year, *named.until) if named.until else day
    except (ValueError, calendar.IllegalMonthError):
        return None
    return (day, last) if day <= last else None


def _days_of_month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])


def _days_of_months(year: int, first: int, last: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, first, 1), _days_of_month(year, last)[1]


# -- What is counted from the day of asking ---------------------------------------------------------------------------

_SEASONS = ("spring", "summer", "autumn", "fall")
_NUMBERS = {"few": 3, "couple of": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_RELATIVE = re.compile(
    rf"""\b(?:(?P<open>since|starting|as\sof)\s|(?:in|during|over|within|of|for|from)\s)?
    (?:the\s)?(?:
        (?P<day>today|yesterday)
      | (?:last|past|previous)\s(?P<count>\d{{1,3}}|{"|".join(_NUMBERS)})\s(?P<units>days|weeks|months|years)
      | (?P<which>this|last|past|previous)\s
        (?P<unit>week|month|quarter|year|{"|".join(_SEASONS)}|winter|{"|".join(MONTHS).lower()})
    )\b(?P<after>\s(?:onwards?|to\sdate))?""",
    re.VERBOSE,
)


def _from_today(match: re.Match[str], today: datetime.date) -> Period | None:
    """Return what "last month" and "the past three weeks" mean on a day; None before the first of all days."""
    try:
        if units := match["units"]:
            count = _NUMBERS.get(match["count"]) or int(match["count"])
            return Period(match.start(), match.end(), since=_back(today, units, count), until=today, is_open=True)
        if match["day"]:
            first = last = today - datetime.timedelta(days=match["day"] == "yesterday")
        else:
            first, last = _unit_of(match["unit"], today, is_this=match["which"] == "this")
    except (ValueError, OverflowError):
        return None
    is_open = bool(match["open"] or match["after"])
    return Period(match.start(), match.end(), first, None if is_open else last, is_open=is_open)


def _back(today: datetime.date, units: str, count: int) -> datetime.date:
    if units in {"days", "weeks"}:
        return today - datetime.timedelta(days=count * (7 if units == "weeks" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if units == "years" else 1)
    year, month = divmod(months, 12)
    return datetime.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _unit_of(unit: str, today: datetime.date, *, is_this: bool) -> tuple[datetime.date, datetime.date]:
    """Return the week, month, quarter, year or season that a day is in, or the last one that was over before it."""
    if unit == "week":
        monday = today - datetime.timedelta(days=today.weekday() + (0 if is_this else 7))
        return monday, monday + datetime.timedelta(days=6)
    spans = {"month": 1, "quarter": 3, "year": 12}
    if unit in spans:
        length = spans[unit]
        start = today.year * 12 + (today.month - 1) // length * length - (0 if is_this else length)
    else:
        if unit == "winter":
            first, length = 12, 3
        else:
            first, last = _PART_MONTHS[unit] if unit in _SEASONS else (_MONTH_OF[unit], _MONTH_OF[unit])
            length = last - first + 1
        start = today.year * 12 + first - 1
        if not is_this and start + length > today.year * 12 + today.month - 1:
            start -= 12
    ends = start + length - 1
    first_day = datetime.date(start // 12, start % 12 + 1, 1)
    return first_day, _days_of_month(ends // 12, ends % 12 + 1)[1]
