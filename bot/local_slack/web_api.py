"""The Web API: reads a call, checks token, scope and arguments, answers in Slack's shapes, and writes it down."""

import asyncio
import copy
import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.local_slack.api_handlers import ApiError, Handlers
from bot.local_slack.methods import EVERYWHERE, METHODS, Method
from bot.local_slack.records import ApiCall, Json, WireLine
from bot.local_slack.state import State

_STRUCTURED = ("blocks", "view", "attachments", "metadata", "prompts", "loading_messages")
_SPLIT_CHARACTERS = 4000


@dataclass(slots=True)
class PlannedFault:
    """A fault that a test asked for; `times` counts down."""

    method: str
    error: str
    status: int
    retry_after: int
    times: int
    after_recording: bool
    drop: bool
    hang_seconds: float
    body: str | None = None


class WebApi:
    """Serves POST /api/<method>."""

    def __init__(self, state: State, handlers: Handlers, *, is_rate_limited: bool) -> None:
        self.planned_faults: list[PlannedFault] = []
        self._state = state
        self._handlers = handlers
        self._is_rate_limited = is_rate_limited
        self._recent: dict[str, deque[float]] = defaultdict(deque)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        try:
            arguments = await _read_arguments(request)
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_json"})
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        arguments.pop("token", None)
        fault = self.take_fault(method)
        if fault is not None and not fault.after_recording:
            await asyncio.sleep(fault.hang_seconds)
            return self._fail(request, method, arguments, fault)
        problems = _problems(method, arguments)
        status, headers = 200, {}
        try:
            self._check(method, arguments, token)
            response = {"ok": True, **self._handlers.call(method, arguments)}
        except ApiError as error:
            response = {"ok": False, "error": error.code, **error.details}
            if error.code == "ratelimited":
                status, headers = 429, {"Retry-After": "1"}
        if method == "auth.test" and response["ok"]:
            headers["x-oauth-scopes"] = ",".join(self._state.manifest.scopes)
        if fault is not None:
            await asyncio.sleep(fault.hang_seconds)
            return self._fail(request, method, arguments, fault)
        self._record(ApiCall(method, arguments, copy.deepcopy(response), status, time.time(), problems))
        return web.json_response(response, status=status, headers=headers)

    def _check(self, method: str, arguments: Json, token: str) -> None:
        known = METHODS.get(method)
        if known is None:
            raise ApiError("unknown_method", req_method=method)
        if method != "api.test":
            self._check_token(known, token)
        self._check_scope(known)
        missing = sorted(name for name in known.required if arguments.get(name) in (None, "") and name != "status")
        if missing:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise ApiError("invalid_arguments", response_metadata={"messages": messages})
        if self._is_rate_limited:
            self._check_rate(method, known, arguments)

    def _check_token(self, known: Method, token: str) -> None:
        state = self._state
        if not token:
            raise ApiError("not_authed")
        if token not in {state.bot_token, state.app_token}:
            raise ApiError("invalid_auth")
        if (token == state.app_token) != known.is_for_app_token:
            raise ApiError("not_allowed_token_type")
        if state.is_revoked and token == state.bot_token:
            raise ApiError("token_revoked")

    def _check_scope(self, known: Method) -> None:
        granted = self._state.manifest.scopes
        if known.scopes and not set(known.scopes) & set(granted):
            raise ApiError("missing_scope", needed=",".join(known.scopes), provided=",".join(granted))

    def _check_rate(self, method: str, known: Method, arguments: Json) -> None:
        key = f"{method} {arguments.get('channel', '')}" if method == "chat.postMessage" else method
        recent = self._recent[key]
        now = time.monotonic()
        while recent and now - recent[0] > 60:
            recent.popleft()
        if len(recent) >= known.per_minute:
            raise ApiError("ratelimited")
        recent.append(now)

    def take_fault(self, method: str) -> PlannedFault | None:
        """Return the fault planned for this call, if any, and count it."""
        for fault in self.planned_faults:
            if fault.method == method:
                fault.times -= 1
                if fault.times <= 0:
                    self.planned_faults.remove(fault)
                return fault
        return None

    def _fail(self, request: web.Request, method: str, arguments: Json, fault: PlannedFault) -> web.StreamResponse:
        response: Json = {"ok": False, "error": fault.error}
        self._record(ApiCall(method, arguments, response, 0 if fault.drop else fault.status, time.time()))
        if fault.drop and request.transport is not None:
            request.transport.abort()
        headers = {"Retry-After": str(fault.retry_after)} if fault.status == 429 else {}
        if fault.body is not None:
            return web.Response(text=fault.body, content_type="text/html", status=fault.status, headers=headers)
        if fault.status >= 500:
            return web.Response(text="Internal Server Error", status=fault.status)
        return web.json_response(response, status=fault.status, headers=headers)

    def _record(self, call: ApiCall) -> None:
        state = self._state
        is_fine = bool(call.response.get("ok")) and not call.problems
        detail = "; ".join(call.problems) if call.response.get("ok") else str(call.response.get("error"))
        body = {"arguments": call.arguments, "response": call.response}
        with state.changed:
            state.calls.append(call)
            state.log(WireLine(call.at, "from bot", call.method, detail, is_problem=not is_fine, body=body))


async def _read_arguments(request: web.Request) -> Json:
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        arguments |= json.loads(body) if body.strip() else {}
    else:
        form: Mapping[str, object] = await request.post()
        arguments |= form
    for name in _STRUCTURED:
        value = arguments.get(name)
        if isinstance(value, str):
            try:
                arguments[name] = json.loads(value)
            except ValueError:
                continue
    return arguments


def _problems(method: str, arguments: Json) -> tuple[str, ...]:
    known = METHODS.get(method)
    if known is None:
        return (f"unknown method {method}",)
    unknown = sorted(set(arguments) - known.required - known.optional - EVERYWHERE)
    problems = [f"unknown argument {name}" for name in unknown]
    if method in {"chat.postMessage", "chat.postEphemeral"}:
        if len(str(arguments.get("text") or "")) > _SPLIT_CHARACTERS:
            problems.append(f"Slack splits a text over {_SPLIT_CHARACTERS} characters")
        if arguments.get("blocks") and not arguments.get("text"):
            problems.append("blocks without text leave notifications and screen readers with nothing")
    return tuple(problems)
