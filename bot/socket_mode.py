"""Socket Mode: the bot's own connection to Slack, with no address of its own needed.

The aiohttp client of slack_sdk carries it: at a refresh it acknowledges on the new socket after 0.03 s, where the
builtin client needs 3.1 s, which is as long as Slack waits at all.
"""

import asyncio
import contextlib
import logging
import signal
import threading
import time

from aiohttp import ClientError
from slack_bolt import App
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import ACK_SECONDS

_log = logging.getLogger(__name__)

_PING_SECONDS = 5
_CHECK_SECONDS = 2
_STALE_ADDRESS_SECONDS = 20
_CLOSE_SECONDS = 3


async def serve_socket_mode(app: App, app_token: str, *, connected: threading.Event) -> None:
    """Answer over Socket Mode until the process is told to end (SIGTERM or SIGINT).

    `connected` is set while there is a connection to Slack.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    client = SocketModeClient(
        app_token=app_token,
        logger=logging.getLogger("slack_sdk.socket_mode"),
        web_client=AsyncWebClient(base_url=app.client.base_url, timeout=app.client.timeout),
        ping_interval=_PING_SECONDS,
    )

    async def handle(client: SocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        # Bolt waits for the acknowledgement; waiting in the loop would hold up every other envelope.
        response = await asyncio.to_thread(run_bolt_app, app, request)
        try:
            await send_async_response(client, request, response, started)
            ACK_SECONDS.observe(time.time() - started)
        except (ClientError, ConnectionError, RuntimeError):
            _log.warning("an acknowledgement found its connection closed; Slack delivers again")

    client.socket_mode_request_listeners.append(handle)  # type: ignore[arg-type]  # typed for the base client
    connecting = asyncio.create_task(client.connect())  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    keeping = asyncio.create_task(_keep_connected(client, connected))
    try:
        await stop.wait()
    finally:
        _log.info("stopping")
        for task in (connecting, keeping):
            task.cancel()
        # A connection that is half gone never says that it has closed.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.close(), _CLOSE_SECONDS)  # type: ignore[no-untyped-call]  # as above
        await client.aiohttp_client_session.close()


async def _keep_connected(client: SocketModeClient, connected: threading.Event) -> None:
    """Say when the connection comes and goes, and drop a socket address that no longer works."""
    was_connected = False
    lost_at = time.monotonic()
    while True:
        is_connected = await client.is_connected()
        if is_connected != was_connected:
            _log.info("connected to Slack; ready" if is_connected else "connection to Slack lost; reconnecting")
            was_connected, lost_at = is_connected, time.monotonic()
            (connected.set if is_connected else connected.clear)()
        if not is_connected and time.monotonic() - lost_at > _STALE_ADDRESS_SECONDS:
            # An address is good for one connection: the client would try a used one for ever.
            client.wss_uri = None
            lost_at = time.monotonic()
        await asyncio.sleep(_CHECK_SECONDS if is_connected else 0.1)
