"""Which files `verbatim add` adds: those named, and those in the folders named."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class CollectedFiles:
    """Files in the order they were named, folders walked through; what could not be read, and links not followed."""

    files: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def collect_files(paths: Iterable[Path]) -> CollectedFiles:
    """Return the statement files that paths name; a path that is no folder is taken as it is.

    Symbolic links inside a folder are not followed: one that leads out of it could publish any file of this machine.
    """
    collected = CollectedFiles()
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir, it takes any name
            before = len(collected.files)
            _walk(path, collected)
            if len(collected.files) == before:
                collected.problems.append(f"{path} has no .txt or .md files.")
        else:
            collected.files.append(path)
    collected.files = list(dict.fromkeys(collected.files))
    return collected


def _walk(folder: Path, collected: CollectedFiles) -> None:
    from index import readable_suffixes  # takes long to import

    suffixes = readable_suffixes()
    files: list[Path] = []
    links: list[Path] = []
    reached: set[str] = set()

    def note(error: OSError) -> None:
        collected.problems.append(f"{error.filename} cannot be read ({error.strerror}).")

    for root, folders, names in os.walk(folder, onerror=note):
        reached.add(os.path.realpath(root))
        folders[:] = [name for name in folders if not name.startswith(".")]
        readable = [name for name in names if not name.startswith(".") and Path(name).suffix.lower() in suffixes]
        links += [Path(root, name) for name in [*folders, *readable] if Path(root, name).is_symlink()]
        files += [Path(root, name) for name in readable if not Path(root, name).is_symlink()]
    reached.update(os.path.realpath(file) for file in files)
    collected.files += sorted(files)
    # The target of a link that stays in the folder was found by its own name.
    collected.skipped += [
        f"{link} is a symbolic link to {os.path.realpath(link)}."
        for link in sorted(links)
        if os.path.realpath(link) not in reached
    ]
