"""Channel queues: tasks in order within a channel and at its pace, where no channel delays another."""

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Queue(Generic[T]):
    entries: deque[T] = field(default_factory=deque)
    is_paced: bool = False  # more than one entry was in it at a time


class ChannelQueues(Generic[T]):
    """A queue for each channel, of which one entry is worked on at a time; the queues wait, not the workers.

    When a queue is empty `on_free` is called: there may be more for its channel in the store.
    """

    def __init__(self, on_free: Callable[[], None]) -> None:
        self._changed = threading.Condition()
        self._queues: dict[str, _Queue[T]] = {}
        self._due: list[tuple[float, int, str]] = []  # a heap of the times at which a queue may go on
        self._numbers = itertools.count()
        self._is_closed = False
        self._on_free = on_free

    def add(self, channel: str, entries: Iterable[T]) -> None:
        """Append entries to the queue of a channel."""
        with self._changed:
            queue = self._queues.get(channel)
            if queue is None:
                queue = self._queues[channel] = _Queue()
                self._schedule(channel, 0.0)
            queue.entries.extend(entries)
            queue.is_paced |= len(queue.entries) > 1

    def take(self) -> tuple[str, T] | None:
        """Wait for the first entry of a queue that may be worked on; None at the end.

        The queue waits until `finish` or `delay` is called for it.
        """
        with self._changed:
            while not self._is_closed:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    channel = heapq.heappop(self._due)[2]
                    if self._queues[channel].entries:
                        return channel, self._queues[channel].entries[0]
                    self._free(channel)
                else:
                    self._changed.wait(wait)
            return None

    def finish(self, channel: str, pause_seconds: float) -> None:
        """Drop the first entry of a queue, which is done; if entries have queued up, the next follows after a pause."""
        with self._changed:
            queue = self._queues[channel]
            queue.entries.popleft()
            if queue.entries or queue.is_paced:
                self._schedule(channel, pause_seconds)
            else:
                self._free(channel)

    def delay(self, channel: str, seconds: float) -> None:
        """Let a queue wait; its first entry keeps its place."""
        with self._changed:
            self._queues[channel].is_paced = True
            self._schedule(channel, seconds)

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def channels(self) -> set[str]:
        """Channels with entries, or in the pause after one."""
        with self._changed:
            return set(self._queues)

    @property
    def entries(self) -> list[T]:
        """Everything that is not finished."""
        with self._changed:
            return [entry for queue in self._queues.values() for entry in queue.entries]

    def _schedule(self, channel: str, seconds: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), channel))
        self._changed.notify()

    def _free(self, channel: str) -> None:
        del self._queues[channel]
        self._on_free()
