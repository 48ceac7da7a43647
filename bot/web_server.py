"""A web server for an ASGI application: uvicorn, with limits for an address that the whole internet may reach."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from index import VerbatimError

_MAX_CONNECTIONS = 500
"""More are answered with status 503. A process may usually open 1,024 files."""

_MAX_HEADER_BYTES = 32 * 1024
_STOP_SECONDS = 3


class HeadTimeoutProtocol(H11Protocol):
    """Closes a connection whose request head does not arrive in time, which uvicorn 0.54 leaves open for ever.

    Every response closes its connection, so there is one head to wait for.
    """

    head_seconds = 15.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Start the time limit of a new connection."""
        super().connection_made(transport)
        self.loop.call_later(self.head_seconds, self._close_without_request)

    def send_400_response(self, msg: str) -> None:
        """Answer a malformed request, and drop the application's answer if there is one: uvicorn fails over two."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        super().send_400_response(msg)

    def _close_without_request(self) -> None:
        if self.cycle is None:
            self.transport.abort()


def create_server(app: ASGIApp, *, protocol: type[H11Protocol] = HeadTimeoutProtocol) -> uvicorn.Server:
    """Return a server that is not running yet; `protocol` handles each connection."""
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # below, it logs a line for every malformed request
        access_log=False,
        server_header=False,
        proxy_headers=False,
        headers=[("connection", "close")],
        limit_concurrency=_MAX_CONNECTIONS,
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return uvicorn.Server(config)


@contextlib.contextmanager
def serving(server: uvicorn.Server, listening: socket.socket) -> Iterator[None]:
    """Run a server in a thread while the block runs."""
    arguments: dict[str, Any] = {"sockets": [listening]}
    thread = threading.Thread(target=server.run, kwargs=arguments, name="web", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS + 2)


def listen(host: str, port: int, *, remedy: str) -> socket.socket:
    """Return a socket that listens at an address; port 0 takes a free one.

    Raises:
        VerbatimError: the address is taken or not one of this machine's; `remedy` says what to do.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = error.strerror or error
        raise VerbatimError(f"Cannot listen on {host} port {port} ({reason}).", remedy=remedy) from error
