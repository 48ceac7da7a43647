"""The Slack bot: a question comes in, the answer goes out. All it knows of statements is what `index` exports."""
