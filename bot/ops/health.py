"""The watch: whether the bot is alive and ready, and what it counts, on an address of its own.

It is kept apart from the port that Slack calls, which the whole internet may reach.
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import make_wsgi_app

from bot.ops.metrics import REGISTRY
from bot.web_server import Environ, StartResponse, WebServer, Wsgi
from index import VerbatimError

_log = logging.getLogger(__name__)

_THREADS = 2
_CLOSE_SECONDS = 5


Checks = Mapping[str, Callable[[], bool]]
"""By the names of the bot's parts, what tells whether each works; one that raises an error does not."""


@contextlib.contextmanager
def serving_watch(address: tuple[str, int] | None, checks: Checks) -> Iterator[None]:
    """Serve /healthz, /readyz and /metrics at a host and port while the block runs; nothing where there is none.

    Raises:
        VerbatimError: the address is taken, or not one of this machine's.
    """
    if address is None:
        yield
        return
    host, port = address
    listening = _listen(host, port)
    server = WebServer(create_watch(checks), listening, threads=_THREADS)
    loop = threading.Thread(target=server.run, name="watch", daemon=True)
    loop.start()
    _log.info("watch at http://%s:%s, with /healthz, /readyz and /metrics", host, listening.getsockname()[1])
    try:
        yield
    finally:
        server.stop()
        loop.join(_CLOSE_SECONDS)


def create_watch(checks: Checks) -> Wsgi:
    """Return the WSGI application of the watch."""
    metrics = make_wsgi_app(REGISTRY)

    def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "")
        if method not in {"GET", "HEAD"}:
            return _reply(start_response, "405 Method Not Allowed", "method not allowed")
        if path == "/healthz":
            return _reply(start_response, "200 OK", "ok")
        if path == "/readyz":
            return _tell_readiness(checks, start_response)
        if path == "/metrics":
            answer: Iterable[bytes] = metrics({**environ, "REQUEST_METHOD": "GET"}, start_response)
            return answer
        return _reply(start_response, "404 Not Found", "not found")

    return wsgi


def _tell_readiness(checks: Checks, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with a line for each part, and status 503 where one does not work."""
    works = {name: _works(name, check) for name, check in checks.items()}
    status = "200 OK" if all(works.values()) else "503 Service Unavailable"
    return _reply(
        start_response, status, "\n".join(f"{name}: {'ok' if ok else 'not ready'}" for name, ok in works.items())
    )


def _works(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        _log.warning("not ready: %s", name, exc_info=error)
        return False


def _reply(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    body = f"{text}\n".encode()
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise VerbatimError(
            f"Cannot listen on {host} port {port} for the watch ({error.strerror or error}).",
            remedy="Choose another address in VERBATIM_WATCH_ADDRESS.",
        ) from error
