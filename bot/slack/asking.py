"""What the buttons of an answer ask again."""

import json
from dataclasses import dataclass
from typing import Any, Self

from index import CheckRequest, Context, Request

_MAX_VALUE_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and what it followed in its thread, or the request that it was read as.

    The buttons of an answer carry the request, so that another page is of the same list.
    """

    question: str
    follows: Context | None = None
    page: int = 1
    asker: str | None = None  # restated to others: who asked, or "" for nobody in particular
    request: Request | None = None

    @property
    def is_check(self) -> bool:
        """Tell whether a colleague's message is checked."""
        return isinstance(self.request, CheckRequest)

    def to_value(self) -> str:
        """Return the value of a button; empty where it is too long for Slack."""
        values: dict[str, Any] = {"q": self.question, "p": self.page}
        if self.request is not None:
            values["r"] = self.request.to_dict()
        elif self.follows is not None:
            values["f"] = self.follows.to_dict()
        if self.asker is not None:
            values["u"] = self.asker
        value = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return value if len(value) <= _MAX_VALUE_CHARACTERS else ""

    @classmethod
    def from_value(cls, value: str) -> Self:
        """Return the record of a value of `to_value`; a request of another version is asked as a question."""
        values = json.loads(value)
        follows = Context.from_dict(values["f"]) if "f" in values else None
        try:
            request = Request.from_dict(values["r"]) if "r" in values else None
        except ValueError:
            request = None
        return cls(str(values["q"]), follows, int(values.get("p", 1)), values.get("u"), request)
