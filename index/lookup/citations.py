"""Text → every reference to a resolution or other instrument in it, each with its span."""

from dataclasses import dataclass
from enum import StrEnum


class CitationKind(StrEnum):
    """What kind of instrument a citation names."""

    UNSC_RESOLUTION = "unsc_resolution"
    UNGA_RESOLUTION = "unga_resolution"
    TREATY = "treaty"
    EXECUTIVE_ORDER = "executive_order"
    STATUTE = "statute"
    IAEA_DOCUMENT = "iaea_document"
    OTHER_UN_DOCUMENT = "other_un_document"
    AGREEMENT = "agreement"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Citation:
    """One reference to an instrument; `start` and `end` are half-open offsets into the text.

    `number` is None for what is named without one. A `generic` citation names a kind of instrument and none in
    particular ("relevant Security Council resolutions"); a `backreference` one named before ("the said resolution"),
    and `refers_to` holds the numbers it stands for where the text leaves no doubt.
    """

    kind: CitationKind
    start: int
    end: int
    text: str
    number: str | None = None
    year: int | None = None
    article: str | None = None
    name: str | None = None
    generic: bool = False
    backreference: bool = False
    refers_to: tuple[str, ...] = ()


def find_citations(text: str) -> list[Citation]:
    """Return every citation in a text, in reading order."""
    raise NotImplementedError
