"""When statements were issued."""
