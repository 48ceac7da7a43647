"""Whether a quotation is in the statements word for word."""
