"""Everything the local Slack remembers, behind one lock."""

import copy
import dataclasses
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from bot.local_slack.block_kit import with_ids
from bot.local_slack.manifest import Manifest
from bot.local_slack.records import (
    ApiCall,
    Change,
    Channel,
    Delivery,
    Json,
    Notification,
    Person,
    WireLine,
)
from bot.local_slack.typed_text import pinged_by_blocks, pinged_by_text

TEAM_ID = "TLOCAL0001"
TEAM_DOMAIN = "local-slack"
TEAM_NAME = "Local Slack"
APP_ID = "AVERBATIM1"
BOT_ID = "BVERBATIM1"
BOT_USER_ID = "UVERBATIM1"
SLACKBOT_ID = "USLACKBOT"

_RESPONSE_URL_USES = 5
_RESPONSE_URL_SECONDS = 30 * 60
_TRIGGER_SECONDS = 3.0


class ResponseUrl:
    """A response_url: five uses within thirty minutes."""

    def __init__(self, channel: str, user: str, delivery: Delivery, message_ts: str | None) -> None:
        self.channel = channel
        self.user = user
        self.delivery = delivery
        self.message_ts = message_ts
        self.made_at = time.monotonic()

    def refusal(self) -> str | None:
        """Return Slack's error when it may not be used again, else None."""
        if time.monotonic() - self.made_at > _RESPONSE_URL_SECONDS:
            return "expired_url"
        return "used_url" if self.delivery.response_url_uses >= _RESPONSE_URL_USES else None


class State:
    """The memory of one workspace; every method may be called from any thread."""

    def __init__(self, manifest: Manifest, *, more_channels: Sequence[str] = ()) -> None:
        self.manifest = manifest
        self.changed = threading.Condition(threading.RLock())
        self.version = 0
        self.bot_token = f"xoxb-{secrets.token_hex(16)}"
        self.app_token = f"xapp-{secrets.token_hex(16)}"
        self.signing_secret = secrets.token_hex(16)
        self.verification_token = secrets.token_hex(12)
        self.is_revoked = False
        you = Person("UYOU000001", "You", "you")
        colleague = Person("UCOLLEAGUE", "A colleague", "colleague")
        guest = Person("UGUEST0001", "A guest", "guest", is_guest=True)
        self.bot = Person(BOT_USER_ID, manifest.app_name, manifest.bot_name, is_bot=True)
        self.people = (you, colleague, guest)
        self.channels = (
            Channel("CGENERAL01", "general", "channel", frozenset({you.id, colleague.id, guest.id, BOT_USER_ID})),
            Channel("CPOLICY001", "policy-desk", "channel", frozenset({you.id, colleague.id, BOT_USER_ID})),
            *(
                Channel(f"CMORE{number:05}", name, "channel", frozenset({you.id, colleague.id, BOT_USER_ID}))
                for number, name in enumerate(more_channels)
            ),
            Channel("CDRAFTS001", "drafts", "group", frozenset({you.id, colleague.id})),
            *(
                Channel(f"D{person.id[1:]}", person.handle, "im", frozenset({person.id, BOT_USER_ID}))
                for person in self.people
            ),
        )
        self.messages: dict[str, dict[str, Json]] = {channel.id: {} for channel in self.channels}
        self.ephemerals: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, str] = {}
        self.modals: dict[str, list[str]] = defaultdict(list)
        self.statuses: dict[tuple[str, str], str] = {}
        self.prompts: dict[str, list[Json]] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[ApiCall] = []
        self.deliveries: list[Delivery] = []
        self.notifications: list[Notification] = []
        self.wire: list[WireLine] = []
        self._triggers: dict[str, tuple[float, str]] = {}
        self._spent_triggers: set[str] = set()
        self._watchers: list[Callable[[Change], object]] = []
        self._last_ts = 0

    def announce(self, kind: str, data: Json, *, only_for: str | None = None) -> None:
        """Wake everybody who waits, and tell the pages that watch."""
        with self.changed:
            self.version += 1
            self.changed.notify_all()
            for watcher in self._watchers:
                watcher(Change(kind, data, only_for))

    def watch(self, watcher: Callable[[Change], object]) -> Callable[[], None]:
        """Call `watcher` at every change; return the function that ends it."""
        with self.changed:
            self._watchers.append(watcher)

        def end() -> None:
            with self.changed:
                self._watchers.remove(watcher)

        return end

    def log(self, line: WireLine) -> None:
        """Add a line to the wire panel."""
        with self.changed:
            self.wire.append(line)
            self.announce("wire", wire_json(line))

    def next_ts(self) -> str:
        """Return a new message time: seconds and microseconds, later than every one before."""
        with self.changed:
            self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def person(self, user: str | None) -> Person:
        """Return somebody by id, name or handle; by default the first person, You."""
        if user is None:
            return self.people[0]
        for person in (*self.people, self.bot):
            if user in {person.id, person.name, person.handle}:
                return person
        raise ValueError(f"expected one of {[person.name for person in self.people]}, got {user!r}")

    def channel(self, name: str) -> Channel:
        """Return a channel by id or name, with or without its #."""
        found = self.find_channel(name)
        if found is None:
            raise ValueError(f"expected one of {[channel.name for channel in self.channels]}, got {name!r}")
        return found

    def find_channel(self, name: str) -> Channel | None:
        """Return a channel by id or name, or the direct messages of a person by their id; else None."""
        wanted = name.removeprefix("#")
        for channel in self.channels:
            if wanted == channel.id or (channel.kind != "im" and wanted == channel.name):
                return channel
            if channel.kind == "im" and wanted in channel.members - {BOT_USER_ID}:
                return channel
        return None

    def direct_channel(self, user: str | None = None) -> Channel:
        """Return the direct messages of a person with the bot."""
        return self.channel(self.person(user).id)

    def let_bot_in(self, channel: Channel) -> None:
        """Make the bot a member of a channel."""
        with self.changed:
            joined = dataclasses.replace(channel, members=channel.members | {BOT_USER_ID})
            self.channels = tuple(joined if each.id == channel.id else each for each in self.channels)
            self.announce("joined", {"channel": channel.id})

    def add_message(self, message: Json) -> None:
        """Keep a new message; its channel and ts are in it."""
        with self.changed:
            self.messages[message["channel"]][message["ts"]] = message
            if message.get("bot_id") == BOT_ID:
                self._note_pings(message)
                self.statuses.pop((message["channel"], message.get("thread_ts") or message["ts"]), None)
            self.announce("message", copy.deepcopy(message))

    def change_message(self, channel: str, ts: str, **changes: object) -> Json:
        """Change a message and return it as it was before."""
        with self.changed:
            message = self.messages[channel][ts]
            before = copy.deepcopy(message)
            message.update(changes)
            if message.get("bot_id") == BOT_ID:
                self._note_pings(message)
            self.announce("message", copy.deepcopy(message))
            return before

    def remove_message(self, channel: str, ts: str) -> None:
        """Forget a message."""
        with self.changed:
            del self.messages[channel][ts]
            self.announce("removed", {"channel": channel, "ts": ts})

    def bury_message(self, channel: str, ts: str) -> Json:
        """Leave a tombstone in place of a message and return the message."""
        with self.changed:
            buried = self.messages[channel][ts]
            tombstone: Json = {
                "type": "message",
                "subtype": "tombstone",
                "hidden": True,
                "channel": channel,
                "user": SLACKBOT_ID,
                "text": "This message was deleted.",
                "blocks": [],
                "ts": ts,
            }
            self.messages[channel][ts] = tombstone
            self.announce("message", copy.deepcopy(tombstone))
            return buried

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Return the replies in the thread of a message, oldest first."""
        with self.changed:
            return [each for each in self.messages[channel].values() if each.get("thread_ts") == ts]

    def with_thread(self, message: Json) -> Json:
        """Return a copy of a message; one that was replied to says so, as it does in Slack's payloads."""
        with self.changed:
            replies = [] if message.get("is_ephemeral") else self.replies(message["channel"], message["ts"])
            if not replies:
                return copy.deepcopy(message)
            users = list(dict.fromkeys(str(reply["user"]) for reply in replies))
            thread: Json = {
                "thread_ts": message["ts"],
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "reply_users": users,
                "latest_reply": replies[-1]["ts"],
            }
            return copy.deepcopy({**message, **thread})

    def place_in_thread(self, channel: str, thread_ts: str) -> Json:
        """Return the fields that put a new message into a thread; a reply's ts stands for its thread.

        Raises:
            LookupError: with an error code, when nothing in the channel has this ts.
        """
        with self.changed:
            root = self.messages[channel].get(thread_ts)
            # Slack threads under any ts; a reply to nothing is a mistake that would go unseen.
            if root is None:
                raise LookupError("thread_not_found")
            root = self.messages[channel].get(root.get("thread_ts", thread_ts), root)
            return {"thread_ts": root["ts"], "parent_user_id": root["user"]}

    def add_reaction(self, channel: str, ts: str, name: str, user: str) -> None:
        """React to a message.

        Raises:
            LookupError: with Slack's error code, when this person did so already.
        """
        with self.changed:
            message = self.messages[channel][ts]
            reactions = message.setdefault("reactions", [])
            reaction = next((each for each in reactions if each["name"] == name), None)
            if reaction is None:
                reactions.append({"name": name, "users": [user], "count": 1})
            elif user in reaction["users"]:
                raise LookupError("already_reacted")
            else:
                reaction["users"].append(user)
                reaction["count"] += 1
            self.announce("message", copy.deepcopy(message))

    def remove_reaction(self, channel: str, ts: str, name: str, user: str) -> None:
        """Take back a reaction.

        Raises:
            LookupError: with Slack's error code, when there is none.
        """
        with self.changed:
            message = self.messages[channel][ts]
            reactions = message.get("reactions", [])
            reaction = next((each for each in reactions if each["name"] == name and user in each["users"]), None)
            if reaction is None:
                raise LookupError("no_reaction")
            reaction["users"].remove(user)
            reaction["count"] -= 1
            if not reaction["users"]:
                reactions.remove(reaction)
            if not reactions:
                del message["reactions"]
            self.announce("message", copy.deepcopy(message))

    def add_ephemeral(
        self, *, channel: str, user: str, text: str, blocks: list[Json], thread_ts: str | None = None, sender: str = ""
    ) -> Json:
        """Show a message to one person only; its ts is not that of a message."""
        with self.changed:
            message: Json = {
                "type": "message",
                "is_ephemeral": True,
                "channel": channel,
                "user": sender or BOT_USER_ID,
                "bot_id": "" if sender else BOT_ID,
                "ephemeral_to": user,
                "ts": self.next_ts(),
                "text": text,
                "blocks": with_ids(blocks),
            }
            if thread_ts is not None:
                message["thread_ts"] = thread_ts
            self.ephemerals.append(message)
            self.announce("ephemeral", copy.deepcopy(message), only_for=user)
            return message

    def find_ephemeral(self, ts: str) -> Json | None:
        """Return the ephemeral message with this ts, or None."""
        with self.changed:
            return next((message for message in self.ephemerals if message["ts"] == ts), None)

    def remove_ephemeral(self, ts: str) -> None:
        """Take away an ephemeral message, as its reader or its response_url does."""
        with self.changed:
            message = self.find_ephemeral(ts)
            if message is not None:
                self.ephemerals.remove(message)
                self.announce("ephemeral_removed", {"ts": ts}, only_for=message["ephemeral_to"])

    def new_trigger(self, user: str) -> str:
        """Make a trigger_id: good for three seconds and one view."""
        with self.changed:
            trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
            self._triggers[trigger] = (time.monotonic() + _TRIGGER_SECONDS, user)
            return trigger

    def spend_trigger(self, trigger: str) -> str:
        """Return whose trigger it was, and spend it.

        Raises:
            LookupError: with Slack's error code, when it is unknown, late or already spent.
        """
        with self.changed:
            if trigger in self._spent_triggers:
                raise LookupError("exchanged_trigger_id")
            if trigger not in self._triggers:
                raise LookupError("invalid_trigger_id")
            deadline, user = self._triggers[trigger]
            if time.monotonic() > deadline:
                raise LookupError("expired_trigger_id")
            self._spent_triggers.add(trigger)
            return user

    def record_delivery(self, delivery: Delivery) -> None:
        """Keep a delivery that is about to be sent."""
        with self.changed:
            self.deliveries.append(delivery)
            self.announce("delivery", {})

    def _note_pings(self, message: Json) -> None:
        # Nobody is told when the bot mentions itself.
        seen = {BOT_USER_ID}
        by_blocks: Iterable[str] = pinged_by_blocks(message.get("blocks", []))
        by_text: Iterable[str] = pinged_by_text(message.get("text", ""), link_names=message.get("link_names", False))
        for target in by_blocks:
            if target not in seen:
                self.notifications.append(Notification(target, message["channel"], message["ts"], "blocks"))
                seen.add(target)
        for target in by_text:
            if target not in seen:
                self.notifications.append(Notification(target, message["channel"], message["ts"], "text"))
                seen.add(target)


def wire_json(line: WireLine) -> Json:
    """Return a line of the wire panel as the page takes it."""
    return {
        "at": line.at,
        "direction": line.direction,
        "label": line.label,
        "detail": line.detail,
        "milliseconds": line.milliseconds,
        "is_problem": line.is_problem,
        "body": dict(line.body),
    }
