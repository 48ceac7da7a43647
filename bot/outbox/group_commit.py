"""Group commit: the small writes of many threads in few transactions, since each commit waits for the disk."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from index import Database

T = TypeVar("T")

_LARGEST_GROUP = 500


class GroupCommit:
    """Commits a thread's write together with the writes that other threads wait for at that moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[tuple[Callable[[Connection], Any], Future[Any]]] = deque()
        self._committing = threading.Lock()

    def run(self, write: Callable[[Connection], T]) -> T:
        """Run a write and return its result, which is on disk by then.

        Raises:
            StoreError: nothing of the group was written.
        """
        outcome: Future[T] = Future()
        self._waiting.append((write, outcome))
        with self._committing:
            # The first thread to get here commits for all that came meanwhile.
            if not outcome.done():
                self._commit()
        return outcome.result()

    def _commit(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _LARGEST_GROUP))]
        try:
            with self._database.write() as connection:
                results = [write(connection) for write, _ in group]
        except Exception as error:  # noqa: BLE001 - raised again in each waiting thread
            for _, outcome in group:
                outcome.set_exception(error)
            return
        for (_, outcome), result in zip(group, results, strict=True):
            outcome.set_result(result)
