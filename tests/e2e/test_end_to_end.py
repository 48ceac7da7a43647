"""The bot process, unmodified, over real HTTP and a real websocket, against the local Slack."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.local_slack import LocalSlack, load_manifest
from bot.slack.blocks.messages import EXAMPLES
from index import bundled_statements
from tests.conftest import ROOT, Bot, bot_environment, run_bot
from tests.unit.test_views import elements

QUESTION = "what do they say about ballistic missile launches?"


def replies(slack: LocalSlack, channel: str, ts: str) -> list[dict[str, Any]]:
    """The bot's messages in a thread."""
    return [message for message in slack.messages(channel, thread_ts=ts) if message.get("bot_id")]


def wait_for_reply(slack: LocalSlack, channel: str, ts: str, timeout: float = 15) -> dict[str, Any]:
    return slack.wait_for(lambda: replies(slack, channel, ts), timeout, f"a reply in {channel}")[0]


def settle(slack: LocalSlack) -> None:
    """Wait until the bot has worked off everything before: it answers one more question."""
    wait_for_reply(slack, "policy-desk", slack.say(f"@Verbatim {QUESTION}", channel="policy-desk"))


def quoted_texts(blocks: list[dict[str, Any]]) -> list[str]:
    """The words of each quotation, without the marks where a passage goes on."""
    quotes = [one for one in elements(blocks) if one.get("type") == "rich_text_quote"]
    return [
        "".join(part["text"] for part in quote["elements"] if not part.get("style", {}).get("italic"))
        for quote in quotes
    ]


def assert_verbatim(blocks: list[dict[str, Any]]) -> None:
    sources = [path.read_text() for path in bundled_statements()]
    texts = quoted_texts(blocks)
    assert texts
    for text in texts:
        assert any(text in source for source in sources)


def assert_clean(slack: LocalSlack, log: str) -> None:
    """What must hold after every scenario: nothing unknown called, nobody pinged, everything acked, no secrets."""
    assert [(call.method, call.problems) for call in slack.calls if call.problems] == []
    assert [call.response for call in slack.calls if not call.response.get("ok", True)] == []
    assert slack.notifications == []
    slack.wait_for(lambda: all(one.outcome != "pending" for one in slack.deliveries), what="every delivery settled")
    assert {delivery.outcome for delivery in slack.deliveries} <= {"acked"}
    assert "Traceback" not in log
    for secret in slack.environment().values():
        assert secret.startswith("http") or secret not in log
    assert "missile" not in log


def test_a_mention_is_answered_once_in_its_thread_with_exact_passages(bot: Bot) -> None:
    ts = bot.slack.say(f"@Verbatim {QUESTION}", channel="general")
    reply = wait_for_reply(bot.slack, "general", ts)
    assert reply["thread_ts"] == ts
    assert_verbatim(reply["blocks"])
    assert re.match(r"\d+ passages in ", reply["text"])
    assert any(part.get("style", {}).get("bold") for part in elements(reply["blocks"]))
    settle(bot.slack)
    assert len(replies(bot.slack, "general", ts)) == 1
    assert_clean(bot.slack, bot.read_log())


def test_a_mention_within_a_thread_is_answered_in_that_thread(bot: Bot) -> None:
    root = bot.slack.say("A word among colleagues", channel="general")
    bot.slack.say(f"and <@{bot.slack.bot_user_id}> {QUESTION}", channel="general", thread_ts=root)
    assert wait_for_reply(bot.slack, "general", root)["thread_ts"] == root


def test_the_same_event_delivered_again_and_again_gets_one_reply(bot: Bot) -> None:
    ts = bot.slack.say(f"@Verbatim {QUESTION}", channel="general")
    wait_for_reply(bot.slack, "general", ts)
    attempts = bot.slack.redeliver(ts, times=2)
    attempts += bot.slack.replay(ts, times=2)
    assert len(attempts) == 4
    bot.slack.wait_for(lambda: all(one.acked_at for one in attempts), what="every delivery acknowledged")
    settle(bot.slack)
    assert len(replies(bot.slack, "general", ts)) == 1
    assert_clean(bot.slack, bot.read_log())


def test_a_direct_message_is_answered_in_its_thread(bot: Bot) -> None:
    ts = bot.slack.direct_message(QUESTION)
    channel = bot.slack.direct_channel()
    reply = wait_for_reply(bot.slack, channel, ts)
    assert reply["thread_ts"] == ts
    assert_verbatim(reply["blocks"])
    follow_up = bot.slack.direct_message("and about Syria?", thread_ts=ts)
    bot.slack.wait_for(lambda: len(replies(bot.slack, channel, ts)) == 2, what="a reply to the reply")
    assert follow_up != ts
    assert_clean(bot.slack, bot.read_log())


def test_an_edited_question_gets_no_second_answer(bot: Bot) -> None:
    ts = bot.slack.direct_message(QUESTION)
    channel = bot.slack.direct_channel()
    wait_for_reply(bot.slack, channel, ts)
    bot.slack.edit(channel, ts, "something else entirely?")
    settle(bot.slack)
    assert len(replies(bot.slack, channel, ts)) == 1


def test_ask_is_answered_privately_with_the_question_restated(bot: Bot) -> None:
    posted = len(bot.slack.messages("general"))
    before = len(bot.slack.ephemerals(channel="general"))
    # The word "payload" alone breaks some parsers; brackets and ampersands are escaped in the fallback text.
    delivery = bot.slack.run_command("/ask", "missile tests & <payload> limits?", channel="general")
    answer = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before:], what="a private answer")[0]
    assert delivery.outcome == "acked"
    assert "You asked: missile tests &amp; payload limits?" in answer["text"]
    assert_verbatim(answer["blocks"])
    assert len(bot.slack.messages("general")) == posted
    assert_clean(bot.slack, bot.read_log())


@pytest.mark.parametrize("typed", ["@Verbatim", "@Verbatim help", "@Verbatim ?"])
def test_a_bare_mention_gets_help_that_only_the_asker_sees(bot: Bot, typed: str) -> None:
    before = len(bot.slack.ephemerals(channel="general"))
    ts = bot.slack.say(typed, channel="general")
    help_ = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before:], what="help")[0]
    assert [one["value"] for one in elements(help_["blocks"]) if one.get("type") == "button"] == list(EXAMPLES)
    settle(bot.slack)
    assert replies(bot.slack, "general", ts) == []


def test_an_example_of_a_private_help_really_asks_and_stays_private(bot: Bot) -> None:
    before = len(bot.slack.ephemerals(channel="general"))
    bot.slack.say("@Verbatim help", channel="general")
    help_ = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before:], what="help")[0]
    posted = len(bot.slack.messages("general"))
    clicked = bot.slack.click("general", help_["ts"], action_id="ask_example_2", ephemeral=True)
    answer = bot.slack.wait_for(lambda: bot.slack.ephemerals(channel="general")[before + 1 :], what="an answer")[0]
    assert clicked.outcome == "acked"
    assert f"You asked: {EXAMPLES[1]}" in answer["text"]
    assert_verbatim(answer["blocks"])
    assert len(bot.slack.messages("general")) == posted
    assert_clean(bot.slack, bot.read_log())


def test_an_example_in_direct_messages_is_answered_in_the_thread(bot: Bot) -> None:
    ts = bot.slack.direct_message("help")
    channel = bot.slack.direct_channel()
    help_ = wait_for_reply(bot.slack, channel, ts)
    bot.slack.click(channel, help_["ts"], action_id="ask_example_1")
    bot.slack.wait_for(lambda: len(replies(bot.slack, channel, ts)) == 2, what="the answer to the example")
    assert f"Asked: {EXAMPLES[0]}" in replies(bot.slack, channel, ts)[1]["text"]


def test_the_home_tab_lists_what_is_indexed_and_its_examples_ask(bot: Bot) -> None:
    bot.slack.open_home()
    view = bot.slack.wait_for(bot.slack.home, what="a Home tab")
    assert view is not None
    shown = json.dumps(view, ensure_ascii=False)
    assert "49 statements indexed" in shown
    assert "Washington Declaration" in shown
    before = len(bot.slack.messages(bot.slack.direct_channel()))
    bot.slack.click(action_id="ask_example_3", view_id=view["id"])
    answer = bot.slack.wait_for(lambda: bot.slack.messages(bot.slack.direct_channel())[before:], what="an answer")[0]
    assert f"Asked: {EXAMPLES[2]}" in answer["text"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("x" * 30_000, "too long", id="enormous"),
        pytest.param(":tada: 😀", "no words", id="emoji"),
        pytest.param("😀😀", "no words", id="emoji alone"),
        pytest.param("какие резолюции?", "English only", id="another script"),
        pytest.param("<!channel> *ballistic* <http://x|missiles>", "passages", id="mark-up"),
        pytest.param("@here @channel @everyone missiles", "passages", id="broadcasts"),
    ],
)
def test_odd_questions_get_a_plain_word_and_ping_nobody(bot: Bot, typed: str, said: str) -> None:
    ts = bot.slack.direct_message(typed)
    assert said in wait_for_reply(bot.slack, bot.slack.direct_channel(), ts)["text"]
    assert bot.slack.notifications == []
    assert_clean(bot.slack, bot.read_log())


def test_a_statement_added_while_the_bot_runs_is_found_by_the_next_question(seed_data: Path, tmp_path: Path) -> None:
    data = copy_of(seed_data, tmp_path)
    with LocalSlack(load_manifest()) as slack, run_bot(slack, data, tmp_path / "log") as bot:
        slack.wait_connected(timeout=90)
        new = tmp_path / "new.txt"
        new.write_text("Accord on Zeppelins\n\nThe ministers welcomed the zeppelin convention of Friedrichshafen.\n")
        command = [sys.executable, "-m", "bot", "add", str(new)]
        subprocess.run(command, cwd=ROOT, env=bot_environment(slack, data), check=True, capture_output=True)
        ts = slack.direct_message("zeppelin convention of Friedrichshafen")
        assert (
            "The ministers welcomed the zeppelin convention"
            in wait_for_reply(slack, slack.direct_channel(), ts)["text"]
        )
        assert bot.stop() == 0


def copy_of(data: Path, folder: Path) -> Path:
    """A store of its own with the same statements."""
    target = folder / "data"
    target.mkdir()
    with sqlite3.connect(data / "verbatim.sqlite3") as source, sqlite3.connect(target / "verbatim.sqlite3") as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


@pytest.fixture
def own_slack() -> Iterator[LocalSlack]:
    """A local Slack for one test, with Slack's retries in a thousandth of their time."""
    with LocalSlack(load_manifest(), retry_delays_seconds=(0.2, 2.0, 8.0)) as slack:
        yield slack


def test_a_restarted_bot_does_not_answer_again(own_slack: LocalSlack, seed_data: Path, tmp_path: Path) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_bot(own_slack, data, tmp_path / "log1"):
        own_slack.wait_connected(timeout=90)
        ts = own_slack.say("@Verbatim what about missiles?")
        wait_for_reply(own_slack, "general", ts)
    with run_bot(own_slack, data, tmp_path / "log2"):
        own_slack.wait_connected(timeout=90)
        own_slack.redeliver(ts, times=1)
        other = own_slack.say("@Verbatim what about arms?")
        wait_for_reply(own_slack, "general", other)
    assert len(replies(own_slack, "general", ts)) == 1


def test_a_question_whose_bot_was_killed_over_it_is_answered_by_the_next(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_bot(own_slack, data, tmp_path / "log1") as bot:
        own_slack.wait_connected(timeout=90)
        # The rate limit keeps the answer in the bot's hands, after the acknowledgement and before the post.
        own_slack.fail_next("chat.postMessage", error="ratelimited", status=429, retry_after=60, times=1)
        ts = own_slack.say("@Verbatim what about Russia?")
        own_slack.wait_for(lambda: [call for call in own_slack.calls if call.status == 429], what="the rate limit")
        assert own_slack.deliveries[-1].outcome == "acked"
        bot.process.kill()
        bot.process.wait()
    with sqlite3.connect(data / "verbatim.sqlite3") as connection:
        changed = connection.execute("UPDATE claim SET lease_until = 0 WHERE state = 'posting'").rowcount
    connection.close()
    assert changed == 1, "the claim of the killed bot"
    with run_bot(own_slack, data, tmp_path / "log2"):
        assert_verbatim(wait_for_reply(own_slack, "general", ts, timeout=60)["blocks"])
        own_slack.wait_connected(timeout=60)
        own_slack.redeliver(ts, times=1)
        wait_for_reply(own_slack, "general", own_slack.say("@Verbatim what about arms?"))
        assert len(replies(own_slack, "general", ts)) == 1


def test_a_lost_connection_loses_no_question(own_slack: LocalSlack, seed_data: Path, tmp_path: Path) -> None:
    with run_bot(own_slack, copy_of(seed_data, tmp_path), tmp_path / "log") as bot:
        own_slack.wait_connected(timeout=90)
        asked = []
        own_slack.disconnect("refresh_requested")
        asked.append(own_slack.say("@Verbatim first: what about Russia?"))
        wait_for_reply(own_slack, "general", asked[0])
        own_slack.drop_connections()
        asked.append(own_slack.say("@Verbatim second: what about Russia?"))
        wait_for_reply(own_slack, "general", asked[1], timeout=40)
        own_slack.go_offline()
        own_slack.go_online()
        own_slack.wait_connected(timeout=60)
        asked.append(own_slack.say("@Verbatim third: what about Russia?"))
        wait_for_reply(own_slack, "general", asked[2], timeout=40)
        assert [len(replies(own_slack, "general", ts)) for ts in asked] == [1, 1, 1]
        assert bot.stop() == 0
        assert "Traceback" not in bot.read_log()


def test_a_rate_limit_is_waited_out_and_a_refusal_is_logged(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    with run_bot(own_slack, copy_of(seed_data, tmp_path), tmp_path / "log") as bot:
        own_slack.wait_connected(timeout=90)
        own_slack.fail_next("chat.postMessage", error="ratelimited", status=429, retry_after=1, times=1)
        ts = own_slack.say("@Verbatim what about Russia?")
        wait_for_reply(own_slack, "general", ts)
        own_slack.fail_next("chat.postMessage", error="is_archived", status=200, times=1)
        lost = own_slack.say("@Verbatim what about Ukraine?")
        own_slack.wait_for(lambda: "is_archived" in bot.read_log(), what="the refusal in the log")
        own_slack.redeliver(lost, times=1)
        wait_for_reply(own_slack, "general", own_slack.say("@Verbatim what about arms?"))
        assert replies(own_slack, "general", lost) == []
        lines = [line for line in bot.read_log().splitlines() if "is_archived" in line]
        assert len(lines) == 1
        assert "Ukraine" not in bot.read_log()


def test_a_passing_fault_of_slack_and_blocks_it_refuses_are_overcome(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    with run_bot(own_slack, copy_of(seed_data, tmp_path), tmp_path / "log"):
        own_slack.wait_connected(timeout=90)
        for error, status in (("internal_error", 500), ("service_unavailable", 503), ("fatal_error", 200)):
            own_slack.fail_next("chat.postMessage", error=error, status=status, times=1)
            ts = own_slack.say("@Verbatim what about Russia?")
            assert_verbatim(wait_for_reply(own_slack, "general", ts)["blocks"])
            assert len(replies(own_slack, "general", ts)) == 1
        own_slack.fail_next("chat.postMessage", error="invalid_blocks", status=200, times=1)
        plain = wait_for_reply(own_slack, "general", own_slack.say("@Verbatim what about Russia?"))
        assert "3 passages in" in plain["text"]
        assert not plain.get("blocks")


def test_an_answer_whose_sending_cannot_be_noted_is_not_taken_back(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_bot(own_slack, data, tmp_path / "log") as bot:
        own_slack.wait_connected(timeout=90)
        with sqlite3.connect(data / "verbatim.sqlite3") as connection:
            connection.execute(
                "CREATE TRIGGER refuse BEFORE UPDATE ON claim WHEN new.state = 'sent' BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        connection.close()
        ts = own_slack.say("@Verbatim what about Russia?")
        assert_verbatim(wait_for_reply(own_slack, "general", ts)["blocks"])
        own_slack.wait_for(lambda: "could not be noted" in bot.read_log(), what="a line that says so")
        assert len(replies(own_slack, "general", ts)) == 1


def test_a_fault_of_our_own_is_confessed_in_neutral_words(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_bot(own_slack, data, tmp_path / "log") as bot:
        own_slack.wait_connected(timeout=90)
        with sqlite3.connect(data / "verbatim.sqlite3") as connection:
            connection.execute("ALTER TABLE change RENAME TO elsewhere")
        connection.close()
        ts = own_slack.say("@Verbatim what about Russia?")
        reply = wait_for_reply(own_slack, "general", ts)
        assert reply["text"].startswith("Something went wrong")
        assert "elsewhere" not in json.dumps(reply)
        assert "no such table" not in json.dumps(reply)
        before = len(own_slack.ephemerals())
        own_slack.run_command("/ask", "what about Russia?")
        private = own_slack.wait_for(lambda: own_slack.ephemerals()[before:], what="a private apology")[0]
        assert private["text"].startswith("Something went wrong")
        assert own_slack.deliveries[-1].outcome == "acked"
        assert "Traceback" not in bot.read_log()


def test_slack_may_come_up_after_the_bot(own_slack: LocalSlack, seed_data: Path, tmp_path: Path) -> None:
    own_slack.go_offline()
    with run_bot(own_slack, copy_of(seed_data, tmp_path), tmp_path / "log") as bot:
        own_slack.wait_for(lambda: "Slack cannot be reached" in bot.read_log(), 60, "a line that says so")
        own_slack.go_online()
        own_slack.wait_connected(timeout=90)
        wait_for_reply(own_slack, "general", own_slack.say("@Verbatim what about Russia?"))


@pytest.mark.parametrize(
    ("settings", "revoked", "said"),
    [
        pytest.param({"SLACK_BOT_TOKEN": "xoxb-unknown"}, False, "does not accept SLACK_BOT_TOKEN (invalid_auth)", id="unknown"),
        pytest.param({"SLACK_APP_TOKEN": "xapp-unknown"}, False, "does not accept SLACK_APP_TOKEN (invalid_auth)", id="app"),
        pytest.param({}, True, "does not accept SLACK_BOT_TOKEN (token_revoked)", id="revoked"),
        pytest.param({"SLACK_BOT_TOKEN": ""}, False, "SLACK_BOT_TOKEN is not set", id="missing"),
        pytest.param({"SLACK_APP_TOKEN": "xoxb-1"}, False, "SLACK_APP_TOKEN does not begin with xapp-", id="malformed"),
    ],
)  # fmt: skip
def test_a_bad_token_ends_the_bot_with_one_clear_line(
    own_slack: LocalSlack, tmp_path: Path, settings: dict[str, str], revoked: bool, said: str
) -> None:
    if revoked:
        own_slack.revoke_token()
    with run_bot(own_slack, tmp_path / "data", tmp_path / "log", **settings) as bot:
        assert bot.process.wait(60) == 1
        lines = bot.read_log().splitlines()
        assert len(lines) == 1
        assert lines[0].startswith("verbatim: ")
        assert said in lines[0]


def test_http_mode_answers_what_slack_posts_to_it(own_slack: LocalSlack, seed_data: Path, tmp_path: Path) -> None:
    data = copy_of(seed_data, tmp_path)
    log = tmp_path / "log"
    with run_bot(own_slack, data, log, "--http", "--port", "0", SLACK_APP_TOKEN="") as bot:
        line = own_slack.wait_for(
            lambda: [one for one in bot.read_log().splitlines() if "listening on" in one], 90, "the bot to listen"
        )[0]
        port = line.split(" port ")[1].split(";")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            assert response.read() == b"ok"
        own_slack.request_url = f"http://127.0.0.1:{port}/slack/events"
        ts = own_slack.say("@Verbatim which resolutions are cited?")
        assert_verbatim(wait_for_reply(own_slack, "general", ts)["blocks"])
        own_slack.redeliver(ts, times=2)
        before = len(own_slack.ephemerals())
        delivery = own_slack.run_command("/ask", "what is the payload limit of missiles?")
        private = own_slack.wait_for(lambda: own_slack.ephemerals()[before:], what="a private answer")[0]
        assert delivery.outcome == "acked"
        assert "You asked: what is the payload limit of missiles?" in private["text"]
        forged = own_slack.post_raw(b'{"type": "event_callback"}', {"Content-Type": "application/json"})
        assert forged.status == 401
        assert len(replies(own_slack, "general", ts)) == 1
        assert bot.stop() == 0
        assert_clean(own_slack, bot.read_log())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_terminated_bot_ends_within_ten_seconds_and_closes_its_store(
    own_slack: LocalSlack, seed_data: Path, tmp_path: Path, number: signal.Signals
) -> None:
    data = copy_of(seed_data, tmp_path)
    with run_bot(own_slack, data, tmp_path / "log") as bot:
        own_slack.wait_connected(timeout=90)
        bot.process.send_signal(number)
        assert bot.process.wait(10) == 0
    # A log left beside the store would mean that it was not closed.
    assert sorted(os.listdir(data)) == ["verbatim.sqlite3", "verbatim.sqlite3.lock"]  # noqa: PTH208 - names alone
