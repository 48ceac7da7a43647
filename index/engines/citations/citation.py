"""A citation: what instrument it names, where it stands, and what citations of one instrument share."""

import re
from dataclasses import dataclass
from enum import StrEnum

from index.engines.citations import instrument_patterns
from index.text.tokens import fold


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
    and `refers_to` holds the numbers, or the name, it stands for where the text leaves no doubt. So it does for a bare
    "Charter" that is the United Nations'.
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

    @property
    def key(self) -> str | None:
        """What two citations of one instrument share, whatever they call it; None for what names none in particular."""
        if self.generic or self.backreference or not (self.number or self.name):
            return None
        if self.number:
            # A number of no known series says little without its body: House and Senate both have a Resolution 397.
            body = _BESIDE_LETTERS.sub("", self.text).casefold() if self.kind is CitationKind.OTHER else ""
            return f"{self.kind}:{body}{''.join(self.number.split()).casefold()}"
        return f"name:{canonical_name(self.refers_to[0] if self.refers_to else self.name or '')}"

    @property
    def label(self) -> str:
        """What a list calls the instrument: "Security Council resolution 2254 (2015)", or its own name."""
        body = _LABELS.get(self.kind)
        if self.number and body:
            return (
                f"{body} {self.number} ({self.year})"
                if self.year and "(" not in self.number
                else f"{body} {self.number}"
            )
        if self.name:
            return self.name
        if self.number and self.kind is not CitationKind.OTHER:
            return self.number
        return " ".join(self.text.split())


_LABELS = {
    CitationKind.UNSC_RESOLUTION: "Security Council resolution",
    CitationKind.UNGA_RESOLUTION: "General Assembly resolution",
    CitationKind.EXECUTIVE_ORDER: "Executive Order",
}
_BESIDE_LETTERS = re.compile(r"\([^)]*\)|[^A-Za-z]")


def canonical_name(name: str) -> str:
    """Return one name for an instrument that goes by several: "npt"."""
    folded = _words(fold(name))
    for canonical, pattern in instrument_patterns.CANONICAL_NAMES:
        if pattern.search(folded):
            return canonical
    return (
        re.sub(r"^(?:u\.s\.|us) |\b(?:the|of [0-9]{4})\b", "", folded)
        .replace("accords", "accord")
        .replace("agreements", "agreement")
        .strip()
    )


def _words(text: str) -> str:
    return " ".join(fold(text).split())
