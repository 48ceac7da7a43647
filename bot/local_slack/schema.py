"""Small checks that combine into a description of JSON, with Slack's wording for what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that Slack would refuse, and where."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Check = Callable[[object, str], Iterator[Fault]]


def characters(maximum: int, *, minimum: int = 1) -> Check:
    """Accept a string of `minimum` to `maximum` characters."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault("must provide a string", pointer)
        elif len(value) < minimum:
            yield Fault(f"must be more than {minimum - 1} characters", pointer)
        elif len(value) > maximum:
            yield Fault(f"must be less than {maximum + 1} characters", pointer)

    return check


def web_address(maximum: int) -> Check:
    """Accept an http, https or mailto address of at most `maximum` characters."""
    length = characters(maximum)

    def check(value: object, pointer: str) -> Iterator[Fault]:
        yield from length(value, pointer)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            yield Fault("must be a valid URL", pointer)

    return check


def one_of(*words: str) -> Check:
    """Accept one of these words."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if value not in words:
            yield Fault(f"must be one of: {', '.join(words)}", pointer)

    return check


def truth(value: object, pointer: str) -> Iterator[Fault]:
    """Accept true or false."""
    if not isinstance(value, bool):
        yield Fault("must be a boolean", pointer)


def whole_number(minimum: int, maximum: int) -> Check:
    """Accept a whole number in [minimum, maximum]."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Fault("must be an integer", pointer)
        elif not minimum <= value <= maximum:
            yield Fault(f"must be between {minimum} and {maximum}", pointer)

    return check


def number(value: object, pointer: str) -> Iterator[Fault]:
    """Accept any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault("must be a number", pointer)


def items(item: Check, maximum: int, *, minimum: int = 1) -> Check:
    """Accept an array of `minimum` to `maximum` items that `item` accepts."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault("must provide an array", pointer)
            return
        if len(value) < minimum:
            yield Fault(f"no less than {minimum} items allowed", pointer)
        if len(value) > maximum:
            yield Fault(f"no more than {maximum} items allowed", pointer)
        for position, entry in enumerate(value):
            yield from item(entry, f"{pointer}/{position}")

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """Accept an object with these fields and no other; null counts as a wrong value, as it does in Slack."""
    known = {**required, **optional}

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("must provide an object", pointer)
            return
        for name in required:
            if name not in value:
                yield Fault(f"missing required field: {name}", pointer)
        for name, entry in value.items():
            if name not in known:
                yield Fault(f"invalid additional property: {name}", pointer)
            else:
                yield from known[name](entry, f"{pointer}/{name}")

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """Accept an object whose `type` names one of these kinds and that its kind accepts."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault("must provide an object", pointer)
            return
        kind = value.get("type")
        if kind is None:
            yield Fault("missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in kinds:
            yield Fault(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from kinds[kind](value, pointer)

    return check


def together(*checks: Check) -> Check:
    """Accept what all of these accept."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        for each in checks:
            yield from each(value, pointer)

    return check


def any_field(*names: str) -> Check:
    """Accept an object that has at least one of these fields."""

    def check(value: object, pointer: str) -> Iterator[Fault]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield Fault(f"missing required field: {' or '.join(names)}", pointer)

    return check
