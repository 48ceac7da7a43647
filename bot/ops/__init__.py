"""What tells an operator how the bot is: logs, metrics, health, and the watchdog that ends a bot that cannot heal."""
