"""What can go wrong in the world: each error says what, where, and what to do next.

VerbatimError
├── ReadingError           a file or text that cannot be kept as a statement
├── StoreError             the store is missing, foreign, damaged, full or read-only
│   ├── StoreBusyError     another process held the writer's lock too long
│   └── ModelMismatchError the store's embeddings were made by another model
├── ModelError             the embedding model is missing or not the one it claims to be
└── UnknownStatementError  no statement has this id

A caller's bug is a plain `ValueError` instead.
"""


class VerbatimError(Exception):
    """Base of every error a person can act on; its text is one line fit for a terminal."""

    def __init__(self, what: str, *, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what} {remedy}".strip())


class ReadingError(VerbatimError):
    """A file or text cannot be kept as a statement."""


class StoreError(VerbatimError):
    """The store is missing, foreign, damaged, full or read-only."""


class StoreBusyError(StoreError):
    """Another process held the writer's lock too long."""


class ModelMismatchError(StoreError):
    """The store's embeddings were made by another model than the one in use."""


class ModelError(VerbatimError):
    """The embedding model is missing or not the one it claims to be."""


class UnknownStatementError(VerbatimError):
    """No statement has this id."""
