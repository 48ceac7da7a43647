"""The text in which citations are looked for, and whether it is a resolution itself."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.engines.citations import instrument_patterns, resolution_patterns
from index.engines.citations.citation import Citation, CitationKind

WINDOW = 120


TOKEN = re.compile(r"\S+")


class Source:
    """A text, and whether it is a resolution itself."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.headings = tuple(_own_headings(text))
        self.names_council = "Security Council" in text or "SECURITY COUNCIL" in text or "UNSC" in text
        # "the Charter" in a text that names no other is the United Nations', as in the Council's own resolutions.
        self.names_one_charter = self.names_council and not names_other_charter(text)
        self.assembly_numbers = frozenset(resolution_patterns.ASSEMBLY_NUMBER.findall(text))
        self.last_resolution: Citation | None = None
        starts_with_heading = bool(self.headings) and not text[: self.headings[0].start].strip()[300:]
        self.own_number = self.headings[0].number if starts_with_heading else None

    def is_own(self, citation: Citation) -> bool:
        """Tell whether what looks like a citation is the text's own heading, at its start or on a later page."""
        if any(heading.start <= citation.start < heading.end for heading in self.headings):
            return True
        return (
            self.own_number is not None
            and citation.number == self.own_number
            and citation.kind is CitationKind.UNSC_RESOLUTION
        )


def names_other_charter(text: str) -> bool:
    """Tell whether a text names a charter that is not the United Nations'."""
    return any(
        instrument_patterns.OTHER_CHARTER.search(text[max(0, match.start() - 24) : match.start()])
        or instrument_patterns.CHARTER_OF_OTHERS.match(text, match.end())
        for match in instrument_patterns.CHARTER.finditer(text)
    )


def scan(pattern: re.Pattern[str], text: str, *words: str) -> Iterator[re.Match[str]]:
    """Return the matches of a pattern that needs one of these words; looking for a word costs a tenth of a match."""
    return pattern.finditer(text) if any(word in text for word in words) else iter(())


class _Heading(NamedTuple):
    start: int
    end: int
    number: str


def _own_headings(text: str) -> Iterator[_Heading]:
    opening = resolution_patterns.OPENING.match(text)
    if opening:
        yield _Heading(opening.start(), opening.end("date"), opening["number"])
    is_start = opening is None
    for match in resolution_patterns.OWN_HEADING.finditer(text):
        number = match["number"] or match["old"] or match["symbol"]
        rest = resolution_patterns.REST_OF_LINE.match(text, match.end())
        is_first = is_start and not text[: match.start()].strip()
        follows = resolution_patterns.AFTER_HEADING.match(text, match.end())
        alone = rest is not None and not rest["rest"].strip(" .*_\r") and (is_first and text[match.end() :].strip())
        dated_title = is_first and match["dated"] and not text[match.end() :].strip(" .\n")
        if follows or match["old"] or alone or dated_title:
            yield _Heading(match.start(), match.end(), number)
        is_start = False
