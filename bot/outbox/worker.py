"""The workers of the outbox: task → reply → Slack → sent. They never wait for Slack's limits; the queues do.

A task goes forward one durable step at a time, so that whoever takes it over knows how far it had come.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from slack_sdk import WebClient

from bot.ops.metrics import AMBIGUOUS_POSTS, CLAIMS, POST_SECONDS, QUEUE, RETRIES, TAKEOVERS
from bot.outbox.queues import ChannelQueues
from bot.outbox.slack_sender import (
    ADDRESS_SPENT,
    TOKEN_ERRORS,
    DeliveryState,
    Outcome,
    Refused,
    Sent,
    Waiting,
    find_posted,
    send,
)
from bot.outbox.store import LEASE_SECONDS, Claim, Lease, OutboxStore, TaskState
from bot.outbox.tasks import Post, Route, Task, TaskKey, TaskKind
from bot.outbox.threads import ThreadMemory
from index import Context, StoreError

_log = logging.getLogger(__name__)

_WORKERS = 8
_ROOM = 256
"""Tasks in hand; the others wait in the store."""

_IDLE_SECONDS = 1.0
_LOOK_SECONDS = 5.0
"""Between two looks for leases of other processes that ran out."""

_NOT_A_MEMBER = frozenset({"not_in_channel", "channel_not_found"})
_SHORTER_CHARACTERS = (5_000, 2_000, 1_000)
"""Sizes of a reply that are tried after Slack found it too long."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Waiting times in seconds."""

    between_posts: float = 1.0  # Slack accepts a message a second in a channel, with short bursts
    before_looking: float = 2.0  # a post that Slack is still working on should be visible by then
    first_retry: float = 1.0  # doubled each time
    longest_retry: float = 30.0


class ReplyBuilder(Protocol):
    """Builds what the outbox sends."""

    def build_reply(self, task: Task, key: TaskKey) -> Post | None:
        """Return the reply to a task; None where none is due."""

    def build_apology(self, task: Task, code: str) -> Post | None:
        """Return the words that there is no answer, since Slack refused it or, without a code, an error occurred."""

    def mark_repeated(self, post: Post) -> Post:
        """Return a post that says that it may be a repetition."""


@dataclass(slots=True)
class _Job:
    lease: Lease
    task: Task
    post: Post | None = None
    is_marked: bool = False  # the store knows that the post is being sent
    is_unconfirmed: bool = False
    may_have_arrived: bool = False  # some attempt was not confirmed: no apology after it
    is_repetition: bool = False
    ended: TaskState | None = None  # the end that is still to be noted
    faults: int = 0
    began_at: float = 0.0
    working_since: float | None = None


class OutboxWorker:
    """Leases tasks from the store and answers them, channel by channel."""

    def __init__(
        self,
        store: OutboxStore,
        memory: ThreadMemory,
        client: WebClient,
        replies: ReplyBuilder,
        *,
        on_token_error: Callable[[str], None],
        workers: int = _WORKERS,
        pauses: Pauses | None = None,
        idle: threading.Event | None = None,
    ) -> None:
        self._store = store
        self._memory = memory
        self._client = client
        self._replies = replies
        self._on_token_error = on_token_error
        self._pauses = pauses or Pauses()
        self._idle = idle
        self._queues: ChannelQueues[_Job] = ChannelQueues(on_free=store.arrived.set)
        self._is_stopping = False
        self._has_token_error = threading.Lock()  # held for good by the first who meets one
        self._threads = [threading.Thread(target=self._work, name=f"outbox-{n}", daemon=True) for n in range(workers)]
        self._feeder = threading.Thread(target=self._feed, name="outbox-feeder", daemon=True)

    def start(self) -> None:
        """Begin to answer the tasks of the store."""
        for thread in (self._feeder, *self._threads):
            thread.start()

    def stop(self, timeout_seconds: float) -> None:
        """Finish the replies in work, and release the other tasks."""
        deadline = time.monotonic() + timeout_seconds
        self._is_stopping = True
        self._store.arrived.set()
        self._queues.close()
        for thread in (self._feeder, *self._threads):
            thread.join(max(deadline - time.monotonic(), 0))
        # The lease of a worker that still waits for Slack runs out by itself: its post may yet arrive.
        left = [job.lease for job in self._queues.entries if job.working_since is None and job.ended is None]
        self._store.release_leases(left)
        CLAIMS.labels("released").inc(len(left))

    @property
    def longest_work_seconds(self) -> float:
        """How long the slowest task has been worked on without a pause."""
        now = time.monotonic()
        return max((now - since for job in self._queues.entries if (since := job.working_since)), default=0.0)

    # Leasing

    def _feed(self) -> None:
        renewed_at = time.monotonic()
        while not self._is_stopping:
            try:
                if time.monotonic() - renewed_at > LEASE_SECONDS / 4:
                    self._store.renew_leases([job.lease for job in self._queues.entries])
                    renewed_at = time.monotonic()
                if not self._has_token_error.locked():
                    self._lease()
            except Exception as error:  # noqa: BLE001 - logged and tried again
                _log.error("questions could not be taken up", exc_info=error)
                self._store.arrived.clear()
            self._store.arrived.wait(min(_LOOK_SECONDS, LEASE_SECONDS / 4))

    def _lease(self) -> None:
        self._store.arrived.clear()
        entries = self._queues.entries
        leases = self._store.lease(max(_ROOM - len(entries), 0), without=self._queues.channels)
        for lease in leases:
            self._queues.add(lease.key.channel, [_create_job(lease)])
        QUEUE.set(len(entries) + len(leases))

    # Working

    def _work(self) -> None:
        while (taken := self._queues.take()) is not None:
            channel, job = taken
            job.working_since = time.monotonic()
            try:
                wait = self._advance(job)
            except Exception as error:  # noqa: BLE001 - one task must not stop the others
                _log.error("a question could not be worked on; trying again", exc_info=error)
                wait = self._back_off(job)
            job.working_since = None
            if wait is not None:
                self._queues.delay(channel, wait)
            else:
                self._queues.finish(channel, self._pauses.between_posts if job.post is not None else 0.0)

    def _advance(self, job: _Job) -> float | None:
        """Take a task as far as it goes now; return the seconds to wait, or None when it is done."""
        if job.ended is not None:
            return self._note_end(job, job.ended)
        if job.post is None:
            if not self._store.mark_started(job.lease):
                return None
            job.post = self._build(job)
            if job.post is None:
                return self._end(job, TaskState.SENT)
        if not job.is_marked:
            if not self._store.mark_posting(job.lease, job.task, job.post):
                return None
            job.is_marked = True
            if job.post.thread_ts:
                self._remember(job, job.post, job.post.thread_ts)
        if job.is_unconfirmed:
            return self._resolve(job, job.post)
        return self._read(job, job.post, send(self._client, job.post))

    def _build(self, job: _Job) -> Post | None:
        if self._idle is not None:
            # Slack waits for acknowledgements, and replies would compete with them for the processor.
            self._idle.wait(_IDLE_SECONDS)
        job.began_at = time.monotonic()
        if job.task.kind is TaskKind.POST:
            return Post.from_dict(job.task.payload or {})
        try:
            return self._replies.build_reply(job.task, job.lease.key)
        except Exception as error:  # noqa: BLE001 - the one boundary for tasks: logged, and an apology
            _log.error("a question could not be answered", exc_info=error)
            return self._replies.build_apology(job.task, "")

    def _read(self, job: _Job, post: Post, outcome: Outcome) -> float | None:
        """Go on from what is known of a post that was sent."""
        if isinstance(outcome, Sent):
            POST_SECONDS.observe(time.monotonic() - job.began_at)
            if not post.thread_ts and outcome.ts:
                self._remember(job, post, outcome.ts)
            return self._end(job, TaskState.FAILED if post.is_apology else TaskState.SENT)
        if isinstance(outcome, Refused):
            return self._handle_refusal(job, post, outcome.code)
        if isinstance(outcome, Waiting):
            return self._wait(job, outcome)
        job.is_unconfirmed = job.may_have_arrived = True
        RETRIES.labels("server_error").inc()
        return max(self._pauses.before_looking, self._back_off(job))

    def _handle_refusal(self, job: _Job, post: Post, code: str) -> float | None:
        """Send what Slack may accept instead: another route, a shorter answer, an apology; else give up."""
        if code in TOKEN_ERRORS:
            return self._halt(job, code)
        task = job.task
        if code == "msg_too_long" and (size := _next_size(task.max_characters)):
            return self._rebuild(job, replace(task, max_characters=size))
        if code in _NOT_A_MEMBER and task.response_url and not task.is_private:
            return self._rebuild(job, replace(task, is_private=True))
        if code == ADDRESS_SPENT and post.user and post.channel:
            return self._replace(job, replace(post, route=Route.EPHEMERAL, thread_ts="", after=""))
        _log.error("Slack refused a message for good (%s)", code)
        apology = None if post.is_apology or job.may_have_arrived else self._replies.build_apology(task, code)
        return self._replace(job, apology) if apology is not None else self._end(job, TaskState.FAILED)

    def _rebuild(self, job: _Job, task: Task) -> float:
        job.task, job.post, job.is_marked, job.is_unconfirmed = task, None, False, False
        job.lease = replace(job.lease, task=task)
        self._store.mark_claimed(job.lease, task)
        return 0.0

    def _replace(self, job: _Job, post: Post) -> float:
        job.post, job.is_marked, job.is_unconfirmed = post, False, False
        return 0.0

    def _halt(self, job: _Job, code: str) -> float | None:
        """Leave everything to the process that is started with a valid token."""
        if not job.may_have_arrived:
            self._store.mark_claimed(job.lease, job.task)
        self._store.release_leases([job.lease])
        if self._has_token_error.acquire(blocking=False):
            _log.error("Slack does not accept the token any more (%s); questions wait for a valid one", code)
            self._on_token_error(code)
        return None

    def _resolve(self, job: _Job, post: Post) -> float | None:
        """Find out whether an unconfirmed post arrived, and send it again if it did not."""
        found = find_posted(self._client, post)
        if isinstance(found, Waiting):
            return self._wait(job, found)
        if isinstance(found, Refused):
            return self._halt(job, found.code)
        if found is DeliveryState.DELIVERED:
            _log.warning("Slack did not confirm an answer, but it arrived")
            AMBIGUOUS_POSTS.labels("stood").inc()
            return self._end(job, TaskState.SENT)
        if found is DeliveryState.UNKNOWN:
            return self._repeat(job, post)
        job.is_unconfirmed = False
        job.may_have_arrived = post.is_idempotent
        return self._read(job, post, send(self._client, post))

    def _repeat(self, job: _Job, post: Post) -> float | None:
        """Send once more, marked, where nobody can look for the first; not a third time."""
        if job.is_repetition:
            _log.error("Slack confirmed neither an answer nor its repetition; it is not sent again")
            AMBIGUOUS_POSTS.labels("abandoned").inc()
            return self._end(job, TaskState.FAILED)
        _log.warning("Slack did not confirm an answer, and nobody can look for it; sending it once more, marked")
        job.post = self._replies.mark_repeated(post)
        job.is_repetition, job.is_unconfirmed = True, False
        if not self._store.mark_reposting(job.lease, job.task, job.post):
            return None
        AMBIGUOUS_POSTS.labels("reposted").inc()
        return self._read(job, job.post, send(self._client, job.post))

    def _remember(self, job: _Job, post: Post, thread_ts: str) -> None:
        """Store the context of an answer before it is posted: a reader may go on asking at once."""
        if post.context is None:
            return
        thread = TaskKey(job.lease.key.team, post.channel, thread_ts)
        try:
            self._memory.remember(thread, post.user, Context.from_dict(post.context))
        except StoreError as error:
            _log.error("the context of an answer could not be stored", exc_info=error)

    def _wait(self, job: _Job, outcome: Waiting) -> float:
        RETRIES.labels(outcome.reason).inc()
        return outcome.seconds if outcome.seconds is not None else self._back_off(job)

    def _back_off(self, job: _Job) -> float:
        job.faults += 1
        return min(self._pauses.first_retry * 2.0 ** min(job.faults - 1, 8), self._pauses.longest_retry)

    def _end(self, job: _Job, state: TaskState) -> float | None:
        job.ended = state
        CLAIMS.labels(state.value).inc()
        return self._note_end(job, state)

    def _note_end(self, job: _Job, state: TaskState) -> float | None:
        try:
            if state is TaskState.SENT:
                self._store.mark_sent(job.lease, then=_claim_next(job))
            else:
                self._store.mark_failed(job.lease)
        except StoreError as error:
            # The job stays in hand until its end is noted: otherwise it would be answered again.
            _log.error("the end of a task could not be noted", exc_info=error)
            return self._back_off(job)
        return None


def _create_job(lease: Lease) -> _Job:
    if lease.attempt > 1:
        TAKEOVERS.inc()
        _log.info("taking over a question of another worker")
    if lease.post is None:
        return _Job(lease, lease.task)
    is_repetition = lease.state is TaskState.REPOSTING
    return _Job(
        lease,
        lease.task,
        lease.post,
        is_marked=True,
        is_unconfirmed=True,
        may_have_arrived=True,
        is_repetition=is_repetition,
    )


def _claim_next(job: _Job) -> Claim | None:
    """Return the claim of the post that follows the one that was sent."""
    if job.post is None or job.post.then is None:
        return None
    key = replace(job.lease.key, channel=f"{job.lease.key.channel} then")
    return Claim(key, Task(TaskKind.POST, payload=job.post.then))


def _next_size(size: int) -> int:
    return next((shorter for shorter in _SHORTER_CHARACTERS if not size or shorter < size), 0)
