"""What the statements say of a topic over time."""
