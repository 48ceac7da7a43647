"""kill -9 during every writing operation: reported statements are kept, nothing is torn or left behind."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.stress.killing_points import OPERATIONS

ROUNDS = 60


def kill(*arguments: str) -> list[dict[str, Any]]:
    """Run the script and return what it counted."""
    command = [sys.executable, "-m", "tests.stress.killing", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.slow
def test_kills_during_add_lose_nothing() -> None:
    (tally,) = kill(str(ROUNDS), "--seed", "20", "--words")
    assert (tally["lost"], tally["torn"]) == (0, 0)
    # Otherwise the kills might have hit nothing.
    assert tally["killed_at_work"] >= ROUNDS / 3
    assert tally["acknowledged"] >= ROUNDS / 3


@pytest.mark.slow
def test_two_kills_at_any_point_leave_all_or_nothing() -> None:
    tallies = kill("points", "--every", "10")
    assert {one["operation"] for one in tallies} == set(OPERATIONS)
    for tally in tallies:
        assert (tally["torn"], tally["lost"], tally["litter"]) == ([], [], []), tally
        # After a kill at one of the last points, a repetition may have nothing left to do.
        assert tally["kills_again"] >= tally["kills"] - 2
        assert tally["kills"] >= 3
