"""No false refusal, no false absence, nothing raised: a small part of `tests.support.ask_sweeps`."""

import pytest

from index.library import Library
from tests.support.ask_sweeps import FRAMES, TERMS, Texts, compose_questions, find_failures, find_false_refusals

SLOWEST = 2.0
"""Seconds of the processor for one question, with room for a busy machine; what grows with the square takes longer."""


@pytest.fixture(scope="module")
def texts(bundled_library: Library) -> Texts:
    return Texts(bundled_library)


def test_every_subject_of_the_sweep_stands_in_the_statements(texts: Texts) -> None:
    assert len(TERMS) == 40
    assert [term for term in TERMS if not texts.has_together(term)] == []


def test_no_subject_of_the_statements_is_refused(bundled_library: Library) -> None:
    assert list(find_false_refusals(bundled_library, TERMS[::8])) == []
    assert len(FRAMES) == 9


def test_no_question_raises_or_is_denied_falsely(bundled_library: Library, texts: Texts) -> None:
    assert list(find_failures(bundled_library, list(compose_questions(texts, 80)), SLOWEST)) == []


def test_hyphened_names_are_counted(bundled_library: Library) -> None:
    answer = bundled_library.ask("how often is the Indo-Pacific mentioned?")

    assert answer.answered
    assert "does not appear" not in answer.headline
