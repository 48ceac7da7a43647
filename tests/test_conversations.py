"""Claims: one answer per message. Threads: what a follow-up goes on from."""

import datetime
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.outbox.conversations import (
    KEEP_SECONDS,
    KEEP_THREADS_DAYS,
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    Claims,
    ClaimState,
    Lease,
    MessageKey,
    Threads,
)
from index import Context, Filters, Library, StoreError
from tests.encoders import WordEncoder

KEY = MessageKey("T1", "C1", "1795449434.000200")
OTHER = MessageKey("T1", "C1", "1795449435.000100")
EVENT = {"type": "app_mention", "channel": "C1", "user": "U1", "text": "what of it?", "ts": KEY.ts, "blocks": ["…"]}


@pytest.fixture
def claims(library: Library) -> Claims:
    return Claims(library.database)


@pytest.fixture
def successor(library: Library) -> Claims:
    """The claims of another process over the same store."""
    return Claims(library.database)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Move the clock on."""
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_message_is_claimed_once(claims: Claims) -> None:
    assert [claims.claim(KEY, EVENT) for _ in range(4)] == [True, False, False, False]
    assert claims.claim_all([(KEY, EVENT), (OTHER, EVENT), (OTHER, EVENT)]) == [False, True, False]
    for other in (MessageKey("T2", "C1", KEY.ts), MessageKey("T1", "C2", KEY.ts), MessageKey("T1", "C1", "2.0")):
        assert claims.claim(other, EVENT)


def test_of_many_at_once_over_several_processes_one_wins(tmp_path: Path) -> None:
    # Two libraries stand for two processes: nothing but the file connects them.
    with Library.open(tmp_path, encoder=WordEncoder()) as one, Library.open(tmp_path, encoder=WordEncoder()) as other:
        holders = [Claims(one.database), Claims(other.database)]
        keys = [MessageKey("T", "C", str(number)) for number in range(25)]
        won: list[MessageKey] = []

        def claim(claims: Claims) -> None:
            won.extend(key for key in keys if claims.claim(key, EVENT))

        threads = [threading.Thread(target=claim, args=(holders[number % 2],)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(won, key=lambda key: int(key.ts)) == keys


def test_a_message_is_leased_with_what_its_answer_needs_and_to_one_alone(claims: Claims, successor: Claims) -> None:
    claims.claim(KEY, EVENT)
    kept = {name: value for name, value in EVENT.items() if name != "blocks"}
    assert claims.lease(9) == [Lease(KEY, 1, ClaimState.QUEUED, kept)]
    assert [claims.lease(9), successor.lease(9)] == [[], []]


def test_messages_are_leased_in_the_order_of_their_channel_however_they_were_delivered(claims: Claims) -> None:
    for ts in ("3.0", "1.0", "2.0"):
        claims.claim(MessageKey("T1", "C1", ts), EVENT)
    claims.claim(MessageKey("T1", "C2", "4.0"), EVENT)
    first = claims.lease(3)
    assert [one.key.ts for one in first] == ["1.0", "2.0", "4.0"]  # two of a channel leave room for others
    assert claims.lease(3, without={"C1"}) == []
    assert [one.key.ts for one in claims.lease(3)] == ["3.0"]


def test_a_lease_that_is_renewed_is_kept_and_one_that_is_not_runs_out(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    leases = claims.lease(1)
    for _ in range(5):
        later(monkeypatch, LEASE_SECONDS - 1)
        claims.renew(leases)
        assert successor.lease(1) == []
    later(monkeypatch, LEASE_SECONDS + 1)
    assert [one.attempt for one in successor.lease(1)] == [2]


def test_many_leases_are_renewed_and_released_together(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {MessageKey("T1", f"C{number}", KEY.ts) for number in range(3)}
    claims.claim_all([(key, EVENT) for key in sorted(keys, key=lambda key: key.channel)])
    leases = claims.lease(3)
    later(monkeypatch, LEASE_SECONDS - 1)
    claims.renew(leases)
    later(monkeypatch, LEASE_SECONDS - 1)
    assert successor.lease(3) == []
    claims.release(leases)
    assert {one.key for one in successor.lease(3)} == keys


def test_what_is_released_is_leased_at_once(claims: Claims, successor: Claims) -> None:
    claims.claim(KEY, EVENT)
    claims.release(claims.lease(1))
    assert [one.key for one in successor.lease(1)] == [KEY]


@pytest.mark.parametrize("seconds", [600, -600], ids=["forward", "back"])
def test_a_clock_that_is_set_loses_no_message_and_lets_two_answer_none(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    claims.claim(KEY, EVENT)
    (lease,) = claims.lease(1)
    later(monkeypatch, seconds)
    # Taken over, as the time of its lease has passed, or cannot be.
    (taken,) = successor.lease(1)
    assert not claims.note_posting(lease, {})
    assert successor.note_posting(taken, {})
    assert not claims.claim(KEY, EVENT)


def test_who_lost_a_lease_changes_nothing_any_more(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    (lost,) = claims.lease(1)
    later(monkeypatch, LEASE_SECONDS + 1)
    (held,) = successor.lease(1)
    claims.note_failed(lost)
    claims.release([lost])
    assert not claims.note_reposting(lost, {"text": "of the first"})
    assert successor.note_posting(held, {"text": "of the second"})
    later(monkeypatch, 2 * LEASE_SECONDS)
    (again,) = claims.lease(1)
    assert (again.state, again.work) == (ClaimState.POSTING, {"text": "of the second"})


@pytest.mark.parametrize("note", [Claims.note_sent, Claims.note_failed])
def test_what_is_answered_is_never_answered_again_and_its_question_not_kept(
    claims: Claims, library: Library, monkeypatch: pytest.MonkeyPatch, note: Callable[[Claims, Lease], None]
) -> None:
    claims.claim(KEY, EVENT)
    note(claims, claims.lease(1)[0])
    later(monkeypatch, LEASE_SECONDS * 100)
    assert not claims.claim(KEY, EVENT)
    assert claims.lease(1) == []
    with library.database.read() as connection:
        assert connection.exec_driver_sql("SELECT event FROM claim").scalars().all() == [None]


@pytest.mark.parametrize(("starts", "given_up"), [(True, 1), (False, 0)], ids=["over it", "beside it"])
def test_a_message_is_given_up_when_the_bot_dies_over_it_each_time_and_only_then(
    claims: Claims, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, starts: bool, given_up: int
) -> None:
    claims.claim(KEY, EVENT)
    leased = 0
    for number in range(1, 2 * MAX_ATTEMPTS):
        later(monkeypatch, LEASE_SECONDS + number)
        for lease in claims.lease(1):
            leased += 1
            assert not starts or claims.note_started(lease)
    assert leased == (MAX_ATTEMPTS if starts else 2 * MAX_ATTEMPTS - 1)
    assert caplog.text.count("a question is given up") == given_up


def test_a_deleted_message_is_given_up_unless_its_answer_is_under_way(claims: Claims) -> None:
    for key in (KEY, OTHER):
        claims.claim(key, EVENT)
    first, second = claims.lease(2)
    assert claims.note_posting(first, {})
    for key in (KEY, OTHER, MessageKey("T1", "C1", "unknown")):
        claims.withdraw(key)
    assert claims.note_reposting(first, {})
    assert not claims.note_posting(second, {})


def test_claims_are_kept_for_a_week(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.claim(KEY, EVENT)
    claims.note_sent(claims.lease(1)[0])
    later(monkeypatch, KEEP_SECONDS - 60)
    claims.forget_old()
    assert not claims.claim(KEY, EVENT)
    later(monkeypatch, KEEP_SECONDS + 60)
    claims.forget_old()
    assert claims.claim(KEY, EVENT)


def test_what_cannot_be_written_is_said_to_everybody_whose_write_it_was(claims: Claims, library: Library) -> None:
    with library.database.write() as connection:
        connection.exec_driver_sql("CREATE TRIGGER refuse BEFORE INSERT ON claim BEGIN SELECT RAISE(ABORT, 'no'); END")
    failures: list[StoreError] = []

    def claim(number: int) -> None:
        try:
            claims.claim(MessageKey("T1", "C1", str(number)), EVENT)
        except StoreError as error:
            failures.append(error)

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 6
    with library.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    assert claims.claim(KEY, EVENT)


FULL = Context(
    Filters(
        "words", "Syria", "G7", datetime.date(2022, 1, 1), datetime.date(2023, 12, 31), statement_ids=("a-1", "b-2")
    ),
    "the resolutions",
    "citations",
)


def test_a_thread_is_remembered_by_its_last_answer_across_processes(library: Library) -> None:
    threads, successor = Threads(library.database), Threads(library.database)
    assert threads.recall(KEY) is None
    threads.remember(KEY, "U1", FULL)
    threads.remember(KEY, "U2", Context())
    threads.remember(KEY, "U1", FULL)
    assert successor.recall(KEY) == FULL
    assert [successor.has_asked(KEY, person) for person in ("U1", "U2", "U3")] == [True, True, False]
    for other in (MessageKey("T2", "C1", KEY.ts), MessageKey("T1", "C2", KEY.ts), MessageKey("T1", "C1", "2.0")):
        assert successor.recall(other) is None


def test_a_thread_is_forgotten_when_it_has_long_been_silent(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = Threads(library.database)
    threads.remember(KEY, "U1", FULL)
    later(monkeypatch, KEEP_THREADS_DAYS * 24 * 3600.0 - 60)
    threads.forget_old()
    assert threads.recall(KEY) is not None
    later(monkeypatch, 120)
    threads.forget_old()
    assert threads.recall(KEY) is None
