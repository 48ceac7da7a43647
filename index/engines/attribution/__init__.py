"""Who issued a statement, and when."""
