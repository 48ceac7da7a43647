"""What each Web API method does to the workspace."""

import re
from collections.abc import Callable
from typing import TypeVar

from bot.local_slack.block_kit import (
    RICH_TEXT_CHARACTERS,
    check_message_blocks,
    check_view,
    is_view_too_large,
    rich_text_characters,
    with_ids,
)
from bot.local_slack.people import People, bot_message
from bot.local_slack.records import Channel, Json
from bot.local_slack.schema import Fault
from bot.local_slack.socket_mode import SocketMode
from bot.local_slack.state import BOT_ID, BOT_USER_ID, TEAM_ID, TEAM_NAME, State
from bot.local_slack.views import ViewBook

T = TypeVar("T")

TEXT_CHARACTERS = 40_000
_UPDATE_CHARACTERS = 4_000
_MARKDOWN_CHARACTERS = 12_000
_TIMESTAMP = re.compile(r"\d+\.\d{6}")
# "eyes", "+1", "flag-un", "wave::skin-tone-3"; a name between colons is a usual mistake.
_EMOJI_NAME = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")
_STATUSES = ("processing", "active", "suspended", "closed")


class ApiError(Exception):
    """An error that Slack answers with: its code and the fields beside it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Handlers:
    """The methods by name."""

    def __init__(self, state: State, sockets: SocketMode, people: People, views: ViewBook) -> None:
        self._state = state
        self._sockets = sockets
        self._people = people
        self._views = views
        self._by_method: dict[str, Callable[[Json], Json]] = {
            "api.test": self._api_test,
            "auth.test": self._auth_test,
            "apps.connections.open": self._open_connection,
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update_message,
            "chat.delete": self._delete_message,
            "views.publish": self._publish_view,
            "views.open": self._open_view,
            "views.push": self._push_view,
            "views.update": self._update_view,
            "conversations.open": self._open_conversation,
            "conversations.info": self._conversation_info,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
            "users.info": self._user_info,
            "reactions.add": self._add_reaction,
            "reactions.remove": self._remove_reaction,
            "assistant.threads.setStatus": self._set_status,
            "assistant.threads.setSuggestedPrompts": self._set_prompts,
            "assistant.threads.setTitle": self._set_title,
            "agents.sessions.setStatus": self._set_session_status,
        }

    def call(self, method: str, arguments: Json) -> Json:
        """Do what a method does and return its answer without `ok`.

        Raises:
            ApiError: what Slack would answer instead.
        """
        with self._state.changed:
            return self._by_method[method](arguments)

    def _api_test(self, arguments: Json) -> Json:
        if "error" in arguments:
            raise ApiError(str(arguments["error"]), args=arguments)
        return {"args": arguments}

    def _auth_test(self, _arguments: Json) -> Json:
        return {
            "url": f"{self._people.base_url}/",
            "team": TEAM_NAME,
            "user": self._state.bot.handle,
            "team_id": TEAM_ID,
            "user_id": BOT_USER_ID,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _open_connection(self, _arguments: Json) -> Json:
        address = self._people.base_url.replace("http://", "ws://", 1)
        return {"url": f"{address}/link/?ticket={self._sockets.new_ticket()}&app_id=local"}

    def _post_message(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        text, blocks = content(arguments, TEXT_CHARACTERS)
        message = bot_message(channel.id, self._state.next_ts(), text, blocks)
        thread_ts = arguments.get("thread_ts")
        if thread_ts:
            message |= _slacks_error(lambda: self._state.place_in_thread(channel.id, str(thread_ts)))
        for name in ("metadata", "link_names"):
            if arguments.get(name):
                message[name] = arguments[name]
        self._people.post(message, channel)
        return {"channel": channel.id, "ts": message["ts"], "message": {**message}}

    def _post_ephemeral(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        user = str(arguments["user"])
        if user not in {person.id for person in self._state.people}:
            raise ApiError("user_not_found")
        if user not in channel.members:
            raise ApiError("user_not_in_channel")
        text, blocks = content(arguments, TEXT_CHARACTERS)
        message = self._state.add_ephemeral(
            channel=channel.id, user=user, text=text, blocks=blocks, thread_ts=arguments.get("thread_ts")
        )
        return {"message_ts": message["ts"]}

    def _update_message(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        message = self._own_message(channel, arguments, "cant_update_message")
        text, blocks = content(arguments, _UPDATE_CHARACTERS)
        had_rich_text = any(block["type"] == "rich_text" for block in message["blocks"])
        if had_rich_text and blocks and not any(block["type"] == "rich_text" for block in blocks):
            raise ApiError("block_mismatch")
        edited = {"user": BOT_USER_ID, "ts": self._state.next_ts()}
        before = self._state.change_message(
            channel.id, message["ts"], text=text, blocks=with_ids(blocks), edited=edited
        )
        self._people.tell_bot_of_change(before, channel)
        return {"channel": channel.id, "ts": message["ts"], "text": text, "message": {**message}}

    def _delete_message(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        message = self._own_message(channel, arguments, "cant_delete_message")
        self._people.remove(channel, message["ts"])
        return {"channel": channel.id, "ts": message["ts"]}

    def _publish_view(self, arguments: Json) -> Json:
        user = str(arguments["user_id"])
        if user not in {person.id for person in self._state.people}:
            raise ApiError("user_not_found")
        view = _checked_view(arguments["view"], "home")
        current = self._views.home(user)
        if arguments.get("hash") and current is not None and arguments["hash"] != current["hash"]:
            raise ApiError("hash_conflict")
        return {"view": self._views.publish(user, view)}

    def _open_view(self, arguments: Json) -> Json:
        view = _checked_view(arguments["view"], "modal")
        return {"view": self._views.open(self._trigger_user(arguments), view)}

    def _push_view(self, arguments: Json) -> Json:
        view = _checked_view(arguments["view"], "modal")
        user = self._trigger_user(arguments)
        return {"view": _slacks_error(lambda: self._views.push(user, view))}

    def _update_view(self, arguments: Json) -> Json:
        current = self._views.find(str(arguments.get("view_id", "")))
        if current is None or self._views.owner(current["id"]) is None:
            raise ApiError("not_found")
        if arguments.get("hash") and arguments["hash"] != current["hash"]:
            raise ApiError("hash_conflict")
        return {"view": self._views.update(current["id"], _checked_view(arguments["view"], current["type"]))}

    def _open_conversation(self, arguments: Json) -> Json:
        channel = self._state.find_channel(str(arguments.get("users") or arguments.get("channel") or ""))
        if channel is None or channel.kind != "im":
            raise ApiError("user_not_found")
        return {"channel": {"id": channel.id}}

    def _conversation_info(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        about = {"id": channel.id, "name": channel.name, "is_im": channel.kind == "im", "is_member": True}
        return {"channel": {**about, "is_ext_shared": False, "is_pending_ext_shared": False}}

    def _replies(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        thread = str(arguments["ts"])
        messages = self._state.messages[channel.id].values()
        return {
            "messages": [{**each} for each in messages if thread in {each["ts"], each.get("thread_ts")}],
            "has_more": False,
        }

    def _history(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel"])
        messages = [{**each} for each in self._state.messages[channel.id].values() if "thread_ts" not in each]
        return {"messages": messages[::-1], "has_more": False}

    def _user_info(self, arguments: Json) -> Json:
        for person in (*self._state.people, self._state.bot):
            if person.id == arguments["user"]:
                return {
                    "user": {
                        "id": person.id,
                        "name": person.handle,
                        "real_name": person.name,
                        "is_bot": person.is_bot,
                        "is_restricted": person.is_guest,
                        "is_ultra_restricted": False,
                        "team_id": TEAM_ID,
                    }
                }
        raise ApiError("user_not_found")

    def _add_reaction(self, arguments: Json) -> Json:
        channel, ts, name = self._reaction(arguments)
        _slacks_error(lambda: self._state.add_reaction(channel, ts, name, BOT_USER_ID))
        return {}

    def _remove_reaction(self, arguments: Json) -> Json:
        channel, ts, name = self._reaction(arguments)
        _slacks_error(lambda: self._state.remove_reaction(channel, ts, name, BOT_USER_ID))
        return {}

    def _reaction(self, arguments: Json) -> tuple[str, str, str]:
        name, ts = str(arguments["name"]), str(arguments.get("timestamp") or "")
        if not ts or not arguments.get("channel"):
            raise ApiError("no_item_specified")
        channel = self._place(arguments["channel"])
        if not _TIMESTAMP.fullmatch(ts):
            raise ApiError("bad_timestamp")
        if not _EMOJI_NAME.fullmatch(name):
            raise ApiError("invalid_name")
        message = self._state.messages[channel.id].get(ts)
        if message is None or message.get("subtype") == "tombstone":
            raise ApiError("message_not_found")
        return channel.id, ts, name

    def _set_status(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel_id"])
        thread = str(arguments["thread_ts"])
        status = str(arguments.get("status") or "")
        if thread not in self._state.messages[channel.id]:
            raise ApiError("message_not_found")
        if status:
            self._state.statuses[channel.id, thread] = status
        else:
            self._state.statuses.pop((channel.id, thread), None)
        self._state.announce("thread_status", {"channel": channel.id, "thread_ts": thread, "status": status})
        return {}

    def _set_prompts(self, arguments: Json) -> Json:
        channel = self._place(arguments["channel_id"])
        prompts = arguments["prompts"]
        is_right = isinstance(prompts, list) and all(
            isinstance(prompt, dict) and set(prompt) == {"title", "message"} for prompt in prompts
        )
        if not is_right or not 1 <= len(prompts) <= 4:
            raise ApiError(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] expected one to four prompts"]}
            )
        self._state.prompts[channel.id] = prompts
        self._state.announce("prompts", {"channel": channel.id, "prompts": prompts})
        return {}

    def _set_title(self, arguments: Json) -> Json:
        self._place(arguments["channel_id"])
        return {}

    def _set_session_status(self, arguments: Json) -> Json:
        self._place(arguments["channel_id"])
        if arguments["status"] not in _STATUSES:
            raise ApiError("invalid_arguments")
        return {}

    def _place(self, name: object) -> Channel:
        channel = self._state.find_channel(str(name))
        # The bot sees neither private channels without it nor that they exist; names do not count as ids.
        if channel is None or (channel.kind == "group" and BOT_USER_ID not in channel.members):
            raise ApiError("channel_not_found")
        if BOT_USER_ID not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def _own_message(self, channel: Channel, arguments: Json, refusal: str) -> Json:
        message = self._state.messages[channel.id].get(str(arguments["ts"]))
        if message is None:
            raise ApiError("message_not_found")
        if message.get("bot_id") != BOT_ID:
            raise ApiError(refusal)
        return message

    def _trigger_user(self, arguments: Json) -> str:
        if not arguments.get("trigger_id"):
            raise ApiError(
                "invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: trigger_id"]}
            )
        return _slacks_error(lambda: self._state.spend_trigger(str(arguments["trigger_id"])))


def content(arguments: Json, maximum: int) -> tuple[str, list[Json]]:
    """Return the text, of at most `maximum` characters, and the blocks of a message that the bot sends.

    Raises:
        ApiError: when Slack would refuse them.
    """
    text = str(arguments.get("text") or "")
    markdown = arguments.get("markdown_text")
    if markdown and (text or arguments.get("blocks")):
        raise ApiError("markdown_text_conflict")
    if markdown and len(str(markdown)) > _MARKDOWN_CHARACTERS:
        raise ApiError("msg_too_long")
    blocks = [{"type": "markdown", "text": str(markdown)}] if markdown else _checked_blocks(arguments.get("blocks"))
    if not text and not blocks and not arguments.get("attachments"):
        raise ApiError("no_text")
    if len(text) > maximum:
        raise ApiError("msg_too_long")
    return text, blocks


def _checked_blocks(blocks: object) -> list[Json]:
    if blocks in (None, "", []):
        return []
    faults = check_message_blocks(blocks)
    if faults:
        raise ApiError("invalid_blocks", **_listed(faults))
    if rich_text_characters(blocks) > RICH_TEXT_CHARACTERS:
        raise ApiError("msg_blocks_too_long")
    return list(blocks) if isinstance(blocks, list) else []


def _checked_view(view: object, kind: str) -> Json:
    faults = check_view(view)
    if isinstance(view, dict) and not faults and view["type"] != kind:
        faults = [Fault(f"must be a {kind}", "/view/type")]
    if faults or not isinstance(view, dict):
        raise ApiError("invalid_arguments", **_listed(faults))
    if is_view_too_large(view):
        raise ApiError("view_too_large")
    return view


def _slacks_error(look_up: Callable[[], T]) -> T:
    try:
        return look_up()
    except LookupError as error:
        raise ApiError(str(error.args[0])) from error


def _listed(faults: list[Fault]) -> Json:
    errors = [str(fault) for fault in faults]
    return {"errors": errors, "response_metadata": {"messages": [f"[ERROR] {error}" for error in errors]}}
