"""Where a reply is posted: in the thread, privately, in place of a message, or to the person directly."""

from bot.outbox.tasks import Post, Route, Task
from bot.slack.blocks.builders import Message
from index import Context


def post_in_thread(task: Task, message: Message, *, mark: str, context: Context | None = None) -> Post:
    """Return a post in the thread of a task."""
    return Post(
        task.channel,
        message.text,
        message.blocks,
        user=task.user,
        thread_ts=task.reply_thread_ts,
        mark=mark,
        after=task.ts,
        context=context.to_dict() if context is not None else None,
    )


def post_directly(task: Task, message: Message) -> Post:
    """Return a direct message to the person of a task."""
    return Post(task.user, message.text, message.blocks, user=task.user)


def respond(task: Task, message: Message) -> Post:
    """Return a private reply to a command, click or shortcut."""
    return Post(
        task.channel,
        message.text,
        message.blocks,
        route=Route.RESPONSE,
        user=task.user,
        response_url=task.response_url,
    )
