"""The reply builder: from a task of the outbox to the post that answers it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.outbox.tasks import Post, Task, TaskKey, TaskKind
from bot.slack.blocks.builders import Message
from bot.slack.blocks.messages import error_message, repeated_message, unanswerable_message
from bot.slack.context import AppContext
from bot.slack.handlers import actions, commands, events, home, shortcuts
from bot.slack.handlers.admin import build_submission_reply
from bot.slack.posts import post_directly, post_in_thread, respond

Builder = Callable[[AppContext, Task, TaskKey], Post | None]

_BUILDERS: Mapping[TaskKind, Builder] = {
    TaskKind.MESSAGE: events.build_message_reply,
    TaskKind.COMMAND: commands.build_command_reply,
    TaskKind.CLICK: actions.build_click_reply,
    TaskKind.SHORTCUT: shortcuts.build_check_reply,
    TaskKind.SUBMISSION: build_submission_reply,
    TaskKind.HOME: home.build_home_reply,
}

_CHANNEL_REFUSALS = frozenset(
    {"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "thread_not_found"}
)
"""Refusals that concern the channel: the person who asked can still be told directly."""


class SlackReplies:
    """Builds replies from the library."""

    def __init__(self, app: AppContext) -> None:
        self._app = app

    def build_reply(self, task: Task, key: TaskKey) -> Post | None:
        """Return the reply to a task; None where none is due."""
        return _BUILDERS[task.kind](self._app, task, key)

    def build_apology(self, task: Task, code: str) -> Post | None:
        """Return the words that there is no answer, in the thread or else directly."""
        post: Post | None = None
        if task.response_url:
            post = respond(task, error_message())
        elif task.kind is TaskKind.SUBMISSION:
            post = post_directly(task, error_message())
        elif task.kind is TaskKind.MESSAGE and code not in _CHANNEL_REFUSALS:
            post = post_in_thread(task, error_message(), mark=task.ts)
        elif task.kind is TaskKind.MESSAGE and not task.is_direct:
            post = post_directly(task, unanswerable_message(task.channel))
        return replace(post, is_apology=True) if post is not None else None

    def mark_repeated(self, post: Post) -> Post:
        """Return a post that says that it may be a repetition."""
        marked = repeated_message(Message(post.text, post.blocks))
        return replace(post, text=marked.text, blocks=marked.blocks)
