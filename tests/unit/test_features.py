"""Each feature on candidates small enough to count by hand."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from index.corpus.statements import PassageKind
from index.corpus.store import PassageRow, StatementRows
from index.search.features import AnalysedQuestion, Features, compute_features
from index.search.terms import TermSnapshot
from index.text.tokens import analyse_words, is_stop_word
from tests.integration.test_passage_table import ENCODER, made_of, statement

_NO_NAMES: Mapping[str, Sequence[str]] = {}


def question_of(
    text: str, terms: TermSnapshot, other_names: Mapping[str, Sequence[str]] = _NO_NAMES
) -> AnalysedQuestion:
    """Return a question by its content words, each with other terms that count as it."""
    first = {word.term: word for word in reversed(analyse_words(text))}
    words = [word for term, word in reversed(first.items()) if not is_stop_word(term)]
    numbers = [
        tuple(number for term in (word.term, *other_names.get(word.term, ())) if (number := terms.number_of(term)) >= 0)
        for word in words
    ]
    written = [text[word.start : word.end] for word in words]
    return AnalysedQuestion(
        text=text,
        embedding=ENCODER.encode_query(text),
        numbers=tuple(numbers),
        frequencies=np.array([max((terms.frequencies[one] for one in of), default=0) for of in numbers], np.int32),
        is_name=np.array([one[:1].isupper() and not text.startswith(one) for one in written], dtype=bool),
        is_number=np.array([one[:1].isdigit() for one in written], dtype=bool),
        passages=len(terms),
        mean_length=terms.mean_length,
    )


def compute(text: str, *statements: StatementRows, other_names: Mapping[str, Sequence[str]] = _NO_NAMES) -> Features:
    """Return the features of all passages of some statements, in the order of their keys."""
    terms = made_of(*statements)
    keys = [key for one in statements for key in one.passage_keys]
    question = question_of(text, terms, other_names)
    vectors = np.concatenate([one.vectors for one in statements])
    return compute_features(question, terms.gather(keys), vectors @ question.embedding)


def column(name: str, text: str, *statements: StatementRows) -> list[float]:
    values = compute(text, *statements).columns[name].tolist()
    return [float(value) for value in values]


def of_passages(*sentences: str, kind: PassageKind = PassageKind.PARAGRAPH) -> list[StatementRows]:
    """Return statements of one passage of one sentence each."""
    return [statement(key, [one], kind=kind) for key, one in enumerate(sentences, start=1)]


@pytest.mark.parametrize(
    ("question", "sentence", "wanted"),
    [
        pytest.param("How many tons were shipped?", "They shipped 40 tons and 3 more.", 2, id="how many: numbers"),
        pytest.param("How many of the 40 tons?", "They shipped 40 tons and 3 more.", 1, id="but the question's own"),
        pytest.param("What number of tons?", "We saw two, three, four and five tons.", 3, id="no more than three"),
        pytest.param("When were tons shipped?", "They shipped 40 tons in May 2022.", 2, id="when: months and years"),
        pytest.param("Which year was it?", "They may march in 400 tons.", 0, id="when: not the words may and march"),
        pytest.param("Who shipped tons?", "Ships of Russia and Japan shipped 40 tons.", 2, id="who: names"),
        pytest.param("Who shipped tons for Russia?", "Ships of Russia shipped 40 tons.", 0, id="who: not who is named"),
        pytest.param("Where were tons shipped?", "Tons were shipped to Rason.", 1, id="where: names"),
        pytest.param("Which countries?", "Korea met Japan.", 1, id="a capital that begins a sentence is no name"),
        pytest.param("Why were tons shipped?", "They shipped 40 tons to Russia in 2022.", 0, id="why: nothing"),
        pytest.param("How many, and when?", "They shipped 7 tons in May.", 1, id="the first kind counts"),
    ],
)
def test_words_of_the_kind_asked_for_are_counted(question: str, sentence: str, wanted: int) -> None:
    columns = compute(question, *of_passages(sentence)).columns
    assert columns["wanted_in_sentence"].tolist() == [wanted]
    assert columns["wanted_in_passage"].tolist() == [wanted]


def test_wanted_words_are_counted_by_sentence_and_passage() -> None:
    found = compute("How many tons were shipped?", statement(1, ["Tons were shipped.", "There were 40 of 50 envoys."]))
    assert found.best_sentences.tolist() == [0]
    assert found.columns["wanted_in_sentence"].tolist() == [0]
    assert found.columns["wanted_in_passage"].tolist() == [2]


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        pytest.param("What was said in May 2022?", [1, -1, -1, 0], id="year and month"),
        pytest.param("What was said in 2022?", [1, 1, -1, 0], id="year"),
        pytest.param("What was said in may 2022 and june?", [1, 1, -1, 0], id="either of two months"),
        pytest.param("What was said in 2022 and in 2023?", [1, 1, 1, 0], id="either of two years"),
        pytest.param("What was said in May?", [1, -1, 1, 0], id="month"),
        pytest.param("what may be said of the march?", [0, 0, 0, 0], id="words, not months"),
        pytest.param("What of resolution 1718 and 20221?", [0, 0, 0, 0], id="numbers, not years"),
    ],
)
def test_date_fits_the_statement(question: str, fits: list[int]) -> None:
    dates = [datetime.date(2022, 5, 1), datetime.date(2022, 6, 1), datetime.date(2023, 5, 1), None]
    statements = [statement(key, ["We agree."], date=date) for key, date in enumerate(dates, start=1)]
    assert column("date_fits", question, *statements) == fits


RESOLUTIONS = (
    "We recall resolution 1718.",
    "We recall resolutions of 2006 and later.",
    "Resolution of the conflict took 12 years and more.",
    "We recall resolution.",
    "In 1718 a resolution passed.",
    "UNSCR 2397 holds.",
)


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        pytest.param("Which resolutions are cited?", True, id="which"),
        pytest.param("list all UNSCRs", True, id="all"),
        pytest.param("What does resolution 1718 say?", False, id="one by its number"),
        pytest.param("Which tea is liked?", False, id="not asked for"),
        pytest.param("Which tea? The resolution helps.", False, id="in another sentence"),
    ],
)
def test_numbered_resolution_counts_where_asked_for(question: str, counts: bool) -> None:
    expected = [1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    found = column("numbered_resolution", question, *of_passages(*RESOLUTIONS))
    assert found == (expected if counts else [0.0] * 6)


def test_number_of_the_next_passage_is_no_resolution() -> None:
    found = column("numbered_resolution", "Which resolutions?", statement(1, ["This resolution"], ["1718 holds."]))
    assert found == [0.0, 0.0]


HEADS = {PassageKind.RELEASE_LINE, PassageKind.NOTE}


@pytest.mark.parametrize(
    ("question", "name", "kinds"),
    [
        ("Who signed it?", "signature_asked", {PassageKind.SIGNATURE}),
        ("Who issued it?", "release_line_asked", HEADS),
        ("Which states took part in it?", "head_of_meeting_asked", HEADS),
        ("Where did they meet?", "head_of_meeting_asked", HEADS),
        ("tea", "signature", {PassageKind.SIGNATURE}),
        ("tea", "release_line", {PassageKind.RELEASE_LINE}),
        ("tea", "note", {PassageKind.NOTE}),
    ],
)
def test_lines_that_name_persons_count_where_asked_for(question: str, name: str, kinds: set[PassageKind]) -> None:
    given = [PassageKind.PARAGRAPH, PassageKind.SIGNATURE, PassageKind.RELEASE_LINE, PassageKind.NOTE]
    statements = [statement(key, ["Jo Doe, Minister"], kind=kind) for key, kind in enumerate(given, start=1)]
    assert column(name, question, *statements) == [float(kind in kinds) for kind in given]
    if name.endswith("_asked"):
        assert column("kind_asked", question, *statements) == column(name, question, *statements)
        assert column(name, "Who likes the design?", *statements) == [0.0] * 4


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        pytest.param("Who signed it?", [1.0, 0.0], id="a person has no date"),
        pytest.param("When was it signed?", [1.0, 1.0], id="a date may be meant"),
    ],
)
def test_signature_with_a_date_names_nobody(question: str, asked: list[float]) -> None:
    signatures = of_passages("JO DOE", "The Palace, June 21, 2021.", kind=PassageKind.SIGNATURE)
    assert column("signature_asked", question, *signatures) == asked
    assert column("signature_with_number", question, *signatures) == [0.0, 1.0]
    paragraphs = of_passages("The Palace, June 21, 2021.")
    assert column("signature_with_number", question, *paragraphs) == [0.0]


def test_passage_that_ends_in_a_colon_introduces_a_list() -> None:
    passages = of_passages("We agreed to:", "We agreed to: drink tea.", "We agreed.")
    assert column("leads_in", "What was agreed?", *passages) == [1.0, 0.0, 0.0]


def test_list_item_has_the_words_of_its_introduction() -> None:
    sentences = ["The principles of peace are:"], ["(a) Withdrawal of forces;"], ["(b) Respect."], ["Tea was served."]
    rows = statement(1, *sentences).passages
    of_one = replace(
        statement(1, *sentences),
        passages=(rows[0], *(replace(one, kind=PassageKind.LIST_ITEM) for one in rows[1:3]), rows[3]),
    )
    columns = compute("Which principles of peace?", of_one).columns
    assert columns["coverage_with_title"].tolist() == pytest.approx([1, 1, 1, 0])
    assert columns["coverage"].tolist() == pytest.approx([1, 0, 0, 0])
    # Items of another statement have nothing of it, nor what stands before it.
    other = statement(2, ["(a) Withdrawal of forces;"], kind=PassageKind.LIST_ITEM)
    assert compute("Which principles?", of_one, other).columns["coverage_with_title"].tolist()[-1] == 0


def test_missing_numbers_names_and_rarest_word() -> None:
    statements = [
        statement(1, ["Japan shipped 40 tons in 2022."]),
        statement(2, ["Japan shipped tons."], title="Report of 2022"),
        statement(3, ["Tons were shipped."]),
    ]
    columns = compute("were 40 tons shipped by Japan in 2022?", *statements).columns
    assert columns["missing_numbers"].tolist() == [0, 1, 2]
    assert columns["missing_names"][:2].tolist() == [0, 0]
    assert columns["missing_names"][2] > 0
    # By hand: 40 is in one passage of three, and 2022 and Japan in two.
    rarest = np.log1p((3 - 1 + 0.5) / 1.5) / np.log1p(3)
    assert columns["missing_rarest"].tolist() == pytest.approx([0, rarest, rarest])


def test_unknown_words_are_missing_in_each_passage() -> None:
    columns = compute("were 77 tons shipped by Peru?", *of_passages("They shipped tons.", "Tea.")).columns
    assert columns["missing_numbers"].tolist() == [1, 1]
    assert (columns["missing_names"] > 0).all()
    assert columns["question_names"].tolist() == [1, 1]
    assert 0 < columns["question_unknown"][0] < 1


def test_coverage_weighs_words_by_rarity() -> None:
    statements = [
        statement(1, ["Tea and trade."]),
        statement(2, ["Tea grows.", "No trade."]),
        statement(3, ["We agree."], title="Trade"),
        statement(4, ["We wait."]),
    ]
    columns = compute("tea trade", *statements).columns
    tea, trade = np.log1p((4 - 2 + 0.5) / 2.5), np.log1p((4 - 3 + 0.5) / 3.5)
    share = trade / (tea + trade)
    assert columns["coverage"].tolist() == pytest.approx([1, 1, 0, 0], abs=1e-6)
    assert columns["coverage_with_title"].tolist() == pytest.approx([1, 1, share, 0], abs=1e-6)
    assert columns["sentence_coverage"].tolist() == pytest.approx([1, max(share, 1 - share), 0, 0], abs=1e-6)
    assert columns["chosen_sentence_coverage"][2] == pytest.approx(share, abs=1e-6)


def test_words_are_a_share_of_the_highest_bm25() -> None:
    (found,) = column("words", "tea", statement(1, ["Tea grows well."]))
    # By hand: the word once in a passage of mean length, of at most k1 + 1 = 2.2 times its weight.
    assert found == pytest.approx((1 / (1 + 1.2)), abs=1e-6)
    rare, often, long = column("words", "tea", *of_passages("Tea grows.", "Tea, tea.", "Tea grows on and on and on."))
    assert long < rare < often < 1


def test_other_names_count_as_the_questions_words() -> None:
    statements = of_passages("The DPRK fired.", "North winds blew.", "Peace came.")
    columns = compute("What did Pyongyang do?", *statements, other_names={"pyongyang": ("dprk", "nork")}).columns
    assert columns["coverage"].tolist() == pytest.approx([1, 0, 0])
    assert columns["missing_names"].tolist() == pytest.approx([0, 1, 1])
    assert compute("What did Pyongyang do?", *statements).columns["coverage"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("question", "sentence", "share"),
    [
        ("ballistic missile launch", "A ballistic missile launch.", 1),
        ("ballistic missile launch", "Ballistic and cruise missiles.", 0.5),
        ("missile launch", "The launch of the missile.", 0),
        ("ballistic missile", "Ballistic talks on the new cruise missile.", 0),
        ("missile", "A missile.", 0),
        ("missile launch", "A missile launch, a missile launch.", 1),
    ],
)
def test_adjacent_words_of_the_question_are_found(question: str, sentence: str, share: float) -> None:
    others = of_passages("Tea.", "Nothing.", sentence)
    assert column("adjacent", question, *others) == pytest.approx([0, 0, share])


def test_adjacent_words_stand_in_one_passage() -> None:
    assert column("adjacent", "missile launch", statement(1, ["A missile"], ["launch came."])) == [0, 0]


def test_statement_is_as_close_as_its_best_passage() -> None:
    statements = [statement(1, ["We like tea."], ["Trade grows."]), statement(2, ["The reactor."], ["Tea, not trade."])]
    columns = compute("like tea", *statements).columns
    for name in ("similarity", "words_with_title"):
        best = columns[name][:2].max(), columns[name][2:].max()
        gaps = [value - max(best) for value in (best[0], best[0], best[1], best[1])]
        assert columns[f"statement_{name}_gap"].tolist() == pytest.approx(gaps)
    assert columns["statement_similarity_gap"][2] < 0


def test_statement_of_one_passage_adds_nothing() -> None:
    columns = compute("like tea", *of_passages("We like tea.", "Trade grows.")).columns
    assert columns["statement_similarity_gap"].tolist() == [0, 0]
    assert columns["statement_words_with_title_gap"].tolist() == [0, 0]
    assert columns["candidates_with_siblings"].tolist() == [0, 0]


def test_joint_features_need_meaning_and_words() -> None:
    texts = ("We like tea.", "Tea grows.", "Trade grows.", "Tea grows.", "We trade.")
    columns = compute("We like tea", *of_passages(*texts)).columns
    meaning, words = columns["both_place"], columns["words_with_title_place"]
    assert columns["fits_both"].tolist() == (meaning * words).tolist()
    assert columns["fits_either"].tolist() == [max(pair) for pair in zip(meaning, words, strict=True)]
    assert columns["fits_both"].tolist()[0] == 1
    assert columns["fused_rank"].tolist() == [1, 1 / 2, 1 / 5, 1 / 2, 1 / 4]


def test_title_is_compared_with_the_question() -> None:
    statements = [
        statement(1, ["We agree."], title="Tea"),
        statement(2, ["We agree."], title="Trade in Tea and Rice"),
        statement(3, ["Tea."]),
    ]
    columns = compute("tea", *statements).columns
    assert columns["title_similarity"].tolist() == pytest.approx([1, 1 / np.sqrt(5), 0], abs=2e-3)
    assert columns["title_words"][0] > columns["title_words"][1] > columns["title_words"][2] == 0
    assert columns["candidates_with_title"].tolist() == pytest.approx([2 / 3] * 3)
    assert columns["both_with_titles"] == pytest.approx(columns["both"] * 2 / 3)


@pytest.mark.parametrize(("question", "bare"), [("tea prices", 1), ("Tea prices?", 0)])
def test_gated_columns_count_where_no_capital_is_typed(question: str, bare: int) -> None:
    columns = compute(question, *of_passages("Tea prices rise.", "Trade.", "Tea.")).columns
    assert columns["question_typed_bare"].tolist() == [bare] * 3
    assert columns["both_typed_bare"].tolist() == (columns["both"] * bare).tolist()
    assert columns["both"].any()


def test_best_sentence_counts_within_its_passage() -> None:
    statements = [
        statement(1, ["We like tea.", "The reactor was closed."], ["Trade grows."]),
        statement(2, ["Peace.", "Talks.", "A reactor was closed."]),
    ]
    found = compute("Which reactor was closed?", *statements)
    assert found.best_sentences.tolist() == [1, 0, 2]
    sentences = [statements[0].passages[0].vectors[1:], statements[1].passages[0].vectors[1:]]
    similarities = [np.sort(one @ ENCODER.encode_query("Which reactor was closed?"))[::-1] for one in sentences]
    assert found.columns["sentence"][[0, 2]] == pytest.approx([one[0] for one in similarities], abs=2e-3)
    assert found.columns["chosen_sentence"][[0, 2]] == pytest.approx([one[0] for one in similarities], abs=2e-3)
    assert found.columns["second_sentence"][[0, 2]] == pytest.approx([one[1] for one in similarities], abs=2e-3)


def test_words_decide_between_like_sentences() -> None:
    row = statement(1, ["Tea.", "Reactor."]).passages[0]
    alike = PassageRow(row.key, 0, row.kind, row.text, row.sentences, np.repeat(row.vectors[:1], 3, axis=0))
    rows = StatementRows(1, passages=(alike,), title_vector=np.zeros(32, dtype=np.float32))
    assert compute("reactor", rows).best_sentences.tolist() == [1]
    assert compute("tea", rows).best_sentences.tolist() == [0]


def test_passages_of_one_statement_have_their_own_weights() -> None:
    alone = compute("Who likes tea?", *of_passages("We like tea.", "Trade grows.")).columns
    together = compute("Who likes tea?", statement(1, ["We like tea."], ["Trade grows."])).columns
    gated = [name.removesuffix("_with_siblings") for name in together if name.endswith("_with_siblings")]
    gated.remove("candidates")
    assert "sentence" in gated
    for name in gated:
        assert alone[f"{name}_with_siblings"].tolist() == [0.0, 0.0]
        assert together[f"{name}_with_siblings"].tolist() == together[name].tolist()


BARE = PassageRow(10, 0, PassageKind.PARAGRAPH, "😀", (), ENCODER.encode_passages(["😀"]))
MANY = [f"Word{number} is said on day {number}." for number in range(700)]


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(of_passages("We like tea."), id="one candidate"),
        pytest.param(of_passages(*["We like tea."] * 5), id="copies"),
        pytest.param([StatementRows(1, passages=(BARE,), title_vector=np.zeros(32, np.float32))], id="no terms"),
        pytest.param(
            [
                StatementRows(1, passages=(BARE,), title_vector=np.zeros(32, np.float32)),
                statement(2, ["Tea."], title="Tea", date=datetime.date(1, 1, 1)),
            ],
            id="no terms beside some",
        ),
        pytest.param([statement(1, MANY, title=" ".join(MANY))], id="20,000 characters"),
    ],
)
@pytest.mark.parametrize(
    "question",
    [
        "",
        "the of and",
        "😀",
        "tea",
        "When did who sign which resolutions in May 2022?",
        "Tea 1 " * 1_700,
        " ".join(MANY),
    ],
    ids=["empty", "stop words", "emoji", "one word", "all kinds", "10,000 characters", "700 numbers"],
)
def test_every_feature_is_a_number_for_each_candidate(statements: list[StatementRows], question: str) -> None:
    found = compute(question, *statements)
    sentences = [max(len(one.sentences), 1) for rows in statements for one in rows.passages]
    for name, values in found.columns.items():
        assert values.shape == (len(sentences),), name
        assert np.isfinite(values).all(), name
    for name, values in found.columns.items():
        if name.endswith("_place"):
            assert_within(values, 0, 1)
        if name.endswith("_gap"):
            assert values.max() == pytest.approx(0)
        if "coverage" in name or name in {"words", "words_with_title", "adjacent", "title_words"}:
            assert_within(values, 0, 1)
    assert all(0 <= best < count for best, count in zip(found.best_sentences.tolist(), sentences, strict=True))


def assert_within(values: NDArray[np.float64], low: float, high: float) -> None:
    assert low - 1e-5 <= values.min() <= values.max() <= high + 1e-5


def test_missing_words_of_passage_and_sentence() -> None:
    found = compute(
        "Did Japan ship green tea?",
        statement(1, ["Japan ships tea.", "Trade is green."]),
        statement(2, ["Japan ships cars."]),
        statement(3, ["Ships trade."]),
    ).answering
    # Of Japan, ship, green and tea.
    assert found["missing_terms"].tolist() == [0, 2, 3]
    assert found["missing_share"].tolist() == pytest.approx([0, 2 / 4, 3 / 4])
    assert found["sentence_missing_terms"].tolist() == [1, 2, 3]
    once, twice = np.log1p((3 - 1 + 0.5) / 1.5), np.log1p((3 - 2 + 0.5) / 2.5)
    assert found["missing_weight"].tolist() == pytest.approx([0, 2 * once, 2 * once + twice])
    assert found["sentence_missing_weight"].tolist() == pytest.approx([once, 2 * once, 2 * once + twice])
    assert found["sentence_missing_rarest"].tolist() == pytest.approx([once] * 3)


def test_unknown_word_is_missing_and_not_known() -> None:
    found = compute("Is tea from Mars green?", statement(1, ["Tea is hot."]), statement(2, ["Green tea."])).answering
    assert found["missing_terms"].tolist() == [2, 1]
    assert found["missing_known_weight"].tolist() == pytest.approx([np.log1p((2 - 1 + 0.5) / 1.5), 0])


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many ships sailed?", {"how_many", "any"}),
        ("When was it?", {"when", "any"}),
        ("who came", {"who", "any"}),
        ("Which nuclear-armed states met?", {"who", "any"}),
        ("Where is it?", {"where", "any"}),
        ("why not", {"why", "any"}),
        ("How did they sail?", {"how", "any"}),
        ("Did they sail?", {"yes_or_no"}),
        ("They did what?", {"any"}),
        ("ballistic missiles", set()),
    ],
)
def test_kind_of_question(question: str, kinds: set[str]) -> None:
    found = compute(question, *of_passages("We like tea.")).answering
    assert {name.removeprefix("asks_") for name, value in found.items() if name[:5] == "asks_" and value[0]} == kinds


def test_best_sentence_has_or_lacks_what_is_asked_for() -> None:
    statements = of_passages("We saw 40 of the ships.", "We saw ships near Japan in May.")
    found = compute("How many ships?", *statements).answering
    assert found["new_numbers"].tolist() == [1, 0]
    assert found["new_names"].tolist() == [0, 2]
    assert found["new_dates"].tolist() == [0, 1]
    assert found["new_numbers_for_how_many"].tolist() == [1, 0]
    assert found["no_numbers_for_how_many"].tolist() == [0, 1]
    assert found["new_names_for_who"].tolist() == [0, 0]
    assert compute("How many of 40 ships?", *statements).answering["new_numbers"].tolist() == [0, 0]
