"""Lanes: work in order within a channel, and at its pace, where no channel holds up another."""

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
class _Lane(Generic[T]):
    entries: deque[T] = field(default_factory=deque)
    is_crowded: bool = False  # more than one entry was in it at a time


class Lanes(Generic[T]):
    """A queue for each channel, of which one entry is worked on at a time; the queues wait, not the workers.

    A lane that is done with calls `on_free`: there may be more for its channel elsewhere.
    """

    def __init__(self, on_free: Callable[[], None]) -> None:
        self._changed = threading.Condition()
        self._lanes: dict[str, _Lane[T]] = {}
        self._due: list[tuple[float, int, str]] = []  # when the first of a lane may be worked on, as a heap
        self._numbers = itertools.count()
        self._is_closed = False
        self._on_free = on_free

    def add(self, channel: str, entries: Iterable[T]) -> None:
        """Put entries at the end of a channel's lane."""
        with self._changed:
            lane = self._lanes.get(channel)
            if lane is None:
                lane = self._lanes[channel] = _Lane()
                self._schedule(channel, 0.0)
            lane.entries.extend(entries)
            lane.is_crowded |= len(lane.entries) > 1

    def take(self) -> tuple[str, T] | None:
        """Wait for the first entry of a lane that may be worked on; None at the end.

        The lane waits until `finish` or `put_off` is called for it.
        """
        with self._changed:
            while not self._is_closed:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    channel = heapq.heappop(self._due)[2]
                    if self._lanes[channel].entries:
                        return channel, self._lanes[channel].entries[0]
                    self._free(channel)
                else:
                    self._changed.wait(wait)
            return None

    def finish(self, channel: str, pause_seconds: float) -> None:
        """Drop the first entry of a lane, which is done; where entries queue up, the next follows after a pause."""
        with self._changed:
            lane = self._lanes[channel]
            lane.entries.popleft()
            if lane.entries or lane.is_crowded:
                self._schedule(channel, pause_seconds)
            else:
                self._free(channel)

    def put_off(self, channel: str, seconds: float) -> None:
        """Let a lane wait, the first entry with it, which keeps its place."""
        with self._changed:
            self._lanes[channel].is_crowded = True
            self._schedule(channel, seconds)

    def close(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def channels(self) -> set[str]:
        """The channels that have something to do, or at work, or are in the pause after it."""
        with self._changed:
            return set(self._lanes)

    @property
    def entries(self) -> list[T]:
        """Everything that is not finished."""
        with self._changed:
            return [entry for lane in self._lanes.values() for entry in lane.entries]

    def _schedule(self, channel: str, seconds: float) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), channel))
        self._changed.notify()

    def _free(self, channel: str) -> None:
        del self._lanes[channel]
        self._on_free()
