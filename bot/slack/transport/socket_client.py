"""A Socket Mode client that opens its new connection before it lets go of the old one.

That of slack_sdk closes the old connection first. What Slack sends until the new one is open finds none, and what was
under way on the old is thrown away: events come again, but commands and clicks do not.
"""

import asyncio
import contextlib
import json
import logging
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

_LEAVING_SECONDS = 300.0
"""Slack closes an old connection some ten seconds after it asked for a new one. Closing it here throws away what is on
its way, so that is done long after.
"""

_ATTEMPT_SECONDS = 30.0
"""An address is good for one connection, and what answers it may be half gone: then another is asked for."""

_NEXT_SECONDS = 2.0
"""An acknowledgement waits so long for a connection; Slack waits for three seconds in all."""

_LOOK_SECONDS = 0.05

_GONE = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


class OverlappingClient(SocketModeClient):
    """As `SocketModeClient`; a connection that Slack asks to give up is read until Slack closes it."""

    def __init__(
        self, *, app_token: str, logger: logging.Logger, web_client: AsyncWebClient, ping_interval: float
    ) -> None:
        super().__init__(app_token=app_token, logger=logger, web_client=web_client, ping_interval=ping_interval)
        self._leaving: dict[ClientWebSocketResponse, asyncio.Task[None]] = {}
        self._may_overlap = True
        self._connecting = asyncio.Lock()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Handle one message."""
        if message.get("type") == "disconnect":
            # One more is not to be had where there are too many already.
            self._may_overlap = message.get("reason") != "too_many_websockets"
        await super().run_message_listeners(message, raw_message)

    async def connect(self) -> None:
        """Open a connection, however often it takes, and leave the one that there is."""
        async with self._connecting:
            await self._connect()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Open a connection in place of the one that there is now; unless `force` only where that is gone.

        Several may ask for it at once, and one is opened: of two, one would be left open and read by nobody.
        """
        replaced = self.current_session
        async with self._connecting:
            is_replaced = self.current_session is not replaced
            if not self.closed and not is_replaced and (force or not await self.is_connected()):
                self.wss_uri = await self.issue_new_wss_url()
                await self._connect()

    async def _connect(self) -> None:
        session, receiver = self.current_session, self.message_receiver
        if not self._may_overlap:
            for left in list(self._leaving):
                await left.close()
        elif (
            session is not None
            and receiver is not None
            and not (session.closed or self.stale or receiver is asyncio.current_task())
        ):
            # Two may not receive from it at once.
            receiver.cancel()
            await asyncio.wait([receiver])
            self.message_receiver = None
            self.current_session = None  # it would be closed
            self._leaving[session] = asyncio.create_task(self._read_out(session))
        self._may_overlap = True
        while not self.closed:
            try:
                async with asyncio.timeout(_ATTEMPT_SECONDS):
                    await super().connect()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
            except TimeoutError:
                self.wss_uri = None
            else:
                return

    async def send_message(self, message: str) -> None:
        """Send a message over the connection that there is, else over one that is left, else over the next one.

        Raises:
            ConnectionError: there was none in time.
        """
        for _ in range(round(_NEXT_SECONDS / _LOOK_SECONDS)):
            for session in (self.current_session, *self._leaving):
                if session is not None and not session.closed:
                    with contextlib.suppress(ClientError, ConnectionError):
                        await session.send_str(message)
                        return
            await asyncio.sleep(_LOOK_SECONDS)
        raise ConnectionError("no connection is open")

    async def close(self) -> None:
        """Close all connections, for good."""
        for task in self._leaving.values():
            task.cancel()
        await super().close()  # type: ignore[no-untyped-call]  # as above

    async def _read_out(self, session: ClientWebSocketResponse) -> None:
        """Take in what still comes over a connection that is left, until it is closed."""
        try:
            async with asyncio.timeout(_LEAVING_SECONDS):
                while (message := await session.receive()).type not in _GONE:
                    if message.type is WSMsgType.PING:
                        await session.pong(message.data)
                    # It asks again to be left, when its time comes.
                    elif message.type is WSMsgType.TEXT and not _is_disconnect(message.data):
                        await self.enqueue_message(message.data)
        except (TimeoutError, ClientError, ConnectionError):
            pass
        finally:
            del self._leaving[session]
            await session.close()


def _is_disconnect(frame: str) -> bool:
    try:
        message = json.loads(frame)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("type") == "disconnect"
