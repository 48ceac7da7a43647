"""The payloads that Slack sends for what people do."""

import base64
import json
import secrets
import time

from bot.local_slack.records import Channel, Json, Person
from bot.local_slack.state import APP_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID

_TEAM: Json = {"id": TEAM_ID, "domain": TEAM_DOMAIN}
_COMMAND_PLACES = {"im": "directmessage", "group": "privategroup"}


def event_callback(event: Json, verification_token: str) -> Json:
    """Wrap an inner event for the Events API, under an event_id of its own."""
    context = base64.b64encode(json.dumps({"et": event["type"], "tid": TEAM_ID}).encode()).decode()
    return {
        "token": verification_token,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{context}",
    }


def app_mention(message: Json) -> Json:
    """Make the event of a message that mentions the bot; it names no channel type."""
    return {"type": "app_mention", **_event_fields(message)}


def message_event(message: Json, channel: Channel) -> Json:
    """Make the event of a new message."""
    return {"type": "message", "channel_type": channel.kind, **_event_fields(message)}


def message_changed(message: Json, previous: Json, channel: Channel, event_ts: str) -> Json:
    """Make the event of an edit."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": event_ts,
        "event_ts": event_ts,
        "message": _carried(message),
        "previous_message": _carried(previous),
    }


def message_deleted(previous: Json, channel: Channel, event_ts: str) -> Json:
    """Make the event of a deletion."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": event_ts,
        "event_ts": event_ts,
        "deleted_ts": previous["ts"],
        "previous_message": _carried(previous),
    }


def app_home_opened(person: Person, channel: Channel, tab: str, view: Json | None, event_ts: str) -> Json:
    """Make the event of a person who opens the app's home; the view is there once one was published."""
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": event_ts,
    }
    if tab == "home" and view is not None:
        event["view"] = view
    return event


def slash_command(
    *,
    command: str,
    text: str,
    channel: Channel,
    person: Person,
    response_url: str,
    trigger_id: str,
    verification_token: str,
) -> Json:
    """Make the payload of a slash command; there is never a thread in it."""
    return {
        "token": verification_token,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": _COMMAND_PLACES.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, person: Person, verification_token: str, trigger_id: str) -> Json:
    """Make the fields that every interaction has."""
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": verification_token,
        "trigger_id": trigger_id,
        "team": _TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_context(message: Json, channel: Channel, response_url: str) -> Json:
    """Make the fields of a block action on a message; an ephemeral one is not sent along."""
    is_ephemeral = bool(message.get("is_ephemeral"))
    container: Json = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    context: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": _COMMAND_PLACES.get(channel.kind, channel.name)},
        "state": {"values": {}},
        "response_url": response_url,
    }
    if not is_ephemeral:
        context["message"] = _carried(message)
    return context


def message_shortcut(
    *, callback_id: str, message: Json, channel: Channel, response_url: str, common: Json, action_ts: str
) -> Json:
    """Make the payload of a shortcut in a message's menu; the channel may be one without the bot."""
    return {
        **global_shortcut(callback_id=callback_id, common=common, action_ts=action_ts),
        "channel": {"id": channel.id, "name": _COMMAND_PLACES.get(channel.kind, channel.name)},
        "message_ts": message["ts"],
        "message": _carried(message),
        "response_url": response_url,
    }


def global_shortcut(*, callback_id: str, common: Json, action_ts: str) -> Json:
    """Make the payload of a shortcut that belongs to no message: without a channel and without a response_url."""
    fields = {name: value for name, value in common.items() if name != "api_app_id"}
    return {**fields, "callback_id": callback_id, "action_ts": action_ts}


def view_context(view: Json) -> Json:
    """Make the fields of a block action in a home tab or modal."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def action(block: Json, element: Json, value: str | None, action_ts: str) -> Json:
    """Make the entry of `actions` for one use of an element.

    Raises:
        ValueError: when a menu has no option with this value, or feedback buttons none of the two.
    """
    made: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block.get("block_id", ""),
        "action_ts": action_ts,
    }
    kind = element["type"]
    if kind in {"button", "icon_button"}:
        made |= {name: element[name] for name in ("text", "value", "url", "style", "icon") if name in element}
    elif kind == "feedback_buttons":
        buttons = [element["positive_button"], element["negative_button"]]
        pressed = _pick(buttons, value)
        made |= {"value": pressed["value"], "text": pressed["text"]}
    elif kind in {"overflow", "static_select", "radio_buttons"}:
        made["selected_option"] = _pick(options_of(element), value)
    elif kind in {"checkboxes", "multi_static_select"}:
        made["selected_options"] = [] if value is None else [_pick(options_of(element), value)]
    elif kind == "datepicker":
        made["selected_date"] = value
    else:
        made["value"] = value
    return made


def input_state(element: Json, value: object) -> Json:
    """Make the state of one input of a modal."""
    kind = element["type"]
    if kind in {"static_select", "radio_buttons"}:
        option = None if value in (None, "") else _pick(options_of(element), str(value))
        return {"type": kind, "selected_option": option}
    if kind in {"checkboxes", "multi_static_select"}:
        values = value if isinstance(value, list) else []
        return {"type": kind, "selected_options": [_pick(options_of(element), str(each)) for each in values]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or None}
    return {"type": kind, "value": value or None}


def options_of(element: Json) -> list[Json]:
    """Return the options of a menu, those in groups too."""
    options: list[Json] = list(element.get("options", ()))
    for group in element.get("option_groups", ()):
        options += group["options"]
    return options


def _pick(options: list[Json], value: str | None) -> Json:
    for option in options:
        if option["value"] == value:
            return option
    raise ValueError(f"expected one of {[option['value'] for option in options]}, got {value!r}")


def _event_fields(message: Json) -> Json:
    return {**_message_fields(message), "channel": message["channel"], "event_ts": message["ts"]}


def _carried(message: Json) -> Json:
    """Return a message as other payloads carry it; where it stands is told beside it, not in it."""
    return {"type": "message", **_message_fields(message)}


def _message_fields(message: Json) -> Json:
    kept = (
        "subtype",
        "hidden",
        "user",
        "bot_id",
        "app_id",
        "client_msg_id",
        "text",
        "team",
        "ts",
        "blocks",
        "thread_ts",
        "parent_user_id",
        "files",
        "upload",
        "reply_count",
        "reply_users_count",
        "reply_users",
        "latest_reply",
        "edited",
        "reactions",
        "metadata",
    )
    return {name: message[name] for name in kept if name in message}
