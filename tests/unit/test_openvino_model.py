"""The compiled form of a model: the same embeddings, made once, verified, shared by threads, and free of torch."""

import json
import logging
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from index.search.encoder import CompiledEncoder, SentenceTransformerEncoder, open_encoder
from index.search.export_model import export_model
from index.search.model_cache import open_compiled
from index.search.openvino_model import CompiledModel, Form, Manifest, count_streams, plan_batches
from tests.conftest import ROOT

# What torch and transformers say while a model is traced; elsewhere that happens in a process of its own.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:torch"),
    pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Converting a tensor to a Python boolean"),
    pytest.mark.filterwarnings("ignore::FutureWarning:transformers"),
]

TEXTS = [
    "",
    "   ",
    "launch",
    "Who praised the committee for the exemptions it approved in 2021?",
    "We condemn the launch.\nIn the strongest terms.",
    "Resolution 2397 (2017) " * 200,
    "Déjà vu – “quoted”",
    "我们谴责朝鲜发射弹道导弹。",
    "Мы осуждаем запуск.",
    "🚀🚀",
    "The Security Council met, and its members spoke of paragraph 8 of resolution 1718 (2006). " * 5,
]


@pytest.fixture(scope="module")
def encoder() -> CompiledEncoder:
    """The bundled model, from the user's cache like in an operator's process."""
    opened = open_encoder()
    assert isinstance(opened, CompiledEncoder)
    return opened


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two layers, mean pooling, at most 16 tokens."""
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), pooling="mean")


@pytest.fixture(scope="module")
def tiny_compiled(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, exported."""
    folder = tmp_path_factory.mktemp("compiled")
    export_model(tiny_model, folder)
    return folder


class CountingExport:
    """Copies a model that was exported before, and counts."""

    def __init__(self, made: Path) -> None:
        self.made = made
        self.calls = 0
        self.takes_seconds = 0.0

    def __call__(self, _folder: Path, draft: Path, _name: str) -> str:
        self.calls += 1
        time.sleep(self.takes_seconds)
        shutil.copytree(self.made, draft, dirs_exist_ok=True)
        return ""


@pytest.fixture
def export(tiny_compiled: Path) -> CountingExport:
    return CountingExport(tiny_compiled)


def make_tiny_model(folder: Path, *, pooling: str) -> Path:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz", "launch", "resolution", "the"]
    tokenizer = Tokenizer(WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # the package leaves it untyped
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words), hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=128,
        max_position_embeddings=64, initializer_range=0.1,
    )  # fmt: skip
    bert = folder / "bert"
    BertModel(config).save_pretrained(bert)
    fast.save_pretrained(bert)
    transformer = Transformer(str(bert), max_seq_length=16)
    model = SentenceTransformer(modules=[transformer, Pooling(64, pooling_mode=pooling)], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def open_tiny(tiny_model: Path, cache: Path, export: CountingExport) -> CompiledModel | Manifest:
    return open_compiled(tiny_model, "f" * 64, name="tiny", cache=cache, export=export)


def cosines(rows: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    products: NDArray[np.float32] = (rows * others).sum(axis=1)
    return products


def test_embeddings_are_those_of_sentence_transformers(encoder: CompiledEncoder) -> None:
    reference = encoder._reference.encode_passages(TEXTS)
    together = encoder.encode_passages(TEXTS)
    alone = np.stack([encoder.encode_query(text) for text in TEXTS])
    assert isinstance(encoder._chosen, CompiledModel)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert cosines(together, reference).min() >= 0.999
    assert cosines(alone, reference).min() >= 0.999
    assert encoder.encode_passages([]).shape == (0, 384)


def test_an_embedding_does_not_depend_on_its_batch(encoder: CompiledEncoder) -> None:
    mixed = [text for text in TEXTS for _ in range(5)] + [f"number {number} " * (number % 40) for number in range(60)]
    rows = encoder.encode_passages(mixed)
    backwards = encoder.encode_passages(mixed[::-1])[::-1]
    alone = np.concatenate([encoder.encode_passages([text]) for text in mixed])
    assert cosines(rows, backwards).min() >= 0.9999
    assert cosines(rows, alone).min() >= 0.9999


def test_a_cached_form_is_used_without_torch(encoder: CompiledEncoder) -> None:
    encoder.encode_query("make it, if it is not there")
    script = (
        "import sys; from index.search.encoder import open_encoder; e = open_encoder(); "
        "e.encode_query('x'); e.encode_passages(['x', 'y']); "
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_model_is_compiled_in_a_process_of_its_own_and_once(
    tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    encoder = open_encoder(str(tiny_model), cache=tmp_path / "cache")
    assert not caplog.messages
    row = encoder.encode_query("the launch")
    assert [message.split()[0] for message in caplog.messages] == ["Compiling", "Compiled"]
    again = open_encoder(str(tiny_model), cache=tmp_path / "cache")
    assert np.array_equal(again.encode_query("the launch"), row)
    assert len(caplog.messages) == 2
    reference = SentenceTransformerEncoder("tiny", tiny_model)
    texts = ["the launch", "resolution " * 40, ""]
    assert cosines(encoder.encode_passages(texts), reference.encode_passages(texts)).min() >= 0.999
    assert encoder.fingerprint == reference.fingerprint


@pytest.mark.parametrize("name", ["question.blob", "tokenizer.json", "manifest.json"])
def test_a_damaged_cache_is_made_again(name: str, tiny_model: Path, tmp_path: Path, export: CountingExport) -> None:
    open_tiny(tiny_model, tmp_path, export)
    damaged = next(tmp_path.rglob(name))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    again = open_tiny(tiny_model, tmp_path, export)
    assert isinstance(again, CompiledModel)
    assert export.calls == 2
    assert damaged.read_bytes() == (export.made / name).read_bytes()


def test_a_missing_file_is_made_again(tiny_model: Path, tmp_path: Path, export: CountingExport) -> None:
    open_tiny(tiny_model, tmp_path, export)
    next(tmp_path.rglob("question.blob")).unlink()
    assert isinstance(open_tiny(tiny_model, tmp_path, export), CompiledModel)
    assert export.calls == 2


def test_file_damaged_after_opening_is_made_again(tiny_model: Path, tmp_path: Path, export: CountingExport) -> None:
    encoder = open_encoder(str(tiny_model), cache=tmp_path, export=export)
    encoder.encode_query("the launch")
    damaged = next(tmp_path.rglob("batches.blob"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    row = encoder.encode_passages(["the launch"])
    assert export.calls == 2
    assert np.array_equal(encoder.encode_passages(["the launch"]), row)


def test_concurrent_exports_happen_once(tiny_model: Path, tmp_path: Path, export: CountingExport) -> None:
    export.takes_seconds = 0.5
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_tiny(tiny_model, tmp_path, export), range(4)))
    assert all(isinstance(one, CompiledModel) for one in opened)
    assert export.calls == 1
    assert len([path for path in (tmp_path / "encoders").iterdir() if path.is_dir()]) == 1


def test_a_cache_that_cannot_be_written_is_done_without(
    tiny_model: Path, tmp_path: Path, export: CountingExport, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file, where a folder should be")
    assert isinstance(open_tiny(tiny_model, tmp_path / "cache", export), CompiledModel)
    assert export.calls == 1
    assert "compiled for this process only" in caplog.text


def test_failed_export_leaves_the_reference_and_an_empty_cache(
    tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = open_encoder(str(tiny_model), cache=tmp_path, export=lambda *_: "out of memory")
    assert encoder.encode_query("the launch").shape == (64,)
    assert "without compiling it: out of memory" in caplog.text
    assert not [path for path in (tmp_path / "encoders").iterdir() if path.is_dir()]


def test_form_that_differs_too_much_is_not_tried_again(tiny_model: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    manifest = export_model(tiny_model, made, least_cosine=1.1)
    assert manifest.form is None
    assert [path.name for path in made.iterdir()] == ["manifest.json"]
    export = CountingExport(made)
    for _ in range(2):
        opened = open_tiny(tiny_model, tmp_path / "cache", export)
        assert isinstance(opened, Manifest)
        assert "differs too much" in opened.reason
    assert export.calls == 1


def test_next_form_is_taken_where_the_fastest_differs_too_much(tiny_model: Path, tmp_path: Path) -> None:
    assert export_model(tiny_model, tmp_path, least_cosine=0.99999).form is Form.FLOAT32
    opened = CompiledModel(tmp_path)
    reference = SentenceTransformerEncoder("tiny", tiny_model).encode_passages(["the launch"])
    assert cosines(opened.encode_passages(["the launch"]), reference).min() >= 0.99999


def test_a_model_that_pools_otherwise_is_not_compiled(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path, pooling="max")
    into = tmp_path / "made"
    into.mkdir()
    manifest = export_model(folder, into)
    assert manifest.form is None
    assert manifest.reason == "it pools tokens by max"
    assert json.loads((into / "manifest.json").read_text())["digests"] == {}


@given(st.lists(st.integers(min_value=1, max_value=512), max_size=60))
def test_batches_hold_every_text_once_and_little_padding(lengths: list[int]) -> None:
    batches = list(plan_batches(lengths))
    assert sorted(row for batch in batches for row in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[row] for row in batch)
        assert len(batch) == 1 or len(batch) * longest <= 256
    firsts = [lengths[batch[0]] for batch in batches]
    assert firsts == sorted(firsts, reverse=True)


def test_abandoned_query_leaves_its_request_to_others(encoder: CompiledEncoder) -> None:
    for _ in range(2 * count_streams()):
        with pytest.raises(ValueError, match="meanwhile"), encoder.begin_query("the launch"):
            raise ValueError("meanwhile")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(encoder.encode_query, "the launch").result(60).shape == (384,)


def test_many_askers_get_what_each_would_get_alone(encoder: CompiledEncoder) -> None:
    queries = [f"question number {number} about resolution {number * 7}" for number in range(64)]
    alone = np.stack([encoder.encode_query(query) for query in queries])
    with ThreadPoolExecutor(16) as pool:
        together = np.stack(list(pool.map(encoder.encode_query, queries)))
    assert np.array_equal(alone, together)


def test_questions_of_any_length_come_in_few_shapes(encoder: CompiledEncoder) -> None:
    """OpenVINO keeps memory for each shape for good."""
    shapes = set()

    class Noting(CompiledModel):
        def _pad(self, *arguments: Any, **named: Any) -> Any:
            padded = super()._pad(*arguments, **named)
            shapes.add(padded[0].shape)
            return padded

    encoder.encode_query("launch")
    assert isinstance(encoder._chosen, CompiledModel)
    model = Noting(encoder._chosen._folder)
    for words in (0, 1, 10, 22, 23, 31, 40):  # with two marks around them
        model.encode_query("launch " * words)
    assert shapes == {(1, 24), (1, 32), (1, 40), (1, 48)}
