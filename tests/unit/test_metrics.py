"""Metrics: what is counted, and as what."""

import pytest

from bot.ops.metrics import REGISTRY, count_answer
from index import Answer, AnswerKind


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("kind", "answered", "abstains"),
    [
        pytest.param("passages", True, 0, id="an answer"),
        pytest.param(AnswerKind.NOT_FOUND, False, 1, id="the statements do not say it"),
        pytest.param("quote", False, 1, id="they never said so"),
        pytest.param(AnswerKind.HELP, False, 0, id="nothing was asked"),
        pytest.param(AnswerKind.CHATTER, False, 0, id="thanks"),
        pytest.param(AnswerKind.NO_STATEMENTS, False, 0, id="there is nothing to ask"),
    ],
)
def test_answers_are_counted_by_kind_and_abstentions_apart(kind: str, answered: bool, abstains: int) -> None:
    before = [value("verbatim_answers_total", kind=str(kind)), value("verbatim_abstentions_total"), seconds()]
    count_answer(Answer(kind, answered, "", ""), 0.25)
    after = [value("verbatim_answers_total", kind=str(kind)), value("verbatim_abstentions_total"), seconds()]
    assert [late - early for early, late in zip(before, after, strict=True)] == [1, abstains, 0.25]


def seconds() -> float:
    return value("verbatim_answer_seconds_sum")


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("verbatim_answers_total", {"kind": "citations"}),
        ("verbatim_ambiguous_posts_total", {"outcome": "reposted"}),
        ("verbatim_claims_total", {"outcome": "taken"}),
        ("verbatim_retries_total", {"reason": "rate_limited"}),
    ],
)
def test_series_start_at_zero(name: str, labels: dict[str, str]) -> None:
    assert REGISTRY.get_sample_value(name, labels) is not None
