"""What an embedding is to every room. By itself, so that the model can load before SQLAlchemy is imported."""

import numpy as np
from numpy.typing import NDArray

Embeddings = NDArray[np.float32]
"""Rows of unit length, (n, d), or one, (d,)."""


def widen(halves: NDArray[np.float16]) -> Embeddings:
    """Return finite numbers in float32.

    As `astype` does, which takes them one by one: 90 microseconds instead of 490 for 400 embeddings. The bits of the
    number go to where float32 has them, and what it counts exponents from is 112 more.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~0x70000000  # the sign was copied into what is now the upper part of the exponent
    found: Embeddings = bits.view(np.float32)
    found *= np.float32(2.0**112)
    return found
