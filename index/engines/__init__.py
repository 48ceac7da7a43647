"""One home per engine: its request, finder and answer."""
