"""Block Kit: pure functions from values to messages and views."""
