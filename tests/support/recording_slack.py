"""A Web API that takes everything and keeps it, for payloads that the local Slack would never send."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.outbox.store import OutboxStore
from bot.outbox.threads import ThreadMemory
from bot.outbox.worker import OutboxWorker, Pauses
from bot.slack.app import Identity, create_app
from bot.slack.context import AppContext
from bot.slack.directory import Directory
from bot.slack.permissions import Permissions
from bot.slack.replies import SlackReplies
from index import Library

HOME_TEAM = "T0HOME0001"
BOT_USER = "U0BOT00001"


def create_context(
    library: Library, permissions: Permissions | None = None, directory: Directory | None = None
) -> AppContext:
    return AppContext(
        library,
        OutboxStore(library.database),
        ThreadMemory(library.database),
        BOT_USER,
        permissions or Permissions(),
        directory or Directory(),
    )


@dataclass(frozen=True)
class Sent:
    """A call of the Web API by its method, or a post to a response_url as "respond"."""

    method: str
    arguments: dict[str, Any]


class RecordingSlack:
    """Answers `ok` to every call, or with what is set for its method."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.answers: dict[str, Mapping[str, Any]] = {}
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.path, _, query = self.path.partition("?")
                self.answer(dict(parse_qsl(query)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                is_json = self.headers.get("Content-Type", "").startswith("application/json")
                arguments = (json.loads(body) if body else {}) if is_json else dict(parse_qsl(body))
                self.answer(arguments)

            def answer(self, arguments: dict[str, Any]) -> None:
                method = self.path.removeprefix("/api/") if self.path.startswith("/api/") else "respond"
                recorder.sent.append(Sent(method, arguments))
                answer = json.dumps({"ok": True, "ts": "1.5", **recorder.answers.get(method, {})}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.response_url = f"{self.url}/respond"

    def methods(self) -> list[str]:
        return [one.method for one in self.sent]

    def everything_sent(self) -> str:
        """All that left the bot, as one text."""
        return json.dumps([one.arguments for one in self.sent], ensure_ascii=False)

    def client(self) -> WebClient:
        return WebClient("xoxb-1", base_url=f"{self.url}/api/", retry_handlers=[])

    def app(self, context: AppContext) -> App:
        return create_app(self.client(), Identity(HOME_TEAM, "B0BOT00001", BOT_USER), context)

    def dispatch(self, context: AppContext, body: Mapping[str, Any]) -> BoltResponse:
        """Deliver a payload to the bot as a transport does, and wait until its reply is sent."""
        app = self.app(context)
        response = app.dispatch(BoltRequest(mode="socket_mode", body=dict(body)))
        app.listener_runner.listener_executor.shutdown()
        self.send_replies(context)
        return response

    def send_replies(self, context: AppContext) -> None:
        """Run the outbox until nothing is left in it."""
        worker = OutboxWorker(
            context.outbox,
            context.memory,
            self.client(),
            SlackReplies(context),
            on_token_error=print,
            workers=1,
            pauses=Pauses(0, 0, 0.01, 0.01),
        )
        worker.start()
        deadline = time.monotonic() + 20
        while _count_open(context.library):
            assert time.monotonic() < deadline, "expected a reply within 20 s"
            time.sleep(0.005)
        worker.stop(5)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _count_open(library: Library) -> int:
    with library.database.read() as connection:
        query = "SELECT count(*) FROM claim WHERE state NOT IN ('sent', 'failed')"
        return int(connection.exec_driver_sql(query).scalar_one())
