"""What a person typed → a Request: which engine answers, with what, and over which statements."""
