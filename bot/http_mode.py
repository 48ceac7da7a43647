"""HTTP mode: Slack calls the bot. A guard on the raw bytes stands before anything is parsed.

Bolt 1.30 parses a body before it verifies the signature, answers odd headers with status 500, and loses every slash
command whose text has the word "payload" in it. So requests are verified and read here, and Bolt gets what it gets in
Socket Mode: the payload itself.
"""

import json
import logging
import re
import signal
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App
from slack_bolt.request import BoltRequest
from slack_sdk.signature import SignatureVerifier
from waitress.server import create_server

from index import VerbatimError

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"

_THREADS = 16
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]


def serve_http(app: App, signing_secret: str, *, host: str, port: int) -> None:
    """Answer Slack's requests at /slack/events, and /healthz, until the process is told to end."""
    listening = _listen(host, port)
    server = create_server(
        create_wsgi(app, signing_secret),
        sockets=[listening],
        threads=_THREADS,
        max_request_body_size=MAX_BODY_BYTES,
        ident="",
    )

    def stop(_number: int, _frame: object) -> None:
        # The loop ends at this; told by another thread, it would first wait for those that Slack keeps connected.
        raise SystemExit

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _log.info("listening on %s port %s; ready", host, listening.getsockname()[1])
    server.run()
    _log.info("stopping")


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise VerbatimError(
            f"Cannot listen on {host} port {port} ({error.strerror or error}).",
            remedy="Choose another with --host and --port.",
        ) from error


def create_wsgi(app: App, signing_secret: str) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """Return the WSGI application of the bot."""
    verifier = SignatureVerifier(signing_secret)

    def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "")
        if path == HEALTH_PATH and method in {"GET", "HEAD"}:
            return _reply(start_response, "200 OK", b"ok")
        if path != EVENTS_PATH:
            return _reply(start_response, "404 Not Found", b"not found")
        if method != "POST":
            return _reply(start_response, "405 Method Not Allowed", b"method not allowed")
        body = _read_body(environ)
        if body is None or not _is_signed(environ, body, verifier):
            return _reply(start_response, "401 Unauthorized", b"unauthorized")
        payload = _parse(body, environ.get("CONTENT_TYPE", ""))
        if payload is None:
            return _reply(start_response, "400 Bad Request", b"bad request")
        return _dispatch(app, payload, start_response)

    return wsgi


def _dispatch(app: App, payload: Environ, start_response: StartResponse) -> Iterable[bytes]:
    # The mode says how the payload came to be a dictionary; it is verified already.
    response = app.dispatch(BoltRequest(mode="socket_mode", body=payload))
    kind = response.first_headers().get("content-type", "text/plain")
    status = "200 OK" if response.status == 200 else f"{response.status} Not Handled"
    return _reply(start_response, status, response.body.encode(), kind=kind)


def _read_body(environ: Environ) -> bytes | None:
    """Return the body, or None where it is longer than anything Slack sends."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 <= length <= MAX_BODY_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _is_signed(environ: Environ, body: bytes, verifier: SignatureVerifier) -> bool:
    """Tell whether Slack signed exactly these bytes within the last five minutes."""
    timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        return False
    try:
        return verifier.is_valid(body=body, timestamp=timestamp, signature=signature)
    except UnicodeDecodeError:  # the verifier decodes the body; Slack sends nothing but UTF-8
        return False


def _parse(body: bytes, content_type: str) -> Environ | None:
    """Return the payload of a verified request: JSON, a form, or a form with JSON in its `payload` field."""
    try:
        text = body.decode()
        if content_type.startswith("application/json"):
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            payload = json.loads(form["payload"]) if form.get("payload") else form
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _reply(start_response: StartResponse, status: str, body: bytes, *, kind: str = "text/plain") -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
