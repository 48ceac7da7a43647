"""Scripts that kill, flood, fuzz and soak."""
