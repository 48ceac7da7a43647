"""One reading for several that fill at once."""

import threading
from collections.abc import Iterable, Iterator

import pytest

from index.search.filling import fill_together


def test_each_gets_all_portions_in_order_and_they_are_read_once() -> None:
    reading = iter(["a", "b", "c"])
    assert fill_together(reading, list, tuple, "".join) == (["a", "b", "c"], ("a", "b", "c"), "abc")


def test_no_portion_is_read_before_all_are_done_with_the_one_before() -> None:
    taken: list[int] = []
    lock = threading.Lock()

    def read() -> Iterator[int]:
        for number in range(50):
            assert len(taken) == 3 * number
            yield number

    def take(portions: Iterable[int]) -> int:
        for portion in portions:
            with lock:
                taken.append(portion)
        return len(taken)

    fill_together(read(), take, take, take)
    assert taken == sorted(taken)
    assert len(taken) == 150


def test_an_error_in_reading_is_raised_as_it_is() -> None:
    def read() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        fill_together(read(), list, list, list)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_error_in_one_is_raised_and_nobody_waits_for_it(at: int) -> None:
    def fail(portions: Iterable[int]) -> list[int]:
        next(iter(portions))
        raise ValueError("no room")

    makers = [list, list, list]
    makers[at] = fail  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="no room"):
        fill_together(iter(range(1_000)), *makers)


def test_one_that_stops_early_lets_the_others_go_on() -> None:
    assert fill_together(iter(range(10)), list, sum, lambda portions: next(iter(portions))) == (list(range(10)), 45, 0)
