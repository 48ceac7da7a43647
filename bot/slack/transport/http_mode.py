"""HTTP mode: Slack calls the bot. What the guard lets through reaches Bolt as a payload, as in Socket Mode."""

import logging
import signal

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_starlette_response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.request_guard import Refusal, RefusedError, RequestGuard
from bot.web_server import create_server, listen

_log = logging.getLogger(__name__)

HEALTH_PATH = "/healthz"
EVENTS_PATH = "/slack/events"


def serve_http(app: App, signing_secret: str, deliveries: Deliveries, *, host: str, port: int) -> None:
    """Answer Slack's requests at /slack/events, and /healthz, until the process is told to end."""
    listening = listen(host, port, remedy="Choose another with --host and --port.")
    server = create_server(create_http_app(app, RequestGuard(signing_secret), deliveries))
    # While it runs, uvicorn handles these itself; when it has ended, it raises them once more.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: setattr(server, "should_exit", True))
    _log.info("listening on %s port %s; ready", host, listening.getsockname()[1])
    server.run(sockets=[listening])
    _log.info("stopping")


def create_http_app(app: App, guard: RequestGuard, deliveries: Deliveries) -> Starlette:
    """Return the ASGI application of the bot; every refused request gets the same answer."""

    async def receive(request: Request) -> Response:
        payload = await guard.read(request)
        if payload.get("ssl_check"):  # Slack asks now and then whether the certificate is still valid
            return PlainTextResponse("")
        # Bolt's adapter for Starlette would parse the body again, and dispatch in the event loop. The mode says that
        # the payload is a dictionary already.
        with deliveries.acknowledging():
            return to_starlette_response(await deliveries.dispatch(app, payload))

    async def answer_health(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def refuse(_: Request, error: Exception) -> Response:
        guard.count(_reason(error))
        return PlainTextResponse("unauthorized", status_code=401)

    return Starlette(
        routes=[
            Route(EVENTS_PATH, receive, methods=["POST"]),
            Route(HEALTH_PATH, answer_health),
        ],
        exception_handlers={RefusedError: refuse, HTTPException: refuse},
    )


def _reason(error: Exception) -> Refusal:
    if isinstance(error, RefusedError):
        return error.refusal
    is_method = isinstance(error, HTTPException) and error.status_code == 405
    return Refusal.METHOD if is_method else Refusal.PATH
