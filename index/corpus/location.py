"""Where a store lies. By itself, so that whether there is one is known before SQLAlchemy is imported."""

import os
from pathlib import Path

from index.errors import StoreError

DEFAULT_FILE = "verbatim.sqlite3"


def store_exists(location: str | os.PathLike[str]) -> bool:
    """Tell whether there is a store in a data folder or at an address."""
    try:
        return database_path(location).exists()
    except (OSError, ValueError):  # no name that a file could have
        return False


def database_path(location: str | os.PathLike[str]) -> Path:
    """Return the file of the store that a data folder or a `sqlite:///` address names."""
    if "://" not in str(location):
        return Path(location) / DEFAULT_FILE
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(str(location))
    except ArgumentError as error:
        raise StoreError("VERBATIM_STORE is not a database address.", remedy="Write sqlite:///folder/file.") from error
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError(
            f"A store in {url.drivername} at that address is not supported.",
            remedy="Use a SQLite file: sqlite:///folder/verbatim.sqlite3.",
        )
    return Path(url.database)
