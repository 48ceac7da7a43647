"""Which statements there are."""
