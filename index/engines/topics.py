"""What a list is limited to: "the demands on Iran", "resolutions about Gaza", and where the statements name it."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from index.answer import listed
from index.corpus.statements import PassageKind, Span
from index.engines.mentions.phrases import PhraseCount, count_phrase
from index.engines.statement_cache import Held


@dataclass(frozen=True, slots=True)
class Topic:
    """Words that a list is limited to, the names under which statements have them, and where.

    `starts` are for each statement, by id, the offsets at which it is named, in reading order; `titled` are the
    statements that name it in their titles, and so are about it as a whole.
    """

    words: str
    names: tuple[str, ...]
    starts: dict[str, list[int]]
    titled: frozenset[str]

    @classmethod
    def find(cls, words: str, held: Sequence[Held]) -> Self:
        """Find a topic in statements, under all its names; where its words stand nowhere, the names within them."""
        scanned = [one.scanned for one in held]
        counted = count_phrase(words, scanned)
        for name in _names_within(words):
            if any(True for _ in _occurrences(counted)) or counted.title_only:
                break
            counted = count_phrase(name, scanned)
        starts: dict[str, list[int]] = {}
        titled = {one.id for one in counted.title_only}
        for statement_id, start, is_title in _occurrences(counted):
            starts.setdefault(statement_id, []).append(start)
            if is_title:
                titled.add(statement_id)
        names = tuple(form.text for form in (*counted.forms, *counted.other_names) if form.occurrences)
        return cls(words, names, {key: sorted(one) for key, one in starts.items()}, frozenset(titled))

    def is_named_in(self, statement_id: str, span: Span) -> bool:
        """Tell whether a stretch of a statement names the topic."""
        starts = self.starts.get(statement_id, [])
        at = bisect_left(starts, span.start)
        return at < len(starts) and starts[at] < span.end

    @property
    def others(self) -> tuple[str, ...]:
        """The names that the statements have for it other than the words that were typed."""
        return tuple(name for name in self.names if name.casefold() != self.words.casefold())

    def note(self, parts: str) -> str:
        """Return what the list is limited to: only such parts of statements ("sentences") as name the topic."""
        named_as = f" (as {listed(self.others)})" if self.others else ""
        titled = ", and what stands in statements whose titles do" if self.titled else ""
        return f"Only {parts} that name {self.words}{named_as}{titled}."


def _occurrences(counted: PhraseCount) -> Iterator[tuple[str, int, bool]]:
    for form in (*counted.forms, *counted.other_names):
        for one in form.occurrences:
            yield one.statement.id, one.span.start, one.passage.kind is PassageKind.TITLE


_NAME = re.compile(r"[^\W\d_a-z][\w.-]*(?:\s[^\W\d_a-z][\w.-]*)*")


def _names_within(words: str) -> Iterator[str]:
    """Yield the names within a topic: "Libya's leaders" is about Libya."""
    for match in _NAME.finditer(words):
        name = re.sub(r"['’]s?$", "", match[0])
        if name != words:
            yield name
