"""Answer: what was found, in words that any surface can show. Knows nothing of Slack or terminals."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.corpus.statements import Passage, Sentence, Span, StatementSummary, spans_to_dicts
from index.request import Context, Filters, Request


class AnswerKind(StrEnum):
    """The kinds of answers that no engine gives; those of an engine are of its name."""

    NOT_FOUND = "not_found"
    NO_STATEMENTS = "no_statements"
    NOT_A_QUESTION = "not_a_question"
    HELP = "help"
    CHATTER = "chatter"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a statement, and the spans in it that matter, as offsets into the statement's text.

    `excerpt` is the part to be quoted, all of the passage where it is None. `heading` says what the passage is evidence
    of; passages in a row with the same heading belong together. `struck` are words that a quotation leaves out. The
    score is None for what was found by a full scan, which knows no more or less.
    """

    passage: Passage
    statement: StatementSummary
    spans: tuple[Span, ...]
    score: float | None = None
    heading: str = ""
    excerpt: Span | None = None
    struck: tuple[Span, ...] = ()

    @property
    def place(self) -> str:
        """Where the quoted part stands, as a person refers to it: "¶2 s3", "¶2 s3–4", "release line"."""
        if self.excerpt is None or len(self.passage.sentences) < 2:
            return self.passage.label
        start, end = self.excerpt.start, self.excerpt.end
        numbers = [one.number for one in self.passage.sentences if one.start < end and start < one.end]
        if not numbers or len(numbers) == len(self.passage.sentences):
            return self.passage.label
        return f"{self.passage.label} s{numbers[0]}" + (f"–{numbers[-1]}" if len(numbers) > 1 else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values, each span with its words."""
        excerpt = self.excerpt or Span(self.passage.start, self.passage.end)
        return {
            "score": self.score,
            "heading": self.heading,
            "place": self.place,
            "passage": self.passage.to_dict(),
            "statement": self.statement.to_dict(),
            "excerpt": spans_to_dicts(self.passage, (excerpt,))[0],
            "spans": spans_to_dicts(self.passage, self.spans),
            "struck": spans_to_dicts(self.passage, self.struck),
        }


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A request that an answer suggests, and the words of its button."""

    label: str
    request: Request


class Certainty(StrEnum):
    """How sure it is that the statements say what was asked."""

    STATED = "stated"  # the evidence says it
    RELATED = "related"  # the evidence is on the subject and may not say it
    ABSENT = "absent"  # nothing of it was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an engine found for a request: an answer but for the question.

    `filters` and `subject` are what a follow-up in the same thread goes on from; without `filters` nothing does.
    `kind` is set where the answer is not of the engine's own kind. `likelihood` is the probability in [0, 1] that the
    evidence answers, where the engine can tell.
    """

    answered: bool
    headline: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    overview: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    filters: Filters | None = None
    subject: str = ""
    excluded: tuple[str, ...] = ()
    kind: AnswerKind | None = None
    likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, made once by the library.

    `headline` is one line that says what was found. `overview` lists it line by line where it has parts: each
    instrument, each statement. `evidence` is in the order of the overview, or best first for a search; when `answered`
    is False it holds related passages, which are not an answer. `notes` say what a reader must know to read the
    evidence rightly. `context` is what a follow-up in the same thread goes on from, `request` what was understood,
    which `Library.run` answers again. `is_addressed` is True where the words ask something of the statements beyond
    doubt, also of a bot that they do not name.
    """

    kind: str
    answered: bool
    question: str
    headline: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    overview: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    context: Context | None = None
    is_addressed: bool = True
    request: Request | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the words ask something of the statements beyond doubt: `is_addressed` by its older name."""
        return self.is_addressed

    @property
    def certainty(self) -> Certainty:
        """How sure the answer is."""
        if self.answered:
            return Certainty.STATED
        return Certainty.RELATED if self.evidence else Certainty.ABSENT

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {
            "kind": str(self.kind),
            "answered": self.answered,
            "certainty": self.certainty.value,
            "question": self.question,
            "headline": self.headline,
            "overview": list(self.overview),
            "evidence": [{"rank": rank, **one.to_dict()} for rank, one in enumerate(self.evidence, start=1)],
            "notes": list(self.notes),
        }


def evidence_over(
    passage: Passage, statement: StatementSummary, spans: Sequence[Span], *, heading: str = ""
) -> Iterator[Evidence]:
    """Yield the evidence that quotes the sentences of a passage that have one of the spans, in reading order.

    Sentences that follow one another are quoted together; where others stand between, apart.
    """
    runs: list[list[Sentence]] = []
    for sentence in passage.sentences:
        if any(sentence.start < span.end and span.start < sentence.end for span in spans):
            if runs and runs[-1][-1].number == sentence.number - 1:
                runs[-1].append(sentence)
            else:
                runs.append([sentence])
    if not runs:
        yield Evidence(passage, statement, tuple(spans), heading=heading)
    for run in runs:
        start, end = run[0].start, run[-1].end
        within = tuple(span for span in spans if span.start < end and start < span.end)
        yield Evidence(passage, statement, within, heading=heading, excerpt=Span(start, end))


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 statement", "1,718 statements"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def format_date(date: datetime.date | None) -> str:
    """Return a date as people write it ("25 March 2022"), or that there is none."""
    return f"{date.day} {date:%B} {date.year}" if date else "no date given"


def named(statement: StatementSummary) -> str:
    """Return what a statement is called in a list: its title, cut where it is long, and its date if it has one."""
    title = short_title(statement, _TITLE_CHARACTERS)
    return f"{title} ({format_date(statement.date)})" if statement.date else title


def short_title(statement: StatementSummary, characters: int) -> str:
    """Return a title on one line, cut between words where it is longer."""
    title = " ".join(statement.title.split())
    return title if len(title) <= characters else f"{title[:characters].rsplit(' ', 1)[0]}…"


_TITLE_CHARACTERS = 100


def capitalised(sentence: str) -> str:
    """Return a sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def quoted(words: str) -> str:
    """Return words in quotation marks."""
    return f"“{words}”"


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """Return words as a list in a sentence, with `last` before the last of them: "A, B and C"."""
    items: Sequence[str] = tuple(words)
    return f" {last} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
