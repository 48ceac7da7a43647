"""A model that was exported to OpenVINO for this machine: verified before use, and used without torch."""

import contextlib
import hashlib
import importlib
import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings
from index.search.context import PassageText, Spans, encode_in_windows, pool_spans

if TYPE_CHECKING:
    import openvino  # type: ignore[import-untyped]  # the package says nothing of its types
    from tokenizers import Tokenizer

_STREAMS_AT_MOST = 4
"""Batches encoded at once, each on a core: of two cores at one batch, each does a fifth less."""

QUESTION_TOKENS = 24
"""Nineteen of twenty questions have no more. What is made for this length alone takes two thirds of the time, and
100 MB more of memory where passages are encoded as well.
"""

_BATCH_TOKENS = 256
"""Tokens of a batch with its padding. Batches twice and four times as large are no faster, and come in more shapes."""

_QUEUED = 2
"""Batches for each stream that are encoded or wait: this thread may have to wait for the interpreter between two."""

_LENGTH_STEP = 8
"""Batches are padded to a multiple of it: the first batch of any new shape costs some 5 ms, and 1 to 2 MiB for good."""

_MANIFEST, TOKENIZER = "manifest.json", "tokenizer.json"
BATCHES, QUESTION = "batches.blob", "question.blob"


class Form(StrEnum):
    """In which numbers a compiled model computes."""

    INT8_BFLOAT16 = "int8-bfloat16"
    """As INT8, with all that is not in 8 bits in bfloat16: a quarter faster on processors that multiply it."""

    INT8 = "int8"
    """Weights and activations in 8 bits, by groups with a scale each; the layers that bear it least in float32."""

    FLOAT32 = "float32"


_GROUPS = {Form.INT8_BFLOAT16: 128, Form.INT8: 64, Form.FLOAT32: 64}
"""Values of an activation that share one scale. Wider groups are faster and less exact: of the bundled model in INT8,
128 takes 6 % less time, and the least cosine similarity is 0.9993 instead of 0.9994. Beside bfloat16 they lose nothing.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was made of a model. `form` is None where no form is faithful, and `reason` says why."""

    form: Form | None = None
    reason: str = ""
    min_cosine: float = 0.0
    """The least cosine similarity to the embeddings of sentence-transformers over the probes, in [-1, 1]."""
    dimensions: int = 0
    pad_id: int = 0
    max_tokens: int = 0
    pools_first: bool = False
    """Whether the embedding of a text is its first token's; else it is the mean of all."""
    question_tokens: int = 0
    """The tokens that short texts to search for are padded to."""
    digests: dict[str, str] = field(default_factory=dict)
    """The sha256 of the files beside the manifest."""

    def save(self, folder: Path) -> None:
        """Write it into a folder, with the digests of the files that are there."""
        digests = {path.name: _sha256(path.read_bytes()) for path in folder.iterdir() if path.name != _MANIFEST}
        stated = {name: getattr(self, name) for name in self.__dataclass_fields__} | {"digests": digests}
        (folder / _MANIFEST).write_text(json.dumps(stated, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it from a folder.

        Raises:
            DamagedError: it is not there, or not as it was written.
        """
        try:
            stated = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
            form = Form(stated.pop("form")) if stated["form"] else stated.pop("form")
            return cls(form=form, **stated)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DamagedError(str(error)) from error


class DamagedError(Exception):
    """What the cache holds is missing, or not what was put there."""


class PendingEmbedding:
    """A text that is being encoded while its thread does something else. Leaving its block waits for the end."""

    def __init__(self, finish: Callable[[], Embeddings]) -> None:
        self._finish = finish
        self._embedding: Embeddings | None = None
        self._is_begun = False

    def result(self) -> Embeddings:
        """Return the embedding, (d,) float32, unit length, once it is there."""
        if self._embedding is None:
            self._is_begun = True
            self._embedding = self._finish()
        return self._embedding

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_begun:
            with contextlib.suppress(Exception):  # another error is under way, and others wait for the place
                self.result()


class _LoadedFile:
    """A file that OpenVINO exported, loaded, with requests that encode one text at a time."""

    def __init__(self, path: Path, digest: str, form: Form) -> None:
        # OpenVINO reads the weights in place: they must live as long as what was compiled from them.
        self._weights = _read_verified(path, digest)
        self.compiled = _import_model(self._weights, form)
        # A request holds the buffers of one inference, so no two threads may use one at a time.
        self.idle: queue.SimpleQueue[openvino.InferRequest] = queue.SimpleQueue()
        for _ in range(count_streams()):
            self.idle.put(self.compiled.create_infer_request())


class CompiledModel:
    """A model as OpenVINO runs it on this machine. Every method may be called from any thread.

    Any method may raise `DamagedError` where a file changed since the model was opened; at the next opening it is made
    anew.
    """

    def __init__(self, folder: Path) -> None:
        """Load a model from the folder it was made in.

        Raises:
            DamagedError: a file is missing or not as it was written.
        """
        self.manifest = Manifest.load(folder)
        self._folder = folder
        self._loading = threading.Lock()
        self._loaded: dict[str, _LoadedFile] = {}
        content = _read_verified(folder / TOKENIZER, self.manifest.digests.get(TOKENIZER, ""))
        self._tokenizer = _load_tokenizer(content, self.manifest.max_tokens)
        self._load(QUESTION)

    def _load(self, name: str) -> "_LoadedFile":
        """Return a file loaded: a process that only asks questions never needs the one for batches."""
        with self._loading:
            if name not in self._loaded:
                form, digest = self.manifest.form, self.manifest.digests.get(name)
                if form is None or digest is None:
                    raise DamagedError(f"{name} was not made")
                try:
                    self._loaded[name] = _LoadedFile(self._folder / name, digest, form)
                except DamagedError:
                    with contextlib.suppress(OSError):
                        (self._folder / _MANIFEST).unlink(missing_ok=True)
                    raise
            return self._loaded[name]

    def encode_passages(self, texts: Sequence[str]) -> Embeddings:
        """Return the embeddings of texts in their order, (n, d) float32, unit rows."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        embeddings = np.empty((len(tokens), self.manifest.dimensions), dtype=np.float32)
        for row, vectors in self._encode(tokens, [self._pool_whole(len(ids)) for ids in tokens]):
            embeddings[row] = vectors[0]
        return embeddings

    def encode_with_sentences(self, passages: Sequence[PassageText]) -> list[Embeddings]:
        """Return for each text the embeddings of the whole and of its sentences, (1 + s, d) float32, unit rows."""
        return encode_in_windows(passages, self._encode_window, self.manifest.dimensions)

    def _encode_window(self, texts: Sequence[str], sentences: Sequence[Spans]) -> list[tuple[Embeddings, int]]:
        """Return for each text its embeddings with those of its sentences, and how many of its characters were read."""
        encodings = self._tokenizer.encode_batch(list(texts))
        pooling = []
        ends = []
        for encoding, spans in zip(encodings, sentences, strict=True):
            offsets = np.array(encoding.offsets)
            pooling.append(np.concatenate([self._pool_whole(len(offsets)), pool_spans(offsets, spans)]))
            ends.append(int(offsets.max(initial=0)))
        found = dict(self._encode([encoding.ids for encoding in encodings], pooling))
        return [(found[row], ends[row]) for row in range(len(texts))]

    def _encode(self, tokens: Sequence[list[int]], pooling: Sequence[Embeddings]) -> Iterator[tuple[int, Embeddings]]:
        """Yield for each text, in any order, its number and the embeddings that its pooling, (s, t), asks for."""
        loaded = self._load(BATCHES)
        # Requests are waited for in turn: a callback's thread could outlive the interpreter, and abort the process.
        requests = [loaded.compiled.create_infer_request() for _ in range(_QUEUED * count_streams())]
        running: deque[tuple[openvino.InferRequest, list[int]]] = deque()
        for rows in plan_batches([len(ids) for ids in tokens]):
            if requests:
                request = requests.pop()
            else:
                request, done = running.popleft()
                yield from self._collect(request, done, pooling)
            request.start_async(self._pad([tokens[row] for row in rows], [pooling[row] for row in rows]))
            running.append((request, rows))
        for request, done in running:
            yield from self._collect(request, done, pooling)

    @staticmethod
    def _collect(
        request: "openvino.InferRequest", rows: Sequence[int], pooling: Sequence[Embeddings]
    ) -> list[tuple[int, Embeddings]]:
        """Return what `_encode` yields for the rows of one batch, once it is done."""
        request.wait()
        vectors = request.get_output_tensor(0).data.copy()
        return [(row, of_text[: len(pooling[row])]) for row, of_text in zip(rows, vectors, strict=True)]

    def _pool_whole(self, length: int) -> Embeddings:
        """Return the weights of a text's tokens in its embedding, (1, length)."""
        if self.manifest.pools_first:
            return np.eye(1, length, dtype=np.float32)
        return np.full((1, length), 1 / length, dtype=np.float32)

    def encode_query(self, text: str) -> Embeddings:
        """Return the embedding of a text, (d,) float32, unit length: the same however many others are encoded."""
        return self.begin_query(text).result()

    def begin_query(self, text: str) -> PendingEmbedding:
        """Begin to encode a text on a core, and return at once, or as soon as one is free."""
        tokens = self._tokenizer.encode_batch_fast([text])[0].ids
        # Alone, never with others that wait: on a core each they take no longer, and a batch would round otherwise.
        width = self.manifest.question_tokens
        is_short = len(tokens) <= width
        idle = self._load(QUESTION if is_short else BATCHES).idle
        request = idle.get()
        try:
            pooling = self._pool_whole(len(tokens))
            request.start_async(self._pad([tokens], [pooling], width=width if is_short else None))
        except BaseException:
            idle.put(request)
            raise

        def finish() -> Embeddings:
            try:
                request.wait()
                embedding: Embeddings = request.get_output_tensor(0).data[0, 0].copy()
                return embedding
            finally:
                idle.put(request)

        return PendingEmbedding(finish)

    def _pad(
        self, tokens: Sequence[list[int]], pooling: Sequence[Embeddings], *, width: int | None = None
    ) -> list[NDArray[np.int32] | Embeddings]:
        """Return token ids and attention mask, each (n, width) int32, and the pooling, (n, most parts, width)."""
        if width is None:
            width = -(-max(map(len, tokens)) // _LENGTH_STEP) * _LENGTH_STEP
        ids = np.full((len(tokens), width), self.manifest.pad_id, dtype=np.int32)
        mask = np.zeros_like(ids)
        weights = np.zeros((len(tokens), max(map(len, pooling)), width), dtype=np.float32)
        for row, (one, parts) in enumerate(zip(tokens, pooling, strict=True)):
            ids[row, : len(one)] = one
            mask[row, : len(one)] = 1
            weights[row, : len(parts), : len(one)] = parts
        return [ids, mask, weights]


def plan_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the rows of every batch: texts of like length together, the longest first.

    Args:
        lengths: the number of tokens of every text.
    """
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        # The first of a batch is the longest, so it is what the others are padded to.
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def count_cores() -> int:
    """Return how many cores this process may use."""
    # The cores this process may use are fewer than the machine's in a container.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def count_streams() -> int:
    """Return how many batches are encoded at once."""
    return min(count_cores(), _STREAMS_AT_MOST)


def compile_options(form: Form) -> dict[str, object]:
    """Return the options that OpenVINO compiles and loads a model with."""
    return {
        "NUM_STREAMS": count_streams(),
        "INFERENCE_NUM_THREADS": count_cores(),
        "INFERENCE_PRECISION_HINT": "bf16" if form is Form.INT8_BFLOAT16 else "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUPS[form],
        # Bound to a core, it would wait there for the thread that asks, while the other core has nothing to do: a
        # question's words were then looked up before it was encoded, not beside.
        "ENABLE_CPU_PINNING": False,
    }


def _read_verified(path: Path, digest: str) -> NDArray[np.uint8]:
    """Return the bytes of a file: those that were hashed, whatever happens to the file after."""
    try:
        content = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise DamagedError(f"{path.name}: {error.strerror}") from error
    if _sha256(content.data) != digest:
        raise DamagedError(f"{path.name} is not as it was written")
    return content


def _load_tokenizer(content: NDArray[np.uint8], max_tokens: int) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(content.tobytes())
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _import_model(content: NDArray[np.uint8], form: Form) -> "openvino.CompiledModel":
    openvino = _import_openvino()
    try:
        return openvino.Core().import_model(openvino.Tensor(content, shared_memory=True), "CPU", compile_options(form))
    except RuntimeError as error:
        raise DamagedError("OpenVINO cannot load the model") from error


def _import_openvino() -> ModuleType:
    """Import OpenVINO without its converter of models, which takes half of its import and which it can go without."""
    converter = "openvino.tools.ovc"
    is_left_out = "openvino" not in sys.modules and converter not in sys.modules
    if is_left_out:
        sys.modules[converter] = None  # type: ignore[assignment]  # as `import` documents: it then fails as if missing
    try:
        return importlib.import_module("openvino")
    finally:
        if is_left_out:
            del sys.modules[converter]


def _sha256(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()
