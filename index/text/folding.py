"""Moved to `index.text.tokens`."""

from index.text.tokens import fold

__all__ = ["fold"]
