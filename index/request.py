"""Request: what an engine is asked for, in which statements. Context: what a follow-up in a thread edits."""

import datetime
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

REQUEST_VERSION = 1
"""Of the JSON form of requests. A value of another version is refused: a button of an older release then says so."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which statements are asked about. What is empty leaves all in; what is set must hold together.

    `statement` is an id, the beginning of one, or words of a title; `about` words of titles; `issuer` one who issued
    ("G7"). `since` and `until` are inclusive; `month` (from 1) is one of any year ("the March statement"), and `day`
    one of that month. `statement_ids` names statements outright. `not_issuer` leaves statements out, `mentions`
    keeps those whose text or title has each of some words. Of what is left, `newest` keeps so many newest, or oldest
    where it is negative.
    """

    statement: str = ""
    about: str = ""
    issuer: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    month: int | None = None
    day: int | None = None
    statement_ids: tuple[str, ...] = ()
    not_issuer: str = ""
    mentions: tuple[str, ...] = ()
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What one engine is asked for. Each engine declares its own beside its answer; `engine` is the engine's name.

    Requests can be written as JSON and read back: the value of a button, the memory of a thread, a saved search.
    """

    engine: ClassVar[str] = ""

    @property
    def filters(self) -> Filters:
        """Which statements are asked about; a field of every request."""
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        # A slotted dataclass is made twice, and the second class is the one that counts.
        if cls.engine:
            _REQUEST_TYPES[cls.engine] = cls

    def to_dict(self) -> dict[str, Any]:
        """Return the request as JSON values, without what has its default, with the engine and the version."""
        return {"v": REQUEST_VERSION, "engine": self.engine, **_to_json(self)}

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Request":
        """Return the request that `to_dict` made these values of.

        Raises:
            ValueError: the values are of another version, or of an engine that is not declared here.
        """
        if values.get("v") != REQUEST_VERSION:
            raise ValueError(f"expected a request of version {REQUEST_VERSION}, got {values.get('v')!r}")
        request_type = _REQUEST_TYPES.get(str(values.get("engine")))
        if request_type is None:
            raise ValueError(f"expected one of the engines {sorted(_REQUEST_TYPES)}, got {values.get('engine')!r}")
        return _from_json(request_type, values)


_REQUEST_TYPES: dict[str, type[Request]] = {}
"""Engine name → its request. `index.engines.registry` imports every engine."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a follow-up in the same thread goes on from.

    `request` is the last one that was answered, which a follow-up edits. `filters` are the statements as the person
    chose them, in words; `found` the ids of those that the last answer quoted, which "that statement" points back to.
    `subject` is what "them" stands for, `excluded` what statements that count do not mention.
    """

    filters: Filters = field(default_factory=Filters)
    subject: str = ""
    engine: str = ""
    found: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    request: Request | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the context as JSON values, without what is empty."""
        return _to_json(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the context that `to_dict` made these values of.

        A request that this version does not know is left out: what remains still says which statements are meant.
        """
        try:
            return _from_json(cls, values)
        except ValueError:
            return _from_json(cls, {name: value for name, value in values.items() if name != "request"})


# -- JSON ------------------------------------------------------------------------------------------------------------


def _to_json(record: Any) -> dict[str, Any]:  # noqa: ANN401 - any record of ours
    """Return the fields of a record that differ from their defaults as JSON values."""
    return {
        one.name: _value_to_json(value)
        for one in fields(record)
        if (value := getattr(record, one.name)) != _default_of(one)
    }


def _default_of(one: Any) -> Any:  # noqa: ANN401 - of a field of any type
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _value_to_json(value: Any) -> Any:  # noqa: ANN401 - JSON values are of any type
    if isinstance(value, Request | Context):
        return value.to_dict()
    if is_dataclass(value):
        return _to_json(value)
    if isinstance(value, tuple):
        return [_value_to_json(one) for one in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


T = typing.TypeVar("T")


def _from_json(record_type: type[T], values: Mapping[str, Any]) -> T:
    """Return a record of JSON values; a name that it does not have is another version's and left out."""
    hints, names = typing.get_type_hints(record_type), {one.name for one in fields(record_type)}  # type: ignore[arg-type]
    try:
        return record_type(**{name: _value_of(hints[name], value) for name, value in values.items() if name in names})
    except (TypeError, AttributeError) as error:
        raise ValueError(f"expected the fields of {record_type.__name__}, got {sorted(values)}") from error


def _value_of(hint: Any, value: Any) -> Any:  # noqa: ANN401 - JSON values are of any type
    """Return a JSON value as the type that a field is declared with."""
    if isinstance(hint, types.UnionType):
        (hint,) = (one for one in typing.get_args(hint) if one is not types.NoneType)
    if typing.get_origin(hint) is tuple:
        return tuple(_value_of(typing.get_args(hint)[0], one) for one in value)
    if hint is Request:
        return Request.from_dict(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _from_json(hint, value)
    if hint is datetime.date:
        return datetime.date.fromisoformat(value)
    return hint(value) if issubclass(hint, StrEnum | str | int) else value
