"""Answering: claimed question → post → Slack → sent, by a few workers that never wait for Slack's limits.

A question goes forward one durable step at a time, so that whoever takes it over knows how far it had come: queued,
then posting (with the post itself), then sent. What may stand already is looked up before it is posted again.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ops.metrics import AMBIGUOUS_POSTS, CLAIMS, POST_SECONDS, QUEUE, RETRIES, TAKEOVERS
from bot.outbox.conversations import LEASE_SECONDS, Claims, ClaimState, Lease, MessageKey, Threads
from bot.outbox.lanes import Lanes
from bot.outbox.posting import (
    TOKEN_ERRORS,
    UNREACHABLE,
    NotTaken,
    Outcome,
    Post,
    Posted,
    Refused,
    Standing,
    look,
    post,
)
from bot.slack.views import Message, error_message, repeated_message, unanswerable_message
from index import Context, StoreError

_log = logging.getLogger(__name__)

Compose = Callable[[Mapping[str, Any], MessageKey], Post | None]
"""Makes the post that answers an event; None where it asks nothing."""

Turn = Callable[[], float | None]
"""Posts something when it is the channel's turn; returns the seconds to wait where Slack asks for it, and is called
again then.
"""

_WORKERS = 8
_ROOM = 256
"""How many questions are in hand; the others wait in the store."""

_CALM_SECONDS = 1.0

_LOOK_SECONDS = 5.0
"""How often it is looked whether a lease of another process has run out."""

_ELSEWHERE = frozenset({"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "thread_not_found"})
"""Refusals that speak of the channel: the person who asked can still be told directly."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long is waited, in seconds."""

    between_posts: float = 1.0  # Slack takes a message a second in a channel, with short bursts
    before_looking: float = 2.0  # a post that Slack is still working on should stand by then
    first_retry: float = 1.0  # then twice as long each time
    longest_retry: float = 30.0


@dataclass(slots=True)
class _Job:
    lease: Lease
    post: Post | None = None
    is_noted: bool = False  # that it is being posted
    is_unclear: bool = False  # the post may stand
    is_repetition: bool = False  # it was sent again without a sight of the first
    ended: ClaimState | None = None  # how it ended, which is still to be noted
    faults: int = 0
    began_at: float = 0.0
    worked_since: float | None = None


@dataclass(slots=True)
class _Errand:
    """A post that a button asked for: no question, so nothing of it is in the store."""

    run: Turn
    worked_since: float | None = None


class Answering:
    """Leases questions from the store and answers them, channel by channel."""

    def __init__(
        self,
        claims: Claims,
        threads: Threads,
        client: WebClient,
        compose: Compose,
        *,
        on_token_error: Callable[[str], None],
        workers: int = _WORKERS,
        pauses: Pauses | None = None,
        calm: threading.Event | None = None,
    ) -> None:
        self._claims = claims
        self._client = client
        self._compose = compose
        self._on_token_error = on_token_error
        self._pauses = pauses or Pauses()
        self._calm = calm
        self._contexts = threads
        self._lanes: Lanes[_Job | _Errand] = Lanes(on_free=claims.arrived.set)
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"answering-{number}", daemon=True) for number in range(workers)
        ]
        self._feeder = threading.Thread(target=self._feed, name="answering-feeder", daemon=True)

    def start(self) -> None:
        """Begin to answer what is claimed, and what was left over."""
        for thread in (self._feeder, *self._threads):
            thread.start()

    def stop(self, timeout_seconds: float) -> None:
        """Finish the answers in work, and release the others for whoever comes next."""
        deadline = time.monotonic() + timeout_seconds
        self._is_stopping = True
        self._claims.arrived.set()
        self._lanes.close()
        for thread in (self._feeder, *self._threads):
            thread.join(max(deadline - time.monotonic(), 0))
        # Those of a worker that is still waiting for Slack are left to their leases: its post may yet stand.
        left = [one.lease for one in self._jobs() if one.worked_since is None and one.ended is None]
        self._claims.release(left)
        CLAIMS.labels("released").inc(len(left))
        # Nobody else knows of these: at the end they are not paced.
        for one in self._lanes.entries:
            if isinstance(one, _Errand) and one.worked_since is None and time.monotonic() < deadline:
                one.run()

    def take_turn(self, channel: str, run: Turn) -> None:
        """Post something in a channel in its turn: after what waits there already, and at the channel's pace."""
        self._lanes.add(channel, [_Errand(run)])

    @property
    def longest_work_seconds(self) -> float:
        """For how long the one that takes longest has been worked on without a pause."""
        now = time.monotonic()
        return max((now - since for one in self._lanes.entries if (since := one.worked_since) is not None), default=0.0)

    def _jobs(self) -> list[_Job]:
        return [one for one in self._lanes.entries if isinstance(one, _Job)]

    # -- leasing -----------------------------------------------------------------------------------------------------

    def _feed(self) -> None:
        renewed_at = time.monotonic()
        while not self._is_stopping:
            try:
                if time.monotonic() - renewed_at > LEASE_SECONDS / 4:
                    self._claims.renew([one.lease for one in self._jobs()])
                    renewed_at = time.monotonic()
                self._take_up()
            except Exception as error:  # noqa: BLE001 - it is logged and tried again
                _log.error("questions could not be taken up", exc_info=error)
                self._claims.arrived.clear()
            self._claims.arrived.wait(_LOOK_SECONDS)

    def _take_up(self) -> None:
        self._claims.arrived.clear()
        entries = self._lanes.entries
        QUEUE.set(len(entries))
        leases = self._claims.lease(max(_ROOM - len(entries), 0), without=self._lanes.channels)
        for lease in leases:
            self._lanes.add(lease.key.channel, [_job_of(lease)])
        QUEUE.set(len(entries) + len(leases))

    # -- answering ---------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (taken := self._lanes.take()) is not None:
            channel, job = taken
            job.worked_since = time.monotonic()
            try:
                wait = job.run() if isinstance(job, _Errand) else self._advance(job)
            except Exception as error:  # noqa: BLE001 - one question must not hold up the others
                _log.error("a question could not be worked on; trying again", exc_info=error)
                wait = None if isinstance(job, _Errand) else self._back_off(job)
            job.worked_since = None
            if wait is not None:
                self._lanes.put_off(channel, wait)
                continue
            is_posted = isinstance(job, _Errand) or job.post is not None
            self._lanes.finish(channel, self._pauses.between_posts if is_posted else 0.0)

    def _advance(self, job: _Job) -> float | None:
        """Take a question as far as it goes now; return the seconds to wait, or None when it is done with."""
        if job.ended is not None:
            return self._note_end(job, job.ended)
        if job.post is None:
            if not self._claims.note_started(job.lease):
                return None
            job.post = self._compose_post(job)
            if job.post is None:
                return self._end(job, ClaimState.SENT)
        if not job.is_noted:
            if not self._claims.note_posting(job.lease, job.post.to_dict()):
                return None
            job.is_noted = True
            self._remember(job.lease.key, job.post)
        if job.is_unclear:
            return self._resolve(job, job.post)
        return self._read(job, job.post, post(self._client, job.post))

    def _compose_post(self, job: _Job) -> Post | None:
        if self._calm is not None:
            # Slack waits for acknowledgements, and answers would compete with them for the processor.
            self._calm.wait(_CALM_SECONDS)
        job.began_at = time.monotonic()
        event = job.lease.work
        try:
            return self._compose(event, job.lease.key)
        except Exception as error:  # noqa: BLE001 - the one boundary for questions: logged, and confessed
            _log.error("a question could not be answered", exc_info=error)
            return replace(Post.of(error_message(), event), is_apology=True)

    def _remember(self, key: MessageKey, message: Post) -> None:
        """Keep what an answer is about before it is posted: whoever reads it may go on asking at once."""
        if message.about is None:
            return
        try:
            self._contexts.remember(replace(key, ts=message.thread_ts), message.asker, Context.from_dict(message.about))
        except StoreError as error:
            _log.error("what the answer was about could not be kept", exc_info=error)

    def _read(self, job: _Job, message: Post, outcome: Outcome) -> float | None:
        if isinstance(outcome, Posted):
            POST_SECONDS.observe(time.monotonic() - job.began_at)
            return self._end(job, ClaimState.FAILED if message.is_apology else ClaimState.SENT)
        if isinstance(outcome, Refused):
            self._give_up(message, outcome.code)
            return self._end(job, ClaimState.FAILED)
        if isinstance(outcome, NotTaken):
            return self._put_off(job, outcome)
        job.is_unclear = True
        RETRIES.labels("server_error").inc()
        return max(self._pauses.before_looking, self._back_off(job))

    def _resolve(self, job: _Job, message: Post) -> float | None:
        """Find out what became of a post that was not confirmed, and post it again if it does not stand."""
        seen = look(self._client, message)
        if isinstance(seen, NotTaken):
            return self._put_off(job, seen)
        if seen is Standing.STANDS:
            _log.warning("Slack did not confirm an answer, but it stands")
            AMBIGUOUS_POSTS.labels("stood").inc()
            return self._end(job, ClaimState.SENT)
        if seen is Standing.HIDDEN:
            return self._repeat(job, message)
        job.is_unclear = False
        return self._read(job, message, post(self._client, message))

    def _repeat(self, job: _Job, message: Post) -> float | None:
        """Post once more without a sight of the first, and say so; not a third time."""
        if job.is_repetition:
            _log.error("Slack confirmed neither an answer nor its repetition; it is not posted again")
            AMBIGUOUS_POSTS.labels("abandoned").inc()
            return self._end(job, ClaimState.FAILED)
        _log.warning("Slack did not confirm an answer, and the bot may not look for it; posting it once more, marked")
        marked = repeated_message(Message(message.text, message.blocks))
        job.post = replace(message, text=marked.text, blocks=marked.blocks)
        job.is_repetition, job.is_unclear = True, False
        if not self._claims.note_reposting(job.lease, job.post.to_dict()):
            return None
        AMBIGUOUS_POSTS.labels("reposted").inc()
        return self._read(job, job.post, post(self._client, job.post))

    def _put_off(self, job: _Job, outcome: NotTaken) -> float:
        RETRIES.labels(outcome.reason).inc()
        if outcome.seconds is not None:
            return outcome.seconds
        return self._back_off(job)

    def _back_off(self, job: _Job) -> float:
        job.faults += 1
        return min(self._pauses.first_retry * 2.0 ** min(job.faults - 1, 8), self._pauses.longest_retry)

    # -- ends --------------------------------------------------------------------------------------------------------

    def _end(self, job: _Job, state: ClaimState) -> float | None:
        job.ended = state
        CLAIMS.labels(state.value).inc()
        return self._note_end(job, state)

    def _note_end(self, job: _Job, state: ClaimState) -> float | None:
        try:
            (self._claims.note_sent if state is ClaimState.SENT else self._claims.note_failed)(job.lease)
        except StoreError as error:
            # It stays in hand until it can be noted, or it would be answered again.
            _log.error("the outcome could not be noted", exc_info=error)
            return self._back_off(job)
        return None

    def _give_up(self, message: Post, code: str) -> None:
        _log.error("Slack refused an answer for good (%s)", code)
        if code in TOKEN_ERRORS:
            self._on_token_error(code)
        elif not message.is_apology:
            self._tell(message, code)

    def _tell(self, message: Post, code: str) -> None:
        """Tell the person who asked, in the thread or else directly, that there will be no answer."""
        if code in _ELSEWHERE:
            if not message.asker or message.channel.startswith("D"):
                return
            words, channel, thread_ts = unanswerable_message(message.channel), message.asker, None
        else:
            words, channel, thread_ts = error_message(), message.channel, message.thread_ts
        try:
            self._client.chat_postMessage(channel=channel, thread_ts=thread_ts, text=words.text, blocks=words.blocks)
        except (SlackApiError, *UNREACHABLE):
            _log.info("and the person who asked cannot be told")


def _job_of(lease: Lease) -> _Job:
    if lease.attempt > 1:
        TAKEOVERS.inc()
        _log.info("taking over a question that was left over")
    if lease.state is ClaimState.QUEUED:
        return _Job(lease)
    is_repetition = lease.state is ClaimState.REPOSTING
    return _Job(lease, Post.from_dict(lease.work), is_noted=True, is_unclear=True, is_repetition=is_repetition)
