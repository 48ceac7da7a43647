"""Delivery: one attempt to post a message, and what is known of it afterwards.

Slack has no key that would let it recognise a message sent twice. So nothing is sent again blindly: what Slack did not
take is, and of what may stand it is looked up whether it does, by the mark that every post carries in its metadata.
"""

import logging
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Self
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.web import SlackResponse

from bot.slack.views import Message

_log = logging.getLogger(__name__)

UNREACHABLE = (OSError, HTTPException)
"""What a call of Slack raises that is no answer of Slack's."""

UNTAKEN_BLOCKS = frozenset({"invalid_blocks", "msg_blocks_too_long"})

TOKEN_ERRORS = frozenset({"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed"})
"""No call succeeds any more after one of these."""

_MARK = "verbatim_answer"
_UNFINISHED_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack says of these that some of the call may have been done."""

_NEVER_CONNECTED = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_DEFAULT_RETRY_SECONDS = 30.0
_PAGE_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Post:
    """A message that answers another, whose ts is `answers`, in its thread."""

    channel: str
    answers: str
    thread_ts: str
    asker: str
    text: str
    blocks: list[dict[str, Any]]
    about: dict[str, Any] | None = None  # what a follow-up goes on from
    is_private: bool = False  # for the eyes of who asked, if Slack can
    is_apology: bool = False

    @classmethod
    def of(cls, message: Message, event: Mapping[str, Any]) -> Self:
        """Return the post of a message that answers an event."""
        thread_ts = event.get("thread_ts") or event["ts"]
        return cls(event["channel"], event["ts"], thread_ts, event["user"], message.text, message.blocks)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the post that `to_dict` made these values of."""
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return the post as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Posted:
    """The message stands."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Slack did not take it, and can be asked again; after `seconds` if it said so."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may stand or not: the connection was lost after sending, or Slack failed over it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack refuses it, now and always; `code` says why."""

    code: str


class Standing(Enum):
    """What is known of a message that may stand."""

    STANDS = "stands"
    ABSENT = "absent"
    HIDDEN = "hidden"  # the bot may not look


class UnreachedRetryHandler(RetryHandler):
    """Sends a request again when the connection did not come about, so that Slack cannot have seen it."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        del state, request
        reason = getattr(error, "reason", None) if isinstance(error, URLError) else error
        return response is None and isinstance(reason, _NEVER_CONNECTED)


Outcome = Posted | NotTaken | Unclear | Refused


def sends_once(client: WebClient) -> WebClient:
    """Return a client that sends everything once: whoever waits for the channel's turn decides what is sent again."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        retry_handlers=[],
        logger=logging.getLogger("slack_sdk"),
    )


def read_rate_limit(error: SlackApiError) -> float | None:
    """Return the seconds that Slack asks to wait; None where it refuses for another reason."""
    outcome = _read_error(error)
    return outcome.seconds if isinstance(outcome, NotTaken) else None


def post(client: WebClient, message: Post) -> Outcome:
    """Post a message once; blocks that Slack does not take go out as their text."""
    if message.is_private:
        outcome = _post_privately(client, message)
        if not isinstance(outcome, Refused):
            return outcome
    outcome = _post(client, message, message.blocks)
    if isinstance(outcome, Refused) and outcome.code in UNTAKEN_BLOCKS:
        _log.error("Slack did not take the blocks (%s); sent their text instead", outcome.code)
        outcome = _post(client, message, None)
    return outcome


def look(client: WebClient, message: Post) -> Standing | NotTaken:
    """Look in the thread whether a message stands that was posted and not confirmed."""
    if message.is_private:
        return Standing.HIDDEN
    cursor = ""
    while True:
        try:
            page = client.conversations_replies(
                channel=message.channel,
                ts=message.thread_ts,
                oldest=message.answers,
                include_all_metadata=True,
                limit=_PAGE_MESSAGES,
                cursor=cursor or None,
            )
        except SlackApiError as error:
            outcome = _read_error(error)
            if isinstance(outcome, Refused):
                return Standing.ABSENT if outcome.code == "thread_not_found" else Standing.HIDDEN
            return outcome if isinstance(outcome, NotTaken) else NotTaken("server_error")
        except UNREACHABLE:
            return NotTaken("unreached")
        if any(_is_post(one, message) for one in page.get("messages") or []):
            return Standing.STANDS
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return Standing.ABSENT


def _post(client: WebClient, message: Post, blocks: list[dict[str, Any]] | None) -> Outcome:
    return _read(
        lambda: client.chat_postMessage(
            channel=message.channel,
            thread_ts=message.thread_ts,
            text=message.text,
            blocks=blocks,
            metadata={"event_type": _MARK, "event_payload": {"answers": message.answers}},
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
        )
    )


def _post_privately(client: WebClient, message: Post) -> Outcome:
    # A thread in which nobody has answered yet shows no such message.
    thread_ts = message.thread_ts if message.thread_ts != message.answers else None
    return _read(
        lambda: client.chat_postEphemeral(
            channel=message.channel,
            user=message.asker,
            text=message.text,
            blocks=message.blocks,
            thread_ts=thread_ts,
        )
    )


def _read(send: Callable[[], SlackResponse]) -> Outcome:
    """Send something and return what is known of it."""
    try:
        send()
    except SlackApiError as error:
        return _read_error(error)
    except UNREACHABLE as error:
        reason = getattr(error, "reason", None) if isinstance(error, URLError) else error
        return NotTaken("unreached") if isinstance(reason, _NEVER_CONNECTED) else Unclear()
    return Posted()


def _read_error(error: SlackApiError) -> NotTaken | Unclear | Refused:
    code = str(error.response.get("error") or "unknown_error")
    if error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS or code == "ratelimited":
        return NotTaken("rate_limited", _read_retry_after(error))
    if error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _UNFINISHED_ERRORS:
        return Unclear()
    return Refused(code)


def _read_retry_after(error: SlackApiError) -> float:
    headers = {name.lower(): value for name, value in (error.response.headers or {}).items()}
    try:
        return float(headers["retry-after"])
    except (KeyError, ValueError):
        return _DEFAULT_RETRY_SECONDS


def _is_post(found: Mapping[str, Any], message: Post) -> bool:
    metadata = found.get("metadata") or {}
    answers = (metadata.get("event_payload") or {}).get("answers")
    return bool(found.get("bot_id")) and metadata.get("event_type") == _MARK and answers == message.answers
