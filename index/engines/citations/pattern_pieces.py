"""What the patterns of citations are made of: white space, dashes, years and sections."""


def words_of(listed: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(listed.split())


BLANK = r"[ \t\r\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
"""White space but a line break, and what takes no room at all, as pages on the web have it: "UNSCR \u200b1701"."""

GAP = rf"(?:{BLANK}{{0,4}}\n?{BLANK}{{0,12}})"
"""White space inside a sentence or none: one line break at most, since a blank line ends a paragraph."""

SPACE = rf"(?:{BLANK}{{1,4}}\n?{BLANK}{{0,12}}|\n{BLANK}{{0,12}})"

DASH = r"[-‐‑‒–—−]"

YEAR = r"(?:19[4-9][0-9]|20[0-9][0-9])"

SECTION = r"[0-9]{1,4}[A-Za-z]?(?:[-–][0-9]{1,4}[a-z]?)?(?:\([0-9A-Za-z]{1,4}\)){0,6}"
"""A provision of a statute: "7031(c)", "212(a)(3)(C)", "1a", "552b(c)"."""
