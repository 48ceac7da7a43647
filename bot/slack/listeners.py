"""Slack payload → question → Answer → message → Slack: one function per surface."""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, TypeVar

from slack_bolt import Ack, App, BoltResponse, Respond
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.ops.metrics import AMBIGUOUS_POSTS, CLAIMS, FAILURES, QUESTIONS, count_answer
from bot.outbox.answering import Compose, Turn
from bot.outbox.conversations import Claims, MessageKey, Threads
from bot.outbox.intake import TakeUp
from bot.outbox.posting import (
    UNREACHABLE,
    UNTAKEN_BLOCKS,
    Post,
    UnreachedRetryHandler,
    read_rate_limit,
    sends_once,
)
from bot.outbox.workers import Workers
from bot.slack.admin import SPENT_TRIGGERS, Manager, asks_for_change
from bot.slack.commands import COMMANDS, Usage, read_command, read_mention
from bot.slack.directory import Directory, Readers
from bot.slack.permissions import Permissions, read_person
from bot.slack.views import (
    ADDITION_VIEW,
    EXAMPLE_ACTION,
    FOLLOW_UP_ACTION,
    PAGE_ACTION,
    REMOVE_ACTION,
    SHARE_ACTION,
    SHOW_PASSAGE_ACTION,
    Asking,
    Message,
    Surface,
    answer_message,
    busy_message,
    error_message,
    help_message,
    home_view,
    late_message,
    overloaded_message,
    passage_view,
    read_passage_value,
    removed_message,
    repeated_message,
    shared_message,
    usage_message,
)
from index import Answer, AnswerKind, CheckRequest, Context, Library, StoreError, UnknownStatementError

_log = logging.getLogger(__name__)

Payload = dict[str, Any]
T = TypeVar("T")
_Work = Callable[[Payload, WebClient, Respond], None]
"""What a command or button does once it is acknowledged."""

_ASKING_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})
"""Messages that a person wrote. Every other subtype is an edit, a deletion or a notice."""

_TAKEN_UP = frozenset({"app_mention", "message"})
"""Events of which nothing is left to do once the questions among them are taken up."""

_NO_MEMBER = frozenset({"not_in_channel", "channel_not_found"})

_RESPONSE_SECONDS = 10

CHECK_MESSAGE = "check_message"
"""The callback id of the message shortcut "Check against statements"."""

_FOLLOW_UP = re.compile(
    r"""\?\s*$                                  # 'who voted for them?'
        | ^\W*(?:and|what|which|who|where|when|how|why|is|are|was|were|do|does|did|has|have|any)\b  # 'and Ukraine'
        | ^\W*(?:can|could|would|please|now|also|then|same|only|since|in)\b                        # 'same for Syria'
        | ^\W*(?:show|list|count|compare|find|search|quote|check|tell|give|open)\b                 # 'list the demands'
        | ^\W*(?:resolutions|treaties|citations|statements|positions|demands|commitments|dates)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""How a reply in a thread begins or ends that may go on asking; whether it does is told by what it is read as."""

_HELP = frozenset({"", "help", "help me", "hello", "hi"})

_ANYTHING = re.compile(".*")
_SLACK_TOKEN = re.compile(r"<(?P<mark>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_EMOJI = re.compile(r"(?<![\w:]):[a-z0-9_+'-]+:(?::skin-tone-\d:)?(?!\w)")
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+|[*_~`]+(?!\w)")


def at_once(_channel: str, turn: Turn) -> None:
    """Post something now, in nobody's turn."""
    while (seconds := turn()) is not None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every surface works with: statements, what is to be answered, what threads are about, who works, who may.

    Unless permissions and a directory are given, nobody may change anything or read what is internal. `in_turn` posts
    something in a channel when it is the channel's turn.
    """

    library: Library
    claims: Claims
    threads: Threads
    workers: Workers
    permissions: Permissions = field(default_factory=Permissions)
    directory: Directory = field(default_factory=Directory)
    in_turn: Callable[[str, Turn], None] = at_once

    def read(self, readers: Readers, reading: Callable[[Library], T]) -> T:
        """Return what is read in the library of those statements that all readers may read."""
        while True:
            public = self.library.public()
            if public is not self.library:
                return reading(self.library if self.directory.may_read_internal(readers) else public)
            found = reading(public)
            if self.library.public() is public:  # nothing internal came while it was read
                return found


def register_listeners(app: App, desk: Desk) -> None:
    """Connect every surface of the app to the library."""
    app.use(_taking_up_first(desk))
    for name in sorted(_TAKEN_UP):
        app.event(name)(_ignore_event)  # the questions among them have been taken up before
    app.event("app_home_opened")(_showing_home(desk))
    manager = Manager(desk.library, desk.permissions, desk.workers)
    app.command("/statements", matchers=[asks_for_change])(_acknowledging(manager.change, desk.workers))
    app.view(ADDITION_VIEW)(manager.add)
    for command in COMMANDS:
        app.command(command)(_acknowledging(_answering_command(desk), desk.workers))
    works = {
        EXAMPLE_ACTION: _asking_example(desk),
        FOLLOW_UP_ACTION: _asking_follow_up(desk),
        PAGE_ACTION: _turning_page(desk),
        SHOW_PASSAGE_ACTION: _showing_passage(desk),
        SHARE_ACTION: _sharing(desk),
        REMOVE_ACTION: manager.remove,
    }
    for action, work in works.items():
        app.action(re.compile(rf"^{action}_\d+$"))(_acknowledging(work, desk.workers))
    app.shortcut(CHECK_MESSAGE)(_acknowledging(_checking_message(desk), desk.workers))
    # What is not answered is acknowledged all the same: Slack takes silence for a failure and delivers it again.
    app.event(_ANYTHING)(_ignore_event)
    for surface in (app.action, app.command, app.shortcut, app.view, app.view_closed, app.options):
        surface(_ANYTHING)(_acknowledge)
    app.error(_report_error)


# -- messages --------------------------------------------------------------------------------------------------------


def composing(desk: Desk, bot_user_id: str) -> Compose:
    """Return what makes the answers to mentions, direct messages, and follow-ups in threads."""

    def compose(event: Mapping[str, Any], key: MessageKey) -> Post | None:
        """Return the answer to a message, with what it is about; talk that asks nothing gets none."""
        typed = read_mention(read_typed(event.get("text") or "", bot_user_id))
        if isinstance(typed, Usage):
            return Post.of(usage_message(typed.lines), event)
        if _asks_for_help(typed):
            return _help_post(event) if _is_addressed(event) else None
        asking = Asking(typed, desk.threads.recall(replace(key, ts=_thread_of(event))))
        answer = desk.read(_readers_of_thread(event), _asking(asking))
        if not _is_addressed(event) and not answer.is_addressed:
            # Colleagues talk in a thread that began with a question: what is not clearly asked of us is left alone.
            return None
        if answer.kind is AnswerKind.CHATTER:
            return None
        if answer.kind is AnswerKind.HELP:
            return _help_post(event)
        # Whoever got an answer, if only that there is none, goes on asking without a mention.
        about = answer.context or asking.follows or Context()
        return replace(Post.of(answer_message(answer, asking), event), about=about.to_dict())

    return compose


def _help_post(event: Mapping[str, Any]) -> Post:
    """Return the help, for the person alone where Slack can."""
    return replace(Post.of(help_message(), event), is_private=not _is_direct_message(event))


def _remember(desk: Desk, thread: MessageKey, asker: str, answer: Answer) -> None:
    """Keep what an answer was about; that it cannot be kept must not cost the answer."""
    if answer.context is None:
        return
    try:
        desk.threads.remember(thread, asker, answer.context)
    except StoreError as error:
        _log.error("what the answer was about could not be kept", exc_info=error)


# -- commands, buttons and shortcuts ---------------------------------------------------------------------------------


def _answering_command(desk: Desk) -> _Work:
    def answer_command(body: Payload, client: WebClient, respond: Respond) -> None:
        """Answer a slash command so that only the person who asked sees it, with the question restated."""
        del client
        command = read_command(body["command"], read_typed(body.get("text") or "", None))
        if isinstance(command, Usage):
            _respond(respond, usage_message(command.lines))
        elif command.request is None and _asks_for_help(command.question):
            _respond(respond, help_message())
        else:
            asking = Asking(command.question, request=command.request)
            _respond(respond, _answer(desk, _alone(body), asking, Surface.PRIVATE))

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
    answer = desk.read(_readers_beside(body), _asking(asking))
    if container.get("is_ephemeral"):
        _respond(respond, answer_message(answer, asking, surface=Surface.PRIVATE))
        return
    asking = replace(asking, asker="")
    message = answer_message(answer, asking, surface=Surface.SHARED)
    if container.get("type") == "view":
        # The Home tab has no place for an answer; the direct messages with the person have.
        person = body["user"]["id"]
        desk.in_turn(person, _turn(lambda once: _post(once, person, message), body, client, respond))
        return
    thread = MessageKey(_team_of(body), str(container["channel_id"]), _thread_of_container(body))
    _remember(desk, thread, body["user"]["id"], answer)

    def post_answer(client: WebClient) -> None:
        try:
            _post(client, thread.channel, message, thread_ts=thread.ts)
        except SlackApiError as error:
            if error.response.get("error") not in _NO_MEMBER:
                raise
            _respond(respond, answer_message(answer, asking, surface=Surface.PRIVATE))

    desk.in_turn(thread.channel, _turn(post_answer, body, client, respond))


def _turn(post: Callable[[WebClient], object], body: Payload, client: WebClient, respond: Respond) -> Turn:
    """Return what posts something when it is its channel's turn."""
    once = sends_once(client)
    once.retry_handlers = [UnreachedRetryHandler(max_retry_count=6)]

    def take_turn() -> float | None:
        waits: list[float] = []

        def post_or_wait(_body: Payload, _client: WebClient, _respond: Respond) -> None:
            try:
                post(once)
            except SlackApiError as error:
                seconds = read_rate_limit(error)
                if seconds is None:
                    raise
                waits.append(seconds)

        _work_on(post_or_wait, body, client, respond)
        return waits[0] if waits else None

    return take_turn


def _turning_page(desk: Desk) -> _Work:
    def turn_page(body: Payload, client: WebClient, respond: Respond) -> None:
        """Show another page of an answer in place of the one that stands there."""
        asking = _read_asking(body)
        container = body["container"]
        if container.get("is_ephemeral"):
            surface = Surface.THREAD if asking.is_check else Surface.PRIVATE
            _respond(respond, _answer(desk, _alone(body), asking, surface), replaces=True)
            return
        surface = Surface.THREAD if asking.asker is None else Surface.SHARED
        message = _answer(desk, _readers_beside(body), asking, surface)
        place = {"channel": container["channel_id"], "ts": container["message_ts"]}
        try:
            client.chat_update(**place, text=message.text, blocks=message.blocks, parse="none", link_names=False)
        except SlackApiError as error:
            if error.response.get("error") not in _NO_MEMBER:
                raise
            # Two people's direct messages then: the other one reads along.
            readers = replace(_alone(body), channel=str(container["channel_id"]))
            _respond(respond, _answer(desk, readers, asking, surface), replaces=True)

    return turn_page


def _showing_passage(desk: Desk) -> _Work:
    def show_passage(body: Payload, client: WebClient, respond: Respond) -> None:
        """Open the passage in full, in its context."""
        passage_id, spans = read_passage_value(str(body["actions"][0]["value"]))
        try:
            statement = desk.read(_alone(body), lambda library: library.get(passage_id.rpartition("#")[0]))
            view = passage_view(statement, passage_id, spans)
        except (UnknownStatementError, ValueError):
            _respond(respond, removed_message())
            return
        try:
            client.views_open(trigger_id=body["trigger_id"], view=view)
        except SlackApiError as error:
            if error.response.get("error") not in SPENT_TRIGGERS:
                raise
            _respond(respond, late_message())

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
        readers = Readers(person, "" if place[0].startswith("D") else place[0])
        answer = desk.read(readers, _asking(asking))
        message = answer_message(answer, asking, surface=Surface.SHARED)

        def post_shared(client: WebClient) -> None:
            try:
                ts = _post(client, place[0], message, thread_ts=container.get("thread_ts"))
                _remember(desk, MessageKey(_team_of(body), place[0], ts), person, answer)
            except SlackApiError as error:
                if error.response.get("error") not in _NO_MEMBER:
                    if read_rate_limit(error) is None:
                        shared.discard(place)
                    raise
                # A command works where the bot is no member; there only the answer to it may speak to the channel.
                # Direct messages are two people's then, and the other one reads along.
                beside = _answer(desk, Readers(person, place[0]), asking, Surface.SHARED)
                _respond(respond, beside, to_channel=True)
            _respond(respond, shared_message(), replaces=True)

        desk.in_turn(place[0], _turn(post_shared, body, client, respond))

    return share_answer


def _checking_message(desk: Desk) -> _Work:
    def check_message(body: Payload, client: WebClient, respond: Respond) -> None:
        """Check every quotation and every number of a resolution in a colleague's message; only who asked sees it."""
        del client
        checking = Asking("", request=CheckRequest(read_message(body.get("message", {}).get("text") or "")))
        _respond(respond, _answer(desk, _alone(body), checking, Surface.THREAD))

    return check_message


def _read_asking(body: Payload) -> Asking:
    return Asking.from_value(str(body["actions"][0]["value"]))


def _thread_of_container(body: Payload) -> str:
    container = body["container"]
    return str(container.get("thread_ts") or body.get("message", {}).get("thread_ts") or container["message_ts"])


def _showing_home(desk: Desk) -> Callable[..., None]:
    def show_home(event: Payload, client: WebClient) -> None:
        """Publish the Home tab when somebody opens it."""
        if event.get("tab", "home") == "home":
            desk.workers.submit(lambda: _publish_home(desk, client, event["user"]))

    return show_home


def _publish_home(desk: Desk, client: WebClient, user: str) -> None:
    try:
        statements = desk.read(Readers(user), lambda library: library.list_statements())
        client.views_publish(user_id=user, view=home_view(statements))
    except (SlackApiError, *UNREACHABLE) as error:
        _log.error("the Home tab could not be shown%s", _reason_of(error), exc_info=error)


def _acknowledging(work: _Work, workers: Workers) -> Callable[..., None]:
    def acknowledge_and_hand_over(ack: Ack, body: Payload, client: WebClient, respond: Respond) -> None:
        """Acknowledge at once, whoever is busy: Slack delivers commands and clicks no second time."""
        QUESTIONS.labels(_surface_of(body)).inc()
        is_busy = workers.is_busy
        is_taken = workers.submit(lambda: _work_on(work, body, client, respond))
        if is_taken and not is_busy:
            ack()
            return
        notice = busy_message() if is_taken else overloaded_message()
        if "command" in body:
            ack(text=notice.text, blocks=notice.blocks, response_type="ephemeral")
            return
        ack()
        if respond.response_url:
            _respond(respond, notice)

    return acknowledge_and_hand_over


def _work_on(work: _Work, body: Payload, client: WebClient, respond: Respond) -> None:
    """Do what a command or button asks: the one boundary for its errors."""
    try:
        try:
            work(body, client, respond)
        except _AddressSpentError as spent:
            _whisper(client, body, spent.message)
    except Exception as error:  # noqa: BLE001 - logged and confessed
        FAILURES.labels(type(error).__name__).inc()
        _log.error("failed%s", _reason_of(error), exc_info=error)
        _apologise(respond)


def _whisper(client: WebClient, body: Payload, message: Message) -> None:
    """Show something to the person alone without a response address."""
    place = str(body.get("channel_id") or (body.get("channel") or {}).get("id"))
    person = str(body.get("user_id") or (body.get("user") or {}).get("id"))
    client.chat_postEphemeral(
        channel=place, user=person, text=message.text, blocks=message.blocks, parse="none", link_names=False
    )


def _apologise(respond: Respond) -> None:
    if not respond.response_url:
        return
    try:
        _respond(respond, error_message())
    except (_AddressSpentError, *UNREACHABLE) as error:
        _log.warning("and the person who asked cannot be told", exc_info=error)


def _ignore_event() -> None:
    """Do nothing with an event that asks nothing."""


def _acknowledge(ack: Ack) -> None:
    """Acknowledge what asks nothing, such as following a link."""
    ack()


# -- one answer per message ------------------------------------------------------------------------------------------


def taking_up(desk: Desk) -> TakeUp:
    """Return what takes up the questions among events. A claim is on disk before Slack hears of the event's arrival."""

    def take_up(bodies: Sequence[Payload]) -> list[bool]:
        questions = {
            position: (_key(body), _with_place(body))
            for position, body in enumerate(bodies)
            if _is_question(body.get("event") or {}, desk.threads, _key(body))
        }
        are_new = desk.claims.claim_all(list(questions.values()))
        for position, is_new in zip(questions, are_new, strict=True):
            CLAIMS.labels("taken" if is_new else "refused").inc()
            if is_new:
                QUESTIONS.labels(_surface_of(bodies[position])).inc()
            else:
                _log.info("redelivered, answered or being answered already", extra={"event": "redelivered"})
        for body in bodies:
            event = body.get("event") or {}
            if event.get("subtype") == "message_deleted":
                desk.claims.withdraw(replace(_key(body), ts=str(event.get("deleted_ts", ""))))
        return [
            position in questions or (body.get("event") or {}).get("type") in _TAKEN_UP
            for position, body in enumerate(bodies)
        ]

    return take_up


def _with_place(body: Payload) -> Payload:
    """Return the event with whether Slack says that its channel is shared with no other workspace."""
    return {**body["event"], "is_unshared": body.get("is_ext_shared_channel") is False}


def _taking_up_first(desk: Desk) -> Callable[..., BoltResponse | None]:
    take_up = taking_up(desk)

    def take_up_first(body: Payload, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        """Take up a question before anything else is done with its event."""
        if take_up([body])[0]:
            return BoltResponse(status=200)
        next()
        return None

    return take_up_first


def _report_error(error: Exception) -> BoltResponse | None:
    """Log what kept a delivery from being taken. It is not acknowledged, so Slack delivers an event again.

    What no listener is for is acknowledged: it would be as unknown the next time.
    """
    if isinstance(error, BoltUnhandledRequestError):
        _log.debug("nothing is done with a delivery of a kind that is not known")
        return BoltResponse(status=200)
    FAILURES.labels(type(error).__name__).inc()
    _log.error("a delivery could not be taken%s", _reason_of(error), exc_info=error)
    return None


def _reason_of(error: Exception) -> str:
    return f" ({error.response.get('error')})" if isinstance(error, SlackApiError) else ""


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


def _is_addressed(event: Mapping[str, Any]) -> bool:
    """Tell whether an event is a message that a person wrote to the bot."""
    return (event.get("type") == "app_mention" or _is_direct_message(event)) and _is_by_person(event)


def _is_thread_reply(event: Payload) -> bool:
    """Tell whether an event is a person's reply in a channel's thread that mentions nobody and asks something."""
    # The message that begins a thread carries its own ts as the thread's once it has replies.
    is_within = bool(event.get("thread_ts")) and event["thread_ts"] != event.get("ts")
    is_reply = event.get("type") == "message" and is_within and not _is_direct_message(event)
    text = event.get("text") or ""
    return is_reply and _is_by_person(event) and "<@" not in text and bool(_FOLLOW_UP.search(text))


def _is_by_person(event: Mapping[str, Any]) -> bool:
    # What names no channel in a string could never be answered, and would be tried again and again.
    is_placed = all(isinstance(event.get(name), str) and event[name] for name in ("channel", "ts", "user"))
    is_by_person = not event.get("bot_id") and not event.get("hidden")
    return is_placed and is_by_person and event.get("subtype") in _ASKING_SUBTYPES


def _is_direct_message(event: Mapping[str, Any]) -> bool:
    return event.get("type") == "message" and event.get("channel_type") == "im"


def _surface_of(body: Payload) -> str:
    """Return where something was asked: one of `bot.ops.metrics.SURFACES`."""
    event = body.get("event")
    if not event:
        return {"block_actions": "button", "message_action": "shortcut"}.get(body.get("type", ""), "command")
    if event.get("type") == "app_mention":
        return "mention"
    return "direct_message" if _is_direct_message(event) else "thread"


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


def _readers_of_thread(event: Mapping[str, Any]) -> Readers:
    """Return who will read the answer to a message."""
    channel = "" if _is_direct_message(event) else str(event["channel"])
    return Readers(str(event["user"]), channel, bool(event.get("is_unshared")))


def _readers_beside(body: Payload) -> Readers:
    """Return who will read what is said where a button stands."""
    container = body.get("container", {})
    channel = str(container.get("channel_id", ""))
    if container.get("is_ephemeral") or container.get("type") == "view" or channel.startswith("D"):
        return _alone(body)
    return replace(_alone(body), channel=channel)


def _alone(body: Payload) -> Readers:
    """Return as the only reader the person who used a command or button; nobody where Slack names none for certain."""
    person = read_person(body)
    return Readers(person.user_id if person else "")


def _asking(asking: Asking) -> Callable[[Library], Answer]:
    return lambda library: _ask(library, asking)


def _ask(library: Library, asking: Asking) -> Answer:
    started = time.monotonic()
    if asking.request is not None:
        answer = library.run(asking.request, question=asking.question)
    else:
        answer = library.ask(asking.question, follows=asking.follows)
    taken = time.monotonic() - started
    count_answer(answer, taken)
    fields = {"event": "answered", "kind": str(answer.kind), "duration_ms": round(taken * 1000, 1)}
    _log.info("answered kind=%s in %.0f ms", answer.kind, taken * 1000, extra=fields)
    return answer


def _answer(desk: Desk, readers: Readers, asking: Asking, surface: Surface) -> Message:
    return answer_message(desk.read(readers, _asking(asking)), asking, surface=surface)


def _post(client: WebClient, channel: str, message: Message, *, thread_ts: str | None = None) -> str:
    """Post what a button asked for and return its ts; blocks that Slack does not take go out as their text."""
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
        if error.response.get("error") not in UNTAKEN_BLOCKS:
            raise
        _log.error("Slack did not take the blocks; sent their text instead", exc_info=error)
        posted = client.chat_postMessage(**arguments)
    return str(posted.get("ts", ""))


class _AddressSpentError(Exception):
    """A response address takes no more: it is good for five messages within half an hour."""

    def __init__(self, message: Message) -> None:
        super().__init__("the response address is spent")
        self.message = message


def _respond(respond: Respond, message: Message, *, replaces: bool = False, to_channel: bool = False) -> None:
    """Send something to a response address.

    Where it was not confirmed it is sent once more, marked: nobody can look what a person sees alone.
    """
    how: Payload = {
        "response_type": "in_channel" if to_channel else "ephemeral",
        "replace_original": replaces,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    client = WebhookClient(
        respond.response_url or "",
        timeout=_RESPONSE_SECONDS,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=3), UnreachedRetryHandler(max_retry_count=6)],
        logger=logging.getLogger("slack_sdk"),
    )
    status = _send(client, message, how)
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        AMBIGUOUS_POSTS.labels("reposted").inc()
        # What replaces a message cannot stand twice.
        status = _send(client, message if replaces else repeated_message(message), how)
    if status == HTTPStatus.BAD_REQUEST:
        _log.error("Slack did not take the blocks of a private answer; sent their text instead")
        status = _send(client, replace(message, blocks=[]), how)
    if status == HTTPStatus.NOT_FOUND:
        raise _AddressSpentError(message)
    if status != HTTPStatus.OK:
        _log.error("the private answer was refused with status %s", status)


def _send(client: WebhookClient, message: Message, how: Payload) -> int | None:
    """Send a message once and return the status; None where no answer came."""
    try:
        return client.send(text=message.text, blocks=message.blocks or None, **how).status_code
    except UNREACHABLE as error:
        _log.warning("a private answer was not confirmed", exc_info=error)
        return None


def _thread_of(event: Mapping[str, Any]) -> str:
    """Return the thread to answer in: the one the message stands in, or else the one it begins."""
    return str(event.get("thread_ts") or event["ts"])
