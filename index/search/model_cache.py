"""Exported models, kept in a folder between processes: each is made once for this machine."""

import atexit
import contextlib
import hashlib
import importlib.metadata
import logging
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import filelock
import platformdirs

from index.search.openvino_model import CompiledModel, DamagedError, Manifest

_log = logging.getLogger(__name__)

_EXPORT_VERSION = 6
"""Counts up with every change of what is exported, so that what an older version exported is not used."""

Export = Callable[[Path, Path, str], str]
"""Exports the model in a folder into an empty folder, given its name; returns what went wrong, or ''."""


def export_in_process(folder: Path, into: Path, name: str) -> str:
    """Export a model in a process of its own, which alone imports torch; return what went wrong, or ''."""
    _log.info("Compiling the model %s once (about 20 s) …", name)
    start = time.monotonic()
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "index.search.export_model", str(folder.resolve()), str(into)]
    made = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace", check=False)
    if made.returncode:
        said = made.stderr.strip().splitlines()
        return f"compiling it failed ({said[-1] if said else f'exit status {made.returncode}'})"
    _log.info("Compiled the model %s in %.0f s.", name, time.monotonic() - start)
    return ""


def open_compiled(
    folder: Path, fingerprint: str, *, name: str, cache: Path | None = None, export: Export = export_in_process
) -> CompiledModel | Manifest:
    """Return the compiled form of a model, made now if it is not in the cache.

    Args:
        folder: the sentence-transformers model.
        fingerprint: the digest of all that decides its embeddings.
        name: what people call it.
        cache: the folder of what is kept between processes; the user's cache folder if not given.
        export: makes it.

    Returns:
        The model, or the manifest whose `reason` says why none is to be used.
    """
    cache = cache or Path(platformdirs.user_cache_dir("verbatim"))
    place = cache / "encoders" / f"{fingerprint[:16]}-{_describe_machine()}"
    with contextlib.suppress(DamagedError):
        return _load(place)
    try:
        return _export(folder, place, name, export)
    except OSError as error:
        _log.warning(
            "The cache folder %s cannot be written (%s): the model is compiled for this process only.",
            place.parent,
            error.strerror or error,
        )
        temporary = Path(tempfile.mkdtemp(prefix="verbatim-"))
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return _export(folder, temporary / place.name, name, export)


def _export(folder: Path, place: Path, name: str, export: Export) -> CompiledModel | Manifest:
    """Export a model to a place in the cache, unless another process does so meanwhile.

    Raises:
        OSError: the place cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(f"{place}.lock"):
        with contextlib.suppress(DamagedError):
            return _load(place)
        draft = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=place.parent))
        try:
            reason = export(folder, draft, name)
            if reason:
                return Manifest(reason=reason)
            if place.exists():
                shutil.rmtree(place)
            draft.rename(place)
            return _load(place)
        except DamagedError as error:
            return Manifest(reason=f"what was made cannot be read: {error}")
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _load(place: Path) -> CompiledModel | Manifest:
    manifest = Manifest.load(place)
    return CompiledModel(place) if manifest.form else manifest


def _describe_machine() -> str:
    """Return what else decides the compiled form: versions and the processor."""
    parts = [str(_EXPORT_VERSION), importlib.metadata.version("openvino"), platform.machine(), _read_processor()]
    return f"openvino-{parts[1]}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:8]}"


def _read_processor() -> str:
    """Return the processor's instruction sets where the system tells them, else its name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
