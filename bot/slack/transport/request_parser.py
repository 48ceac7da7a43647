"""Requests as they arrive: what the guard refuses by its head, or what is no HTTP, is refused before its body is read.

waitress by itself answers those with statuses of its own, logs a traceback for some, and keeps whole bodies of whoever
sends one; here they get the same answer as every other refusal, and their connection is closed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, InternalServerError

from bot.slack.transport.request_guard import MAX_BODY_BYTES, REFUSED_BODY, REFUSED_STATUS, Refusal

JudgeHead = Callable[[str, str, Mapping[str, str]], Refusal | None]
"""Says by its method, path and headers (`X_SLACK_SIGNATURE`) why a request is refused; None to read on."""

Note = Callable[[Refusal], None]

_ARRIVAL_SECONDS = 15.0
"""A request that is not whole by then is given up, however steadily it trickles in."""

_ALWAYS_TAKEN_BYTES = 64 * 1024
_ARRIVING_BYTES = 32 * 1024 * 1024
"""What all bodies that are not verified yet may take together. Nobody has to be known to send one: where there are so
many, those above the size of nearly all that Slack sends are refused; Slack delivers an event again."""


def create_channel_class(judge: JudgeHead, note: Note) -> Callable[..., HTTPChannel]:
    """Return what makes the channels of a server: a guarded connection to each client."""
    return partial(_GuardedChannel, judge, note)


class _Arrival(HTTPRequestParser):
    """A request as it arrives; with its refusal once there is one, and nothing more is read of it then."""

    # What cannot be read has neither.
    command: Any = ""
    path = ""

    def __init__(self, adj: Any, judge: Callable[["_Arrival"], Refusal | None]) -> None:  # noqa: ANN401 - waitress's own
        super().__init__(adj)
        self._judge = judge
        self.began = time.monotonic()
        self.refusal: Refusal | None = None

    @property
    def announced_bytes(self) -> int:
        """The length of the body as its head tells; the longest there may be where it does not."""
        return MAX_BODY_BYTES if self.chunked else self.content_length

    def received(self, data: bytes) -> int:
        """Take some bytes and return how many of them belong to this request: all, once it is refused."""
        was_judged = self.headers_finished
        try:
            consumed = super().received(data)
        except ValueError:  # a length of thousands of digits, an address with half a bracket
            self.error = BadRequest("")
            consumed = len(data)
        if self.error is not None:
            self.refusal = Refusal.HTTP
        elif self.headers_finished and not was_judged and not self.empty:
            self.refusal = self._judge(self)
        if self.refusal is None:
            return consumed
        self.error = self.error or BadRequest("")
        self.expect_continue = False
        self.completed = True
        return len(data)


class _GuardedChannel(HTTPChannel):
    """A connection to a client, guarded from its first byte on."""

    def __init__(self, judge: JudgeHead, note: Note, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - as above
        self._judge_head = judge
        self.parser_class = partial(_Arrival, judge=self._judge)  # type: ignore[assignment]  # what makes one
        self.error_task_class = partial(_RefusalTask, note)  # type: ignore[assignment]  # as above
        super().__init__(*arguments, **options)

    def readable(self) -> bool:
        """Tell whether to read on; gives up what takes too long to arrive."""
        if isinstance(self.request, _Arrival) and time.monotonic() - self.request.began > _ARRIVAL_SECONDS:
            self.will_close = True
        return super().readable()

    def _judge(self, arrival: _Arrival) -> Refusal | None:
        refusal = self._judge_head(str(arrival.command), arrival.path, arrival.headers)
        if refusal is not None:
            return refusal
        size = arrival.announced_bytes
        if size > _ALWAYS_TAKEN_BYTES and size + sum(self._arriving()) > _ARRIVING_BYTES:
            return Refusal.CROWD
        return None

    def _arriving(self) -> Iterator[int]:
        """Yield the lengths of the bodies that are kept for requests of other connections."""
        channels: Any = self.server.active_channels  # the stubs take it for one of them
        for channel in list(channels.values()):
            if channel is not self:
                requests = [channel.request, *channel.requests]
                yield from (one.announced_bytes for one in requests if isinstance(one, _Arrival))


class _RefusalTask(ErrorTask):
    """Answers what is refused, always alike, and closes the connection."""

    def __init__(self, note: Note, channel: HTTPChannel, request: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(channel, request)
        self._note = note

    def execute(self) -> None:
        """Write the answer."""
        request: Any = self.request
        if isinstance(request.error, InternalServerError):  # a fault of ours, of which Slack is told
            super().execute()
            return
        self._note(request.refusal or Refusal.HTTP)
        self.status = REFUSED_STATUS
        self.response_headers = [("Content-Type", "text/plain")]
        self.set_close_on_finish()
        self.content_length = len(REFUSED_BODY)
        self.write(REFUSED_BODY)
