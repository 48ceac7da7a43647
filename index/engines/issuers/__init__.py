"""Who issued statements."""
