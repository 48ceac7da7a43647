"""The reranker: a real cross-encoder, made here so small that its scores can be told by eye, loaded as any other is."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.cli.main import main
from bot.local_slack import LocalSlack, load_manifest
from index import Library, ModelError
from index.search import encoder as encoder_room
from index.search import reranker as reranker_room
from index.search.reranker import READ_AT_MOST, combine, open_reranker
from tests.conftest import ROOT, SEED, run_bot
from tests.support.encoders import WordEncoder

WORD = "yongbyon"
"""The only word that the cross-encoder knows: with it a passage answers, without it none does."""

LOGIT = 4.0
YES, NO = 1 / (1 + np.exp(-LOGIT)), 1 / (1 + np.exp(LOGIT))

STATEMENT = """Accord

The reactor was closed, and the closed reactor stays closed.

We like tea and trade.

Inspectors went to Yongbyon in May, where a reactor is.

We go on."""


def make_cross_encoder(folder: Path) -> Path:
    """Save a cross-encoder whose logit is LOGIT for a pair with WORD in it, and -LOGIT for any other.

    A word is (1, -1, 0, 0), and WORD is (0, 0, 1, -1). Attention adds the mean of all words to the first token, whose
    third number the pooler then turns into 1, or into -1 where it is 0.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    vocabulary = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, WORD: 5}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=4,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=64,
        id2label={0: "answers"},
    )
    model = BertForSequenceClassification(config)
    weights = dict(model.named_parameters())
    layer, pooler = "bert.encoder.layer.0.attention", "bert.pooler.dense"
    with torch.no_grad():
        for name, parameter in weights.items():
            parameter.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
        weights["bert.embeddings.word_embeddings.weight"][:] = torch.tensor([1.0, -1.0, 0.0, 0.0])
        weights["bert.embeddings.word_embeddings.weight"][vocabulary[WORD]] = torch.tensor([0.0, 0.0, 1.0, -1.0])
        weights[f"{layer}.self.value.weight"].copy_(torch.eye(4))
        weights[f"{layer}.output.dense.weight"].copy_(torch.eye(4))
        weights[f"{pooler}.weight"][0, 2] = 10_000.0
        weights[f"{pooler}.bias"][0] = -10.0
        weights["classifier.weight"][0, 0] = LOGIT
    model.save_pretrained(folder)
    BertTokenizer(vocab=vocabulary, model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny cross-encoder; not to be changed."""
    return make_cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def own_cross_encoder(cross_encoder: Path, tmp_path: Path) -> Path:
    """A copy of it for a test that damages it."""
    return Path(shutil.copytree(cross_encoder, tmp_path / "own"))


class FixedReranker:
    """Gives every text the score of the first word it has, else 0, and keeps what it was given."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores
        self.given: list[tuple[str, list[str]]] = []

    def score(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        self.given.append((question, list(texts)))
        return np.array([next((score for word, score in self.scores.items() if word in text), 0.0) for text in texts])


# -- the cross-encoder -------------------------------------------------------------------------------------------------


def test_cross_encoder_returns_probabilities_in_text_order(cross_encoder: Path) -> None:
    texts = ["We like tea.", "At Yongbyon.", "", f"{'tea ' * 40}Yongbyon"]
    scores = open_reranker(str(cross_encoder)).score("Which reactor?", texts)
    assert scores == pytest.approx([NO, YES, NO, YES], abs=1e-6)


def test_no_texts_have_no_scores(cross_encoder: Path) -> None:
    assert open_reranker(str(cross_encoder)).score("Which reactor?", []).shape == (0,)


def test_what_is_beyond_the_models_length_is_not_read(cross_encoder: Path) -> None:
    reranker = open_reranker(str(cross_encoder))
    assert reranker.score("Which?", ["tea " * 100 + "Yongbyon", "Yongbyon" + " tea" * 100]) == pytest.approx([NO, YES])


def test_a_model_that_publishes_logits_gives_probabilities_too(own_cross_encoder: Path) -> None:
    config = own_cross_encoder / "config.json"
    identity = {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity"}}
    config.write_text(json.dumps(json.loads(config.read_text()) | identity))
    assert open_reranker(str(own_cross_encoder)).score("Which?", ["Yongbyon"]) == pytest.approx([YES])


def test_threads_load_it_once_and_get_what_one_thread_gets(
    cross_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = reranker_room._load_cross_encoder

    def count(name: str, folder: Path) -> Any:
        loaded.append(name)
        return load(name, folder)

    monkeypatch.setattr(reranker_room, "_load_cross_encoder", count)
    reranker, other = open_reranker(str(cross_encoder)), open_reranker(str(cross_encoder))
    asked = [["tea " * number, "Yongbyon"][: number % 2 + 1] for number in range(1, 25)]
    alone = [reranker.score("Which?", texts).tolist() for texts in asked]
    with ThreadPoolExecutor(4) as pool:
        together = [scores.tolist() for scores in pool.map(lambda texts: other.score("Which?", texts), asked)]
    assert together == alone
    assert len(loaded) == 2


def test_torch_is_imported_by_the_first_passage_that_is_read(cross_encoder: Path) -> None:
    script = (
        "import sys; from index.search.reranker import open_reranker; r = open_reranker(sys.argv[1]); "
        "assert not {'torch', 'transformers'} & set(sys.modules); r.score('x', ['y']); assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, cross_encoder], cwd=ROOT, check=True, capture_output=True)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["/nowhere/at/all", "no/such-model-anywhere", "not a name at all!"])
def test_a_model_that_is_not_there_is_told_clearly(model: str) -> None:
    with pytest.raises(ModelError, match="neither a folder nor a model of the hub.*VERBATIM_RERANKER") as missing:
        open_reranker(model)
    assert model in str(missing.value)


def test_pickled_weights_are_refused(own_cross_encoder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    weights = own_cross_encoder / "model.safetensors"
    torch.save(load_file(weights), own_cross_encoder / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(ModelError, match="no safetensors weights.*pickles are not loaded"):
        open_reranker(str(own_cross_encoder))


def test_pickled_weights_beside_safetensors_are_not_loaded(own_cross_encoder: Path) -> None:
    import torch
    from safetensors.torch import load_file

    weights = own_cross_encoder / "model.safetensors"
    torch.save(load_file(weights), own_cross_encoder / "pytorch_model.bin")
    weights.rename(own_cross_encoder / "other.safetensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_reranker(str(own_cross_encoder)).score("Which?", ["Yongbyon"])


def test_damaged_weights_are_told_when_they_are_loaded(own_cross_encoder: Path) -> None:
    weights = own_cross_encoder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-50])
    with pytest.raises(ModelError, match=r"cannot be loaded \(SafetensorError\)"):
        open_reranker(str(own_cross_encoder)).score("Which?", ["Yongbyon"])


def test_an_embedding_model_is_no_cross_encoder() -> None:
    # Loaded as one it would get a head of random weights.
    with pytest.raises(ModelError, match="is no cross-encoder"):
        open_reranker(str(encoder_room._find_bundled_model()))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"id2label": {"0": "no", "1": "maybe", "2": "yes"}}, "gives 3 scores", id="three labels"),
        pytest.param({"id2label": None}, "gives 2 scores", id="two labels by default"),
        pytest.param({"architectures": None}, "is no cross-encoder", id="no architecture"),
        pytest.param([], "no config.json that can be read", id="not an object"),
    ],
)
def test_another_kind_of_model_is_refused(own_cross_encoder: Path, change: Any, said: str) -> None:
    config = own_cross_encoder / "config.json"
    stated = json.loads(config.read_text())
    config.write_text(json.dumps(stated | change if isinstance(change, dict) else change))
    with pytest.raises(ModelError, match=said):
        open_reranker(str(own_cross_encoder))


# -- the order ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("learned", "read", "order", "probabilities"),
    [
        pytest.param([0.8, 0.4], [0.3, 0.9], [1, 0], [(0.8 + 0.3) / 2, (0.4 + 0.9) / 2], id="the mean of both"),
        pytest.param([0.8, 0.4, 0.2], [0.5, 0.5, 0.9], [2, 0, 1], [0.55, 0.45, 0.55], id="capped; equal ones stay"),
        pytest.param([1.0, 0.0], [0.2, 0.8], [1, 0], [0.4, 0.4], id="sure as the learned order is"),
        pytest.param([], [], [], [], id="none"),
    ],
)
def test_reranker_decides_the_order_and_probabilities_fall(
    learned: list[float], read: list[float], order: list[int], probabilities: list[float]
) -> None:
    found_order, found = combine(np.array(learned), np.array(read))
    assert found_order.tolist() == order
    assert found.tolist() == pytest.approx(probabilities)


@pytest.mark.parametrize("scores", [[0.5], [0.5, 1.5], [-0.1, 0.5], [0.5, float("nan")]])
def test_scores_outside_zero_and_one_are_refused(scores: list[float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        combine(np.array([0.8, 0.4]), np.array(scores))


def test_cross_encoder_reorders_a_search(tmp_path: Path, cross_encoder: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder()) as library:
        library.add(STATEMENT)
        plain = library.search("closed reactor", 10)
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=str(cross_encoder)) as library:
        hits = library.search("closed reactor", 10)
        answer = library.ask("where is the closed reactor?")
    learned = {hit.passage.ordinal: hit.score for hit in plain}
    read = {hit.passage.ordinal: YES if "Yongbyon" in hit.passage.text else NO for hit in plain}
    assert plain[0].passage.ordinal == 1
    assert hits[0].passage.ordinal == 3
    assert [hit.passage.ordinal for hit in hits[1:]] == [
        hit.passage.ordinal for hit in plain if hit.passage.ordinal != 3
    ]
    means = [(learned[hit.passage.ordinal] + read[hit.passage.ordinal]) / 2 for hit in hits]
    assert [hit.score for hit in hits] == pytest.approx(np.minimum.accumulate(means).tolist(), abs=1e-5)
    assert [hit.rank for hit in hits] == list(range(1, len(plain) + 1))
    assert answer.evidence[0].passage.ordinal == 3


def test_best_passages_are_read_with_titles_and_others_follow(tmp_path: Path) -> None:
    paragraphs = [f"The reactor was closed {'and closed ' * (number % 7)}in year {number}." for number in range(40)]
    with Library.open(tmp_path, encoder=WordEncoder()) as library:
        library.add("Accord on Reactors\n\n" + "\n\n".join(paragraphs))
        plain = [hit.passage.ordinal for hit in library.search("closed reactor", 40)]
    last_read = f"in year {plain[READ_AT_MOST - 1] - 1}."
    reranker = FixedReranker({last_read: 1.0})
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=reranker) as library:
        hits = library.search("closed reactor", 40)
    (question, texts) = reranker.given[0]
    assert question == "closed reactor"
    assert texts == [f"Accord on Reactors. {paragraphs[ordinal - 1]}" for ordinal in plain[:READ_AT_MOST]]
    moved = [plain[READ_AT_MOST - 1], *plain[: READ_AT_MOST - 1], *plain[READ_AT_MOST:]]
    assert [hit.passage.ordinal for hit in hits] == moved
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_fewer_hits_than_are_read_are_the_best_of_those(tmp_path: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=FixedReranker({"go on": 1.0})) as library:
        library.add(STATEMENT)
        assert [hit.passage.text for hit in library.search("closed reactor", 1)] == ["We go on."]


def test_words_that_no_passage_has_are_not_read(tmp_path: Path) -> None:
    reranker = FixedReranker({"": 1.0})
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=reranker) as library:
        library.add(STATEMENT)
        assert {hit.score for hit in library.search('"closed Yongbyon"', 5)} == {0.0}
    assert reranker.given == []


def test_passage_removed_while_ranked_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = FixedReranker({"Inspectors": 1.0})
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=reranker) as library:
        library.add(STATEMENT)
        gone = library.add("Pact\n\nInspectors read of a closed reactor.")
        searcher = library._get_searcher()
        find = searcher.find_candidates

        def find_and_remove(*arguments: Any, **options: Any) -> Any:
            found = find(*arguments, **options)
            library.remove(gone.id)
            library._get_searcher()  # as the search of another thread does
            return found

        monkeypatch.setattr(searcher, "find_candidates", find_and_remove)
        hits = library.search("closed reactor", 10)
    assert not any("Pact" in text for text in reranker.given[0][1])
    assert {hit.statement.title for hit in hits} == {"Accord"}
    assert hits[0].passage.ordinal == 3


# -- the setting -------------------------------------------------------------------------------------------------------


def verbatim(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["verbatim", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_the_setting_switches_it_on(
    seed_data: Path, cross_encoder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERBATIM_DATA", str(seed_data))
    scores = {}
    for model in ("", str(cross_encoder)):
        monkeypatch.setenv("VERBATIM_RERANKER", model)
        assert verbatim(monkeypatch, "search", "missile technology", "--json") == 0
        hits = json.loads(capsys.readouterr().out)
        scores[model] = {hit["passage"]["id"]: hit["score"] for hit in hits}
    expected = {name: (score + NO) / 2 for name, score in scores[""].items()}  # none has the word
    assert scores[str(cross_encoder)] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("search", "arms"), id="search"),
        pytest.param(("ask", "why did Russia buy arms?"), id="ask, by meaning"),
        pytest.param(("ask", "which resolutions are cited?"), id="ask, by a full scan"),
    ],
)
def test_a_wrong_name_is_one_clear_line(
    arguments: tuple[str, ...], seed_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERBATIM_DATA", str(seed_data))
    monkeypatch.setenv("VERBATIM_RERANKER", "/nowhere/at/all")
    assert verbatim(monkeypatch, *arguments) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("verbatim: The reranker '/nowhere/at/all' is neither a folder")
    assert "VERBATIM_RERANKER" in errors
    assert len(errors.splitlines()) == 1


def test_what_needs_no_search_does_not_look_for_it(
    seed_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VERBATIM_DATA", str(seed_data))
    monkeypatch.setenv("VERBATIM_RERANKER", "/nowhere/at/all")
    assert verbatim(monkeypatch, "resolutions") == 0
    assert capsys.readouterr().err == ""


def test_a_bot_with_a_wrong_name_ends_at_its_start(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    with (
        LocalSlack(load_manifest(), port=0) as slack,
        run_bot(slack, tmp_path / "data", log, VERBATIM_RERANKER="/nowhere/at/all") as bot,
    ):
        assert bot.process.wait(90) == 1
    assert "The reranker '/nowhere/at/all' is neither a folder" in bot.read_log()


def test_damaged_weights_are_reported_without_statements(tmp_path: Path, own_cross_encoder: Path) -> None:
    (own_cross_encoder / "model.safetensors").write_bytes(b"damaged")
    with (
        Library.open(tmp_path / "data", encoder=WordEncoder(), reranker=str(own_cross_encoder)) as library,
        pytest.raises(ModelError, match="cannot be loaded"),
    ):
        library.warm_up()


def test_statements_are_added_and_encoded_anew_under_it(tmp_path: Path, cross_encoder: Path) -> None:
    with Library.open(tmp_path, encoder=WordEncoder(), reranker=str(cross_encoder)) as library:
        library.add(SEED)
        library.add(STATEMENT)
        library.re_encode()
        assert library.search("closed reactor", 1)[0].passage.ordinal == 3
