"""What the local Slack keeps: people, channels, calls, deliveries and the lines of the wire panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Outcome = Literal["pending", "acked", "timeout", "dispatch_failed", "http_error"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace; the bot is one of them."""

    id: str
    name: str
    handle: str
    is_bot: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """A place for messages: a channel, or the direct messages of one person with the bot."""

    id: str
    name: str
    kind: Literal["channel", "group", "im"]
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A Web API call, or a use of a response_url (method "response_url"), as the bot made it.

    `problems` holds what Slack would pass over in silence and a test should not: unknown methods and
    arguments, and texts that Slack would split.
    """

    method: str
    arguments: Json
    response: Json
    status: int
    at: float
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Attempt:
    """One sending of a payload; times are seconds since the epoch."""

    envelope_id: str
    retry_attempt: int
    retry_reason: str
    sent_at: float
    acked_at: float | None = None
    outcome: Outcome = "pending"
    ack_payload: Json | None = None


@dataclass(slots=True)
class Delivery:
    """A payload for the bot and what became of it: an event, a slash command or an interaction."""

    type: Literal["events_api", "slash_commands", "interactive"]
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = "pending"
    user: str = ""
    problems: tuple[str, ...] = ()
    response_url_uses: int = 0

    @property
    def envelope_id(self) -> str | None:
        """The envelope of the latest attempt."""
        return self.attempts[-1].envelope_id if self.attempts else None

    @property
    def sent_at(self) -> float | None:
        """When it was first sent."""
        return self.attempts[0].sent_at if self.attempts else None

    @property
    def acked_at(self) -> float | None:
        """When the first ack came, late or not."""
        return next((attempt.acked_at for attempt in self.attempts if attempt.acked_at is not None), None)

    @property
    def ack_payload(self) -> Json | None:
        """What the ack in time carried."""
        return next((attempt.ack_payload for attempt in self.attempts if attempt.outcome == "acked"), None)

    @property
    def label(self) -> str:
        """What it is, in a few words."""
        if self.type == "events_api":
            return f"event {self.event['type']}"
        return f"command {self.payload['command']}" if self.type == "slash_commands" else str(self.payload["type"])

    @property
    def event(self) -> Json:
        """The inner event of an Events API payload, else empty."""
        event: Json = self.payload.get("event", {})
        return event


@dataclass(frozen=True, slots=True)
class Notification:
    """Somebody, or a whole audience, whom a message of the bot would have pinged."""

    target: str
    channel: str
    ts: str
    source: Literal["blocks", "text"]


@dataclass(frozen=True, slots=True)
class WireLine:
    """One line of the wire panel."""

    at: float
    direction: Literal["to bot", "from bot", "note"]
    label: str
    detail: str = ""
    milliseconds: float | None = None
    is_problem: bool = False
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened, for the pages that watch; `only_for` is a person's id, or None for all."""

    kind: str
    data: Json
    only_for: str | None = None
