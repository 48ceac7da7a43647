"""The learned ranking fits the features; its order and probabilities are what they are said to be."""

import json
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from index.search.features import Features
from index.search.ranking import Columns, Ranking, Weights, load_ranking, summarise, to_shares
from tests.unit.test_features import compute, of_passages

NAMES = load_ranking().order.names
ANSWERING = tuple(compute("Who likes tea?", *of_passages("We like tea.")).answering)


def features_of(columns: Columns, answering: Columns | None = None) -> Features:
    size = len(next(iter(columns.values())))
    return Features(dict(columns), dict(answering or {}), np.zeros(size, dtype=np.int32))


def answering_of(size: int) -> Columns:
    """Return what the shipped weights want beside the columns, all 0."""
    return {name: np.zeros(size) for name in ANSWERING}


def weights_of(**weights: float) -> Weights:
    size = len(weights)
    return Weights(tuple(weights), np.zeros(size), np.ones(size), np.array(list(weights.values())), 0.0)


def test_ranking_file_has_exactly_the_features() -> None:
    features = compute("Who likes tea?", *of_passages("We like tea.", "Trade grows."))
    ranking = load_ranking()
    assert sorted(ranking.order.names) == sorted(features.columns)
    summary = sorted(summarise(features, ranking.order.combine(features.columns)))
    assert sorted(ranking.best.names) == summary
    assert sorted(ranking.answered.names) == summary


def test_ranking_file_is_loaded_as_it_is() -> None:
    values = json.loads(resources.files("index.search").joinpath("ranking.json").read_text(encoding="utf-8"))
    ranking = load_ranking()
    assert list(values) == ["order", "best", "answered"]
    for name, weights in (("order", ranking.order), ("best", ranking.best), ("answered", ranking.answered)):
        assert values[name]["bias"] == weights.bias
        for at, (value, row) in enumerate(values[name]["values"].items()):
            assert weights.names[at] == value
            assert row == {"weight": weights.weights[at], "mean": weights.means[at], "scale": weights.scales[at]}
        assert (weights.scales > 0).all()
        for numbers in (weights.weights, weights.means, weights.scales):
            assert np.isfinite(numbers).all()


def test_passage_that_answers_comes_first() -> None:
    found = compute(
        "Which reactor was closed?",
        *of_passages("We like tea.", "The reactor at Yongbyon was closed.", "Trade grows."),
    )
    ranked = load_ranking().rank(found)
    assert int(np.argmax(ranked.order)) == 1
    assert ranked.probabilities[1] > 2 * np.sort(ranked.probabilities)[-2]


def test_combination_centres_scales_and_weighs_by_name() -> None:
    weights = Weights.from_dict(
        {
            "bias": 0.5,
            "values": {
                "first": {"weight": 2.0, "mean": 1.0, "scale": 4.0},
                "second": {"weight": -1.0, "mean": 0.0, "scale": 0.5},
            },
        }
    )
    columns = {"unused": np.array([9.0, 9.0]), "second": np.array([1.0, 0.0]), "first": np.array([5.0, 1.0])}
    # (5 - 1) / 4 · 2 - 1 / .5 + .5 and (1 - 1) / 4 · 2 - 0 + .5
    assert weights.combine(columns).tolist() == [0.5, 0.5]
    assert weights.combine({**columns, "first": np.array([9.0, 1.0])}).tolist() == [2.5, 0.5]


def test_shares_are_a_softmax() -> None:
    shares = to_shares(np.log([1.0, 2.0, 5.0]))
    assert shares.tolist() == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert to_shares(np.array([1_000.0, -1_000.0])).tolist() == [1.0, 0.0]


def test_summary_is_of_the_best_candidate_and_its_lead() -> None:
    columns = {"similarity": np.array([0.2, 0.1, 0.9, 0.3, 0.4, 0.5]), "length": np.array([1.0, 7.0, 2.0, 3, 4, 5])}
    order = np.array([1.0, 4.0, 3.5, 2.0, 0.5, -1.0])
    answering = {"missing_terms": np.array([0.0, 5.0, 1.0, 1.0, 1.0, 1.0])}
    found = summarise(features_of(columns, answering), order)
    assert all(value.shape == (1,) for value in found.values())
    assert {name: value.item() for name, value in found.items()} == pytest.approx(
        {
            "similarity": 0.1,
            "length": 7.0,
            "missing_terms": 5.0,
            "most_similarity": 0.9,
            "lead_1": 0.5,
            "lead_4": 3.5,
            "share": float(np.exp(4) / np.exp(order).sum()),
            "order": 4.0,
        }
    )


@pytest.mark.parametrize(
    ("order", "leads"), [([2.0], [0.0, 0.0]), ([2.0, 0.5], [1.5, 1.5]), ([0.5, 2.0, 1.0], [1.0, 1.5])]
)
def test_best_of_few_candidates_leads_the_last(order: list[float], leads: list[float]) -> None:
    found = summarise(features_of({"length": np.ones(len(order))}), np.array(order))
    assert [found["lead_1"].item(), found["lead_4"].item()] == leads


def test_best_has_the_learned_probability() -> None:
    ranking = Ranking(weights_of(similarity=1.0), weights_of(order=1.0), weights_of(lead_1=-1.0))
    ranked = ranking.rank(features_of({"similarity": np.array([0.0, np.log(3), np.log(3), -50.0])}))
    best = 3 / 4  # the logistic of log 3
    assert ranked.order.tolist() == [0.0, np.log(3), np.log(3), -50.0]
    assert ranked.probabilities[1:3].tolist() == pytest.approx([best, best])
    assert 0 < ranked.probabilities[3] < ranked.probabilities[0] < best
    assert ranked.answered == 0.5


@pytest.mark.parametrize("size", range(2, 12))
def test_equal_candidates_rank_equally(size: int) -> None:
    values = np.random.default_rng(size).normal(size=len(NAMES))
    ranked = load_ranking().rank(
        features_of({name: np.full(size, one) for name, one in zip(NAMES, values, strict=True)}, answering_of(size))
    )
    assert len(set(ranked.order.tolist())) == 1
    assert len(set(ranked.probabilities.tolist())) == 1


columns_of = st.integers(1, 6).flatmap(
    lambda size: arrays(np.float64, (len(NAMES), size), elements=st.floats(-1, 1) | st.floats(-1e4, 1e4))
)


@settings(deadline=None, max_examples=150)
@given(columns_of)
def test_probabilities_follow_the_order_of_candidates(values: NDArray[np.float64]) -> None:
    ranked = load_ranking().rank(features_of(dict(zip(NAMES, values, strict=True)), answering_of(values.shape[1])))
    assert 0 <= ranked.answered <= 1
    assert ((ranked.probabilities >= 0) & (ranked.probabilities <= 1)).all()
    in_order = ranked.probabilities[np.argsort(ranked.order)]
    assert (np.diff(in_order) >= 0).all()
    assert ranked.probabilities[np.argmax(ranked.order)] == ranked.probabilities.max()


@pytest.mark.parametrize("value", [-1e6, 1e6])
def test_extreme_features_give_probabilities(value: float) -> None:
    ranking = Ranking(weights_of(similarity=1.0), weights_of(similarity=1.0), weights_of(similarity=1.0))
    ranked = ranking.rank(features_of({"similarity": np.array([value])}))
    expected = float(value > 0)
    assert [ranked.answered, *ranked.probabilities.tolist()] == pytest.approx([expected, expected])
