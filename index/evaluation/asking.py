"""What the library does with every question: the ranking of a search, and whether its answer is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.corpus.statements import Passage, Span
from index.evaluation.metrics import estimate_share
from index.evaluation.question_sets import JudgedQuestion
from index.evaluation.report import MarkedEvidence
from index.evaluation.runs import Ranked, Ranking, first_of_each
from index.evaluation.units import Corpus, UnitKind
from index.library import Library
from index.search.searcher import Hit
from index.text.tokens import fold

DEPTH = 100
"""Passages that are asked for; the units that they belong to are ranked."""


@dataclass(frozen=True, slots=True)
class Marking:
    """Whether the first relevant hit has the answer in its text and in its marked spans, and the share it marks."""

    in_passage: bool
    in_spans: bool
    marked_share: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's ranking, whether it was answered, and how its first relevant hit is marked.

    `answered` is None where only a ranking is known, and `marking` where nothing relevant was found or no answer in
    words is given.
    """

    ranking: Ranking
    answered: bool | None
    marking: Marking | None

    @property
    def top_score(self) -> float:
        """The score of the top hit; 0 where there is none."""
        return self.ranking[0].score if self.ranking else 0.0


def ask_all(
    library: Library,
    corpus: Corpus,
    questions: Sequence[JudgedQuestion],
    kinds: Mapping[str, UnitKind],
    *,
    advance: Callable[[], None],
) -> list[Asked]:
    """Search for every question and ask it; `advance` is called after each."""
    asked = []
    for question in questions:
        hits = library.search(question.text, DEPTH)
        answered = library.ask(question.text).answered
        asked.append(_to_asked(corpus, question, kinds[question.id], hits, answered=answered))
        advance()
    return asked


def _to_asked(
    corpus: Corpus, question: JudgedQuestion, kind: UnitKind, hits: Sequence[Hit], *, answered: bool
) -> Asked:
    units = corpus.units[kind]
    ranking = first_of_each(Ranked(unit, hit.score) for hit in hits for unit in units.get(hit.passage.id, ()))
    relevant = next((hit for hit in hits if question.gold_ids.intersection(units.get(hit.passage.id, ()))), None)
    marking = _mark(relevant, question.answer) if relevant and question.answer.strip() else None
    return Asked(ranking, answered, marking)


def _mark(hit: Hit, answer: str) -> Marking:
    spans = join_spans(hit.passage, hit.spans)
    wanted = _comparable(answer)
    return Marking(
        in_passage=wanted in _comparable(hit.passage.text),
        in_spans=any(wanted in _comparable(_text_of(hit.passage, span)) for span in spans),
        marked_share=sum(span.end - span.start for span in spans) / len(hit.passage.text),
    )


def join_spans(passage: Passage, spans: Sequence[Span]) -> list[Span]:
    """Return the spans in reading order, those joined that overlap or have only white space between them."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if joined and not _text_of(passage, Span(joined[-1].end, span.start)).strip():
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _text_of(passage: Passage, span: Span) -> str:
    """Return the words at a span; none where it ends before it starts."""
    return passage.text[span.start - passage.start : span.end - passage.start]


def _comparable(text: str) -> str:
    return " ".join(fold(text).split())


def measure_evidence(questions: Sequence[JudgedQuestion], asked: Sequence[Asked]) -> MarkedEvidence:
    """Return how well the marked spans show the answers."""
    marked = [one.marking for one in asked if one.marking is not None and one.marking.in_passage]
    return MarkedEvidence(
        questions=sum(bool(one.is_answerable and one.answer.strip()) for one in questions),
        with_answer=len(marked),
        contained=estimate_share(sum(one.in_spans for one in marked), len(marked)),
        marked_share=sum(one.marked_share for one in marked) / len(marked) if marked else None,
    )
