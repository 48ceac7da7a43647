"""Many questions at once, for the figures; not run with the tests."""
