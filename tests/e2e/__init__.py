"""Tests of the whole bot as processes, and of its page in a browser."""
