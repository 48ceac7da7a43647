"""The lexical index against a plain BM25, and what it says while it changes."""

import datetime
import math
import threading
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search import lexical as lexical_room
from index.search.lexical import LexicalCandidate, LexicalIndex, LexicalQuery, QueryTerm
from index.text.tokens import analyse

WORDS = [
    "missile",
    "sanction",
    "korea",
    "vessel",
    "transfer",
    "condemn",
    "council",
    "region",
    "peace",
    "launch",
    "the",
    "of",
]


def statement(
    key: int,
    *texts: str,
    title: str = "",
    date: datetime.date | None = None,
    issuers: tuple[str, ...] = (),
) -> StatementRows:
    vectors = np.zeros((1, 1), dtype=np.float32)
    rows = (
        PassageRow(key * 100 + position, position, PassageKind.PARAGRAPH, text, (), vectors)
        for position, text in enumerate(texts)
    )
    return StatementRows(key, title, date, issuers, tuple(rows))


def made_of(*statements: StatementRows) -> LexicalIndex:
    return LexicalIndex([Changes(1, statements)])


def find(index: LexicalIndex, query: str, k: int = 100, within: frozenset[int] | None = None) -> list[int]:
    return [one.key for one in index.search(index.read(query), k, within=within)]


def brute_force(statements: list[StatementRows], terms: list[str]) -> list[LexicalCandidate]:
    """Return the ranking of a plain BM25 over title twice and text, for passages of up to 24 words."""
    passages = {
        row.key: Counter(analyse(f"{one.title} {one.title} {row.text}")) for one in statements for row in one.passages
    }
    average = sum(words.total() for words in passages.values()) / max(len(passages), 1)
    found = []
    for key, words in passages.items():
        score = 0.0
        for term in terms:
            n = sum(term in other for other in passages.values())
            idf = math.log(1 + (len(passages) - n + 0.5) / (n + 0.5))
            score += idf * words[term] * 2.2 / (words[term] + 1.2 * (0.25 + 0.75 * words.total() / average))
        if score:
            found.append(LexicalCandidate(key, score))
    return sorted(found, key=lambda one: (-one.score, one.key))


def assert_same(found: list[LexicalCandidate], expected: list[LexicalCandidate], k: int) -> None:
    """Expect the `k` best of `expected`, best first."""
    scores = {one.key: one.score for one in expected}
    assert len({one.key for one in found}) == len(found) == min(k, len(expected))
    # Equal scores come out as one or the other where sums are rounded otherwise.
    assert [one.score for one in found] == pytest.approx([one.score for one in expected[: len(found)]], rel=1e-9)
    assert [one.score for one in found] == pytest.approx([scores[one.key] for one in found], rel=1e-9)


TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=16).map(" ".join), min_size=1, max_size=4)
TITLES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


@pytest.mark.parametrize("rebuilt_minimum", [0, 1_000])
@given(
    present=st.lists(st.tuples(TEXTS, TITLES), max_size=6),
    changes=st.lists(st.tuples(st.integers(1, 8), st.none() | st.tuples(TEXTS, TITLES)), max_size=8),
    asked=st.sampled_from(["missile", "korea peace", "vessel transfer"]),
    k=st.integers(1, 30),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_of_changes_ranks_as_plain_bm25_over_what_is_there(
    monkeypatch: pytest.MonkeyPatch,
    present: list[tuple[list[str], str]],
    changes: list[tuple[int, tuple[list[str], str] | None]],
    asked: str,
    k: int,
    rebuilt_minimum: int,
) -> None:
    monkeypatch.setattr(lexical_room, "_REBUILT_MINIMUM", rebuilt_minimum)
    kept = {key: statement(key, *texts, title=title) for key, (texts, title) in enumerate(present, start=1)}
    index = LexicalIndex([Changes(1, tuple(kept.values()))])
    for seq, (key, content) in enumerate(changes, start=2):
        kept.pop(key, None)
        if content is not None:
            kept[key] = statement(key, *content[0], title=content[1])
        index.update(Changes(seq, (kept.get(key, StatementRows(key)),)))
        assert index.seq == seq
    assert len(index) == sum(len(one.passages) for one in kept.values())
    read = index.read(asked)
    assert_same(index.search(read, k), brute_force(list(kept.values()), analyse(asked)), k)
    # The same passages in an index of their own, in another order, with the same words.
    fresh = LexicalIndex([Changes(1, tuple(reversed(kept.values())))])
    assert fresh.read(asked) == read
    assert fresh.search(read, k) == index.search(read, k)


def many(seed: int, count: int = 300) -> list[StatementRows]:
    random = np.random.default_rng(seed)
    return [
        statement(key, *(" ".join(random.choice(WORDS, random.integers(1, 80))) for _ in range(3)), title="Region")
        for key in range(1, count + 1)
    ]


def test_the_best_few_of_many_are_those_of_a_fresh_index_however_much_was_removed() -> None:
    statements = many(1)
    index = made_of(*statements)
    # The long passages go, and with them tantivy's average length is wrong.
    removed = [one for one in statements if one.statement_key % 3]
    for seq, one in enumerate(removed, start=2):
        index.update(Changes(seq, (StatementRows(one.statement_key),)))
    fresh = made_of(*(one for one in statements if one.statement_key % 3 == 0))
    assert index._state.gone_passages == 600
    for asked in ("missile", "peace launch council", "condemn korea vessel"):
        assert index.search(index.read(asked), 10) == fresh.search(fresh.read(asked), 10)


@pytest.mark.parametrize("removed", ["missile " * 40, "missile"], ids=["as long as the others", "shorter"])
def test_no_passage_scores_more_than_tantivy_is_said_to_underrate_it(removed: str) -> None:
    kept = [statement(key, "missile " * (key % 60 == 0) + "korea peace " * 20) for key in range(1, 301)]
    gone = [statement(key, removed) for key in range(301, 701)]
    index = made_of(*kept, *gone)
    index.update(Changes(2, tuple(StatementRows(one.statement_key) for one in gone)))
    assert index._state.gone_passages == 400
    read = index.read("missile")
    search = lexical_room._Search(index._state, index._schema, index._weigh(read, index._state), (), None)
    bounds = [score * search._underrating() for score, _ in index._state.searcher.search(search._query, 900).hits]
    scores = [one.score for one in index.search(read, 900)]
    assert all(score <= bound for score, bound in zip(scores, bounds, strict=True))
    assert scores == pytest.approx(bounds, rel=0.6)


def test_the_index_is_made_anew_when_much_was_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_room, "_REBUILT_MINIMUM", 100)
    statements = many(2)
    index = made_of(*statements)
    index.update(Changes(2, tuple(StatementRows(key) for key in range(1, 101))))
    assert index._state.gone_passages == 0
    fresh = made_of(*statements[100:])
    assert index.search(index.read("missile korea"), 10) == fresh.search(fresh.read("missile korea"), 10)


def test_words_of_removed_statements_are_forgotten_when_the_index_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_room, "_REBUILT_MINIMUM", 10)
    index = made_of(statement(1, "missile launch", "peace"))
    for seq in range(2, 100, 2):
        index.update(Changes(seq, (statement(2, f"report {seq}", f"tea {seq}.5 peace"),)))
        index.update(Changes(seq + 1, (StatementRows(2),)))
        assert index.read(f"{seq}").terms[0].document_frequency == 0
    # Two numbers of each statement, of which eleven passages are let lie.
    assert len(index._state.vocabulary.terms) <= 3 + 2 + 2 * 6
    assert [find(index, word) for word in ("missile", "peace", "tea")] == [[100], [101], []]


def test_lengths_are_rounded_as_tantivy_rounds_them() -> None:
    lengths = np.array([0, 24, 40, 41, 42, 56, 57, 59, 1000, 1050])
    assert lexical_room._round_lengths(lengths).tolist() == [0, 24, 40, 40, 42, 56, 56, 56, 984, 1048]


def test_scores_are_those_of_tantivy() -> None:
    index = made_of(*many(3))
    read = index.read("missile korea peace")
    search = lexical_room._Search(index._state, index._schema, index._weigh(read, index._state), (), None)
    hits = index._state.searcher.search(search._query, 900).hits
    assert sorted(score for score, _ in hits) == pytest.approx(
        sorted(one.score for one in index.search(read, 900)), rel=1e-5
    )


def test_equal_scores_keep_the_lower_key_first_also_at_the_end() -> None:
    index = made_of(*(statement(key, "Sanctions work.") for key in range(50, 0, -1)))
    assert find(index, "sanctions", k=3) == [100, 200, 300]


def test_old_changes_are_not_taken_up_twice() -> None:
    index = LexicalIndex([Changes(5, (statement(1, "missile"),))])
    index.update(Changes(4, (StatementRows(1),)))
    assert find(index, "missile") == [100]


def test_title_issuers_and_date_are_context() -> None:
    index = made_of(
        statement(1, "We agree.", title="Statement on Libya", issuers=("France",), date=datetime.date(2022, 3, 25)),
        statement(2, "We agree.", title="Statement on Syria", issuers=("Italy",), date=datetime.date(2021, 6, 1)),
    )
    assert find(index, "Libya") == find(index, "the French of France") == find(index, "25 March 2022") == [100]


# -- Quoted words -----------------------------------------------------------------------------------------------------

QUOTED = (
    statement(1, "The DPRK must end its missile launches.", title="missile launch"),
    statement(2, "They launch a missile.", "A missile, launched at sea."),
    statement(3, "Each  MISSILE\nlaunch by the US is ‘illegal’.", "We will not; missile launching."),
)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        pytest.param('"missile launch"', [300], id="the words, not their stems, and not the title's"),
        pytest.param("“Missile  Launches”?", [100], id="curly quotes, case, white space"),
        pytest.param('Who said "missile, launched"?', [201], id="with its comma"),
        pytest.param('"missile launch," "by the us"', [300], id="two phrases, one with a comma at its end"),
        pytest.param("\"is 'illegal'\"", [300], id="quotes inside, folded"),
        pytest.param('"we will not"', [301], id="stop words alone"),
        pytest.param('"us"', [300], id="another term in another case"),
        pytest.param('missile "nowhere to be found"', [], id="not there"),
        pytest.param('"issile launch"', [], id="whole words only"),
        pytest.param('"?!" sea', [201], id="no words"),
    ],
)
def test_quoted_words_must_be_in_the_passage(query: str, keys: list[int]) -> None:
    assert find(made_of(*QUOTED), query) == keys


def test_quoted_words_are_found_below_the_first_candidates() -> None:
    statements = [statement(key, "missile, launch") for key in range(1, 400)]
    index = made_of(*statements, statement(400, "On a missile launch " + "and other things " * 30))
    assert find(index, '"missile launch"', k=5) == [40000]


# -- Terms ------------------------------------------------------------------------------------------------------------


def test_a_query_is_read_without_stop_words_unless_it_has_nothing_else() -> None:
    index = made_of(statement(1, "to be or not to be"), statement(2, "missiles"))
    assert index.read("What of the missiles, the missile?") == LexicalQuery(
        (QueryTerm("missiles", "missil", (), 1),), ()
    )
    assert find(index, "to be") == [100]
    assert find(index, "") == find(index, "?!") == find(index, "unknown") == []


def test_what_everybody_says_is_left_out_where_rarer_words_are() -> None:
    texts = ["region missile", "region korea", "region vessel", *["region"] * 20]
    index = made_of(*(statement(key, text) for key, text in enumerate(texts, start=1)))
    assert sorted(find(index, "region missile korea vessel")) == [100, 200, 300]
    assert len(find(index, "region missile korea")) == 23


@pytest.mark.parametrize(
    ("typed", "alternatives"),
    [
        pytest.param("resolutoin", ("resolut",), id="letters swapped in the ending"),
        pytest.param("sanktions", ("sanction",), id="one letter for another"),
        pytest.param("denuclarisaton", (), id="three edits"),
        pytest.param("denuclarization", ("denuclear",), id="a letter missing"),
        pytest.param("iran", (), id="a word of four letters with another letter"),
        pytest.param("iraqq", ("iraq",), id="a letter too many"),
        pytest.param("2398", (), id="a number"),
        pytest.param("tesolution", (), id="another first letter"),
        pytest.param("SANKTIONS", (), id="capitals are an acronym"),
        pytest.param("resolutions", (), id="known"),
    ],
)
def test_a_word_that_is_not_there_is_taken_for_one_that_is(typed: str, alternatives: tuple[str, ...]) -> None:
    index = made_of(statement(1, "Resolution 2397 on sanctions", "denuclearization of Iraq"))
    assert index.read(typed).terms[0].alternatives == alternatives
    assert bool(find(index, typed)) == bool(alternatives or typed == "resolutions")


def test_a_rare_word_is_only_taken_for_a_much_more_frequent_one() -> None:
    index = made_of(*(statement(key, "sanctions") for key in range(1, 12)), statement(12, "sanktions", "talk", "tale"))
    assert index.read("sanktions").terms == (QueryTerm("sanktions", "sanktion", ("sanction",), 1),)
    assert index.read("tales").terms[0].alternatives == ()
    assert find(index, "sanktions")[0] == 1200
    index.update(Changes(2, (statement(11, "sanktions"),)))
    assert index.read("sanktions").terms[0].alternatives == ()


def test_a_spelling_that_was_removed_stands_in_for_none() -> None:
    index = made_of(statement(1, "sanctions"), statement(2, "sanctioned missile"))
    assert index.read("sanktions").terms[0].alternatives == ("sanction",)
    index.update(Changes(2, (StatementRows(1),)))
    assert index.read("sanktions").terms[0].alternatives == ()
    assert find(index, "sanction") == [200]


# -- Within, and while it changes -------------------------------------------------------------------------------------


@given(st.frozensets(st.integers(0, 8)), st.integers(1, 12), st.booleans())
@settings(deadline=None)
def test_a_search_within_some_statements_keeps_the_scores_of_all(
    within: frozenset[int], k: int, is_changed: bool
) -> None:
    index = made_of(*many(4, 60))
    if is_changed:
        index.update(Changes(2, (StatementRows(2),)))
    everywhere = index.search(index.read("missile korea"), 1000)
    expected = [one for one in everywhere if one.key // 100 in within][:k]
    assert index.search(index.read("missile korea"), k, within=within) == expected


def test_no_passages_and_no_places_find_nothing() -> None:
    assert find(LexicalIndex([]), "missile") == []
    assert find(made_of(statement(1, "missile")), "missile", k=0) == []


def test_a_passage_without_words_is_kept_and_never_found() -> None:
    index = made_of(statement(1, "—", "missile", "\ud800 missile"))
    assert len(index) == 3
    assert find(index, "missile") == [101, 102]
    assert find(index, '"missile"') == [101, 102]


def fail(*_: object) -> None:
    raise MemoryError


def test_a_change_that_fails_halfway_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    index = made_of(statement(1, "missile"), statement(4, "sanctioned"))
    with monkeypatch.context() as patch:
        patch.setattr(LexicalIndex, "_write", fail)
        with pytest.raises(MemoryError):
            index.update(Changes(2, (statement(1, "sanctions"), statement(2, "peace"))))
    assert index.seq == 1
    assert index.read("sanktions").terms[0].alternatives == ()
    index.update(Changes(2, (statement(3, "korea"),)))
    assert [find(index, word) for word in ("missile", "peace", "korea")] == [[100], [], [300]]


def test_a_change_that_fails_at_its_end_is_taken_up_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    index = made_of(statement(1, "missile"))
    with monkeypatch.context() as patch:
        patch.setattr(lexical_room, "_read_statistics", fail)
        with pytest.raises(MemoryError):
            index.update(Changes(2, (statement(1, "sanctions"), statement(2, "sanctions for peace"))))
    assert [find(index, word) for word in ("missile", "peace", "sanctions")] == [[100], [], []]
    index.update(Changes(3, (statement(1, "sanctions"), StatementRows(2))))
    assert [find(index, word) for word in ("missile", "peace", "sanctions")] == [[], [], [100]]


def test_searches_during_changes_see_all_of_a_statement_or_nothing() -> None:
    texts = ["missile launch"] * 5
    index = made_of(statement(1, *texts))
    torn: list[Counter[int]] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                counts = Counter(key // 100 for key in find(index, "missile misile", k=1000))
                if set(counts.values()) != {5}:
                    torn.append(counts)
        except BaseException as error:  # noqa: BLE001 - the test's own thread tells it
            failed.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seq in range(2, 150):
        key = 2 + seq % 7
        index.update(Changes(seq, (statement(key, *texts) if seq % 3 else StatementRows(key),)))
    done.set()
    for thread in threads:
        thread.join()
    assert torn == []
    assert failed == []
