"""Hostile statements in a store, asked hostile questions of every kind → the bot's answers, read as Slack would.

`tests.stress.fuzz.messages` puts hostile words into every place of a message; here the engines put them there: spelling notes,
what a question was read as, comparisons, positions, counts. `python -m tests.stress.fuzz.answers 2000 [SEED]` asks so many.
"""

import collections
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.slack.asking import Asking
from bot.slack.blocks.answer import Surface, answer_message
from bot.slack.blocks.forms import removal_message
from bot.slack.blocks.home import home_view
from bot.slack.blocks.passage import passage_view
from index import CheckRequest, Library, Statement
from tests.stress.fuzz.messages import Hostile, check_message, check_quotations, check_shown
from tests.support.encoders import WordEncoder

STATEMENTS = 5
QUESTIONS_OF_EACH = 50
"""Questions asked of one store before another is made."""

_ORDINARY = (
    "We condemn the launch of ballistic missiles by the DPRK and urge North Korea to comply with resolution 1718.",
    "The Secretary of State said: “we will never recognise it”, and Security Council resolution 2397 (2017) stands.",
    "Japan and Canada commit to peace. They call upon all States to implement resolutions 1718 and 2087.",
)
"""What makes the engines find something among what is hostile."""

_QUESTIONS: tuple[Callable[[str, str, str], str], ...] = (
    lambda title, _other, _words: f"which resolutions are cited in {title}?",
    lambda title, other, _words: f"how does {title} differ from {other}?",
    lambda title, _other, _words: f"everything they ask for or commit to in {title}",
    lambda title, _other, _words: f"who released {title}?",
    lambda title, _other, _words: f"statements show {title}",
    lambda title, _other, words: f"what does {title} say about {words}?",
    lambda _title, _other, words: f"did they say “{words}”?",
    lambda _title, _other, words: f"quote “{words}”",
    lambda _title, _other, words: f"how many times is {words} mentioned?",
    lambda _title, _other, words: f"“{words}”",
    lambda _title, _other, words: words,
    lambda _title, _other, words: f"balistic misiles {words}",
    lambda _title, _other, _words: "is Pyongyang mentioned?",
    lambda _title, _other, _words: "what do they condem about the lanch?",
    lambda _title, _other, words: f"statements since 2022 about {words}",
    lambda title, _other, _words: f"is 1718 cited in {title}?",
)


def check_answers(questions: int, seed: int) -> collections.Counter[str]:
    """Ask so many questions, of one store after another, and read every answer; return how much was read.

    Raises:
        AssertionError: something would be live, hidden, misquoted or refused by Slack; it names the seed.
    """
    counted: collections.Counter[str] = collections.Counter()
    while counted["questions"] < questions:
        try:
            counted += _check_store(seed, min(QUESTIONS_OF_EACH, questions - counted["questions"]))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        seed += 1
    return counted


def _check_store(seed: int, questions: int) -> collections.Counter[str]:
    hostile = Hostile(seed)
    counted: collections.Counter[str] = collections.Counter(stores=1)
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), encoder=WordEncoder()) as library:
        statements = [_add(library, hostile) for _ in range(STATEMENTS)]
        for _ in range(questions):
            counted += _check_question(library, statements, hostile)
        sources = {one.source for one in statements}
        for one in statements:
            check_message(removal_message(one.summary), sources)
            for passage in one.passages:
                check_shown(passage_view(one, passage.id, ())["blocks"], sources)
        check_shown(home_view(library.list_statements())["blocks"], sources)
    return counted


def _add(library: Library, hostile: Hostile) -> Statement:
    drawn = hostile.statement()
    paragraphs = [one.text for one in drawn.passages] + [hostile.random.choice(_ORDINARY)]
    hostile.random.shuffle(paragraphs)
    return library.add(
        "\n\n".join(paragraphs), title=drawn.title, date=drawn.date, source=drawn.source, issuers=drawn.issuers
    )


def _check_question(library: Library, statements: Sequence[Statement], hostile: Hostile) -> collections.Counter[str]:
    one, other = hostile.random.choices(statements, k=2)
    words = hostile.random.choice((hostile.text(may_be_long=False), _some_words(one, hostile)))
    question = hostile.random.choice(_QUESTIONS)(one.title, other.title, words)
    is_check = hostile.random.randrange(8) == 0
    answer = library.run(CheckRequest(question)) if is_check else library.ask(question)
    surface = hostile.random.choice(list(Surface))
    asking = Asking(question, None, hostile.random.randint(1, 2), asker="")
    message = answer_message(answer, asking, surface=surface)
    check_message(message, {statement.source for statement in statements})
    found = check_quotations(message, answer)
    for evidence in answer.evidence:
        kept = library.get(evidence.passage.statement_id)
        assert kept.text[evidence.passage.start : evidence.passage.end] == evidence.passage.text, "not the source's"
    return found + collections.Counter({"questions": 1, f"answers of kind {answer.kind}": 1})


def _some_words(statement: Statement, hostile: Hostile) -> str:
    text = hostile.random.choice(statement.passages).text
    start = hostile.random.randrange(len(text))
    return text[start : start + hostile.random.choice((10, 40, 200))]


def main() -> None:
    """Ask as many questions as are wanted."""
    count, first = (int(one) for one in (*sys.argv[1:3], "0")[:2])
    started = time.monotonic()
    counted = check_answers(count, first)
    told = ", ".join(f"{number:,} {name}" for name, number in sorted(counted.items()))
    print(f"{told}; nothing live, hidden or misquoted; {time.monotonic() - started:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
