"""Intake: events taken up all at a time, since each commit waits for the disk, and before anybody answers them."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

Payload = dict[str, Any]
TakeUp = Callable[[Sequence[Payload]], list[bool]]
"""Takes up the questions among some events; tells of each whether it needs nothing more than its acknowledgement."""


class Intake:
    """Stands between a connection and what takes up events; `calm` is set while nothing waits for acknowledgement."""

    def __init__(self, take_up: TakeUp) -> None:
        self.calm = threading.Event()
        self.calm.set()
        self._take_up = take_up
        self._waiting: list[tuple[Payload, asyncio.Future[bool]]] = []
        self._taking: asyncio.Task[None] | None = None
        self._deliveries = 0

    def __enter__(self) -> None:
        """Count a delivery that waits for its acknowledgement."""
        self._deliveries += 1
        self.calm.clear()

    def __exit__(self, *_: object) -> None:
        """Count it as acknowledged."""
        self._deliveries -= 1
        if not self._deliveries:
            self.calm.set()

    async def settle(self, event: Payload) -> bool:
        """Take up an event; tell whether it needs nothing more than its acknowledgement."""
        settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, settled))
        if self._taking is None:
            self._taking = asyncio.create_task(self._take())
        return await settled

    async def _take(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                outcomes = await asyncio.to_thread(self._take_up, [event for event, _ in taken])
            except Exception as error:  # noqa: BLE001 - raised again where each of them waits
                for _, settled in taken:
                    settled.set_exception(error)
            else:
                for (_, settled), outcome in zip(taken, outcomes, strict=True):
                    settled.set_result(outcome)
        self._taking = None
