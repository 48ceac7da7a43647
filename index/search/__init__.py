"""Search for meaning: text → embeddings → the passages closest to a query."""
