"""Claims: one answer per message."""

import threading
import time
from pathlib import Path

import pytest

from bot.conversations import KEEP_SECONDS, LEASE_SECONDS, Claims, MessageKey
from index import Library
from tests.encoders import WordEncoder

KEY = MessageKey("T1", "C1", "1795449434.000200")


@pytest.fixture
def claims(library: Library) -> Claims:
    return Claims(library.database)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def test_a_message_is_claimed_once(claims: Claims) -> None:
    assert [claims.claim(KEY) for _ in range(4)] == [True, False, False, False]
    for other in (MessageKey("T2", "C1", KEY.ts), MessageKey("T1", "C2", KEY.ts), MessageKey("T1", "C1", "2.0")):
        assert claims.claim(other)


def test_a_claim_whose_holder_died_can_be_taken_over_once(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.claim(KEY)
    later(monkeypatch, LEASE_SECONDS + 1)
    assert [claims.claim(KEY), claims.claim(KEY)] == [True, False]


@pytest.mark.parametrize("mark", [Claims.mark_sent, Claims.mark_failed])
def test_what_is_answered_is_never_answered_again(
    claims: Claims, monkeypatch: pytest.MonkeyPatch, mark: object
) -> None:
    claims.claim(KEY)
    mark(claims, KEY)  # type: ignore[operator]  # one of two methods
    later(monkeypatch, LEASE_SECONDS * 100)
    assert not claims.claim(KEY)


def test_claims_are_kept_for_a_week(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.claim(KEY)
    claims.mark_sent(KEY)
    later(monkeypatch, KEEP_SECONDS - 60)
    claims.forget_old()
    assert not claims.claim(KEY)
    later(monkeypatch, KEEP_SECONDS + 60)
    claims.forget_old()
    assert claims.claim(KEY)


def test_of_many_at_once_over_several_processes_one_wins(tmp_path: Path) -> None:
    # Two libraries stand for two processes: nothing but the file connects them.
    with Library.open(tmp_path, encoder=WordEncoder()) as one, Library.open(tmp_path, encoder=WordEncoder()) as other:
        holders = [Claims(one.database), Claims(other.database)]
        keys = [MessageKey("T", "C", str(number)) for number in range(25)]
        won: list[MessageKey] = []

        def claim(claims: Claims) -> None:
            won.extend(key for key in keys if claims.claim(key))

        threads = [threading.Thread(target=claim, args=(holders[number % 2],)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(won, key=lambda key: int(key.ts)) == keys
