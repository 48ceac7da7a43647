"""Slash commands: only the person who asked sees the answer, which restates the question."""

from slack_bolt import Ack

from bot.outbox.tasks import Post, Task, TaskKey
from bot.slack.asking import Asking
from bot.slack.blocks.answer import Surface, answer_message
from bot.slack.blocks.messages import help_message, usage_message
from bot.slack.commands import Usage, read_change, read_command
from bot.slack.context import AppContext, find_readers_alone
from bot.slack.handlers.admin import build_change_reply
from bot.slack.posts import respond
from bot.slack.typed_text import asks_for_help, read_typed


def handle_command(ack: Ack) -> None:
    """Acknowledge a command, which is claimed; the outbox answers with `build_command_reply`."""
    ack()


def build_command_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Return the private answer to a command."""
    change = read_change(task.text) if task.name == "/statements" else None
    if change is not None:
        return build_change_reply(app, task, key, change)
    command = read_command(task.name, read_typed(task.text))
    if isinstance(command, Usage):
        return respond(task, usage_message(command.lines))
    if command.request is None and asks_for_help(command.question):
        return respond(task, help_message())
    asking = Asking(command.question, request=command.request)
    answer = app.ask(find_readers_alone(task), asking)
    return respond(task, answer_message(answer, asking, surface=Surface.PRIVATE, max_characters=task.max_characters))
