"""Small Bolt apps that meet the local Slack as a real bot does, over a real websocket."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import LocalSlack

Json = dict[str, Any]


class BoltBot:
    """A Bolt app on the same Socket Mode client as the bot of this project; subclasses say what it listens to."""

    def __init__(self, slack: LocalSlack) -> None:
        environment = slack.environment()
        client = WebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
        self.executor = ThreadPoolExecutor(8)
        self.app = App(client=client, listener_executor=self.executor)
        self._environment = environment
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self.listen()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._connect(), self._loop).result(20)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._disconnect(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.executor.shutdown()

    def listen(self) -> None:
        """Register what the bot answers."""
        raise NotImplementedError

    async def _connect(self) -> None:
        self.web_client = AsyncWebClient(base_url=self._environment["SLACK_API_URL"])
        self.handler = SocketModeHandler(
            self.app, self._environment["SLACK_APP_TOKEN"], web_client=self.web_client, ping_interval=0.5
        )
        await self.handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated

    async def _disconnect(self) -> None:
        # Closed in the middle of a reconnection, the SDK's client can leave a connected socket behind.
        for _ in range(40):
            if await self.handler.client.is_connected():
                break
            await asyncio.sleep(0.05)
        await self.handler.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated
