"""What the page in the browser reads and sends."""

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.local_slack.people import People
from bot.local_slack.records import Change, Channel, Delivery, Json, Person
from bot.local_slack.socket_mode import SocketMode
from bot.local_slack.state import BOT_USER_ID, TEAM_NAME, State, wire_json
from bot.local_slack.views import ViewBook

_PAGE = Path(__file__).parent / "page"
_WIRE_LINES = 300
_HEARTBEAT_SECONDS = 15.0
_MESSAGE_CHARACTERS = 12_000
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only requests addressed to this machine, and page actions only from the page itself.

    Another website can point a name at 127.0.0.1 (DNS rebinding) or post here (CSRF); the first is
    seen in the Host header, the second in Origin.
    """
    if (request.url.host or "") not in _LOCAL_HOSTS:
        return web.json_response({"error": "this address is not served"}, status=403)
    if request.path.startswith("/page/") and request.method == "POST":
        origin = request.headers.get("Origin")
        if origin != f"http://{request.host}" or request.content_type != "application/json":
            return web.json_response({"error": "only the page itself may do this"}, status=403)
    return await handler(request)


class PageApi:
    """Serves the page, its live updates, and what a person does on it."""

    def __init__(self, state: State, people: People, views: ViewBook, sockets: SocketMode) -> None:
        self._state = state
        self._people = people
        self._views = views
        self._sockets = sockets
        self._closing = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        """Add the page's addresses to the server."""
        self._closing = asyncio.Event()
        app.router.add_get("/", self._asset("index.html", "text/html"))
        app.router.add_get("/page.css", self._asset("page.css", "text/css"))
        for script in sorted(_PAGE.glob("*.js")):
            app.router.add_get(f"/{script.name}", self._asset(script.name, "text/javascript"))
        app.router.add_get("/icon.svg", self._asset("icon.svg", "image/svg+xml"))
        app.router.add_get("/page/live", self._live)
        app.router.add_post("/page/say", self._doing(self._say))
        app.router.add_post("/page/command", self._doing(self._command))
        app.router.add_post("/page/click", self._doing(self._click))
        app.router.add_post("/page/shortcut", self._doing(self._shortcut))
        app.router.add_post("/page/home", self._doing(self._open_home))
        app.router.add_post("/page/submit", self._doing(self._submit))
        app.router.add_post("/page/close", self._doing(self._close))
        app.router.add_post("/page/dismiss", self._doing(self._dismiss))

    def close(self) -> None:
        """End the live updates, so that the server can stop."""
        self._closing.set()

    def _asset(self, name: str, content_type: str) -> Handler:
        path = _PAGE / name

        async def serve(_request: web.Request) -> web.StreamResponse:
            return web.Response(
                body=path.read_bytes(), content_type=content_type, charset="utf-8", headers=_SECURITY_HEADERS
            )

        return serve

    def _doing(self, action: Callable[[Json], Awaitable[Json]]) -> Handler:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                body = await request.json()
                answer = await action(body)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                return web.json_response({"error": str(error)}, status=400, headers=_SECURITY_HEADERS)
            return web.json_response(answer, headers=_SECURITY_HEADERS)

        return serve

    async def _live(self, request: web.Request) -> web.StreamResponse:
        person = self._state.person(request.query.get("user") or None)
        changes: asyncio.Queue[Change | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        response = web.StreamResponse(headers={**_SECURITY_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self._state.changed:
            snapshot = self._snapshot(person.id)
            end = self._state.watch(lambda change: loop.call_soon_threadsafe(changes.put_nowait, change))
        closing = loop.create_task(self._closing.wait())
        closing.add_done_callback(lambda _: changes.put_nowait(None))
        try:
            await response.write(_frame("snapshot", snapshot))
            while True:
                try:
                    change = await asyncio.wait_for(changes.get(), _HEARTBEAT_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if change is None:
                    break
                if change.only_for in {None, person.id} and self._may_see(change, person.id):
                    await response.write(_frame(change.kind, change.data))
        except ConnectionError:
            pass
        finally:
            end()
            closing.cancel()
        return response

    def _may_see(self, change: Change, user: str) -> bool:
        channel = self._state.find_channel(str(change.data.get("channel", "")))
        return channel is None or user in channel.members

    def _snapshot(self, user: str) -> Json:
        state = self._state
        mine = [channel for channel in state.channels if user in channel.members]
        return copy.deepcopy(
            {
                "team": TEAM_NAME,
                "me": user,
                "people": [
                    {"id": person.id, "name": person.name, "is_bot": person.is_bot}
                    for person in (*state.people, state.bot)
                ],
                "bot": {
                    "id": BOT_USER_ID,
                    "name": state.manifest.app_name,
                    "description": state.manifest.description,
                    "about": state.manifest.long_description,
                    "has_home": state.manifest.has_home,
                },
                "commands": [
                    {"name": each.name, "description": each.description, "hint": each.usage_hint}
                    for each in state.manifest.commands
                ],
                "shortcuts": [
                    {"name": each.name, "kind": each.kind, "callback_id": each.callback_id, "text": each.description}
                    for each in state.manifest.shortcuts
                ],
                "channels": [
                    {
                        "id": channel.id,
                        "name": channel.name,
                        "kind": channel.kind,
                        "has_bot": BOT_USER_ID in channel.members,
                        "prompts": self._prompts(channel),
                    }
                    for channel in mine
                ],
                "messages": [message for channel in mine for message in state.messages[channel.id].values()],
                "ephemerals": [message for message in state.ephemerals if message["ephemeral_to"] == user],
                "statuses": [
                    {"channel": channel, "thread_ts": thread, "status": status}
                    for (channel, thread), status in state.statuses.items()
                ],
                "home": self._views.home(user),
                "modals": self._views.modals(user),
                "connections": self._sockets.connected,
                "wire": [wire_json(line) for line in state.wire[-_WIRE_LINES:]],
            }
        )

    def _prompts(self, channel: Channel) -> list[Json]:
        declared = [{"title": each.title, "message": each.message} for each in self._state.manifest.prompts]
        return self._state.prompts.get(channel.id, declared) if channel.kind == "im" else declared

    async def _say(self, body: Json) -> Json:
        text = str(body["text"]).strip()
        if not text:
            raise ValueError("there is nothing to send")
        if len(text) > _MESSAGE_CHARACTERS:
            raise ValueError(f"a message has at most {_MESSAGE_CHARACTERS:,} characters")
        channel, person = self._seen_channel(body)
        return {"ts": self._people.say(text, channel, person, body.get("thread_ts") or None)}

    async def _command(self, body: Json) -> Json:
        channel, person = self._seen_channel(body)
        delivery = self._people.run_command(str(body["command"]), str(body.get("text", "")), channel, person)
        return await self._settled(delivery)

    async def _click(self, body: Json) -> Json:
        person = self._state.person(body["user"])
        action_id, value, block_id = str(body["action_id"]), body.get("value"), body.get("block_id")
        if "view_id" in body:
            view = self._own_view(body, person.id)
            delivery = self._people.click_in_view(view, person, action_id, value, block_id)
        else:
            channel, person = self._seen_channel(body)
            ts = str(body["ts"])
            message = self._state.messages[channel.id].get(ts) or self._state.find_ephemeral(ts)
            if message is None:
                raise ValueError("the message is gone")
            delivery = self._people.click(message, channel, person, action_id, value, block_id)
        return await self._settled(delivery)

    async def _shortcut(self, body: Json) -> Json:
        callback_id = str(body["callback_id"])
        if "ts" not in body:
            return await self._settled(self._people.run_global_shortcut(callback_id, self._state.person(body["user"])))
        channel, person = self._seen_channel(body)
        message = self._state.messages[channel.id].get(str(body["ts"]))
        if message is None:
            raise ValueError("the message is gone")
        return await self._settled(self._people.run_message_shortcut(callback_id, message, channel, person))

    async def _open_home(self, body: Json) -> Json:
        self._people.open_home(self._state.person(body["user"]), "messages" if body["tab"] == "messages" else "home")
        return {}

    async def _submit(self, body: Json) -> Json:
        person = self._state.person(body["user"])
        view = self._own_view(body, person.id)
        return await self._settled(self._people.submit_view(view, person, body.get("values", {})))

    async def _close(self, body: Json) -> Json:
        person = self._state.person(body["user"])
        self._people.close_view(self._own_view(body, person.id), person)
        return {}

    async def _dismiss(self, body: Json) -> Json:
        self._state.remove_ephemeral(str(body["ts"]))
        return {}

    def _seen_channel(self, body: Json) -> tuple[Channel, Person]:
        person = self._state.person(body["user"])
        channel = self._state.channel(str(body["channel"]))
        if person.id not in channel.members:
            raise ValueError("you are not in this channel")
        return channel, person

    def _own_view(self, body: Json, user: str) -> Json:
        view = self._views.find(str(body["view_id"]))
        if view is None or self._views.owner(view["id"]) != user:
            raise ValueError("the view is gone")
        return view

    async def _settled(self, delivery: Delivery) -> Json:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        end = self._state.watch(lambda _: loop.call_soon_threadsafe(changed.set))
        try:
            while delivery.outcome == "pending":
                changed.clear()
                if delivery.outcome == "pending":
                    await changed.wait()
        finally:
            end()
        return {"outcome": delivery.outcome, "ack": delivery.ack_payload, "problems": list(delivery.problems)}


def _frame(kind: str, data: Json) -> bytes:
    return f"data: {json.dumps({'kind': kind, 'data': data})}\n\n".encode()
