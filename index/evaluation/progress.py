"""How far an evaluation has come."""

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def start_counting(on_progress: OnProgress, task: str, total: int) -> Callable[[], None]:
    """Tell that a task begins, and return what tells of one more done whenever it is called."""
    on_progress(task, 0, total)
    done = iter(range(1, total + 1))
    return lambda: on_progress(task, next(done), total)
