"""serve: the bot as a process, from its settings to its end."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from slack_sdk import WebClient

from bot.app import Identity, check_app_token, create_app, create_client, identify
from bot.conversations import Claims, Threads
from bot.health import Readiness, serving_watch
from bot.http_mode import serve_http
from bot.listeners import Desk, answer_left_over
from bot.metrics import PASSAGES, SOCKET_CONNECTED, STATEMENTS
from bot.settings import Settings, split_address
from bot.socket_mode import serve_socket_mode
from index import Library

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
"""How often questions are looked for that were acknowledged and left unanswered."""


def serve_bot(settings: Settings, library: Library, *, http_address: tuple[str, int] | None) -> None:
    """Run the bot over a library until it is told to end: over Socket Mode, or listening at an address.

    Raises:
        VerbatimError: Slack refuses the tokens, or the store or model cannot be used.
    """
    readiness = Readiness()
    checks: dict[str, Callable[[], bool]] = {"store": library.database.is_readable, "model": readiness.model.is_set}
    if http_address is None:
        checks["socket"] = readiness.socket.is_set
    SOCKET_CONNECTED.set_function(readiness.socket.is_set)
    STATEMENTS.set_function(library.count_statements)
    PASSAGES.set_function(library.count_passages)
    with serving_watch(split_address(settings.watch_address) if settings.watch_address else None, checks):
        _serve(settings, library, readiness, http_address=http_address)


def _serve(settings: Settings, library: Library, readiness: Readiness, *, http_address: tuple[str, int] | None) -> None:
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
    readiness.model.set()
    desk = Desk(library, Claims(library.database), Threads(library.database))
    desk.claims.forget_old()
    desk.threads.forget_old()
    app = create_app(client, identity, desk)
    try:
        with _repeating(lambda: _look_after(desk, client, identity)):
            if http_address is None:
                asyncio.run(serve_socket_mode(app, settings.slack_app_token, connected=readiness.socket))
            else:
                serve_http(app, settings.slack_signing_secret, host=http_address[0], port=http_address[1])
    finally:
        # What is acknowledged is answered: Slack does not deliver it again.
        app.listener_runner.listener_executor.shutdown(wait=True)
    _log.info("stopped")


def _look_after(desk: Desk, client: WebClient, identity: Identity) -> None:
    answer_left_over(desk, client, identity.bot_user_id)
    desk.threads.forget_old()
    # What was added since is made ready here rather than by the first question about it.
    desk.library.prepare_lookups()


@contextlib.contextmanager
def _repeating(work: Callable[[], None]) -> Iterator[None]:
    """Do some work now and every few seconds, in a thread of its own, while the block runs."""
    stop = threading.Event()

    def repeat() -> None:
        while True:
            try:
                work()
            except Exception:  # noqa: BLE001 - it is logged and tried again
                _log.exception("what is done every few seconds could not be done")
            if stop.wait(_LOOK_SECONDS):
                return

    thread = threading.Thread(target=repeat, name="left-over", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LOOK_SECONDS)
