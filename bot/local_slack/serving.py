"""One aiohttp server on 127.0.0.1, in a thread of its own, that can go away and come back on the same port."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")

_HOST = "127.0.0.1"
_NOT_RUNNING = "expected a started local Slack, got one that is not running"


class Serving:
    """The listening socket, the event loop and its thread."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._listener: socket.socket | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at the end."""
        return f"http://{_HOST}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether the event loop is there to do work."""
        return self._thread is not None

    def bind(self) -> asyncio.AbstractEventLoop:
        """Take the port and start the event loop, without answering yet.

        Raises:
            OSError: when the port is taken.
        """
        if self.is_running:
            raise ValueError("expected a local Slack that is not running, got one that is")
        self._listener = _listen(self.port)
        self.port = self._listener.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="local-slack", daemon=True)
        self._thread.start()
        return self.loop

    async def open(self, app: web.Application) -> None:
        """Answer with this application."""
        if self._listener is None:
            raise RuntimeError(_NOT_RUNNING)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        self._site = web.SockSite(self._runner, self._listener)
        await self._site.start()

    async def go_offline(self) -> None:
        """Refuse connections and cut those that are open."""
        if self._site is None or self._runner is None:
            return
        await self._site.stop()
        self._site = None
        server = self._runner.server
        for connection in () if server is None else server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def go_online(self) -> None:
        """Accept connections again."""
        if self._site is None and self._runner is not None:
            self._site = web.SockSite(self._runner, _listen(self.port))
            await self._site.start()

    async def close(self) -> None:
        """Close every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Do something in the server's thread and return its result."""
        if self.loop is None or self._thread is None:
            work.close()
            raise RuntimeError(_NOT_RUNNING)
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def end(self, last_work: Coroutine[object, object, None]) -> None:
        """Do a last thing in the server's thread and end it."""
        if self.loop is None or self._thread is None:
            last_work.close()
            return
        self.run(last_work)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self._thread = None


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Without this, a port just used would be refused for a minute; it lets no second server in.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"port {port} on {_HOST} is taken; choose another one") from error
    return listener
