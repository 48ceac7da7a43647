"""Socket Mode: websockets that the bot opens, the envelopes sent through them, and the acks that come back."""

import asyncio
import contextlib
import json
import secrets
import time
from typing import Literal

from aiohttp import WSMsgType, web

from bot.local_slack.records import Attempt, Delivery, Json, WireLine
from bot.local_slack.state import APP_ID, State

DisconnectReason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]

_HOST = "applink-local"
# Slack goes on serving the old connection for a while after it asked for a new one.
_GRACE_SECONDS = 10.0
_TICKET_SECONDS = 30.0


class Connection:
    """One open websocket of the bot."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.is_leaving = False

    def abort(self) -> None:
        """Cut the connection without a closing handshake."""
        transport = self.request.transport
        if transport is not None:
            transport.abort()


class SocketMode:
    """The bot's connections; everything but `connected` belongs to the server's event loop."""

    def __init__(self, state: State, ack_timeout_seconds: float) -> None:
        self._state = state
        self._ack_timeout_seconds = ack_timeout_seconds
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._turn = 0
        self._waiting: dict[str, tuple[Delivery, Attempt, asyncio.Future[None]]] = {}
        self._opened = asyncio.Event()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def new_ticket(self) -> str:
        """Return a ticket for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = time.monotonic() + _TICKET_SECONDS
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket until it closes."""
        deadline = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if time.monotonic() > deadline:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._connections.append(connection)
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._connections),
                    "debug_info": {"host": _HOST, "build_number": 10, "approximate_connection_time": 18060},
                    "connection_info": {"app_id": APP_ID},
                }
            )
            self._opened.set()
            self._note("connected", f"{self.connected} open")
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._receive(frame.data)
        except ConnectionError:
            pass
        finally:
            self._leave(connection)
        return socket

    async def wait_until_open(self, timeout_seconds: float) -> bool:
        """Wait for a connection; say whether there is one."""
        try:
            await asyncio.wait_for(self._opened.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    async def send(self, delivery: Delivery, attempt: Attempt, envelope: Json) -> None:
        """Send one envelope and wait for its ack; the outcome is left in `attempt`."""
        connection = self._next_connection()
        if connection is None:
            attempt.outcome = "dispatch_failed"
            return
        acked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[attempt.envelope_id] = (delivery, attempt, acked)
        attempt.sent_at = time.time()
        try:
            await connection.socket.send_json(envelope)
        except ConnectionError:
            attempt.outcome = "dispatch_failed"
            return
        try:
            await asyncio.wait_for(asyncio.shield(acked), self._ack_timeout_seconds)
        except TimeoutError:
            attempt.outcome = "timeout"

    async def disconnect(self, reason: DisconnectReason) -> None:
        """Tell every connection that it will be, or is being, closed."""
        for connection in list(self._connections):
            self._note(f"disconnect: {reason}", "", to_bot=True)
            connection.is_leaving = reason != "warning"
            try:
                await connection.socket.send_json(
                    {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
                )
                if reason == "link_disabled":
                    await connection.socket.close()
            except ConnectionError:
                continue
            if reason == "refresh_requested":
                asyncio.get_running_loop().call_later(_GRACE_SECONDS, connection.abort)

    async def send_frame(self, frame: str | bytes) -> None:
        """Send a frame through every connection, whatever is in it."""
        for connection in list(self._connections):
            with contextlib.suppress(ConnectionError):
                if isinstance(frame, str):
                    await connection.socket.send_str(frame)
                else:
                    await connection.socket.send_bytes(frame)

    def deafen(self) -> None:
        """Read nothing more from the open connections, and send nothing through them."""
        for connection in self._connections:
            connection.is_leaving = True
            if connection.request.transport is not None:
                connection.request.transport.pause_reading()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self._connections):
            connection.abort()

    def _next_connection(self) -> Connection | None:
        usable = [connection for connection in self._connections if not connection.socket.closed]
        staying = [connection for connection in usable if not connection.is_leaving] or usable
        if not staying:
            return None
        self._turn += 1
        return staying[self._turn % len(staying)]

    def _leave(self, connection: Connection) -> None:
        self._connections.remove(connection)
        if not self._connections:
            self._opened.clear()
        self._note("disconnected", f"{self.connected} open")

    def _receive(self, frame: str) -> None:
        try:
            message = json.loads(frame)
        except ValueError:
            self._note("frame that is not JSON", frame[:80], is_problem=True)
            return
        waiting = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiting is None:
            self._note("frame for no known envelope", frame[:80], is_problem=True)
            return
        delivery, attempt, acked = waiting
        self._ack(delivery, attempt, message)
        if not acked.done():
            acked.set_result(None)

    def _ack(self, delivery: Delivery, attempt: Attempt, message: Json) -> None:
        with self._state.changed:
            is_repeated = attempt.acked_at is not None
            if is_repeated:
                delivery.problems += (f"envelope {attempt.envelope_id} was acknowledged twice",)
            else:
                attempt.acked_at = time.time()
            if attempt.outcome == "pending":
                attempt.outcome = "acked"
                attempt.ack_payload = message.get("payload")
        self._state.log(
            WireLine(
                at=time.time(),
                direction="from bot",
                label="ack",
                detail=_ack_detail(delivery, attempt, is_repeated=is_repeated),
                milliseconds=(time.time() - attempt.sent_at) * 1000,
                is_problem=is_repeated or attempt.outcome != "acked",
                body=message,
            )
        )

    def _note(self, label: str, detail: str, *, to_bot: bool = False, is_problem: bool = False) -> None:
        direction: Literal["to bot", "note"] = "to bot" if to_bot else "note"
        self._state.log(WireLine(time.time(), direction, label, detail, is_problem=is_problem))
        self._state.announce("status", {"connections": self.connected})


def _ack_detail(delivery: Delivery, attempt: Attempt, *, is_repeated: bool) -> str:
    if is_repeated:
        return f"of {delivery.label}, again"
    return f"of {delivery.label}" if attempt.outcome == "acked" else f"of {delivery.label}, too late"


def envelope_of(delivery: Delivery, attempt: Attempt) -> Json:
    """Return the frame that carries a payload; only events can be sent again."""
    envelope: Json = {
        "envelope_id": attempt.envelope_id,
        "type": delivery.type,
        "payload": delivery.payload,
        "accepts_response_payload": _accepts_response(delivery),
    }
    if delivery.type == "events_api":
        envelope |= {"retry_attempt": attempt.retry_attempt, "retry_reason": attempt.retry_reason}
    return envelope


def _accepts_response(delivery: Delivery) -> bool:
    return delivery.type == "slash_commands" or delivery.payload.get("type") in {"view_submission", "block_suggestion"}
