"""Tests of single rooms: no processes, no network."""
