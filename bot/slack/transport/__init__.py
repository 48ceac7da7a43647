"""How Slack reaches the bot: Socket Mode, or signed requests over HTTP."""
