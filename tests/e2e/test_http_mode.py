"""HTTP mode: only what Slack signed just now reaches the app, once, and everything Slack signs is read correctly."""

import asyncio
import contextlib
import http.client
import json
import logging
import re
import socket
import statistics
import time
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from starlette.types import ASGIApp, Message

from bot.ops.metrics import REFUSED_DELIVERIES
from bot.slack.transport import request_guard
from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.http_mode import create_http_app
from bot.slack.transport.request_guard import MAX_BODY_BYTES, Refusal, RefusedError, RequestGuard
from bot.web_server import HeadTimeoutProtocol, create_server, serving
from index import Library
from tests.stress.hostile_requests import COMMAND, MALFORMED, HttpRequest, hostile_requests, send, send_bytes, signed
from tests.support.recording_slack import RecordingSlack, create_context
from tests.support.serving_bots import counted

SECRET = "signing-secret"
REFUSED = (401, b"unauthorized")


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


def http_app(app: RecordingApp | App, guard: RequestGuard | None = None) -> ASGIApp:
    return create_http_app(cast(App, app), guard or RequestGuard(SECRET), Deliveries())


class Caller:
    """Calls one ASGI application as a server does."""

    def __init__(self, app: RecordingApp | App, guard: RequestGuard | None = None) -> None:
        self.app = http_app(app, guard)

    def __call__(self, request: HttpRequest, **headers: str) -> tuple[int, bytes]:
        return asyncio.run(self.call(request, **headers))

    async def call(self, request: HttpRequest, **headers: str) -> tuple[int, bytes]:
        given = {"content-length": str(len(request.body)), "content-type": "application/x-www-form-urlencoded"}
        given |= request.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def respond(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "path": request.path,
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        }
        await self.app(scope, receive, respond)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def from_slack(body: bytes, *, at: float | None = None) -> HttpRequest:
    return HttpRequest("from Slack", body, signed(body, SECRET, at=at))


def verify(guard: RequestGuard, request: HttpRequest) -> Refusal | None:
    """Return why a request is refused, or None."""
    try:
        guard.verify(request.body, {name.lower(): value for name, value in request.headers.items()})
    except RefusedError as error:
        return error.refusal
    return None


def test_every_kind_of_request_is_read(app: RecordingApp) -> None:
    call = Caller(app)
    event = json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode()
    assert call(from_slack(event), content_type="application/json") == (200, b'{"text": "hello"}')
    # The word "payload" alone makes Bolt's own parser lose a command.
    call(from_slack(urlencode({"command": "/ask", "text": "what is the payload limit", "empty": ""}).encode()))
    call(from_slack(urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()))
    assert app.payloads == [
        {"type": "event_callback", "event": {"type": "app_mention"}},
        {"command": "/ask", "text": "what is the payload limit", "empty": ""},
        {"type": "block_actions"},
    ]


@pytest.mark.parametrize("name", [one.name for one in hostile_requests(SECRET)])
def test_hostile_requests_are_refused_alike(app: RecordingApp, name: str) -> None:
    (hostile,) = (one for one in hostile_requests(SECRET) if one.name == name)
    assert Caller(app)(hostile) == REFUSED
    assert app.payloads == []


@pytest.mark.parametrize("length", [str(MAX_BODY_BYTES + 1), "-1", "many", "9" * 5000], ids=lambda length: length[:9])
def test_impossible_content_lengths_are_refused(app: RecordingApp, length: str) -> None:
    assert Caller(app)(from_slack(COMMAND), content_length=length) == REFUSED
    assert app.payloads == []


def test_body_beyond_the_limit_is_refused_whatever_its_length_says(app: RecordingApp) -> None:
    body = b"text=" + b"x" * MAX_BODY_BYTES
    assert Caller(app)(from_slack(body), content_length="5") == REFUSED
    assert app.payloads == []


def test_nothing_is_parsed_before_its_signature_fits(monkeypatch: pytest.MonkeyPatch, app: RecordingApp) -> None:
    parsed: list[str] = []

    def parse(text: str, **_: object) -> list[Any]:
        parsed.append(text)
        return []

    monkeypatch.setattr(json, "loads", parse)
    monkeypatch.setattr(request_guard, "parse_qsl", parse)
    call, hostile = Caller(app), hostile_requests(SECRET)
    for request in hostile:
        call(request)
    assert parsed == [one.body.decode() for one in hostile if one.is_signed]


def test_hostile_requests_cost_little_time_and_one_log_line(
    app: RecordingApp, caplog: pytest.LogCaptureFixture
) -> None:
    kinds = hostile_requests(SECRET)
    refused = refusal_count()

    async def call_all() -> list[float]:
        call, times = Caller(app), []
        for number in range(200):
            started = time.perf_counter()
            assert await call.call(kinds[number % len(kinds)]) == REFUSED
            times.append((time.perf_counter() - started) * 1000)
        return times

    assert statistics.median(asyncio.run(call_all())) < 5
    ours = [record for record in caplog.records if record.name != "asyncio"]
    assert len(ours) == 1
    assert len(ours[0].message) <= 200
    assert refusal_count() == refused + 200
    assert app.payloads == []


def refusal_count() -> float:
    return sum(counted(REFUSED_DELIVERIES.labels(one.value)) for one in Refusal)


def test_replayed_command_or_click_is_refused(app: RecordingApp) -> None:
    call = Caller(app)
    click = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    for body in (COMMAND, click):
        request = from_slack(body)
        assert call(request)[0] == 200
        # Headers that Slack does not sign make no difference.
        assert call(request, content_type="application/json", x_slack_retry_num="1") == REFUSED
    assert len(app.payloads) == 2
    assert call(from_slack(COMMAND, at=time.time() - 1))[0] == 200  # the same words, typed at another time


def test_concurrent_replays_get_through_once(app: RecordingApp) -> None:
    call, request = Caller(app), from_slack(COMMAND)

    async def call_all() -> list[tuple[int, bytes]]:
        return await asyncio.gather(*(call.call(request) for _ in range(8)))

    assert sorted(status for status, _ in asyncio.run(call_all())) == [200] + [401] * 7
    assert len(app.payloads) == 1


def test_repeated_event_reaches_its_claim(app: RecordingApp) -> None:
    event = from_slack(json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode())
    call = Caller(app)
    assert [call(event)[0], call(event)[0]] == [200, 200]


def test_accepted_signatures_are_forgotten_when_too_old() -> None:
    accepted = request_guard._AcceptedSignatures()
    assert [accepted.add("a", 1000), accepted.add("a", 1000)] == [True, False]
    assert accepted.add("b", 1300)
    assert not accepted.add("a", 1000)
    assert accepted.add("c", 1301)
    assert list(accepted._signed_at) == ["b", "c"]
    assert not accepted.add("a", 1000), "it is too old to be known"


@pytest.mark.parametrize("is_quiet", [False, True], ids=["others came meanwhile", "nothing came meanwhile"])
def test_setting_the_clock_back_lets_no_replay_in(is_quiet: bool) -> None:
    now = 1_800_000_000.0
    guard = RequestGuard(SECRET, clock=lambda: now)
    stolen = from_slack(COMMAND, at=now)
    assert verify(guard, stolen) is None
    for _ in range(12):
        now += 60
        if not is_quiet:
            assert verify(guard, from_slack(COMMAND, at=now)) is None
    assert verify(guard, stolen) is Refusal.AGE
    now -= 600
    assert verify(guard, stolen) is Refusal.REPLAY
    # What Slack signs now is in the future, until the clock is right again.
    assert verify(guard, from_slack(COMMAND, at=now + 601)) is Refusal.AGE
    now += 600
    assert verify(guard, from_slack(COMMAND, at=now + 1)) is None


@pytest.mark.parametrize(("age", "refusal"), [(300, None), (-300, None), (301, Refusal.AGE), (-301, Refusal.AGE)])
def test_age_limit_is_five_minutes_both_ways(age: int, refusal: Refusal | None) -> None:
    now = 1_800_000_000
    guard = RequestGuard(SECRET, clock=lambda: now)
    assert verify(guard, from_slack(COMMAND, at=now - age)) is refusal


def test_wrong_clock_is_logged_and_cannot_be_forged(app: RecordingApp, caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    call = Caller(app, RequestGuard(SECRET, monotonic=lambda: now))
    old = signed(COMMAND, "another secret", at=time.time() - 900)
    call(HttpRequest("forged and old", COMMAND, old))
    assert "clock" not in caplog.text
    for _ in range(5):
        call(from_slack(COMMAND, at=time.time() - 900))
    now += 60
    call(from_slack(COMMAND, at=time.time() - 900))
    logged = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(logged) == 2
    said = r"HTTP requests refused: 6 \(age 6; this machine's clock is \+90[01] s from what Slack signed\)"
    assert re.fullmatch(said, logged[1].getMessage())


def test_health_needs_no_signature(app: RecordingApp) -> None:
    assert Caller(app)(HttpRequest("health", method="GET", path="/healthz")) == (200, b"ok")
    assert Caller(app)(HttpRequest("health", method="POST", path="/healthz")) == REFUSED


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"ssl_check=1&token=x", id="certificate check"),
        pytest.param(b'{"type": "app_rate_limited", "minute_rate_limited": 1518467820}', id="too many events"),
        pytest.param(b'{"type": "event_callback", "event": {"type": "something_new"}}', id="an event of a new kind"),
        pytest.param(b'{"type": "event_callback", "event": {}}', id="an event of no kind"),
        pytest.param(urlencode({"payload": '{"type": "something_new"}'}).encode(), id="a click of a new kind"),
        pytest.param(urlencode({"payload": '{"type": "block_actions"}'}).encode(), id="a click on nothing"),
        pytest.param(b"command=%2Fnew&text=payload&user_id=U1", id="a command of another name"),
        pytest.param(b'{"a": 1}', id="something"),
    ],
)
def test_unknown_deliveries_are_acknowledged(library: Library, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    # Any other answer counts as a failure, is delivered again, and in the end switches events off.
    slack = RecordingSlack()
    with slack.running():
        call = Caller(slack.app(create_context(library)))
        caplog.clear()
        assert call(from_slack(body)) == (200, b"")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


def test_url_verification_is_answered() -> None:
    bolt = App(token="xoxb-1", token_verification_enabled=False, request_verification_enabled=False)
    body = b'{"type": "url_verification", "challenge": "abc"}'
    status, answer = Caller(bolt)(from_slack(body), content_type="application/json")
    assert (status, json.loads(answer)) == (200, {"challenge": "abc"})


@contextlib.contextmanager
def served(
    app: RecordingApp, guard: RequestGuard | None = None, protocol: type[HeadTimeoutProtocol] = HeadTimeoutProtocol
) -> Iterator[tuple[str, int]]:
    """Run the application behind the real server and give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = listening.getsockname()
    with serving(create_server(http_app(app, guard), protocol=protocol), listening):
        yield address


def test_slow_clients_do_not_keep_slack_out(app: RecordingApp) -> None:
    with served(app) as address, contextlib.ExitStack() as slow:
        for number in range(200):
            client = slow.enter_context(socket.create_connection(address))
            client.sendall(b"POST /slack/events HTTP/1.1\r\nContent-Length: 100\r\n" + b"\r\nab" * (number % 2))
        status, _, milliseconds = send(address, from_slack(COMMAND))
        assert status == 200
        assert milliseconds < 2_000
    assert len(app.payloads) == 1


def test_open_connections_do_not_delay_the_end(app: RecordingApp) -> None:
    with served(app) as address:
        idle = http.client.HTTPConnection(*address, timeout=5)
        idle.connect()
        assert send(address, from_slack(COMMAND))[0] == 200
        began = time.monotonic()
    assert time.monotonic() - began < 3
    idle.close()


HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"


def slack_head(length: int, secret: str = SECRET) -> bytes:
    """Return the head of a request that looks like Slack's, of a body that is never sent."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in signed(COMMAND, secret).items())
    return HEAD + fields.encode() + b"Content-Length: %d\r\n\r\n" % length


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_http_is_refused_without_a_log_line(
    app: RecordingApp, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    with served(app) as address:
        for _ in range(3):
            assert send_bytes(address, MALFORMED[kind])[0] in {400, 401}
        assert send(address, from_slack(COMMAND))[0] == 200
    logged = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [one.name for one in logged] in ([], ["bot.slack.transport.request_guard"])
    assert len(app.payloads) == 1


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(slack_head(MAX_BODY_BYTES + 1), id="longer than anything of Slack's"),
        pytest.param(HEAD + b"Content-Length: 1000\r\n\r\n", id="unsigned"),
        pytest.param(slack_head(1000).replace(b"v0=", b"v1="), id="signed otherwise"),
        pytest.param(slack_head(1000).replace(b"/slack/events", b"/admin"), id="another path"),
        pytest.param(slack_head(1000).replace(b"POST", b"GET"), id="another method"),
        pytest.param(HEAD + b"Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n", id="asks whether to go on"),
    ],
)
def test_bad_head_is_refused_before_its_body_is_sent(app: RecordingApp, head: bytes) -> None:
    with served(app) as address:
        assert send_bytes(address, head)[:2] == REFUSED
    assert app.payloads == []


def test_many_long_bodies_neither_fill_memory_nor_keep_slack_out(app: RecordingApp) -> None:
    guard = RequestGuard(SECRET)
    part = b"x" * (MAX_BODY_BYTES - 1)
    with served(app, guard) as address, contextlib.ExitStack() as forgers:
        for _ in range(50):
            forger = forgers.enter_context(socket.create_connection(address, timeout=20))
            forger.settimeout(1)
            with contextlib.suppress(OSError):  # refused while it sends
                forger.sendall(slack_head(MAX_BODY_BYTES, "another secret") + part)
        assert send(address, from_slack(COMMAND))[0] == 200
        assert 20 * 1024 * 1024 < guard._unverified_bytes < 33 * 1024 * 1024
    assert len(app.payloads) == 1


@pytest.mark.parametrize("is_head", [True, False], ids=["head", "body"])
def test_request_that_trickles_in_is_closed(app: RecordingApp, is_head: bool) -> None:
    class QuickProtocol(HeadTimeoutProtocol):
        head_seconds = 0.3

    sent = HEAD if is_head else slack_head(1_000_000)
    with (
        served(app, RequestGuard(SECRET, body_seconds=0.3), QuickProtocol) as address,
        socket.create_connection(address, timeout=0.1) as client,
    ):
        began = time.monotonic()
        client.sendall(sent)
        received = b""
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 20:
                client.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    if (part := client.recv(4096)) == b"":
                        break
                    received += part
        assert time.monotonic() - began < 10
    assert received == b"" or received.startswith(b"HTTP/1.1 401 ")
    assert app.payloads == []


def test_body_of_exactly_the_limit_is_read(app: RecordingApp) -> None:
    body = b"text=" + b"x" * (MAX_BODY_BYTES - 5)
    with served(app) as address:
        assert send(address, from_slack(body))[0] == 200
    assert len(app.payloads[0]["text"]) == len(body) - 5
