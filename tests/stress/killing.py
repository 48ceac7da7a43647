"""Kill `verbatim add` at random times, and every writing operation at each of its points; check the store after each.

    python -m tests.stress.killing ROUNDS [--seed N] [--words]   `verbatim add`, at random times
    python -m tests.stress.killing points [OPERATION …]          every operation, before each thing it does to a file

The command runs in a child of a process that has imported OpenVINO already, so that a round takes a second and the kill
hits the work, not the imports. With `--words` an encoder of words replaces the model: many kills in little time.
"""

import argparse
import importlib
import itertools
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy
import sqlalchemy.event

import index
from index import Library, Statement, bundled_statements
from index.corpus.readers import read_file
from index.corpus.segmentation import parse_statement
from index.corpus.statements import SEARCHED_KINDS
from tests.stress.killing_points import OPERATIONS, kill_at_points
from tests.support.encoders import WordEncoder

_AT_WORK = 0.8
"""Kills fall into this share of an undisturbed run: a run that continues a killed one has less to do."""


@dataclass
class Tally:
    """Counts over all rounds; `lost` and `torn` must stay 0."""

    rounds: int = 0
    killed_at_work: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0


def run_rounds(rounds: int, seed: int, files: Sequence[Path]) -> Tally:
    """Kill runs of `verbatim add`, each continuing the one before; start over when everything is added."""
    chance, tally = random.Random(seed), Tally()
    expected = {one.id: one for one in (parse_statement(read_file(path)) for path in files)}
    with tempfile.TemporaryDirectory() as folder:
        data, reported, generation = Path(folder, "0"), set[str](), 0
        most = _AT_WORK * _time_undisturbed(Path(folder, "undisturbed"), files)
        while tally.rounds < rounds:
            reported |= _run_and_kill(data, files, chance.uniform(0.02, most), tally)
            # A run that was killed between storing and reporting a statement never reports it.
            if _check(data, reported, expected, tally) == len(expected):
                generation += 1
                data, reported = Path(folder, str(generation)), set()
    return tally


def _time_undisturbed(data: Path, files: Sequence[Path]) -> float:
    """Return how many seconds the command takes undisturbed."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _become_the_command(data, files, data.with_suffix(".out"))
    os.waitpid(child, 0)
    return time.monotonic() - began


def add_and_die(data: Path, point: int) -> None:
    """Add a statement, and die by signal 9 before an SQL statement or commit, counted from 1."""
    passed = itertools.count(1)

    def die(*_: object) -> None:
        if next(passed) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        sqlalchemy.event.listen(sqlalchemy.Engine, name, die)
    with Library.open(data, encoder=WordEncoder()) as library:
        library.add(bundled_statements()[1])
        os._exit(0)


def _run_and_kill(data: Path, files: Sequence[Path], seconds: float, tally: Tally) -> set[str]:
    """Run the command, kill it after `seconds`, and return the ids it had reported as added."""
    output = data.with_suffix(f".{tally.rounds}.out")
    child = os.fork()
    if child == 0:
        _become_the_command(data, files, output)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    tally.rounds += 1
    tally.killed_at_work += os.WIFSIGNALED(status)
    lines = output.read_text().splitlines() if output.exists() else []
    added = {line.split()[1] for line in lines if line.startswith("added")}
    tally.acknowledged += len(added)
    return added


def _become_the_command(data: Path, files: Sequence[Path], output: Path) -> None:
    from bot.cli.main import main

    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(file, 1)
    os.dup2(quiet, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    os.environ["VERBATIM_DATA"] = str(data)
    sys.argv = ["verbatim", "add", *map(str, files)]
    try:
        main()
    finally:
        os._exit(0)


def _check(data: Path, reported: set[str], expected: dict[str, Statement], tally: Tally) -> int:
    """Compare every stored statement with its file, and return how many are stored."""
    if not Library.exists(data):
        tally.lost += len(reported)
        return 0
    with Library.open(data) as library:
        kept = {one.id for one in library.list_statements()}
        tally.lost += len(reported - kept)
        tally.torn += sum(library.get(one) != expected[one] for one in kept)
    with sqlite3.connect(data / "verbatim.sqlite3") as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            tally.torn += 1
        embeddings = connection.execute("SELECT count(*) FROM embedding").fetchone()[0]
    connection.close()
    searched = [passage for one in kept for passage in expected[one].passages if passage.kind in SEARCHED_KINDS]
    # One for each passage and each of its sentences, and one for the title of each statement.
    titles = len({passage.statement_id for passage in searched})
    tally.torn += embeddings != titles + sum(1 + len(passage.sentences) for passage in searched)
    return len(kept)


def main() -> None:
    """Print the counts of the requested kills as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", metavar="ROUNDS|points")
    parser.add_argument("operations", nargs="*", metavar="OPERATION")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="of the points, only every so many")
    parser.add_argument("--words", action="store_true", help="with an encoder of words")
    options = parser.parse_args()
    if options.what == "points":
        for name in options.operations or OPERATIONS:
            sys.stdout.write(
                json.dumps({"operation": name, **vars(kill_at_points(name, every=options.every, seed=options.seed))})
                + "\n"
            )
            sys.stdout.flush()
        return
    if options.words:
        setattr(index, "open_encoder", lambda _model: WordEncoder())  # noqa: B010 - of another type, which mypy minds
    # Before the fork: the children share them.
    for name in ("bot.cli.main", "bot.cli.output", *(() if options.words else ("openvino",))):
        importlib.import_module(name)
    sys.stdout.write(json.dumps(vars(run_rounds(int(options.what), options.seed, bundled_statements()))) + "\n")


if __name__ == "__main__":
    main()
