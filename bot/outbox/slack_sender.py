"""Send a post to Slack once, and say what is known of it afterwards.

Slack has no key by which it would recognise a message that is sent twice. So nothing is sent again blindly: what Slack
did not accept is sent again, and what may have arrived is looked for, by the mark in its metadata.
"""

import json
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.outbox.tasks import Post, Route

_log = logging.getLogger(__name__)

UNREACHABLE = (OSError, HTTPException)
"""Raised by a call of Slack that got no answer."""

TOKEN_ERRORS = frozenset({"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed"})
"""After one of these no call succeeds until the token is valid again."""

ADDRESS_SPENT = "response_url_spent"
"""Our code for a response_url that accepts no more: it is good for five messages within half an hour."""

_RATE_LIMITS = frozenset({"ratelimited", "rate_limited"})
_UNFINISHED = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack says of these that some of the call may have been done."""

_SPENT = frozenset({"used_url", "expired_url", "no_service", "cancelled_conversation"})
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"})
_CODE = re.compile(r"[a-z][a-z0-9_]+")
_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_MARK = "verbatim_answer"
_DEFAULT_RETRY_SECONDS = 30.0
_RESPONSE_SECONDS = 10
_PAGE_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack confirmed the message."""

    ts: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Slack did not accept the message, and can be asked again; after `seconds` if it said so."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The message may have arrived: the connection was lost after sending, or what came back is not from Slack."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack refuses the message for good."""

    code: str


Outcome = Sent | Waiting | Unconfirmed | Refused


class DeliveryState(Enum):
    """What is known of a message that may have arrived."""

    DELIVERED = "delivered"
    MISSING = "missing"
    UNKNOWN = "unknown"  # nobody can look


def send(client: WebClient, post: Post) -> Outcome:
    """Send a post once; blocks that Slack refuses are sent as their text."""
    if post.route is Route.HOME:
        view = {"type": "home", "blocks": post.blocks}
        return _call(lambda: client.views_publish(user_id=post.user, view=view))
    outcome = _send(client, post, post.blocks)
    if isinstance(outcome, Refused) and post.may_be_public:
        post = replace(post, route=Route.MESSAGE)
        outcome = _send(client, post, post.blocks)
    if isinstance(outcome, Refused) and outcome.code in _BLOCKS_REFUSED:
        _log.error("Slack did not accept the blocks (%s); sending their text instead", outcome.code)
        outcome = _send(client, post, None)
    return outcome


def find_posted(client: WebClient, post: Post) -> DeliveryState | Waiting | Refused:
    """Look whether a post arrived that was not confirmed; refused where the token is not valid."""
    if post.is_idempotent:
        return DeliveryState.MISSING  # sending it again changes nothing
    if post.route is not Route.MESSAGE or not post.mark or post.channel[:1] in {"U", "W"}:
        return DeliveryState.UNKNOWN
    try:
        found = any(_is_post(message, post) for message in _list_messages(client, post))
    except SlackApiError as error:
        return _read_look_error(read_error(error))
    except UNREACHABLE:
        return Waiting("unreached")
    return DeliveryState.DELIVERED if found else DeliveryState.MISSING


def read_error(error: SlackApiError) -> Waiting | Unconfirmed | Refused:
    """Return what an error of the Web API says of the call."""
    response: Any = error.response
    status, headers = response.status_code, response.headers
    code = response.data.get("error") if isinstance(response.data, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        code = ""  # the page of a proxy, or an answer cut in half
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _RATE_LIMITS:
        return Waiting("rate_limited", _read_retry_after(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not code or code in _UNFINISHED:
        return Unconfirmed()
    return Refused(code)


def _send(client: WebClient, post: Post, blocks: list[dict[str, Any]] | None) -> Outcome:
    if post.route is Route.RESPONSE:
        return _respond(post, blocks)
    if post.route is Route.EPHEMERAL:
        return _call(lambda: _post_ephemeral(client, post, blocks))
    if post.route is Route.UPDATE:
        return _call(
            lambda: client.chat_update(
                channel=post.channel, ts=post.ts, text=post.text, blocks=blocks, parse="none", link_names=False
            )
        )
    return _post_message(client, post, blocks)


def _post_message(client: WebClient, post: Post, blocks: list[dict[str, Any]] | None) -> Outcome:
    metadata = {"event_type": _MARK, "event_payload": {"answers": post.mark}}
    return _call(
        lambda: client.chat_postMessage(
            channel=post.channel,
            thread_ts=post.thread_ts or None,
            text=post.text,
            blocks=blocks,
            metadata=metadata if post.mark else None,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
        )
    )


def _post_ephemeral(client: WebClient, post: Post, blocks: list[dict[str, Any]] | None) -> SlackResponse:
    # In a thread without replies Slack does not show it.
    thread_ts = post.thread_ts if post.thread_ts != post.after else None
    return client.chat_postEphemeral(
        channel=post.channel,
        user=post.user,
        text=post.text,
        blocks=blocks,
        thread_ts=thread_ts or None,
        parse="none",
        link_names=False,
    )


def _respond(post: Post, blocks: list[dict[str, Any]] | None) -> Outcome:
    """Send a post to its response_url."""
    client = WebhookClient(
        post.response_url, timeout=_RESPONSE_SECONDS, retry_handlers=[], logger=logging.getLogger("slack_sdk")
    )
    try:
        response = client.send(
            text=post.text,
            blocks=blocks,
            response_type="in_channel" if post.to_channel else "ephemeral",
            replace_original=post.replaces_original,
            unfurl_links=False,
            unfurl_media=False,
        )
    except UNREACHABLE as error:
        return _read_unreachable(error)
    return _read_response(response.status_code, response.headers, response.body)


def _read_response(status: int, headers: Mapping[str, str], body: str) -> Outcome:
    code = _read_code(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _RATE_LIMITS:
        return Waiting("rate_limited", _read_retry_after(headers))
    if status == HTTPStatus.OK and code == "ok":
        return Sent()
    if code in _SPENT:
        return Refused(ADDRESS_SPENT)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        # Without a code of Slack's a proxy in between has answered, and has not passed it on.
        return Refused("invalid_blocks" if code == "invalid_payload" else code) if code else Waiting("proxy")
    return Unconfirmed()


def _read_code(body: str) -> str:
    """Return Slack's code in the answer of a response_url, "ok" for success; empty where the answer has none."""
    if body.lstrip().startswith("{"):
        try:
            values = json.loads(body)
        except ValueError:
            return ""
        return "ok" if values.get("ok") is True else str(values.get("error") or "")
    code = body.strip() or "ok"
    return code if _CODE.fullmatch(code) else ""


def _call(method: Callable[[], SlackResponse]) -> Outcome:
    try:
        response = method()
    except SlackApiError as error:
        return read_error(error)
    except UNREACHABLE as error:
        return _read_unreachable(error)
    except UnicodeDecodeError:
        return Unconfirmed()
    return Sent(str(response.get("ts") or ""))


def _read_unreachable(error: Exception) -> Waiting | Unconfirmed:
    reason = getattr(error, "reason", None) if isinstance(error, URLError) else error
    return Waiting("unreached") if isinstance(reason, _NEVER_CONNECTED) else Unconfirmed()


def _read_retry_after(headers: Mapping[str, Any]) -> float:
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        return float(found)
    except ValueError:
        return _DEFAULT_RETRY_SECONDS


def _read_look_error(outcome: Waiting | Unconfirmed | Refused) -> DeliveryState | Waiting | Refused:
    if isinstance(outcome, Unconfirmed):
        return Waiting("server_error")
    if isinstance(outcome, Waiting) or outcome.code in TOKEN_ERRORS:
        return outcome
    return DeliveryState.MISSING if outcome.code == "thread_not_found" else DeliveryState.UNKNOWN


def _list_messages(client: WebClient, post: Post) -> Iterator[Mapping[str, Any]]:
    """Yield the messages of the thread or channel of a post, from the one that it answers on."""
    arguments: dict[str, Any] = {"channel": post.channel, "oldest": post.after or None, "include_all_metadata": True}
    cursor = ""
    while True:
        page = {**arguments, "limit": _PAGE_MESSAGES, "cursor": cursor or None}
        if post.thread_ts:
            found = client.conversations_replies(**page, ts=post.thread_ts)
        else:
            found = client.conversations_history(**page)
        yield from found.get("messages") or []
        cursor = (found.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _is_post(found: Mapping[str, Any], post: Post) -> bool:
    metadata = found.get("metadata") or {}
    answers = (metadata.get("event_payload") or {}).get("answers")
    return bool(found.get("bot_id")) and metadata.get("event_type") == _MARK and answers == post.mark
