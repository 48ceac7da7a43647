"""What was found → Answer: the same record from every engine, in words that any surface can show."""
