"""Faults of the machine and of the wire while the bot is at work: nothing is lost, nothing comes twice."""

import contextlib
import json
import os
import random
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.local_slack import LocalSlack, load_manifest
from index import Library
from tests.conftest import run_bot
from tests.e2e.test_end_to_end import copy_of
from tests.stress.fuzz.frames import TEXT, send_frames
from tests.stress.load.mentions import channel_names
from tests.support.encoders import WordEncoder
from tests.support.serving_bots import ServingBot, replies, serving, state_of, wait_for_reply

CHANNELS = channel_names(20)
SEED = 11


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest(), retry_delays_seconds=(0.2, 1.0, 4.0), more_channels=CHANNELS) as slack:
        yield slack


def test_malformed_frames_end_no_thread_and_lose_no_question(
    slack: LocalSlack, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    library.add(TEXT)
    with serving(slack, library):
        wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))
        before = {one.name for one in threading.enumerate()}
        assert list(send_frames(slack, 2000, SEED)) == [1000, 2000]
        ts = slack.say("@Verbatim tea?")
        wait_for_reply(slack, "general", ts, 30)
        # The proof that they were read: some are acknowledged, of which Slack knows nothing, and some cannot be parsed.
        assert sum(line.label == "frame for no known envelope" for line in slack.wire) > 20
        assert caplog.text.count("Failed to process a message") > 100
        assert before <= {one.name for one in threading.enumerate()}
        assert len(replies(slack, "general", ts)) == 1


@pytest.mark.parametrize("channel", [["C1"], {"id": "C1"}, 7, 1.5, True])
def test_a_question_from_no_channel_is_not_tried_again_and_again(
    slack: LocalSlack, library: Library, channel: object, caplog: pytest.LogCaptureFixture
) -> None:
    library.add(TEXT)
    event = {"type": "app_mention", "user": "U1", "ts": "1.1", "channel": channel, "text": "<@UVERBATIM1> tea?"}
    payload = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    with serving(slack, library):
        slack.send_frame(json.dumps({"envelope_id": "1", "type": "events_api", "payload": payload}))
        slack.wait_for(lambda: any(one.label == "frame for no known envelope" for one in slack.wire), what="its ack")
        wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))
    assert "trying again" not in caplog.text


def test_oauth_variables_in_the_environment_change_nothing(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Bolt reads these by itself, and would then look for an installation instead of using the token.
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    library.add(TEXT)
    with serving(slack, library):
        wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))


def test_bots_over_one_store_that_are_restarted_under_load_lose_nothing_and_double_nothing(
    slack: LocalSlack, tmp_path: Path
) -> None:
    chance, asked = random.Random(SEED), list[tuple[str, str]]()
    with Library.open(tmp_path, encoder=WordEncoder()) as first:
        first.add(TEXT)
    with contextlib.ExitStack() as libraries:
        opened = [libraries.enter_context(Library.open(tmp_path, encoder=WordEncoder())) for _ in range(3)]
        bots = [_start(slack, library) for library in opened]
        slack.wait_for(lambda: slack.connections == 3, what="three connections")
        for number in range(12):
            for _ in range(5):
                channel = chance.choice(CHANNELS)
                asked.append((channel, slack.say("@Verbatim tea?", channel)))
            bots[number % 3].stop()
            bots[number % 3] = _start(slack, opened[number % 3])
        slack.wait_for(lambda: all(replies(slack, *one) for one in asked), 60, "every answer")
        slack.wait_for(lambda: {state_of(opened[0], ts) for _, ts in asked} == {"sent"}, 30, "the end of it")
        for bot in bots:
            bot.stop()
    assert [len(replies(slack, *one)) for one in asked] == [1] * 60
    assert sum(line.label == "connected" for line in slack.wire) >= 15


def _start(slack: LocalSlack, library: Library) -> ServingBot:
    bot = ServingBot(slack, library)
    bot.start()
    return bot


def test_while_the_disk_is_full_questions_are_not_acknowledged_and_answered_once_there_is_space(
    slack: LocalSlack, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    library.add(TEXT)
    with serving(slack, library):
        wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))
        with library.database.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            most = connection.exec_driver_sql("PRAGMA max_page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        # Too long for the pages that are there.
        asked = [(name, slack.say(f"@Verbatim tea? {'please ' * 800}", name)) for name in CHANNELS[:3]]
        slack.wait_for(lambda: "Free some space" in caplog.text, 15, "the full disk")
        assert [replies(slack, *one) for one in asked] == [[], [], []]
        with library.database.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
        slack.wait_for(lambda: all(replies(slack, *one) for one in asked), 30, "every answer")
        wait_for_reply(slack, "general", slack.say("@Verbatim tea?"))
        assert [len(replies(slack, *one)) for one in asked] == [1, 1, 1]


def test_a_bot_without_a_file_descriptor_left_answers_once_there_are_some(
    slack: LocalSlack, seed_data: Path, tmp_path: Path
) -> None:
    with run_bot(slack, copy_of(seed_data, tmp_path), tmp_path / "log") as bot:
        slack.wait_connected(timeout=90)
        wait_for_reply(slack, "general", slack.say("@Verbatim what about missiles?"), 30)
        _, most = resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE)
        highest = max(int(one) for one in os.listdir(f"/proc/{bot.process.pid}/fd"))  # noqa: PTH208 - names alone
        resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE, (0, most))
        assert highest < 64
        asked = [(name, slack.say("@Verbatim what about missiles?", name)) for name in CHANNELS[:3]]
        slack.wait_for(lambda: "Too many open files" in bot.read_log(), 30, "the lack of descriptors")
        time.sleep(1)
        assert [replies(slack, *one) for one in asked] == [[], [], []]
        resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE, (most, most))
        slack.wait_for(lambda: all(replies(slack, *one) for one in asked), 60, "every answer")
        slack.wait_for(lambda: slack.connections, 30, "a connection")
        assert [len(replies(slack, *one)) for one in asked] == [1, 1, 1]
        assert bot.stop() == 0
