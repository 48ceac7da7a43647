"""Rankings of units, and TREC run files in and out."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.evaluation.question_sets import QuestionSetError, read_lines

_DIGITS = 6
"""Decimals that a run file has of a score: trec_eval reads it as a float of 32 bits."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit in one ranking, with its score, higher is better."""

    unit: str
    score: float


Ranking = tuple[Ranked, ...]
"""Units best first, each once."""

Run = Mapping[str, Ranking]
"""Rankings by the ids of the questions."""


def rank_units(scores: Mapping[str, float]) -> Ranking:
    """Return units by their scores, best first; of equal scores the one whose id is last in the alphabet comes first.

    So trec_eval orders them, whatever the file's own order and ranks.
    """
    ordered = sorted(scores.items(), key=lambda one: (one[1], one[0]), reverse=True)
    return tuple(Ranked(unit, score) for unit, score in ordered)


def first_of_each(ranked: Iterable[Ranked]) -> Ranking:
    """Return a ranking without the later places of a unit that is there more than once."""
    best: dict[str, Ranked] = {}
    for one in ranked:
        best.setdefault(one.unit, one)
    return tuple(best.values())


def write_run(path: Path, run: Run, *, tag: str) -> None:
    """Write rankings as lines of `question Q0 unit rank score tag`.

    Readers order by score and break ties by themselves: a score that is not below the one before it is written one
    millionth below that, so that every reader finds the same order.

    Raises:
        QuestionSetError: the file cannot be written.
    """
    lines = [line for question_id, ranking in run.items() for line in _to_lines(question_id, ranking, tag)]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise QuestionSetError(
            f"{path} cannot be written ({error.strerror}).", remedy="Check the folder and its permissions."
        ) from error


def _to_lines(question_id: str, ranking: Ranking, tag: str) -> Iterable[str]:
    before = math.inf
    for rank, one in enumerate(ranking, start=1):
        before = min(round(one.score, _DIGITS), round(before - 10**-_DIGITS, _DIGITS))
        yield f"{question_id} Q0 {one.unit} {rank} {before:.{_DIGITS}f} {tag}\n"


def read_run(path: Path, units: Mapping[str, Collection[str]]) -> dict[str, Ranking]:
    """Return the rankings of a run file by question, ordered by score as trec_eval does.

    Args:
        path: plain, or packed where its name ends in `.gz`.
        units: for each question the units that may be ranked; one that is not in the file has no ranking.

    Raises:
        QuestionSetError: the file cannot be read, a line is none of a run, a unit is there twice, or an id is unknown.
    """
    scores: dict[str, dict[str, float]] = {}
    for where, line in read_lines(path):
        question_id, unit, score = _parse_line(line, where)
        if unit not in units.get(question_id, ()):
            what = f"unit {unit!r} for" if question_id in units else "question"
            raise QuestionSetError(
                f"{where}: there is no {what} {question_id!r}.", remedy="Give the files that the run was made from."
            )
        if unit in scores.setdefault(question_id, {}):
            raise QuestionSetError(f"{where}: {unit!r} is ranked twice for {question_id!r}.", remedy="Rank it once.")
        scores[question_id][unit] = score
    return {question_id: rank_units(found) for question_id, found in scores.items()}


def _parse_line(line: str, where: str) -> tuple[str, str, float]:
    columns = line.split()
    try:
        question_id, _, unit, _, score, _ = columns
        value = float(score)
    except ValueError as error:
        raise QuestionSetError(
            f"{where} is not a line of a TREC run.", remedy="Write: question Q0 unit rank score tag."
        ) from error
    if not math.isfinite(value):
        raise QuestionSetError(f"{where}: the score is {score}.", remedy="Scores must be finite numbers.")
    return question_id, unit, value
