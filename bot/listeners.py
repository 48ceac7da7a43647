"""Slack payload → question → Answer → message → Slack: one function per surface."""

import logging
import re
import time
from collections.abc import Callable
from http.client import INTERNAL_SERVER_ERROR, HTTPException
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.conversations import Claims, MessageKey
from bot.views import EXAMPLE_ACTION, Message, answer_message, error_message, help_message, home_view
from index import Library, StoreError

_log = logging.getLogger(__name__)

Payload = dict[str, Any]
_Work = Callable[[Payload, WebClient, Respond], None]
"""What a command or button does once it is acknowledged."""

_ASKING_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
"""Messages that a person wrote. Every other subtype is an edit, a deletion or a notice."""

_PASSING_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_REPOST_SECONDS = 1.0

_UNREACHABLE = (OSError, HTTPException)
_SLACKS_ERRORS = (SlackApiError, *_UNREACHABLE)
"""What sending to Slack can raise: it refuses, or it cannot be reached."""

_HELP = frozenset({"", "help", "help me", "hello", "hi"})

_ANYTHING = re.compile(".*")
_SLACK_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-\d:)?(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")


def register_listeners(app: App, library: Library, claims: Claims) -> None:
    """Connect every surface of the app to the library."""
    app.use(_claiming(claims))
    answer = _answering(library, claims)
    app.event("app_mention")(answer)
    app.event("message", matchers=[_is_direct_question])(answer)
    app.event("app_home_opened")(_showing_home(library))
    report = _reporting(claims)
    app.command("/ask")(_acknowledging(_answering_privately(library), report))
    app.action(re.compile(rf"^{EXAMPLE_ACTION}_\d+$"))(_acknowledging(_asking_example(library), report))
    # What is not answered is acknowledged all the same: Slack takes silence for a failure and delivers it again.
    app.event(_ANYTHING)(_ignore_event)
    for surface in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        surface(_ANYTHING)(_acknowledge)
    app.error(report)


# -- surfaces --------------------------------------------------------------------------------------------------------


def _answering(library: Library, claims: Claims) -> Callable[..., None]:
    def answer_question(event: Payload, body: Payload, client: WebClient, context: BoltContext) -> None:
        """Answer a mention or a direct message in its thread."""
        if _is_question(event):
            _answer_in_thread(library, client, event, context.bot_user_id)
            _note(claims.mark_sent, _key(body))

    return answer_question


def answer_left_over(library: Library, claims: Claims, client: WebClient, bot_user_id: str) -> None:
    """Answer what was acknowledged and never answered, because a bot died over it or Slack was out of reach."""
    for unanswered in claims.take_over():
        _log.info("answering a question that was left over")
        try:
            _answer_in_thread(library, client, unanswered.event, bot_user_id)
        except Exception as error:  # noqa: BLE001 - one question must not hold up the others
            _log.error("a question that was left over could not be answered", exc_info=error)
            claims.release(unanswered.key)
        else:
            _note(claims.mark_sent, unanswered.key)


def _answer_in_thread(library: Library, client: WebClient, event: Payload, bot_user_id: str | None) -> None:
    question = read_typed(event.get("text") or "", bot_user_id)
    if _asks_for_help(question):
        _send_help(client, event)
    else:
        _post(client, event["channel"], _answer(library, question), thread_ts=_thread_of(event))


def _answering_privately(library: Library) -> _Work:
    def answer_command(body: Payload, client: WebClient, respond: Respond) -> None:
        """Answer /ask so that only the person who asked sees it, with the question restated."""
        del client
        question = read_typed(body.get("text") or "", None)
        message = help_message() if _asks_for_help(question) else _answer(library, question, asked=question)
        _respond(respond, message)

    return answer_command


def _asking_example(library: Library) -> _Work:
    def ask_example(body: Payload, client: WebClient, respond: Respond) -> None:
        """Ask the question on a button, where the button stands: private stays private."""
        question = str(body["actions"][0].get("value", ""))
        message = _answer(library, question, asked=question)
        container = body.get("container", {})
        if container.get("is_ephemeral"):
            _respond(respond, message)
        elif container.get("type") == "view":
            # The Home tab has no place for an answer; the direct messages with the person have.
            _post(client, body["user"]["id"], message)
        else:
            thread_ts = container.get("thread_ts") or container["message_ts"]
            _post(client, container["channel_id"], message, thread_ts=thread_ts)

    return ask_example


def _showing_home(library: Library) -> Callable[..., None]:
    def show_home(event: Payload, client: WebClient) -> None:
        """Publish the Home tab when somebody opens it."""
        if event.get("tab", "home") == "home":
            client.views_publish(user_id=event["user"], view=home_view(library.list_statements()))

    return show_home


def _acknowledging(work: _Work, report: Callable[..., None]) -> Callable[..., None]:
    def acknowledge_and_work(
        ack: Ack, body: Payload, client: WebClient, context: BoltContext, respond: Respond
    ) -> None:
        ack()
        try:
            work(body, client, respond)
        except Exception as error:  # noqa: BLE001 - handed to the one boundary
            # Not raised: Bolt 1.30 forgets an acknowledgement when the listener fails within 10 ms of it.
            report(error, body, context, client, respond)

    return acknowledge_and_work


def _ignore_event() -> None:
    """Do nothing with an event that asks nothing."""


def _acknowledge(ack: Ack) -> None:
    """Acknowledge what asks nothing, such as following a link."""
    ack()


# -- one answer per message ------------------------------------------------------------------------------------------


def _claiming(claims: Claims) -> Callable[..., BoltResponse | None]:
    def claim_question(body: Payload, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        """Let a question pass once. The claim is on disk before Slack hears that the question has arrived."""
        if _is_question(body.get("event") or {}) and not claims.claim(_key(body), body["event"]):
            _log.info("redelivered, answered or being answered already")
            return BoltResponse(status=200)
        next()
        return None

    return claim_question


def _reporting(claims: Claims) -> Callable[..., None]:
    def report_error(
        error: Exception, body: Payload, context: BoltContext, client: WebClient, respond: Respond
    ) -> None:
        """Log what went wrong, and say in the same place that something did: the one boundary for errors."""
        reason = f" ({error.response.get('error')})" if isinstance(error, SlackApiError) else ""
        _log.error("failed%s", reason, exc_info=error)
        event = body.get("event") or {}
        is_question = _is_question(event)
        if is_question and context.ack.response is None:
            # Failed before the claim was kept: not acknowledged, so Slack delivers the question again.
            return
        if isinstance(error, _UNREACHABLE):
            # The claim stays open: the question is answered when Slack can be reached again.
            if is_question:
                claims.release(_key(body))
            return
        if not isinstance(error, SlackApiError):
            _apologise(event, body, client, respond)
        if is_question:
            _note(claims.mark_failed, _key(body))

    return report_error


def _apologise(event: Payload, body: Payload, client: WebClient, respond: Respond) -> None:
    try:
        if _is_question(event):
            _post(client, event["channel"], error_message(), thread_ts=_thread_of(event))
        elif body.get("response_url"):
            _respond(respond, error_message())
    except _SLACKS_ERRORS as error:
        _log.error("Slack did not take the apology", exc_info=error)


def _note(mark: Callable[[MessageKey], None], key: MessageKey) -> None:
    """Note what became of a message; that it cannot be noted must not become a second message."""
    try:
        mark(key)
    except StoreError as error:
        _log.error("the outcome could not be noted", exc_info=error)


def _asks_for_help(question: str) -> bool:
    return question.lower().strip("?!.,:; ") in _HELP


def _is_question(event: Payload) -> bool:
    """Tell whether an event is a message that a person wrote to the bot."""
    is_addressed = event.get("type") == "app_mention" or _is_direct_message(event)
    is_placed = bool(event.get("channel")) and bool(event.get("ts"))
    is_by_person = bool(event.get("user")) and not event.get("bot_id") and not event.get("hidden")
    return is_addressed and is_placed and is_by_person and event.get("subtype") in _ASKING_SUBTYPES


def _is_direct_message(event: Payload) -> bool:
    return event.get("type") == "message" and event.get("channel_type") == "im"


def _is_direct_question(event: Payload) -> bool:
    """Match direct messages that ask something; edits, deletions and echoes go to the catch-all."""
    return _is_direct_message(event) and _is_question(event)


def _key(body: Payload) -> MessageKey:
    event = body["event"]
    team = body.get("team_id") or event.get("team") or ""
    return MessageKey(team=str(team), channel=str(event["channel"]), ts=str(event["ts"]))


# -- in and out ------------------------------------------------------------------------------------------------------


def read_typed(text: str, bot_user_id: str | None) -> str:
    """Return what a person typed, as words: without Slack's mark-up, the mention of the bot, emoji and emphasis."""

    def replace(match: re.Match[str]) -> str:
        if match["mark"] in {"@", "!"}:
            return "" if match["body"] == bot_user_id else match["label"] or ""
        return f"#{match['label']}" if match["mark"] and match["label"] else match["label"] or match["body"]

    plain = _SLACK_TOKEN.sub(replace, text)
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escaped, character)
    words = " ".join(_EMPHASIS.sub("", _EMOJI.sub(" ", plain)).split())
    # "@Verbatim, which …" and "@Verbatim: which …" ask the same.
    return words.lstrip(",:; ")


def _answer(library: Library, question: str, *, asked: str = "") -> Message:
    started = time.monotonic()
    answer = library.ask(question)
    _log.info("answered kind=%s in %.0f ms", answer.kind.value, (time.monotonic() - started) * 1000)
    return answer_message(answer, asked=asked)


def _send_help(client: WebClient, event: Payload) -> None:
    """Send help to the person alone where Slack can; a thread nobody has answered in shows no ephemeral message."""
    if _is_direct_message(event):
        _post(client, event["channel"], help_message(), thread_ts=_thread_of(event))
        return
    message = help_message()
    try:
        client.chat_postEphemeral(
            channel=event["channel"],
            user=event["user"],
            text=message.text,
            blocks=message.blocks,
            **({"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}),
        )
    except SlackApiError:
        _post(client, event["channel"], message, thread_ts=_thread_of(event))


def _post(client: WebClient, channel: str, message: Message, *, thread_ts: str | None = None) -> None:
    """Post a message. A fault of Slack's own is tried once more; blocks it does not take go out as their text."""
    arguments: Payload = {
        "channel": channel,
        "thread_ts": thread_ts,
        "text": message.text,
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
        "link_names": False,
    }
    try:
        client.chat_postMessage(**arguments, blocks=message.blocks)
    except SlackApiError as error:
        if error.response.get("error") == "invalid_blocks":
            _log.error("Slack did not take the blocks; sent their text instead", exc_info=error)
            client.chat_postMessage(**arguments)
        elif error.response.status_code >= INTERNAL_SERVER_ERROR or error.response.get("error") in _PASSING_ERRORS:
            _log.warning("Slack had a fault of its own; posting once more")
            time.sleep(_REPOST_SECONDS)
            client.chat_postMessage(**arguments, blocks=message.blocks)
        else:
            raise


def _respond(respond: Respond, message: Message) -> None:
    response = respond(
        text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False,
        unfurl_links=False, unfurl_media=False,
    )  # fmt: skip
    if response.status_code != 200:
        _log.error("the private answer was refused with status %s", response.status_code)


def _thread_of(event: Payload) -> str:
    """Return the thread to answer in: the one the message stands in, or else the one it begins."""
    return str(event.get("thread_ts") or event["ts"])
