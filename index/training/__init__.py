"""Training of the learned numbers: `python -m index.training.ranking`."""
