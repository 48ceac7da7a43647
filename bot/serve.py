"""The bot as a process, from its settings to its end."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator

from bot.ops.health import serving_health
from bot.ops.metrics import PASSAGES, SOCKET_CONNECTED, STATEMENTS
from bot.ops.watchdog import Watchdog
from bot.outbox.store import OutboxStore
from bot.outbox.threads import ThreadMemory
from bot.outbox.worker import OutboxWorker
from bot.settings import Settings
from bot.slack.app import Identity, SlackError, check_app_token, create_app, create_client, identify
from bot.slack.context import AppContext
from bot.slack.directory import Directory
from bot.slack.permissions import Permissions
from bot.slack.replies import SlackReplies
from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.http_mode import serve_http
from bot.slack.transport.socket_mode import ConnectionHealth, SocketModeTransport
from index import Library

_log = logging.getLogger(__name__)

_MAINTENANCE_SECONDS = 5.0
_CLEANING_ROUNDS = 720
"""Old claims are deleted once an hour."""

_LONGEST_WORK_SECONDS = 300.0
"""Longer than any reply and the calls of Slack for it can take."""

_STOP_SECONDS = 4.0
_END_SECONDS = 7.0
"""With the closing of the connection before, a bot that is told to end does so within 10 seconds."""

_DIRECTORY_SECONDS = 3
"""An answer does without the directory where Slack is slow."""


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
        # Before the model is loaded, so that a wrong token is reported at once.
        check_app_token(client, settings.slack_app_token)
    _load(library)
    has_model.set()
    context = _create_context(settings, library, identity)
    deliveries = Deliveries()
    token_errors: list[str] = []

    def end_bot(code: str) -> None:
        token_errors.append(code)
        os.kill(os.getpid(), signal.SIGTERM)

    worker = OutboxWorker(
        context.outbox,
        context.memory,
        client,
        SlackReplies(context),
        on_token_error=end_bot,
        idle=deliveries.idle,
    )
    app = create_app(client, identity, context)
    watchdog = Watchdog([lambda: _check_work(worker), *([health.problem] if http_address is None else [])])
    worker.start()
    watchdog.start()
    try:
        with _repeating(lambda number: _maintain(context, number)):
            if http_address is None:
                asyncio.run(SocketModeTransport(app, settings.slack_app_token, deliveries, health).serve())
            else:
                serve_http(app, settings.slack_signing_secret, deliveries, host=http_address[0], port=http_address[1])
    finally:
        watchdog.end_within(_END_SECONDS)
        worker.stop(_STOP_SECONDS)
        app.listener_runner.listener_executor.shutdown(wait=True)
    if token_errors:
        raise SlackError(
            f"Slack does not accept SLACK_BOT_TOKEN any more ({token_errors[0]}).",
            remedy="Install the app to the workspace again, copy the new token, and start the bot again.",
        )
    _log.info("stopped")


def _load(library: Library) -> None:
    """Load the model."""
    count = len(library.list_statements())
    if not count:
        _log.warning("there are no statements yet; add some with: verbatim add FILE…")
    _log.info("loading the model over %s statements", f"{count:,}")
    library.warm_up()


def _create_context(settings: Settings, library: Library, identity: Identity) -> AppContext:
    return AppContext(
        library,
        OutboxStore(library.database),
        ThreadMemory(library.database, keep_days=settings.keep_days),
        identity.bot_user_id,
        Permissions(identity.team_id, settings.admins),
        Directory(
            create_client(settings, timeout=_DIRECTORY_SECONDS),
            home_team=identity.team_id,
            internal_channels=settings.internal_channels,
        ),
    )


def _check_work(worker: OutboxWorker) -> str | None:
    seconds = worker.longest_work_seconds
    return f"a reply has been in work for {seconds:.0f} s" if seconds > _LONGEST_WORK_SECONDS else None


def _maintain(context: AppContext, number: int) -> None:
    if number % _CLEANING_ROUNDS == 0:
        context.outbox.forget_old()
        context.memory.forget_old()
    # Deleted questions are on no page of the store after this.
    context.library.database.empty_log()
    # New statements are prepared here rather than by the first question about them.
    context.library.prepare_lookups()


@contextlib.contextmanager
def _repeating(work: Callable[[int], None]) -> Iterator[None]:
    """Call `work` with the number of the round, now and every few seconds while the block runs."""
    stop = threading.Event()

    def repeat() -> None:
        number = 0
        while True:
            try:
                work(number)
            except Exception:  # noqa: BLE001 - logged and tried again
                _log.exception("maintenance failed; trying again")
            number += 1
            if stop.wait(_MAINTENANCE_SECONDS):
                return

    thread = threading.Thread(target=repeat, name="maintenance", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_MAINTENANCE_SECONDS)
