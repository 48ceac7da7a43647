"""Claims: one answer per message. Threads: what a follow-up goes on from."""

import datetime
import threading
import time
from pathlib import Path

import pytest

from bot.conversations import (
    KEEP_SECONDS,
    KEEP_THREADS_DAYS,
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    Claims,
    MessageKey,
    Threads,
)
from index import Context, Filters, Library, StoreError
from tests.encoders import WordEncoder

KEY = MessageKey("T1", "C1", "1795449434.000200")
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
    for other in (MessageKey("T2", "C1", KEY.ts), MessageKey("T1", "C2", KEY.ts), MessageKey("T1", "C1", "2.0")):
        assert claims.claim(other, EVENT)


def test_a_message_in_work_is_not_taken_over_however_long_slack_lets_it_wait(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    for _ in range(5):
        later(monkeypatch, LEASE_SECONDS - 5)
        assert claims.take_over() == []
        assert successor.take_over() == []
    claims.release(KEY)
    later(monkeypatch, LEASE_SECONDS + 1)
    assert [one.key for one in successor.take_over()] == [KEY]


def test_a_claim_whose_holder_died_can_be_taken_over_once(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    later(monkeypatch, LEASE_SECONDS + 1)
    assert [successor.claim(KEY, EVENT), successor.claim(KEY, EVENT)] == [True, False]


def test_a_message_that_this_process_is_at_is_not_claimed_again_however_long_it_takes(
    claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    later(monkeypatch, 10 * LEASE_SECONDS)
    assert not claims.claim(KEY, EVENT)


@pytest.mark.parametrize("mark", [Claims.mark_sent, Claims.mark_failed])
def test_what_is_answered_is_never_answered_again(
    claims: Claims, monkeypatch: pytest.MonkeyPatch, mark: object
) -> None:
    claims.claim(KEY, EVENT)
    mark(claims, KEY)  # type: ignore[operator]  # one of two methods
    later(monkeypatch, LEASE_SECONDS * 100)
    assert not claims.claim(KEY, EVENT)


def test_what_was_left_unanswered_is_handed_out_once_when_its_lease_is_over(
    claims: Claims, successor: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    assert successor.take_over() == []
    later(monkeypatch, LEASE_SECONDS + 1)
    (left,) = successor.take_over()
    assert left.key == KEY
    assert left.event == {name: value for name, value in EVENT.items() if name != "blocks"}
    assert successor.take_over() == []
    assert not successor.claim(KEY, EVENT)


def test_what_cannot_be_answered_is_given_up(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.claim(KEY, EVENT)
    claims.release(KEY)
    handed_out = 0
    for number in range(1, 20):
        later(monkeypatch, LEASE_SECONDS + number)
        left = claims.take_over()
        for one in left:
            claims.release(one.key)
        handed_out += len(left)
    assert handed_out == MAX_ATTEMPTS - 1


@pytest.mark.parametrize("mark", [Claims.mark_sent, Claims.mark_failed])
def test_a_question_is_not_kept_longer_than_it_is_needed(library: Library, mark: object) -> None:
    claims = Claims(library.database)
    claims.claim(KEY, EVENT)
    mark(claims, KEY)  # type: ignore[operator]  # one of two methods
    with library.database.read() as connection:
        assert connection.exec_driver_sql("SELECT event FROM claim").scalars().all() == [None]


def test_claims_are_kept_for_a_week(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.claim(KEY, EVENT)
    claims.mark_sent(KEY)
    later(monkeypatch, KEEP_SECONDS - 60)
    claims.forget_old()
    assert not claims.claim(KEY, EVENT)
    later(monkeypatch, KEEP_SECONDS + 60)
    claims.forget_old()
    assert claims.claim(KEY, EVENT)


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


def test_a_message_whose_outcome_could_not_be_noted_is_not_answered_again(
    claims: Claims, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims.claim(KEY, EVENT)
    with library.database.write() as connection:
        connection.exec_driver_sql("CREATE TRIGGER refuse BEFORE UPDATE ON claim BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(StoreError):
        claims.mark_sent(KEY)
    with library.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER refuse")
    later(monkeypatch, LEASE_SECONDS + 1)
    assert claims.take_over() == []


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
