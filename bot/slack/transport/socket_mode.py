"""Socket Mode: the bot's own connection to Slack, with no address of its own needed.

The aiohttp client of slack_sdk carries it: at a refresh it acknowledges on the new socket after 0.03 s, where the
builtin client needs 3.1 s, which is as long as Slack waits at all.
"""

import asyncio
import contextlib
import logging
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from aiohttp import ClientError
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import run_bolt_app
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.ops.metrics import ACK_SECONDS
from bot.outbox.intake import Intake
from bot.slack.transport.socket_client import OverlappingClient

_log = logging.getLogger(__name__)

_PING_SECONDS = 5
_DEAF_SECONDS = 30.0
"""No answer to a ping for so long, and the connection is opened anew, whatever it says of itself."""

_CHECK_SECONDS = 2
_STALE_ADDRESS_SECONDS = 20
_CLOSE_SECONDS = 2
_DISPATCH_THREADS = 32

_STUCK_SECONDS = 60.0
_LONGEST_LOSS_SECONDS = 15 * 60.0
"""An outage that a new process may mend; while Slack itself is away, the new one waits for it as well."""


class Pulse:
    """What can be told of the connection from outside: when it was last looked after, and last heard of."""

    def __init__(self) -> None:
        self.is_connected = False
        self._looked_at = self._heard_at = time.monotonic()

    def look(self, *, is_connected: bool) -> None:
        """Note that the connection was looked after."""
        self.is_connected = is_connected
        self._looked_at = time.monotonic()
        if is_connected:
            self._heard_at = self._looked_at

    def check(self) -> str | None:
        """Say what cannot heal; None while all is well."""
        now = time.monotonic()
        if now - self._looked_at > _STUCK_SECONDS:
            return f"the connection has not been looked after for {now - self._looked_at:.0f} s"
        if now - self._heard_at > _LONGEST_LOSS_SECONDS:
            return f"Slack has not been heard of for {now - self._heard_at:.0f} s"
        return None


async def serve_socket_mode(app: App, app_token: str, intake: Intake, pulse: Pulse) -> None:
    """Answer over Socket Mode until the process is told to end (SIGTERM or SIGINT)."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await connect(app, app_token, intake, pulse, stop)


async def connect(app: App, app_token: str, intake: Intake, pulse: Pulse, stop: asyncio.Event) -> None:
    """Answer over Socket Mode until `stop` is set."""
    executor = ThreadPoolExecutor(_DISPATCH_THREADS, thread_name_prefix="dispatch")
    asyncio.get_running_loop().set_default_executor(executor)
    client = OverlappingClient(
        app_token=app_token,
        logger=logging.getLogger("slack_sdk.socket_mode"),
        web_client=AsyncWebClient(base_url=app.client.base_url, timeout=app.client.timeout),
        ping_interval=_PING_SECONDS,
    )

    async def handle(client: SocketModeClient, request: SocketModeRequest) -> None:
        started = time.monotonic()
        with intake:
            if request.type == "events_api" and await intake.settle(request.payload):
                response = BoltResponse(status=200)
            else:
                # Bolt waits for the acknowledgement; waiting in the loop would hold up every other envelope.
                response = await asyncio.to_thread(run_bolt_app, app, request)
            try:
                await send_async_response(client, request, response, time.time())
            except (ClientError, ConnectionError, RuntimeError):
                _log.warning("an acknowledgement found its connection closed; Slack delivers again")
        ACK_SECONDS.observe(time.monotonic() - started)

    client.socket_mode_request_listeners.append(handle)  # type: ignore[arg-type]  # typed for the base client
    connecting = asyncio.create_task(client.connect())
    keeping = asyncio.create_task(_keep_connected(client, pulse))
    try:
        await stop.wait()
    finally:
        _log.info("stopping")
        for task in (connecting, keeping):
            task.cancel()
        # A connection that is half gone never says that it has closed.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.close(), _CLOSE_SECONDS)
        await client.aiohttp_client_session.close()


async def _keep_connected(client: SocketModeClient, pulse: Pulse) -> None:
    """Say when the connection comes and goes, and open it anew where it is deaf or its address no longer works."""
    was_connected = False
    lost_at = heard_at = time.monotonic()
    last_pong: float | None = None
    reconnecting: asyncio.Task[None] | None = None
    while True:
        is_connected = await client.is_connected()
        now = time.monotonic()
        if is_connected != was_connected:
            _log.info("connected to Slack; ready" if is_connected else "connection to Slack lost; reconnecting")
            was_connected, lost_at, heard_at = is_connected, now, now
        if client.last_ping_pong_time != last_pong:
            last_pong, heard_at = client.last_ping_pong_time, now
        is_at_it = reconnecting is not None and not reconnecting.done()
        if now - heard_at > _DEAF_SECONDS and not is_at_it and (is_connected or _is_unwatched(client)):
            # The client's own watch compares times of day, and has been known to end.
            _log.warning("Slack has answered no ping for %.0f s; connecting anew", now - heard_at)
            heard_at = now
            client.stale = True  # nothing is said over it any more
            # Not awaited: while Slack is away it goes on trying.
            reconnecting = asyncio.create_task(client.connect_to_new_endpoint(force=True))
            reconnecting.add_done_callback(_log_failure)
        if not is_connected and now - lost_at > _STALE_ADDRESS_SECONDS:
            # An address is good for one connection: the client would try a used one for ever.
            client.wss_uri = None
            lost_at = now
        pulse.look(is_connected=is_connected)
        await asyncio.sleep(_CHECK_SECONDS if is_connected else 0.1)


def _is_unwatched(client: SocketModeClient) -> bool:
    monitor = client.current_session_monitor
    return monitor is not None and monitor.done()


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.warning("connecting anew failed; trying again", exc_info=error)
