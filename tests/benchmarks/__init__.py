"""How fast it is, as a ratio to a named peer in the same run. Not part of the tests."""
