"""HTTP mode: only what Slack signed just now reaches the app, once, and everything Slack signs is read rightly."""

import contextlib
import gc
import http.client
import io
import json
import logging
import re
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from waitress.server import TcpWSGIServer

from bot.ops.metrics import REFUSED_DELIVERIES
from bot.slack.transport import request_guard, request_parser
from bot.slack.transport.http_mode import create_http_server, create_wsgi
from bot.slack.transport.request_guard import MAX_BODY_BYTES, Refusal, RequestGuard
from index import Library
from tests.hostile_requests import COMMAND, MALFORMED, PATH, HttpRequest, hostile_requests, send, send_bytes, signed
from tests.recording_slack import RecordingSlack, desk_of

SECRET = "signing-secret"
REFUSED = ("401 Unauthorized", b"unauthorized")


class RecordingApp:
    """Stands for the Bolt app: keeps the payloads it is given."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        self.payloads.append(request.body)
        return BoltResponse(status=200, body={"text": "hello"})


@pytest.fixture
def app() -> RecordingApp:
    return RecordingApp()


class Caller:
    """Calls one WSGI application as a server does."""

    def __init__(self, app: Any) -> None:
        self.wsgi = create_wsgi(app, RequestGuard(SECRET))

    def __call__(self, request: HttpRequest, **environ: str) -> tuple[str, bytes]:
        statuses: list[str] = []
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
        given = {
            "REQUEST_METHOD": request.method,
            "PATH_INFO": request.path,
            "CONTENT_LENGTH": str(len(request.body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "wsgi.input": io.BytesIO(request.body),
            **headers,
            **environ,
        }
        answer = self.wsgi(given, lambda status, _headers: statuses.append(status))
        return statuses[0], b"".join(answer)


def slacks(body: bytes, *, at: float | None = None) -> HttpRequest:
    return HttpRequest("from Slack", body, signed(body, SECRET, at=at))


def test_every_kind_of_request_is_read(app: RecordingApp) -> None:
    call = Caller(app)
    event = json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode()
    assert call(slacks(event), CONTENT_TYPE="application/json") == ("200 OK", b'{"text": "hello"}')
    # The word alone makes Bolt's own parser lose a command.
    call(slacks(urlencode({"command": "/ask", "text": "what is the payload limit", "empty": ""}).encode()))
    call(slacks(urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()))
    assert app.payloads == [
        {"type": "event_callback", "event": {"type": "app_mention"}},
        {"command": "/ask", "text": "what is the payload limit", "empty": ""},
        {"type": "block_actions"},
    ]


@pytest.mark.parametrize("name", [one.name for one in hostile_requests(SECRET)])
def test_what_slack_did_not_sign_just_now_is_refused_alike(app: RecordingApp, name: str) -> None:
    (hostile,) = (one for one in hostile_requests(SECRET) if one.name == name)
    assert Caller(app)(hostile) == REFUSED
    assert app.payloads == []


@pytest.mark.parametrize("length", [str(MAX_BODY_BYTES + 1), "-1", "many", "9" * 5000], ids=lambda length: length[:9])
def test_a_length_that_cannot_be_is_refused_without_reading(app: RecordingApp, length: str) -> None:
    request = slacks(COMMAND)
    assert Caller(app)(request, CONTENT_LENGTH=length) == REFUSED
    assert app.payloads == []


def test_nothing_is_parsed_before_its_signature_fits(monkeypatch: pytest.MonkeyPatch, app: RecordingApp) -> None:
    parsed: list[bytes] = []
    read = request_guard._parse

    def parse(body: bytes) -> dict[str, Any] | None:
        parsed.append(body)
        return read(body)

    monkeypatch.setattr(request_guard, "_parse", parse)
    call, hostile = Caller(app), hostile_requests(SECRET)
    for request in hostile:
        call(request)
    assert parsed == [one.body for one in hostile if one.is_signed]


def test_two_hundred_hostile_requests_cost_little_time_and_one_line_of_log(
    app: RecordingApp, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = hostile_requests(SECRET)
    call, times = Caller(app), []
    refused = sum(one.samples[0].value for one in _refusal_metrics())
    for number in range(200):
        started = time.perf_counter()
        assert call(kinds[number % len(kinds)]) == REFUSED
        times.append((time.perf_counter() - started) * 1000)
    assert statistics.median(times) < 5
    assert len(caplog.records) == 1
    assert len(caplog.text.encode()) <= 200
    assert sum(one.samples[0].value for one in _refusal_metrics()) == refused + 200
    assert app.payloads == []


def _refusal_metrics() -> list[Any]:
    return [REFUSED_DELIVERIES.labels(one.value).collect()[0] for one in Refusal]  # type: ignore[index]  # a list


def test_a_command_or_click_that_is_posted_again_is_refused_the_second_time(app: RecordingApp) -> None:
    call = Caller(app)
    click = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    for body in (COMMAND, click):
        request = slacks(body)
        assert call(request)[0] == "200 OK"
        # Headers that Slack does not sign make no difference.
        assert call(request, CONTENT_TYPE="application/json", HTTP_X_SLACK_RETRY_NUM="1") == REFUSED
    assert len(app.payloads) == 2
    assert call(slacks(COMMAND, at=time.time() - 1))[0] == "200 OK"  # the same words, typed at another time


def test_of_many_at_once_with_one_signature_one_gets_through() -> None:
    guard, request = RequestGuard(SECRET), slacks(COMMAND)
    ready, admitted = threading.Barrier(8), []

    def post() -> None:
        ready.wait()
        admitted.append(guard.admit(environ_of(request)))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, Refusal) for one in admitted) == [False] + [True] * 7


def test_an_event_that_slack_repeats_within_the_second_reaches_its_claim(app: RecordingApp) -> None:
    event = slacks(json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode())
    call = Caller(app)
    assert [call(event)[0], call(event)[0]] == ["200 OK", "200 OK"]


def test_what_was_taken_is_forgotten_once_slack_signed_something_much_later() -> None:
    taken = request_guard._Taken()
    assert [taken.add("a", 1000), taken.add("a", 1000)] == [True, False]
    assert taken.add("b", 1300)
    assert not taken.add("a", 1000)
    assert taken.add("c", 1301)
    assert list(taken._seen) == ["b", "c"]
    assert not taken.add("a", 1000), "it is too old for anybody to know"


@pytest.mark.parametrize("is_quiet", [False, True], ids=["others came meanwhile", "nothing came meanwhile"])
def test_a_clock_that_is_set_back_brings_no_old_request_back(monkeypatch: pytest.MonkeyPatch, is_quiet: bool) -> None:
    now, passed = [1_800_000_000.0], [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: passed[0])
    guard = RequestGuard(SECRET, clock=lambda: now[0])
    stolen = slacks(COMMAND, at=now[0])
    assert not isinstance(guard.admit(environ_of(stolen)), Refusal)
    for _ in range(12):
        now[0] += 60
        passed[0] += 60
        if not is_quiet:
            assert not isinstance(guard.admit(environ_of(slacks(COMMAND, at=now[0]))), Refusal)
    assert guard.admit(environ_of(stolen)) is Refusal.AGE
    now[0] -= 600
    assert guard.admit(environ_of(stolen)) is Refusal.REPLAY
    # What Slack signs now is of the future, until the clock is right again.
    assert guard.admit(environ_of(slacks(COMMAND, at=now[0] + 601))) is Refusal.AGE
    now[0] += 600
    assert not isinstance(guard.admit(environ_of(slacks(COMMAND, at=now[0] + 1))), Refusal)


def environ_of(request: HttpRequest) -> dict[str, Any]:
    """The WSGI environment of a request."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": PATH, "CONTENT_LENGTH": str(len(request.body))}
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {**environ, "wsgi.input": io.BytesIO(request.body)}


@pytest.mark.parametrize(("age", "is_admitted"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_is_the_limit_both_ways(age: int, is_admitted: bool) -> None:
    now = 1_800_000_000
    guard = RequestGuard(SECRET, clock=lambda: now)
    request = slacks(COMMAND, at=now - age)
    admitted = guard.admit(environ_of(request))
    assert (admitted is not Refusal.AGE) is is_admitted


def test_a_wrong_clock_is_named_in_the_log_and_a_forger_cannot_pretend_one(
    app: RecordingApp, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    call = Caller(app)
    old = signed(COMMAND, "another secret", at=time.time() - 900)
    call(HttpRequest("forged and old", COMMAND, old))
    assert "clock" not in caplog.text
    for _ in range(5):
        call(slacks(COMMAND, at=time.time() - 900))
    assert len(caplog.records) == 1
    now[0] += 60
    call(slacks(COMMAND, at=time.time() - 900))
    assert caplog.records[1].levelno == logging.WARNING
    said = r"HTTP requests refused: 6 \(age 6; this machine's clock is \+90[01] s from what Slack signed\)"
    assert re.fullmatch(said, caplog.messages[1])


def test_health_is_told_without_a_signature(app: RecordingApp) -> None:
    assert Caller(app)(HttpRequest("health", method="GET", path="/healthz")) == ("200 OK", b"ok")
    assert Caller(app)(HttpRequest("health", method="POST", path="/healthz")) == REFUSED


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"ssl_check=1&token=x", id="whether the certificate is good"),
        pytest.param(b'{"type": "app_rate_limited", "minute_rate_limited": 1518467820}', id="too many events"),
        pytest.param(b'{"type": "event_callback", "event": {"type": "something_new"}}', id="an event of a new kind"),
        pytest.param(b'{"type": "event_callback", "event": {}}', id="an event of no kind"),
        pytest.param(urlencode({"payload": '{"type": "something_new"}'}).encode(), id="a click of a new kind"),
        pytest.param(urlencode({"payload": '{"type": "block_actions"}'}).encode(), id="a click on nothing"),
        pytest.param(b"command=%2Fnew&text=payload&user_id=U1", id="a command of another name"),
        pytest.param(b'{"a": 1}', id="something"),
    ],
)
def test_what_slack_signed_and_nobody_here_knows_is_acknowledged(
    library: Library, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    # Any other answer counts as a failure, is delivered again, and in the end switches events off.
    slack = RecordingSlack()
    with slack.running():
        call = Caller(slack.app(desk_of(library)))
        caplog.clear()
        assert call(slacks(body)) == ("200 OK", b"")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_a_real_bolt_app_answers_the_address_check() -> None:
    bolt = App(token="xoxb-1", token_verification_enabled=False, request_verification_enabled=False)
    body = b'{"type": "url_verification", "challenge": "abc"}'
    status, answer = Caller(bolt)(slacks(body), CONTENT_TYPE="application/json")
    assert (status, json.loads(answer)) == ("200 OK", {"challenge": "abc"})


@contextlib.contextmanager
def served(app: RecordingApp) -> Iterator[tuple[str, int]]:
    """The application behind the real server; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()
    server = create_http_server(app, RequestGuard(SECRET), listening)  # type: ignore[arg-type]  # its one method
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_two_hundred_slow_clients_do_not_keep_slack_out(app: RecordingApp) -> None:
    with served(app) as address, contextlib.ExitStack() as slow:
        for number in range(200):
            client = slow.enter_context(socket.create_connection(address))
            client.sendall(b"POST /slack/events HTTP/1.1\r\nContent-Length: 100\r\n" + b"\r\nab" * (number % 2))
        status, _, milliseconds = send(address, slacks(COMMAND))
        assert status == 200
        assert milliseconds < 2_000
    assert len(app.payloads) == 1


def test_a_connection_that_slack_keeps_open_does_not_hold_up_the_end(app: RecordingApp) -> None:
    with served(app) as address:
        kept_open = http.client.HTTPConnection(*address, timeout=5)
        kept_open.request("GET", "/healthz")
        assert kept_open.getresponse().read() == b"ok"
        began = time.monotonic()
    assert time.monotonic() - began < 3
    kept_open.close()


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"


def slack_head(length: int, secret: str = SECRET) -> bytes:
    """The head of a request that looks like Slack's, of a body that is never sent."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in signed(COMMAND, secret).items())
    return HEAD + fields.encode() + b"Content-Length: %d\r\n\r\n" % length


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_no_request_is_refused_like_all_others_and_costs_no_line_of_its_own(
    app: RecordingApp, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    with served(app) as address:
        for _ in range(3):
            assert send_bytes(address, MALFORMED[kind])[:2] == (401, b"unauthorized")
        assert send(address, slacks(COMMAND))[0] == 200
    logged = [one for one in caplog.records if one.name != "waitress.queue"]  # which the bot's log leaves out
    assert [one.name for one in logged] == ["bot.slack.transport.request_guard"]
    assert len(logged[0].message) <= 200
    assert len(app.payloads) == 1


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(slack_head(MAX_BODY_BYTES + 1), id="longer than anything of Slack's"),
        pytest.param(HEAD + b"Content-Length: 1000\r\n\r\n", id="unsigned"),
        pytest.param(slack_head(1000).replace(b"v0=", b"v1="), id="signed otherwise"),
        pytest.param(slack_head(1000).replace(b"/slack/events", b"/admin"), id="another path"),
        pytest.param(slack_head(1000).replace(b"POST", b"GET"), id="another method"),
        pytest.param(HEAD.replace(b"POST /slack/events", b"GET /healthz") + b"Content-Length: 9\r\n\r\n", id="health with a body"),
        pytest.param(HEAD + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n", id="asks whether to go on"),
    ],
)  # fmt: skip
def test_what_its_head_condemns_is_refused_before_its_body_is_sent(app: RecordingApp, head: bytes) -> None:
    with served(app) as address:
        assert send_bytes(address, head)[:2] == (401, b"unauthorized")
    assert app.payloads == []


def test_many_that_send_long_bodies_neither_fill_the_memory_nor_keep_slack_out(app: RecordingApp) -> None:
    with served(app) as address, contextlib.ExitStack() as forgers:
        begun = []
        for _ in range(100):
            forger = forgers.enter_context(socket.create_connection(address, timeout=20))
            forger.sendall(slack_head(MAX_BODY_BYTES, "another secret") + b"x")
            begun.append(forger)
        assert send(address, slacks(COMMAND))[0] == 200
        found: list[Any] = [one for one in gc.get_objects() if type(one) is TcpWSGIServer]
        (server,) = [one for one in found if one.active_channels]
        kept = [one for one in list(server.active_channels.values()) if one.request is not None]
        assert len(kept) == 32
        assert begun[-1].recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_request_that_only_trickles_in_is_given_up(app: RecordingApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_parser, "_ARRIVAL_SECONDS", 0.3)
    with served(app) as address, socket.create_connection(address, timeout=20) as client:
        begun = time.monotonic()
        client.settimeout(0.1)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - begun < 20:
                client.sendall(b"P")
                with contextlib.suppress(TimeoutError):
                    if client.recv(1) == b"":
                        break
        assert time.monotonic() - begun < 10


def test_a_body_of_exactly_the_limit_is_read(app: RecordingApp) -> None:
    body = b"text=" + b"x" * (MAX_BODY_BYTES - 5)
    with served(app) as address:
        assert send(address, slacks(body))[0] == 200
    assert len(app.payloads[0]["text"]) == len(body) - 5
