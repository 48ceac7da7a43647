"""HTTP mode: Slack calls the bot. What the guard lets through reaches Bolt as the payload itself, as in Socket Mode."""

import logging
import signal
import socket
import threading
from collections.abc import Iterable, Mapping

from slack_bolt import App
from slack_bolt.request import BoltRequest

from bot.ops.metrics import ACK_SECONDS
from bot.slack.transport.request_guard import (
    MAX_BODY_BYTES,
    REFUSED_BODY,
    REFUSED_STATUS,
    Payload,
    Refusal,
    RequestGuard,
)
from bot.slack.transport.request_parser import create_channel_class
from bot.web_server import Environ, StartResponse, WebServer, Wsgi
from index import VerbatimError

_log = logging.getLogger(__name__)

HEALTH_PATH = "/healthz"

_THREADS = 16
_CONNECTIONS = 500
"""Open at once. A slow one costs no thread until its request is whole, and a process may usually open 1,024 files;
waitress's own limit, 100, would let a hundred slow ones keep Slack out."""

_IDLE_SECONDS = 15
_READ_BYTES = 64 * 1024
_MAX_HEADER_BYTES = 32 * 1024


def serve_http(app: App, signing_secret: str, *, host: str, port: int) -> None:
    """Answer Slack's requests at /slack/events, and /healthz, until the process is told to end."""
    listening = _listen(host, port)
    server = create_http_server(app, RequestGuard(signing_secret), listening)

    def stop(_number: int, _frame: object) -> None:
        # From within a signal handler it would wait on the very loop that it interrupts.
        threading.Thread(target=server.stop, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _log.info("listening on %s port %s; ready", host, listening.getsockname()[1])
    server.run()
    _log.info("stopping")


def create_http_server(app: App, guard: RequestGuard, listening: socket.socket) -> WebServer:
    """Return the server that answers on a listening socket, of limits that fit what Slack sends."""

    def judge(method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        if not _asks_for_health(method, path):
            return guard.judge_head(method, path, headers)
        return None if headers.get("CONTENT_LENGTH", "0") == "0" else Refusal.LENGTH

    return WebServer(
        create_wsgi(app, guard),
        listening,
        channel_class=create_channel_class(judge, guard.note),
        threads=_THREADS,
        connection_limit=_CONNECTIONS,
        channel_timeout=_IDLE_SECONDS,
        cleanup_interval=_IDLE_SECONDS,
        max_request_header_size=_MAX_HEADER_BYTES,
        max_request_body_size=MAX_BODY_BYTES + 1,  # the first length that waitress refuses
        recv_bytes=_READ_BYTES,
        inbuf_overflow=2 * MAX_BODY_BYTES,  # no body is put on disk
        log_socket_errors=False,  # a traceback for everybody who hangs up
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise VerbatimError(
            f"Cannot listen on {host} port {port} ({error.strerror or error}).",
            remedy="Choose another with --host and --port.",
        ) from error


def create_wsgi(app: App, guard: RequestGuard) -> Wsgi:
    """Return the WSGI application of the bot: everything that is refused gets the same answer."""

    def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if _asks_for_health(environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")):
            return _reply(start_response, "200 OK", b"ok")
        admitted = guard.admit(environ)
        if isinstance(admitted, Refusal):
            return _reply(start_response, REFUSED_STATUS, REFUSED_BODY)
        if admitted.get("ssl_check"):  # Slack asks, once in a while, whether the address has its certificate still
            return _reply(start_response, "200 OK", b"")
        return _dispatch(app, admitted, start_response)

    return wsgi


def _asks_for_health(method: str, path: str) -> bool:
    return path == HEALTH_PATH and method in {"GET", "HEAD"}


def _dispatch(app: App, payload: Payload, start_response: StartResponse) -> Iterable[bytes]:
    # The mode says how the payload came to be a dictionary; it is verified already.
    with ACK_SECONDS.time():
        response = app.dispatch(BoltRequest(mode="socket_mode", body=payload))
    kind = response.first_headers().get("content-type", "text/plain")
    status = "200 OK" if response.status == 200 else f"{response.status} Not Handled"
    return _reply(start_response, status, response.body.encode(), kind=kind)


def _reply(start_response: StartResponse, status: str, body: bytes, *, kind: str = "text/plain") -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
