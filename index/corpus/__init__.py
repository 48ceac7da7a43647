"""The statements themselves: read, divided into passages, kept."""
