"""Outages: connections that go, crashes and ends; the bot is back by itself, or ends so that it is started again."""

import asyncio
import contextlib
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
from bot.outbox.answering import Pauses
from bot.outbox.conversations import LEASE_SECONDS
from bot.slack.transport import socket_client, socket_mode
from bot.slack.transport.socket_client import OverlappingClient
from bot.slack.transport.socket_mode import Pulse
from index import Library
from tests.conftest import ROOT
from tests.serving_bots import QUICK, ServingBot, make_answering, replies, serving, state_of, wait_for_reply

TEXT = "Accord on Tea\n\nThe ministers welcomed the tea convention of Friedrichshafen.\n"


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(load_manifest(), retry_delays_seconds=(0.1, 1.0, 5.0)) as slack:
        yield slack


@pytest.fixture
def library(library: Library) -> Library:
    library.add(TEXT)
    return library


@pytest.fixture
def _quick_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pings ten times as often, so that silence is noticed ten times as soon."""
    monkeypatch.setattr(socket_mode, "_PING_SECONDS", 0.5)
    monkeypatch.setattr(socket_mode, "_CHECK_SECONDS", 0.1)
    monkeypatch.setattr(socket_mode, "_DEAF_SECONDS", 1.5)
    monkeypatch.setattr(socket_mode, "_STALE_ADDRESS_SECONDS", 2.0)


def ask(slack: LocalSlack, timeout: float = 30) -> str:
    ts = slack.say("@Verbatim tea?")
    wait_for_reply(slack, "general", ts, timeout)
    return ts


def has_connected(slack: LocalSlack, times: int) -> bool:
    return labels(slack, "connected") >= times


def labels(slack: LocalSlack, label: str) -> int:
    return sum(line.label == label for line in slack.wire)


@pytest.mark.usefixtures("_quick_pings")
def test_a_connection_that_is_refreshed_cut_refused_or_deaf_loses_no_question(
    slack: LocalSlack, library: Library
) -> None:
    with serving(slack, library):
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
        # The client pings each half second here, each five in earnest: there it takes at most ten times as long.
        assert time.monotonic() - deaf_at < 6
        slack.go_offline()
        slack.wait_for(lambda: slack.connections == 0, what="the end of every connection")
        during = slack.say("@Verbatim tea?")
        slack.go_online()
        wait_for_reply(slack, "general", during, 30)
        asked += [during, ask(slack)]
        slack.wait_for(lambda: {state_of(library, ts) for ts in asked} == {"sent"}, what="the end of it")
        assert [len(replies(slack, "general", ts)) for ts in asked] == [1] * len(asked)


@pytest.mark.usefixtures("_quick_pings")
def test_a_connection_that_nobody_reads_is_noticed_by_the_age_of_its_last_ping(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _noting_clients(monkeypatch) as made, serving(slack, library) as bot:
        ask(slack)
        client = made[0]
        for task in (client.message_receiver, client.current_session_monitor):
            assert task is not None
            bot.loop.call_soon_threadsafe(task.cancel)
        # The socket is open and what the client says of itself is meaningless.
        deaf_at = time.monotonic()
        asked = ask(slack)
        assert time.monotonic() - deaf_at < 8
        assert len(replies(slack, "general", asked)) == 1
        assert labels(slack, "connected") == 2


def test_of_several_that_ask_for_a_new_connection_at_once_one_gets_it(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that open one each leave one open that nobody reads."""
    with _noting_clients(monkeypatch) as made, serving(slack, library) as bot:
        ask(slack)

        async def ask_for_it() -> None:
            await asyncio.gather(*(made[0].connect_to_new_endpoint(force=True) for _ in range(4)))

        asyncio.run_coroutine_threadsafe(ask_for_it(), bot.loop).result(20)
        slack.wait_for(partial(has_connected, slack, 2), what="another connection")
        ask(slack)
        assert labels(slack, "connected") == 2


def test_an_address_that_never_answers_is_given_up_for_another(
    slack: LocalSlack, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, hung = SocketModeClient.connect, threading.Event()

    async def hang_once(client: SocketModeClient) -> None:
        if client.current_session is None and labels(slack, "connected") == 1 and not hung.is_set():
            hung.set()
            await asyncio.sleep(3600)
        await connect(client)  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    monkeypatch.setattr(socket_client, "_ATTEMPT_SECONDS", 0.3)
    monkeypatch.setattr(SocketModeClient, "connect", hang_once)
    with serving(slack, library):
        ask(slack)
        slack.disconnect("refresh_requested")
        ask(slack)  # over the one that is left
        slack.wait_for(partial(has_connected, slack, 2), what="another connection")
        assert hung.is_set()
        ask(slack)


@contextlib.contextmanager
def _noting_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[OverlappingClient]]:
    """Give what connects the bots of the block."""
    made: list[OverlappingClient] = []

    class Client(OverlappingClient):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            made.append(self)

    monkeypatch.setattr(socket_mode, "OverlappingClient", Client)
    yield made


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_connections_that_are_refreshed_lose_no_command(
    slack: LocalSlack, library: Library, reason: DisconnectReason
) -> None:
    """Slack delivers a command once: what arrives between two connections has no second try."""
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


def test_a_connection_is_given_up_first_where_there_are_too_many(slack: LocalSlack, library: Library) -> None:
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
        address, bot.posting.base_url = bot.posting.base_url, "http://127.0.0.1:9/api/"  # nobody listens
        asked = [slack.say("@Verbatim tea?", place) for place in ("general", "policy-desk")]
        slack.wait_for(lambda: {state_of(library, ts) for ts in asked} == {"posting"}, what="two answers at hand")
        bot.posting.base_url = address
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
        "before the answer": (bot.answering, "_compose"),
        "before the post": (bot.posting, "chat_postMessage"),
        "after the post": (bot.desk.claims, "note_sent"),
    }[point]
    monkeypatch.setattr(holder, name, die)
    bot.start()
    slack.wait_connected()
    ts = slack.say("@Verbatim tea?")
    workers = bot.answering._threads
    slack.wait_for(lambda: not all(thread.is_alive() for thread in workers), what="the crash")
    # What is left of it goes without releasing anything.
    monkeypatch.setattr(bot.desk.claims, "release", lambda _: None)
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
        bot.answering.stop(4)
        assert time.monotonic() - started < 4
        successor = make_answering(bot.desk, bot.posting, QUICK)
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
        bot.answering.stop(0.3)
        assert time.monotonic() - started < 1
        assert state_of(library, ts) == "posting"
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + LEASE_SECONDS)
        successor = make_answering(bot.desk, bot.posting, QUICK)
        successor.start()
        slack.wait_for(lambda: state_of(library, ts) == "sent", what="its answer to be known")
        successor.stop(4)
        assert len(replies(slack, "general", ts)) == 1


@pytest.mark.parametrize(
    ("pulse", "said"),
    [
        pytest.param({"_looked_at": -61.0}, "the connection has not been looked after for 61 s", id="a stuck loop"),
        pytest.param({"_heard_at": -901.0}, "Slack has not been heard of for 901 s", id="a lost connection"),
        pytest.param({"_looked_at": -59.0, "_heard_at": -899.0}, None, id="patience"),
    ],
)
def test_what_cannot_heal_is_told(pulse: dict[str, float], said: str | None) -> None:
    watched = Pulse()
    for name, age in pulse.items():
        setattr(watched, name, time.monotonic() + age)
    assert watched.check() == said


def test_a_bot_that_cannot_heal_is_ended_and_one_that_was_only_late_is_not(caplog: pytest.LogCaptureFixture) -> None:
    statuses: list[int] = []
    ended, looks = threading.Event(), iter([None, "late once", None, "stuck", "stuck"])

    def end(status: int) -> None:
        statuses.append(status)
        ended.set()

    watchdog = Watchdog(
        [lambda: None, lambda: next(looks)],
        look_seconds=0.01,
        end_process=end,
    )
    watchdog.start()
    assert ended.wait(5)
    assert statuses == [os.EX_TEMPFAIL]
    assert [record.getMessage() for record in caplog.records] == ["stuck; ending with status 75, to be started again"]


@pytest.mark.parametrize(
    ("watch", "status", "said"),
    [
        pytest.param(
            "Watchdog([lambda: 'the loop is stuck'], look_seconds=0.01).start()",
            75,
            "the loop is stuck; ending with status 75",
            id="it cannot heal",
        ),
        pytest.param("Watchdog([]).end_within(0.2)", 0, "some work did not end in 0 s", id="it is told to end"),
    ],
)
def test_a_process_whose_threads_hang_is_ended_all_the_same(watch: str, status: int, said: str) -> None:
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
