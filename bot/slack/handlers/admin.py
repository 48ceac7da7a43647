"""Adding, removing and re-encoding statements from Slack. Every step checks whether the person is an admin.

Changes and refusals are logged with the ids of the person and of the statement.
"""

import datetime
import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.outbox.store import Claim
from bot.outbox.tasks import Post, Task, TaskKey, TaskKind
from bot.slack.blocks.forms import (
    AdditionInput,
    StatementForm,
    addition_view,
    removal_message,
)
from bot.slack.blocks.messages import expired_message, removed_message, text_message
from bot.slack.commands import Change, ChangeKind, read_change
from bot.slack.context import AppContext, find_person
from bot.slack.immediate import open_view
from bot.slack.permissions import Person
from bot.slack.posts import post_directly, respond
from index import ReadingError, UnknownStatementError, VerbatimError, Visibility

_log = logging.getLogger(__name__)

_DENIED = "Only admins can change statements. Nothing was changed."
_FAILED = "That could not be done, and nothing was changed. The reason is in the log of the bot."
_encoding = threading.Lock()


def asks_to_add(body: dict[str, Any]) -> bool:
    """Tell whether a /statements command asks for the form."""
    change = read_change(str(body.get("text") or ""))
    return change is not None and change.kind is ChangeKind.ADD


def handle_add(ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
    """Open the form for adding a statement."""
    ack()
    is_admin = context["app"].permissions.may_manage(find_person(context["claim"].task))
    open_view(context, client, body["trigger_id"], lambda: addition_view() if is_admin else None)


def handle_submission(ack: Ack, context: BoltContext) -> None:
    """Check the form; the outbox adds the statement with `build_submission_reply` after the form is closed."""
    app: AppContext = context["app"]
    claim: Claim = context["claim"]
    if _find_admin(app, claim.task, ChangeKind.ADD) is None:
        faults = {AdditionInput.TITLE.value: _DENIED}
    else:
        faults = _find_faults(_read_form(claim.task))
    if faults:
        app.outbox.mark_sent(claim.lease)
        ack(response_action="errors", errors=faults)
    else:
        app.outbox.release_leases([claim.lease])
        ack()


def build_change_reply(app: AppContext, task: Task, key: TaskKey, change: Change) -> Post:
    """Return the reply to a command that changes statements."""
    person = _find_admin(app, task, change.kind)
    if person is None:
        return respond(task, text_message(_DENIED))
    if change.kind is ChangeKind.ADD:
        return respond(task, expired_message())  # the handler has tried to open the form
    if change.kind is ChangeKind.RE_ENCODE:
        return _start_encoding(app, task, key, person)
    try:
        return respond(task, removal_message(app.library.get(change.statement_id).summary))
    except UnknownStatementError as error:
        return respond(task, text_message(str(error)))


def build_removal_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Remove the statement that a button names, if the person still may, and return how that went."""
    del key
    person = _find_admin(app, task, ChangeKind.REMOVE)
    if person is None:
        message = text_message(_DENIED)
    else:
        try:
            removed = app.library.remove(task.value)
        except UnknownStatementError:
            message = removed_message()
        else:
            _log.info("%s of %s removed %s", person.user_id, person.team_id, removed.id)
            message = text_message(f"Removed: {removed.title} ({removed.id}).")
    return replace(respond(task, message), replaces_original=True)


def build_submission_reply(app: AppContext, task: Task, key: TaskKey) -> Post:
    """Add the statement of a form, and return how that went."""
    del key
    person = _find_admin(app, task, ChangeKind.ADD)
    text = _DENIED if person is None else _add(app, _read_form(task), person)
    return post_directly(task, text_message(text))


def _find_admin(app: AppContext, task: Task, kind: ChangeKind) -> Person | None:
    """Return the person of a task if an admin; the attempt of another is logged."""
    person = find_person(task)
    if app.permissions.may_manage(person):
        return person
    who = f"{person.user_id} of {person.team_id}" if person else "somebody"
    _log.warning("%s may not %s statements", who, kind)
    return None


def _read_form(task: Task) -> StatementForm:
    values: Mapping[str, Any] = task.payload or {}
    return StatementForm(**{**values, "visibility": Visibility(values["visibility"])})


def _find_faults(form: StatementForm) -> dict[str, str]:
    """Return what is wrong with a form, by input."""
    faults = {}
    if not form.title.strip():
        faults[AdditionInput.TITLE.value] = "A statement needs a title."
    if not form.text.strip():
        faults[f"{AdditionInput.TEXT}_1"] = "A statement needs a text."
    try:
        datetime.date.fromisoformat(form.date or "2000-01-01")
    except ValueError:
        faults[AdditionInput.DATE.value] = "Write the date as year-month-day, for example 2024-12-12."
    return faults


def _add(app: AppContext, form: StatementForm, person: Person) -> str:
    """Add a statement, and return how that went in words."""
    faults = _find_faults(form)
    if faults:
        return f"Not added: {next(iter(faults.values()))}"
    try:
        is_known = app.library.contains_text(form.text)
        added = app.library.add_text(
            form.text,
            title=form.title,
            date=form.date or None,
            source=form.source or None,
            visibility=form.visibility,
        )
    except ReadingError as error:
        return f"Not added: {error}"
    except VerbatimError as error:
        _log.error("%s of %s could not add a statement", person.user_id, person.team_id, exc_info=error)
        return f"Not added: {form.title}. {_FAILED}"
    if is_known:
        return f"Already indexed, unchanged, as {added.visibility}: {added.title} ({added.id})."
    _log.info("%s of %s added %s", person.user_id, person.team_id, added.id)
    return f"Added as {added.visibility}: {added.title} ({added.id}, {added.summary.paragraphs} ¶)."


def _start_encoding(app: AppContext, task: Task, key: TaskKey, person: Person) -> Post:
    if not _encoding.acquire(blocking=False):
        return respond(task, text_message("The statements are being encoded again already."))
    _log.info("%s of %s has the statements encoded again", person.user_id, person.team_id)
    # Not in the outbox: it may take many minutes, and the bot does not wait for it when it is told to end.
    threading.Thread(target=_encode_all, args=(app, task, key), name="re-encode", daemon=True).start()
    return respond(task, text_message("The statements are being encoded again. I will tell you when it is done."))


def _encode_all(app: AppContext, task: Task, key: TaskKey) -> None:
    try:
        done = f"Statements encoded again: {app.library.re_encode():,}."
    except Exception as error:  # noqa: BLE001 - the end of a thread: logged, and the person is told
        _log.error("the statements could not be encoded again", exc_info=error)
        done = _FAILED
    finally:
        _encoding.release()
    post = post_directly(task, text_message(done))
    app.outbox.claim(Claim(replace(key, ts=f"{key.ts} done"), Task(TaskKind.POST, payload=post.to_dict())))
