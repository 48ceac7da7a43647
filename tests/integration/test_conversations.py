"""OutboxStore: one answer per message. Threads: what a follow-up goes on from."""

import datetime
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.outbox.store import (
    IMMEDIATE_SECONDS,
    KEEP_SECONDS,
    LEASE_SECONDS,
    MAX_STARTS,
    Claim,
    Lease,
    OutboxStore,
    TaskState,
)
from bot.outbox.tasks import Post, Route, Task, TaskKey, TaskKind
from bot.outbox.threads import KEEP_THREADS_DAYS, ThreadMemory
from index import Context, Filters, Library, StoreError
from tests.support.encoders import WordEncoder

KEY = TaskKey("T1", "C1", "1795449434.000200")
OTHER = TaskKey("T1", "C1", "1795449435.000100")
TASK = Task(TaskKind.MESSAGE, user="U1", channel="C1", text="what of it?", ts=KEY.ts)
POST = Post("C1", "of the first", [], thread_ts=KEY.ts, mark=KEY.ts)


def claim(key: TaskKey) -> Claim:
    return Claim(key, TASK)


@pytest.fixture
def store(library: Library) -> OutboxStore:
    return OutboxStore(library.database)


@pytest.fixture
def successor(library: Library) -> OutboxStore:
    """The store of another process over the same store."""
    return OutboxStore(library.database)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Move the clock on."""
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def test_message_is_claimed_once(store: OutboxStore) -> None:
    assert [store.claim(claim(KEY)) for _ in range(4)] == [True, False, False, False]
    assert store.claim_all([claim(KEY), claim(OTHER), claim(OTHER)]) == [False, True, False]
    for other in (TaskKey("T2", "C1", KEY.ts), TaskKey("T1", "C2", KEY.ts), TaskKey("T1", "C1", "2.0")):
        assert store.claim(claim(other))


def test_concurrent_claims_of_two_processes_have_one_winner(tmp_path: Path) -> None:
    # Two libraries stand for two processes: nothing but the file connects them.
    with Library.open(tmp_path, encoder=WordEncoder()) as one, Library.open(tmp_path, encoder=WordEncoder()) as other:
        holders = [OutboxStore(one.database), OutboxStore(other.database)]
        keys = [TaskKey("T", "C", str(number)) for number in range(25)]
        won: list[TaskKey] = []

        def claim_each(store: OutboxStore) -> None:
            won.extend(key for key in keys if store.claim(claim(key)))

        threads = [threading.Thread(target=claim_each, args=(holders[number % 2],)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(won, key=lambda key: int(key.ts)) == keys


def test_task_is_leased_to_one_worker(store: OutboxStore, successor: OutboxStore) -> None:
    store.claim(claim(KEY))
    assert store.lease(9) == [Lease(KEY, 1, TaskState.CLAIMED, TASK)]
    assert [store.lease(9), successor.lease(9)] == [[], []]


def test_messages_are_leased_in_the_order_of_their_channel(store: OutboxStore) -> None:
    for ts in ("3.0", "1.0", "2.0"):
        store.claim(claim(TaskKey("T1", "C1", ts)))
    store.claim(claim(TaskKey("T1", "C2", "4.0")))
    first = store.lease(3)
    assert [one.key.ts for one in first] == ["1.0", "2.0", "4.0"]  # two of a channel leave room for others
    assert store.lease(3, without={"C1"}) == []
    assert [one.key.ts for one in store.lease(3)] == ["3.0"]


def test_lease_runs_out_unless_renewed(
    store: OutboxStore, successor: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.claim(claim(KEY))
    leases = store.lease(1)
    for _ in range(5):
        later(monkeypatch, LEASE_SECONDS - 1)
        store.renew_leases(leases)
        assert successor.lease(1) == []
    later(monkeypatch, LEASE_SECONDS + 1)
    assert [one.attempt for one in successor.lease(1)] == [2]


def test_many_leases_are_renewed_and_released_together(
    store: OutboxStore, successor: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {TaskKey("T1", f"C{number}", KEY.ts) for number in range(3)}
    store.claim_all([claim(key) for key in sorted(keys, key=lambda key: key.channel)])
    leases = store.lease(3)
    later(monkeypatch, LEASE_SECONDS - 1)
    store.renew_leases(leases)
    later(monkeypatch, LEASE_SECONDS - 1)
    assert successor.lease(3) == []
    store.release_leases(leases)
    assert {one.key for one in successor.lease(3)} == keys


def test_released_task_is_leased_at_once(store: OutboxStore, successor: OutboxStore) -> None:
    store.claim(claim(KEY))
    store.release_leases(store.lease(1))
    assert [one.key for one in successor.lease(1)] == [KEY]


@pytest.mark.parametrize("seconds", [600, -600], ids=["forward", "back"])
def test_changed_clock_loses_and_doubles_nothing(
    store: OutboxStore, successor: OutboxStore, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    store.claim(claim(KEY))
    (lease,) = store.lease(1)
    later(monkeypatch, seconds)
    # Taken over, as the time of its lease has passed, or cannot be.
    (taken,) = successor.lease(1)
    assert not store.mark_posting(lease, TASK, POST)
    assert successor.mark_posting(taken, TASK, POST)
    assert not store.claim(claim(KEY))


def test_lost_lease_changes_nothing(
    store: OutboxStore, successor: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.claim(claim(KEY))
    (lost,) = store.lease(1)
    later(monkeypatch, LEASE_SECONDS + 1)
    (held,) = successor.lease(1)
    store.mark_failed(lost)
    store.release_leases([lost])
    assert not store.mark_reposting(lost, TASK, POST)
    second = replace(POST, text="of the second")
    assert successor.mark_posting(held, TASK, second)
    later(monkeypatch, 2 * LEASE_SECONDS)
    (again,) = store.lease(1)
    assert (again.state, again.post) == (TaskState.POSTING, second)


@pytest.mark.parametrize("note", [OutboxStore.mark_sent, OutboxStore.mark_failed])
def test_answered_task_is_never_answered_again_nor_stored(
    store: OutboxStore, library: Library, monkeypatch: pytest.MonkeyPatch, note: Callable[[OutboxStore, Lease], None]
) -> None:
    store.claim(claim(KEY))
    note(store, store.lease(1)[0])
    later(monkeypatch, LEASE_SECONDS * 100)
    assert not store.claim(claim(KEY))
    assert store.lease(1) == []
    with library.database.read() as connection:
        assert connection.exec_driver_sql("SELECT event FROM claim").scalars().all() == [None]


@pytest.mark.parametrize(("starts", "given_up"), [(True, 1), (False, 0)], ids=["over it", "beside it"])
def test_task_over_which_the_bot_always_dies_is_given_up(
    store: OutboxStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, starts: bool, given_up: int
) -> None:
    store.claim(claim(KEY))
    leased = 0
    for number in range(1, 2 * MAX_STARTS):
        later(monkeypatch, LEASE_SECONDS + number)
        for lease in store.lease(1):
            leased += 1
            assert not starts or store.mark_started(lease)
    assert leased == (MAX_STARTS if starts else 2 * MAX_STARTS - 1)
    assert caplog.text.count("a question is given up") == given_up


def test_deleted_message_is_given_up_before_posting(store: OutboxStore) -> None:
    for key in (KEY, OTHER):
        store.claim(claim(key))
    first, second = store.lease(2)
    assert store.mark_posting(first, TASK, POST)
    for key in (KEY, OTHER, TaskKey("T1", "C1", "unknown")):
        store.withdraw(key)
    assert store.mark_reposting(first, TASK, POST)
    assert not store.mark_posting(second, TASK, POST)


def test_claims_are_stored_for_a_week(store: OutboxStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.claim(claim(KEY))
    store.mark_sent(store.lease(1)[0])
    later(monkeypatch, KEEP_SECONDS - 60)
    store.forget_old()
    assert not store.claim(claim(KEY))
    later(monkeypatch, KEEP_SECONDS + 60)
    store.forget_old()
    assert store.claim(claim(KEY))


def test_failed_commit_raises_for_each_writer(store: OutboxStore, library: Library) -> None:
    with library.database.write() as connection:
        connection.exec_driver_sql("CREATE TRIGGER refuse BEFORE INSERT ON claim BEGIN SELECT RAISE(ABORT, 'no'); END")
    failures: list[StoreError] = []

    def claim_number(number: int) -> None:
        try:
            store.claim(claim(TaskKey("T1", "C1", str(number))))
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=claim_number, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 6
    with library.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    assert store.claim(claim(KEY))


FULL = Context(
    Filters(
        "words", "Syria", "G7", datetime.date(2022, 1, 1), datetime.date(2023, 12, 31), statement_ids=("a-1", "b-2")
    ),
    "the resolutions",
    "citations",
)


def test_thread_memory_is_shared_by_processes(library: Library) -> None:
    threads, successor = ThreadMemory(library.database), ThreadMemory(library.database)
    assert threads.recall(KEY) is None
    threads.remember(KEY, "U1", FULL)
    threads.remember(KEY, "U2", Context())
    threads.remember(KEY, "U1", FULL)
    assert successor.recall(KEY) == FULL
    assert [successor.has_asked(KEY, person) for person in ("U1", "U2", "U3")] == [True, True, False]
    for other in (TaskKey("T2", "C1", KEY.ts), TaskKey("T1", "C2", KEY.ts), TaskKey("T1", "C1", "2.0")):
        assert successor.recall(other) is None


def test_silent_thread_is_forgotten(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = ThreadMemory(library.database)
    threads.remember(KEY, "U1", FULL)
    later(monkeypatch, KEEP_THREADS_DAYS * 24 * 3600.0 - 60)
    threads.forget_old()
    assert threads.recall(KEY) is not None
    later(monkeypatch, 120)
    threads.forget_old()
    assert threads.recall(KEY) is None


def test_immediate_claim_is_leased_until_its_handler_is_dead(
    store: OutboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    immediate = Claim(KEY, TASK, is_immediate=True)
    assert store.claim(immediate)
    assert store.lease(1) == []
    later(monkeypatch, IMMEDIATE_SECONDS + 1)
    assert [lease.attempt for lease in store.lease(1)] == [2]
    store.mark_sent(immediate.lease)
    later(monkeypatch, LEASE_SECONDS + 1)
    assert len(store.lease(1)) == 1


def test_failed_share_may_be_claimed_again(store: OutboxStore) -> None:
    share = Claim(KEY, TASK, may_repeat=True)
    assert [store.claim(share), store.claim(share)] == [True, False]
    store.mark_failed(store.lease(1)[0])
    assert store.claim(share)
    store.mark_sent(store.lease(1)[0])
    assert not store.claim(share)


def test_following_post_is_claimed_with_the_end_of_the_first(store: OutboxStore) -> None:
    store.claim(claim(KEY))
    (lease,) = store.lease(1)
    store.mark_sent(lease, then=claim(OTHER))
    store.mark_sent(lease, then=claim(TaskKey("T1", "C1", "of a lost lease")))
    assert [lease.key for lease in store.lease(9)] == [OTHER]


def test_claims_of_earlier_versions_are_answered(store: OutboxStore, library: Library) -> None:
    event = {"type": "app_mention", "channel": "C1", "user": "U1", "text": "what of it?", "ts": KEY.ts}
    post = {"channel": "C1", "answers": OTHER.ts, "thread_ts": OTHER.ts, "asker": "U1", "text": "it", "blocks": []}
    rows = [(KEY.ts, "claimed", json.dumps(event)), (OTHER.ts, "posting", json.dumps(post))]
    with library.database.write() as connection:
        for row in rows:
            connection.exec_driver_sql("INSERT INTO claim VALUES ('T1', 'C1', ?, ?, ?, 1, 0, 1)", row)
    first, second = store.lease(9)
    assert first.task == TASK
    assert second.post is not None
    assert (second.post.text, second.post.mark) == ("it", OTHER.ts)


def test_tasks_and_posts_are_stored_whole() -> None:
    task = replace(TASK, kind=TaskKind.CLICK, name="show_page", is_ephemeral=True, payload={"title": "A"})
    assert Task.from_dict(json.loads(json.dumps(task.to_dict()))) == task
    post = replace(POST, route=Route.RESPONSE, response_url="https://hooks", then=POST.to_dict())
    assert Post.from_dict(json.loads(json.dumps(post.to_dict()))) == post
