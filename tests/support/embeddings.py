"""Any number of embeddings drawn around real ones: what a large corpus looks like to an index, for tests and benchmarks.

Rows that are drawn independently have no near neighbours, and clusters that are drawn as balls have nothing between
them; either flatters some index and wrongs another. Real text is neither. A row is drawn in three steps:

1. A point between a real row and one of its 20 nearest real rows: paragraphs lie between the topics of others.
2. Noise in the directions in which real rows differ (Gaussian with their covariance), with a share of the length
   drawn evenly between 0.1 and 0.8: near copies beside paragraphs that share no more than the topic.
3. Scaled to unit length.

Checked by drawing as many rows as there are around a quarter of them, and comparing the neighbours (median cosine of
the 1st, 10th and 100th, all-MiniLM-L6-v2, title before text):

                                        real            drawn
5,998 paragraphs of joint statements    .85 .72 .56     .83 .68 .54
58 questions to them                    .59 .50 .40     .55 .48 .39
4,514 paragraphs of SQuAD               .58 .40 .23     .78 .45 .24
800 questions to them                   .59 .36 .22     .45 .34 .22

A drawn paragraph has a nearest neighbour nearer than in SQuAD, where none was written twice, and questions find their
best paragraph farther off than in truth, since three of four that answer them are not drawn around. The later
neighbours, which decide how hard it is to find all of the first ten, agree.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.corpus.embeddings import Embeddings

_NEIGHBOURS = 20
_NOISE = (0.1, 0.8)
_PORTION = 20_000


def draw_around(real: Embeddings, count: int, *, seed: int = 0) -> Iterator[Embeddings]:
    """Yield `count` rows drawn around `real`, (n, d) unit rows, in portions of at most 20,000: the same for a seed.

    The portions are float32 unit rows; the first portions do not depend on `count`.
    """
    random = np.random.default_rng(seed)
    directions = _spread(real)
    nearest = _find_nearest(real)
    for start in range(0, count, _PORTION):
        yield _draw(real, nearest, directions, random)[: count - start]


def _draw(
    real: Embeddings, nearest: NDArray[np.int64], directions: Embeddings, random: np.random.Generator
) -> Embeddings:
    first = random.integers(len(real), size=_PORTION)
    second = nearest[first, random.integers(nearest.shape[1], size=_PORTION)]
    share = random.random((_PORTION, 1), dtype=np.float32)
    between = _to_unit(real[first] * share + real[second] * (1 - share))
    low, high = _NOISE
    noise = low + (high - low) * random.random((_PORTION, 1), dtype=np.float32)
    spread = random.standard_normal((_PORTION, len(directions)), dtype=np.float32) @ directions
    return _to_unit(np.sqrt(1 - noise**2) * between + noise * spread)


def _spread(real: Embeddings) -> Embeddings:
    """Return what turns standard noise, (n, d), into noise of the rows' covariance and a mean square length of 1."""
    values, vectors = np.linalg.eigh(np.cov(real.astype(np.float64), rowvar=False))
    values = np.maximum(values, 0)
    scaled: Embeddings = (vectors * np.sqrt(values / values.sum())).T.astype(np.float32)
    return scaled


def _find_nearest(real: Embeddings) -> NDArray[np.int64]:
    """Return for each row the 20 rows nearest to it and the row itself, in no order."""
    count = min(_NEIGHBOURS + 1, len(real))
    portions = [
        np.argpartition(-(real[start : start + 1000] @ real.T), count - 1, axis=1)[:, :count]
        for start in range(0, len(real), 1000)
    ]
    return np.concatenate(portions)


def _to_unit(rows: Embeddings) -> Embeddings:
    unit: Embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit
