"""One statement in full."""
