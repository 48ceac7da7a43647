"""How well questions are routed: accuracy by engine, arguments and statements, the confusion table and every error.

Run as `python -m tests.support.routing_scores [FILE]…`; without a file it scores all of `tests/data/routing`.

A line of a file is `{group, question, engine, arguments, statements, also}`: `statements` are the names of bundled files
that the filter leaves (null: all), `also` further answers that are as right.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import StatementSummary, bundled_statements
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.engines.comparison.engine import ComparisonRequest
from index.engines.selection import select_statements
from index.questions.reader import Question, read_question
from index.request import Filters

DATA = Path(__file__).parents[1] / "data" / "routing"


@dataclass(frozen=True)
class Case:
    """A question with what it should be read as; `accepted` holds one answer or several that are as right."""

    group: str
    question: str
    accepted: tuple[Mapping[str, Any], ...]

    @property
    def engine(self) -> str:
        return str(self.accepted[0]["engine"])


@dataclass(frozen=True)
class Score:
    """How one question was read."""

    case: Case
    read: Question
    engine: str
    is_right: bool


class Shelf:
    """The bundled statements, with the files they come from."""

    def __init__(self) -> None:
        kept = [(path.name, parse_statement(read_file(path)).summary) for path in bundled_statements()]
        self.statements: list[StatementSummary] = [summary for _, summary in kept]
        self._names = {summary.id: name for name, summary in kept}

    def select(self, filters: Filters) -> frozenset[str]:
        return frozenset(self._names[statement.id] for statement in select_statements(filters, self.statements))


def read_cases(path: Path) -> list[Case]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Case(line["group"], line["question"], (line, *line.get("also", ()))) for line in lines]


def score(cases: Sequence[Case], shelf: Shelf) -> list[Score]:
    scores = []
    for case in cases:
        read = read_question(case.question, only_english=True, statements=shelf.statements)
        is_right = any(_fits(accepted, read, shelf) for accepted in case.accepted)
        scores.append(Score(case, read, engine_of(read), is_right))
    return scores


def accuracy(scores: Sequence[Score]) -> float:
    return sum(one.is_right for one in scores) / len(scores)


def engine_accuracy(scores: Sequence[Score]) -> float:
    """The share of questions that reach the right engine, whatever their arguments."""
    right = sum(one.engine in {accepted["engine"] for accepted in one.case.accepted} for one in scores)
    return right / len(scores)


def engine_of(read: Question) -> str:
    return type(read.request).__name__.removesuffix("Request").lower() if read.request else read.reading.value


def report(scores: Sequence[Score]) -> Iterator[str]:
    """Yield the lines of a report: accuracy, the confusion table (rows: right, columns: read), and every error."""
    right = sum(one.is_right for one in scores)
    yield f"{right} of {len(scores)} right ({right / len(scores):.3f}); engine alone {engine_accuracy(scores):.3f}"
    yield from _confusion(scores)
    for one in scores:
        if not one.is_right:
            yield f"{one.case.question!r} [{one.case.group}]"
            yield f"    expected {one.case.accepted[0]}"
            yield f"    read     {one.engine} {one.read.request}"


def _confusion(scores: Sequence[Score]) -> Iterator[str]:
    counts = Counter((one.case.engine, one.engine) for one in scores)
    engines = sorted({engine for pair in counts for engine in pair})
    yield " " * 12 + "".join(f"{engine[:6]:>8}" for engine in engines)
    for expected in engines:
        yield f"{expected:12}" + "".join(f"{counts[expected, read] or '·':>8}" for read in engines)


def _fits(accepted: Mapping[str, Any], read: Question, shelf: Shelf) -> bool:
    if accepted["engine"] != engine_of(read):
        return False
    if read.request is None:
        return True
    every = shelf.select(Filters())
    expected = frozenset(accepted["statements"]) if accepted["statements"] is not None else every
    return _arguments(accepted["arguments"]) <= _arguments(_read_arguments(read)) and (
        _extra(accepted["arguments"], read) == set() and _selected(read, shelf) == expected
    )


def _extra(expected: Mapping[str, Any], read: Question) -> set[str]:
    # Who is said to have spoken is only compared where it is expected.
    # A number says more than its kind.
    implied = {"kinds"} if expected.get("number") else set()
    return {name for name, _ in _arguments(_read_arguments(read))} - set(expected) - {"speaker"} - implied


def _arguments(arguments: Mapping[str, Any]) -> set[tuple[str, Any]]:
    return {
        (
            name,
            tuple(sorted(str(one).lower() for one in value)) if isinstance(value, list | tuple) else str(value).lower(),
        )
        for name, value in arguments.items()
        if value and name in {"number", "kinds", "phrases", "quotes", "speaker"}
    }


def _read_arguments(read: Question) -> dict[str, Any]:
    names = ("number", "kinds", "phrases", "quotes", "speaker")
    return {name: getattr(read.request, name) for name in names if getattr(read.request, name, None)}


def _selected(read: Question, shelf: Shelf) -> frozenset[str]:
    request = read.request
    filters = getattr(request, "filters", Filters())
    if not isinstance(request, ComparisonRequest):
        return shelf.select(filters)
    sides = [side for side in (filters, request.other) if side != Filters()]
    return frozenset[str]().union(*(shelf.select(side) for side in sides)) if sides else shelf.select(Filters())


def main(arguments: Sequence[str]) -> None:
    shelf = Shelf()
    for path in [Path(name) for name in arguments] or sorted(DATA.glob("*.jsonl")):
        print(f"# {path.name}")  # noqa: T201
        for line in report(score(read_cases(path), shelf)):
            print(line)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
