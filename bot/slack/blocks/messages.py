"""Short messages: help, usage, errors and confirmations."""

from collections.abc import Sequence

from bot.slack.blocks.builders import (
    MAX_HEADLINE_CHARACTERS,
    Block,
    Message,
    actions,
    build_message,
    bullet_list,
    button,
    context_line,
    escape,
    rich_text,
    section,
    shorten,
    text_run,
)

EXAMPLES = (
    "Which resolutions are cited?",
    "What do they say about nuclear technology?",
    "What do they say about ballistic missile launches?",
    "Can a nuclear war be won?",
)

EXAMPLE_ACTION = "ask_example"
"""Each action id of a button is such a name and a number, since ids must differ within a message."""


def help_message() -> Message:
    """Return what can be asked, with buttons that ask it."""
    lines = (
        "Ask about the official statements that are indexed here; the answer is the exact passages.",
        "Mention me in a channel, write to me directly, or use /ask for an answer that only you see.",
        "Lists, counts and exact wording: /resolutions, /quote, /statements, or the same words after my name.",
        "To check a colleague's message, choose “Check against statements” in its menu.",
    )
    text = "\n".join([*lines, "For example:", *EXAMPLES])
    return build_message(escape(text), [rich_text(section(text_run("\n".join(lines)))), example_buttons()])


def example_buttons() -> Block:
    """Return the buttons that ask an example question."""
    return actions([button(EXAMPLE_ACTION, number, text, text) for number, text in enumerate(EXAMPLES, start=1)])


def text_message(text: str) -> Message:
    """Return a message of one line of text, which is cut where it is too long."""
    line = shorten(text, MAX_HEADLINE_CHARACTERS)
    return build_message(escape(line), [rich_text(section(text_run(line)))])


def usage_message(lines: Sequence[str]) -> Message:
    """Return how a command is used, one form a line."""
    heading, *forms = lines
    listed = [rich_text(bullet_list([section(text_run(form)) for form in forms]))] if forms else []
    return build_message(escape("\n".join(lines)), [rich_text(section(text_run(heading, bold=True))), *listed])


def shared_message() -> Message:
    """Return what replaces a private answer that was shared."""
    return text_message("Shared to the channel.")


def removed_message() -> Message:
    """Return the reply where the statement is not indexed any more."""
    return text_message("This statement has been removed.")


def error_message() -> Message:
    """Return the neutral words for an internal error; nothing of the error is in them."""
    return text_message("Something went wrong, and your question was not answered. Please ask again in a minute.")


def expired_message() -> Message:
    """Return the reply to a click or command whose view Slack did not open in time."""
    return text_message("That took too long for Slack to open it. Please try again.")


def repeated_message(message: Message) -> Message:
    """Return a message with a line that says that it may be a repetition."""
    note = "This may be a repetition: Slack did not confirm the first answer."
    return Message(f"{note}\n{message.text}", [context_line(note), *message.blocks])


def unanswerable_message(channel: str) -> Message:
    """Return the direct message to a person whose question cannot be answered in its channel."""
    before, after = "Slack does not let me answer you in ", ". Ask me here instead, or in another channel."
    parts = [text_run(before), {"type": "channel", "channel_id": channel}, text_run(after)]
    return build_message(f"{before}<#{channel}>{after}", [rich_text(section(*parts))])
