"""After any history of a store, an open library answers as one opened now."""

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from index import Library, bundled_statements
from index.search.searcher import Searcher
from index.search.vectors import IndexSettings
from tests.conftest import ROOT
from tests.support.encoders import WordEncoder

STATEMENTS: tuple[dict[str, Any], ...] = (
    {"statement": "We like tea.\n\nThe reactor at Yongbyon was closed in May 2022. It was old.", "title": "Accord"},
    {"statement": "The reactor at Yongbyon was closed in May 2022. It was old.\n\nKarelimsk trades.", "title": "Pact"},
    {
        "statement": "Begin Text:\n\nWe recall resolution 1718 (2006).\n\nThe DPRK launched 3 missiles.\n\nEnd Text.",
        "title": "Joint Statement on Missiles",
        "date": date(2022, 5, 30),
        "issuers": ("Japan", "Canada"),
    },
    {
        "statement": "The border is open. Ships pass it.",
        "title": "Joint Statement on the Border",
        "date": date(2022, 6, 1),
    },
    {"statement": "Tea, tea and strong tea: we like tea in Karelinsk.", "title": "Tea"},
    {"statement": "😀\n\nNo words there.", "title": "Odd"},
    {"statement": " ".join(f"Word{number} and reactors." for number in range(400)), "title": "Many Words"},
)
QUESTIONS = (
    "Which reactor was closed in May 2022?",
    "what do they say about tea?",
    '"we like tea"',
    '"no such words"',
    "How many misiles did North Korea launch?",
    "Who trades in Karelinks?",  # nearer to a name that may be gone than to one that is there
    "which resolutions are cited?",
    "Is the border open?",
    "the of and",
)
ENCODERS = (WordEncoder("words", 64), WordEncoder("other words", 96))


def answers_of(library: Library) -> dict[str, Any]:
    """Return what the questions find and are answered: passages, ranks, scores, spans and words."""
    found = {question: [one.to_dict() for one in library.search(question, 20)] for question in QUESTIONS}
    return {"hits": found, "answers": {question: library.ask(question).to_dict() for question in QUESTIONS}}


def assert_as_afresh(library: Library, data: Path, encoder: WordEncoder) -> None:
    with Library.open(data, encoder=encoder) as fresh:
        assert answers_of(library) == answers_of(fresh)


def change_store(data: Path, encoder: int, number: int, removed: str | None) -> None:
    """Add a statement and remove another; run in a process of its own."""
    with Library.open(data, encoder=ENCODERS[encoder]) as library:
        library.add(**STATEMENTS[number])
        if removed is not None:
            library.remove(removed)


def list_titles(data: Path) -> list[str]:
    """Return the titles in a store; run in a process of its own."""
    with Library.open(data, encoder=ENCODERS[0]) as library:
        return [one.title for one in library.list_statements()]


@pytest.fixture(scope="module", autouse=True)
def other_process() -> Iterator[None]:
    """A process that stays, for it takes a second to start."""
    global _others  # noqa: PLW0603 - a state machine has no fixtures
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        _others = pool
        yield
    _others = None


_others: ProcessPoolExecutor | None = None


class Histories(RuleBasedStateMachine):
    """Everything that can happen to the store of a library that is asked in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.data = Path(self.folder.name)
        self.encoder = 0
        self.library = self.open()

    def open(self) -> Library:
        return Library.open(self.data, encoder=ENCODERS[self.encoder])

    def teardown(self) -> None:
        try:
            assert_as_afresh(self.library, self.data, ENCODERS[self.encoder])
        finally:
            self.library.close()
            self.folder.cleanup()

    def choose(self, place: int) -> str | None:
        """Return the id of one of the statements; None where there is none."""
        held = self.library.list_statements()
        return held[place % len(held)].id if held else None

    numbers = st.integers(0, len(STATEMENTS) - 1)

    @initialize(chosen=st.sets(numbers, max_size=4))
    def begin(self, chosen: set[int]) -> None:
        for number in sorted(chosen):
            self.library.add(**STATEMENTS[number])
        self.library.search("tea", 3)

    @rule(number=numbers)
    def add(self, number: int) -> None:
        self.library.add(**STATEMENTS[number])

    @rule(number=numbers, question=st.sampled_from(QUESTIONS))
    def add_while_searching(self, number: int, question: str) -> None:
        adding = threading.Thread(target=self.library.add, kwargs=STATEMENTS[number])
        adding.start()
        while adding.is_alive():
            self.library.search(question, 20)
        adding.join()

    @rule(place=st.integers(0, 9))
    def remove(self, place: int) -> None:
        chosen = self.choose(place)
        if chosen is not None:
            self.library.remove(chosen)

    @rule(place=st.integers(0, 9))
    def remove_and_add_again(self, place: int) -> None:
        chosen = self.choose(place)
        if chosen is not None:
            removed = self.library.remove(chosen)
            self.library.add(**next(one for one in STATEMENTS if one["title"] == removed.title))

    @rule(number=numbers, place=st.none() | st.integers(0, 9))
    def let_another_process_change_it(self, number: int, place: int | None) -> None:
        assert _others is not None
        removed = None if place is None else self.choose(place)
        _others.submit(change_store, self.data, self.encoder, number, removed).result()

    @rule()
    def open_again(self) -> None:
        self.library.close()
        self.library = self.open()

    @rule()
    def encode_again(self) -> None:
        self.library.re_encode()

    @rule()
    def encode_by_another_model(self) -> None:
        self.library.close()
        self.encoder = 1 - self.encoder
        self.library = self.open()
        self.library.re_encode()

    @precondition(lambda self: self.library.list_statements())
    @rule()
    def let_others_encode_by_another_model_and_back(self) -> None:
        for encoder in (1 - self.encoder, self.encoder):
            with Library.open(self.data, encoder=ENCODERS[encoder]) as other:
                other.re_encode()

    @rule()
    def answer(self) -> None:
        assert_as_afresh(self.library, self.data, ENCODERS[self.encoder])

    @invariant()
    def nothing_removed_is_found(self) -> None:
        held = {one.id for one in self.library.list_statements()}
        assert {one.statement.id for one in self.library.search("tea reactor border", 50)} == held


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=14,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a history is short enough to read, and shrinking takes minutes
)


def test_removed_word_hides_no_other_spelling(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=ENCODERS[0]) as library:
        library.add(**STATEMENTS[1])
        gone = library.add(**STATEMENTS[4])
        assert library.search("Karelinks", 1)[0].statement.title == "Tea"
        library.remove(gone.id)
        assert library.search("Karelinks", 1)[0].passage.text == "Karelimsk trades."
        assert_as_afresh(library, tmp_path, ENCODERS[0])


def test_store_open_twice_keeps_its_locks(tmp_path: Path) -> None:
    """Closing any descriptor of a file drops the process's locks on it: others then take the store for closed."""
    assert _others is not None
    with Library.open(tmp_path, encoder=ENCODERS[0]) as library:
        library.add(**STATEMENTS[0])
        Library.open(tmp_path, encoder=ENCODERS[0]).close()
        _others.submit(change_store, tmp_path, 0, 1, None).result()
        library.add(**STATEMENTS[2])
        listed = _others.submit(list_titles, tmp_path).result()
        assert sorted(listed) == sorted(STATEMENTS[number]["title"] for number in range(3))


_ADD_AND_DIE = """
import sys
from pathlib import Path
from tests.stress.killing import add_and_die
add_and_die(Path(sys.argv[1]), point=int(sys.argv[2]))
"""


@pytest.mark.parametrize("point", [3, 8])
def test_killed_adder_leaves_all_readers_alike(tmp_path: Path, point: int) -> None:
    """The process dies by signal 9 before one of its SQL statements; the library here is asked all the while."""
    encoder = WordEncoder()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    with Library.open(tmp_path, encoder=encoder) as library:
        library.add(bundled_statements()[0])
        before = answers_of(library)
        command = [sys.executable, "-c", _ADD_AND_DIE, str(tmp_path), str(point)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        while process.poll() is None:
            library.search("Which resolutions are cited?", 5)
        assert process.returncode == -signal.SIGKILL
        assert_as_afresh(library, tmp_path, encoder)
        added = bundled_statements()[1]
        assert (answers_of(library) == before) is (library.contains(added) is None)
        library.add(added)
        library.add(bundled_statements()[2])
        assert_as_afresh(library, tmp_path, encoder)


PASSAGES = 400
SUBJECTS = ("tea", "reactor", "border", "missile", "vessel", "council", "envoy", "treaty", "grain", "harbour", "cable")


def make_report(number: int, passages: int = 20) -> str:
    chance = np.random.default_rng(number)
    words = [" ".join(chance.choice(SUBJECTS, 5)) for _ in range(passages)]
    return f"Report {number}\n\n" + "\n\n".join(f"Matter {number}x{at} is of {some}." for at, some in enumerate(words))


def test_approximate_search_finds_what_exact_search_does(tmp_path: Path) -> None:
    encoder = WordEncoder("words", 64)
    questions = [f"Which {one} is of the {other}?" for one, other in itertools.pairwise(SUBJECTS)]
    with Library.open(tmp_path, encoder=encoder) as library:
        for number in range(PASSAGES // 20):
            library.add(make_report(number))
    approximate = IndexSettings(exact_limit=100, passages_per_list=20, probed_lists=8, rescored=80, max_changes=30)
    with Library.open(tmp_path, encoder=encoder) as library:
        library._searcher = Searcher(library._store, encoder, describe=library._describe, settings=approximate)
        gone = set()
        for number in range(PASSAGES // 20, PASSAGES // 20 + 10):
            library.search("tea", 1)
            gone.add(library.remove(library.list_statements()[number % 7].id).id)
            library.add(make_report(number))
        dense = library._get_searcher()._dense
        assert dense.wait(60)
        assert dense.snapshot().lists is not None, "the approximate form was not reached"
        shares = []
        for question in questions:
            hits = library.search(question, 10)
            assert [one.rank for one in hits] == list(range(1, 11))
            vector = encoder.encode_query(question)
            table = {
                key: float(row @ vector)
                for portion in library._store.iterate_rows()
                for rows in portion.statements
                for key, row in zip(rows.passage_keys, rows.vectors, strict=True)
            }
            found = dense.search(vector, 10)
            tenth = sorted(table.values())[-10]
            shares.append(np.mean([table[one.key] > tenth - 1e-3 for one in found]))
            every = library.search(question, 10_000)
            assert len(every) == len({one.passage.id for one in every}) == PASSAGES
            assert gone.isdisjoint(one.statement.id for one in every)
        assert np.mean(shares) >= 0.9
