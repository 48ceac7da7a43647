"""Passages that answer a question in meaning."""
