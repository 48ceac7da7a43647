"""A question with the best passages → how likely each is to answer, by a cross-encoder; none is used unless one is set.

A cross-encoder reads the question and a passage together. That takes a model run for each passage, so only the best are
read, and torch, which no other search imports.
"""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.search.hub import find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ_AT_MOST = 20
"""Passages that are read with the question, from the best down."""

_REMEDY = "VERBATIM_RERANKER takes the folder or hub name of a cross-encoder with safetensors; empty, none is used."

_DEFAULT_LABELS = 2
"""What transformers makes of a configuration that names no labels."""


class Reranker(Protocol):
    """What reads a question together with passages; any object with this member will do."""

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return the probability that each text answers the question, in the order of the texts, (n,) in [0, 1]."""
        ...


def combine(
    learned: NDArray[np.float64], read: NDArray[np.floating[Any]]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the order of passages, best first, and the probability of each, (n,) both.

    The order is the reranker's; where it is undecided, that of what is given. The probability is the mean of both, and
    none is higher than that of a passage before it. It is in the order of what is given.

    Args:
        learned: the probabilities that the learned ranking gives, (n,).
        read: those of the reranker, (n,).

    Raises:
        ValueError: the shapes differ, or the reranker's values are no probabilities.
    """
    if read.shape != learned.shape:
        raise ValueError(f"expected a score for each of {len(learned)} passages, got shape {read.shape}")
    if not np.all((read >= 0) & (read <= 1)):  # a value that is not a number fails here too
        raise ValueError(f"expected scores in [0, 1], got {read.min()} to {read.max()}")
    order = np.argsort(-read, kind="stable")
    probabilities = (learned + read) / 2
    probabilities[order] = np.minimum.accumulate(probabilities[order])
    return order, probabilities


def open_reranker(model: str) -> "CrossEncoderReranker":
    """Return the reranker of a cross-encoder by path or hub name. Nothing is loaded yet; only its files are looked at.

    Raises:
        ModelError: the model is not there, has pickled weights only, or is no cross-encoder with one score.
    """
    folder = find_model(model, role="reranker", remedy=_REMEDY)
    _check_files(model, folder)
    return CrossEncoderReranker(model, folder)


class CrossEncoderReranker:
    """A cross-encoder in a folder. Torch is imported when the first passage is read.

    What of a question and passage is beyond the model's length is not read. May be used from any thread; one question
    is read at a time, on all cores.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._model: CrossEncoder | None = None
        # Held for reading too: torch uses all cores for one question, and a tokenizer keeps how it last padded.
        self._using = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return the probability that each text answers the question, in the order of the texts, (n,) in [0, 1].

        Raises:
            ModelError: the model cannot be loaded.
        """
        with self._using:
            if self._model is None:
                self._model = _load_cross_encoder(self.name, self.folder)
            scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return np.asarray(scores, dtype=np.float64)


def _load_cross_encoder(name: str, folder: Path) -> "CrossEncoder":
    import torch
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # the package leaves it untyped
    try:
        return CrossEncoder(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # Pickled weights can run code when they are loaded; half precision is slower than single on a processor.
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
            # Many publish the bare logit as their score.
            activation_fn=torch.nn.Sigmoid(),
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"The reranker {name} cannot be loaded ({type(error).__name__}).", remedy=_REMEDY) from error


def _check_files(name: str, folder: Path) -> None:
    """Check what loading would not: a model without a head for scores would get one of random weights."""
    if not any(folder.glob("*.safetensors")):
        raise ModelError(
            f"The reranker {name} has no safetensors weights.",
            remedy=f"Save it with safetensors; pickles are not loaded. {_REMEDY}",
        )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        architectures = [str(one) for one in config.get("architectures") or ()]
        labels = len(config.get("id2label") or range(_DEFAULT_LABELS))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"The reranker {name} has no config.json that can be read.", remedy=_REMEDY) from error
    if not any(one.endswith("ForSequenceClassification") for one in architectures):
        raise ModelError(f"{name} is no cross-encoder: it has no head that scores a pair of texts.", remedy=_REMEDY)
    if labels != 1:
        raise ModelError(f"{name} gives {labels} scores for a pair of texts, and a reranker gives one.", remedy=_REMEDY)
