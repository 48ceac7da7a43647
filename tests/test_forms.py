"""What ranking counts of each passage, and that its statistics are those of a fresh start after any history."""

import datetime
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus.statements import PassageKind
from index.corpus.store import Changes, PassageRow, StatementRows
from index.search.forms import DATE, NAME, NUMBER, RESOLUTION, Gathered, PassageForms
from index.text import tokens
from index.text.tokens import analyse
from tests.encoders import WordEncoder

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


def made_of(*statements: StatementRows) -> PassageForms:
    return PassageForms([Changes(1, statements)])


def spell(forms: PassageForms, numbers: Sequence[int]) -> list[str]:
    """Return the terms that some numbers stand for."""
    return [list(forms._vocabulary.numbers)[number] for number in numbers]


ACCORD = statement(
    1,
    ["We like tea.", "The reactor at Yongbyon was closed."],
    ["Trade grows."],
    title="Accord on Trade",
    date=datetime.date(2022, 5, 13),
    issuers=("Japan",),
)
PACT = statement(2, ["The border is open."], kind=PassageKind.NOTE)


def test_terms_are_laid_end_to_end_with_the_passage_and_sentence_of_each() -> None:
    forms = made_of(ACCORD, PACT)
    found = forms.gather([10, 11, 20])
    first, second, third, fourth = (
        analyse(one)
        for one in ("We like tea", "The reactor at Yongbyon was closed", "Trade grows", "The border is open")
    )
    assert spell(forms, found.terms.tolist()) == [*first, *second, *third, *fourth]
    assert found.term_sentences.tolist() == [0] * 3 + [1] * 6 + [2] * 2 + [3] * 4
    assert found.term_passages.tolist() == [0] * 9 + [1] * 2 + [2] * 4
    assert found.sentence_passages.tolist() == [0, 0, 1, 2]


def test_each_passage_has_its_statement_place_kind_size_and_date() -> None:
    found = made_of(ACCORD, PACT).gather([10, 11, 20])
    assert len(found) == 3
    assert found.keys.tolist() == [10, 11, 20]
    assert found.statements.tolist() == [1, 1, 2]
    assert found.positions.tolist() == [0, 1, 0]
    assert found.kinds == (PassageKind.PARAGRAPH, PassageKind.PARAGRAPH, PassageKind.NOTE)
    assert found.sizes.tolist() == [2, 2, 1]
    assert found.dates.tolist() == [[2022, 5], [2022, 5], [0, 0]]


def test_title_date_and_issuers_are_the_context_of_every_passage_of_their_statement() -> None:
    forms = made_of(ACCORD, PACT)
    found = forms.gather([20, 10, 11])
    words = analyse("Accord on Trade 13 May 2022 Japan")
    assert spell(forms, found.context.tolist()) == words * 2
    assert found.context_passages.tolist() == [1] * len(words) + [2] * len(words)


def test_vectors_are_those_of_the_sentences_and_of_the_title_to_half_precision() -> None:
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
    forms = made_of(statement(1, ["See 2397(2017) there."]))
    found = forms.gather([10])
    assert spell(forms, found.terms.tolist()) == ["see", "2397", "2017", "there"]
    assert found.marks.tolist() == [0, NUMBER | DATE, NUMBER | DATE, 0]


def test_passages_come_in_the_order_asked_for() -> None:
    forms = made_of(ACCORD, PACT)
    there, back = forms.gather([10, 20]), forms.gather([20, 10])
    assert back.keys.tolist() == [20, 10]
    assert back.terms.tolist() == there.terms.tolist()[-4:] + there.terms.tolist()[:-4]
    assert back.sentence_vectors[1:].tolist() == there.sentence_vectors[:2].tolist()


def test_a_passage_that_is_gone_is_left_out() -> None:
    forms = made_of(ACCORD, PACT)
    assert forms.gather([10, 999, 20]).keys.tolist() == [10, 20]
    forms.update(Changes(2, (StatementRows(1),)))
    assert forms.gather([10, 11, 20]).keys.tolist() == [20]
    assert len(forms.gather([10, 11])) == 0
    assert len(forms) == 1


@pytest.mark.parametrize("text", ["Japan met 40 envoys", "😀", ""])
def test_a_passage_without_sentences_is_one_sentence_itself(text: str) -> None:
    vectors = ENCODER.encode_passages([text])
    row = PassageRow(10, 0, PassageKind.PARAGRAPH, text, (), vectors)
    found = made_of(StatementRows(1, passages=(row,), title_vector=np.zeros(32, dtype=np.float32))).gather([10])
    assert found.sentence_passages.tolist() == [0]
    assert found.sentence_vectors == pytest.approx(vectors, abs=1e-3)
    assert len(found.terms) == len(analyse(text))


def test_sentences_without_embeddings_of_their_own_are_one_with_that_of_the_passage() -> None:
    vectors = ENCODER.encode_passages(["We agree. They do."])
    row = PassageRow(10, 0, PassageKind.PARAGRAPH, "We agree. They do.", ((0, 9), (10, 18)), vectors)
    found = made_of(StatementRows(1, passages=(row,), title_vector=np.zeros(32, dtype=np.float32))).gather([10])
    assert found.sentence_passages.tolist() == [0]
    assert found.sentence_vectors == pytest.approx(vectors, abs=1e-3)
    assert found.term_sentences.tolist() == [0, 0, 0, 0]


# -- statistics --------------------------------------------------------------------------------------------------------


def test_a_term_is_counted_once_for_each_passage_that_has_it_in_its_words_or_context() -> None:
    forms = made_of(ACCORD, PACT, statement(3, ["Tea, tea and tea."], ["No trade."]))
    frequencies = {
        term: forms.frequency(forms.number_of(analyse(term)[0])) for term in ("tea", "trade", "Japan", "border")
    }
    assert frequencies == {"tea": 2, "trade": 3, "Japan": 2, "border": 1}
    assert forms.number_of("submarin") == -1
    assert forms.mean_length == (9 + 2 + 4 + 4 + 2) / 5


def test_nothing_has_a_mean_length_of_one() -> None:
    assert (len(PassageForms([])), PassageForms([]).mean_length, PassageForms([]).seq) == (0, 1.0, 0)


def test_statistics_hold_beyond_the_first_thousand_terms() -> None:
    words = [f"x{number}" for number in range(3_000)]
    forms = made_of(PACT)
    forms.update(Changes(2, (statement(1, [" ".join(words)], [" ".join(words[::2])]),)))
    assert forms.vocabulary_size == 3_004
    assert [forms.frequency(forms.number_of(word)) for word in words] == [2, 1] * 1_500


def test_a_change_that_was_taken_up_already_changes_nothing() -> None:
    forms = made_of(ACCORD)
    forms.update(Changes(1, (StatementRows(1), PACT)))
    assert (len(forms), forms.seq) == (2, 1)


WORDS = ("tea", "reactor", "Japan", "May", "2022", "resolution", "the", "border")
sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
passages = st.lists(st.lists(sentences, min_size=1, max_size=3), max_size=3)
changes = st.tuples(st.integers(1, 4), passages, st.sampled_from(["", "Tea in Japan"]))


def describe(forms: PassageForms, found: Gathered) -> dict[str, object]:
    """Return what was gathered, with terms for their numbers, which depend on the history."""
    values = {name: getattr(found, name) for name in Gathered.__slots__}
    values = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    return values | {name: spell(forms, values[name]) for name in ("terms", "context")}


@pytest.mark.parametrize("compacted_from", [0, 1_000])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.lists(changes, min_size=1, max_size=3), max_size=8))
def test_after_any_history_all_is_as_after_a_fresh_start(
    monkeypatch: pytest.MonkeyPatch, history: list[list[tuple[int, list[list[str]], str]]], compacted_from: int
) -> None:
    monkeypatch.setattr("index.search.forms._COMPACTED_FROM", compacted_from)
    forms, now = PassageForms([]), dict[int, StatementRows]()
    for seq, changed in enumerate(history, start=1):
        rows = {key: statement(key, *made, title=title) for key, made, title in changed}
        forms.update(Changes(seq, tuple(one if one.passages else StatementRows(key) for key, one in rows.items())))
        now.update(rows)
    held = [one for _, one in sorted(now.items()) if one.passages]
    fresh = PassageForms([Changes(len(history), tuple(held))])
    keys = [key for one in held for key in one.passage_keys]
    assert describe(forms, forms.gather(keys)) == describe(fresh, fresh.gather(keys))
    assert (len(forms), forms.terms, forms.mean_length) == (len(fresh), fresh.terms, fresh.mean_length)
    for term in {term for word in WORDS for term in analyse(word)}:
        counted = [one.frequency(one.number_of(term)) if one.number_of(term) >= 0 else 0 for one in (forms, fresh)]
        assert counted[0] == counted[1]


def test_rows_of_removed_statements_are_given_up_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.forms._COMPACTED_FROM", 0)
    forms = made_of(ACCORD, PACT)
    before, words = forms._held, list(forms._vocabulary.numbers)
    forms.update(Changes(2, (StatementRows(1),)))
    assert forms._held is not before
    assert forms._held._terms.size == forms.terms == 4
    fresh = made_of(PACT)
    assert describe(forms, forms.gather([10, 11, 20])) == describe(fresh, fresh.gather([20]))
    assert forms.locate([10, 20]) == {20: (2, 0)}
    # Who began to look before the change still finds what there was.
    assert [words[number] for number in before.gather([20]).terms] == spell(forms, forms.gather([20]).terms.tolist())


def test_statements_that_come_and_go_leave_little_behind() -> None:
    forms = made_of(ACCORD)
    size = forms.vocabulary_size
    for seq in range(2, 200, 2):
        passing = statement(9, [" ".join(f"Report {seq}.{number} on tea." for number in range(20))])
        forms.update(Changes(seq, (passing,)))
        forms.update(Changes(seq + 1, (StatementRows(9),)))
        assert not forms.has(f"{seq}.0")
    assert len(forms._held._sentence_vectors) <= 15
    # Of its words, too: 20 of each, of ten times as many that came.
    assert forms.vocabulary_size - size <= 15 * 22
    assert len(forms._words) <= 15 * 22
    assert len(tokens._terms) <= 15 * 22 + size
