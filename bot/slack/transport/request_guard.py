"""The guard of the HTTP mode: a request → what Slack signed just now, or the reason why it is refused.

Bolt 1.30 parses a body before it verifies the signature, answers odd headers with status 500, logs whole bodies, and
loses every slash command whose text has the word "payload" in it. So requests are verified on their raw bytes and read
here.
"""

import hmac
import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from bot.ops.metrics import REFUSED_DELIVERIES

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
EVENTS_PATH = "/slack/events"

MAX_AGE_SECONDS = 300
"""How far the time that Slack signed may be from ours.

Source: docs.slack.dev/authentication/verifying-requests-from-slack
"""

_LOG_SECONDS = 60.0
_REASONS_LOGGED = 3

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)

REFUSED_STATUS, REFUSED_BODY = "401 Unauthorized", b"unauthorized"
"""The answer to everything that is refused."""

Environ = dict[str, Any]
Payload = dict[str, Any]


class Refusal(StrEnum):
    """Why a request is refused. Whoever sent it is not told which."""

    HTTP = "http"  # not even a request, or longer than anything Slack sends
    CROWD = "crowd"  # too much else arrives just now
    PATH = "path"
    METHOD = "method"
    LENGTH = "length"
    HEADERS = "headers"
    SIGNATURE = "signature"
    AGE = "age"  # signed, but long ago or ahead of time
    REPLAY = "replay"
    BODY = "body"  # signed, but nothing that Slack sends


class RequestGuard:
    """Lets through what Slack signed just now, each command and click once. Any thread may call it."""

    def __init__(self, signing_secret: str, *, clock: Callable[[], float] = time.time) -> None:
        """Guard with a signing secret; `clock` gives the seconds since 1970."""
        self._signing_secret = signing_secret.encode()
        self._clock = clock
        self._taken = _Taken()
        self._refusals = _RefusalLog()

    def admit(self, environ: Environ) -> Payload | Refusal:
        """Return the payload of a WSGI request, or why it is refused. Nothing is parsed before its signature fits."""
        admitted = self._verify(environ)
        if isinstance(admitted, Refusal):
            self.note(admitted)
        return admitted

    def judge_head(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Say why a request is refused by its head alone; None where its body has to be read.

        Its time is judged with its signature: nobody else shall make it look as if this machine's clock were wrong.

        Args:
            method: as "POST".
            path: without what follows a question mark.
            headers: by names in capital letters with underscores, as `X_SLACK_SIGNATURE`.
        """
        if path != EVENTS_PATH:
            return Refusal.PATH
        if method != "POST":
            return Refusal.METHOD
        has_time = _TIMESTAMP.fullmatch(headers.get("X_SLACK_REQUEST_TIMESTAMP", ""))
        if not has_time or not _SIGNATURE.fullmatch(headers.get("X_SLACK_SIGNATURE", "")):
            return Refusal.HEADERS
        return None

    def note(self, refusal: Refusal) -> None:
        """Count a refused request, and tell of it in the log where it is time."""
        REFUSED_DELIVERIES.labels(refusal.value).inc()
        self._refusals.note(refusal)

    def _verify(self, environ: Environ) -> Payload | Refusal:
        headers = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
        refusal = self.judge_head(environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", ""), headers)
        if refusal is not None:
            return refusal
        timestamp, signature = headers["X_SLACK_REQUEST_TIMESTAMP"], headers["X_SLACK_SIGNATURE"]
        body = _read_body(environ)
        if body is None:
            return Refusal.LENGTH
        if not self._is_signed(body, timestamp, signature):
            return Refusal.SIGNATURE
        ahead = self._clock() - int(timestamp)
        if abs(ahead) > MAX_AGE_SECONDS:
            self._refusals.note_skew(ahead)
            return Refusal.AGE
        payload = _parse(body)
        if payload is None:
            return Refusal.BODY
        # An event that Slack repeats within the second has the same signature; those are told apart by their claims.
        if "event" not in payload and not self._taken.add(signature, int(timestamp)):
            return Refusal.REPLAY
        return payload

    def _is_signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        # On the bytes as they came: the verifier of slack_sdk decodes and encodes them first, which takes a mebibyte
        # from anybody four times as long.
        expected = hmac.digest(self._signing_secret, b"v0:%s:%s" % (timestamp.encode(), body), "sha256").hex()
        return hmac.compare_digest(f"v0={expected}", signature)


def _read_body(environ: Environ) -> bytes | None:
    """Return the body, or None where it is longer than anything Slack sends."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 <= length <= MAX_BODY_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body


def _parse(body: bytes) -> Payload | None:
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
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict) or not payload:
        return None
    return payload if isinstance(payload.get("event", {}), dict) else None


class _Taken:
    """The signatures that were taken, by the times that Slack signed: a clock that is set back brings none back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}  # in the order in which they came, nearly that of their times
        self._newest = 0

    def add(self, signature: str, signed_at: int) -> bool:
        """Note a signature; False where it was taken before, or is too much older than another for that to be known."""
        with self._lock:
            self._newest = max(self._newest, signed_at)
            oldest = self._newest - MAX_AGE_SECONDS
            for old, at in list(self._seen.items()):
                if at >= oldest:
                    break
                del self._seen[old]
            if signed_at < oldest or signature in self._seen:
                return False
            self._seen[signature] = signed_at
            return True


class _RefusalLog:
    """Logs how many requests were refused and why, in one short line a minute, however many come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Refusal] = Counter()
        self._skew_seconds = 0.0
        self._last = float("-inf")

    def note_skew(self, seconds: float) -> None:
        """Note how far our clock is ahead of a time that Slack signed."""
        self._skew_seconds = seconds

    def note(self, reason: Refusal) -> None:
        """Count a refused request."""
        now = time.monotonic()
        with self._lock:
            self._counts[reason] += 1
            if now - self._last < _LOG_SECONDS:
                return
            counts, self._counts, self._last = self._counts, Counter(), now
        said = ", ".join(f"{one} {count}" for one, count in counts.most_common(_REASONS_LOGGED))
        if Refusal.AGE in counts:
            said += f"; this machine's clock is {self._skew_seconds:+.0f} s from what Slack signed"
        _log.warning("HTTP requests refused: %s (%s)", counts.total(), said)
