"""One reading of the store for several indexes, which fill at once: each in a thread of its own, portion by portion."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Portion = TypeVar("Portion")
First = TypeVar("First")
Second = TypeVar("Second")
Third = TypeVar("Third")


def fill_together(
    portions: Iterable[Portion],
    first: Callable[[Iterable[Portion]], First],
    second: Callable[[Iterable[Portion]], Second],
    third: Callable[[Iterable[Portion]], Third],
) -> tuple[First, Second, Third]:
    """Return what each of three makes of the portions, which are read once, and held one at a time.

    Raises:
        Exception: what went wrong first, in reading or in one of the three.
    """
    shared = _Shared(portions, readers=3)
    with ThreadPoolExecutor(3) as pool:
        made = (
            pool.submit(shared.give, first),
            pool.submit(shared.give, second),
            pool.submit(shared.give, third),
        )
        try:
            errors = [error for one in made if (error := one.exception()) is not None]
        except BaseException:
            shared.abort()  # Ctrl-C does not wait for a million passages
            raise
    # What went wrong in one broke off the others.
    for error in sorted(errors, key=lambda error: isinstance(error, threading.BrokenBarrierError)):
        raise error
    return made[0].result(), made[1].result(), made[2].result()


class _Shared(Generic[Portion]):
    """Portions that several readers take in step."""

    def __init__(self, portions: Iterable[Portion], readers: int) -> None:
        self._portions = iter(portions)
        self._portion: Portion | None = None
        # Whoever comes last reads the next portion for all.
        self._barrier = threading.Barrier(readers, action=self._advance)
        self.abort = self._barrier.abort

    def give(self, maker: Callable[[Iterable[Portion]], First]) -> First:
        """Return what a reader makes of the portions."""
        portions = self._read()
        try:
            made = maker(portions)
        except BaseException:
            self.abort()  # nobody waits for this one
            raise
        for _ in portions:  # the others go on where this one needs no more
            pass
        return made

    def _read(self) -> Iterator[Portion]:
        """Yield the portions, each when all readers are done with the one before."""
        while True:
            self._barrier.wait()
            if self._portion is None:
                return
            yield self._portion

    def _advance(self) -> None:
        self._portion = next(self._portions, None)
