"""A Socket Mode client that opens its new connection before it gives up the old one.

The client of slack_sdk 3.48 closes the old connection first. What Slack sends until the new one is open finds none, and
what was on its way over the old one is lost: events come again, but commands and clicks do not. Of 1,500 commands over
24 refreshes it lost 36; this client lost none (tests/e2e/test_outages.py).
"""

import asyncio
import contextlib
import json
import logging
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

_LONGEST_OVERLAP_SECONDS = 300.0
"""Slack closes an old connection some ten seconds after it asked for a new one. Closing it here loses what is on its
way, so that is done much later."""

_SEND_SECONDS = 2.0
"""How long an acknowledgement waits for a connection; Slack waits three seconds in all."""

_POLL_SECONDS = 0.05

_CLOSED = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class OverlappingClient(SocketModeClient):
    """A `SocketModeClient` that reads a replaced connection until Slack closes it."""

    def __init__(
        self,
        *,
        app_token: str,
        logger: logging.Logger,
        web_client: AsyncWebClient,
        ping_interval: float,
        attempt_seconds: float,
    ) -> None:
        """Create a client; after `attempt_seconds` without a connection another address is asked for."""
        super().__init__(app_token=app_token, logger=logger, web_client=web_client, ping_interval=ping_interval)
        self._attempt_seconds = attempt_seconds
        self._replaced: dict[ClientWebSocketResponse, asyncio.Task[None]] = {}
        self._may_overlap = True
        self._connecting = asyncio.Lock()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Handle one message."""
        if message.get("type") == "disconnect":
            # With too many connections open already, Slack refuses another.
            self._may_overlap = message.get("reason") != "too_many_websockets"
        await super().run_message_listeners(message, raw_message)

    async def connect(self) -> None:
        """Open a connection, trying until it succeeds, and replace the current one."""
        async with self._connecting:
            await self._connect()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Replace the current connection; unless `force`, only if it is gone.

        Of several calls at once one opens a connection: a second one would stay open and unread.
        """
        replaced = self.current_session
        async with self._connecting:
            is_replaced = self.current_session is not replaced
            if not self.closed and not is_replaced and (force or not await self.is_connected()):
                self.wss_uri = await self.issue_new_wss_url()
                await self._connect()

    async def _connect(self) -> None:
        if self._may_overlap:
            await self._keep_reading_current()
        else:
            for session in list(self._replaced):
                await session.close()
        self._may_overlap = True
        while not self.closed:
            try:
                # An address is good for one connection, and a broken one may never answer.
                async with asyncio.timeout(self._attempt_seconds):
                    await super().connect()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
            except TimeoutError:
                self.wss_uri = None
            else:
                return

    async def _keep_reading_current(self) -> None:
        """Hand the current connection to a task of its own, so that the SDK does not close it."""
        session, receiver = self.current_session, self.message_receiver
        if session is None or receiver is None or session.closed or self.stale or receiver is asyncio.current_task():
            return
        # Two tasks may not receive from one connection.
        receiver.cancel()
        await asyncio.wait([receiver])
        self.message_receiver = None
        self.current_session = None
        self._replaced[session] = asyncio.create_task(self._read_until_closed(session))

    async def send_message(self, message: str) -> None:
        """Send a message over the current connection, else over a replaced one, else over the next one.

        Raises:
            ConnectionError: no connection was open in time.
        """
        for _ in range(round(_SEND_SECONDS / _POLL_SECONDS)):
            for session in (self.current_session, *self._replaced):
                if session is not None and not session.closed:
                    with contextlib.suppress(ClientError, ConnectionError):
                        await session.send_str(message)
                        return
            await asyncio.sleep(_POLL_SECONDS)
        raise ConnectionError("no connection is open")

    async def close(self) -> None:
        """Close all connections, for good."""
        for task in self._replaced.values():
            task.cancel()
        await super().close()  # type: ignore[no-untyped-call]  # as above

    async def _read_until_closed(self, session: ClientWebSocketResponse) -> None:
        try:
            async with asyncio.timeout(_LONGEST_OVERLAP_SECONDS):
                while (message := await session.receive()).type not in _CLOSED:
                    if message.type is WSMsgType.PING:
                        await session.pong(message.data)
                    # Slack asks again to replace it before it closes it.
                    elif message.type is WSMsgType.TEXT and not _is_disconnect(message.data):
                        await self.enqueue_message(message.data)
        except (TimeoutError, ClientError, ConnectionError):
            pass
        finally:
            del self._replaced[session]
            await session.close()


def _is_disconnect(frame: str) -> bool:
    try:
        message = json.loads(frame)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("type") == "disconnect"
