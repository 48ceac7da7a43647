"""A message checked against the statements."""
