"""What statements condemn, demand and commit to."""
