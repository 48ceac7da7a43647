"""Forty-nine real statements that come with the package, one file each.

Works of the United States government, and resolutions of the United Nations Security Council (their text from the
CR-UNSC corpus, CC0): all free to copy.
The address each was published at stands in its front matter; one has none, as its copy gave none.
"""

from pathlib import Path


def bundled_statements() -> list[Path]:
    """Return the files of the bundled statements, by name."""
    return sorted(Path(__file__).parent.glob("*.md"))
