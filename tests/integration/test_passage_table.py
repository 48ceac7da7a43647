"""The columns that ranking reads of each passage, after any history as after a fresh start."""

import datetime
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search.passages import DATE, NAME, NUMBER, RESOLUTION, CandidateBatch
from index.search.terms import COMPACTED_FROM, TermIndex, TermSnapshot
from index.text.tokens import analyse
from tests.support.encoders import WordEncoder

ENCODER = WordEncoder(dimensions=32)
Sentences = Sequence[str]


def passage(key: int, position: int, sentences: Sentences, kind: PassageKind = PassageKind.PARAGRAPH) -> PassageRow:
    """Return a passage of some sentences with a space between them, encoded by its words."""
    text = " ".join(sentences)
    ends = np.cumsum([len(one) + 1 for one in sentences]).tolist()
    spans = tuple((end - 1 - len(one), end - 1) for one, end in zip(sentences, ends, strict=True))
    return PassageRow(key, position, kind, text, spans, ENCODER.encode_passages([text, *sentences]))


def statement(
    key: int,
    *passages: Sentences,
    title: str = "",
    date: datetime.date | None = None,
    issuers: tuple[str, ...] = (),
    kind: PassageKind = PassageKind.PARAGRAPH,
) -> StatementRows:
    """Return a statement; its first passage has the key `10 * key`, the second one more, and so on."""
    rows = tuple(passage(10 * key + at, at, sentences, kind) for at, sentences in enumerate(passages))
    title_vector = ENCODER.encode_passages([title])[0] if title else np.zeros(32, dtype=np.float32)
    return StatementRows(key, title, date, issuers, rows, title_vector)


def no_text(_statement_key: int, _position: int) -> str | None:
    return None


def index_of(*statements: StatementRows) -> TermIndex:
    return TermIndex(no_text, [Changes(1, statements)])


def made_of(*statements: StatementRows) -> TermSnapshot:
    return index_of(*statements).snapshot()


def spell(terms: TermSnapshot, numbers: Sequence[int]) -> list[str]:
    """Return the terms that some numbers stand for."""
    return [list(terms.table.vocabulary.numbers)[number] for number in numbers]


ACCORD = statement(
    1,
    ["We like tea.", "The reactor at Yongbyon was closed."],
    ["Trade grows."],
    title="Accord on Trade",
    date=datetime.date(2022, 5, 13),
    issuers=("Japan",),
)
PACT = statement(2, ["The border is open."], kind=PassageKind.NOTE)


def test_terms_know_their_passage_and_sentence() -> None:
    terms = made_of(ACCORD, PACT)
    found = terms.gather([10, 11, 20])
    first, second, third, fourth = (
        analyse(one)
        for one in ("We like tea", "The reactor at Yongbyon was closed", "Trade grows", "The border is open")
    )
    assert spell(terms, found.terms.tolist()) == [*first, *second, *third, *fourth]
    assert found.term_sentences.tolist() == [0] * 3 + [1] * 6 + [2] * 2 + [3] * 4
    assert found.term_passages.tolist() == [0] * 9 + [1] * 2 + [2] * 4
    assert found.sentence_passages.tolist() == [0, 0, 1, 2]


def test_passages_know_their_statement_kind_size_and_date() -> None:
    found = made_of(ACCORD, PACT).gather([10, 11, 20])
    assert len(found) == 3
    assert found.keys.tolist() == [10, 11, 20]
    assert found.statements.tolist() == [1, 1, 2]
    assert found.positions.tolist() == [0, 1, 0]
    assert found.kinds == (PassageKind.PARAGRAPH, PassageKind.PARAGRAPH, PassageKind.NOTE)
    assert found.sizes.tolist() == [2, 2, 1]
    assert found.dates.tolist() == [[2022, 5], [2022, 5], [0, 0]]


def test_title_date_and_issuers_are_the_context() -> None:
    terms = made_of(ACCORD, PACT)
    found = terms.gather([20, 10, 11])
    words = analyse("Accord on Trade 13 May 2022 Japan")
    assert spell(terms, found.context.tolist()) == words * 2
    assert found.context_passages.tolist() == [1] * len(words) + [2] * len(words)


def test_vectors_are_those_of_sentences_and_title() -> None:
    found = made_of(ACCORD, PACT).gather([10, 11, 20])
    expected = np.concatenate([one.vectors[1:] for one in (*ACCORD.passages, *PACT.passages)])
    assert found.sentence_vectors.dtype == np.float32
    assert found.sentence_vectors == pytest.approx(expected, abs=1e-3)
    assert found.title_vectors[0] == pytest.approx(ACCORD.title_vector, abs=1e-3)
    assert not found.title_vectors[2].any()


@pytest.mark.parametrize(
    ("sentence", "marks"),
    [
        pytest.param("Japan met Japan.", [0, 0, NAME], id="a capital that begins the sentence says nothing"),
        pytest.param("We saw May, may, Mars.", [0, 0, DATE | NAME, 0, NAME], id="a month only with a capital"),
        pytest.param("March came.", [DATE, 0], id="a month that begins the sentence is no name"),
        pytest.param("In 2006 all 400 met 10000.", [0, NUMBER | DATE, 0, NUMBER, 0, NUMBER], id="years among numbers"),
        pytest.param("Only two or Two.", [0, NUMBER, 0, NUMBER], id="number words"),
        pytest.param("Under resolution 9999.", [0, RESOLUTION, NUMBER], id="9999 is no year"),
        pytest.param("UNSCRs and Resolutions.", [RESOLUTION, 0, RESOLUTION], id="other words for resolutions"),
        pytest.param("From 80mm to A1.", [0, NUMBER, 0, NAME], id="digits begin a number, letters do not"),
    ],
)
def test_marks_tell_how_each_word_was_written(sentence: str, marks: list[int]) -> None:
    assert made_of(statement(1, [sentence])).gather([10]).marks.tolist() == marks


def test_both_terms_of_one_written_word_have_its_mark() -> None:
    terms = made_of(statement(1, ["See 2397(2017) there."]))
    found = terms.gather([10])
    assert spell(terms, found.terms.tolist()) == ["see", "2397", "2017", "there"]
    assert found.marks.tolist() == [0, NUMBER | DATE, NUMBER | DATE, 0]


def test_passages_come_in_the_order_asked_for() -> None:
    terms = made_of(ACCORD, PACT)
    there, back = terms.gather([10, 20]), terms.gather([20, 10])
    assert back.keys.tolist() == [20, 10]
    assert back.terms.tolist() == there.terms.tolist()[-4:] + there.terms.tolist()[:-4]
    assert back.sentence_vectors[1:].tolist() == there.sentence_vectors[:2].tolist()


def test_removed_passages_are_left_out() -> None:
    index = index_of(ACCORD, PACT)
    before = index.snapshot()
    assert before.gather([10, 999, 20]).keys.tolist() == [10, 20]
    index.update(Changes(2, (StatementRows(1),)))
    after = index.snapshot()
    assert after.gather([10, 11, 20]).keys.tolist() == [20]
    assert len(after.gather([10, 11])) == 0
    assert len(after) == 1
    assert before.gather([10, 11, 20]).keys.tolist() == [10, 11, 20]


@pytest.mark.parametrize("text", ["Japan met 40 envoys", "😀", ""])
def test_passage_without_sentences_is_one_sentence(text: str) -> None:
    vectors = ENCODER.encode_passages([text])
    row = PassageRow(10, 0, PassageKind.PARAGRAPH, text, (), vectors)
    found = made_of(StatementRows(1, passages=(row,), title_vector=np.zeros(32, dtype=np.float32))).gather([10])
    assert found.sentence_passages.tolist() == [0]
    assert found.sentence_vectors == pytest.approx(vectors, abs=1e-3)
    assert len(found.terms) == len(analyse(text))


def test_sentences_without_embeddings_are_one_sentence() -> None:
    vectors = ENCODER.encode_passages(["We agree. They do."])
    row = PassageRow(10, 0, PassageKind.PARAGRAPH, "We agree. They do.", ((0, 9), (10, 18)), vectors)
    found = made_of(StatementRows(1, passages=(row,), title_vector=np.zeros(32, dtype=np.float32))).gather([10])
    assert found.sentence_passages.tolist() == [0]
    assert found.sentence_vectors == pytest.approx(vectors, abs=1e-3)
    assert found.term_sentences.tolist() == [0, 0, 0, 0]


def test_term_counts_once_for_each_passage_that_has_it() -> None:
    terms = made_of(ACCORD, PACT, statement(3, ["Tea, tea and tea."], ["No trade."]))
    frequencies = {term: terms.frequency(analyse(term)[0]) for term in ("tea", "trade", "Japan", "border")}
    assert frequencies == {"tea": 2, "trade": 3, "Japan": 2, "border": 1}
    assert terms.number_of("submarin") == -1
    assert terms.mean_length == (9 + 2 + 4 + 4 + 2) / 5


def test_empty_index_has_a_mean_length_of_one() -> None:
    empty = made_of()
    assert (len(empty), empty.mean_length, len(empty.gather([10]))) == (0, 1.0, 0)


def test_frequencies_hold_beyond_the_first_thousand_terms() -> None:
    words = [f"x{number}" for number in range(3_000)]
    index = index_of(PACT)
    index.update(Changes(2, (statement(1, [" ".join(words)], [" ".join(words[::2])]),)))
    assert [index.snapshot().frequency(word) for word in words] == [2, 1] * 1_500


WORDS = ("tea", "reactor", "Japan", "May", "2022", "resolution", "the", "border")
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
passages = st.lists(st.lists(sentences, min_size=1, max_size=3), max_size=3)
changes = st.tuples(st.integers(1, 4), passages, st.sampled_from(["", "Tea in Japan"]))


def describe(terms: TermSnapshot, found: CandidateBatch) -> dict[str, object]:
    """Return a batch with terms for their numbers, which depend on the history."""
    values = {name: getattr(found, name) for name in CandidateBatch.__slots__}
    values = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    return values | {name: spell(terms, values[name]) for name in ("terms", "context")}


@pytest.mark.parametrize("compacted_from", [0, COMPACTED_FROM])
@settings(deadline=None, max_examples=60)
@given(history=st.lists(st.lists(changes, min_size=1, max_size=3), max_size=8))
def test_any_history_leaves_what_a_fresh_start_has(
    history: list[list[tuple[int, list[list[str]], str]]], compacted_from: int
) -> None:
    index, now = TermIndex(no_text, compacted_from=compacted_from), dict[int, StatementRows]()
    for seq, changed in enumerate(history, start=1):
        rows = {key: statement(key, *made, title=title) for key, made, title in changed}
        index.update(Changes(seq, tuple(one if one.passages else StatementRows(key) for key, one in rows.items())))
        now.update(rows)
    held = [one for _, one in sorted(now.items()) if one.passages]
    terms, fresh = index.snapshot(), made_of(*held)
    keys = [key for one in held for key in one.passage_keys]
    assert describe(terms, terms.gather(keys)) == describe(fresh, fresh.gather(keys))
    assert terms.locate([*keys, 999]) == fresh.locate(keys)
    assert (len(terms), terms.mean_length) == (len(fresh), fresh.mean_length)
    for term in {term for word in WORDS for term in analyse(word)}:
        assert terms.frequency(term) == fresh.frequency(term)


def test_compacted_table_has_no_rows_of_removed_statements() -> None:
    index = TermIndex(no_text, [Changes(1, (ACCORD, PACT))], compacted_from=0)
    before = index.snapshot()
    index.update(Changes(2, (StatementRows(1),)))
    after = index.snapshot()
    assert after.table is not before.table
    assert (len(after.table), after.table.term_count, len(after.table.vocabulary)) == (1, 4, 4)
    fresh = made_of(PACT)
    assert describe(after, after.gather([10, 11, 20])) == describe(fresh, fresh.gather([20]))
    assert after.locate([10, 20]) == {20: (2, 0)}
    # A search that began before the change still finds what there was.
    assert spell(before, before.gather([20]).terms.tolist()) == spell(after, after.gather([20]).terms.tolist())


def test_statements_that_come_and_go_leave_little_behind() -> None:
    index = index_of(ACCORD)
    size = len(index.snapshot().table.vocabulary)
    for seq in range(2, 200, 2):
        passing = statement(9, [" ".join(f"Report {seq}.{number} on tea." for number in range(20))])
        index.update(Changes(seq, (passing,)))
        index.update(Changes(seq + 1, (StatementRows(9),)))
        assert not index.snapshot().frequency(f"{seq}.0")
    table = index.snapshot().table
    assert len(table) <= 15
    # Of its words, too: 20 of each, of ten times as many that came.
    assert len(table.vocabulary) - size <= 15 * 22
