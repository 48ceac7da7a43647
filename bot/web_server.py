"""A web server that ends when it is told to, whatever connections its clients keep open."""

import socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.wasyncore import close_all

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


class WebServer:
    """A WSGI application served on one listening socket."""

    def __init__(
        self,
        wsgi: Wsgi,
        listening: socket.socket,
        *,
        channel_class: Callable[..., HTTPChannel] = HTTPChannel,
        **adjustments: Any,  # noqa: ANN401 - as waitress has them
    ) -> None:
        """Begin to accept; `channel_class` makes the connection to a client, `adjustments` are waitress's."""
        self._channels: dict[int, Any] = {}
        # The stubs know neither what one socket gives nor what it is woken by.
        server: Any = create_server(
            wsgi,
            map=self._channels,
            sockets=[listening],
            ident="",
            asyncore_use_poll=True,  # select() takes no descriptor above 1,023
            **adjustments,
        )
        server.channel_class = channel_class
        self._server = server

    def run(self) -> None:
        """Serve until `stop` is called from another thread."""
        self._server.run()

    def stop(self) -> None:
        """End `run` once what is being answered is answered, within some seconds; not for a signal handler."""
        self._server.task_dispatcher.shutdown(cancel_pending=False)
        # Closed by the loop itself: it would wait on what is closed under it, or on a client that says nothing more.
        close = partial(close_all, self._channels, ignore_all=True)
        self._server.trigger.pull_trigger(close)
