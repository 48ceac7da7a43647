"""Write a file of statements with other releases beside them, for questions that must find theirs among many.

    python -m tests.support.distractors STATEMENTS.jsonl RELEASES.jsonl OUT.jsonl [--paragraphs 6000]

Statements of several governments come first, since they are the most alike; the others follow in the order of a digest
of their ids, until there are enough paragraphs. What shares a title or a paragraph with one of the statements stays
out: it might answer a question too.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.evaluation.question_sets import Record, divide_paragraphs, read_statements

_SHORTEST = 60
"""Characters of a paragraph that two releases share only if one repeats the other; "Begin Text:" is in many."""

_JOINT = re.compile(r"\bjoint\b|\bcommuniqu|\bdeclaration\b|\breadout\b|\bG7\b|\bQuad\b", re.IGNORECASE)


def choose_distractors(statements: Sequence[Record], releases: Sequence[Record], paragraphs: int) -> Iterator[Record]:
    """Yield releases with this many paragraphs in all, none of which repeats a statement."""
    titles = {one.title.casefold() for one in statements}
    known = {paragraph for one in statements for paragraph in _paragraphs_of(one)}
    ordered = sorted(releases, key=lambda one: (not _JOINT.search(one.title), _digest(one.id)))
    counted = 0
    for release in ordered:
        if counted >= paragraphs:
            return
        if release.title.casefold() not in titles and known.isdisjoint(_paragraphs_of(release)):
            counted += len(divide_paragraphs(release.text))
            yield release


def _paragraphs_of(record: Record) -> set[str]:
    texts = (" ".join(record.text[start:end].split()).casefold() for start, end in divide_paragraphs(record.text))
    return {text for text in texts if len(text) >= _SHORTEST}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main() -> None:
    """Write the statements and their distractors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("statements", type=Path)
    parser.add_argument("releases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--paragraphs", type=int, default=6_000)
    arguments = parser.parse_args()
    statements = read_statements(arguments.statements)
    distractors = list(choose_distractors(statements, read_statements(arguments.releases), arguments.paragraphs))
    with arguments.out.open("w", encoding="utf-8") as file:
        for one in (*statements, *distractors):
            values = {"id": one.id, "title": one.title, "date": str(one.date or ""), "source": one.source}
            file.write(json.dumps({**values, "text": one.text}, ensure_ascii=False) + "\n")
    sys.stdout.write(f"{len(statements)} statements and {len(distractors)} others written to {arguments.out}\n")


if __name__ == "__main__":
    main()
