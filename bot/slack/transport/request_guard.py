"""The guard of HTTP mode: only requests that Slack signed just now get through, each command and click once.

Bolt 1.30 parses a body before it verifies the signature, answers odd headers with status 500, logs whole bodies, and
loses every slash command whose text has the word "payload" in it. So the raw bytes are verified and parsed here.
"""

import asyncio
import hmac
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request

from bot.ops.metrics import REFUSED_DELIVERIES

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024

MAX_AGE_SECONDS = 300
"""How far the time that Slack signed may be from ours.

Source: docs.slack.dev/authentication/verifying-requests-from-slack
"""

_SMALL_BODY_BYTES = 64 * 1024
_UNVERIFIED_BYTES = 32 * 1024 * 1024
"""What all bodies that are not verified yet may take in memory. Beyond that only bodies of the size of nearly all that
Slack sends are read; Slack delivers an event again."""

_LOG_SECONDS = 60.0

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

Payload = dict[str, Any]


class Refusal(StrEnum):
    """Why a request is refused. The sender is not told."""

    PATH = "path"
    METHOD = "method"
    LENGTH = "length"
    SLOW = "slow"
    OVERLOAD = "overload"  # too many long bodies arrive at this moment
    HEADERS = "headers"
    SIGNATURE = "signature"
    AGE = "age"  # signed, but long ago or in the future
    REPLAY = "replay"
    BODY = "body"  # signed, but nothing that Slack sends


class RefusedError(Exception):
    """A request is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class RequestGuard:
    """Verifies requests. It is used in one event loop."""

    def __init__(
        self,
        signing_secret: str,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        body_seconds: float = 15.0,
    ) -> None:
        """Create a guard; a body that is not whole within `body_seconds` is refused."""
        self._verifier = SignatureVerifier(signing_secret)
        self._clock = clock
        self._monotonic = monotonic
        self._body_seconds = body_seconds
        self._unverified_bytes = 0
        self._accepted = _AcceptedSignatures()
        self._refusals: Counter[Refusal] = Counter()
        self._clock_skew = 0.0
        self._logged_at = float("-inf")

    async def read(self, request: Request) -> Payload:
        """Return the payload of a request.

        Raises:
            RefusedError: nothing was parsed unless its signature fits.
        """
        _check_head(request.headers)
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await self._read_body(request)
        except (TimeoutError, ClientDisconnect) as error:
            raise RefusedError(Refusal.SLOW) from error
        return self.verify(body, request.headers)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Payload:
        """Return the payload of a body that Slack signed just now; an event may come again, anything else once.

        Raises:
            RefusedError: it is not from Slack, old, accepted before, or no payload.
        """
        _check_head(headers)
        timestamp, signature = headers["x-slack-request-timestamp"], headers["x-slack-signature"]
        if not self._is_signed(body, timestamp, signature):
            raise RefusedError(Refusal.SIGNATURE)
        # Judged after the signature, so that nobody else can make this machine's clock look wrong.
        skew = self._clock() - int(timestamp)
        if abs(skew) > MAX_AGE_SECONDS:
            self._clock_skew = skew
            raise RefusedError(Refusal.AGE)
        payload = _parse(body)
        # An event that Slack repeats within the second has the same signature; claims tell those apart.
        if "event" not in payload and not self._accepted.add(signature, int(timestamp)):
            raise RefusedError(Refusal.REPLAY)
        return payload

    def count(self, refusal: Refusal) -> None:
        """Count a refused request; once a minute at most, log how many there were and why."""
        REFUSED_DELIVERIES.labels(refusal.value).inc()
        self._refusals[refusal] += 1
        if self._monotonic() - self._logged_at < _LOG_SECONDS:
            return
        self._logged_at = self._monotonic()
        reasons = ", ".join(f"{one} {count}" for one, count in self._refusals.most_common(3))
        if Refusal.AGE in self._refusals:
            reasons += f"; this machine's clock is {self._clock_skew:+.0f} s from what Slack signed"
        _log.warning("HTTP requests refused: %s (%s)", self._refusals.total(), reasons)
        self._refusals.clear()

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        try:
            expected = self._verifier.generate_signature(timestamp=timestamp, body=body) or ""
        except UnicodeDecodeError:
            return False
        return hmac.compare_digest(expected, signature)

    async def _read_body(self, request: Request) -> bytes:
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                self._unverified_bytes += len(chunk)
                if len(body) > MAX_BODY_BYTES:
                    raise RefusedError(Refusal.LENGTH)
                if len(body) > _SMALL_BODY_BYTES and self._unverified_bytes > _UNVERIFIED_BYTES:
                    raise RefusedError(Refusal.OVERLOAD)
        finally:
            self._unverified_bytes -= len(body)
        return bytes(body)


def _check_head(headers: Mapping[str, str]) -> None:
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= MAX_BODY_BYTES):
        raise RefusedError(Refusal.LENGTH)
    has_timestamp = _TIMESTAMP.fullmatch(headers.get("x-slack-request-timestamp", ""))
    if not has_timestamp or not _SIGNATURE.fullmatch(headers.get("x-slack-signature", "")):
        raise RefusedError(Refusal.HEADERS)


def _parse(body: bytes) -> Payload:
    """Return the payload of a verified body: JSON, a form, or a form with JSON in its `payload` field.

    The bytes say which, not the content type: that is not signed.
    """
    try:
        text = body.decode()
        if text.startswith("{"):
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
            payload = json.loads(form["payload"]) if form.get("payload") else form
    except (ValueError, RecursionError) as error:
        raise RefusedError(Refusal.BODY) from error
    if not isinstance(payload, dict) or not payload or not isinstance(payload.get("event", {}), dict):
        raise RefusedError(Refusal.BODY)
    return payload


class _AcceptedSignatures:
    """The signatures accepted so far, by the times that Slack signed: setting the clock back lets none in again."""

    def __init__(self) -> None:
        self._signed_at: dict[str, int] = {}  # in the order of arrival, nearly that of their times
        self._newest = 0

    def add(self, signature: str, signed_at: int) -> bool:
        """Add a signature; False if it was accepted before, or is too old for that to be known."""
        self._newest = max(self._newest, signed_at)
        oldest = self._newest - MAX_AGE_SECONDS
        for old, at in list(self._signed_at.items()):
            if at >= oldest:
                break
            del self._signed_at[old]
        if signed_at < oldest or signature in self._signed_at:
            return False
        self._signed_at[signature] = signed_at
        return True
