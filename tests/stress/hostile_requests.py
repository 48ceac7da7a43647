"""Requests that Slack did not send just now, and how a running bot takes two hundred of them.

`python -m tests.stress.hostile_requests` starts the bot in HTTP mode over a local Slack and prints how quickly it refuses them.
"""

import contextlib
import gzip
import http.client
import json
import os
import re
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bot.local_slack import LocalSlack, load_manifest

PATH = "/slack/events"
TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
COMMAND = urlencode({"command": "/ask", "text": "which resolutions?", "user_id": "U1", "team_id": "T1"}).encode()


_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
MALFORMED = {
    "no header": b"POST /slack/events HTTP/1.1\r\nhello\r\n\r\n",
    "a space before a colon": _HEAD + b"X-Slack-Signature : v0=\r\n\r\n",
    "a method in small letters": b"post /slack/events HTTP/1.1\r\n\r\n",
    "half a bracket for an address": b"POST http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    "what a browser says to a TLS port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(90) + b"\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a length of five thousand digits": _HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "a negative length": _HEAD + b"Content-Length: -1\r\n\r\n",
    "two lengths": _HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "packed in transfer": _HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
    "pieces without a size": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello",
    "a header of 40 kB": _HEAD + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n",
    "ten thousand headers": _HEAD + b"".join(b"X-%d: a\r\n" % one for one in range(10_000)) + b"\r\n",
}
"""What is not even a request."""


@dataclass(frozen=True)
class HttpRequest:
    name: str
    body: bytes = COMMAND
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    path: str = PATH
    is_signed: bool = False


def signed(body: bytes, secret: str, *, at: float | None = None) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {TIMESTAMP: timestamp, SIGNATURE: str(signature)}


def hostile_requests(secret: str) -> list[HttpRequest]:
    """Requests of every kind that is to be refused; those that are signed are signed with `secret`."""
    return [*_forged(secret), *_malformed(secret)]


def _malformed(secret: str) -> Iterator[HttpRequest]:
    """What is signed just now and still nothing that Slack sends."""
    for name, body in (
        ("JSON nested deeply", b'{"a":' * 100_000),
        ("JSON that is no object", b"[1, 2]"),
        ("JSON that ends early", b'{"type": '),
        ("a payload that is no JSON", b"payload=zzz"),
        ("a payload that is no object", b"payload=[]"),
        ("no form", b"hello"),
        ("nothing", b""),
    ):
        yield HttpRequest(f"{name}, signed", body, signed(body, secret), is_signed=True)


def _forged(secret: str) -> Iterator[HttpRequest]:
    now = time.time()
    good = signed(COMMAND, secret)
    event = json.dumps({"type": "event_callback", "event": {"type": "app_mention", "text": "x"}}).encode()
    yield HttpRequest("unsigned")
    yield HttpRequest("signed with another secret", headers=signed(COMMAND, "another secret"))
    yield HttpRequest("a body altered by one byte", COMMAND[:-1] + b"2", good)
    yield HttpRequest("the signature of another body", event, good)
    yield HttpRequest("a truncated signature", headers={**good, SIGNATURE: good[SIGNATURE][:-1]})
    yield HttpRequest("a signature in upper case", headers={**good, SIGNATURE: good[SIGNATURE].upper()})
    yield HttpRequest("another version", headers={**good, SIGNATURE: good[SIGNATURE].replace("v0", "v1")})
    yield HttpRequest("a signature that is not ASCII", headers={**good, SIGNATURE: "v0=" + "é" * 64})
    yield HttpRequest("two signatures", headers={**good, SIGNATURE: f"{good[SIGNATURE]}, {good[SIGNATURE]}"})
    yield HttpRequest("an empty signature", headers={**good, SIGNATURE: ""})
    yield HttpRequest("301 s old", headers=signed(COMMAND, secret, at=now - 302))
    yield HttpRequest("301 s ahead", headers=signed(COMMAND, secret, at=now + 302))
    yield HttpRequest("an hour old", headers=signed(COMMAND, secret, at=now - 3600))
    yield HttpRequest(
        "an old signature with a new time", headers={**signed(COMMAND, secret, at=now - 9), TIMESTAMP: str(int(now))}
    )
    for timestamp in ("abc", "", "-1", "1e9", "9" * 5000, "١٧", "0x10", " 1 "):
        signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=COMMAND)
        yield HttpRequest(f"the time {timestamp[:5]!r}", headers={TIMESTAMP: timestamp, SIGNATURE: str(signature)})
    yield HttpRequest("no time", headers={SIGNATURE: good[SIGNATURE]})
    yield HttpRequest("JSON nested deeply, unsigned", b"[" * 200_000)
    yield HttpRequest("a form of nearly a mebibyte, unsigned", b"text=" + b"x" * 1_000_000)
    yield HttpRequest("a form of nearly a mebibyte, forged", b"text=" + b"x" * 1_000_000, good)
    yield HttpRequest("not UTF-8", b"\xff\xfe" * 50, good)
    packed = gzip.compress(event)
    yield HttpRequest("packed", packed, {**good, "Content-Encoding": "gzip"})
    yield HttpRequest("another path", headers=good, path="/admin")
    yield HttpRequest("a path upwards", headers=good, path="/slack/events/../../etc/passwd")
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        yield HttpRequest(f"{method} instead of POST", headers=good, method=method)


def send(address: tuple[str, int], request: HttpRequest) -> tuple[int, bytes, float]:
    """Send a request on a connection of its own; return status, body and the milliseconds from its last byte on."""
    connection = http.client.HTTPConnection(*address, timeout=20)
    try:
        connection.connect()
        connection.putrequest(request.method, request.path)
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(len(request.body)))
        for name, value in request.headers.items():
            connection.putheader(name, value.encode())
        started = time.perf_counter()
        # Who is refused by its head is cut off while still sending, and finds the answer all the same.
        with contextlib.suppress(ConnectionError):
            connection.endheaders(request.body)
        response = connection.getresponse()
        answer = response.read()
        return response.status, answer, (time.perf_counter() - started) * 1000
    finally:
        connection.close()


def send_bytes(address: tuple[str, int], sent: bytes) -> tuple[int, bytes, float]:
    """Send bytes; return status and body of the answer, and the milliseconds until its first byte."""
    received, first = b"", 0.0
    started = time.perf_counter()
    # Who is cut off while still sending may see a reset behind the answer.
    with socket.create_connection(address, timeout=20) as client, contextlib.suppress(ConnectionError):
        client.sendall(sent)
        while part := client.recv(4096):
            first = first or time.perf_counter()
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body, (first - started) * 1000


def main() -> None:
    from tests.conftest import SEED, run_bot

    with tempfile.TemporaryDirectory() as folder, LocalSlack(load_manifest(), port=0) as slack:
        data, log = Path(folder) / "data", Path(folder) / "bot.log"
        from index import Library

        with Library.open(data) as library:
            library.add(SEED)
        with run_bot(slack, data, log, "--http", "--port", "0", VERBATIM_LOG_LEVEL="INFO") as bot:
            ready = slack.wait_for(lambda: re.findall(r"port (\d+); ready", bot.read_log()), 90, "the bot to be ready")
            address = ("127.0.0.1", int(ready[0]))
            before = log.stat().st_size
            answers: Counter[tuple[int, bytes]] = Counter()
            times: list[float] = []
            slowest = ""
            while len(times) < 200:
                sendings: list[tuple[str, Callable[[], tuple[int, bytes, float]]]] = [
                    (one.name, partial(send, address, one))
                    for one in hostile_requests(slack.environment()["SLACK_SIGNING_SECRET"])
                ]
                sendings += [(name, partial(send_bytes, address, content)) for name, content in MALFORMED.items()]
                for name, sending in sendings[: 200 - len(times)]:
                    status, answer, milliseconds = sending()
                    answers[status, answer] += 1
                    slowest = name if milliseconds >= max(times, default=0) else slowest
                    times.append(milliseconds)
            logged = log.stat().st_size - before
    p99 = statistics.quantiles(times, n=100)[98]
    longest = f"{max(times):.2f} ms ({slowest})"
    print(f"{len(times)} requests: {dict(answers)}; {logged} bytes of log")  # noqa: T201 - a script
    late = sum(one >= 5 for one in times)
    told = f"p50 {statistics.median(times):.2f} ms, p99 {p99:.2f} ms, longest {longest}, {late} of 5 ms or more"
    print(f"{told}; load average {os.getloadavg()[0]:.1f}")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
