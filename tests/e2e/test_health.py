"""Health: alive, ready or not and which part is not, and the metrics; at an address of their own."""

import asyncio
import http.client
import shutil
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Message

from bot.local_slack import LocalSlack, load_manifest
from bot.ops.health import Checks, create_health_app, serving_health
from index import VerbatimError
from tests.conftest import run_bot
from tests.e2e.test_end_to_end import copy_of, wait_for_reply

READY: Checks = {"store": lambda: True, "model": lambda: True, "socket": lambda: True}


def call(checks: Checks, path: str, method: str = "GET") -> tuple[int, str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def respond(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    asyncio.run(create_health_app(checks)(scope, receive, respond))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def fail() -> bool:
    raise OSError("what a path says")


@pytest.mark.parametrize(
    ("checks", "status", "said"),
    [
        pytest.param(READY, 200, "store: ok\nmodel: ok\nsocket: ok\n", id="ready"),
        pytest.param(
            {**READY, "socket": lambda: False},
            503,
            "store: ok\nmodel: ok\nsocket: not ready\n",
            id="without Slack",
        ),
        pytest.param(
            {**READY, "store": fail},
            503,
            "store: not ready\nmodel: ok\nsocket: ok\n",
            id="a check that fails itself",
        ),
    ],
)
def test_readyz_names_the_part_that_is_not_ready(checks: Checks, status: int, said: str) -> None:
    assert call(checks, "/readyz") == (status, said)
    # Alive is not ready: a supervisor should not restart the bot because Slack is away.
    assert call(checks, "/healthz") == (200, "ok\n")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/slack/events", "POST", 404),
        ("/metrics", "DELETE", 405),
        ("/metrics", "HEAD", 200),
        ("/readyz", "HEAD", 200),
    ],
)
def test_other_paths_and_methods_are_refused(path: str, method: str, status: int) -> None:
    assert call(READY, path, method)[0] == status


def test_taken_address_names_its_setting() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(VerbatimError, match="VERBATIM_WATCH_ADDRESS"),
        serving_health(taken.getsockname()[:2], READY),
    ):
        pass


def test_server_ends_with_its_connections_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    address = ("127.0.0.1", free_port())
    with serving_health(address, READY):
        idle = socket.create_connection(address, timeout=5)
        connection = http.client.HTTPConnection(*address, timeout=5)
        connection.request("GET", "/readyz")
        assert connection.getresponse().read() == b"store: ok\nmodel: ok\nsocket: ok\n"
        assert set(threading.enumerate()) > before
    idle.close()
    assert set(threading.enumerate()) == before
    socket.create_server(address).close()


def test_without_an_address_nothing_listens() -> None:
    before = set(threading.enumerate())
    with serving_health(None, READY):
        assert set(threading.enumerate()) == before


def test_running_bot_reports_readiness_and_metrics(seed_data: Path, tmp_path: Path) -> None:
    data, port = copy_of(seed_data, tmp_path), free_port()
    with (
        LocalSlack(load_manifest(), port=0) as slack,
        run_bot(slack, data, tmp_path / "log", VERBATIM_WATCH_ADDRESS=f"127.0.0.1:{port}") as bot,
    ):
        slack.wait_connected(timeout=90)
        wait_for_state(slack, port, 200, "store: ok\nmodel: ok\nsocket: ok\n")
        for question in ("which resolutions are cited?", "what was the price of tea in 1742?"):
            wait_for_reply(slack, "general", slack.say(f"@Verbatim {question}", channel="general"))
        _, text = get(port, "/metrics")
        counted = {
            (one.name, *one.labels.values()): one.value
            for family in text_string_to_metric_families(text)
            for one in family.samples
        }
        assert counted["verbatim_answers_total", "citations"] == 1
        assert counted["verbatim_answers_total", "not_found"] == 1
        assert counted["verbatim_abstentions_total",] == 1
        assert counted["verbatim_answer_seconds_count",] == 2
        assert counted["verbatim_ack_seconds_count",] >= 2
        assert counted["verbatim_statements",] == 1
        assert counted["verbatim_passages",] == 5
        assert counted["verbatim_socket_connected",] == 1
        assert counted["process_open_fds",] > 0
        # Neither what was asked nor by whom.
        assert "tea" not in text
        assert slack.people[0].id not in text

        slack.go_offline()
        wait_for_state(slack, port, 503, "store: ok\nmodel: ok\nsocket: not ready\n")
        slack.go_online()
        slack.wait_connected(timeout=90)
        wait_for_state(slack, port, 200, "store: ok\nmodel: ok\nsocket: ok\n")
        shutil.move(data / "verbatim.sqlite3", tmp_path / "moved")
        wait_for_state(slack, port, 503, "store: not ready\nmodel: ok\nsocket: ok\n")
        shutil.move(tmp_path / "moved", data / "verbatim.sqlite3")
        wait_for_state(slack, port, 200, "store: ok\nmodel: ok\nsocket: ok\n")
        assert get(port, "/healthz") == (200, "ok\n")
        assert bot.stop() == 0


def test_public_port_serves_no_metrics(seed_data: Path, tmp_path: Path) -> None:
    data, port = copy_of(seed_data, tmp_path), free_port()
    settings = {"VERBATIM_WATCH_ADDRESS": f"127.0.0.1:{port}", "SLACK_APP_TOKEN": ""}
    with (
        LocalSlack(load_manifest(), port=0) as slack,
        run_bot(slack, data, tmp_path / "log", "--http", "--port", "0", **settings) as bot,
    ):
        wait_for_state(slack, port, 200, "store: ok\nmodel: ok\n")
        slack.wait_for(lambda: "listening on" in bot.read_log(), 30, "the bot to listen")
        public = int(bot.read_log().split("listening on")[1].split(" port ")[1].split(";")[0])
        assert get(public, "/healthz")[0] == 200
        assert get(public, "/metrics") == (401, "unauthorized")
        assert get(public, "/readyz") == (401, "unauthorized")
        assert get(port, "/metrics")[0] == 200


def wait_for_state(slack: LocalSlack, port: int, status: int, text: str) -> None:
    slack.wait_for(lambda: get(port, "/readyz") == (status, text), 60, f"{status} {text!r}")


def get(port: int, path: str) -> tuple[int, str]:
    """The status and body; status 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
