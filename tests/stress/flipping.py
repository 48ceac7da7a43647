"""Flip bits in the files of a store, one at a time, and compare every answer with those of the sound store.

    python -m tests.stress.flipping FLIPS [SEED]

A flip is detected (the store is refused), harmless (every answer is the same) or answered from, which must not happen.
Of five bits two are drawn from the whole file, two from its most important parts (the header, the first page, the words
of statements) and one from the log of a store that crashed. A damaged log is lost: SQLite then returns to an earlier
state, and every answer must be of that state.
"""

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import (
    CitationsRequest,
    Library,
    OccurrencesRequest,
    QuoteRequest,
    Request,
    VerbatimError,
    bundled_statements,
)
from tests.support.encoders import WordEncoder

STORE, LOG = "verbatim.sqlite3", "verbatim.sqlite3-wal"

FILES = [path for path in bundled_statements() if path.stat().st_size < 4_000][:6]


@dataclass
class Tally:
    """Counts of the flips by outcome; `answered_from` and `crashed` must stay 0."""

    flips: int = 0
    detected: int = 0
    harmless: int = 0
    earlier_state: int = 0
    answered_from: int = 0
    crashed: int = 0
    faults: list[str] = field(default_factory=list)


def run_flips(flips: int, seed: int) -> Tally:
    """Flip bits one at a time, each in a fresh copy of the same store."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        sound, crashed, states = make_stores(Path(folder, "sound"))
        for number, (name, offset, bit) in enumerate(draw_bits(sound[STORE], crashed[LOG], flips, seed)):
            data = Path(folder, str(number))
            data.mkdir()
            for one, content in (crashed if name == LOG else sound).items():
                flipped = bytearray(content)
                if one == name:
                    flipped[offset] ^= 1 << bit
                (data / one).write_bytes(flipped)
            count_outcome(data, states if name == LOG else states[-1:], f"{name}, byte {offset}, bit {bit}", tally)
            shutil.rmtree(data)
    return tally


def make_stores(data: Path) -> tuple[dict[str, bytes], dict[str, bytes], list[Any]]:
    """Write a small store: return its file, its files as after a crash, and the answers after each statement."""
    with Library.open(data, encoder=WordEncoder(dimensions=32)) as library:
        for file in FILES[: len(FILES) // 2]:
            library.add(file)
    states = [answer_everything(data)]
    with Library.open(data, encoder=WordEncoder(dimensions=32)) as library:
        for file in FILES[len(FILES) // 2 :]:
            library.add(file)
            states.append(answer_everything(data))
        crashed = {name: (data / name).read_bytes() for name in (STORE, LOG)}
    return {STORE: (data / STORE).read_bytes()}, crashed, states


def draw_bits(store: bytes, log: bytes, flips: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """Yield the name of a file, an offset into it, and the number of a bit."""
    chance = random.Random(seed)
    words = [store.index(text[:40].encode()) + at for text in lines_in_one_piece() for at in range(40)]
    regions: list[tuple[str, Callable[[], int]]] = [
        (STORE, lambda: chance.randrange(len(store))),
        (STORE, lambda: chance.randrange(100)),
        (STORE, lambda: chance.randrange(len(store))),
        (STORE, lambda: chance.choice([chance.randrange(4096), chance.choice(words)])),
        (LOG, lambda: chance.randrange(len(log))),
    ]
    for number in range(flips):
        name, draw = regions[number % len(regions)]
        yield name, draw(), chance.randrange(8)


def lines_in_one_piece() -> Iterator[str]:
    """Yield a long line of every statement; the store's file has it in one piece."""
    for file in FILES:
        yield next(line for line in file.read_text().rpartition("---\n")[2].splitlines() if len(line) > 40)


def count_outcome(data: Path, states: Sequence[Any], where: str, tally: Tally) -> None:
    """Compare the answers of a store with those of its possible states, of which the last is the sound one."""
    tally.flips += 1
    try:
        answers = answer_everything(data)
    except VerbatimError:
        tally.detected += 1
    except Exception as error:  # noqa: BLE001 - any error that is not ours is a fault
        tally.crashed += 1
        tally.faults.append(f"{where}: {type(error).__name__}")
    else:
        tally.harmless += answers == states[-1]
        tally.earlier_state += answers in states[:-1]
        if answers not in states:
            tally.answered_from += 1
            tally.faults.append(where)


def answer_everything(data: Path) -> dict[str, Any]:
    """Open a store as the bot does, and return its answers to every kind of request."""
    with closing(Library.open(data, encoder=WordEncoder(dimensions=32))) as library:
        listed = library.list_statements()
        sentence = max(library.get(listed[0].id).passages, key=lambda one: len(one.text)).text[:80]
        requests: list[Request] = [
            CitationsRequest(),
            OccurrencesRequest(("Security Council",)),
            QuoteRequest((sentence,)),
        ]
        return {
            "list": [one.to_dict() for one in listed],
            "statements": [library.get(one.id).to_dict() for one in listed],
            "search": [hit.to_dict() for hit in library.search("the Security Council and peace", 20)],
            "lookups": [library.run(request).to_dict() for request in requests],
        }


if __name__ == "__main__":
    result = run_flips(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    sys.stdout.write(json.dumps(vars(result), indent=1) + "\n")
