"""Carry payloads to the bot: one clock for every ack, and Slack's retries for events."""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal

from bot.local_slack.http_push import HttpPush
from bot.local_slack.records import Attempt, Delivery, Json, WireLine
from bot.local_slack.socket_mode import SocketMode, envelope_of
from bot.local_slack.state import State

Settled = Callable[[Delivery], None]

# Slack's last retry comes about six minutes after the event.
_PATIENCE_SECONDS = 360.0


class Courier:
    """Sends every payload, in order, by Socket Mode or to a request URL."""

    def __init__(
        self, state: State, sockets: SocketMode, pushes: HttpPush, *, retry_delays_seconds: Sequence[float]
    ) -> None:
        self.request_url: str | None = None
        self._state = state
        self._sockets = sockets
        self._pushes = pushes
        self._retry_delays_seconds = tuple(retry_delays_seconds)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """Work on this event loop from now on."""
        self._loop = loop

    def post(self, delivery: Delivery, settled: Settled | None = None) -> None:
        """Send a payload; `settled` is called once its outcome is known. Any thread may call this."""
        self._state.record_delivery(delivery)
        self._start(self._carry(delivery, settled))

    def post_again(self, delivery: Delivery, attempts: Sequence[Attempt]) -> None:
        """Send further attempts of a payload, as Slack does when it missed the ack. Any thread may call this."""
        self._start(self._repeat(delivery, attempts))

    async def close(self) -> None:
        """Stop everything that is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._pushes.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None or self._loop.is_closed():
            work.close()
            raise RuntimeError("expected a started local Slack, got one that is not running")
        self._loop.call_soon_threadsafe(self._spawn, work)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivery: Delivery, settled: Settled | None) -> None:
        attempt = new_attempt()
        may_retry = await self._try(delivery, attempt)
        if delivery.type == "events_api":
            for number, delay in enumerate(self._retry_delays_seconds, start=1):
                if attempt.outcome == "acked" or not may_retry:
                    break
                await asyncio.sleep(delay)
                if not await self._may_reach():
                    break
                attempt = new_attempt(number, self._reason(attempt))
                may_retry = await self._try(delivery, attempt)
        with self._state.changed:
            delivery.outcome = attempt.outcome
            if settled is not None:
                settled(delivery)
            self._state.announce("delivery", {})

    async def _repeat(self, delivery: Delivery, attempts: Sequence[Attempt]) -> None:
        await asyncio.gather(*(self._try(delivery, attempt) for attempt in attempts))
        self._state.announce("delivery", {})

    async def _may_reach(self) -> bool:
        """Wait for a connection, if the bot has none; give up when Slack would."""
        return self.request_url is not None or await self._sockets.wait_until_open(_PATIENCE_SECONDS)

    async def _try(self, delivery: Delivery, attempt: Attempt) -> bool:
        with self._state.changed:
            delivery.attempts.append(attempt)
        self._log_sending(delivery, attempt)
        may_retry = True
        if self.request_url is None:
            await self._sockets.send(delivery, attempt, envelope_of(delivery, attempt))
        else:
            may_retry = await self._pushes.send(self.request_url, delivery, attempt)
        self._log_outcome(attempt)
        self._state.announce("delivery", {})
        return may_retry

    def _reason(self, failed: Attempt) -> str:
        if self.request_url is None:
            return "timeout" if failed.outcome == "timeout" else "connection_failed"
        return {"timeout": "http_timeout", "http_error": "http_error"}.get(failed.outcome, "connection_failed")

    def _log_sending(self, delivery: Delivery, attempt: Attempt) -> None:
        retry = f"retry {attempt.retry_attempt}, {attempt.retry_reason}" if attempt.retry_attempt else ""
        self._state.log(
            WireLine(
                time.time(),
                "to bot",
                delivery.label,
                retry,
                is_problem=bool(retry),
                body=envelope_of(delivery, attempt),
            )
        )

    def _log_outcome(self, attempt: Attempt) -> None:
        if attempt.outcome == "acked" and self.request_url is None:
            return
        taken = None if attempt.acked_at is None else (attempt.acked_at - attempt.sent_at) * 1000
        label = {
            "acked": "ack",
            "timeout": "no ack in time",
            "dispatch_failed": "the bot is not connected",
            "http_error": "refused by the bot",
        }.get(attempt.outcome, attempt.outcome)
        is_problem = attempt.outcome != "acked"
        body: Json = attempt.ack_payload or {}
        direction: Literal["note", "from bot"] = "note" if is_problem else "from bot"
        self._state.log(
            WireLine(time.time(), direction, label, "", milliseconds=taken, is_problem=is_problem, body=body)
        )


def new_attempt(retry_attempt: int = 0, retry_reason: str = "") -> Attempt:
    """Make an attempt with an envelope of its own."""
    return Attempt(str(uuid.uuid4()), retry_attempt, retry_reason, time.time())
