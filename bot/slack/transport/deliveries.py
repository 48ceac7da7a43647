"""Deliveries: pass what Slack sends to Bolt, and tell while anything waits for its acknowledgement."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot.ops.metrics import ACK_SECONDS

_log = logging.getLogger(__name__)

_THREADS = 16
"""A delivery holds a thread until Bolt acknowledges it, which waits for the disk."""


class Deliveries:
    """What both transports share; every method is called in the event loop of the transport."""

    def __init__(self) -> None:
        self.idle = threading.Event()
        """Set while nothing waits for its acknowledgement. Any thread may wait for it."""
        self.idle.set()
        self._waiting = 0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dispatch")

    @contextlib.contextmanager
    def acknowledging(self) -> Iterator[None]:
        """Count and time a delivery; the block ends when its acknowledgement is sent."""
        self._waiting += 1
        self.idle.clear()
        try:
            with ACK_SECONDS.time():
                yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self.idle.set()

    async def dispatch(self, app: App, payload: dict[str, Any]) -> BoltResponse:
        """Return Bolt's response to a payload, without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _dispatch, app, payload)


def _dispatch(app: App, payload: dict[str, Any]) -> BoltResponse:
    try:
        request = BoltRequest(mode="socket_mode", body=payload)
    except (AttributeError, KeyError, TypeError) as error:
        # Bolt reads ids out of it at once; refused, it would be delivered again and again.
        _log.warning("acknowledged a delivery that Bolt cannot read (%s)", type(error).__name__)
        return BoltResponse(status=200)
    return app.dispatch(request)
