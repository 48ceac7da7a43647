"""Written dates: the days they name, in texts and in questions."""

import datetime
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.text.dates import MONTHS, WRITTEN_DAY, find_periods, read_days

TODAY = datetime.date(2026, 12, 1)

WRITTEN = [
    # as written, first day, last day
    ("March 25, 2022", "2022-03-25", "2022-03-25"),
    ("25 March 2022", "2022-03-25", "2022-03-25"),
    ("2022-03-25", "2022-03-25", "2022-03-25"),
    ("Sept. 5, 2021", "2021-09-05", "2021-09-05"),
    ("07-NOV-2019", "2019-11-07", "2019-11-07"),
    ("3rd day of April, 2018", "2018-04-03", "2018-04-03"),
    ("30th of September 2018", "2018-09-30", "2018-09-30"),
    ("14-15 June 2021", "2021-06-14", "2021-06-15"),
    ("June 14–15, 2021", "2021-06-14", "2021-06-15"),
    ("30 May – 2 June 2022", "2022-05-30", "2022-06-02"),
]


@pytest.mark.parametrize(("written", "first", "last"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_written_day_is_read(written: str, first: str, last: str) -> None:
    assert re.fullmatch(WRITTEN_DAY, written)
    assert read_days(written) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize("text", ["February 30, 2022", "2025-13-18", "31 April 2021", "15-14 June 2021", "no date"])
def test_days_that_do_not_exist_are_no_dates(text: str) -> None:
    assert read_days(text) is None


PERIODS = [
    # question, since, until
    ("statements of last month", "2026-11-01", "2026-11-30"),
    ("what changed since last summer?", "2026-06-01", None),
    ("anything last week?", "2026-11-23", "2026-11-29"),
    ("the past three months", "2026-09-01", "2026-12-01"),
    ("since last winter", "2025-12-01", None),
    ("last March", "2026-03-01", "2026-03-31"),
    ("last December", "2025-12-01", "2025-12-31"),
    ("this quarter", "2026-10-01", "2026-12-31"),
    ("Q2 2022", "2022-04-01", "2022-06-30"),
    ("14-15 June 2021", "2021-06-14", "2021-06-15"),
]


@pytest.mark.parametrize(("question", "since", "until"), PERIODS, ids=[row[0] for row in PERIODS])
def test_period_of_a_question(question: str, since: str | None, until: str | None) -> None:
    [period] = find_periods(question, today=TODAY)
    assert [day and day.isoformat() for day in (period.since, period.until)] == [since, until]


def test_relative_periods_need_the_day_of_asking() -> None:
    assert find_periods("last month") == []


def test_days_of_a_month_without_a_year_mean_the_month() -> None:
    [period] = find_periods("13-15 May")
    assert (period.month, period.day, period.since) == (5, None, None)


_PIECES = st.sampled_from(
    [*MONTHS, "sept", "jan", "2025-13-18", "2021", "1999", "99", "31", "3rd", "day of", "-", "–", "to", "and", "between",
     "from", "since", "last", "past", "999", "months", "years", "winter", "q2", "late", "of", ",", "0", "may", "٣"]
)  # fmt: skip


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=8).map(" ".join)))
@example("2025-13-18 and later")
@example("last 999 years")
@example("the last 999 months")
def test_no_text_raises(text: str) -> None:
    for period in find_periods(text, today=TODAY):
        assert 0 <= period.start < period.end <= len(text)
