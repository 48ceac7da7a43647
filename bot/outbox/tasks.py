"""Tasks and posts: what a person asked of the bot, and the message that answers it, as the outbox stores them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self


class TaskKind(StrEnum):
    """What a task began with."""

    MESSAGE = "message"  # a mention, a direct message or a reply in a thread
    COMMAND = "command"
    CLICK = "click"
    SHORTCUT = "shortcut"
    SUBMISSION = "submission"  # of a form
    HOME = "home"  # somebody opened the Home tab
    POST = "post"  # a message that is ready to be sent


@dataclass(frozen=True, slots=True)
class TaskKey:
    """Identifies a task, however often Slack delivers it.

    Tasks with the same `channel` are answered one after another in the order of their `ts`, at the pace that Slack
    allows in a channel. For a message the two are Slack's own.
    """

    team: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a person asked of the bot, with everything that its reply needs."""

    kind: TaskKind
    user: str = ""
    user_team: str = ""  # the person's workspace; empty where the payload is not clear about it
    team: str = ""  # the workspace the task came from
    channel: str = ""
    text: str = ""  # as typed
    ts: str = ""  # of the message that was written, clicked in or checked
    thread_ts: str = ""
    name: str = ""  # of a command, or of a button's action
    value: str = ""  # of a button
    response_url: str = ""
    is_addressed: bool = True  # False for a reply in a thread that does not mention the bot
    is_direct: bool = False
    is_ephemeral: bool = False  # the clicked message is seen by the person alone
    is_in_view: bool = False  # the click was in the Home tab
    is_unshared: bool = False  # Slack said that the channel is shared with no other workspace
    is_private: bool = False  # answer by response_url: the bot is no member of the channel
    max_characters: int = 0  # of the reply, after Slack refused a longer one
    payload: dict[str, Any] | None = None  # the submitted values, or the post that is ready

    @property
    def reply_thread_ts(self) -> str:
        """The thread that a reply goes to: the one of the message, or else the one that the message begins."""
        return self.thread_ts or self.ts

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON values, without its defaults."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) != field.default}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the task of the values of `to_dict`, or of an event as the outbox stored it before it had tasks."""
        known = {name: value for name, value in values.items() if name in _TASK_FIELDS}
        if "kind" not in known:
            is_direct = values.get("channel_type") == "im"
            is_addressed = is_direct or values.get("type") == "app_mention"
            known |= {"kind": TaskKind.MESSAGE, "is_direct": is_direct, "is_addressed": is_addressed}
        return cls(**{**known, "kind": TaskKind(known["kind"])})


_TASK_FIELDS = frozenset(field.name for field in fields(Task))


class Route(StrEnum):
    """How a post is sent."""

    MESSAGE = "message"  # chat.postMessage
    EPHEMERAL = "ephemeral"  # chat.postEphemeral
    RESPONSE = "response"  # to a response_url
    UPDATE = "update"  # chat.update
    HOME = "home"  # views.publish


@dataclass(frozen=True, slots=True)
class Post:
    """A message to be sent.

    A post of the route MESSAGE carries `mark` in its metadata, by which it is found again among the messages after
    `after`.
    """

    channel: str
    text: str
    blocks: list[dict[str, Any]]
    route: Route = Route.MESSAGE
    user: str = ""  # who asked
    thread_ts: str = ""
    mark: str = ""
    after: str = ""
    ts: str = ""  # of the message that UPDATE changes
    response_url: str = ""
    replaces_original: bool = False  # RESPONSE: in place of the message with the button
    to_channel: bool = False  # RESPONSE: visible to the whole channel
    may_be_public: bool = False  # EPHEMERAL: posted to all where Slack does not show it to the person
    is_apology: bool = False
    context: dict[str, Any] | None = None  # for a follow-up question in the thread
    then: dict[str, Any] | None = None  # a post that is sent after this one

    @property
    def is_idempotent(self) -> bool:
        """Tell whether sending the post twice shows it once."""
        return self.route in {Route.UPDATE, Route.HOME} or (self.route is Route.RESPONSE and self.replaces_original)

    def to_dict(self) -> dict[str, Any]:
        """Return the post as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the post of the values of `to_dict`."""
        known = {name: value for name, value in values.items() if name in _POST_FIELDS}
        known.setdefault("mark", values.get("answers", ""))  # as posts were stored when only messages were answered
        return cls(**{**known, "route": Route(known.get("route", Route.MESSAGE))})


_POST_FIELDS = frozenset(field.name for field in fields(Post))
