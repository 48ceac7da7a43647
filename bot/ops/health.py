"""Health: /healthz, /readyz and /metrics at an address of their own, apart from the port that Slack calls."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.ops.metrics import REGISTRY
from bot.web_server import create_server, listen, serving

_log = logging.getLogger(__name__)

Checks = Mapping[str, Callable[[], bool]]
"""For each part of the bot, whether it works; a check that raises counts as no."""


@contextlib.contextmanager
def serving_health(address: tuple[str, int] | None, checks: Checks) -> Iterator[None]:
    """Serve health and metrics at a host and port while the block runs; nothing if `address` is None.

    Raises:
        VerbatimError: the address is taken, or not one of this machine's.
    """
    if address is None:
        yield
        return
    host, port = address
    listening = listen(host, port, remedy="Choose another address in VERBATIM_WATCH_ADDRESS.")
    with serving(create_server(create_health_app(checks)), listening):
        _log.info("health at http://%s:%s: /healthz, /readyz and /metrics", host, listening.getsockname()[1])
        yield


def create_health_app(checks: Checks) -> Starlette:
    """Return the ASGI application that answers /healthz, /readyz and /metrics."""

    def answer_health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    def answer_readiness(_: Request) -> PlainTextResponse:
        """Answer with a line for each part, and status 503 if one does not work."""
        ready = {name: _is_ready(name, check) for name, check in checks.items()}
        lines = "".join(f"{name}: {'ok' if is_ready else 'not ready'}\n" for name, is_ready in ready.items())
        return PlainTextResponse(lines, status_code=200 if all(ready.values()) else 503)

    def answer_metrics(_: Request) -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/healthz", answer_health),
            Route("/readyz", answer_readiness),
            Route("/metrics", answer_metrics),
        ]
    )


def _is_ready(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part does not work
        _log.warning("not ready: %s", name, exc_info=error)
        return False
