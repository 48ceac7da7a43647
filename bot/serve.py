"""serve: the bot as a process, from its settings to its end."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.ops.health import serving_health
from bot.ops.metrics import PASSAGES, SOCKET_CONNECTED, STATEMENTS
from bot.ops.watchdog import Watchdog
from bot.outbox.answering import Answering
from bot.outbox.conversations import Claims, Threads
from bot.outbox.workers import Workers
from bot.settings import Settings
from bot.slack.app import (
    SlackError,
    check_app_token,
    create_app,
    create_asking_client,
    create_client,
    create_posting_client,
    identify,
)
from bot.slack.directory import Directory
from bot.slack.listeners import Desk, composing
from bot.slack.permissions import Permissions
from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.http_mode import serve_http
from bot.slack.transport.socket_mode import ConnectionHealth, SocketModeTransport
from index import Library

_log = logging.getLogger(__name__)

_CARE_SECONDS = 5.0
_CLEANING_ROUNDS = 720
"""Old claims are deleted once an hour."""

_LONGEST_WORK_SECONDS = 300.0
"""Longer than any answer and the calls of Slack for it can take."""

_STOP_SECONDS = 4.0
_END_SECONDS = 7.0
"""With the closing of the socket before, a bot that is told to end does so within 10 seconds."""


def serve_bot(settings: Settings, library: Library, *, http_address: tuple[str, int] | None) -> None:
    """Run the bot over a library until it is told to end: over Socket Mode, or listening at an address.

    Raises:
        VerbatimError: Slack refuses the tokens, or the store or model cannot be used.
    """
    health, has_model = ConnectionHealth(), threading.Event()
    checks = {"store": library.database.is_readable, "model": has_model.is_set}
    if http_address is None:
        checks["socket"] = lambda: health.is_connected
    SOCKET_CONNECTED.set_function(lambda: health.is_connected)
    STATEMENTS.set_function(library.count_statements)
    PASSAGES.set_function(library.count_passages)
    with serving_health(settings.health_address, checks):
        _serve(settings, library, health, has_model, http_address=http_address)


def _serve(
    settings: Settings,
    library: Library,
    health: ConnectionHealth,
    has_model: threading.Event,
    *,
    http_address: tuple[str, int] | None,
) -> None:
    client = create_client(settings)
    identity = identify(client)
    if http_address is None:
        # Asked once before the model is waited for, so that a wrong token is told at once.
        check_app_token(client, settings.slack_app_token)
    count = len(library.list_statements())
    if not count:
        _log.warning("there are no statements yet; add some with: verbatim add FILE…")
    _log.info("loading the model over %s statements", f"{count:,}")
    library.warm_up()
    has_model.set()
    permissions = Permissions(identity.team_id, settings.admins)
    directory = Directory(
        create_asking_client(client), home_team=identity.team_id, internal_channels=settings.internal_channels
    )
    claims, threads = Claims(library.database), Threads(library.database, keep_days=settings.keep_days)
    desk = Desk(library, claims, threads, Workers("working"), permissions, directory)
    deliveries = Deliveries()
    refusals: list[str] = []

    def end_bot(code: str) -> None:
        refusals.append(code)
        os.kill(os.getpid(), signal.SIGTERM)

    answering = Answering(
        desk.claims,
        desk.threads,
        create_posting_client(client),
        composing(desk, identity.bot_user_id),
        on_token_error=end_bot,
        calm=deliveries.idle,
    )
    app = create_app(client, identity, replace(desk, in_turn=answering.take_turn))
    checks = [lambda: _check_work(answering), *([health.problem] if http_address is None else [])]
    watchdog = Watchdog(checks)
    answering.start()
    watchdog.start()
    try:
        with _repeating(lambda number: _care_for(desk, number)):
            if http_address is None:
                asyncio.run(SocketModeTransport(app, settings.slack_app_token, deliveries, health).serve())
            else:
                serve_http(app, settings.slack_signing_secret, deliveries, host=http_address[0], port=http_address[1])
    finally:
        watchdog.end_within(_END_SECONDS)
        answering.stop(_STOP_SECONDS)
        desk.workers.stop(_STOP_SECONDS / 2)
        app.listener_runner.listener_executor.shutdown(wait=True)
    if refusals:
        raise SlackError(
            f"Slack does not accept SLACK_BOT_TOKEN any more ({refusals[0]}).",
            remedy="Install the app to the workspace again, copy the token anew, and start the bot again.",
        )
    _log.info("stopped")


def _check_work(answering: Answering) -> str | None:
    seconds = answering.longest_work_seconds
    return f"an answer has been in work for {seconds:.0f} s" if seconds > _LONGEST_WORK_SECONDS else None


def _care_for(desk: Desk, number: int) -> None:
    if number % _CLEANING_ROUNDS == 0:
        desk.claims.forget_old()
        desk.threads.forget_old()
    # The questions that were answered since are on no page of the store any more.
    desk.library.database.empty_log()
    # What was added since is made ready here rather than by the first question about it.
    desk.library.prepare_lookups()


@contextlib.contextmanager
def _repeating(work: Callable[[int], None]) -> Iterator[None]:
    """Do some work, which gets its number, now and every few seconds while the block runs."""
    stop = threading.Event()

    def repeat() -> None:
        number = 0
        while True:
            try:
                work(number)
            except Exception:  # noqa: BLE001 - it is logged and tried again
                _log.exception("what is done every few seconds could not be done")
            number += 1
            if stop.wait(_CARE_SECONDS):
                return

    thread = threading.Thread(target=repeat, name="care", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_CARE_SECONDS)
