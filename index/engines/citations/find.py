"""Find every reference to a resolution or other instrument in a text."""

from collections.abc import Iterable
from dataclasses import replace

from index.engines.citations.citation import Citation
from index.engines.citations.instruments import find_names, find_orders, find_statutes
from index.engines.citations.resolutions import find_resolutions, find_symbols, find_without_head
from index.engines.citations.resolve import resolve, without_overlaps
from index.engines.citations.source import Source
from index.text.plain import PlainText, read_plain


def find_citations(text: str) -> list[Citation]:
    """Return every citation in a text, in reading order.

    Give it a whole statement: a resolution's own heading is told from a citation by what follows it, and a
    back-reference is resolved by what stands before it.
    """
    plain = read_plain(text)
    found = _find_in_plain(plain.text)
    return found if plain.text == text else [_in_original(citation, plain, text) for citation in found]


def _in_original(citation: Citation, plain: PlainText, text: str) -> Citation:
    start, end = plain.span(citation.start, citation.end)
    return replace(citation, start=start, end=end, text=text[start:end])


def _find_in_plain(text: str) -> list[Citation]:
    source = Source(text)
    resolutions = [*find_resolutions(source), *find_symbols(source)]
    found = without_overlaps(
        [
            *resolutions,
            *find_without_head(source, resolutions),
            *find_orders(source),
            *find_statutes(source),
            *find_names(source),
        ]
    )
    return resolve(source, [citation for citation in found if not source.is_own(citation)])


def group_by_instrument(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    """Return the citations of each instrument under its key, in order of first citation; generic ones are left out."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        if citation.key:
            groups.setdefault(citation.key, []).append(citation)
    return groups
