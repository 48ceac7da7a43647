"""What people do in the workspace: write, edit, use commands, click, open the home, fill in modals."""

import secrets
import uuid

from bot.local_slack import payloads
from bot.local_slack.block_kit import check_message_blocks, check_view, elements_of, find_action, flattened, with_ids
from bot.local_slack.delivery import Courier
from bot.local_slack.manifest import Shortcut, ShortcutKind
from bot.local_slack.records import Channel, Delivery, Json, Person
from bot.local_slack.state import APP_ID, BOT_ID, BOT_USER_ID, SLACKBOT_ID, TEAM_ID, ResponseUrl, State
from bot.local_slack.typed_text import rich_text, stored
from bot.local_slack.views import ViewBook

# An event reaches an app that subscribed to it and still has the scope for it.
_SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
_MESSAGE_EVENT = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class People:
    """The actions of people; each returns at once, and the courier carries what follows from it."""

    def __init__(self, state: State, courier: Courier, views: ViewBook) -> None:
        self.base_url = ""
        self._state = state
        self._courier = courier
        self._views = views
        self._withheld_mentions = 0

    def say(
        self,
        text: str,
        channel: Channel,
        person: Person,
        thread_ts: str | None = None,
        *,
        file_name: str | None = None,
    ) -> str:
        """Post a message as a person, with a file where `file_name` is given, and return its ts."""
        state = self._state
        stored_text, elements = self._stored(text)
        message: Json = {
            "type": "message",
            "channel": channel.id,
            "user": person.id,
            "client_msg_id": str(uuid.uuid4()),
            "team": TEAM_ID,
            "text": stored_text,
            "blocks": rich_text(elements, secrets.token_urlsafe(4)[:5]),
            "ts": state.next_ts(),
        }
        if thread_ts is not None:
            root = state.messages[channel.id].get(thread_ts)
            if root is None:
                raise ValueError(f"expected the ts of a message in {channel.name}, got {thread_ts!r}")
            message |= {"thread_ts": thread_ts, "parent_user_id": root["user"]}
        if file_name is not None:
            file = {"id": f"F{secrets.token_hex(5).upper()}", "name": file_name, "user": person.id}
            message |= {"subtype": "file_share", "files": [file], "upload": False}
        self.post(message, channel)
        return str(message["ts"])

    def post(self, message: Json, channel: Channel) -> None:
        """Keep a new message, of a person or of the bot, and tell the bot of it where the app listens.

        A mention of the bot and the message itself are two events under two event_ids.
        """
        with self._state.changed:
            self._state.add_message(message)
            if BOT_USER_ID not in channel.members:
                return
            if channel.kind != "im" and "bot_id" not in message and _mentions_bot(message):
                if self._withheld_mentions or message.get("subtype") == "file_share":
                    self._withheld_mentions = max(self._withheld_mentions - 1, 0)
                else:
                    self._post_event("app_mention", payloads.app_mention(message))
            self._post_event(_MESSAGE_EVENT[channel.kind], payloads.message_event(message, channel))

    def withhold_app_mention(self) -> None:
        """Send the next mention of the bot as its `message` event alone."""
        with self._state.changed:
            self._withheld_mentions += 1

    def edit(self, channel: Channel, ts: str, text: str) -> None:
        """Change a person's message; an edit never counts as a new mention."""
        state = self._state
        stored_text, elements = self._stored(text)
        blocks = rich_text(elements, secrets.token_urlsafe(4)[:5])
        with state.changed:
            user = state.messages[channel.id][ts]["user"]
            edited = {"user": user, "ts": state.next_ts()}
            before = state.change_message(channel.id, ts, text=stored_text, blocks=blocks, edited=edited)
            self.tell_bot_of_change(before, channel)

    def remove(self, channel: Channel, ts: str) -> None:
        """Delete a message, of a person or of the bot; one with replies leaves a tombstone over them."""
        state = self._state
        with state.changed:
            message = state.messages[channel.id][ts]
            if state.replies(channel.id, ts):
                state.bury_message(channel.id, ts)
            else:
                state.remove_message(channel.id, ts)
            self.tell_bot_of_change(message, channel)

    def tell_bot_of_change(self, before: Json, channel: Channel) -> None:
        """Send the event of a changed or deleted message where the app listens."""
        state = self._state
        if BOT_USER_ID not in channel.members:
            return
        previous = state.with_thread(before)
        after = state.messages[channel.id].get(before["ts"])
        if after is None:
            event = payloads.message_deleted(previous, channel, state.next_ts())
        else:
            event = payloads.message_changed(state.with_thread(after), previous, channel, state.next_ts())
        self._post_event(_MESSAGE_EVENT[channel.kind], event)

    def run_command(self, command: str, text: str, channel: Channel, person: Person) -> Delivery:
        """Use a slash command."""
        declared = next((each for each in self._state.manifest.commands if each.name == command), None)
        if declared is None:
            raise ValueError(
                f"expected one of {[each.name for each in self._state.manifest.commands]}, got {command!r}"
            )
        if declared.should_escape:
            text, _ = self._stored(text)
        delivery = Delivery("slash_commands", {}, user=person.id)
        delivery.payload = payloads.slash_command(
            command=command,
            text=text,
            channel=channel,
            person=person,
            response_url=self._response_url("commands", channel, person, delivery, None),
            trigger_id=self._state.new_trigger(person.id),
            verification_token=self._state.verification_token,
        )
        self._courier.post(delivery, lambda settled: self._finish_command(settled, channel, person))
        return delivery

    def run_message_shortcut(self, callback_id: str, message: Json, channel: Channel, person: Person) -> Delivery:
        """Use a shortcut in the menu of a message, whoever wrote it and wherever it stands."""
        state = self._state
        shortcut = self._shortcut(callback_id, "message")
        delivery = Delivery("interactive", {}, user=person.id)
        delivery.payload = payloads.message_shortcut(
            callback_id=shortcut.callback_id,
            message=state.with_thread(message),
            channel=channel,
            # The message is not the app's to replace or delete.
            response_url=self._response_url("app", channel, person, delivery, None),
            common=self._common("message_action", person),
            action_ts=state.next_ts(),
        )
        self._courier.post(delivery)
        return delivery

    def run_global_shortcut(self, callback_id: str, person: Person) -> Delivery:
        """Use a shortcut that belongs to no message."""
        shortcut = self._shortcut(callback_id, "global")
        delivery = Delivery("interactive", {}, user=person.id)
        delivery.payload = payloads.global_shortcut(
            callback_id=shortcut.callback_id,
            common=self._common("shortcut", person),
            action_ts=self._state.next_ts(),
        )
        self._courier.post(delivery)
        return delivery

    def click(
        self, message: Json, channel: Channel, person: Person, action_id: str, value: str | None, block_id: str | None
    ) -> Delivery:
        """Use a button or menu of a message, ephemeral or not."""
        found = self._find(message.get("blocks", []), action_id, value, block_id)
        delivery = Delivery("interactive", {}, user=person.id)
        url = self._response_url("actions", channel, person, delivery, message["ts"])
        context = payloads.message_context(self._state.with_thread(message), channel, url)
        return self._interact(delivery, found, value, person, context)

    def click_in_view(
        self, view: Json, person: Person, action_id: str, value: str | None, block_id: str | None
    ) -> Delivery:
        """Use a button or menu of the home tab or of a modal."""
        found = self._find(view["blocks"], action_id, value, block_id)
        delivery = Delivery("interactive", {}, user=person.id)
        return self._interact(delivery, found, value, person, payloads.view_context(view))

    def open_home(self, person: Person, tab: str) -> None:
        """Open the app's home or its messages."""
        state = self._state
        channel = state.direct_channel(person.id)
        view = self._views.home(person.id)
        self._post_event(
            "app_home_opened", payloads.app_home_opened(person, channel, tab, view, state.next_ts()), needs_scope=False
        )

    def submit_view(self, view: Json, person: Person, values: Json) -> Delivery:
        """Send a modal's inputs; `values` maps block ids to action ids to what was put in."""
        state: Json = {}
        for block in view["blocks"]:
            for element in elements_of(block):
                given = values.get(block["block_id"], {})
                if block["type"] == "input" or element["action_id"] in given:
                    made = payloads.input_state(element, given.get(element["action_id"]))
                    state.setdefault(block["block_id"], {})[element["action_id"]] = made
        sent = {**view, "state": {"values": state}}
        delivery = Delivery("interactive", {}, user=person.id)
        delivery.payload = {
            **self._common("view_submission", person),
            "view": sent,
            "response_urls": [],
        }
        self._courier.post(delivery, lambda settled: self._finish_submission(settled, view["id"], person))
        return delivery

    def close_view(self, view: Json, person: Person) -> Delivery | None:
        """Close a modal; the bot hears of it only where the view asks for that."""
        self._views.close(person.id, view["id"])
        if not view.get("notify_on_close"):
            return None
        delivery = Delivery("interactive", {}, user=person.id)
        delivery.payload = {
            **payloads.interaction("view_closed", person, self._state.verification_token, ""),
            "view": view,
            "is_cleared": False,
        }
        self._courier.post(delivery)
        return delivery

    def _stored(self, typed: str) -> tuple[str, list[Json]]:
        state = self._state
        people = {name: each.id for each in (*state.people, state.bot) for name in (each.name, each.handle)}
        channels = {each.name: each.id for each in state.channels if each.kind != "im"}
        return stored(typed, people=people, channels=channels)

    def _post_event(self, subscription: str, event: Json, *, needs_scope: bool = True) -> None:
        manifest = self._state.manifest
        if subscription not in manifest.events or self._state.is_revoked:
            return
        if needs_scope and _SCOPE_OF_EVENT[subscription] not in manifest.scopes:
            return
        payload = payloads.event_callback(event, self._state.verification_token)
        self._courier.post(Delivery("events_api", payload, user=event.get("user", "")))

    def _find(self, blocks: list[Json], action_id: str, value: str | None, block_id: str | None) -> tuple[Json, Json]:
        same_name = find_action_by_value(blocks, action_id, value) if block_id is None and value is not None else None
        found = same_name or find_action(blocks, action_id, block_id)
        if found is None:
            known = [each.get("action_id") for block in flattened(blocks) for each in elements_of(block)]
            raise ValueError(f"expected one of the action ids {known}, got {action_id!r}")
        return found

    def _interact(
        self, delivery: Delivery, found: tuple[Json, Json], value: str | None, person: Person, context: Json
    ) -> Delivery:
        state = self._state
        block, element = found
        delivery.payload = {
            **self._common("block_actions", person),
            **context,
            "actions": [payloads.action(block, element, value, state.next_ts())],
        }
        self._courier.post(delivery)
        return delivery

    def _common(self, kind: str, person: Person) -> Json:
        state = self._state
        return payloads.interaction(kind, person, state.verification_token, state.new_trigger(person.id))

    def _shortcut(self, callback_id: str, kind: ShortcutKind) -> Shortcut:
        offered = [each for each in self._state.manifest.shortcuts if each.kind == kind]
        for shortcut in offered:
            if shortcut.callback_id == callback_id:
                return shortcut
        raise ValueError(f"expected one of {[each.callback_id for each in offered]}, got {callback_id!r}")

    def _response_url(
        self, kind: str, channel: Channel, person: Person, delivery: Delivery, message_ts: str | None
    ) -> str:
        secret = secrets.token_urlsafe(18)
        self._state.response_urls[secret] = ResponseUrl(channel.id, person.id, delivery, message_ts)
        return f"{self.base_url}/hooks/{kind}/{TEAM_ID}/{secrets.randbelow(10**13)}/{secret}"

    def _finish_command(self, delivery: Delivery, channel: Channel, person: Person) -> None:
        state = self._state
        if delivery.outcome != "acked":
            error = "operation_timeout" if delivery.outcome == "timeout" else "dispatch_failed"
            text = f"{delivery.payload['command']} failed with the error “{error}”"
            state.add_ephemeral(channel=channel.id, user=person.id, text=text, blocks=[], sender=SLACKBOT_ID)
            return
        answer = delivery.ack_payload or {}
        blocks = answer.get("blocks") or []
        faults = check_message_blocks(blocks) if blocks else []
        if faults:
            delivery.problems += tuple(map(str, faults))
        elif answer.get("response_type") == "in_channel":
            self.post(bot_message(channel.id, state.next_ts(), str(answer.get("text", "")), blocks), channel)
        elif answer.get("text") or blocks:
            state.add_ephemeral(channel=channel.id, user=person.id, text=str(answer.get("text", "")), blocks=blocks)

    def _finish_submission(self, delivery: Delivery, view_id: str, person: Person) -> None:
        if delivery.outcome != "acked":
            return
        answer = delivery.ack_payload or {}
        response = answer.get("response_action")
        view = answer.get("view")
        if response in {"update", "push"}:
            faults = check_view(view)
            if faults or view is None:
                delivery.problems += tuple(map(str, faults))
            elif response == "update":
                self._views.update(view_id, view)
            else:
                self._views.push(person.id, view)
        elif response == "clear":
            self._views.clear(person.id)
        elif response != "errors":
            self._views.close(person.id, view_id)


def bot_message(channel: str, ts: str, text: str, blocks: list[Json]) -> Json:
    """Make a message of the bot."""
    return {
        "type": "message",
        "channel": channel,
        "user": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "text": text,
        "blocks": with_ids(blocks),
        "ts": ts,
    }


def find_action_by_value(blocks: list[Json], action_id: str, value: str) -> tuple[Json, Json] | None:
    """Return the block and the button with this action id and value; several blocks may share an action id."""
    for block in flattened(blocks):
        for element in elements_of(block):
            if element.get("action_id") == action_id and element.get("value") == value:
                return block, element
    return None


def _mentions_bot(message: Json) -> bool:
    return any(
        part.get("user_id") == BOT_USER_ID
        for block in message["blocks"]
        for section in block["elements"]
        for part in section["elements"]
    )
