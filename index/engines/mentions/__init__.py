"""Every occurrence of words and phrases."""
