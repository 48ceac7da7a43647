"""The watchdog: ends a bot that cannot heal, so that whoever supervises it starts it again."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)

Check = Callable[[], str | None]
"""Says what cannot heal; None while all is well."""

_LOOK_SECONDS = 5.0


class Watchdog:
    """Looks at the bot from a thread of its own, and ends the process without any of the bot's help."""

    def __init__(
        self,
        checks: Sequence[Check],
        *,
        look_seconds: float = _LOOK_SECONDS,
        end_process: Callable[[int], object] = os._exit,
    ) -> None:
        self._checks = checks
        self._look_seconds = look_seconds
        self._end_process = end_process
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def end_within(self, seconds: float) -> None:
        """Watch no more, except that the process ends in time: what is acknowledged is in the store."""
        self._stopped.set()

        def end() -> None:
            time.sleep(seconds)
            _log.warning("some work did not end in %.0f s; the next start goes on with it", seconds)
            self._end_process(os.EX_OK)

        threading.Thread(target=end, name="end", daemon=True).start()

    def _watch(self) -> None:
        was_wrong = False
        while not self._stopped.wait(self._look_seconds):
            trouble = next((found for check in self._checks if (found := check()) is not None), None)
            # Looked at twice: a machine that was suspended finds everything late at first.
            if trouble is not None and was_wrong:
                _log.critical("%s; ending with status %s, to be started again", trouble, os.EX_TEMPFAIL)
                self._end_process(os.EX_TEMPFAIL)
                return
            was_wrong = trouble is not None
