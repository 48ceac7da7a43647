"""Commands, buttons and the message shortcut: the unmodified bot over all bundled statements and the local Slack."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.local_slack import LocalSlack
from index import bundled_statements
from tests.conftest import Bot
from tests.unit.test_views import elements

SOURCES = [path.read_text() for path in bundled_statements()]


def buttons(message: dict[str, Any], label: str) -> list[str]:
    """The action ids of the buttons whose words begin so."""
    found = [one for one in elements(message["blocks"]) if one.get("type") == "button"]
    return [str(one["action_id"]) for one in found if one["text"]["text"].startswith(label)]


def quotes(blocks: list[dict[str, Any]]) -> list[str]:
    found = [one for one in elements(blocks) if one.get("type") == "rich_text_quote"]
    return [
        "".join(part["text"] for part in quote["elements"] if not part.get("style", {}).get("italic"))
        for quote in found
    ]


def replies(slack: LocalSlack, channel: str, ts: str) -> list[dict[str, Any]]:
    return [message for message in slack.messages(channel, thread_ts=ts) if message.get("bot_id")]


def ask(bot: Bot, text: str, channel: str = "general") -> dict[str, Any]:
    ts = bot.slack.say(text, channel=channel)
    return bot.slack.wait_for(lambda: replies(bot.slack, channel, ts), 15, f"a reply to {text}")[0]


def run(bot: Bot, command: str, text: str, channel: str = "general") -> dict[str, Any]:
    before = len(bot.slack.ephemerals(channel=channel))
    bot.slack.run_command(command, text, channel=channel)
    return bot.slack.wait_for(
        lambda: bot.slack.ephemerals(channel=channel)[before:], 15, f"an answer to {command} {text}"
    )[0]


@pytest.fixture(autouse=True)
def _slack_takes_everything(bot: Bot) -> Iterator[None]:
    first = len(bot.slack.calls)
    yield
    assert [(call.method, call.problems) for call in bot.slack.calls[first:] if call.problems] == []
    assert "Traceback" not in bot.read_log()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("/quote", ""),
        ("/quote", "help"),
        ("/statements", "shwo"),
        ("/statements", "show"),
        ("/statements", "count"),
        ("/statements", "help"),
        ("/resolutions", "help"),
    ],
)
def test_bad_arguments_get_how_the_command_is_used(bot: Bot, command: str, text: str) -> None:
    answer = run(bot, command, text)
    assert f"\n{command}" in answer["text"]
    assert quotes(answer["blocks"]) == []


@pytest.mark.parametrize(
    ("command", "text", "typed", "first"),
    [
        ("/resolutions", "", "resolutions", "16 UN resolutions are cited"),
        ("/resolutions", "2254", "resolutions 2254", "Yes. Security Council resolution 2254 is cited in 7 passages of 5"),
        ("/resolutions", "4711", "resolutions 4711", "No. 4711 does not occur in 49 statements"),
        ("/resolutions", "Libya", "resolutions Libya", "2 UN resolutions are cited"),
        ("/quote", "“must never be fought”", "quote “must never be fought”", "Exact: word for word in ¶3 s2 of Ministerial Statement"),
        ("/quote", "must never be fought", "quote must never be fought", "Exact: word for word in ¶3 s2 of Ministerial Statement"),
        ("/statements", "list", "statements list", "49 statements, the newest first."),
        ("/statements", "", "statements", "49 statements, the newest first."),
        ("/statements", "count “ballistic missile”", "count “ballistic missile”", "28 times, in 12 statements of 49"),
        ("/statements", "who us-japan-rok-joint-statement", "who us-japan-rok-joint-statement", "Released by: U.S. Secretary of State"),
        ("/statements", "when Washington Declaration", "when Washington Declaration", "Dated 26 April 2023 by its source"),
        ("/statements", "positions Washington Declaration", "positions Washington Declaration", "committed to ¶2 s1 · "),
        ("/statements", "show Washington Declaration", "statements show Washington Declaration", "Washington Declaration · 26 April 2023"),
    ],
)  # fmt: skip
def test_a_command_and_what_is_typed_after_a_mention_answer_the_same(
    bot: Bot, command: str, text: str, typed: str, first: str
) -> None:
    private = run(bot, command, text)
    public = ask(bot, f"@Verbatim {typed}")
    assert first in private["text"].splitlines()[0]
    assert private["text"].splitlines()[0] == public["text"].splitlines()[0]
    assert quotes(private["blocks"]) == quotes(public["blocks"])
    assert "You asked: " in private["text"]
    assert buttons(private, "Share to channel")
    assert not buttons(public, "Share to channel")


def turned(bot: Bot, answer: dict[str, Any]) -> dict[str, Any]:
    """The same message when it shows something else."""

    def find() -> list[dict[str, Any]]:
        thread = bot.slack.messages("general", thread_ts=answer["thread_ts"])
        return [one for one in thread if one["ts"] == answer["ts"] and one["text"] != answer["text"]]

    return bot.slack.wait_for(find, 15, "the next page")[0]


def test_a_long_list_is_turned_page_by_page_in_place_and_nothing_is_left_out(bot: Bot) -> None:
    answer = ask(bot, "@Verbatim resolutions")
    total = int(re.findall(r"Quotations 1–5 of (\d+), from \d+ passages$", answer["text"])[0])
    seen: list[str] = []
    for page in range(1, -(-total // 5) + 1):
        shown = quotes(answer["blocks"])
        assert f"Quotations {5 * page - 4}–{min(5 * page, total)} of {total}" in answer["text"]
        seen += shown
        more = buttons(answer, "Next")
        if more:
            bot.slack.click("general", answer["ts"], action_id=more[0])
            answer = turned(bot, answer)
    assert len(seen) == total
    assert all(any(text in source for source in SOURCES) for text in seen)
    assert not buttons(answer, "Next")


def test_a_private_list_is_turned_in_place_too(bot: Bot) -> None:
    answer = run(bot, "/resolutions", "")
    bot.slack.click("general", answer["ts"], action_id=buttons(answer, "Next")[0], ephemeral=True)
    turned = bot.slack.wait_for(
        lambda: [one for one in bot.slack.ephemerals(channel="general") if "Quotations 6–10" in one["text"]],
        15,
        "page two",
    )
    assert turned[0]["ts"] == answer["ts"]
    assert buttons(turned[0], "Share to channel")


def test_a_passage_is_shown_in_full_between_its_neighbours(bot: Bot) -> None:
    answer = ask(bot, "@Verbatim where is 2397 cited?")
    bot.slack.click("general", answer["ts"], action_id=buttons(answer, "Show in context")[0])
    modal = bot.slack.wait_for(bot.slack.modals, 15, "the modal")[-1]
    shown = quotes(modal["blocks"])
    assert len(shown) >= 2
    assert all(any(text in source for source in SOURCES) for text in shown)
    bold = [
        one["text"]
        for one in elements(modal["blocks"])
        if one.get("type") == "text" and one.get("style", {}).get("bold")
    ]
    assert any("2397" in text for text in bold)
    bot.slack.close_view(modal["id"])


def test_a_colleagues_message_is_checked_for_who_asks_alone(bot: Bot) -> None:
    ts = bot.slack.say(
        "They said “a nuclear war cannot be won and must never be fought” and cited UNSCR 2254 & resolution 4711 (2031).",
        channel="general",
    )
    posted, before = len(bot.slack.messages("general")), len(bot.slack.ephemerals(channel="general"))
    bot.slack.run_message_shortcut("check_message", "general", ts)
    checked = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before:], 15, "the check")[0]
    assert checked["text"].splitlines()[0] == (
        "1 quotation checked: 1 word for word, 0 not; 2 numbers checked: 1 cited in the statements, 1 not."
    )
    assert "resolution 4711 (2031): not cited in 49 statements." in checked["text"]
    assert len(bot.slack.messages("general")) == posted
    assert not buttons(checked, "Share to channel")
    bot.slack.click("general", checked["ts"], action_id=buttons(checked, "Next")[0], ephemeral=True)
    more = bot.slack.wait_for(
        lambda: [
            one for one in bot.slack.ephemerals(channel="general")[before:] if one["ts"] == checked["ts"] and "6–" in one["text"]
        ],
        15, "the rest of the check",
    )[0]  # fmt: skip
    assert more["text"].splitlines()[0] == checked["text"].splitlines()[0]


def test_a_message_with_nothing_to_check_is_told_so(bot: Bot) -> None:
    ts = bot.slack.say("Lunch at noon?", channel="general")
    before = len(bot.slack.ephemerals(channel="general"))
    bot.slack.run_message_shortcut("check_message", "general", ts)
    checked = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before:], 15, "the check")[0]
    assert checked["text"].startswith("There is no quotation and no resolution number in this message")
