"""Keep one of citations that overlap, and say what a back-reference stands for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.engines.citations.citation import Citation, CitationKind, canonical_name
from index.engines.citations.resolutions import ANTECEDENT_CHARACTERS
from index.engines.citations.source import Source, names_other_charter


def without_overlaps(found: list[Citation]) -> list[Citation]:
    """Keep, of citations that overlap, the one that begins first, and of those the longest."""
    kept: list[Citation] = []
    for citation in sorted(found, key=lambda citation: (citation.start, -citation.end)):
        if not kept or citation.start >= kept[-1].end:
            kept.append(citation)
    return kept


_RESOLUTIONS = frozenset(
    {CitationKind.UNSC_RESOLUTION, CitationKind.UNGA_RESOLUTION, CitationKind.OTHER_UN_DOCUMENT, CitationKind.OTHER}
)


def resolve(source: Source, found: Sequence[Citation]) -> list[Citation]:
    """Give each back-reference the numbers it stands for, and a bare "Charter" its name, where there is no doubt."""
    resolved: list[Citation] = []
    named = source.names_one_charter or any(_is_un_charter(citation.name) for citation in found)
    is_one = named and not names_other_charter(source.text)
    for citation in found:
        refers_to = _antecedents(source.text, resolved, citation) if citation.backreference else ()
        if citation.name == "Charter" and is_one:
            refers_to = (_UN_CHARTER,)
        resolved.append(replace(citation, refers_to=refers_to))
    return resolved


_UN_CHARTER = "Charter of the United Nations"


def _is_un_charter(name: str | None) -> bool:
    return name is not None and canonical_name(name) == canonical_name(_UN_CHARTER)


_SENTENCE_END = re.compile(r"[.!?]['\"”’)]?\s+(?=[A-Z“\"])|\n[^\S\n]*\n")


def _antecedents(text: str, before: Sequence[Citation], citation: Citation) -> tuple[str, ...]:
    """Return the numbers of the nearest sentence with resolutions before a back-reference, if they fit it."""
    cited = [
        item for item in before[-40:] if item.kind in _RESOLUTIONS and not item.name and (item.number or item.generic)
    ]
    if not cited or citation.start - cited[-1].end > ANTECEDENT_CHARACTERS:
        return ()
    last = cited[-1]
    cited = [item for item in cited if last.start - item.end < ANTECEDENT_CHARACTERS]
    sentence = [item for item in cited if not _SENTENCE_END.search(text, item.end, max(last.start, item.end))]
    if any(item.generic for item in sentence) or len({item.kind for item in sentence}) > 1:
        return ()
    numbers = tuple(dict.fromkeys(item.number for item in sentence if item.number))
    is_plural = citation.text.casefold().rstrip(")").endswith("s")
    return numbers if (len(numbers) > 1) == is_plural else ()
