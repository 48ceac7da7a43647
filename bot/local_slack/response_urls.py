"""response_urls: how the bot answers a command or a click without a token."""

import json
import time

from aiohttp import web

from bot.local_slack.api_handlers import TEXT_CHARACTERS, ApiError, content
from bot.local_slack.block_kit import with_ids
from bot.local_slack.people import People, bot_message
from bot.local_slack.records import ApiCall, Json, WireLine
from bot.local_slack.state import ResponseUrl, State
from bot.local_slack.web_api import WebApi

_KNOWN = frozenset(
    {
        "text",
        "blocks",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "attachments",
        "metadata",
    }
)


class ResponseUrls:
    """Serves POST /hooks/<kind>/<team>/<number>/<secret>."""

    def __init__(self, state: State, people: People, api: WebApi) -> None:
        self._state = state
        self._people = people
        self._api = api

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one use of a response_url."""
        body = await request.text()
        try:
            arguments = json.loads(body)
        except ValueError:
            arguments = None
        if not isinstance(arguments, dict):
            return self._answer({}, "invalid_payload", 400)
        fault = self._api.take_fault("response_url")
        if fault is not None:
            answer = self._answer(arguments, fault.error, fault.status)
            return answer if fault.body is None else web.Response(text=fault.body, status=fault.status)
        with self._state.changed:
            url = self._state.response_urls.get(request.match_info["secret"])
            if url is None:
                return self._answer(arguments, "no_service", 404)
            refusal = url.refusal()
            if refusal is not None:
                return self._answer(arguments, refusal, 404)
            try:
                self._use(url, arguments)
            except ApiError as error:
                return self._answer(arguments, error.code, 400, **error.details)
            url.delivery.response_url_uses += 1
            return self._answer(arguments, None, 200)

    def _use(self, url: ResponseUrl, arguments: Json) -> None:
        if arguments.get("delete_original"):
            self._delete_original(url)
            return
        text, blocks = content(arguments, TEXT_CHARACTERS)
        if arguments.get("replace_original"):
            self._replace_original(url, text, blocks)
        elif arguments.get("response_type") == "in_channel":
            message = bot_message(url.channel, self._state.next_ts(), text, blocks)
            if arguments.get("thread_ts"):
                message |= self._thread(url, str(arguments["thread_ts"]))
            self._people.post(message, self._state.channel(url.channel))
        else:
            self._state.add_ephemeral(
                channel=url.channel, user=url.user, text=text, blocks=blocks, thread_ts=arguments.get("thread_ts")
            )

    def _thread(self, url: ResponseUrl, thread_ts: str) -> Json:
        try:
            return self._state.place_in_thread(url.channel, thread_ts)
        except LookupError as error:
            raise ApiError(str(error.args[0])) from error

    def _delete_original(self, url: ResponseUrl) -> None:
        original = url.message_ts or ""
        if self._state.find_ephemeral(original) is not None:
            self._state.remove_ephemeral(original)
        elif original in self._state.messages[url.channel]:
            self._people.remove(self._state.channel(url.channel), original)

    def _replace_original(self, url: ResponseUrl, text: str, blocks: list[Json]) -> None:
        original = url.message_ts or ""
        ephemeral = self._state.find_ephemeral(original)
        if ephemeral is not None:
            ephemeral |= {"text": text, "blocks": with_ids(blocks)}
            self._state.announce("ephemeral", {**ephemeral}, only_for=url.user)
        elif original in self._state.messages[url.channel]:
            before = self._state.change_message(url.channel, original, text=text, blocks=with_ids(blocks))
            self._people.tell_bot_of_change(before, self._state.channel(url.channel))
        else:
            self._state.add_ephemeral(channel=url.channel, user=url.user, text=text, blocks=blocks)

    def _answer(self, arguments: Json, error: str | None, status: int, **details: object) -> web.Response:
        response: Json = {"ok": error is None, **({"error": error} if error else {}), **details}
        problems = tuple(f"unknown argument {name}" for name in sorted(set(arguments) - _KNOWN))
        now = time.time()
        detail = error or "; ".join(problems)
        body = {"arguments": arguments, "response": response}
        with self._state.changed:
            self._state.calls.append(ApiCall("response_url", arguments, response, status, now, problems))
            self._state.log(WireLine(now, "from bot", "response_url", detail, is_problem=bool(detail), body=body))
        return web.Response(text="ok") if error is None else web.json_response(response, status=status)
