"""One answer to each question, never none: from its claim on disk to the post that Slack confirmed."""
