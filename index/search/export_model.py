"""Export a model to OpenVINO with 8-bit weights: `python -m index.search.export_model MODEL FOLDER`.

No library does it as faithfully: index/README.md, "Why the model is compiled by our own code".
"""

import hashlib
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import openvino  # type: ignore[import-untyped]  # the package says nothing of its types
import torch
from numpy.typing import NDArray
from openvino import opset13 as opset
from openvino.frontend import FrontEndManager  # type: ignore[import-untyped]
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder  # type: ignore[import-untyped]

from index.corpus.embeddings import Embeddings
from index.search.encoder import load_sentence_transformer
from index.search.openvino_model import (
    BATCHES,
    QUESTION,
    QUESTION_TOKENS,
    TOKENIZER,
    CompiledModel,
    Form,
    Manifest,
    compile_options,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LEAST_COSINE = 0.999
"""The least similarity to the embeddings of sentence-transformers on any probe."""

_KNOWN_MODULES = frozenset({"Transformer", "Pooling", "Dense", "Normalize"})
"""What a model may consist of. Others may do more with a text than its token ids say."""

_KNOWN_POOLINGS = frozenset({"mean", "cls"})

_WEIGHT_GROUPS = (128, 64)
"""Weights that share one scale and zero point; at least as many as activations do."""

_MIGRATION = 0.6
"""How much of the outliers is moved from the inputs of a layer to its weights, in [0, 1]."""

_EXACT_SHARE = 1 / 9
"""Layers left in float32 under `Form.INT8`: a few lose more than all the others. For 6 % of the time, what the batch
changes of an embedding is less by a third.
"""

_ROUNDED_TOGETHER = 32

PROBES = (
    "",
    " ",
    "?",
    "launch",
    "Who condemned the launch?",
    "  We condemn the launch.\n\nIn the strongest terms.  ",
    "Which committee was praised for quickly approving COVID-19 sanctions exemptions?",
    "UNSCR 2397 (2017), paras. 5–8 & 12(a): “refined petroleum products” ≤ 500,000 barrels p.a.",
    "The Foreign Ministers of Japan, the Republic of Korea, and the United States met on July 12, 2024.",
    "Les ministres ont réaffirmé leur attachement à la dénucléarisation complète, vérifiable et irréversible.",
    "Мы осуждаем запуск баллистической ракеты.",
    "我们谴责朝鲜发射弹道导弹。",
    "ミサイル発射を強く非難する。",
    "북한의 탄도미사일 발사를 규탄한다.",
    "ندين إطلاق الصاروخ الباليستي.",
    "😀 🚀🚀 ¯\\_(ツ)_/¯ é e\u0301 \u200b ﬁ ½ Ⅷ",
    "[CLS] [SEP] [MASK] <s> </s> <pad>",
    "a" * 300,
    "word " * 1_000,
    "We urge all Member States to implement fully the resolutions of the Security Council. " * 4,
    "The statement recalls paragraph 8 of resolution 1718 (2006) and all that followed it since. " * 12,
    "def f(x): return {k: v ** 2 for k, v in x.items() if v != 0}  # https://example.org/a?b=c",
)


def export_model(folder: Path, into: Path, *, least_cosine: float = _LEAST_COSINE) -> Manifest:
    """Write the fastest faithful form of a sentence-transformers model, or why there is none, into an empty folder."""
    model = load_sentence_transformer(folder.name, folder)
    reason = find_obstacle(model)
    manifest = Manifest(reason=reason) if reason else _write_first_faithful(model, into, least_cosine)
    if manifest.form is None:
        for path in into.iterdir():
            path.unlink()
    manifest.save(into)
    return manifest


def find_obstacle(model: "SentenceTransformer") -> str:
    """Return why a model cannot be compiled faithfully, or ''."""
    modules = [type(module).__name__ for module in model]
    unknown = sorted(set(modules) - _KNOWN_MODULES)
    if unknown or modules[:1] != ["Transformer"]:
        return f"it consists of {', '.join(modules)}"
    poolings = {str(module.get_config_dict().get("pooling_mode", "mean")) for module in model if _is_pooling(module)}
    if len(poolings) != 1 or not poolings <= _KNOWN_POOLINGS:
        return f"it pools tokens by {', '.join(sorted(poolings)) or 'nothing known'}"
    if model.default_prompt_name is not None:
        return "it puts a prompt before every text"
    if not hasattr(model.tokenizer, "backend_tokenizer"):
        return "its tokenizer has no tokenizer.json"
    return ""


def _pooling_mode(model: "SentenceTransformer") -> str:
    modes = [module.get_config_dict().get("pooling_mode", "mean") for module in model if _is_pooling(module)]
    return str(modes[0])


def _is_pooling(module: torch.nn.Module) -> bool:
    return type(module).__name__ == "Pooling"


def _write_first_faithful(model: "SentenceTransformer", into: Path, least_cosine: float) -> Manifest:
    pipeline = _Pipeline(model).eval()
    reference = model.encode(list(PROBES), batch_size=4, normalize_embeddings=True, show_progress_bar=False)
    (into / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    graph = _convert(pipeline)
    least = -1.0
    max_tokens = int(model.max_seq_length or model.tokenizer.model_max_length)
    question_tokens = min(QUESTION_TOKENS, max_tokens)
    for form, converted in _iterate_forms(graph, pipeline, model):
        (into / BATCHES).write_bytes(_export(converted, form))
        (into / QUESTION).write_bytes(_export(_fix_shape(converted, question_tokens), form))
        manifest = Manifest(
            form=form,
            dimensions=reference.shape[1],
            pad_id=int(model.tokenizer.pad_token_id or 0),
            max_tokens=max_tokens,
            pools_first=_pooling_mode(model) == "cls",
            question_tokens=question_tokens,
        )
        manifest.save(into)
        least = _least_cosine(CompiledModel(into), reference)
        if least >= least_cosine:
            return replace(manifest, min_cosine=least)
    return Manifest(reason=f"its compiled form differs too much (cosine {least:.4f})", min_cosine=least)


def _iterate_forms(
    graph: openvino.Model, pipeline: torch.nn.Module, model: "SentenceTransformer"
) -> Iterator[tuple[Form, openvino.Model]]:
    """Yield the forms, the fastest first."""
    # On other processors, 8 bits are turned into float32 before they are multiplied.
    if platform.machine().lower() in {"x86_64", "amd64"}:
        exact = _choose_exact_layers(pipeline, model)
        greatest = _measure_inputs(pipeline, model)
        rounded = {weights: channels for weights, channels in greatest.items() if weights not in exact}
        compressed = _compress(graph.clone(), rounded)
        if "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            yield Form.INT8_BFLOAT16, compressed
        yield Form.INT8, compressed
    yield Form.FLOAT32, graph


def _least_cosine(compiled: CompiledModel, reference: Embeddings) -> float:
    together = compiled.encode_passages(PROBES)
    alone = np.stack([compiled.encode_query(probe) for probe in PROBES])
    return float(min((rows * reference).sum(axis=1).min() for rows in (together, alone)))


class _Pipeline(torch.nn.Module):
    """From token ids and attention mask, each (n, t), to unit rows, (n, s, d): the model's own modules, one by one.

    Pooling is a product with weights, (n, s, t), so that one pass gives the embeddings of a text and of its parts.
    """

    def __init__(self, model: "SentenceTransformer") -> None:
        super().__init__()
        modules = list(model)
        pooling = next(at for at, module in enumerate(modules) if _is_pooling(module))
        self.before = torch.nn.ModuleList(modules[:pooling])
        self.after = torch.nn.ModuleList(modules[pooling + 1 :])

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, pooling: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        for step in self.before:
            features = step(features)
        features = {"sentence_embedding": torch.bmm(pooling, features["token_embeddings"])}
        for step in self.after:
            features = step(features)
        return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)


def _pool_whole(mask: torch.Tensor) -> torch.Tensor:
    """Return the weights of the mean over each text, (n, 1, t)."""
    return (mask / mask.sum(dim=1, keepdim=True))[:, None, :].to(torch.float32)


def _convert(pipeline: torch.nn.Module) -> openvino.Model:
    # The front end is called by itself: openvino.convert_model would send usage statistics.
    ids = torch.ones((2, 8), dtype=torch.int32)
    mask = torch.ones((2, 8), dtype=torch.int32)
    mask[1, 5:] = 0
    frontend = FrontEndManager().load_by_framework("pytorch")
    with torch.no_grad():
        example = (ids, mask, _pool_whole(mask).expand(2, 3, 8).contiguous())
        decoder = TorchScriptPythonDecoder(pipeline, example_input=example)  # must outlive what is read through it
        loaded = frontend.load(decoder)
        graph = frontend.convert(loaded)
    shapes = zip(graph.inputs, example, strict=True)
    graph.reshape({port: openvino.PartialShape([-1] * values.ndim) for port, values in shapes})
    return graph


def _fix_shape(graph: openvino.Model, tokens: int) -> openvino.Model:
    """Return a graph for one text of this length, with one embedding."""
    fixed = graph.clone()
    shapes = ([1, tokens], [1, tokens], [1, 1, tokens])
    fixed.reshape({port: openvino.PartialShape(shape) for port, shape in zip(fixed.inputs, shapes, strict=True)})
    return fixed


def _export(graph: openvino.Model, form: Form) -> bytes:
    exported = openvino.Core().compile_model(graph, "CPU", compile_options(form)).export_model()
    return bytes(exported.getvalue()) if hasattr(exported, "getvalue") else bytes(exported)


def _choose_exact_layers(pipeline: torch.nn.Module, model: "SentenceTransformer") -> frozenset[str]:
    """Return the digests of the weights that bear 8 bits least: each layer is rounded by itself, the loss measured."""
    # A few short probes tell the layers apart, and all of them would take a minute.
    tokens = model.tokenizer(list(PROBES[:9]), padding=True, truncation=True, max_length=32, return_tensors="pt")
    inputs = (tokens["input_ids"], tokens["attention_mask"], _pool_whole(tokens["attention_mask"]))
    layers = _list_layers(pipeline)
    losses = []
    with torch.no_grad():
        exact = pipeline(*inputs)
        for layer in layers:
            hook = layer.register_forward_pre_hook(_round_input)
            losses.append(float((1 - (pipeline(*inputs) * exact).sum(dim=-1)).mean()))
            hook.remove()
    worst = np.argsort(losses)[::-1][: round(len(layers) * _EXACT_SHARE)]
    return frozenset(_digest(layers[at].weight.detach().numpy()) for at in worst)


def _round_input(_layer: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    """Round an activation to 8 bits by groups, about as it is rounded when the compiled model runs."""
    (values,) = inputs
    if values.shape[-1] % _ROUNDED_TOGETHER:
        return inputs
    groups = values.reshape(*values.shape[:-1], -1, _ROUNDED_TOGETHER)
    scales = groups.abs().amax(dim=-1, keepdim=True).clamp(min=1e-12) / 127
    return (((groups / scales).round() * scales).reshape(values.shape),)


def _list_layers(pipeline: torch.nn.Module) -> list[torch.nn.Linear]:
    return [layer for layer in pipeline.modules() if isinstance(layer, torch.nn.Linear)]


def _measure_inputs(pipeline: torch.nn.Module, model: "SentenceTransformer") -> dict[str, NDArray[np.float32]]:
    """Return the greatest absolute value that each input channel of a layer takes, by the digest of its weights."""
    tokens = model.tokenizer(list(PROBES), padding=True, truncation=True, max_length=64, return_tensors="pt")
    mask = tokens["attention_mask"]
    greatest: dict[str, NDArray[np.float32]] = {}

    def measure(layer: torch.nn.Linear, inputs: tuple[torch.Tensor]) -> None:
        values = inputs[0][mask.bool()] if inputs[0].shape[:2] == mask.shape else inputs[0].flatten(0, -2)
        greatest[_digest(layer.weight.detach().numpy())] = values.abs().amax(dim=0).numpy()

    hooks = [layer.register_forward_pre_hook(measure) for layer in _list_layers(pipeline)]
    with torch.no_grad():
        pipeline(tokens["input_ids"], mask, _pool_whole(mask))
    for hook in hooks:
        hook.remove()
    return greatest


def _compress(graph: openvino.Model, greatest: Mapping[str, NDArray[np.float32]]) -> openvino.Model:
    """Return a graph some of whose layers multiply in 8 bits.

    Args:
        graph: changed in place.
        greatest: the greatest absolute value of each input channel, by the digest of the weights of such a layer.
    """
    for node in graph.get_ordered_ops():
        if node.get_type_name() != "MatMul" or node.input_value(1).get_node().get_type_name() != "Constant":
            continue
        weights = node.input_value(1).get_node().get_data()
        weights = weights if node.get_attributes()["transpose_b"] else weights.T
        channels = greatest.get(_digest(weights))
        group = next((group for group in _WEIGHT_GROUPS if weights.shape[-1] % group == 0), None)
        if channels is None or group is None:
            continue
        factors = _balance(channels, weights)
        narrowed = opset.multiply(node.input_value(0), opset.constant((1 / factors).reshape(1, 1, -1)))
        product = opset.matmul(narrowed, _decompress(weights * factors, group), transpose_a=False, transpose_b=True)
        product.set_friendly_name(node.get_friendly_name())
        node.output(0).replace(product.output(0))
    graph.validate_nodes_and_infer_types()
    return graph


def _balance(greatest: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each input channel is divided by, and its weights multiplied by, so that neither has outliers.

    factor(j) = max |input(j)| ** a / max |weights(j)| ** (1 - a); the product stays the same.

    Source: Xiao, Lin, Seznec, Wu, Demouth & Han, SmoothQuant, ICML 2023, arXiv:2211.10438, equation 4.
    """
    least = 1e-5  # a channel that is never used
    inputs, columns = np.maximum(greatest, least), np.maximum(np.abs(weights).max(axis=0), least)
    factors = inputs**_MIGRATION / columns ** (1 - _MIGRATION)
    balanced: NDArray[np.float32] = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    return balanced


def _decompress(weights: NDArray[np.float32], group: int) -> openvino.Node:
    """Return the graph's expression of a matrix: (integer - zero point) * scale, by groups along its rows."""
    rows, columns = weights.shape
    groups = weights.reshape(rows, columns // group, group)
    low = np.minimum(groups.min(axis=2, keepdims=True), 0)
    high = np.maximum(groups.max(axis=2, keepdims=True), 0)
    scales = np.maximum((high - low) / 255, np.finfo(np.float32).tiny).astype(np.float32)
    zeros = np.clip(np.round(-low / scales), 0, 255)
    integers = np.clip(np.round(groups / scales) + zeros, 0, 255).astype(np.uint8)
    shifted = opset.subtract(
        opset.convert(opset.constant(integers), "f32"), opset.convert(opset.constant(zeros.astype(np.uint8)), "f32")
    )
    shape = opset.constant(np.array([rows, columns], dtype=np.int64))
    return opset.reshape(opset.multiply(shifted, opset.constant(scales)), shape, special_zero=False)


def _digest(weights: NDArray[np.float32]) -> str:
    return hashlib.sha256(np.ascontiguousarray(weights).tobytes()).hexdigest()


def main(arguments: Sequence[str]) -> None:
    """Make the compiled form of the model in the first folder in the second."""
    model, into = arguments
    # Beside other work on the machine, short texts on several threads can take ten times as long as on one.
    torch.set_num_threads(1)
    export_model(Path(model), Path(into))


if __name__ == "__main__":
    main(sys.argv[1:])
