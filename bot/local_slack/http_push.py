"""HTTP mode: payloads pushed to the bot's own address, signed as Slack signs them."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from bot.local_slack.records import Attempt, Delivery, Json

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot's address answered."""

    status: int
    headers: Mapping[str, str]
    text: str


def signed_headers(secret: str, body: bytes, *, timestamp: int | None = None) -> dict[str, str]:
    """Return the two headers of Slack's v0 signature.

    Source: docs.slack.dev/authentication/verifying-requests-from-slack
    """
    seconds = int(time.time()) if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), f"v0:{seconds}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(seconds), "X-Slack-Signature": f"v0={digest}"}


def encoded(delivery: Delivery) -> tuple[bytes, str]:
    """Return the body of a payload and its content type."""
    if delivery.type == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.type == "slash_commands":
        return urlencode(delivery.payload).encode(), _FORM
    return urlencode({"payload": json.dumps(delivery.payload)}).encode(), _FORM


class HttpPush:
    """Sends payloads to one request URL."""

    def __init__(self, signing_secret: str, timeout_seconds: float) -> None:
        self._signing_secret = signing_secret
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request_url: str, delivery: Delivery, attempt: Attempt) -> bool:
        """Push one payload and leave the outcome in `attempt`; return whether the bot allows another try."""
        body, content_type = encoded(delivery)
        headers = {"Content-Type": content_type, **signed_headers(self._signing_secret, body)}
        if attempt.retry_attempt:
            headers["X-Slack-Retry-Num"] = str(attempt.retry_attempt)
            headers["X-Slack-Retry-Reason"] = attempt.retry_reason
        attempt.sent_at = time.time()
        try:
            reply = await self.post(request_url, body, headers)
        except TimeoutError:
            attempt.outcome = "timeout"
            return True
        except aiohttp.ClientError:
            attempt.outcome = "dispatch_failed"
            return True
        if reply.status != 200:
            attempt.outcome = "http_error"
            return reply.headers.get("x-slack-no-retry") != "1"
        attempt.acked_at = time.time()
        attempt.ack_payload = _response_payload(reply)
        attempt.outcome = "acked"
        return False

    async def post(self, request_url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Post a body as it is, signed or forged."""
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        async with self._session.post(
            request_url, data=body, headers=headers, timeout=self._timeout, max_redirects=2
        ) as response:
            return Reply(response.status, response.headers.copy(), await response.text())

    async def close(self) -> None:
        """Close the connections to the bot."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _response_payload(reply: Reply) -> Json | None:
    if not reply.text:
        return None
    try:
        payload = json.loads(reply.text)
    except ValueError:
        return {"text": reply.text}
    return payload if isinstance(payload, dict) else {"text": reply.text}
