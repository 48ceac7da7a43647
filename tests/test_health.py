"""The watch: alive, ready or not and for want of what, and what was counted; on an address of its own."""

import http.client
import shutil
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.local_slack import LocalSlack, load_manifest
from bot.ops.health import Checks, create_watch, serving_watch
from index import VerbatimError
from tests.conftest import run_bot
from tests.test_end_to_end import copy_of, wait_for_reply

READY: Checks = {"store": lambda: True, "model": lambda: True, "socket": lambda: True}


def call(checks: Checks, path: str, method: str = "GET") -> tuple[str, str]:
    statuses: list[str] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method}
    body = create_watch(checks)(environ, lambda status, _headers: statuses.append(status))
    return statuses[0], b"".join(body).decode()


def fail() -> bool:
    raise OSError("what a path says")


@pytest.mark.parametrize(
    ("checks", "status", "said"),
    [
        pytest.param(READY, "200 OK", "store: ok\nmodel: ok\nsocket: ok\n", id="ready"),
        pytest.param(
            {**READY, "socket": lambda: False},
            "503 Service Unavailable",
            "store: ok\nmodel: ok\nsocket: not ready\n",
            id="without Slack",
        ),
        pytest.param(
            {**READY, "store": fail},
            "503 Service Unavailable",
            "store: not ready\nmodel: ok\nsocket: ok\n",
            id="a check that fails itself",
        ),
    ],
)
def test_readyz_names_the_part_that_is_not_ready(checks: Checks, status: str, said: str) -> None:
    assert call(checks, "/readyz") == (status, said)
    # Alive is another thing than ready: nobody should start a bot again because Slack is away.
    assert call(checks, "/healthz") == ("200 OK", "ok\n")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", "404 Not Found"),
        ("/slack/events", "POST", "405 Method Not Allowed"),
        ("/metrics", "DELETE", "405 Method Not Allowed"),
        ("/metrics", "HEAD", "200 OK"),
        ("/readyz", "HEAD", "200 OK"),
    ],
)
def test_nothing_else_is_there(path: str, method: str, status: str) -> None:
    assert call(READY, path, method)[0] == status


def test_an_address_that_is_taken_is_told_with_the_setting_to_change() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(VerbatimError, match="VERBATIM_WATCH_ADDRESS"),
        serving_watch(taken.getsockname()[:2], READY),
    ):
        pass


def test_the_watch_ends_with_its_connections_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    address = ("127.0.0.1", free_port())
    with serving_watch(address, READY):
        kept_alive = http.client.HTTPConnection(*address, timeout=5)
        kept_alive.request("GET", "/healthz")
        assert kept_alive.getresponse().read() == b"ok\n"
        assert set(threading.enumerate()) > before
    kept_alive.close()
    assert set(threading.enumerate()) == before
    socket.create_server(address).close()


def test_without_an_address_nothing_listens() -> None:
    before = set(threading.enumerate())
    with serving_watch(None, READY):
        assert set(threading.enumerate()) == before


def test_a_running_bot_tells_its_state_and_counts_what_it_does(seed_data: Path, tmp_path: Path) -> None:
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


def test_in_http_mode_the_public_port_tells_no_figures(seed_data: Path, tmp_path: Path) -> None:
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
