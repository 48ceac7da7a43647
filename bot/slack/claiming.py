"""Claim what a delivery asks of the bot, on disk, before Slack hears that it arrived (Bolt middleware)."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from slack_bolt import BoltContext, BoltResponse

from bot.ops.metrics import CLAIMS, QUESTIONS
from bot.outbox.store import Claim
from bot.outbox.tasks import Task, TaskKey, TaskKind
from bot.slack.blocks.answer import FOLLOW_UP_ACTION, PAGE_ACTION, SHARE_ACTION
from bot.slack.blocks.forms import ADDITION_VIEW, REMOVE_ACTION, read_addition
from bot.slack.blocks.messages import EXAMPLE_ACTION
from bot.slack.blocks.passage import SHOW_PASSAGE_ACTION
from bot.slack.commands import COMMANDS, ChangeKind, read_change
from bot.slack.context import AppContext
from bot.slack.permissions import read_person

_log = logging.getLogger(__name__)

Payload = Mapping[str, Any]

CHECK_MESSAGE = "check_message"
"""Callback id of the message shortcut "Check against statements"."""

ACTIONS = (EXAMPLE_ACTION, FOLLOW_UP_ACTION, PAGE_ACTION, SHARE_ACTION, REMOVE_ACTION, SHOW_PASSAGE_ACTION)
_ACTION = re.compile(rf"({'|'.join(ACTIONS)})_\d+")
_POSTING_ACTIONS = frozenset({EXAMPLE_ACTION, FOLLOW_UP_ACTION, SHARE_ACTION})

_WRITTEN_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
"""Messages that a person wrote. Every other subtype is an edit, a deletion or a notice."""

_FOLLOW_UP = re.compile(
    r"""\?\s*$                                  # 'who voted for them?'
        | ^\W*(?:and|what|which|who|where|when|how|why|is|are|was|were|do|does|did|has|have|any)\b  # 'and Ukraine'
        | ^\W*(?:can|could|would|please|now|also|then|same|only|since|in)\b                        # 'same for Syria'
        | ^\W*(?:show|list|count|compare|find|search|quote|check|tell|give|open)\b                 # 'list the demands'
        | ^\W*(?:resolutions|treaties|citations|statements|positions|demands|commitments|dates)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Replies in a thread that may be follow-up questions; whether one is decides what it is read as."""


def create_claim_middleware(app: AppContext) -> Callable[..., BoltResponse | None]:
    """Return the middleware that claims tasks, and gives the handlers their context."""

    def claim_before_ack(body: Payload, context: BoltContext, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        context["app"] = app
        claim = read_claim(app, body)
        if claim is not None:
            if not app.outbox.claim(claim):
                CLAIMS.labels("refused").inc()
                _log.info("delivered again; its answer is given or on its way", extra={"event": "redelivered"})
                return BoltResponse(status=200)
            CLAIMS.labels("taken").inc()
            if surface := _surface_of(claim.task):
                QUESTIONS.labels(surface).inc()
            context["claim"] = claim
        next()
        return None

    return claim_before_ack


def read_claim(app: AppContext, body: Payload) -> Claim | None:
    """Return the claim of a delivery; None where it asks nothing of the bot."""
    if "event" in body:
        return _read_event(app, body)
    if "command" in body:
        return _read_command(body)
    readers = {"block_actions": _read_click, "message_action": _read_shortcut, "view_submission": _read_submission}
    reader = readers.get(str(body.get("type")))
    return reader(body) if reader is not None else None


# Events


def _read_event(app: AppContext, body: Payload) -> Claim | None:
    event = body.get("event") or {}
    if event.get("type") == "app_home_opened":
        return _read_home(body, event)
    if not is_question(app, body):
        return None
    is_direct = _is_direct_message(event)
    task = Task(
        TaskKind.MESSAGE,
        user=event["user"],
        team=find_team(body),
        channel=event["channel"],
        text=event.get("text") or "",
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or "",
        is_addressed=is_addressed(event, app.bot_user_id),
        is_direct=is_direct,
        is_unshared=body.get("is_ext_shared_channel") is False,
    )
    return Claim(TaskKey(task.team, task.channel, task.ts), task)


def _read_home(body: Payload, event: Payload) -> Claim | None:
    user = event.get("user")
    if event.get("tab", "home") != "home" or not isinstance(user, str):
        return None
    key = TaskKey(find_team(body), f"home {user}", str(event.get("event_ts") or body.get("event_id")))
    # Slack says who opened it: an event is not ambiguous about the person, as a click in a shared channel is.
    return Claim(key, Task(TaskKind.HOME, user=user, user_team=find_team(body), team=find_team(body)))


def is_question(app: AppContext, body: Payload) -> bool:
    """Tell whether an event is to be answered: written to the bot, or a follow-up in a thread."""
    event = body.get("event") or {}
    if is_addressed(event, app.bot_user_id):
        return True
    # Only who asked may go on without a mention: others in the thread may be talking to each other.
    return is_thread_reply(event) and app.memory.has_asked(
        TaskKey(find_team(body), event["channel"], event["thread_ts"]), event["user"]
    )


def is_addressed(event: Payload, bot_user_id: str) -> bool:
    """Tell whether an event is a message that a person wrote to the bot.

    A message with a file or in a shared channel may mention the bot and come as `message` alone, or as both events.
    """
    is_mention = event.get("type") == "app_mention" or (
        event.get("type") == "message" and bool(bot_user_id) and f"<@{bot_user_id}" in (event.get("text") or "")
    )
    return (is_mention or _is_direct_message(event)) and _is_by_person(event)


def is_thread_reply(event: Payload) -> bool:
    """Tell whether an event is a person's reply in a channel's thread that mentions nobody and may be a question."""
    # The message that begins a thread carries its own ts as the thread's once it has replies.
    is_within = bool(event.get("thread_ts")) and event["thread_ts"] != event.get("ts")
    is_reply = event.get("type") == "message" and is_within and not _is_direct_message(event)
    text = event.get("text") or ""
    return is_reply and _is_by_person(event) and "<@" not in text and bool(_FOLLOW_UP.search(text))


def _is_by_person(event: Payload) -> bool:
    # An event whose channel is no string could never be answered, and would be tried again and again.
    is_placed = all(isinstance(event.get(name), str) and event[name] for name in ("channel", "ts", "user"))
    is_by_person = not event.get("bot_id") and not event.get("hidden")
    return is_placed and is_by_person and event.get("subtype") in _WRITTEN_SUBTYPES


def _is_direct_message(event: Payload) -> bool:
    return event.get("type") == "message" and event.get("channel_type") == "im"


# Commands, clicks, shortcuts and forms


def _read_command(body: Payload) -> Claim | None:
    name, text = str(body["command"]), str(body.get("text") or "")
    if name not in COMMANDS:
        return None
    change = read_change(text) if name == "/statements" else None
    task = Task(TaskKind.COMMAND, text=text, name=name, channel=str(body.get("channel_id") or ""), **_common(body))
    # Each answer is private: a queue of its own, since no channel's pace and order bind it.
    key = TaskKey(task.team, f"command {_digest(body)}", "")
    return Claim(key, task, is_immediate=change is not None and change.kind is ChangeKind.ADD)


def _read_click(body: Payload) -> Claim | None:
    action, container = (body.get("actions") or [{}])[0], body.get("container") or {}
    match = _ACTION.fullmatch(str(action.get("action_id")))
    if match is None:
        return None
    name, ts = match[1], str(container.get("message_ts") or container.get("view_id") or "")
    task = Task(
        TaskKind.CLICK,
        name=name,
        value=str(action.get("value") or ""),
        channel=str(container.get("channel_id") or (body.get("channel") or {}).get("id") or ""),
        ts=ts,
        thread_ts=str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""),
        is_ephemeral=bool(container.get("is_ephemeral")),
        is_in_view=container.get("type") == "view",
        **_common(body),
    )
    if name == SHARE_ACTION:  # once, however often it is clicked
        key = TaskKey(task.team, task.channel, f"share {ts} {task.user}")
        return Claim(key, task, may_repeat=True)
    is_posted = name in _POSTING_ACTIONS and not task.is_ephemeral and not task.is_in_view
    queue = task.channel if is_posted else f"{task.channel or task.user} {ts}"
    clicked_at = str(action.get("action_ts") or _digest(body))
    key = TaskKey(task.team, queue, f"{clicked_at} {ts} {task.user}")
    return Claim(key, task, is_immediate=name == SHOW_PASSAGE_ACTION)


def _read_shortcut(body: Payload) -> Claim | None:
    if body.get("callback_id") != CHECK_MESSAGE:
        return None
    task = Task(
        TaskKind.SHORTCUT,
        channel=str((body.get("channel") or {}).get("id") or ""),
        text=str((body.get("message") or {}).get("text") or ""),
        **_common(body),
    )
    used_at = str(body.get("action_ts") or _digest(body))
    return Claim(TaskKey(task.team, f"shortcut {used_at} {task.user}", used_at), task)


def _read_submission(body: Payload) -> Claim | None:
    view = body.get("view") or {}
    if view.get("callback_id") != ADDITION_VIEW:
        return None
    task = Task(TaskKind.SUBMISSION, payload=asdict(read_addition(view)), **_common(body))
    return Claim(TaskKey(task.team, f"form {_digest(body)}", ""), task, is_immediate=True)


def _common(body: Payload) -> dict[str, Any]:
    person = read_person(body)
    return {
        "user": str(body.get("user_id") or (body.get("user") or {}).get("id") or ""),
        "user_team": person.team_id if person is not None else "",
        "team": find_team(body),
        "response_url": str(body.get("response_url") or ""),
    }


def _digest(body: Payload) -> str:
    """Return what identifies a delivery of which Slack gives no time; a trigger_id itself is a secret."""
    identity = str(body.get("trigger_id") or json.dumps(body, sort_keys=True))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def find_team(body: Payload) -> str:
    """Return the workspace: an event names it at the top, a click under "team"."""
    event = body.get("event") or {}
    return str(body.get("team_id") or event.get("team") or (body.get("team") or {}).get("id") or "")


def _surface_of(task: Task) -> str | None:
    """Return one of `bot.ops.metrics.SURFACES`; None for what is no question."""
    if task.kind is TaskKind.MESSAGE:
        return "direct_message" if task.is_direct else "mention" if task.is_addressed else "thread"
    return {TaskKind.COMMAND: "command", TaskKind.CLICK: "button", TaskKind.SHORTCUT: "shortcut"}.get(task.kind)
