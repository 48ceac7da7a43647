"""The local Slack: a server on this machine that a bot cannot tell from Slack, and the hands to use it with."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from bot.local_slack.api_handlers import Handlers
from bot.local_slack.delivery import Courier, new_attempt
from bot.local_slack.http_push import HttpPush, Reply, signed_headers
from bot.local_slack.manifest import Manifest
from bot.local_slack.page_api import PageApi, refuse_strangers
from bot.local_slack.people import People
from bot.local_slack.records import ApiCall, Attempt, Channel, Delivery, Json, Notification, Person, WireLine
from bot.local_slack.response_urls import ResponseUrls
from bot.local_slack.serving import Serving
from bot.local_slack.socket_mode import DisconnectReason, SocketMode
from bot.local_slack.state import BOT_ID, BOT_USER_ID, State
from bot.local_slack.views import ViewBook
from bot.local_slack.web_api import PlannedFault, WebApi

T = TypeVar("T")

# Predicates may look at what this server cannot announce, such as a process; so nobody waits longer unasked.
_GLANCE_SECONDS = 0.1
# Longer than any ack timeout and the retries between.
_OUTCOME_SECONDS = 40.0
_BODY_BYTES = 2 * 1024 * 1024


class LocalSlack:
    """A workspace served on 127.0.0.1; its methods may be called from any thread."""

    def __init__(
        self,
        manifest: Manifest,
        *,
        port: int = 0,
        ack_timeout_seconds: float = 3.0,
        retry_delays_seconds: Sequence[float] = (0.0, 60.0, 300.0),
        rate_limits: bool = False,
        request_url: str | None = None,
        more_channels: Sequence[str] = (),
    ) -> None:
        self._serving = Serving(port)
        self._state = State(manifest, more_channels=more_channels)
        self._sockets = SocketMode(self._state, ack_timeout_seconds)
        self._pushes = HttpPush(self._state.signing_secret, ack_timeout_seconds)
        self._courier = Courier(self._state, self._sockets, self._pushes, retry_delays_seconds=retry_delays_seconds)
        self._courier.request_url = request_url
        self._views = ViewBook(self._state)
        self._people = People(self._state, self._courier, self._views)
        handlers = Handlers(self._state, self._sockets, self._people, self._views)
        self._api = WebApi(self._state, handlers, is_rate_limited=rate_limits)
        self._response_urls = ResponseUrls(self._state, self._people, self._api)
        self._page = PageApi(self._state, self._people, self._views, self._sockets)

    def __enter__(self) -> Self:
        if not self._serving.is_running:
            self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve, in a thread of its own.

        Raises:
            OSError: when the port is taken.
        """
        self._courier.open(self._serving.bind())
        self._people.base_url = self.url
        self._serving.run(self._open())

    def stop(self) -> None:
        """Stop serving and close every connection; a stopped local Slack stays readable."""
        self._serving.end(self._close())

    @property
    def url(self) -> str:
        """Where the page is, without a slash at the end."""
        return self._serving.url

    @property
    def bot_user_id(self) -> str:
        """The bot's user id, the one in a mention."""
        return BOT_USER_ID

    @property
    def bot_id(self) -> str:
        """The bot's bot_id, the one its messages carry."""
        return BOT_ID

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody but the bot; You first."""
        return self._state.people

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Every channel and every person's direct messages with the bot."""
        return self._state.channels

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call and response_url use, oldest first."""
        with self._state.changed:
            return list(self._state.calls)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every payload for the bot, oldest first."""
        with self._state.changed:
            return list(self._state.deliveries)

    @property
    def notifications(self) -> list[Notification]:
        """Whom the bot's messages would have pinged, oldest first."""
        with self._state.changed:
            return list(self._state.notifications)

    @property
    def wire(self) -> list[WireLine]:
        """The lines of the wire panel, oldest first."""
        with self._state.changed:
            return list(self._state.wire)

    @property
    def connections(self) -> int:
        """How many websockets the bot has open."""
        return self._sockets.connected

    @property
    def request_url(self) -> str | None:
        """Where payloads are pushed in HTTP mode; None in Socket Mode."""
        return self._courier.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._courier.request_url = url

    def environment(self) -> dict[str, str]:
        """Return the variables that point a bot here, with tokens of this instance alone."""
        return {
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": self._state.bot_token,
            "SLACK_APP_TOKEN": self._state.app_token,
            "SLACK_SIGNING_SECRET": self._state.signing_secret,
        }

    def direct_channel(self, user: str | None = None) -> str:
        """Return the id of a person's direct messages with the bot."""
        return self._state.direct_channel(user).id

    def say(self, text: str, channel: str = "general", *, user: str | None = None, thread_ts: str | None = None) -> str:
        """Post a message as a person, as if typed, and return its ts; a typed @Verbatim becomes a mention."""
        return self._people.say(text, self._state.channel(channel), self._state.person(user), thread_ts)

    def share_file(
        self, name: str, text: str, channel: str = "general", *, user: str | None = None, thread_ts: str | None = None
    ) -> str:
        """Share a file with a message, as a person, and return the message's ts.

        A mention in `text` reaches the bot as a `message` event (subtype `file_share`) alone, not as an `app_mention`.
        """
        place, person = self._state.channel(channel), self._state.person(user)
        return self._people.say(text, place, person, thread_ts, file_name=name)

    def withhold_app_mention(self) -> None:
        """Send the next mention as its `message` event alone, as Slack does in some shared channels."""
        self._people.withhold_app_mention()

    def direct_message(self, text: str, *, user: str | None = None, thread_ts: str | None = None) -> str:
        """Write to the bot directly and return the message's ts."""
        person = self._state.person(user)
        return self._people.say(text, self._state.direct_channel(person.id), person, thread_ts)

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Edit a person's message."""
        self._people.edit(self._state.channel(channel), ts, text)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message of anybody; one with replies leaves a tombstone over them."""
        place = self._state.channel(channel)
        self._people.remove(place, self._message(place, ts)["ts"])

    def invite_bot(self, channel: str) -> None:
        """Make the bot a member of a channel that was without it."""
        self._state.let_bot_in(self._state.channel(channel))

    def run_command(
        self, command: str, text: str = "", channel: str = "general", *, user: str | None = None
    ) -> Delivery:
        """Use a slash command and wait until it was acknowledged or failed."""
        place, person = self._state.channel(channel), self._state.person(user)
        return self._settled(self._people.run_command(command, text, place, person))

    def run_message_shortcut(self, callback_id: str, channel: str, ts: str, *, user: str | None = None) -> Delivery:
        """Use a shortcut from a message's menu and wait until it was acknowledged or failed."""
        place, person = self._state.channel(channel), self._state.person(user)
        message = self._message(place, ts)
        return self._settled(self._people.run_message_shortcut(callback_id, message, place, person))

    def run_global_shortcut(self, callback_id: str, *, user: str | None = None) -> Delivery:
        """Use a shortcut that belongs to no message and wait until it was acknowledged or failed."""
        return self._settled(self._people.run_global_shortcut(callback_id, self._state.person(user)))

    def click(
        self,
        channel: str | None = None,
        message_ts: str | None = None,
        *,
        action_id: str,
        value: str | None = None,
        block_id: str | None = None,
        user: str | None = None,
        ephemeral: bool = False,
        view_id: str | None = None,
    ) -> Delivery:
        """Use a button or menu of a message, or of the view `view_id`, and wait until it was acknowledged or failed."""
        return self._settled(
            self.begin_click(
                channel,
                message_ts,
                action_id=action_id,
                value=value,
                block_id=block_id,
                user=user,
                ephemeral=ephemeral,
                view_id=view_id,
            )
        )

    def begin_click(
        self,
        channel: str | None = None,
        message_ts: str | None = None,
        *,
        action_id: str,
        value: str | None = None,
        block_id: str | None = None,
        user: str | None = None,
        ephemeral: bool = False,
        view_id: str | None = None,
    ) -> Delivery:
        """Use a button or menu like `click`, without waiting."""
        person = self._state.person(user)
        if view_id is not None:
            view = self._views.find(view_id)
            if view is None:
                raise ValueError(f"expected the id of a view, got {view_id!r}")
            return self._people.click_in_view(view, person, action_id, value, block_id)
        if channel is None or message_ts is None:
            raise ValueError("expected a channel and a message_ts, or a view_id, got neither")
        place = self._state.channel(channel)
        ordinary = None if ephemeral else self._state.messages[place.id].get(message_ts)
        message = ordinary or self._state.find_ephemeral(message_ts)
        if message is None:
            raise ValueError(f"expected the ts of a message in {place.name}, got {message_ts!r}")
        return self._people.click(message, place, person, action_id, value, block_id)

    def open_home(self, user: str | None = None, *, tab: str = "home") -> None:
        """Open the app's home as a person, or its "messages" tab."""
        self._people.open_home(self._state.person(user), tab)

    def home(self, user: str | None = None) -> Json | None:
        """Return what the bot published in a person's home tab, or None."""
        return self._views.home(self._state.person(user).id)

    def modals(self, user: str | None = None) -> list[Json]:
        """Return a person's open modals, the visible one last."""
        return self._views.modals(self._state.person(user).id)

    def submit_view(self, view_id: str, values: Json | None = None, *, user: str | None = None) -> Delivery:
        """Submit a modal, with `values` by block id and action id, and wait until it was acknowledged or failed."""
        view = self._views.find(view_id)
        if view is None:
            raise ValueError(f"expected the id of a view, got {view_id!r}")
        return self._settled(self._people.submit_view(view, self._state.person(user), values or {}))

    def close_view(self, view_id: str, *, user: str | None = None) -> None:
        """Close a modal."""
        view = self._views.find(view_id)
        if view is not None:
            self._people.close_view(view, self._state.person(user))

    def messages(self, channel: str = "general", thread_ts: str | None = None) -> list[Json]:
        """Return copies of a channel's messages, replies too, or of the replies alone in one thread; oldest first."""
        with self._state.changed:
            every = self._state.messages[self._state.channel(channel).id].values()
            kept = [each for each in every if thread_ts is None or each.get("thread_ts") == thread_ts]
            return copy.deepcopy(kept)

    def ephemerals(self, user: str | None = None, channel: str | None = None) -> list[Json]:
        """Return copies of what only one person sees, oldest first."""
        person = self._state.person(user)
        place = None if channel is None else self._state.channel(channel).id
        with self._state.changed:
            return copy.deepcopy(
                [
                    message
                    for message in self._state.ephemerals
                    if message["ephemeral_to"] == person.id and place in {None, message["channel"]}
                ]
            )

    def wait_for(self, predicate: Callable[[], T], timeout: float = 15.0, what: str = "the expected change") -> T:
        """Return the first true value of `predicate`, asked again after every change.

        Raises:
            AssertionError: when `timeout` seconds pass first; it names `what` and the latest wire lines.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self._state.version
            value = predicate()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                latest = "\n".join(f"  {line.direction}: {line.label} {line.detail}" for line in self.wire[-12:])
                raise AssertionError(f"expected {what} within {timeout:g} s; the latest on the wire:\n{latest}")
            with self._state.changed:
                if self._state.version == seen:
                    self._state.changed.wait(min(left, _GLANCE_SECONDS))

    def wait_connected(self, timeout: float = 30.0) -> None:
        """Wait until the bot has a websocket open."""
        self.wait_for(lambda: self.connections > 0, timeout, "a websocket of the bot")

    def redeliver(self, delivery: Delivery | str, times: int = 2) -> list[Attempt]:
        """Send a payload again as Slack's retries, all at once, and wait until each was acknowledged or failed.

        The event_id stays, every envelope is new; `delivery` may be the ts of the message it came from.
        """
        found = self._delivery(delivery)
        attempts = [new_attempt(number, "timeout") for number in range(1, times + 1)]
        return self._send_again(found, attempts)

    def replay(self, delivery: Delivery | str, times: int = 1) -> list[Attempt]:
        """Send a payload again as if for the first time: the same envelope and no sign of a retry."""
        found = self._delivery(delivery)
        attempts = []
        for _ in range(times):
            attempt = new_attempt()
            attempt.envelope_id = found.attempts[0].envelope_id
            attempts += self._send_again(found, [attempt])
        return attempts

    def disconnect(self, reason: DisconnectReason = "refresh_requested") -> None:
        """Announce the end of every connection, as Slack does every few hours."""
        self._serving.run(self._sockets.disconnect(reason))

    def deafen_connections(self) -> None:
        """Hear nothing more through the open websockets and say nothing, as when a network silently forgets them."""
        self._serving.run(self._deafen())

    def drop_connections(self) -> None:
        """Cut every websocket without a closing handshake."""
        self._serving.run(self._drop())

    def send_frame(self, frame: str | bytes) -> None:
        """Send a frame of any content through every websocket."""
        self._serving.run(self._sockets.send_frame(frame))

    def go_offline(self) -> None:
        """Refuse connections and cut those that are open; the port stays reserved for `go_online`."""
        self._serving.run(self._serving.go_offline())

    def go_online(self) -> None:
        """Accept connections again on the same port."""
        self._serving.run(self._serving.go_online())

    def fail_next(
        self,
        method: str,
        *,
        error: str = "ratelimited",
        status: int = 200,
        retry_after: int = 1,
        times: int = 1,
        after_recording: bool = False,
        drop: bool = False,
        hang_seconds: float = 0.0,
        body: str | None = None,
    ) -> None:
        """Answer the next calls of a Web API method, or uses of a "response_url", with an error.

        `after_recording` does what the call asks and loses only the answer; `drop` cuts the connection
        in place of an answer, and either comes after `hang_seconds`. `body` is sent as it is in place of
        Slack's JSON, with `status`: the page of a proxy, or an answer cut in half.
        """
        status = 429 if error == "ratelimited" and status == 200 and body is None else status
        fault = PlannedFault(method, error, status, retry_after, times, after_recording, drop, hang_seconds, body)
        self._api.planned_faults.append(fault)

    def revoke_token(self) -> None:
        """Make the bot's token worthless, as when the app is removed."""
        with self._state.changed:
            self._state.is_revoked = True

    def restore_token(self) -> None:
        """Make the bot's token valid again after `revoke_token`."""
        with self._state.changed:
            self._state.is_revoked = False

    def signed_headers(self, body: bytes, *, timestamp: int | None = None) -> dict[str, str]:
        """Return Slack's signature headers for a body, now or at another time in seconds since the epoch."""
        return signed_headers(self._state.signing_secret, body, timestamp=timestamp)

    def post_raw(self, body: bytes | str, headers: Mapping[str, str] | None = None) -> Reply:
        """Post a body to the request URL as it is; by default signed, as JSON."""
        raw = body.encode() if isinstance(body, str) else body
        if self.request_url is None:
            raise ValueError("expected a request_url, got none")
        if headers is None:
            headers = {"Content-Type": "application/json", **self.signed_headers(raw)}
        return self._serving.run(self._pushes.post(self.request_url, raw, headers))

    def _settled(self, delivery: Delivery) -> Delivery:
        self.wait_for(lambda: delivery.outcome != "pending", _OUTCOME_SECONDS, f"an outcome of {delivery.label}")
        return delivery

    def _send_again(self, delivery: Delivery, attempts: list[Attempt]) -> list[Attempt]:
        self._courier.post_again(delivery, attempts)
        self.wait_for(
            lambda: all(attempt.outcome != "pending" for attempt in attempts), 30.0, "an outcome of every redelivery"
        )
        return attempts

    def _message(self, place: Channel, ts: str) -> Json:
        message = self._state.messages[place.id].get(ts)
        if message is None:
            raise ValueError(f"expected the ts of a message in {place.name}, got {ts!r}")
        return message

    def _delivery(self, delivery: Delivery | str) -> Delivery:
        if isinstance(delivery, Delivery):
            return delivery
        for each in self.deliveries:
            if each.event.get("ts") == delivery:
                return each
        raise ValueError(f"expected the ts of a delivered message, got {delivery!r}")

    async def _open(self) -> None:
        app = web.Application(middlewares=[refuse_strangers], client_max_size=_BODY_BYTES)
        app.router.add_route("*", "/api/{method}", self._api.serve)
        app.router.add_get("/link/", self._sockets.link)
        app.router.add_post("/hooks/{kind}/{team}/{number}/{secret}", self._response_urls.serve)
        self._page.add_routes(app)
        await self._serving.open(app)

    async def _close(self) -> None:
        await self._courier.close()
        self._page.close()
        self._sockets.drop()
        await self._serving.close()

    async def _deafen(self) -> None:
        self._sockets.deafen()

    async def _drop(self) -> None:
        self._sockets.drop()
