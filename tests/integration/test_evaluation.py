"""Evaluation: figures against another implementation and against arithmetic, files checked, peers as published."""

import gzip
import itertools
import json
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.cli.main import main
from bot.cli.output import print_evaluation
from index import EvaluationReport, Library, QuestionSetError, evaluate
from index.corpus.statements import Span
from index.evaluation.asking import join_spans
from index.evaluation.metrics import Bootstrap, choose_metrics, estimate_share, score_rankings
from index.evaluation.peers import WEIGHTS, Bm25, Peers, convex_combinations, min_max, reciprocal_rank_fusion
from index.evaluation.question_sets import divide_paragraphs, read_questions, read_statements
from index.evaluation.refusals import Outcome, measure_refusals, roc_area
from index.evaluation.report import SystemFigures
from index.evaluation.runs import Ranked, rank_units, read_run, write_run
from index.evaluation.units import Corpus, UnitKind, fill_library
from index.search.context import PassageText
from tests.support.encoders import WordEncoder

DATA = Path(__file__).parents[1] / "data" / "evaluation"
GOLDEN = DATA / "golden_statements.jsonl", DATA / "golden_questions.jsonl"

units = st.sampled_from([f"u{number:02d}" for number in range(25)])
# Few different scores, so that there are ties; they are exact in 32 bits, which trec_eval keeps.
runs = st.dictionaries(
    st.sampled_from(["q1", "q2", "q3", "q4"]), st.dictionaries(units, st.integers(0, 6).map(float)), max_size=4
)
qrels = st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.sets(units, min_size=1, max_size=15), min_size=1)


def write_lines(path: Path, *records: object) -> Path:
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return path


def statement(identifier: str, text: str, title: str = "") -> dict[str, str]:
    return {"id": identifier, "title": title, "date": "", "source": "", "text": text}


def question(identifier: str, text: str, *gold_ids: str, **more: str) -> dict[str, Any]:
    return {"id": identifier, "question": text, "gold_ids": list(gold_ids), **more}


# -- metrics ---------------------------------------------------------------------------------------------------------


@given(qrels, runs)
def test_metrics_are_what_their_formulas_say(relevant: dict[str, set[str]], run: dict[str, dict[str, float]]) -> None:
    metrics = choose_metrics((3, 10))
    rankings = [[one.unit for one in rank_units(run.get(name, {}))] for name in relevant]
    table = score_rankings(rankings, list(relevant.values()), metrics)
    for row, (ranking, gold) in enumerate(zip(rankings, relevant.values(), strict=True)):
        hits = [unit in gold for unit in ranking[:10]]
        gains = [1 / math.log2(1 + rank) for rank in range(1, 11)]
        expected = {
            "success@1": float(any(hits[:1])),
            "success@5": float(any(hits[:5])),
            "success@10": float(any(hits)),
            "recall@3": sum(hits[:3]) / len(gold),
            "recall@10": sum(hits) / len(gold),
            "mrr@10": 1 / (1 + hits.index(True)) if any(hits) else 0,
            "ndcg@10": sum(gain for gain, hit in zip(gains, hits, strict=False) if hit) / sum(gains[: len(gold)]),
        }
        assert dict(zip(metrics, table[row].tolist(), strict=True)) == pytest.approx(expected, abs=1e-6)


def test_metrics_by_hand() -> None:
    figures = dict(
        zip(
            choose_metrics((2,)),
            score_rankings([["x", "a", "y", "b"]], [{"a", "b", "c"}], choose_metrics((2,)))[0].tolist(),
            strict=True,
        )
    )
    best = 1 + 1 / math.log2(3) + 1 / 2
    assert figures == {
        "success@1": 0,
        "success@5": 1,
        "success@10": 1,
        "recall@2": pytest.approx(1 / 3),
        "mrr@10": 1 / 2,
        "ndcg@10": pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best),
    }


def test_cut_offs_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 1, got \[0, 5\]"):
        choose_metrics((5, 0))


def test_interval_of_a_mean_is_that_of_its_resamples() -> None:
    figures = np.array([[1.0, 0.5], [0.0, 0.5], [1.0, 0.5], [1.0, 0.5]] * 100)
    share, constant = Bootstrap(400).estimate(figures)
    assert (constant.value, constant.low, constant.high) == pytest.approx((0.5, 0.5, 0.5))
    assert share.value == 0.75
    # The normal approximation of the same interval; that of 90 % would be narrower by .007.
    half = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert share.high - share.low == pytest.approx(2 * half, abs=0.006)
    assert (share.low + share.high) / 2 == pytest.approx(0.75, abs=0.004)
    assert Bootstrap(400).estimate(figures) == [share, constant]


def test_paired_differences_cancel_what_is_common() -> None:
    peer = np.tile([[0.0], [1.0]], (50, 1))
    [difference] = Bootstrap(100).estimate((peer + 0.1) - peer)
    assert (difference.low, difference.high) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (5, 10, 0.2366, 0.7634), (1, 20, 0.0089, 0.2361)],
)
def test_shares_have_wilsons_interval(successes: int, count: int, low: float, high: float) -> None:
    share = estimate_share(successes, count)
    assert share is not None
    assert (share.value, share.count) == (successes / count, count)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-4)


def test_share_of_nothing_is_none_and_impossible_share_is_refused() -> None:
    assert estimate_share(0, 0) is None
    with pytest.raises(ValueError, match="from 0 to 3, got 4"):
        estimate_share(4, 3)


# -- refusals --------------------------------------------------------------------------------------------------------

few_scores = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=12)


@given(few_scores, few_scores)
def test_the_roc_area_is_the_share_of_pairs_in_order(positives: list[float], negatives: list[float]) -> None:
    pairs = list(itertools.product(positives, negatives))
    expected = sum((one > other) + (one == other) / 2 for one, other in pairs) / len(pairs)
    assert roc_area(np.array(positives), np.array(negatives)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_every_point_of_the_curve_is_what_its_threshold_does(rows: list[tuple[int, bool, bool]]) -> None:
    outcomes = [
        Outcome(answerable, score / 4, is_correct and answerable, None) for score, answerable, is_correct in rows
    ]
    refusals = measure_refusals(outcomes)
    assert [point.threshold for point in refusals.curve] == sorted({one.score for one in outcomes}, reverse=True)
    for point in refusals.curve:
        answered = [one for one in outcomes if one.score >= point.threshold]
        assert point.coverage == pytest.approx(len(answered) / len(outcomes))
        assert point.risk == pytest.approx(sum(not one.is_correct for one in answered) / len(answered))
        for answerable, figure in ((False, point.false_answers), (True, point.wrong_refusals)):
            of_sort = [one for one in outcomes if one.answerable is answerable]
            wrong = [one for one in of_sort if (one in answered) is not answerable]
            assert figure == (pytest.approx(len(wrong) / len(of_sort)) if of_sort else None)
    assert (refusals.false_answers, refusals.wrong_refusals) == (None, None)


def test_refusals_by_hand() -> None:
    outcomes = [
        Outcome(True, 0.9, True, True),
        Outcome(False, 0.8, False, True),
        Outcome(True, 0.6, False, True),
        Outcome(False, 0.2, False, False),
        Outcome(True, 0.1, True, False),
    ]
    refusals = measure_refusals(outcomes)
    assert refusals.false_answers == estimate_share(1, 2)
    assert refusals.wrong_refusals == estimate_share(1, 3)
    assert refusals.roc_area == pytest.approx((2 + 1 + 0) / 6)
    assert refusals.risk_area == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4 + 3 / 5) / 5)
    assert refusals.calibration_error == pytest.approx((0.1 + 0.8 + 0.6 + 0.2 + 0.9) / 5)
    assert refusals.risk_at(0.5) == pytest.approx(2 / 3)
    assert refusals.least_wrong_refusals(0.1) == pytest.approx(2 / 3)
    assert refusals.least_wrong_refusals(0.5) == pytest.approx(1 / 3)


def test_calibration_bins_hold_equal_numbers_of_probabilities() -> None:
    outcomes = [Outcome(True, score / 40, score % 2 == 0, None) for score in range(40)]
    refusals = measure_refusals(outcomes)
    assert [one.count for one in refusals.calibration_bins] == [4] * 10
    means = [sum(range(4 * at, 4 * at + 4)) / 160 for at in range(10)]
    assert [one.mean_score for one in refusals.calibration_bins] == pytest.approx(means)
    assert refusals.calibration_error == pytest.approx(sum(abs(mean - 0.5) for mean in means) / 10)
    assert measure_refusals([Outcome(True, 7.0, True, None)]).calibration_error is None


# -- runs ------------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from(["q1", "q2"]), st.dictionaries(units, st.floats(0, 1), min_size=1), min_size=1))
def test_a_run_is_read_as_it_was_written_by_us_and_by_others(
    tmp_path_factory: pytest.TempPathFactory, scores: dict[str, dict[str, float]]
) -> None:
    # Ties in the order of the units, which is the reverse of that of trec_eval.
    run = {
        name: tuple(Ranked(unit, score) for unit, score in sorted(found.items(), key=lambda one: (-one[1], one[0])))
        for name, found in scores.items()
    }
    path = tmp_path_factory.mktemp("runs") / "run.txt"
    write_run(path, run, tag="ours")
    known = {f"u{number:02d}" for number in range(25)}
    ours = read_run(path, dict.fromkeys(run, known))
    theirs: dict[str, dict[str, float]] = {}
    for one in ir_measures.read_trec_run(str(path)):  # type: ignore[no-untyped-call]  # the package leaves it untyped
        theirs.setdefault(one.query_id, {})[one.doc_id] = one.score
    for name, ranking in run.items():
        expected = [one.unit for one in ranking]
        assert [one.unit for one in ours[name]] == expected
        assert len(set(theirs[name].values())) == len(expected)
        assert sorted(theirs[name], key=lambda unit: -theirs[name][unit]) == expected
        assert ours[name][0].score == pytest.approx(ranking[0].score, abs=1e-6)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("q1 Q0 a 1 .5", "run.txt line 2 is not a line of a TREC run", id="five columns"),
        pytest.param("q1 Q0 a 1 high tag", "run.txt line 2 is not a line of a TREC run", id="no number"),
        pytest.param("q1 Q0 a 1 nan tag", "line 2: the score is nan", id="not a number"),
        pytest.param("q9 Q0 a 1 .5 tag", "line 2: there is no question 'q9'", id="unknown question"),
        pytest.param("q1 Q0 z 1 .5 tag", "line 2: there is no unit 'z' for 'q1'", id="unknown unit"),
        pytest.param("q1 Q0 b 1 .5 tag", "line 2: 'b' is ranked twice", id="twice"),
    ],
)
def test_a_run_that_is_none_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "run.txt"
    path.write_text(f"q1 Q0 b 1 .5 tag\n{line}\n")
    with pytest.raises(QuestionSetError, match=re.escape(said)):
        read_run(path, {"q1": {"a", "b"}})


def test_a_run_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="cannot be written"):
        write_run(tmp_path / "nowhere" / "run.txt", {}, tag="ours")


# -- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param('{"id": "B"', "statements.jsonl line 3 is not JSON", id="cut off"),
        pytest.param('["B"]', "statements.jsonl line 3 is not a JSON object", id="a list"),
        pytest.param('{"text": "We agree."}', "statements.jsonl line 3: 'id' is missing", id="no id"),
        pytest.param('{"id": "B", "text": " "}', "statements.jsonl line 3: 'text' is empty", id="no text"),
        pytest.param('{"id": 7, "text": "We agree."}', "line 3: 'id' is 7. It must be a text", id="a number"),
        pytest.param('{"id": "B 1", "text": "x"}', "line 3: 'id' has 'B 1'", id="white space in an id"),
        pytest.param(
            '{"id": "A", "text": "x"}', "line 3: the id 'A' is already that of statements.jsonl line 1", id="twice"
        ),
        pytest.param('{"id": "B", "text": "x", "date": "2022-13"}', "line 3: 'date' is '2022-13'", id="no date"),
    ],
)
def test_statements_that_are_none_are_refused_with_their_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "statements.jsonl"
    path.write_text(f"{json.dumps(statement('A', 'We agree.'))}\n\n{line}\n")
    with pytest.raises(QuestionSetError, match=re.escape(said)):
        read_statements(path)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        pytest.param({"id": "q2"}, "questions.jsonl line 2: 'question' is missing", id="no question"),
        pytest.param(question("q1", "What?", "A"), "the id 'q1' is already that of questions.jsonl line 1", id="twice"),
        pytest.param(question("q2", "What?", "A", "A"), "line 2: a gold id is there twice", id="gold id twice"),
        pytest.param(question("q2", "What?", "B"), "line 2: 'B'", id="unknown statement"),
        pytest.param(question("q2", "What?", "A#p02"), "line 2: 'A#p02'", id="unknown paragraph"),
        pytest.param(question("q2", "What?", "A#p1"), "line 2: 'A#p1'", id="one digit"),
        pytest.param(
            question("q2", "What?", "A", mode="some"), "'mode' is 'some'. It must be one of: any, all, none", id="mode"
        ),
        pytest.param({"id": "q2", "question": "What?", "gold_ids": "A"}, "line 2: 'gold_ids' is \"A\"", id="no list"),
    ],
)
def test_questions_that_are_none_are_refused_with_their_line(tmp_path: Path, record: object, said: str) -> None:
    statements = read_statements(write_lines(tmp_path / "s.jsonl", statement("A", "We agree.\n\nWe go on.")))
    path = write_lines(tmp_path / "questions.jsonl", question("q1", "Who agrees?", "A"), record)
    with pytest.raises(QuestionSetError, match=re.escape(said)):
        read_questions([path], statements)


def test_files_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_statements(tmp_path / "missing.jsonl")
    packed = gzip.compress(f"{json.dumps(statement('A', 'We agree.'))}\n".encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[:-9])
    (tmp_path / "damaged.jsonl.gz").write_bytes(packed[:12] + bytes([255] * 20) + packed[32:])
    (tmp_path / "plain.jsonl.gz").write_text("{}")
    for name in ("cut.jsonl.gz", "damaged.jsonl.gz", "plain.jsonl.gz"):
        with pytest.raises(QuestionSetError, match=f"{name} cannot be read"):
            read_statements(tmp_path / name)
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "A", "text": "caf\xe9"}')
    with pytest.raises(QuestionSetError, match="not UTF-8"):
        read_statements(tmp_path / "latin.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(QuestionSetError, match="no statements"):
        read_statements(tmp_path / "empty.jsonl")
    with pytest.raises(QuestionSetError, match="no questions"):
        read_questions([tmp_path / "empty.jsonl"], [])


def test_question_of_mode_none_has_no_gold_ids(tmp_path: Path) -> None:
    statements = read_statements(write_lines(tmp_path / "s.jsonl", statement("A", "We agree.")))
    path = write_lines(
        tmp_path / "q.jsonl",
        question("q1", "Who agrees?", "A", mode="none"),
        question("q2", "Who disagrees?", mode="all"),
        question("q3", "Who agrees?", "A"),
    )
    asked = read_questions([path], statements)
    assert [(one.is_answerable, one.mode.value) for one in asked] == [(False, "none"), (False, "none"), (True, "any")]


def test_a_question_of_statements_and_paragraphs_is_refused(tmp_path: Path) -> None:
    statements = write_lines(tmp_path / "s.jsonl", statement("A", "We agree."), statement("B", "We go on."))
    questions = write_lines(tmp_path / "q.jsonl", question("q1", "Who agrees?", "A", "B#p00"))
    with pytest.raises(QuestionSetError, match=r"q\.jsonl line 1: the gold ids are statements and paragraphs"):
        evaluate(statements, [questions], encoder=WordEncoder())


@given(st.lists(st.sampled_from(["a", " ", "\n", "\r\n", "\n \n", "b c."]), max_size=12).map("".join))
def test_paragraphs_are_what_stands_between_blank_lines(text: str) -> None:
    spans = divide_paragraphs(text)
    expected = [part.strip() for part in re.split(r"\n\s*\n", text.strip())] if text.strip() else []
    assert [text[start:end] for start, end in spans] == expected


# -- units -----------------------------------------------------------------------------------------------------------


def fill(library: Library, tmp_path: Path, *records: dict[str, str]) -> Corpus:
    return fill_library(library, read_statements(write_lines(tmp_path / "s.jsonl", *records)), advance=lambda: None)


def units_of(corpus: Corpus, kind: UnitKind) -> list[str]:
    return list(corpus.get_units(kind, [one.passage.id for one in corpus.passages]))


def test_a_paragraph_has_every_passage_that_it_was_divided_into(library: Library, tmp_path: Path) -> None:
    text = "The parties met in Tokyo today.\n\nThey agreed:\n1. To meet again;\n2. To write it down.\n\nThey thanked the hosts."
    corpus = fill(library, tmp_path, statement("A", text, "Accord"))
    units = corpus.units[UnitKind.PARAGRAPH]
    assert [(one.passage.text, units[one.passage.id]) for one in corpus.passages] == [
        ("The parties met in Tokyo today.", ("A#p00",)),
        ("They agreed:", ("A#p01",)),
        ("1. To meet again;", ("A#p01",)),
        ("2. To write it down.", ("A#p01",)),
        ("They thanked the hosts.", ("A#p02",)),
    ]
    assert units_of(corpus, UnitKind.PARAGRAPH) == ["A#p00", "A#p01", "A#p02"]
    assert units_of(corpus, UnitKind.STATEMENT) == ["A"]


def test_copies_count_at_the_place_of_the_first(library: Library, tmp_path: Path) -> None:
    first = statement("A", "We met.\n\nWe agreed on it.", "Accord")
    corpus = fill(library, tmp_path, first, statement("B", f"We{' ' * 99}met.\n \n\nWe agreed\non it. ", "Accord"))
    units = corpus.units[UnitKind.PARAGRAPH]
    assert [units[one.passage.id] for one in corpus.passages] == [("A#p00", "B#p00"), ("A#p01", "B#p01")]
    assert units_of(corpus, UnitKind.STATEMENT) == ["A", "B"]
    assert corpus.to_facts([]).copies == 1


def test_a_record_of_one_line_without_a_title_is_found(library: Library, tmp_path: Path) -> None:
    corpus = fill(library, tmp_path, statement("A", "The mesa is dry."), statement("B", "http://example.org says so."))
    assert units_of(corpus, UnitKind.STATEMENT) == ["A", "B"]
    assert [one.title for one in corpus.passages] == ["", ""]


def test_unsearched_passages_are_counted_by_kind(library: Library, tmp_path: Path) -> None:
    text = "Office of the Spokesperson\n\nBegin Text:\n\nWe condemn the launch.\n\nEnd Text."
    corpus = fill(library, tmp_path, statement("A", text, "Launch"))
    [asked] = read_questions(
        [write_lines(tmp_path / "q.jsonl", question("q", "Whose office?", "A#p00", "A#p02"))],
        read_statements(tmp_path / "s.jsonl"),
    )
    facts = corpus.to_facts([asked])
    assert (facts.paragraphs, facts.passages, facts.paragraphs_without_passage) == (4, 1, 3)
    assert facts.unsearched == {"boilerplate": 1, "border": 2}
    assert facts.gold_without_passage == ("A#p00",)


def test_a_text_that_cannot_be_kept_is_refused_with_its_line(library: Library, tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"s\.jsonl line 1: .*NUL"):
        fill(library, tmp_path, statement("A", "We\x00agree."))


def test_refused_statement_of_a_batch_is_named_by_its_line(library: Library, tmp_path: Path) -> None:
    long = "We agree. " * 10_001
    with pytest.raises(QuestionSetError, match=r"s\.jsonl line 2: "):
        fill(library, tmp_path, statement("A", "We met."), statement("B", long), statement("C", "We left."))
    assert len(library.list_statements()) == 1


def test_statements_are_encoded_together_and_counted_one_by_one(tmp_path: Path) -> None:
    encoded: list[int] = []

    class Counting(WordEncoder):
        def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[NDArray[np.float32]]:
            encoded.append(len(passages))
            return super().encode_with_sentences(passages)

    texts = [f"We met in room {number}." for number in range(20)]
    records = [statement(f"S{number:02}", text) for number, text in enumerate([*texts, texts[3]])]
    counted: list[int] = []
    with Library.open(tmp_path / "data", encoder=Counting()) as library:
        statements = read_statements(write_lines(tmp_path / "s.jsonl", *records))
        corpus = fill_library(library, statements, advance=lambda: counted.append(1))
    assert len(encoded) == 1
    assert len(counted) == len(records)
    assert units_of(corpus, UnitKind.STATEMENT) == [
        *(f"S{number:02}" for number in range(4)),
        "S20",
        *(f"S{number:02}" for number in range(4, 20)),
    ]


def test_spans_with_only_white_space_between_are_one(library: Library) -> None:
    added = library.add("We met. We agreed. We left.", title="Accord")
    first, second, third = (Span(one.start, one.end) for one in added.passages[0].sentences)
    assert join_spans(added.passages[0], [second, first]) == [Span(first.start, second.end)]
    assert join_spans(added.passages[0], [third, first]) == [first, third]
    assert join_spans(added.passages[0], [Span(0, 10), Span(3, 6)]) == [Span(0, 10)]


# -- peers -----------------------------------------------------------------------------------------------------------


def test_bm25_is_what_its_formula_says() -> None:
    texts = ["Missiles and more missiles were launched", "The missile was launched at night", "A quiet night"]
    stems = [["missil", "more", "missil", "were", "launch"], ["missil", "launch", "night"], ["quiet", "night"]]
    mean = 10 / 3

    def weight(term: str, row: int) -> float:
        count = sum(term in words for words in stems)
        frequency = stems[row].count(term)
        idf = math.log(1 + (3 - count + 0.5) / (count + 0.5))
        return idf * frequency / (frequency + 1.5 * (1 - 0.75 + 0.75 * len(stems[row]) / mean))

    expected = [2 * weight("missil", row) + weight("night", row) for row in range(3)]
    # A word that is asked for twice counts twice; the, a and unknown words count nothing.
    assert Bm25(texts).score("The missile, a MISSILE at night over Zanzibar").tolist() == pytest.approx(expected)


def test_fused_ranks_break_ties_by_the_lower_row() -> None:
    fused = reciprocal_rank_fusion([np.array([7, 3, 1]), np.array([3, 9, 7])])
    # 3: 1/62 + 1/61, 7: 1/61 + 1/63, 9: 1/62, 1: 1/63.
    assert fused.tolist() == [3, 7, 9, 1]
    assert reciprocal_rank_fusion([np.array([5]), np.array([2])]).tolist() == [2, 5]


def test_convex_combinations_normalise_each_ranking() -> None:
    combined = convex_combinations(
        (np.array([4, 2, 6]), np.array([0.9, 0.8, 0.5])), (np.array([2, 8]), np.array([12.0, 3.0]))
    )
    assert list(combined) == pytest.approx(np.arange(21) / 20)
    # 4: α, 2: .75 α + (1 - α), 6: 0, 8: 0.
    assert combined[0.5].tolist() == [2, 4, 6, 8]
    assert combined[0.85].tolist() == [4, 2, 6, 8]
    assert combined[0.8].tolist() == [2, 4, 6, 8]
    assert min_max(np.array([3.0, 3.0])).tolist() == [0, 0]


def test_query_without_known_words_has_only_a_dense_ranking() -> None:
    texts = ["We agree.", "We met."]
    rankings = {
        one.name: one
        for one in Peers(texts, WordEncoder().encode_passages(texts)).rank(
            "???", np.full(256, 1 / 16, dtype=np.float32)
        )
    }
    assert rankings["BM25"].rows.tolist() == []
    assert rankings["BM25"].top_score == 0
    assert len(rankings["dense"].rows) == len(rankings["RRF"].rows) == len(rankings["convex"].rows) == 2


# -- everything ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden() -> EvaluationReport:
    return evaluate(GOLDEN[0], [GOLDEN[1]], recall_cutoffs=(5, 10), encoder=WordEncoder())


def test_the_golden_questions_are_measured_beside_every_peer(golden: EvaluationReport) -> None:
    assert (golden.questions, golden.answerable) == (58, 52)
    assert (golden.corpus.statements, golden.corpus.paragraphs) == (48, 340)
    assert golden.corpus.gold_without_passage == ()
    assert [one.name for one in golden.best_peers] == ["dense", "BM25", "RRF", "convex"]
    bm25 = next(one for one in golden.best_peers if one.name == "BM25")
    assert bm25.variant == "title"
    assert bm25.figures["success@1"].value == pytest.approx(36 / 52)
    assert {one.label for one in golden.peers} > {"dense, title", "dense, text", "RRF, text", "BM25, text"}
    for name, figures in golden.differences.items():
        peer = next(one for one in golden.best_peers if one.name == name)
        for metric, difference in figures.items():
            assert difference.value == pytest.approx(golden.ours.figures[metric].value - peer.figures[metric].value)
            assert difference.low <= difference.value <= difference.high


def test_the_best_convex_combination_is_the_best_of_the_scan(golden: EvaluationReport) -> None:
    for variant, scan in golden.convex_scan.items():
        assert list(scan) == list(WEIGHTS)
        [shown] = [one for one in golden.peers if one.name == "convex" and one.variant.startswith(variant)]
        assert shown.figures["ndcg@10"].value == pytest.approx(max(scan.values()))
        assert f"α {max(scan, key=lambda weight: scan[weight]):.2f}" in shown.variant
        # With no share of dense it is BM25, with all of it dense, but for what BM25 does not find.
        alone = {one.name: one.figures["ndcg@10"].value for one in golden.peers if one.variant == variant}
        assert (scan[0.0], scan[1.0]) == pytest.approx((alone["BM25"], alone["dense"]), abs=0.01)


def test_figures_of_types_and_modes_make_up_those_of_all(golden: EvaluationReport) -> None:
    for system in (golden.ours, *golden.peers):
        for label in ("mode ", "type "):
            groups = [figures["mrr@10"] for group, figures in system.groups.items() if group.startswith(label)]
            assert sum(one.count for one in groups) == 52
            total = sum(one.value * one.count for one in groups)
            assert total / 52 == pytest.approx(system.figures["mrr@10"].value)


def test_answers_are_counted_as_they_were_given(golden: EvaluationReport) -> None:
    unanswerable = [one for one in golden.results if one.mode == "none"]
    answerable = [one for one in golden.results if one.mode != "none"]
    assert golden.refusals.false_answers == estimate_share(sum(one.answered is True for one in unanswerable), 6)
    assert golden.refusals.wrong_refusals == estimate_share(sum(one.answered is False for one in answerable), 52)
    firsts = [one.first_relevant_rank == 1 for one in answerable]
    assert golden.ours.figures["success@1"].value == pytest.approx(sum(firsts) / 52)


def test_paragraphs_as_records_are_the_same_units(golden: EvaluationReport, tmp_path: Path) -> None:
    records = []
    for line in GOLDEN[0].read_text().splitlines():
        one = json.loads(line)
        paragraphs = [one["text"][start:end] for start, end in divide_paragraphs(one["text"])]
        records += [
            statement(f"{one['id']}#p{number:02d}", text, one["title"]) for number, text in enumerate(paragraphs)
        ]
    path = write_lines(tmp_path / "paragraphs.jsonl", *records)
    alone = evaluate(path, [GOLDEN[1]], encoder=WordEncoder())
    assert alone.corpus.statements == 340
    bm25, alone_bm25 = (
        next(one.figures["ndcg@10"].value for one in report.peers if one.label == "BM25, title")
        for report in (golden, alone)
    )
    # Who signed a statement cannot be found without it, and copies of one line are kept once: little else differs.
    assert alone_bm25 == pytest.approx(bm25, abs=0.02)
    unit = next(one.top_unit for one in alone.results if one.top_unit)
    assert unit in {one["id"] for one in records}


def test_written_run_measures_the_same_when_read(golden: EvaluationReport, tmp_path: Path) -> None:
    path = tmp_path / "golden.run"
    golden.write_run(path)
    again = evaluate(GOLDEN[0], [GOLDEN[1]], recall_cutoffs=(5, 10), run=path, encoder=WordEncoder())
    assert again.ours.name == "golden.run"
    assert again.ours.figures == golden.ours.figures
    assert again.differences == golden.differences
    assert again.refusals.roc_area == pytest.approx(golden.refusals.roc_area)
    assert (again.refusals.false_answers, again.evidence) == (None, None)


def test_several_packed_files_of_questions_are_one_set() -> None:
    files = [DATA / "clapnq_questions.jsonl.gz", DATA / "clapnq_unanswerable.jsonl.gz"]
    report = evaluate(DATA / "clapnq_statements.jsonl.gz", files, encoder=WordEncoder())
    assert (report.questions, report.answerable, report.corpus.passages) == (120, 60, 120)
    assert report.ours.groups == {}
    assert report.refusals.false_answers is not None
    assert report.refusals.false_answers.count == report.refusals.wrong_refusals.count == 60  # type: ignore[union-attr]
    assert report.refusals.roc_area is not None
    assert 0.5 < report.refusals.roc_area < 1


def test_dense_peer_ranks_by_the_dot_product() -> None:
    files = DATA / "clapnq_statements.jsonl.gz", DATA / "clapnq_questions.jsonl.gz"
    report = evaluate(files[0], [files[1]], encoder=WordEncoder())
    records, asked = (list(map(json.loads, gzip.decompress(path.read_bytes()).splitlines())) for path in files)
    for variant, texts in (
        ("text", [one["text"] for one in records]),
        ("title", [f"{one['title']}. {one['text']}" for one in records]),
    ):
        embeddings = WordEncoder().encode_passages(texts)
        queries = WordEncoder().encode_passages([one["question"] for one in asked])
        best = np.argmax(queries @ embeddings.T, axis=1)
        found = [records[row]["id"] in one["gold_ids"] for row, one in zip(best, asked, strict=True)]
        [dense] = [one for one in report.peers if one.label == f"dense, {variant}"]
        assert dense.figures["success@1"].value == pytest.approx(sum(found) / 60), variant


def test_questions_that_nothing_answers_are_measured_alone() -> None:
    report = evaluate(
        DATA / "clapnq_statements.jsonl.gz", [DATA / "clapnq_unanswerable.jsonl.gz"], encoder=WordEncoder()
    )
    assert (report.answerable, report.ours.figures, report.refusals.wrong_refusals) == (0, {}, None)
    json.dumps(report.to_dict(), allow_nan=False)


def test_marked_answers_differ_from_answers_in_the_passage(tmp_path: Path) -> None:
    text = (
        "The “café” in Oslo opened in May.\n\nTrains leave from platform nine. Nobody knows the hour of their return."
    )
    statements = write_lines(tmp_path / "s.jsonl", statement("A", text, "Notes"))
    questions = write_lines(
        tmp_path / "q.jsonl",
        question("q1", "Which cafe in Oslo opened?", "A#p00", answer='"CAFE" in Oslo'),
        question("q2", "Trains leave from which platform?", "A#p01", answer="hour of their return"),
        question("q3", "Trains leave from which platform?", "A#p01", answer="platform ten"),
        question("q4", "Which platform?", "A#p01"),
    )
    evidence = evaluate(statements, [questions], encoder=WordEncoder()).evidence
    assert evidence is not None
    assert (evidence.questions, evidence.with_answer) == (3, 2)
    assert evidence.contained == estimate_share(1, 2)
    second = text.split("\n\n")[1]
    assert evidence.marked_share == pytest.approx((1 + second.index(" Nobody") / len(second)) / 2)


class LikesShortTexts:
    """A reranker for which the shortest text answers everything."""

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        del question
        return 1 / np.array([len(text) for text in texts], dtype=np.float64)


def test_what_is_measured_has_the_order_of_the_reranker(tmp_path: Path) -> None:
    texts = ["We agree that the trade in tea between our ports will grow.", "We agree on tea."]
    statements = write_lines(
        tmp_path / "s.jsonl", *(statement(name, text) for name, text in zip("AB", texts, strict=True))
    )
    questions = write_lines(tmp_path / "q.jsonl", question("q1", "Will the trade in tea between ports grow?", "A"))
    alone = evaluate(statements, [questions], encoder=WordEncoder())
    reranked = evaluate(statements, [questions], encoder=WordEncoder(), reranker=LikesShortTexts())
    assert [one.results[0].first_relevant_rank for one in (alone, reranked)] == [1, 2]


def test_cut_offs_beyond_what_is_asked_for_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 100, got 101"):
        evaluate(GOLDEN[0], [GOLDEN[1]], recall_cutoffs=(101,), encoder=WordEncoder())


def test_json_has_the_keys_that_are_promised(golden: EvaluationReport) -> None:
    values = json.loads(json.dumps(golden.to_dict(), allow_nan=False))
    promised = re.findall(r"^ *- `(\w+)`:", EvaluationReport.to_dict.__doc__ or "", flags=re.MULTILINE)
    assert list(values) == promised
    metrics = ["success@1", "success@5", "success@10", "recall@5", "recall@10", "mrr@10", "ndcg@10"]
    assert list(values["ours"]["figures"]) == metrics
    assert set(values["ours"]["figures"]["mrr@10"]) == {"value", "low", "high", "count"}
    assert [(one["name"], one["variant"]) for one in values["peers"] if one["is_best"]] == [
        (one.name, one.variant) for one in golden.best_peers
    ]
    assert len(values["peers"]) == 8
    assert len(values["results"]) == 58
    documented = EvaluationReport.to_dict.__doc__ or ""
    for key in (*values["corpus"], *values["refusals"], *values["evidence"], *values["results"][0], *values["ours"]):
        assert key in documented, key


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_table_is_80_columns_wide_and_shows_the_figures(
    golden: EvaluationReport, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_evaluation(golden)
    output = capsys.readouterr().out
    assert max(map(len, output.splitlines())) <= 80
    for system in (golden.ours, *golden.best_peers):
        figure = system.figures["ndcg@10"]
        assert re.search(rf"^ ?{system.name} .* {shown(figure.value)} *$", output, flags=re.MULTILINE), system.name
    assert "48 statements, 340 paragraphs, 270 passages searched" in output
    assert "Passages not searched: 25 boilerplate, 41 border, 4 heading." in output
    assert "of 52" in output
    assert "of 6" in output


def shown(value: float) -> str:
    return re.escape(f"{value:.3f}".removeprefix("0"))


def test_names_from_files_are_no_mark_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    statements = write_lines(tmp_path / "s.jsonl", statement("A", "We agree."), statement("B", "They left."))
    questions = write_lines(
        tmp_path / "q.jsonl",
        question("q1", "Who agrees?", "A", type="[red]x"),
        question("q2", "Who left?", "B", type="\x1b[31my"),
    )
    print_evaluation(evaluate(statements, [questions], encoder=WordEncoder()))
    output = capsys.readouterr().out
    assert "type [red]x" in output
    assert "\x1b" not in output


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Path]:
    statements = write_lines(
        tmp_path / "s.jsonl",
        statement("A", "The parties condemn the launch of missiles.\n\nThey met in Tokyo in March.", "Launch"),
        statement("B", "Trade in grain goes on as agreed in Istanbul.", "Grain"),
    )
    questions = write_lines(
        tmp_path / "q.jsonl",
        question("q1", "Where did they meet in March?", "A#p01", type="place", answer="Tokyo"),
        question("q2", "What was agreed in Istanbul?", "B#p00", type="what"),
        question("q3", "Who won the chess tournament?", mode="none"),
    )
    return statements, questions


def run_verbatim(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["verbatim", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_command_measures_the_model_and_leaves_only_the_run(
    small: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    assert run_verbatim(monkeypatch, "evaluate", *small, "--json", "--run", "out.run", "-k", "1", "--no-progress") == 0
    captured = capsys.readouterr()
    values = json.loads(captured.out)
    assert captured.err == ""
    assert values["questions"] == {"all": 3, "answerable": 2, "unanswerable": 1}
    assert values["ours"]["figures"]["recall@1"]["value"] == 1
    assert [path.name for path in work.iterdir()] == ["out.run"]
    first = (work / "out.run").read_text().splitlines()[0].split()
    assert (first[:4], first[5]) == (["q1", "Q0", "A#p01", "1"], "verbatim")
    assert run_verbatim(monkeypatch, "evaluate", *small, "--read-run", "out.run", "--no-progress") == 0
    assert re.search(r"^ ?out\.run ", capsys.readouterr().out, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.jsonl", "q.jsonl"], "verbatim: missing.jsonl cannot be read (No such file or directory)."),
        (["s.jsonl", "q.jsonl", "--run", "no/where.run"], "verbatim: The folder of no/where.run is not there."),
        (["q.jsonl", "q.jsonl"], "verbatim: q.jsonl line 1: 'text' is missing."),
    ],
)
def test_what_is_wrong_is_one_line(
    arguments: list[str],
    said: str,
    small: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(small[0].parent)
    assert run_verbatim(monkeypatch, "evaluate", *arguments, "--no-progress") == 1
    error = capsys.readouterr().err
    assert error.startswith(said)
    assert error.count("\n") == 1


def test_labels_name_the_variant_only_where_there_is_one() -> None:
    assert SystemFigures("BM25", "title", {}, {}, None).label == "BM25, title"
    assert SystemFigures("verbatim", "", {}, {}, None).label == "verbatim"
