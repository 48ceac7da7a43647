"""Adding and removing statements and encoding them again from Slack; every step asks whether the person may.

Everything that is done or refused is told in the log by the ids of the person and of the statement.
"""

import datetime
import logging
import threading
from typing import Any

from slack_bolt import Ack, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.outbox.workers import Workers
from bot.slack.commands import Change, ChangeKind, read_change
from bot.slack.permissions import Permissions, Person, read_person
from bot.slack.views import (
    AdditionInput,
    FilledIn,
    Message,
    addition_view,
    overloaded_message,
    read_addition,
    removal_message,
    removed_message,
    told_message,
)
from index import Library, ReadingError, UnknownStatementError, VerbatimError

_log = logging.getLogger(__name__)

Payload = dict[str, Any]

SPENT_TRIGGERS = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired"})
"""Slack's errors where a modal was opened too late, or twice."""

_DENIED = (
    "Only those whom the operator of this bot named (VERBATIM_ADMINS) may change which statements are kept. "
    "Nothing was changed."
)
_FAILED = "That could not be done, and nothing was changed. The operator finds the reason in the log."


def asks_for_change(body: Payload) -> bool:
    """Tell whether a /statements command asks to change what is kept."""
    return read_change(str(body.get("text") or "")) is not None


class Manager:
    """Does what people ask to be changed. Any thread may call it."""

    def __init__(self, library: Library, permissions: Permissions, workers: Workers) -> None:
        self._library = library
        self._permissions = permissions
        self._workers = workers
        self._encoding = threading.Lock()

    def change(self, body: Payload, client: WebClient, respond: Respond) -> None:
        """Begin what a /statements command asks for: open the form, ask to confirm, or encode again."""
        change = read_change(str(body.get("text") or "")) or Change(ChangeKind.ADD)
        person = self._permitted(body, change.kind)
        if person is None:
            _respond(respond, told_message(_DENIED))
        elif change.kind is ChangeKind.ADD:
            _open_form(body, client, respond)
        elif change.kind is ChangeKind.REMOVE:
            self._ask_to_confirm(change.statement_id, respond)
        else:
            self._re_encode(person, client, respond)

    def add(self, ack: Ack, body: Payload, client: WebClient) -> None:
        """Add what was filled in, after the form is closed; how it went is told in direct messages."""
        person = self._permitted(body, ChangeKind.ADD)
        if person is None:
            ack(response_action="errors", errors={AdditionInput.TITLE: _DENIED})
            return
        filled = read_addition(body["view"])
        faults = _find_faults(filled)
        if faults:
            ack(response_action="errors", errors=faults)
            return
        if self._workers.submit(lambda: _post(client, person, told_message(self._add(filled, person)))):
            ack()
        else:
            ack(response_action="errors", errors={AdditionInput.TITLE: overloaded_message().text})

    def remove(self, body: Payload, client: WebClient, respond: Respond) -> None:
        """Remove the statement that a button names, where whoever clicks still may."""
        del client
        person = self._permitted(body, ChangeKind.REMOVE)
        if person is None:
            _respond(respond, told_message(_DENIED), replaces=True)
            return
        try:
            removed = self._library.remove(str(body["actions"][0]["value"]))
        except UnknownStatementError:
            _respond(respond, removed_message(), replaces=True)
            return
        _log.info("%s of %s removed %s", person.user_id, person.team_id, removed.id)
        _respond(respond, told_message(f"Removed: {removed.title} ({removed.id})."), replaces=True)

    def _permitted(self, body: Payload, kind: ChangeKind) -> Person | None:
        """Return who asks where they may; who may not is told in the log."""
        person = read_person(body)
        if self._permissions.may_manage(person):
            return person
        who = f"{person.user_id} of {person.team_id}" if person else "somebody"
        _log.warning("%s may not %s statements", who, kind)
        return None

    def _ask_to_confirm(self, statement_id: str, respond: Respond) -> None:
        try:
            summary = self._library.get(statement_id).summary
        except UnknownStatementError as error:
            _respond(respond, told_message(str(error)))
        else:
            _respond(respond, removal_message(summary))

    def _add(self, filled: FilledIn, person: Person) -> str:
        """Add a statement, and return how it went in words."""
        source = filled.source or None
        try:
            is_known = self._library.contains_text(filled.text)
            added = self._library.add_text(
                filled.text,
                title=filled.title,
                date=filled.date or None,
                source=source,
                visibility=filled.visibility,
            )
        except ReadingError as error:
            return f"Not added: {error}"
        except VerbatimError as error:
            _log.error("%s of %s could not add a statement", person.user_id, person.team_id, exc_info=error)
            return f"Not added: {filled.title}. {_FAILED}"
        if is_known:
            return f"There already, unchanged, as {added.visibility}: {added.title} ({added.id})."
        _log.info("%s of %s added %s", person.user_id, person.team_id, added.id)
        return f"Added as {added.visibility}: {added.title} ({added.id}, {added.summary.paragraphs} ¶)."

    def _re_encode(self, person: Person, client: WebClient, respond: Respond) -> None:
        if not self._encoding.acquire(blocking=False):
            _respond(respond, told_message("The statements are being encoded again already."))
            return
        _log.info("%s of %s has the statements encoded again", person.user_id, person.team_id)
        _respond(respond, told_message("The statements are being encoded again. I will write to you when it is done."))
        # Not among the workers: the bot does not wait for it when it is told to end. What is done by then stays done.
        threading.Thread(target=self._encode_all, args=(person, client), name="re-encode", daemon=True).start()

    def _encode_all(self, person: Person, client: WebClient) -> None:
        try:
            done = f"Statements encoded again: {self._library.re_encode():,}."
        except Exception as error:  # noqa: BLE001 - the end of a thread: it is logged and told
            _log.error("the statements could not be encoded again", exc_info=error)
            done = _FAILED
        finally:
            self._encoding.release()
        _post(client, person, told_message(done))


def _open_form(body: Payload, client: WebClient, respond: Respond) -> None:
    try:
        client.views_open(trigger_id=body["trigger_id"], view=addition_view())
    except SlackApiError as error:
        if error.response.get("error") not in SPENT_TRIGGERS:
            raise
        _respond(
            respond, told_message("Slack waits three seconds for the form, and it came too late. Please try again.")
        )


def _find_faults(filled: FilledIn) -> dict[str, str]:
    """Return by input what is wrong with what was filled in."""
    faults = {}
    if not filled.title.strip():
        faults[AdditionInput.TITLE.value] = "A statement needs a title."
    if not filled.text.strip():
        faults[f"{AdditionInput.TEXT}_1"] = "There is nothing to keep."
    try:
        datetime.date.fromisoformat(filled.date or "2000-01-01")
    except ValueError:
        faults[AdditionInput.DATE.value] = "Write it as year-month-day, for example 2024-12-12."
    return faults


def _post(client: WebClient, person: Person, message: Message) -> None:
    """Write to a person directly; that it cannot be told must not look as if it was not done."""
    try:
        client.chat_postMessage(
            channel=person.user_id,
            text=message.text,
            blocks=message.blocks,
            unfurl_links=False,
            unfurl_media=False,
            parse="none",
            link_names=False,
        )
    except Exception as error:  # noqa: BLE001 - Slack's and the network's, of any kind
        _log.error("%s could not be told how it went", person.user_id, exc_info=error)


def _respond(respond: Respond, message: Message, *, replaces: bool = False) -> None:
    respond(
        text=message.text,
        blocks=message.blocks,
        response_type="ephemeral",
        replace_original=replaces,
        unfurl_links=False,
        unfurl_media=False,
    )
