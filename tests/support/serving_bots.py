"""The bot's own parts over a local Slack, in this process: quick to start, and quick to be cut off."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk import WebClient

from bot.local_slack import LocalSlack
from bot.outbox.store import OutboxStore
from bot.outbox.threads import ThreadMemory
from bot.outbox.worker import OutboxWorker, Pauses
from bot.settings import Settings
from bot.slack.app import create_app, create_client, identify
from bot.slack.context import AppContext
from bot.slack.replies import SlackReplies
from bot.slack.transport.deliveries import Deliveries
from bot.slack.transport.socket_mode import ConnectionHealth, ConnectionTimes, SocketModeTransport
from index import Library

QUICK = Pauses(between_posts=0.05, before_looking=0.02, first_retry=0.02, longest_retry=0.1)

Json = dict[str, Any]


class ServingBot:
    """What `verbatim serve` runs, without its process."""

    def __init__(
        self,
        slack: LocalSlack,
        library: Library,
        *,
        pauses: Pauses = QUICK,
        workers: int = 8,
        timeout: int = 10,
        times: ConnectionTimes | None = None,
    ) -> None:
        environment = slack.environment()
        self.client = create_client(Settings.load(**environment), timeout=timeout)
        identity = identify(self.client)
        self.context = AppContext(
            library, OutboxStore(library.database), ThreadMemory(library.database), identity.bot_user_id
        )
        self.token_errors: list[str] = []
        deliveries = Deliveries()
        self.worker = make_worker(
            self.context, self.client, pauses, self.token_errors.append, workers=workers, idle=deliveries.idle
        )
        self.app = create_app(self.client, identity, self.context)
        app_token = environment["SLACK_APP_TOKEN"]
        self.transport = SocketModeTransport(self.app, app_token, deliveries, ConnectionHealth(), times=times)
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._connect()))

    async def _connect(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self.transport.run(self._stop)

    def start(self) -> None:
        self.worker.start()
        self._thread.start()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        self.worker.stop(5)
        self.app.listener_runner.listener_executor.shutdown()


def make_worker(
    context: AppContext,
    client: WebClient,
    pauses: Pauses = QUICK,
    on_token_error: Callable[[str], None] = print,
    *,
    workers: int = 8,
    idle: threading.Event | None = None,
) -> OutboxWorker:
    return OutboxWorker(
        context.outbox,
        context.memory,
        client,
        SlackReplies(context),
        on_token_error=on_token_error,
        workers=workers,
        pauses=pauses,
        idle=idle,
    )


@contextlib.contextmanager
def serving(slack: LocalSlack, library: Library, **options: Any) -> Iterator[ServingBot]:
    """Run the bot until the block is left."""
    bot = ServingBot(slack, library, **options)
    bot.start()
    try:
        slack.wait_connected()
        yield bot
    finally:
        bot.stop()


def replies(slack: LocalSlack, channel: str, ts: str) -> list[Json]:
    """The bot's messages in a thread."""
    return [message for message in slack.messages(channel, thread_ts=ts) if message.get("bot_id")]


def wait_for_reply(slack: LocalSlack, channel: str, ts: str, timeout: float = 15) -> Json:
    return slack.wait_for(lambda: replies(slack, channel, ts), timeout, f"a reply in {channel}")[0]


def state_of(library: Library, ts: str) -> str:
    """How far the answer to a message has come, as the store has it."""
    with library.database.read() as connection:
        return str(connection.exec_driver_sql("SELECT state FROM claim WHERE ts = ?", (ts,)).scalar())


def counted(counter: Any) -> float:
    """The value of a counter of Prometheus."""
    return float(counter._value.get())
