"""Tests of rooms together, with stores, models and the local Slack."""
