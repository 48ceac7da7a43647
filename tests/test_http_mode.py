"""HTTP mode: only what Slack signed reaches the app, and everything Slack signs is read rightly."""

import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.http_mode import MAX_BODY_BYTES, create_wsgi

SECRET = "signing-secret"


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


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": str(signature)}


def call(app: RecordingApp, body: bytes = b"", *, method: str = "POST", path: str = "/slack/events", **environ: str) -> tuple[str, bytes]:  # fmt: skip
    statuses: list[str] = []
    wsgi = create_wsgi(app, SECRET)  # type: ignore[arg-type]  # the one method that is called
    request: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    answer = wsgi(request, lambda status, _headers: statuses.append(status))
    return statuses[0], b"".join(answer)


def test_every_kind_of_request_is_read(app: RecordingApp) -> None:
    event = json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode()
    assert call(app, event, CONTENT_TYPE="application/json", **signed(event)) == ("200 OK", b'{"text": "hello"}')
    # The word alone makes Bolt's own parser lose a command.
    command = urlencode({"command": "/ask", "text": "what is the payload limit", "empty": ""}).encode()
    call(app, command, **signed(command))
    action = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()
    call(app, action, **signed(action))
    assert app.payloads == [
        {"type": "event_callback", "event": {"type": "app_mention"}},
        {"command": "/ask", "text": "what is the payload limit", "empty": ""},
        {"type": "block_actions"},
    ]


BODY = b"command=%2Fask&text=hello"
GOOD = signed(BODY)
TIMESTAMP, SIGNATURE = "HTTP_X_SLACK_REQUEST_TIMESTAMP", "HTTP_X_SLACK_SIGNATURE"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(BODY, {}, id="unsigned"),
        pytest.param(BODY, signed(BODY, secret="other"), id="signed by another"),
        pytest.param(BODY + b"x", GOOD, id="altered"),
        pytest.param(BODY, signed(BODY, at=time.time() - 3600), id="old"),
        pytest.param(BODY, signed(BODY, at=time.time() + 3600), id="from the future"),
        pytest.param(BODY, {**GOOD, TIMESTAMP: "abc"}, id="no number"),
        pytest.param(BODY, {**GOOD, TIMESTAMP: "9" * 5000}, id="a very long number"),
        pytest.param(BODY, {**GOOD, TIMESTAMP: "١٧"}, id="digits of another script"),
        pytest.param(BODY, {**GOOD, SIGNATURE: "v0=é"}, id="not ASCII"),
        pytest.param(BODY, {**GOOD, SIGNATURE: GOOD[SIGNATURE].upper()}, id="upper case"),
        pytest.param(BODY, {**GOOD, SIGNATURE: GOOD[SIGNATURE].replace("v0", "v1")}, id="another version"),
        pytest.param(b"\xff\xfe", {**GOOD}, id="not UTF-8"),
        pytest.param(b"[" * 200_000, GOOD, id="deeply nested"),
        pytest.param(BODY, {**GOOD, "CONTENT_LENGTH": str(MAX_BODY_BYTES + 1)}, id="too long"),
        pytest.param(BODY, {**GOOD, "CONTENT_LENGTH": "-1"}, id="a negative length"),
        pytest.param(BODY, {**GOOD, "CONTENT_LENGTH": "many"}, id="no length"),
    ],
)
def test_what_slack_did_not_sign_just_now_is_turned_away_alike(
    app: RecordingApp, body: bytes, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert call(app, body, **headers) == ("401 Unauthorized", b"unauthorized")
    assert app.payloads == []
    assert caplog.text == ""


@pytest.mark.parametrize("body", [b"payload=zzz", b"payload=[]", b"payload=" + b"[" * 100_000])
def test_signed_nonsense_is_a_bad_request(app: RecordingApp, body: bytes) -> None:
    assert call(app, body, **signed(body))[0] == "400 Bad Request"
    assert app.payloads == []


def test_other_paths_and_methods(app: RecordingApp) -> None:
    assert call(app, method="GET", path="/healthz") == ("200 OK", b"ok")
    assert call(app, method="GET")[0] == "405 Method Not Allowed"
    assert call(app, path="/admin")[0] == "404 Not Found"
    assert app.payloads == []


def test_a_real_bolt_app_answers_the_address_check() -> None:
    bolt = App(token="xoxb-1", token_verification_enabled=False, request_verification_enabled=False)
    body = b'{"type": "url_verification", "challenge": "abc"}'
    status, answer = call(bolt, body, CONTENT_TYPE="application/json", **signed(body))  # type: ignore[arg-type]  # as above
    assert (status, json.loads(answer)) == ("200 OK", {"challenge": "abc"})
