"""The outbox: every message that the bot sends, from its claim on disk to the reply that Slack confirmed."""
