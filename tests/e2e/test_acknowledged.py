"""What is acknowledged is answered once, though the bot is killed between the two."""

from pathlib import Path

import pytest

from tests.stress.load.acknowledged import KINDS, run_rounds


@pytest.mark.slow
def test_killed_bot_answers_what_it_acknowledged(tmp_path: Path) -> None:
    tally = run_rounds(2, 2, tmp_path)
    wrong = {name for name in tally if name.endswith(("answered 0 times", "answered 2 times"))}
    assert wrong == set()
    # The proof that the kills fell between acknowledging and answering.
    assert {kind for kind in KINDS if tally[f"{kind} answered 1 times"]} == set(KINDS)
