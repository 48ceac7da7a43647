"""`verbatim try`: a local Slack in the browser with the real bot connected to it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.local_slack import LocalSlack, load_manifest
from index import VerbatimError, bundled_statements, store_exists

DEFAULT_PORT = 8333

_STOP_SECONDS = 10
_POLL_SECONDS = 0.1
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy")


def try_bot(data: Path, *, port: int | None, open_browser: bool) -> None:
    """Open the local Slack, add the bundled statements where there are none yet, and run the bot until interrupted.

    Raises:
        VerbatimError: the port is taken, the statements cannot be added, or the bot ended by itself.
    """
    # SIGTERM must end the bot too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _open_slack(port) as slack:
        typer.echo(f"Local Slack: {slack.url}   (Ctrl-C ends it)")
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(slack.url,), daemon=True).start()
        environment = _environment(data)
        try:
            has_store = store_exists(data)
            if not has_store:
                _add_bundled(data, environment)
            typer.echo("Starting Verbatim.")
            # The first person of the local Slack is an admin, to try that as well.
            with _running_bot({**environment, **slack.environment(), "VERBATIM_ADMINS": slack.people[0].id}) as bot:
                if has_store:
                    _wait_until_connected(bot, slack)
                    # An earlier start may have been interrupted; the running bot finds what is added now.
                    _add_bundled(data, environment)
                status = bot.wait()
            raise VerbatimError(f"The bot ended by itself (status {status}).", remedy="The lines above say why.")
        except KeyboardInterrupt:
            typer.echo("Stopped.")


def _open_slack(port: int | None) -> LocalSlack:
    slack = LocalSlack(load_manifest(), port=port or DEFAULT_PORT)
    try:
        slack.start()
    except OSError as error:
        if port is not None:
            raise VerbatimError(f"Port {port} is taken.", remedy="Choose another with --port.") from error
        slack = LocalSlack(load_manifest(), port=0)
        slack.start()
    return slack


def _environment(data: Path) -> dict[str, str]:
    """Return the environment of the bot: with its store, and without proxies, since all stays on this machine."""
    kept = {name: value for name, value in os.environ.items() if name not in _PROXIES}
    return {**kept, "VERBATIM_DATA": str(data), "VERBATIM_STORE": ""}


def _add_bundled(data: Path, environment: dict[str, str]) -> None:
    """Add the bundled statements to an empty store, and the missing ones to a half-filled store."""
    from index import Library  # slow to import; the bot starts without it

    files = bundled_statements()
    with Library.open(data) as library:
        present = sum(library.contains(file) is not None for file in files)
        has_others = len(library.list_statements()) > present
    if present == len(files) or has_others:
        return
    typer.echo(f"Adding the {len(files) - present} bundled statements, once.")
    command = [sys.executable, "-m", "bot", "add", "--bundled"]
    # Standard output would list every name; the progress bar and errors go to standard error.
    if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        raise VerbatimError("The bundled statements could not be added.", remedy="The lines above say why.")


@contextlib.contextmanager
def _running_bot(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the bot until the block is left."""
    bot = None
    try:
        with _signals_deferred():
            bot = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment)
        yield bot
    finally:
        if bot is not None:
            _end(bot)


@contextlib.contextmanager
def _signals_deferred() -> Iterator[None]:
    """Defer SIGINT and SIGTERM until the block ends: a process that is just starting would stay behind."""
    received: list[int] = []
    handled = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, lambda number, _frame: received.append(number)) for one in handled}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        if received:
            raise KeyboardInterrupt


def _end(bot: subprocess.Popen[bytes]) -> None:
    bot.terminate()
    try:
        bot.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        bot.kill()
        bot.wait()


def _wait_until_connected(bot: subprocess.Popen[bytes], slack: LocalSlack) -> None:
    """Wait until the bot can answer, or has ended."""
    while bot.poll() is None and not slack.connections:
        time.sleep(_POLL_SECONDS)
