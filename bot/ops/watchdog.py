"""The watchdog: ends a process that cannot recover, so that its supervisor starts it again.

It runs in the bot and not in a supervisor's liveness check, because `verbatim serve` is mostly run without one.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)

Check = Callable[[], str | None]
"""Returns why the process must be started again, or None."""


class Watchdog:
    """Checks the process from a thread of its own, and ends it without waiting for any other thread."""

    def __init__(
        self,
        checks: Sequence[Check],
        *,
        interval_seconds: float = 5.0,
        end_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._checks = checks
        self._interval_seconds = interval_seconds
        self._end_process = end_process
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start checking."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def end_within(self, seconds: float) -> None:
        """Stop checking, and end the process after `seconds` even if threads still run.

        Nothing is lost: what was acknowledged is in the store.
        """
        self._stopped.set()

        def end() -> None:
            time.sleep(seconds)
            _log.warning("some work did not end within %.0f s; the next start resumes it", seconds)
            self._end_process(os.EX_OK)

        threading.Thread(target=end, name="end", daemon=True).start()

    def _watch(self) -> None:
        was_wrong = False
        while not self._stopped.wait(self._interval_seconds):
            problem = next((found for check in self._checks if (found := check()) is not None), None)
            # A machine that was suspended finds everything late once, so the second check in a row decides.
            if problem is not None and was_wrong:
                _log.critical("%s; ending with status %s, to be started again", problem, os.EX_TEMPFAIL)
                self._end_process(os.EX_TEMPFAIL)
                return
            was_wrong = problem is not None
