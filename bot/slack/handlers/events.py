"""Mentions, direct messages and replies in threads."""

from dataclasses import replace
from typing import Any

from slack_bolt import BoltContext

from bot.outbox.tasks import Post, Route, Task, TaskKey
from bot.slack.asking import Asking
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.messages import help_message, usage_message
from bot.slack.claiming import find_team
from bot.slack.commands import Usage, read_mention
from bot.slack.context import AppContext, find_readers
from bot.slack.posts import post_in_thread
from bot.slack.typed_text import asks_for_help, read_typed
from index import AnswerKind, Context


def handle_mention() -> None:
    """Acknowledge a mention, which is claimed; the outbox answers with `build_message_reply`."""


def handle_message(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
    """Acknowledge a message, which is claimed if it is a question; withdraw the question that was deleted."""
    if event.get("subtype") == "message_deleted":
        app: AppContext = context["app"]
        app.outbox.withdraw(TaskKey(find_team(body), str(event.get("channel")), str(event.get("deleted_ts"))))


def build_message_reply(app: AppContext, task: Task, key: TaskKey) -> Post | None:
    """Return the answer to a message; None for talk that asks nothing."""
    typed = read_mention(read_typed(task.text, app.bot_user_id))
    if isinstance(typed, Usage):
        return post_in_thread(task, usage_message(typed.lines), mark=key.ts)
    if asks_for_help(typed):
        return _build_help(task, key) if task.is_addressed else None
    asking = Asking(typed, app.memory.recall(replace(key, ts=task.reply_thread_ts)))
    answer = app.ask(find_readers(task), asking)
    if not task.is_addressed and not answer.is_addressed:
        # Colleagues talk in a thread that began with a question: only a clear question to the bot is answered.
        return None
    if answer.kind is AnswerKind.CHATTER:
        return None
    if answer.kind is AnswerKind.HELP:
        return _build_help(task, key)
    # Whoever got an answer, even a refusal, may go on asking without a mention.
    context = answer.context or asking.follows or Context()
    message = answer_message(answer, asking, max_characters=task.max_characters)
    return post_in_thread(task, message, mark=key.ts, context=context)


def _build_help(task: Task, key: TaskKey) -> Post:
    """Return the help, to the person alone where Slack allows it."""
    post = post_in_thread(task, help_message(), mark=key.ts)
    return post if task.is_direct else replace(post, route=Route.EPHEMERAL, may_be_public=True)
