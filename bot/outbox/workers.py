"""Workers: threads for what takes longer than Slack waits for an acknowledgement."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

_log = logging.getLogger(__name__)

Work = Callable[[], None]

_THREADS = 16
_LONGEST_QUEUE = 200


class Workers:
    """A few threads and a queue before them that has an end.

    The threads are daemons: a call that Slack never answers must not keep the process from ending.
    """

    def __init__(self, name: str, *, threads: int = _THREADS, longest_queue: int = _LONGEST_QUEUE) -> None:
        self._changed = threading.Condition()
        self._queue: deque[Work] = deque()
        self._is_stopping = False
        self._at_work = 0
        self._longest_queue = longest_queue
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether new work would have to wait."""
        with self._changed:
            return self._at_work + len(self._queue) >= len(self._threads)

    def submit(self, work: Work) -> bool:
        """Have some work done; False, and it is not, where the queue is full or the end has come."""
        with self._changed:
            if self._is_stopping or len(self._queue) >= self._longest_queue:
                return False
            self._queue.append(work)
            self._changed.notify()
            return True

    def stop(self, timeout_seconds: float) -> bool:
        """Take no more work and finish what there is; False where that was not done in time."""
        deadline = time.monotonic() + timeout_seconds
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001 - one piece of work must not cost a thread
                _log.exception("some work failed")
            finally:
                with self._changed:
                    self._at_work -= 1

    def _next(self) -> Work | None:
        with self._changed:
            while not self._queue:
                if self._is_stopping:
                    return None
                self._changed.wait()
            self._at_work += 1
            return self._queue.popleft()
