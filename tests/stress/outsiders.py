"""What outsiders read of a library with internal statements: exactly what one without them would say.

`python -m tests.stress.outsiders 100` asks 100 random pairs of libraries a hundred questions each.
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from index import CheckRequest, Library, Visibility
from tests.support.encoders import WordEncoder

_COUNTRIES = ["Japan", "France", "Syria", "the DPRK", "North Korea", "Belarus", "Australia", "Taiwan"]
_WORDS = ["tea", "coffee", "missile", "peace", "trade", "sanctions", "launch", "treaty", "border", "energy", "agree"]
_RESOLUTIONS = ["1718", "1874", "2254", "2397", "2231"]
SECRETS = ["Zubrowka", "Quendor", "Freedonia", "Borduria", "Ruritania"]
"""Words that only internal statements have."""


def make_statement(drawn: random.Random, *, secret: str = "") -> tuple[str, str]:
    """A title and a text of a few paragraphs; where it is internal, every sentence has a secret word."""
    country = drawn.choice(_COUNTRIES)
    title = f"Joint Statement on {secret or country} {drawn.randint(1, 999)}"
    named = f" with {secret}" if secret else ""
    paragraphs = [
        " ".join(
            drawn.choice(
                [
                    f"We {drawn.choice(['condemn', 'welcome', 'reaffirm', 'urge'])} {drawn.choice(_WORDS)}{named}.",
                    f"{drawn.choice(_COUNTRIES)} shall end {drawn.choice(_WORDS)} and {drawn.choice(_WORDS)}{named}.",
                    f"They recall Security Council resolution {drawn.choice(_RESOLUTIONS)}{named}.",
                    f"Leaders of {country} met on {drawn.randint(1, 28)} May 2023{named}.",
                ]
            )
            for _ in range(drawn.randint(1, 3))
        )
        for _ in range(drawn.randint(1, 4))
    ]
    return title, "\n\n".join(paragraphs)


def make_question(drawn: random.Random) -> str:
    """A question for any of the engines, half of them about what only internal statements say."""
    word = drawn.choice(SECRETS) if drawn.random() < 0.5 else drawn.choice([*_WORDS, *_COUNTRIES])
    other = drawn.choice([*_WORDS, *_COUNTRIES, *SECRETS])
    return drawn.choice(
        [
            "which statements do you have?",
            f"statements on {word}",
            f"statements show {word}",
            f"which resolutions are cited in the {word} statements?",
            "resolutions",
            f"is {drawn.choice(_RESOLUTIONS)} cited?",
            f"how many times is {word} mentioned?",
            f"is {word} mentioned?",
            f"count “{word}”",
            f"what do they say about {word} and {other}?",
            f"“{word}”",
            f"did they say “We condemn {other} with {word}.”?",
            f"quote We urge {other} with {word}.",
            f"who issued the {word} statement?",
            f"when was the {word} statement issued?",
            f"statements positions {word}",
            "what do they demand?",
            f"how does the {word} statement differ from the {other} one?",
            f"what about {word[:-1]}?",
            f"statements since 2022 on {word}",
        ]
    )


def differences(seed: int, questions: int) -> Iterator[str]:
    """Yield what an outsider is told otherwise than by a library without internal statements, or of a secret."""
    drawn = random.Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder) / "all", encoder=WordEncoder()) as whole,
        Library.open(Path(folder) / "public", encoder=WordEncoder()) as alone,
    ):
        added: list[str] = []
        for number in range(questions):
            if number % (questions // 6) == 0:
                title, text = make_statement(drawn, secret=drawn.choice(SECRETS))
                whole.add(text, title=title, visibility=Visibility.INTERNAL)
                title, text = make_statement(drawn)
                added.append(whole.add_text(text, title=title).id)
                alone.add_text(text, title=title)
                if len(added) > 3:
                    removed = added.pop(drawn.randrange(len(added)))
                    whole.remove(removed)
                    alone.remove(removed)
            question = make_question(drawn)
            told, expected = (json.dumps(_told(library, question)) for library in (whole.public(), alone))
            asked_for = question.lower()
            if told != expected:
                yield f"seed {seed}, {question}: {told} instead of {expected}"
            elif any(secret.lower() in told.lower() and secret.lower()[:-1] not in asked_for for secret in SECRETS):
                yield f"seed {seed}, {question}: {told}"


def _told(library: Library, question: str) -> list[object]:
    """Everything that can be had for a question: the answer, the hits, a check, and the list."""
    return [
        library.ask(question).to_dict(),
        [hit.to_dict() for hit in library.search(question, k=5)],
        library.run(CheckRequest(f"They said “{question}” in resolution 1718.")).to_dict(),
        [one.to_dict() for one in library.list_statements()],
    ]


def main() -> None:
    pairs, questions = int(sys.argv[1]) if len(sys.argv) > 1 else 100, 100
    found = [line for seed in range(pairs) for line in differences(seed, questions)]
    print(f"{pairs * questions:,} questions over {pairs} pairs of libraries: {len(found)} differences")  # noqa: T201
    for line in found[:10]:
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
