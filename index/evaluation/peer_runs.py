"""The peers' rankings of every question, reduced to units as our own are."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np

from index.corpus.embeddings import Embeddings
from index.evaluation.comparison import RankedSystem
from index.evaluation.peers import Peers, Rows
from index.evaluation.progress import OnProgress, start_counting
from index.evaluation.question_sets import JudgedQuestion
from index.evaluation.units import Corpus, SearchedPassage, UnitKind
from index.search.encoder import Encoder

_ENCODED_AT_ONCE = 256


def rank_peers(
    corpus: Corpus,
    questions: Sequence[JudgedQuestion],
    kinds: Mapping[str, UnitKind],
    encoder: Encoder,
    *,
    limit: int,
    on_progress: OnProgress,
) -> list[RankedSystem]:
    """Return every peer in every variant and with every weight, with its `limit` best units for each question."""
    query_embeddings = [encoder.encode_query(question.text) for question in questions]
    forms = {
        "title": [_after_title(one) for one in corpus.passages],
        "text": [_fold_space(one.passage.text) for one in corpus.passages],
    }
    embeddings = _encode([text for texts in forms.values() for text in texts], encoder, on_progress)
    systems: list[RankedSystem] = []
    for (variant, texts), part in zip(forms.items(), np.split(embeddings, len(forms)), strict=True):
        peers = Peers(texts, part)
        advance = start_counting(on_progress, f"Asking the peers ({variant})", len(questions))
        collected: dict[tuple[str, float | None], list[tuple[list[str], float | None]]] = {}
        for question, embedding in zip(questions, query_embeddings, strict=True):
            for one in peers.rank(question.text, embedding):
                units = _to_units(corpus, kinds[question.id], one.rows, limit)
                collected.setdefault((one.name, one.weight), []).append((units, one.top_score))
            advance()
        systems += [_to_system(name, variant, weight, found) for (name, weight), found in collected.items()]
    return systems


def _to_units(corpus: Corpus, kind: UnitKind, rows: Rows, limit: int) -> list[str]:
    passage_ids = (corpus.passages[row].passage.id for row in rows.tolist())
    return list(islice(corpus.get_units(kind, passage_ids), limit))


def _to_system(
    name: str, variant: str, weight: float | None, found: Sequence[tuple[list[str], float | None]]
) -> RankedSystem:
    top_scores = [score for _, score in found if score is not None]
    return RankedSystem(
        name=name,
        variant=variant,
        rankings=[units for units, _ in found],
        top_scores=top_scores if len(top_scores) == len(found) else None,
        weight=weight,
    )


def _after_title(searched: SearchedPassage) -> str:
    return _fold_space(f"{searched.title}. {searched.passage.text}" if searched.title else searched.passage.text)


def _fold_space(text: str) -> str:
    return " ".join(text.split())


def _encode(texts: Sequence[str], encoder: Encoder, on_progress: OnProgress) -> Embeddings:
    """Return the embeddings of texts, (n, d); equal texts are encoded once, and texts of like length together."""
    different = sorted(set(texts), key=lambda text: (-len(text), text))
    advance = start_counting(on_progress, "Encoding for the peers", len(different))
    parts = []
    for start in range(0, len(different), _ENCODED_AT_ONCE):
        portion = different[start : start + _ENCODED_AT_ONCE]
        parts.append(encoder.encode_passages(portion))
        for _ in portion:
            advance()
    row_of = {text: row for row, text in enumerate(different)}
    return np.concatenate(parts)[[row_of[text] for text in texts]]
