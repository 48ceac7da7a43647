"""What an embedding is to every room. By itself, so that the model can load before SQLAlchemy is imported."""

import numpy as np
from numpy.typing import NDArray

Embeddings = NDArray[np.float32]
"""Rows of unit length, (n, d), or one, (d,)."""
