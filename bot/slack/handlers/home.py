"""The Home tab."""

from bot.outbox.tasks import Post, Route, Task, TaskKey
from bot.slack.blocks.home import home_view
from bot.slack.context import AppContext, find_readers_alone


def handle_home_opened() -> None:
    """Acknowledge the event, which is claimed; the outbox publishes the tab with `build_home_reply`."""


def build_home_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Return the Home tab of a person."""
    del key
    statements = app.read(find_readers_alone(task), lambda library: library.list_statements())
    return Post("", "", home_view(statements)["blocks"], route=Route.HOME, user=task.user)
