"""Answer: what was found, in words that any surface can show. Knows nothing of Slack or terminals."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.corpus.statements import Passage, Span, StatementSummary, spans_to_dicts
from index.questions import MAX_CHARACTERS, Question, Reading
from index.search.searcher import Hit


class AnswerKind(StrEnum):
    """What kind of answer it is."""

    PASSAGES = "passages"
    NOT_FOUND = "not_found"
    NO_STATEMENTS = "no_statements"
    NOT_A_QUESTION = "not_a_question"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a statement, and the spans in it that matter, as offsets into the statement's text."""

    passage: Passage
    statement: StatementSummary
    spans: tuple[Span, ...]
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values, each span with its words."""
        return {
            "score": self.score,
            "passage": self.passage.to_dict(),
            "statement": self.statement.to_dict(),
            "spans": spans_to_dicts(self.passage, self.spans),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `headline` is one line that says what was found. `evidence` is best first; when `answered` is False it holds the
    closest passages, which are not an answer. `notes` say what a reader must know to read the evidence rightly.
    """

    kind: AnswerKind
    answered: bool
    question: str
    headline: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "kind": self.kind.value,
            "answered": self.answered,
            "question": self.question,
            "headline": self.headline,
            "evidence": [{"rank": rank, **one.to_dict()} for rank, one in enumerate(self.evidence, start=1)],
            "notes": list(self.notes),
        }


def answer_found(question: Question, hits: Sequence[Hit]) -> Answer:
    """Return the answer that quotes these hits."""
    statements = len({hit.statement.id for hit in hits})
    passages = _count(len(hits), "passage")
    where = "" if statements == 1 and len(hits) == 1 else f" in {_count(statements, 'statement')}"
    order = ", the closest first" if len(hits) > 1 else ""
    return Answer(
        AnswerKind.PASSAGES, answered=True, question=question.text, headline=f"{passages}{where}{order}.",
        evidence=_to_evidence(hits),
    )  # fmt: skip


def answer_not_found(question: Question, closest: Sequence[Hit], *, statements: int) -> Answer:
    """Return the answer that the statements do not say it, with the passages that came closest."""
    return Answer(
        AnswerKind.NOT_FOUND,
        answered=False,
        question=question.text,
        headline=f"Not in the indexed statements ({_count(statements, 'statement')}).",
        evidence=_to_evidence(closest),
        notes=("Closest, not an answer.",) if closest else (),
    )


def answer_no_statements(question: Question) -> Answer:
    """Return the answer of a library that holds nothing yet."""
    return Answer(
        AnswerKind.NO_STATEMENTS, answered=False, question=question.text,
        headline="There are no statements yet, so there is nothing to quote.",
        notes=("Statements are added with: verbatim add FILE…",),
    )  # fmt: skip


_NOT_SEARCHED = {
    Reading.EMPTY: "What would you like to know? Ask in a sentence, for example: which resolutions are cited?",
    Reading.NO_WORDS: "I found no words in that. Ask in a sentence, for example: which resolutions are cited?",
    Reading.TOO_LONG: f"That is too long for a question. Ask in up to {MAX_CHARACTERS:,} characters.",
    Reading.OTHER_SCRIPT: "I read questions in English only; the statements are quoted in their own language.",
}


def answer_not_searched(question: Question) -> Answer:
    """Return the answer to what could not be read as a question."""
    shown = "" if question.reading is Reading.TOO_LONG else question.text
    headline = _NOT_SEARCHED[question.reading]
    return Answer(AnswerKind.NOT_A_QUESTION, answered=False, question=shown, headline=headline)


def _to_evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    return tuple(Evidence(hit.passage, hit.statement, hit.spans, hit.score) for hit in hits)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
