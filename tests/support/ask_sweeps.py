"""Questions by the thousand: no false refusal, no false absence, and nothing that raises.

Run as `python -m tests.support.ask_sweeps [QUESTIONS]`; the tests run a small part of it.
"""

import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Answer, Library, bundled_statements
from index.text.tokens import fold

TERMS = (
    "UNIFIL", "nuclear weapons", "Hezbollah", "chemical weapons", "Lebanon", "China", "Taiwan Strait", "ceasefire",
    "humanitarian access", "hostages", "Red Sea", "Houthi", "Cuba", "internet freedom", "Myanmar", "Hong Kong",
    "elections in Libya", "detainees", "Syria", "sanctions", "submarines", "AUKUS", "Arctic Council",
    "climate change", "North Korea", "abductions", "missile launches", "cybercrime", "IAEA", "safeguards",
    "Blue Line", "two-state solution", "human rights", "Ukraine", "Belarus", "Indo-Pacific", "deterrence", "oil",
    "Safer tanker", "drones",
)  # fmt: skip
"""Subjects that stand in the bundled statements under these words or other names."""

FRAMES = (
    "anything on {}",
    "what do they say about {}?",
    "what do the statements say about {}?",
    "anything about {}?",
    "is there something on {}",
    "do they mention {}?",
    "{}",
    "what's the latest on {}?",
    "tell me about {}",
)
QUESTION_FRAMES = (
    *FRAMES,
    "which resolutions are cited on {}?",
    "who signed {}?",
    "when was {} issued?",
    "which statements mention {}?",
    "how often is {} mentioned?",
    "what is demanded of {}?",
    "compare {} and {}",
    "which statements mention {} but not {}?",
    "list statements from {}",
    "statements since {}",
    "did they say “{}”?",
    "{}: {}",
    "show ¶3 of {}",
    "is {} cited? and {}?",
    "most recent statement on {}",
    "who condemned {}?",
)
_NEVER_SAID = re.compile(r"^(?P<names>“[^”]+”(?:(?:, | and )“[^”]+”)*) (?:does|do) not appear \((?P<scope>.*)\)")
_ZERO = re.compile(r"No passage says so: (?P<names>.*?) occurs? 0 times in \d+ statements")


@dataclass(frozen=True)
class Fault:
    """A question that was answered falsely, and how."""

    question: str
    why: str


class Texts:
    """The words of the statements of a library, as they can be looked for."""

    def __init__(self, library: Library) -> None:
        found = [library.get(one.id) for one in library.list_statements()]
        self.titles = [one.title for one in found]
        self.bodies = [f" {_plain(one.text)} " for one in found]
        self.passages = [f" {_plain(each.text)} " for one in found for each in one.searched_passages]
        self.words = sorted({word for body in self.bodies for word in body.split()})

    def has(self, words: str) -> bool:
        """Tell whether a statement has some words in a row."""
        return any(f" {_plain(words)} " in body for body in self.bodies)

    def has_together(self, words: str) -> bool:
        """Tell whether a passage has every one of some words."""
        wanted = _plain(words).split()
        return any(all(f" {word} " in passage for word in wanted) for passage in self.passages)


def _plain(words: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(words)))


def find_false_refusals(library: Library, terms: Sequence[str] = TERMS) -> Iterator[Fault]:
    """Yield the questions about a term of the statements that are answered as if it were not there."""
    texts = Texts(library)
    for term in terms:
        for frame in FRAMES:
            for question in (frame.format(term), frame.format(term.lower())):
                answer = library.ask(question)
                if answer.certainty == "absent":
                    yield Fault(question, answer.headline)
                elif fault := find_false_absence(answer, texts):
                    yield Fault(question, fault)


def find_false_absence(answer: Answer, texts: Texts) -> str:
    """Return what an answer says is not in the statements, though it is; empty where it says nothing false."""
    for pattern in (_NEVER_SAID, _ZERO):
        said = pattern.match(answer.headline)
        if said and f"{len(texts.bodies)} statements" in said[0]:
            there = [name for name in re.findall(r"“([^”]+)”", said["names"]) if texts.has(name)]
            if there:
                return f"{there} stand in the statements: {answer.headline}"
    return ""


def compose_questions(texts: Texts, count: int, seed: int = 15) -> Iterator[str]:
    """Yield questions of the words, titles and names of the statements in random frames."""
    draw = random.Random(seed)
    sources: tuple[Callable[[], str], ...] = (
        lambda: draw.choice(texts.words),
        lambda: " ".join(draw.sample(texts.words, draw.randint(2, 12))),
        lambda: draw.choice(texts.titles),
        lambda: draw.choice(TERMS),
        lambda: _part_of(draw.choice(texts.titles), draw),
        lambda: draw.choice(("2022", "July 2022", "1701", "S/RES/2397 (2017)", "the G7", "them", "", "¶", "“", "?!")),
    )
    for _ in range(count):
        frame = draw.choice(QUESTION_FRAMES)
        question = frame.format(*(draw.choice(sources)() for _ in range(2)))
        yield draw.choice((question, question.lower(), question.upper(), f"hi team, {question} thanks"))


def _part_of(title: str, draw: random.Random) -> str:
    words = title.split()
    start = draw.randrange(len(words))
    return " ".join(words[start : start + draw.randint(1, 5)])


def find_failures(library: Library, questions: Sequence[str], slowest: float) -> Iterator[Fault]:
    """Yield the questions that raise, that take longer than `slowest` seconds of the processor, or are denied falsely."""
    texts = Texts(library)
    for question in questions:
        began = time.process_time()
        try:
            answer = library.ask(question)
        except Exception as error:  # noqa: BLE001 - whatever it raises is what is looked for
            yield Fault(question, f"raises {type(error).__name__}: {error}")
            continue
        if (took := time.process_time() - began) > slowest:
            yield Fault(question, f"takes {took:.2f} s")
        if fault := find_false_absence(answer, texts):
            yield Fault(question, fault)


def main(count: int) -> None:
    """Run the sweeps over the bundled statements and print every fault."""
    with TemporaryDirectory() as folder:
        library = Library.open(Path(folder))
        for addition in library.add_many(bundled_statements()):
            assert addition.error is None, addition
        library.ask("which resolutions are cited?")
        refusals = list(find_false_refusals(library))
        questions = list(compose_questions(Texts(library), count))
        failures = list(find_failures(library, questions, slowest=0.5))
        for fault in (*refusals, *failures):
            print(f"{fault.question!r}: {fault.why}")  # noqa: T201
        print(f"{len(refusals)} false refusals, {len(failures)} failures of {count} questions")  # noqa: T201
        library.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
