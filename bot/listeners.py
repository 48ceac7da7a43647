"""Slack payload → question → Answer → message → Slack: one function per surface."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.client import INTERNAL_SERVER_ERROR, HTTPException
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.commands import COMMANDS, Usage, read_command, read_mention
from bot.conversations import Claims, MessageKey, Threads
from bot.metrics import count_answer
from bot.views import (
    EXAMPLE_ACTION,
    FOLLOW_UP_ACTION,
    PAGE_ACTION,
    SHARE_ACTION,
    SHOW_PASSAGE_ACTION,
    Asking,
    Message,
    Surface,
    answer_message,
    error_message,
    help_message,
    home_view,
    passage_view,
    read_passage_value,
    removed_message,
    shared_message,
    usage_message,
)
from index import Answer, AnswerKind, Library, StoreError, UnknownStatementError

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

_UNTAKEN_BLOCKS = frozenset({"invalid_blocks", "msg_blocks_too_long"})

_NO_MEMBER = frozenset({"not_in_channel", "channel_not_found"})

CHECK_MESSAGE = "check_message"
"""The callback id of the message shortcut "Check against statements"."""

_FOLLOW_UP = re.compile(
    r"""\?\s*$                                  # 'who voted for them?'
        | ^\s*(?:and|what|which|who|where|when|how|why|is|are|do|does|did)\b   # 'and Ukraine', 'which of them'
    """,
    re.VERBOSE | re.IGNORECASE,
)

_HELP = frozenset({"", "help", "help me", "hello", "hi"})

_ANYTHING = re.compile(".*")
_SLACK_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-\d:)?(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every surface works with: the statements, who answers which message, and what threads are about."""

    library: Library
    claims: Claims
    threads: Threads


def register_listeners(app: App, desk: Desk) -> None:
    """Connect every surface of the app to the library."""
    app.use(_claiming(desk))
    answer = _answering(desk)
    app.event("app_mention")(answer)
    app.event("message", matchers=[lambda body: _is_direct_message(body["event"]) or _is_thread_reply(body["event"])])(
        answer
    )
    app.event("app_home_opened")(_showing_home(desk.library))
    report = _reporting(desk)
    for command in COMMANDS:
        app.command(command)(_acknowledging(_answering_command(desk.library), report))
    works = {
        EXAMPLE_ACTION: _asking_example(desk),
        FOLLOW_UP_ACTION: _asking_follow_up(desk),
        PAGE_ACTION: _turning_page(desk.library),
        SHOW_PASSAGE_ACTION: _showing_passage(desk.library),
        SHARE_ACTION: _sharing(desk),
    }
    for action, work in works.items():
        app.action(re.compile(rf"^{action}_\d+$"))(_acknowledging(work, report))
    app.shortcut(CHECK_MESSAGE)(_acknowledging(_checking_message(desk.library), report))
    # What is not answered is acknowledged all the same: Slack takes silence for a failure and delivers it again.
    app.event(_ANYTHING)(_ignore_event)
    for surface in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        surface(_ANYTHING)(_acknowledge)
    app.error(report)


# -- messages --------------------------------------------------------------------------------------------------------


def _answering(desk: Desk) -> Callable[..., None]:
    def answer_question(event: Payload, body: Payload, client: WebClient, context: BoltContext) -> None:
        """Answer a mention, a direct message, or a follow-up in a thread that the bot has answered in."""
        # Decided once, when the claim was made.
        if desk.claims.is_in_work(_key(body)):
            _answer_in_thread(desk, client, event, _key(body), context.bot_user_id)
            _note(desk.claims.mark_sent, _key(body))

    return answer_question


def answer_left_over(desk: Desk, client: WebClient, bot_user_id: str) -> None:
    """Answer what was acknowledged and never answered, because a bot died over it or Slack was out of reach."""
    for unanswered in desk.claims.take_over():
        _log.info("answering a question that was left over")
        try:
            _answer_in_thread(desk, client, unanswered.event, unanswered.key, bot_user_id)
        except Exception as error:  # noqa: BLE001 - one question must not hold up the others
            _log.error("a question that was left over could not be answered", exc_info=error)
            desk.claims.release(unanswered.key)
        else:
            _note(desk.claims.mark_sent, unanswered.key)


def _answer_in_thread(desk: Desk, client: WebClient, event: Payload, key: MessageKey, bot_user_id: str | None) -> None:
    """Answer in the thread, and remember there what the answer was about. Talk that asks nothing gets no answer."""
    typed = read_mention(read_typed(event.get("text") or "", bot_user_id))
    thread = replace(key, ts=_thread_of(event))
    if isinstance(typed, Usage):
        _post(client, event["channel"], usage_message(typed.lines), thread_ts=thread.ts)
        return
    asking = Asking(typed, desk.threads.recall(thread))
    answer = None if _asks_for_help(typed) else _ask(desk.library, asking)
    if not _is_addressed(event) and not (answer and answer.answered and answer.is_sure):
        # Colleagues talk in a thread that began with a question: what is not clearly asked of us is left alone.
        return
    if answer is None or answer.kind is AnswerKind.HELP:
        _send_help(client, event)
    elif answer.kind is not AnswerKind.CHATTER:
        # Before the answer is posted: whoever reads it may go on asking at once.
        _remember(desk, thread, event["user"], answer)
        _post(client, event["channel"], answer_message(answer, asking), thread_ts=thread.ts)


def _remember(desk: Desk, thread: MessageKey, asker: str, answer: Answer) -> None:
    """Keep what an answer was about; that it cannot be kept must not cost the answer."""
    if answer.context is None:
        return
    try:
        desk.threads.remember(thread, asker, answer.context)
    except StoreError as error:
        _log.error("what the answer was about could not be kept", exc_info=error)


# -- commands, buttons and shortcuts ---------------------------------------------------------------------------------


def _answering_command(library: Library) -> _Work:
    def answer_command(body: Payload, client: WebClient, respond: Respond) -> None:
        """Answer a slash command so that only the person who asked sees it, with the question restated."""
        del client
        typed = read_command(body["command"], read_typed(body.get("text") or "", None))
        if isinstance(typed, Usage):
            _respond(respond, usage_message(typed.lines))
        elif _asks_for_help(typed):
            _respond(respond, help_message())
        else:
            _respond(respond, _answer(library, Asking(typed), Surface.PRIVATE))

    return answer_command


def _asking_example(desk: Desk) -> _Work:
    def ask_example(body: Payload, client: WebClient, respond: Respond) -> None:
        """Ask the question on a button of the help."""
        _answer_beside(desk, Asking(str(body["actions"][0].get("value", ""))), body, client, respond)

    return ask_example


def _asking_follow_up(desk: Desk) -> _Work:
    def ask_follow_up(body: Payload, client: WebClient, respond: Respond) -> None:
        """Ask what an answer suggested to ask next."""
        _answer_beside(desk, _read_asking(body), body, client, respond)

    return ask_follow_up


def _answer_beside(desk: Desk, asking: Asking, body: Payload, client: WebClient, respond: Respond) -> None:
    """Answer where the button stands: private stays private."""
    container = body.get("container", {})
    answer = _ask(desk.library, asking)
    if container.get("is_ephemeral"):
        _respond(respond, answer_message(answer, asking, surface=Surface.PRIVATE))
        return
    asking = replace(asking, asker="")
    message = answer_message(answer, asking, surface=Surface.SHARED)
    if container.get("type") == "view":
        # The Home tab has no place for an answer; the direct messages with the person have.
        _post(client, body["user"]["id"], message)
        return
    thread = MessageKey(_team_of(body), str(container["channel_id"]), _thread_of_container(body))
    _remember(desk, thread, body["user"]["id"], answer)
    try:
        _post(client, thread.channel, message, thread_ts=thread.ts)
    except SlackApiError as error:
        if error.response.get("error") not in _NO_MEMBER:
            raise
        _respond(respond, answer_message(answer, asking, surface=Surface.PRIVATE))


def _turning_page(library: Library) -> _Work:
    def turn_page(body: Payload, client: WebClient, respond: Respond) -> None:
        """Show another page of an answer in place of the one that stands there."""
        asking = _read_asking(body)
        container = body["container"]
        if container.get("is_ephemeral"):
            surface = Surface.THREAD if asking.is_check else Surface.PRIVATE
            _respond(respond, _answer(library, asking, surface), replaces=True)
            return
        message = _answer(library, asking, Surface.THREAD if asking.asker is None else Surface.SHARED)
        place = {"channel": container["channel_id"], "ts": container["message_ts"]}
        try:
            client.chat_update(**place, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            if error.response.get("error") not in _NO_MEMBER:
                raise
            _respond(respond, message, replaces=True)

    return turn_page


def _showing_passage(library: Library) -> _Work:
    def show_passage(body: Payload, client: WebClient, respond: Respond) -> None:
        """Open the passage in full, in its context."""
        passage_id, spans = read_passage_value(str(body["actions"][0]["value"]))
        try:
            view = passage_view(library.get(passage_id.rpartition("#")[0]), passage_id, spans)
        except (UnknownStatementError, ValueError):
            _respond(respond, removed_message())
            return
        client.views_open(trigger_id=body["trigger_id"], view=view)

    return show_passage


def _sharing(desk: Desk) -> _Work:
    shared: set[tuple[str, str]] = set()

    def share_answer(body: Payload, client: WebClient, respond: Respond) -> None:
        """Post a private answer to its channel, once, with the question and the name of who asked it."""
        container, person = body["container"], body["user"]["id"]
        place = (str(container["channel_id"]), str(container["message_ts"]))
        if place in shared:
            return
        shared.add(place)
        asking = replace(_read_asking(body), asker=person)
        answer = _ask(desk.library, asking)
        message = answer_message(answer, asking, surface=Surface.SHARED)
        try:
            ts = _post(client, place[0], message, thread_ts=container.get("thread_ts"))
            _remember(desk, MessageKey(_team_of(body), place[0], ts), person, answer)
        except SlackApiError as error:
            if error.response.get("error") not in _NO_MEMBER:
                shared.discard(place)
                raise
            # A command works where the bot is no member; there only the answer to it may speak to the channel.
            _respond(respond, message, to_channel=True)
        _respond(respond, shared_message(), replaces=True)

    return share_answer


def _checking_message(library: Library) -> _Work:
    def check_message(body: Payload, client: WebClient, respond: Respond) -> None:
        """Check every quotation and every number of a resolution in a colleague's message; only who asked sees it."""
        del client
        checking = Asking(read_message(body.get("message", {}).get("text") or ""), is_check=True)
        _respond(respond, _answer(library, checking, Surface.THREAD))

    return check_message


def _read_asking(body: Payload) -> Asking:
    return Asking.from_value(str(body["actions"][0]["value"]))


def _thread_of_container(body: Payload) -> str:
    container = body["container"]
    return str(container.get("thread_ts") or body.get("message", {}).get("thread_ts") or container["message_ts"])


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


def _claiming(desk: Desk) -> Callable[..., BoltResponse | None]:
    def claim_question(body: Payload, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        """Let a question pass once. The claim is on disk before Slack hears that the question has arrived."""
        event = body.get("event") or {}
        if _is_question(event, desk.threads, _key(body)) and not desk.claims.claim(_key(body), event):
            _log.info("redelivered, answered or being answered already")
            return BoltResponse(status=200)
        next()
        return None

    return claim_question


def _reporting(desk: Desk) -> Callable[..., None]:
    def report_error(
        error: Exception, body: Payload, context: BoltContext, client: WebClient, respond: Respond
    ) -> None:
        """Log what went wrong, and say in the same place that something did: the one boundary for errors."""
        reason = f" ({error.response.get('error')})" if isinstance(error, SlackApiError) else ""
        _log.error("failed%s", reason, exc_info=error)
        event = body.get("event") or {}
        is_question = desk.claims.is_in_work(_key(body)) if event else False
        if (_is_addressed(event) or _is_thread_reply(event)) and context.ack.response is None:
            # Failed before the claim was kept: not acknowledged, so Slack delivers the question again.
            return
        if isinstance(error, _UNREACHABLE):
            # The claim stays open: the question is answered when Slack can be reached again.
            if is_question:
                desk.claims.release(_key(body))
            return
        if not isinstance(error, SlackApiError):  # what Slack refused here, it would refuse again
            _apologise(event, body, client, respond)
        if is_question:
            _note(desk.claims.mark_failed, _key(body))

    return report_error


def _apologise(event: Payload, body: Payload, client: WebClient, respond: Respond) -> None:
    try:
        if _is_addressed(event):
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


def _is_question(event: Payload, threads: Threads, key: MessageKey) -> bool:
    """Tell whether an event is to be answered: written to the bot, or a follow-up to its answer in a thread."""
    if _is_addressed(event):
        return True
    if not _is_thread_reply(event):
        return False
    # Only who asked goes on asking without a mention: others in the thread may be talking to each other.
    return threads.has_asked(replace(key, ts=_thread_of(event)), event["user"])


def _is_addressed(event: Payload) -> bool:
    """Tell whether an event is a message that a person wrote to the bot."""
    return (event.get("type") == "app_mention" or _is_direct_message(event)) and _is_by_person(event)


def _is_thread_reply(event: Payload) -> bool:
    """Tell whether an event is a person's reply in a channel's thread that mentions nobody and asks something."""
    # The message that begins a thread carries its own ts as the thread's once it has replies.
    is_within = bool(event.get("thread_ts")) and event["thread_ts"] != event.get("ts")
    is_reply = event.get("type") == "message" and is_within and not _is_direct_message(event)
    text = event.get("text") or ""
    return is_reply and _is_by_person(event) and "<@" not in text and bool(_FOLLOW_UP.search(text))


def _is_by_person(event: Payload) -> bool:
    is_placed = bool(event.get("channel")) and bool(event.get("ts"))
    is_by_person = bool(event.get("user")) and not event.get("bot_id") and not event.get("hidden")
    return is_placed and is_by_person and event.get("subtype") in _ASKING_SUBTYPES


def _is_direct_message(event: Payload) -> bool:
    return event.get("type") == "message" and event.get("channel_type") == "im"


def _key(body: Payload) -> MessageKey:
    event = body.get("event") or {}
    return MessageKey(_team_of(body), channel=str(event.get("channel", "")), ts=str(event.get("ts", "")))


def _team_of(body: Payload) -> str:
    """Return the workspace: an event names it at the top, a click under "team"."""
    event = body.get("event") or {}
    return str(body.get("team_id") or event.get("team") or (body.get("team") or {}).get("id") or "")


# -- in and out ------------------------------------------------------------------------------------------------------


def read_typed(text: str, bot_user_id: str | None) -> str:
    """Return what a person typed, as words: without Slack's mark-up, the mention of the bot, emoji and emphasis."""
    words = " ".join(_EMPHASIS.sub("", _EMOJI.sub(" ", _without_tokens(text, bot_user_id))).split())
    # "@Verbatim, which …" and "@Verbatim: which …" ask the same.
    return words.lstrip(",:; ")


def read_message(text: str) -> str:
    """Return a colleague's message as it reads, lines kept: what is quoted with ">" or quotation marks stays so."""
    return _EMPHASIS.sub("", _without_tokens(text, None))


def _without_tokens(text: str, bot_user_id: str | None) -> str:
    """Return a text of Slack's with links and mentions as their words, and the three escaped characters back."""

    def replace_token(match: re.Match[str]) -> str:
        if match["mark"] in {"@", "!"}:
            return "" if match["body"] == bot_user_id else match["label"] or ""
        return f"#{match['label']}" if match["mark"] and match["label"] else match["label"] or match["body"]

    plain = _SLACK_TOKEN.sub(replace_token, text)
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escaped, character)
    return plain


def _ask(library: Library, asking: Asking) -> Answer:
    started = time.monotonic()
    text = asking.question
    answer = library.check(text) if asking.is_check else library.ask(text, follows=asking.follows)
    seconds = time.monotonic() - started
    count_answer(answer, seconds)
    fields = {"event": "answered", "kind": answer.kind.value, "duration_ms": round(seconds * 1000, 1)}
    _log.info("answered kind=%s in %.0f ms", answer.kind.value, seconds * 1000, extra=fields)
    return answer


def _answer(library: Library, asking: Asking, surface: Surface) -> Message:
    return answer_message(_ask(library, asking), asking, surface=surface)


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


def _post(client: WebClient, channel: str, message: Message, *, thread_ts: str | None = None) -> str:
    """Post a message and return its ts.

    A fault of Slack's own is tried once more; blocks that it does not take go out as their text.
    """
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
        posted = client.chat_postMessage(**arguments, blocks=message.blocks)
    except SlackApiError as error:
        if error.response.get("error") in _UNTAKEN_BLOCKS:
            _log.error("Slack did not take the blocks; sent their text instead", exc_info=error)
            posted = client.chat_postMessage(**arguments)
        elif error.response.status_code >= INTERNAL_SERVER_ERROR or error.response.get("error") in _PASSING_ERRORS:
            _log.warning("Slack had a fault of its own; posting once more")
            time.sleep(_REPOST_SECONDS)
            posted = client.chat_postMessage(**arguments, blocks=message.blocks)
        else:
            raise
    return str(posted.get("ts", ""))


def _respond(respond: Respond, message: Message, *, replaces: bool = False, to_channel: bool = False) -> None:
    how: Payload = {
        "response_type": "in_channel" if to_channel else "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    response = respond(text=message.text, blocks=message.blocks, **how)
    if response.status_code == HTTPStatus.BAD_REQUEST:
        _log.error("Slack did not take the blocks of a private answer; sent their text instead")
        response = respond(text=message.text, **how)
    if response.status_code != HTTPStatus.OK:
        _log.error("the private answer was refused with status %s", response.status_code)


def _thread_of(event: Payload) -> str:
    """Return the thread to answer in: the one the message stands in, or else the one it begins."""
    return str(event.get("thread_ts") or event["ts"])
