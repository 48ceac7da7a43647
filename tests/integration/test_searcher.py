"""What a search promises: quoted words, misspelled words, other names, each passage once, whole changes."""

import itertools
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import AnswerKind, Library, SearchRequest
from index.corpus.sql_store import SqlStore
from index.corpus.sqlite import Database
from index.corpus.store import Changes
from index.engines.statement_cache import Held
from index.search.openvino_model import PendingEmbedding
from index.search.searcher import Found, Searcher
from tests.support.encoders import WordEncoder

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
def test_hits_have_the_quoted_words(searcher: Searcher, query: str, count: int, phrase: str) -> None:
    found = searcher.search(query, 100)
    if count:
        assert len(found.hits) == count
        assert found.answered > 0
        assert all(phrase in text.lower() for text in texts(found))
    else:
        assert found.answered == 0


@pytest.mark.parametrize("query", ['"closed reactor"', 'what of the "reactor at Pyongyang"?', '"the reactor" "coffee"'])
def test_absent_quotation_answers_nothing_and_gives_the_closest(
    library: Library, searcher: Searcher, query: str
) -> None:
    found = searcher.search(query, 3)
    assert found.answered == 0
    assert [(one.rank, one.score) for one in found.hits] == [(1, 0), (2, 0), (3, 0)]
    assert "reactor" in found.hits[0].passage.text
    answer = library.run(SearchRequest(query))
    assert (answer.kind, answer.answered) == (AnswerKind.NOT_FOUND, False)
    assert answer.notes[0].startswith("Related passages")
    assert "reactor" in answer.evidence[0].passage.text


def test_quoted_words_are_searched_within_given_statements(library: Library, searcher: Searcher) -> None:
    found = searcher.search('"like tea"', 10, within=frozenset([key_of(library, "Pact on Trade")]))
    assert found.answered == 0
    assert {one.statement.title for one in found.hits} == {"Pact on Trade"}


def test_quoted_words_are_not_found_in_titles(searcher: Searcher) -> None:
    assert searcher.search('"Pact on Trade"', 10).answered == 0


def test_all_passages_with_quoted_words_can_be_had(library: Library) -> None:
    library.add("Report\n\n" + "\n\n".join(f"The envoys met on day {day}." for day in range(80)))
    assert len(library.search('"envoys met"', 70)) == 70
    assert len(library.search('"envoys met"', 500)) == 80


@pytest.mark.parametrize("typed", ["Yongbion", "Yonbgyon", "yongbyons", "yongbyonn"])
def test_misspelled_rare_word_is_found(library: Library, typed: str) -> None:
    filler = "\n\n".join(f"Trade of kind {number} grows in the whole of the region." for number in range(60))
    library.add(f"Report\n\n{filler}\n\nWhat stood at Yongbyon is gone.")
    (first, *_) = library.search(f"What stood at {typed}?", 3)
    assert first.passage.text == "What stood at Yongbyon is gone."


def test_other_names_count_as_the_word(searcher: Searcher) -> None:
    query = "What of Nyongbyon?"
    there = searcher.search(query, 1, other_names=lambda _: {"nyongbyon": ("border",)})
    assert texts(there) == ["The border is open. Ships pass it."]
    assert there.answered > searcher.search(query, 1).answered


def test_country_is_found_under_its_other_names(seed_data: Path) -> None:
    with Library.open(seed_data) as library:
        assert "DPRK" in library.search("What does North Korea want from Russia?", 1)[0].passage.text
        answer = library.ask("What is North Korea seeking?")
        assert answer.answered
        assert "the DPRK is seeking military assistance" in answer.evidence[0].passage.text
        assert "North Korea → text says" in " ".join(answer.notes)


@pytest.mark.parametrize("query", ["envoys of day 7", "zzz", "😀", "the of and"])
def test_large_k_gives_every_passage_once(library: Library, query: str) -> None:
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


def test_equal_passages_come_in_the_order_of_adding(library: Library) -> None:
    ids = [library.add(f"Accord\n\n{'Tea. ' * count}\n\nThe reactor was closed.").id for count in (3, 1, 2)]
    hits = library.search("Which reactor was closed?", 3)
    assert [one.statement.id for one in hits] == ids
    assert len({one.score for one in hits}) == 1


def test_search_within_finds_only_given_statements(library: Library, searcher: Searcher) -> None:
    within = frozenset([key_of(library, "Pact on Trade")])
    found = searcher.search("Was the reactor at Yongbyon closed in May?", 100, within=within)
    assert {one.statement.title for one in found.hits} == {"Pact on Trade"}
    assert len(found.hits) == 3
    assert texts(found)[0] == "The reactor was closed for good."
    assert searcher.search("reactor", 10, within=frozenset()) == Found((), 0.0)
    assert searcher.search("reactor", 10, within=frozenset([999])) == Found((), 0.0)


def test_empty_store_and_k_zero_give_nothing(library: Library) -> None:
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
def test_odd_questions_get_probabilities(searcher: Searcher, query: str) -> None:
    found = searcher.search(query, 100)
    assert len(found.hits) == 6
    assert 0 <= found.answered <= 1
    assert all(0 <= one.score <= 1 for one in found.hits)


def test_each_hit_marks_one_sentence(searcher: Searcher) -> None:
    for hit in searcher.search("Do ships pass the border, and who likes tea?", 100).hits:
        assert len(hit.spans) == 1
        assert (hit.spans[0].start, hit.spans[0].end) in {(one.start, one.end) for one in hit.passage.sentences}


def test_reopened_store_gives_the_same_hits(tmp_path: Path) -> None:
    queries = ["Which reactor was closed?", '"like tea"', "strong te", '"no such words"', "zzz"]
    answers = []
    for _ in range(2):
        with Library.open(tmp_path, encoder=WordEncoder()) as library:
            library.add(ACCORD)
            library.add(PACT)
            answers.append([library._get_searcher().search(query, 10) for query in queries])
    assert answers[0] == answers[1]


def count_calls(work: Callable[[], object]) -> int:
    """Return how many functions are called, Python's and C's, while something is done."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("list which ", id="kinds of questions"),
        pytest.param("what resolution 1718 ", id="resolutions"),
        pytest.param("Yongbion ", id="a misspelled word"),
        pytest.param("“tea” ", id="a quotation"),
        pytest.param("North Korea ", id="a name"),
    ],
)
def test_work_grows_no_faster_than_the_question(searcher: Searcher, unit: str) -> None:
    searcher.search(unit, 10)
    short = count_calls(lambda: searcher.search(unit * 25, 10))
    assert count_calls(lambda: searcher.search(unit * 250, 10)) < 10 * short


class ChangingEncoder(WordEncoder):
    """Lets something happen each time a question is being encoded."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def begin_query(self, text: str) -> PendingEmbedding:
        def finish() -> NDArray[np.float32]:
            self.meanwhile()
            return self.encode_query(text)

        return PendingEmbedding(finish)


def ask_afresh(tmp_path: Path, query: str) -> list[tuple[str, int, float]]:
    """Return what a library opened now finds in the store of the fixture."""
    with Library.open(tmp_path / "data", encoder=WordEncoder()) as fresh:
        return seen(fresh._get_searcher().search(query, 10))


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("step", ["other names are looked up", "the question is encoded"])
def test_search_sees_a_change_between_its_steps_wholly_or_not(tmp_path: Path, step: str, times: int) -> None:
    query = "Was the zirconium reactor closed?"
    encoder = ChangingEncoder()
    with Library.open(tmp_path / "data", encoder=encoder) as library:
        first = library.add(ACCORD)
        searcher = library._get_searcher()
        before = seen(searcher.search(query, 10))
        changes = iter(range(times))

        def change() -> None:
            for number in itertools.islice(changes, 1):
                # Removed too, so that keys seen a moment ago are gone.
                library.remove(library.list_statements()[0].id)
                new_words = " ".join(f"word{number}x{at} zirconium" for at in range(10))
                library.add(f"Accord\n\nThe reactor of {new_words} was closed.\n\nThey closed it for good.")
                library._get_searcher()

        def find_names(_query: str) -> Mapping[str, Sequence[str]]:
            change()
            return {}

        if step == "the question is encoded":
            encoder.meanwhile = change
            found = seen(searcher.search(query, 10))
        else:
            found = seen(searcher.search(query, 10, other_names=find_names))
        assert library.list_statements()[0].id != first.id
        assert found in (before, ask_afresh(tmp_path, query))


class ChangingStore(SqlStore):
    """A store that another process changes while all of it is read."""

    def __init__(self, database: Database, change: Callable[[], None]) -> None:
        super().__init__(database)
        self._change = change

    def iterate_rows(self) -> Iterator[Changes]:
        yield from super().iterate_rows()
        self._change()


def test_changes_while_a_searcher_is_filled_are_found(library: Library, tmp_path: Path) -> None:
    first = library.add(ACCORD)
    library.add("Peace\n\nThe reactor is at peace.")

    def change() -> None:
        with Library.open(tmp_path / "data", encoder=WordEncoder()) as other:
            other.remove(first.id)
            other.add(PACT)

    searcher = Searcher(ChangingStore(library.database, change), WordEncoder(), describe=library._describe)
    assert searcher.seq < library._store.get_seq()
    searcher.catch_up()
    found = seen(searcher.search("Which reactor was closed?", 10))
    assert found == ask_afresh(tmp_path, "Which reactor was closed?")


def test_statement_added_while_catching_up_is_found_next(
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
