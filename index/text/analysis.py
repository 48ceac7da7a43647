"""Moved to `index.text.tokens`."""

from index.text.tokens import (
    CASED_TERMS,
    Word,
    analyse,
    analyse_words,
    find_written_words,
    forget_written_words,
    is_stop_word,
    to_terms,
)

__all__ = [
    "CASED_TERMS",
    "Word",
    "analyse",
    "analyse_words",
    "find_written_words",
    "forget_written_words",
    "is_stop_word",
    "to_terms",
]
