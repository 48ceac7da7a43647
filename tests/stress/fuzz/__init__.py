"""Hostile input in large numbers: scripts that pytest runs a small part of."""
