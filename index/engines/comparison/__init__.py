"""How two statements differ."""
