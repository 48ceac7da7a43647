"""Outages: connections that go, crashes and ends; the bot is back by itself, or ends so that it is started again."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from bot.local_slack import LocalSlack, load_manifest
from bot.local_slack.records import Delivery
from bot.local_slack.socket_mode import DisconnectReason
from bot.ops.watchdog import Watchdog
from bot.outbox.store import LEASE_SECONDS, OutboxStore
from bot.outbox.worker import Pauses
from bot.slack.transport.socket_mode import ConnectionHealth, ConnectionTimes
from index import Library
from tests.conftest import ROOT
from tests.support.serving_bots import QUICK, ServingBot, make_worker, replies, serving, state_of, wait_for_reply

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest(), retry_delays_seconds=(0.1, 1.0, 5.0)) as slack:
        yield slack


@pytest.fixture
def library(library: Library) -> Library:
    library.add(TEXT)
    return library


QUICK_TIMES = ConnectionTimes(ping=0.5, check=0.1, unanswered_ping=1.5, stale_address=2.0)
"""Ten times as quick as in earnest."""


def ask(slack: LocalSlack, timeout: float = 30) -> str:
    ts = slack.say("@Verbatim tea?")
    wait_for_reply(slack, "general", ts, timeout)
    return ts


def has_connected(slack: LocalSlack, times: int) -> bool:
    return labels(slack, "connected") >= times


def labels(slack: LocalSlack, label: str) -> int:
    return sum(line.label == label for line in slack.wire)


def test_broken_connections_lose_no_question(slack: LocalSlack, library: Library) -> None:
    with serving(slack, library, times=QUICK_TIMES):
        asked = [ask(slack)]

        def ask_after(fault: Callable[[], None]) -> None:
            connected = labels(slack, "connected")
            fault()
            asked.append(ask(slack))
            slack.wait_for(lambda: labels(slack, "connected") > connected, what="another connection")

        slack.disconnect("warning")
        ask_after(lambda: slack.disconnect("refresh_requested"))
        ask_after(slack.drop_connections)
        ask_after(lambda: slack.disconnect("link_disabled"))
        deaf_at = time.monotonic()
        ask_after(slack.deafen_connections)
        # In earnest it takes at most ten times as long.
        assert time.monotonic() - deaf_at < 6
        slack.go_offline()
        slack.wait_for(lambda: slack.connections == 0, what="the end of every connection")
        during = slack.say("@Verbatim tea?")
        slack.go_online()
        wait_for_reply(slack, "general", during, 30)
        asked += [during, ask(slack)]
        slack.wait_for(lambda: {state_of(library, ts) for ts in asked} == {"sent"}, what="the end of it")
        assert [len(replies(slack, "general", ts)) for ts in asked] == [1] * len(asked)


def test_unread_connection_is_replaced(slack: LocalSlack, library: Library) -> None:
    with serving(slack, library, times=QUICK_TIMES) as bot:
        ask(slack)
        client = bot.transport.client
        for task in (client.message_receiver, client.current_session_monitor):
            assert task is not None
            bot.loop.call_soon_threadsafe(task.cancel)
        # The connection is open, so only the age of its last answered ping can tell.
        deaf_at = time.monotonic()
        asked = ask(slack)
        assert time.monotonic() - deaf_at < 8
        assert len(replies(slack, "general", asked)) == 1
        assert labels(slack, "connected") == 2


def test_concurrent_reconnects_open_one_connection(slack: LocalSlack, library: Library) -> None:
    """A second connection would stay open and unread."""
    with serving(slack, library) as bot:
        ask(slack)

        async def reconnect() -> None:
            await asyncio.gather(*(bot.transport.client.connect_to_new_endpoint(force=True) for _ in range(4)))

        asyncio.run_coroutine_threadsafe(reconnect(), bot.loop).result(20)
        slack.wait_for(partial(has_connected, slack, 2), what="another connection")
        ask(slack)
        assert labels(slack, "connected") == 2


def test_address_that_never_answers_is_replaced(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, hung = SocketModeClient.connect, threading.Event()

    async def hang_once(client: SocketModeClient) -> None:
        if client.current_session is None and labels(slack, "connected") == 1 and not hung.is_set():
            hung.set()
            await asyncio.sleep(3600)
        await connect(client)  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    monkeypatch.setattr(SocketModeClient, "connect", hang_once)
    with serving(slack, library, times=ConnectionTimes(attempt=0.3)):
        ask(slack)
        slack.disconnect("refresh_requested")
        ask(slack)  # over the connection to be replaced
        slack.wait_for(partial(has_connected, slack, 2), what="another connection")
        assert hung.is_set()
        ask(slack)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_refreshed_connections_lose_no_command(slack: LocalSlack, library: Library, reason: DisconnectReason) -> None:
    """Slack delivers a command once, so one that arrives between two connections would be lost."""
    done = threading.Event()

    def type_on(_: int) -> list[Delivery]:
        found = []
        while not done.is_set():
            found.append(slack.run_command("/statements", "list", "general"))
        return found

    with serving(slack, library), ThreadPoolExecutor(8) as pool:
        typing = pool.map(type_on, range(8))
        for number in range(8):
            slack.disconnect(reason)
            slack.wait_for(partial(has_connected, slack, number + 2), what="another connection")
            time.sleep(0.2)
        done.set()
        typed = [delivery for one in typing for delivery in one]
        assert len(typed) > 100
        assert Counter(one.outcome for one in typed) == {"acked": len(typed)}
        slack.wait_for(lambda: all(one.response_url_uses for one in typed), what="an answer to each")


def test_too_many_connections_closes_the_old_one_first(slack: LocalSlack, library: Library) -> None:
    with serving(slack, library):
        ask(slack)
        most = 0
        slack.disconnect("too_many_websockets")
        while labels(slack, "connected") < 2:
            most = max(most, slack.connections)
        assert most == 1
        ask(slack)


def test_an_outage_of_the_web_api_holds_answers_back_and_loses_none(slack: LocalSlack, library: Library) -> None:
    with serving(slack, library) as bot:
        address, bot.client.base_url = bot.client.base_url, "http://127.0.0.1:9/api/"  # nobody listens
        asked = [slack.say("@Verbatim tea?", place) for place in ("general", "policy-desk")]
        slack.wait_for(lambda: {state_of(library, ts) for ts in asked} == {"posting"}, what="two answers at hand")
        bot.client.base_url = address
        for ts, place in zip(asked, ("general", "policy-desk"), strict=True):
            wait_for_reply(slack, place, ts)
        assert [one.method for one in slack.calls].count("conversations.replies") == 0


# -- crashes ---------------------------------------------------------------------------------------------------------


class Died(BaseException):
    """Stands for the end of the process at this point."""


def die(*_: Any, **__: Any) -> None:
    raise Died


def crashed(slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch, point: str) -> str:
    """Ask a bot that dies at a point between the acknowledgement and the end, and return the question's ts."""
    monkeypatch.setattr(threading, "excepthook", lambda *_: None)
    bot = ServingBot(slack, library)
    holder, name = {
        "before the answer": (bot.worker._replies, "build_reply"),
        "before the post": (bot.client, "chat_postMessage"),
        "after the post": (bot.context.outbox, "mark_sent"),
    }[point]
    monkeypatch.setattr(holder, name, die)
    bot.start()
    slack.wait_connected()
    ts = slack.say("@Verbatim tea?")
    workers = bot.worker._threads
    slack.wait_for(lambda: not all(thread.is_alive() for thread in workers), what="the crash")
    # What is left of it goes without releasing anything.
    monkeypatch.setattr(OutboxStore, "release_leases", lambda *_: None)
    bot.stop()
    return ts


@pytest.mark.parametrize("point", ["before the answer", "before the post", "after the post"])
def test_a_bot_that_dies_over_a_question_leaves_it_to_the_next_which_answers_once(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    ts = crashed(slack, library, monkeypatch, point)
    assert state_of(library, ts) == ("claimed" if point == "before the answer" else "posting")
    assert len(replies(slack, "general", ts)) == (1 if point == "after the post" else 0)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + LEASE_SECONDS)
    with serving(slack, library):
        slack.wait_for(lambda: state_of(library, ts) == "sent", LEASE_SECONDS, "its answer to be known")
        assert len(replies(slack, "general", ts)) == 1


# -- ends ------------------------------------------------------------------------------------------------------------


def test_a_bot_that_is_told_to_end_finishes_what_is_in_work_and_releases_the_rest(
    slack: LocalSlack, library: Library
) -> None:
    with serving(slack, library, pauses=Pauses(between_posts=60)) as bot:
        first = slack.say("@Verbatim tea?")
        second, third = slack.say("@Verbatim tea?"), slack.say("@Verbatim tea?")
        wait_for_reply(slack, "general", first)
        slack.wait_for(lambda: state_of(library, third) == "claimed", what="three questions at hand")
        started = time.monotonic()
        bot.worker.stop(4)
        assert time.monotonic() - started < 4
        successor = make_worker(bot.context, bot.client, QUICK)
        successor.start()
        for ts in (second, third):
            wait_for_reply(slack, "general", ts, 3)  # at once: no lease has to run out
        successor.stop(4)
        assert [len(replies(slack, "general", ts)) for ts in (first, second, third)] == [1, 1, 1]


def test_a_post_that_hangs_does_not_hold_up_the_end_and_is_looked_for_by_the_next(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(slack, library) as bot:
        slack.fail_next("chat.postMessage", drop=True, hang_seconds=2, after_recording=True)
        ts = slack.say("@Verbatim tea?")
        wait_for_reply(slack, "general", ts)
        started = time.monotonic()
        bot.worker.stop(0.3)
        assert time.monotonic() - started < 1
        assert state_of(library, ts) == "posting"
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + LEASE_SECONDS)
        successor = make_worker(bot.context, bot.client, QUICK)
        successor.start()
        slack.wait_for(lambda: state_of(library, ts) == "sent", what="its answer to be known")
        successor.stop(4)
        assert len(replies(slack, "general", ts)) == 1


@pytest.mark.parametrize(
    ("checked", "connected", "problem"),
    [
        pytest.param(61.0, 0.0, "the connection was not checked for 61 s", id="a stuck event loop"),
        pytest.param(0.0, 901.0, "there was no connection to Slack for 901 s", id="a lost connection"),
        pytest.param(59.0, 0.0, None, id="a slow event loop"),
        pytest.param(0.0, 899.0, None, id="an outage of Slack"),
    ],
)
def test_connection_health_reports_what_cannot_recover(checked: float, connected: float, problem: str | None) -> None:
    """`checked` and `connected` are the seconds since the last check, and since the last connection."""
    now = 1000.0
    health = ConnectionHealth(clock=lambda: now)
    health.heartbeat(is_connected=True)
    now += connected
    if connected:
        health.heartbeat(is_connected=False)
    now += checked
    assert health.problem() == problem


def test_watchdog_ends_a_stuck_process_and_spares_a_late_one(caplog: pytest.LogCaptureFixture) -> None:
    statuses: list[int] = []
    ended, problems = threading.Event(), iter([None, "late once", None, "stuck", "stuck"])

    def end(status: int) -> None:
        statuses.append(status)
        ended.set()

    watchdog = Watchdog([lambda: None, lambda: next(problems)], interval_seconds=0.01, end_process=end)
    watchdog.start()
    assert ended.wait(5)
    assert statuses == [os.EX_TEMPFAIL]
    assert [record.getMessage() for record in caplog.records] == ["stuck; ending with status 75, to be started again"]


@pytest.mark.parametrize(
    ("watch", "status", "said"),
    [
        pytest.param(
            "Watchdog([lambda: 'the loop is stuck'], interval_seconds=0.01).start()",
            75,
            "the loop is stuck; ending with status 75",
            id="it cannot recover",
        ),
        pytest.param("Watchdog([]).end_within(0.2)", 0, "some work did not end within 0 s", id="it is told to end"),
    ],
)
def test_watchdog_ends_a_process_whose_threads_hang(watch: str, status: int, said: str) -> None:
    program = (
        "import logging, threading\n"
        "from bot.ops.watchdog import Watchdog\n"
        "logging.basicConfig()\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        f"{watch}\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
    )
    assert ended.returncode == status
    assert said in ended.stderr
