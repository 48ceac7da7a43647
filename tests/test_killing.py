"""kill -9 during `verbatim add`: what was reported is kept, and nothing is torn."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ROUNDS = 30


@pytest.mark.slow
def test_thirty_kills_during_add_lose_nothing_and_tear_nothing() -> None:
    command = [sys.executable, "-m", "tests.killing", str(ROUNDS), "20"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stderr
    tally = json.loads(ended.stdout)
    assert (tally["lost"], tally["torn"]) == (0, 0)
    # Without these the kills might have met nothing: they fell into the work, and between statements.
    assert tally["killed_at_work"] >= ROUNDS / 3
    assert tally["acknowledged"] >= ROUNDS / 3


def test_a_kill_before_any_statement_or_commit_leaves_all_of_a_statement_or_nothing() -> None:
    command = [sys.executable, "-m", "tests.killing", "points"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    tally = json.loads(ended.stdout)
    assert (tally["lost"], tally["torn"]) == (0, 0)
    # The last round found no statement left to be killed before; the others were.
    assert tally["killed_at_work"] == tally["rounds"] - 1
    assert tally["killed_at_work"] >= 10
