"""Where people meet the bot: mentions, commands, buttons, forms and the Home tab, and who may do what there."""
