"""Buttons: examples, follow-up questions, other pages, passages in context, and sharing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.outbox.tasks import Post, Route, Task, TaskKey
from bot.slack.asking import Asking
from bot.slack.blocks.answer import (
    FOLLOW_UP_ACTION,
    PAGE_ACTION,
    SHARE_ACTION,
    Surface,
    answer_message,
)
from bot.slack.blocks.builders import Message
from bot.slack.blocks.forms import REMOVE_ACTION
from bot.slack.blocks.messages import EXAMPLE_ACTION, expired_message, removed_message, shared_message
from bot.slack.blocks.passage import SHOW_PASSAGE_ACTION, passage_view, read_passage_value
from bot.slack.context import AppContext, find_readers, find_readers_alone
from bot.slack.handlers.admin import build_removal_reply
from bot.slack.immediate import open_view
from bot.slack.posts import post_directly, post_in_thread, respond
from index import UnknownStatementError


def handle_click(ack: Ack) -> None:
    """Acknowledge a click, which is claimed; the outbox answers with `build_click_reply`."""
    ack()


def handle_show_passage(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    """Open a passage between its neighbours."""
    ack()
    open_view(context, client, body["trigger_id"], lambda: _build_passage(context["app"], context["claim"].task))


def build_click_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Return the reply to a click."""
    return _BUILDERS[task.name](app, task, key)


def _build_question_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Answer the question of a button where the button is: a private place stays private."""
    asking = Asking(task.value) if task.name == EXAMPLE_ACTION else Asking.from_value(task.value)
    answer = app.ask(find_readers(task), asking)
    if task.is_ephemeral or task.is_private:
        return respond(
            task, answer_message(answer, asking, surface=Surface.PRIVATE, max_characters=task.max_characters)
        )
    message = answer_message(
        answer, replace(asking, asker=""), surface=Surface.SHARED, max_characters=task.max_characters
    )
    if task.is_in_view:
        return post_directly(task, message)  # the Home tab has no place for an answer
    return post_in_thread(task, message, mark=key.ts, context=answer.context)


def _build_page(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Show another page of an answer in place of the one with the button."""
    del key
    asking = Asking.from_value(task.value)
    if task.is_ephemeral:
        surface = Surface.THREAD if asking.is_check else Surface.PRIVATE
        return _replace_original(task, _build_answer(app, task, asking, surface))
    surface = Surface.THREAD if asking.asker is None else Surface.SHARED
    if task.is_private:
        # The bot is no member of two people's direct messages, and the other one reads along.
        readers = replace(find_readers_alone(task), channel=task.channel)
        message = answer_message(app.ask(readers, asking), asking, surface=surface, max_characters=task.max_characters)
        return _replace_original(task, message)
    message = _build_answer(app, task, asking, surface)
    return Post(task.channel, message.text, message.blocks, route=Route.UPDATE, user=task.user, ts=task.ts)


def _build_shared(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Post a private answer to its channel, with the question and the name of who asked it."""
    asking = replace(Asking.from_value(task.value), asker=task.user)
    alone = find_readers_alone(task)
    is_channel = task.is_private or not task.channel.startswith("D")
    answer = app.ask(replace(alone, channel=task.channel) if is_channel else alone, asking)
    message = answer_message(answer, asking, surface=Surface.SHARED, max_characters=task.max_characters)
    done = _replace_original(task, shared_message()).to_dict()
    if task.is_private:
        # A command works where the bot is no member; there only its response_url may post to the channel.
        return replace(respond(task, message), to_channel=True, then=done)
    post = post_in_thread(task, message, mark=key.ts, context=answer.context)
    return replace(post, thread_ts=task.thread_ts, then=done)


def _build_expired(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Tell that a passage was not opened in time, or that its statement was removed."""
    del key
    try:
        _build_passage(app, task)
    except (UnknownStatementError, ValueError):
        return respond(task, removed_message())
    return respond(task, expired_message())


def _build_passage(app: AppContext, task: Task) -> dict[str, Any]:
    passage_id, spans = read_passage_value(task.value)
    statement_id = passage_id.rpartition("#")[0]
    statement = app.read(find_readers_alone(task), lambda library: library.get(statement_id))
    return passage_view(statement, passage_id, spans)


def _build_answer(app: AppContext, task: Task, asking: Asking, surface: Surface) -> Message:
    return answer_message(
        app.ask(find_readers(task), asking), asking, surface=surface, max_characters=task.max_characters
    )


def _replace_original(task: Task, message: Message) -> Post:
    return replace(respond(task, message), replaces_original=True)


_BUILDERS: Mapping[str, Callable[[AppContext, Task, TaskKey], Post]] = {
    EXAMPLE_ACTION: _build_question_reply,
    FOLLOW_UP_ACTION: _build_question_reply,
    PAGE_ACTION: _build_page,
    SHARE_ACTION: _build_shared,
    SHOW_PASSAGE_ACTION: _build_expired,
    REMOVE_ACTION: build_removal_reply,
}
