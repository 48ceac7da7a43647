"""Timelines over the bundled statements, on every surface, and over small ones."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.slack.commands import Command, Usage, read_command
from index import Answer, Library
from index.engines.timeline.engine import TimelineRequest

ARCTIC = "We met in Oslo.\n\nWe condemn the {what} in the Arctic.\n"


def dates_of(answer: Answer) -> list[str]:
    return [str(one.statement.date) for one in answer.evidence]


def test_topic_is_followed_from_first_to_last_mention(bundled_library: Library) -> None:
    answer = bundled_library.ask("how has the wording on denuclearization changed over time?")
    assert answer.kind == "timeline"
    assert answer.headline == (
        "“denuclearization” appears first on 11 May 1993, last on 26 April 2023: in 8 of 49 statements."
    )
    assert answer.overview == (
        "1993: once in 1 statement",
        "2021: once in 1 statement",
        "2022: 5 times in 5 statements",
        "2023: once in 1 statement",
    )
    assert dates_of(answer) == sorted(dates_of(answer))
    assert all("enuclearization" in one.passage.text for one in answer.evidence)


def test_other_names_count_and_undated_stands_apart(bundled_library: Library) -> None:
    answer = bundled_library.ask("when was North Korea first and last mentioned?")
    assert answer.kind == "timeline"
    assert answer.headline.endswith("in 14 of 49 statements, 1 of them without a date.")
    assert answer.overview[-1] == "Without a date: 15 times in 1 statement"
    assert answer.evidence[-1].heading == "Without a date"
    assert "DPRK 82" in answer.notes[0]


def test_follow_up_narrows_the_period(bundled_library: Library) -> None:
    first = bundled_library.ask("timeline of the Syria statements")
    assert first.headline == "5 statements from 28 June 2021 to 12 December 2024, earliest first."
    assert [one.heading for one in first.evidence] == ["2021", "2022", "2022", "2022", "2024"]
    then = bundled_library.ask("only since 2022", follows=first.context)
    assert then.headline == "4 statements from 4 March 2022 to 12 December 2024, earliest first."
    assert dates_of(then) == dates_of(first)[1:]


def test_absent_topic_is_said_to_be_absent(bundled_library: Library) -> None:
    answer = bundled_library.ask("timeline of Martians")
    assert not answer.answered
    assert answer.headline == "“Martians” does not appear (49 statements searched)."
    assert not answer.evidence


def test_statements_are_quoted_where_they_take_a_position(library: Library) -> None:
    for what, day in (("drilling", date(2022, 5, 3)), ("dumping", date(2021, 5, 2))):
        library.add(ARCTIC.format(what=what), title=f"Joint statement on {what}", date=day)
    answer = library.run(TimelineRequest())
    quoted = [one.passage.text for one in answer.evidence]
    assert quoted == ["We condemn the dumping in the Arctic.", "We condemn the drilling in the Arctic."]


@pytest.mark.parametrize(
    ("words", "topic", "statement", "issuer"),
    [
        ("DPRK since 2022", "DPRK", "", ""),
        ("the Syria statements", "", "Syria", ""),
        ("of denuclearization", "denuclearization", "", ""),
        ("ceasefire in the Libya statements", "ceasefire", "Libya", ""),
        ("from the G7", "", "", "G7"),
    ],
)
def test_words_of_the_slash_command_are_read(words: str, topic: str, statement: str, issuer: str) -> None:
    command = read_command("/statements", f"timeline {words}")
    assert isinstance(command, Command)
    assert isinstance(command.request, TimelineRequest)
    assert (command.request.topic, command.request.filters.statement) == (topic, statement)
    assert command.request.filters.issuer == issuer
    assert (command.request.filters.since is not None) == ("since" in words)


def test_help_of_slack_shows_timelines() -> None:
    usage = read_command("/statements", "help")
    assert isinstance(usage, Usage)
    assert "/statements timeline DPRK since 2022   (first, last and how often)" in usage.lines


def test_command_line_prints_a_timeline_as_json(
    bundled_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERBATIM_DATA", str(bundled_data))
    monkeypatch.setattr(sys, "argv", ["verbatim", "timeline", "DPRK since 2022", "--json"])
    with pytest.raises(SystemExit):
        main()
    answer = json.loads(capsys.readouterr().out)
    assert answer["kind"] == "timeline"
    assert answer["evidence"][0]["statement"]["date"] == "2022-02-13"


@pytest.mark.parametrize("typed", ["timeline Syria", "statements timeline Syria", "Timeline: Syria"])
def test_verb_typed_after_a_mention_is_read_by_its_engine(bundled_library: Library, typed: str) -> None:
    assert bundled_library.ask(typed).request == TimelineRequest(topic="Syria")
