"""The message shortcut "Check against statements"."""

from slack_bolt import Ack

from bot.outbox.tasks import Post, Task, TaskKey
from bot.slack.asking import Asking
from bot.slack.blocks.answer import answer_message
from bot.slack.context import AppContext, find_readers_alone
from bot.slack.posts import respond
from bot.slack.typed_text import read_message
from index import CheckRequest


def handle_check_message(ack: Ack) -> None:
    """Acknowledge the shortcut, which is claimed; the outbox answers with `build_check_reply`."""
    ack()


def build_check_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Return the check of every quotation and resolution number in a colleague's message, seen by one person."""
    del key
    asking = Asking("", request=CheckRequest(read_message(task.text)))
    answer = app.ask(find_readers_alone(task), asking)
    return respond(task, answer_message(answer, asking, max_characters=task.max_characters))
