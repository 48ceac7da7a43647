"""What a search promises: quoted words, mistyped words, other names, every passage once, and nothing torn."""

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import AnswerKind, Library, SearchRequest
from index.corpus.store import Changes
from index.engines.statement_cache import Held
from index.search.searcher import Found, Searcher
from tests.encoders import WordEncoder

ACCORD = (
    "Accord on the Reactor\n\nThe reactor at Yongbyon was closed in May.\n\n"
    "They closed it: the reactor was old, and at Yongbyon they had others.\n\nTrade grows. We like tea."
)
PACT = "Pact on Trade\n\nWe like strong tea.\n\nThe border is open. Ships pass it.\n\nThe reactor was closed for good."


def texts(found: Found) -> list[str]:
    return [one.passage.text for one in found.hits]


def key_of(library: Library, title: str) -> int:
    """Return the key under which the statement of a title is kept."""
    return next(
        one.statement_key
        for portion in library._store.iterate_rows()
        for one in portion.statements
        if one.title == title
    )


def seen(found: Found) -> list[tuple[str, int, float]]:
    return [(one.passage.id, one.rank, one.score) for one in found.hits]


@pytest.fixture
def searcher(library: Library) -> Searcher:
    """Two statements, with an encoder that needs no model."""
    library.add(ACCORD)
    library.add(PACT)
    return library._get_searcher()


# -- quoted words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count", "phrase"),
    [
        pytest.param('"reactor was closed"', 1, "reactor was closed", id="in this order, next to each other"),
        pytest.param('who said "THE  Reactor"?', 3, "the reactor", id="in any case and spacing"),
        pytest.param("“like tea”", 1, "like tea", id="not with a word between"),
        pytest.param('"was closed" "in May"', 1, "was closed in may", id="all of several"),
        pytest.param('"close"', 0, "", id="not another form of the word"),
        pytest.param('"was"', 3, "was", id="words that say nothing too"),
    ],
)
def test_every_passage_found_for_quoted_words_has_them(searcher: Searcher, query: str, count: int, phrase: str) -> None:
    found = searcher.search(query, 100)
    if count:
        assert len(found.hits) == count
        assert found.answered > 0
        assert all(phrase in text.lower() for text in texts(found))
    else:
        assert found.answered == 0


@pytest.mark.parametrize("query", ['"closed reactor"', 'what of the "reactor at Pyongyang"?', '"the reactor" "coffee"'])
def test_where_quoted_words_stand_nowhere_nothing_answers_and_the_closest_are_given(
    library: Library, searcher: Searcher, query: str
) -> None:
    found = searcher.search(query, 3)
    assert found.answered == 0
    assert [(one.rank, one.score) for one in found.hits] == [(1, 0), (2, 0), (3, 0)]
    assert "reactor" in found.hits[0].passage.text
    answer = library.run(SearchRequest(query))
    assert (answer.kind, answer.answered) == (AnswerKind.NOT_FOUND, False)
    assert answer.notes[0].startswith("Closest, not an answer")
    assert "reactor" in answer.evidence[0].passage.text


def test_quoted_words_are_looked_for_in_the_statements_asked_about_only(library: Library, searcher: Searcher) -> None:
    found = searcher.search('"like tea"', 10, within=frozenset([key_of(library, "Pact on Trade")]))
    assert found.answered == 0
    assert {one.statement.title for one in found.hits} == {"Pact on Trade"}


def test_a_title_is_no_place_where_quoted_words_stand(searcher: Searcher) -> None:
    assert searcher.search('"Pact on Trade"', 10).answered == 0


def test_as_many_passages_with_quoted_words_are_found_as_are_asked_for(library: Library) -> None:
    library.add("Report\n\n" + "\n\n".join(f"The envoys met on day {day}." for day in range(80)))
    assert len(library.search('"envoys met"', 70)) == 70
    assert len(library.search('"envoys met"', 500)) == 80


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Yongbion", "Yonbgyon", "yongbyons", "yongbyonn"])
def test_a_mistyped_rare_word_is_found(library: Library, typed: str) -> None:
    filler = "\n\n".join(f"Trade of kind {number} grows in the whole of the region." for number in range(60))
    library.add(f"Report\n\n{filler}\n\nWhat stood at Yongbyon is gone.")
    (first, *_) = library.search(f"What stood at {typed}?", 3)
    assert first.passage.text == "What stood at Yongbyon is gone."


def test_other_names_given_are_found_as_the_word_itself(searcher: Searcher) -> None:
    query = "What of Nyongbyon?"
    there = searcher.search(query, 1, other_names=lambda _: {"nyongbyon": ("border",)})
    assert texts(there) == ["The border is open. Ships pass it."]
    assert there.answered > searcher.search(query, 1).answered


def test_a_country_is_found_under_its_other_names(seed_data: Path) -> None:
    with Library.open(seed_data) as library:
        assert "DPRK" in library.search("What does North Korea want from Russia?", 1)[0].passage.text
        answer = library.ask("What is North Korea seeking?")
        assert answer.answered
        assert "the DPRK is seeking military assistance" in answer.evidence[0].passage.text
        assert "North Korea → text says" in " ".join(answer.notes)


# -- hits --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["envoys of day 7", "zzz", "😀", "the of and"])
def test_more_than_there_are_gives_each_passage_once_and_all_of_them(library: Library, query: str) -> None:
    for number in range(4):
        library.add(f"Report {number}\n\n" + "\n\n".join(f"Envoys met on day {number} {day}." for day in range(40)))
    hits = library.search(query, 1_000)
    assert len({one.passage.id for one in hits}) == len(hits) == 160
    assert [one.rank for one in hits] == list(range(1, 161))
    scores = [one.score for one in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= one <= 1 for one in scores)
    fewer = library.search(query, 70)
    assert [one.passage.id for one in fewer] == [one.passage.id for one in hits[:70]]


def test_equal_passages_come_in_the_order_of_their_adding(library: Library) -> None:
    ids = [library.add(f"Accord\n\n{'Tea. ' * count}\n\nThe reactor was closed.").id for count in (3, 1, 2)]
    hits = library.search("Which reactor was closed?", 3)
    assert [one.statement.id for one in hits] == ids
    assert len({one.score for one in hits}) == 1


def test_only_the_statements_asked_about_are_searched(library: Library, searcher: Searcher) -> None:
    within = frozenset([key_of(library, "Pact on Trade")])
    found = searcher.search("Was the reactor at Yongbyon closed in May?", 100, within=within)
    assert {one.statement.title for one in found.hits} == {"Pact on Trade"}
    assert len(found.hits) == 3
    assert texts(found)[0] == "The reactor was closed for good."
    assert searcher.search("reactor", 10, within=frozenset()) == Found((), 0.0)
    assert searcher.search("reactor", 10, within=frozenset([999])) == Found((), 0.0)


def test_no_statement_or_no_number_wanted_gives_nothing(library: Library) -> None:
    assert library._get_searcher().search("tea", 5) == Found((), 0.0)
    library.add(ACCORD)
    assert library._get_searcher().search("tea", 0) == Found((), 0.0)


@pytest.mark.parametrize(
    "query",
    [
        "",
        '""',
        '"',
        "“😀”",
        "Tea " * 2_500,
        " ".join(map(str, range(5_000))),
        "with " + " ".join(f"Xx{number}" for number in range(3_000)),
    ],
    ids=["empty", "empty quotes", "one quote", "quoted emoji", "10,000 characters", "5,000 numbers", "3,000 names"],
)
def test_odd_questions_get_probabilities_too(searcher: Searcher, query: str) -> None:
    found = searcher.search(query, 100)
    assert len(found.hits) == 6
    assert 0 <= found.answered <= 1
    assert all(0 <= one.score <= 1 for one in found.hits)


def test_each_hit_marks_one_sentence_of_its_passage(searcher: Searcher) -> None:
    for hit in searcher.search("Do ships pass the border, and who likes tea?", 100).hits:
        assert len(hit.spans) == 1
        assert (hit.spans[0].start, hit.spans[0].end) in {(one.start, one.end) for one in hit.passage.sentences}


def test_a_store_opened_again_gives_the_same(tmp_path: Path) -> None:
    queries = ["Which reactor was closed?", '"like tea"', "strong te", '"no such words"', "zzz"]
    answers = []
    for _ in range(2):
        with Library.open(tmp_path, encoder=WordEncoder()) as library:
            library.add(ACCORD)
            library.add(PACT)
            answers.append([library._get_searcher().search(query, 10) for query in queries])
    assert answers[0] == answers[1]


# -- changes between ---------------------------------------------------------------------------------------------------


def meddle(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, meanwhile: Callable[[], None], times: int
) -> None:
    """Let something happen before each of the first calls of a method."""
    original, left = getattr(owner, name), [times]

    def meddled(*args: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            meanwhile()
        return original(*args, **named)

    monkeypatch.setattr(owner, name, meddled)


def ask_afresh(tmp_path: Path, query: str) -> list[tuple[str, int, float]]:
    """Return what a library opened now finds in the store of the fixture."""
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as fresh:
        return seen(fresh._get_searcher().search(query, 10))


STEPS = [
    ("_lexical", "read"),
    ("_lexical", "search"),
    ("_dense", "snapshot"),
    ("_forms", "gather"),
    ("", "_read_question"),
]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(("room", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_search_sees_what_is_added_between_its_steps_wholly_or_not(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: str, name: str, times: int
) -> None:
    query = "Was the zirconium reactor closed?"
    first = library.add(ACCORD)
    searcher = library._get_searcher()
    before = seen(searcher.search(query, 10))
    numbers = iter(range(100))

    def add_another() -> None:
        # Removed too, so that keys seen a moment ago are gone.
        library.remove(library.list_statements()[0].id)
        new_words = " ".join(f"word{next(numbers)} zirconium" for _ in range(10))
        library.add(f"Accord\n\nThe reactor of {new_words} was closed.\n\nThey closed it for good.")
        library._get_searcher()

    meddle(monkeypatch, getattr(searcher, room) if room else searcher, name, add_another, times)
    found = seen(searcher.search(query, 10))
    assert library.list_statements()[0].id != first.id
    assert found in (before, ask_afresh(tmp_path, query))


def test_a_search_may_meet_a_statement_that_is_half_taken_up(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The terms of a statement have their numbers before they are counted; then a search asks how many have them."""
    query = "Was word2500 closed?"
    library.add(ACCORD)
    searcher = library._get_searcher()
    before = seen(searcher.search(query, 10))
    numbered, asked = threading.Event(), threading.Event()
    frequency = searcher._forms.frequency

    def ask_frequency(number: int) -> int:
        try:
            return frequency(number)
        finally:
            asked.set()

    def wait_for_the_search() -> None:
        numbered.set()
        asked.wait(10)

    def begin_to_catch_up() -> None:
        pool.submit(library._get_searcher)
        numbered.wait(10)

    def add() -> None:
        library.add("Words\n\n" + " ".join(f"word{number}" for number in range(3_000)))

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(searcher._forms, "frequency", ask_frequency)
        meddle(monkeypatch, searcher._forms, "_count", wait_for_the_search, 1)
        meddle(monkeypatch, searcher._lexical, "read", add, 1)
        meddle(monkeypatch, searcher._forms, "number_of", begin_to_catch_up, 1)
        try:
            found = seen(searcher.search(query, 10))
        finally:
            asked.set()
    assert numbered.is_set()
    assert found in (before, ask_afresh(tmp_path, query))


def test_what_is_added_or_removed_while_a_searcher_is_filled_is_known_to_it(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = library.add(ACCORD)
    library.add("Peace\n\nThe reactor is at peace.")
    read, is_changed = library._store.iterate_rows, threading.Event()

    def change_meanwhile() -> Iterator[Changes]:
        yield from read()
        with Library.open(tmp_path / "data", encoder=WordEncoder()) as other:
            other.remove(first.id)
            other.add(PACT)
        is_changed.set()

    monkeypatch.setattr(library._store, "iterate_rows", change_meanwhile)
    found = seen(library._get_searcher().search("Which reactor was closed?", 10))
    assert is_changed.is_set()
    assert found == ask_afresh(tmp_path, "Which reactor was closed?")


def test_what_is_added_while_the_searcher_catches_up_is_found_by_the_next_search(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library.add(PACT)
    library.search("tea", 1)
    library.add(ACCORD)
    current, calls = library._holdings.current, iter(range(100))

    def current_before_a_change() -> tuple[Held, ...]:
        held = current()
        if next(calls) == 0:
            library.add("Peace\n\nThe reactor was closed in peace.")
        return held

    monkeypatch.setattr(library._holdings, "current", current_before_a_change)
    library.search("Which reactor was closed?", 10)
    assert next(calls) > 0
    assert seen(Found(tuple(library.search("Which reactor was closed?", 10)), 0.0)) == ask_afresh(
        tmp_path, "Which reactor was closed?"
    )


def test_searches_go_on_while_statements_come_and_go(library: Library, tmp_path: Path) -> None:
    library.add(PACT)
    seen_titles: list[set[str]] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            hits = library.search("Which reactor was closed?", 10)
            seen_titles.append({one.statement.title for one in hits})
            assert len(hits) in (3, 6)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as pool, Library.open(tmp_path / "data", encoder=WordEncoder()) as other:
            searching = [pool.submit(search) for _ in range(2)]
            for _ in range(40):
                other.remove(other.add(ACCORD).id)
            done.set()
            for one in searching:
                one.result()
    finally:
        sys.setswitchinterval(interval)
    assert {"Pact on Trade"} in seen_titles
    assert {"Pact on Trade", "Accord on the Reactor"} in seen_titles
