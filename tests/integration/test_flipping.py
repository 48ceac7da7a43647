"""A bit that flips in the store is noticed before anything is answered from it."""

from tests.stress.flipping import run_flips

FLIPS = 40


def test_no_flipped_bit_is_answered_from() -> None:
    tally = run_flips(FLIPS, seed=5)
    assert (tally.answered_from, tally.crashed) == (0, 0), tally.faults
    assert tally.detected + tally.harmless + tally.earlier_state == tally.flips == FLIPS
    # Otherwise the bits might have hit nothing that is read.
    assert tally.detected >= FLIPS / 4
    assert tally.earlier_state >= 1
