"""Socket Mode: a websocket that the bot opens to Slack, so that it needs no address of its own.

It uses the aiohttp client of slack_sdk: at a refresh that acknowledges on the new connection after 0.03 s, where the
builtin client needs 3.1 s, which is as long as Slack waits.
"""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import ClientError
from slack_bolt import App
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.socket_client import OverlappingClient

_log = logging.getLogger(__name__)

_CLOSE_SECONDS = 2
_RECONNECTING_CHECK_SECONDS = 0.1

_LONGEST_SILENCE_SECONDS = 60.0
_LONGEST_OUTAGE_SECONDS = 15 * 60.0
"""A new process may mend an outage of this length; while Slack itself is away, it waits as well."""


@dataclass(frozen=True, slots=True)
class ConnectionTimes:
    """How soon a broken connection is noticed, in seconds."""

    ping: float = 5
    check: float = 2
    unanswered_ping: float = 30
    """A connection whose pings find no answer for so long is replaced, whatever it says of itself."""
    stale_address: float = 20
    """An address is good for one connection; without one for so long, another address is asked for."""
    attempt: float = 30


class ConnectionHealth:
    """Whether the connection works, as other threads can tell."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.is_connected = False
        self._clock = clock
        self._checked_at = self._connected_at = clock()

    def heartbeat(self, *, is_connected: bool) -> None:
        """Note that the connection was just checked."""
        self.is_connected = is_connected
        self._checked_at = self._clock()
        if is_connected:
            self._connected_at = self._checked_at

    def problem(self) -> str | None:
        """Return the reason why the process must be started again, or None."""
        now = self._clock()
        if now - self._checked_at > _LONGEST_SILENCE_SECONDS:
            return f"the connection was not checked for {now - self._checked_at:.0f} s"
        if now - self._connected_at > _LONGEST_OUTAGE_SECONDS:
            return f"there was no connection to Slack for {now - self._connected_at:.0f} s"
        return None


class SocketModeTransport:
    """Receives deliveries over Socket Mode and acknowledges them."""

    def __init__(
        self,
        app: App,
        app_token: str,
        deliveries: Deliveries,
        health: ConnectionHealth,
        *,
        times: ConnectionTimes | None = None,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._deliveries = deliveries
        self._health = health
        self._times = times or ConnectionTimes()

    async def serve(self) -> None:
        """Run until the process is told to end (SIGTERM or SIGINT)."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await self.run(stop)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set."""
        self.client = OverlappingClient(
            app_token=self._app_token,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=AsyncWebClient(base_url=self._app.client.base_url, timeout=self._app.client.timeout),
            ping_interval=self._times.ping,
            attempt_seconds=self._times.attempt,
        )
        self.client.socket_mode_request_listeners.append(self._handle)  # type: ignore[arg-type]  # for the base client
        tasks = [asyncio.create_task(self.client.connect()), asyncio.create_task(self._keep_connected())]
        try:
            await stop.wait()
        finally:
            _log.info("stopping")
            for task in tasks:
                task.cancel()
            # A connection that is half gone never says that it has closed.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.client.close(), _CLOSE_SECONDS)
            await self.client.aiohttp_client_session.close()

    async def _handle(self, client: SocketModeClient, request: SocketModeRequest) -> None:
        with self._deliveries.acknowledging():
            response = await self._deliveries.dispatch(self._app, request.payload)
            try:
                await send_async_response(client, request, response, time.time())
            except (ClientError, ConnectionError, RuntimeError):
                _log.warning("an acknowledgement found no open connection; Slack delivers again")

    async def _keep_connected(self) -> None:
        """Log when the connection comes and goes, and replace it when its pings find no answer."""
        client, times = self.client, self._times
        was_connected = False
        lost_at = answered_at = time.monotonic()
        last_pong: float | None = None
        replacing: asyncio.Task[None] | None = None
        while True:
            is_connected = await client.is_connected()
            now = time.monotonic()
            if is_connected != was_connected:
                _log.info("connected to Slack; ready" if is_connected else "connection to Slack lost; reconnecting")
                was_connected, lost_at, answered_at = is_connected, now, now
            if client.last_ping_pong_time != last_pong:
                last_pong, answered_at = client.last_ping_pong_time, now
            is_replacing = replacing is not None and not replacing.done()
            is_deaf = now - answered_at > times.unanswered_ping and (is_connected or _is_unmonitored(client))
            if is_deaf and not is_replacing:
                # The SDK's own monitor compares times of day, and may have ended.
                _log.warning("Slack answered no ping for %.0f s; reconnecting", now - answered_at)
                answered_at = now
                client.stale = True  # nothing is sent over it any more
                # Not awaited: while Slack is away it keeps trying.
                replacing = asyncio.create_task(client.connect_to_new_endpoint(force=True))
                replacing.add_done_callback(_log_failure)
            if not is_connected and now - lost_at > times.stale_address:
                client.wss_uri = None
                lost_at = now
            self._health.heartbeat(is_connected=is_connected)
            await asyncio.sleep(times.check if is_connected else _RECONNECTING_CHECK_SECONDS)


def _is_unmonitored(client: SocketModeClient) -> bool:
    monitor = client.current_session_monitor
    return monitor is not None and monitor.done()


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.warning("reconnecting failed; trying again", exc_info=error)
