"""The term index against a plain BM25, after any history of changes and while it changes."""

import datetime
import math
import threading
from collections import Counter
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search.query import MOST_CORRECTED, MOST_TERMS, QueryTerm, TermQuery, read_query
from index.search.terms import COMPACTED_FROM, TermCandidate, TermIndex
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


class Statements(dict[int, StatementRows]):
    """Statements by their keys, as they are in the store now."""

    def put(self, *statements: StatementRows) -> tuple[StatementRows, ...]:
        """Keep statements, or forget those without passages; return them."""
        for one in statements:
            self.pop(one.statement_key, None)
            if one.passages:
                self[one.statement_key] = one
        return statements

    def read_text(self, statement_key: int, position: int) -> str | None:
        """Return the text of a passage."""
        kept = self.get(statement_key)
        return kept.passages[position].text if kept else None


def made_of(*statements: StatementRows) -> TermIndex:
    kept = Statements()
    return TermIndex(kept.read_text, [Changes(1, kept.put(*statements))])


def find(index: TermIndex, query: str, k: int = 100, within: frozenset[int] | None = None) -> list[int]:
    now = index.snapshot()
    return [one.key for one in now.search(now.read(query), k, within=within)]


def search(index: TermIndex, query: str, k: int) -> list[TermCandidate]:
    now = index.snapshot()
    return now.search(now.read(query), k)


def brute_force(statements: list[StatementRows], terms: list[str]) -> list[TermCandidate]:
    """Return the ranking of a plain BM25 over title twice and text."""
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
            found.append(TermCandidate(key, score))
    return sorted(found, key=lambda one: (-one.score, one.key))


def assert_same(found: list[TermCandidate], expected: list[TermCandidate], k: int) -> None:
    """Expect the `k` best of `expected`, best first."""
    scores = {one.key: one.score for one in expected}
    assert len({one.key for one in found}) == len(found) == min(k, len(expected))
    # Equal scores come out as one or the other where sums are rounded otherwise.
    assert [one.score for one in found] == pytest.approx([one.score for one in expected[: len(found)]], rel=1e-9)
    assert [one.score for one in found] == pytest.approx([scores[one.key] for one in found], rel=1e-9)


TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=16).map(" ".join), min_size=1, max_size=4)
TITLES = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


@pytest.mark.parametrize("compacted_from", [0, COMPACTED_FROM])
@given(
    present=st.lists(st.tuples(TEXTS, TITLES), max_size=6),
    changes=st.lists(st.tuples(st.integers(1, 8), st.none() | st.tuples(TEXTS, TITLES)), max_size=8),
    asked=st.sampled_from(["missile", "korea peace", "vessel transfer", "mispile kore", '"korea peace"']),
    k=st.integers(1, 30),
)
@settings(deadline=None)
def test_any_history_ranks_as_plain_bm25(
    present: list[tuple[list[str], str]],
    changes: list[tuple[int, tuple[list[str], str] | None]],
    asked: str,
    k: int,
    compacted_from: int,
) -> None:
    kept = Statements()
    first = [statement(key, *texts, title=title) for key, (texts, title) in enumerate(present, start=1)]
    index = TermIndex(kept.read_text, [Changes(1, kept.put(*first))], compacted_from=compacted_from)
    for seq, (key, content) in enumerate(changes, start=2):
        now = statement(key, *content[0], title=content[1]) if content is not None else StatementRows(key)
        index.update(Changes(seq, kept.put(now)))
        assert index.seq == seq
    assert len(index) == sum(len(one.passages) for one in kept.values())
    if asked.isalpha():
        assert_same(search(index, asked, k), brute_force(list(kept.values()), analyse(asked)), k)
    # The same passages in an index of their own, in another order, with the same words.
    fresh = TermIndex(kept.read_text, [Changes(1, tuple(reversed(kept.values())))])
    assert fresh.snapshot().read(asked) == index.snapshot().read(asked)
    assert search(fresh, asked, k) == search(index, asked, k)


def many(seed: int, count: int = 300) -> list[StatementRows]:
    random = np.random.default_rng(seed)
    return [
        statement(key, *(" ".join(random.choice(WORDS, random.integers(1, 80))) for _ in range(3)), title="Region")
        for key in range(1, count + 1)
    ]


@pytest.mark.parametrize("compacted_from", [100, 10**9])
def test_best_of_many_are_those_of_a_fresh_index(compacted_from: int) -> None:
    """Much is added one by one and removed, so that there are segments of many sizes; the long passages go."""
    kept = Statements()
    statements = many(1)
    index = TermIndex(kept.read_text, [Changes(1, kept.put(*statements[:100]))], compacted_from=compacted_from)
    for seq, one in enumerate(statements[100:], start=2):
        index.update(Changes(seq, kept.put(one)))
    removed = [StatementRows(one.statement_key) for one in statements if one.statement_key % 3]
    for seq, one in enumerate(removed, start=1_000):
        index.update(Changes(seq, kept.put(one)))
    fresh = made_of(*kept.values())
    for asked in ("missile", "peace launch council", "condemn korea vessel", '"peace launch"'):
        assert search(index, asked, 10) == search(fresh, asked, 10)


def test_scores_are_exact_for_passages_of_any_length() -> None:
    statements = many(3)
    found = search(made_of(*statements), "missile korea peace", 900)
    assert_same(found, brute_force(statements, ["missil", "korea", "peac"]), 900)


def test_segments_stay_few_while_statements_are_added() -> None:
    kept = Statements()
    index = TermIndex(kept.read_text)
    for seq, one in enumerate(many(5, 400), start=1):
        index.update(Changes(seq, kept.put(one)))
    assert len(index.snapshot().segments) == 1
    assert len(index.snapshot().segments[0]) == sum(
        len({*analyse(row.text), "region"}) for one in kept.values() for row in one.passages
    )


def test_words_of_removed_statements_are_forgotten() -> None:
    kept = Statements()
    start = kept.put(statement(1, "missile launch", "peace"))
    index = TermIndex(kept.read_text, [Changes(1, start)], compacted_from=20)
    for seq in range(2, 100, 2):
        index.update(Changes(seq, kept.put(statement(2, f"report {seq}", f"tea {seq}.5 peace"))))
        index.update(Changes(seq + 1, kept.put(StatementRows(2))))
        assert index.snapshot().frequency(f"{seq}") == 0
    table = index.snapshot().table
    # Two numbers and two words of each statement, of which twenty terms stay in the table.
    assert len(table.vocabulary) <= 3 + 2 + 2 * 5
    assert len(table) <= 2 + 2 * 5
    assert len(table.spellings) <= 4
    assert [find(index, word) for word in ("missile", "peace", "tea")] == [[100], [101], []]


def test_equal_scores_keep_the_lower_key_first() -> None:
    index = made_of(*(statement(key, "Sanctions work.") for key in range(50, 0, -1)))
    assert find(index, "sanctions", k=3) == [100, 200, 300]


def test_old_changes_are_ignored() -> None:
    kept = Statements()
    index = TermIndex(kept.read_text, [Changes(5, kept.put(statement(1, "missile")))])
    index.update(Changes(4, (StatementRows(1),)))
    assert find(index, "missile") == [100]


def test_title_issuers_and_date_are_context() -> None:
    index = made_of(
        statement(1, "We agree.", title="Statement on Libya", issuers=("France",), date=datetime.date(2022, 3, 25)),
        statement(2, "We agree.", title="Statement on Syria", issuers=("Italy",), date=datetime.date(2021, 6, 1)),
    )
    assert find(index, "Libya") == find(index, "the French of France") == find(index, "25 March 2022") == [100]


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


def test_only_passages_with_the_words_side_by_side_are_read() -> None:
    kept = Statements()
    read: list[int] = []

    def read_text(statement_key: int, position: int) -> str | None:
        read.append(statement_key)
        return kept.read_text(statement_key, position)

    rows = kept.put(
        statement(1, "launch a missile"), statement(2, "a missile launch"), statement(3, "missile", "launch")
    )
    assert find(TermIndex(read_text, [Changes(1, rows)]), '"missile launch"') == [200]
    assert read == [2]


def test_stop_words_are_read_only_where_nothing_else_is() -> None:
    index = made_of(statement(1, "to be or not to be"), statement(2, "missiles"))
    assert index.snapshot().read("What of the missiles, the missile?") == TermQuery(
        (QueryTerm("missiles", "missil", (), 1),), ()
    )
    assert find(index, "to be") == [100]
    assert find(index, "") == find(index, "?!") == find(index, "unknown") == []


def test_common_words_are_left_out_beside_rarer_ones() -> None:
    texts = ["region missile", "region korea", "region vessel", *["region"] * 20]
    index = made_of(*(statement(key, text) for key, text in enumerate(texts, start=1)))
    assert sorted(find(index, "region missile korea vessel")) == [100, 200, 300]
    assert len(find(index, "region missile korea")) == 23


def test_work_per_query_is_bounded() -> None:
    """Repeated words are one term; of many different words the rarest that passages have are searched."""
    index = made_of(*(statement(key, "list region", f"x{key} region") for key in range(1, 300)))
    now = index.snapshot()
    assert [one.term for one in now.read("list which " * 400).terms] == ["list"]
    many_words = " ".join(f"x{number}" for number in range(1, 300)) + " region list unknown " + "words " * 50
    read = now.read(many_words)
    assert [one.term for one in read.terms] == [f"x{number}" for number in range(1, MOST_TERMS + 1)]
    looked_up: list[tuple[str, int]] = []

    def find_near(word: str, edits: int) -> list[tuple[int, str]]:
        looked_up.append((word, edits))
        return []

    unknown = " ".join(f"{letter}tatement{other}" for letter in "abcdefghij" for other in "abcdefghij")
    read_query(unknown, now.frequency, find_near)
    assert len(looked_up) == MOST_CORRECTED


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
def test_unknown_word_is_read_as_a_known_one(typed: str, alternatives: tuple[str, ...]) -> None:
    index = made_of(statement(1, "Resolution 2397 on sanctions", "denuclearization of Iraq"))
    assert index.snapshot().read(typed).terms[0].alternatives == alternatives
    assert bool(find(index, typed)) == bool(alternatives or typed == "resolutions")


def test_rare_word_is_read_as_a_much_more_frequent_one_only() -> None:
    index = made_of(*(statement(key, "sanctions") for key in range(1, 12)), statement(12, "sanktions", "talk", "tale"))
    assert index.snapshot().read("sanktions").terms == (QueryTerm("sanktions", "sanktion", ("sanction",), 1),)
    assert index.snapshot().read("tales").terms[0].alternatives == ()
    assert find(index, "sanktions")[0] == 1200
    index.update(Changes(2, (statement(11, "sanktions"),)))
    assert index.snapshot().read("sanktions").terms[0].alternatives == ()


def test_removed_spelling_is_no_alternative() -> None:
    index = made_of(statement(1, "sanctions"), statement(2, "sanctioned missile"))
    assert index.snapshot().read("sanktions").terms[0].alternatives == ("sanction",)
    index.update(Changes(2, (StatementRows(1),)))
    assert index.snapshot().read("sanktions").terms[0].alternatives == ()
    assert find(index, "sanction") == [200]


@given(st.frozensets(st.integers(0, 8)), st.integers(1, 12), st.booleans())
@settings(deadline=None)
def test_search_within_statements_keeps_the_scores_of_all(within: frozenset[int], k: int, is_changed: bool) -> None:
    index = made_of(*many(4, 60))
    if is_changed:
        index.update(Changes(2, (StatementRows(2),)))
    now = index.snapshot()
    read = now.read("missile korea")
    expected = [one for one in now.search(read, 1000) if one.key // 100 in within][:k]
    assert now.search(read, k, within=within) == expected


def test_empty_index_and_k_zero_find_nothing() -> None:
    assert find(made_of(), "missile") == []
    assert find(made_of(statement(1, "missile")), "missile", k=0) == []


def test_passage_without_words_is_never_found() -> None:
    index = made_of(statement(1, "—", "missile", "\ud800 missile"))
    assert len(index) == 3
    assert find(index, "missile") == [101, 102]
    assert find(index, '"missile"') == [101, 102]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(
            {"passages": (replace(statement(2, "peace").passages[0], position=cast(int, None)),)}, id="in its passages"
        ),
        pytest.param({"title_vector": None}, id="at its end"),
    ],
)
def test_failed_change_changes_nothing(broken: dict[str, Any]) -> None:
    index = made_of(statement(1, "missile"), statement(4, "sanctioned"))
    failing = (statement(1, "sanctions"), replace(statement(2, "peace"), **broken))
    with pytest.raises((TypeError, AttributeError)):
        index.update(Changes(2, failing))
    assert index.seq == 1
    assert index.snapshot().read("sanktions").terms[0].alternatives == ()
    assert [find(index, word) for word in ("missile", "peace", "sanctions")] == [[100], [], [400]]
    index.update(Changes(3, (statement(1, "sanctions for peace"), statement(3, "korea"))))
    assert [find(index, word) for word in ("missile", "peace", "korea")] == [[], [100], [300]]
    assert search(index, "sanctions", 9) == search(
        made_of(statement(4, "sanctioned"), statement(1, "sanctions for peace"), statement(3, "korea")), "sanctions", 9
    )


def test_concurrent_searches_see_whole_statements() -> None:
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
