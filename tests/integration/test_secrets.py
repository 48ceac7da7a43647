"""Secrets: no token, response address or question is left in a log, the store, or anything others can read."""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import _warn_of_open_env_file
from bot.local_slack import LocalSlack, load_manifest
from bot.ops import logs
from bot.outbox.store import Claim, OutboxStore
from bot.outbox.tasks import Task, TaskKey, TaskKind
from bot.outbox.threads import ThreadMemory
from bot.settings import Settings, SettingsError
from bot.slack.app import create_client
from index import Context, Filters, Library
from tests.conftest import ROOT, Bot, bot_environment, run_bot
from tests.e2e.test_end_to_end import settle, wait_for_reply
from tests.e2e.test_health import free_port, get
from tests.integration.test_surfaces import replies
from tests.stress.hostile_requests import HttpRequest, send, signed
from tests.support.encoders import WordEncoder

CANARY = "wolframite"
"""A word of the questions that is in no statement."""

_HIDDEN_FIELDS = frozenset({"response_url", "trigger_id", "token"})


def secrets_within(value: Any) -> Iterator[str]:
    """Yield the parts of a payload that let somebody act in another's name."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in _HIDDEN_FIELDS and isinstance(part, str) and part:
                yield part
            yield from secrets_within(part)
    elif isinstance(value, list):
        for part in value:
            yield from secrets_within(part)


def store_bytes(data: Path) -> bytes:
    """Return all that the store has on disk, its write-ahead log too."""
    return b"".join(path.read_bytes() for path in sorted(data.glob("verbatim.sqlite3*")) if path.is_file())


def test_no_secret_or_question_is_left_readable(bot: Bot, bundled_data: Path) -> None:
    slack = bot.slack
    before = len(slack.ephemerals(channel="general"))
    ts = slack.say(f"@Verbatim does {CANARY} count as a ballistic missile?", channel="general")
    wait_for_reply(slack, "general", ts)
    slack.run_command("/ask", f"what about the {CANARY}?", channel="general")
    slack.wait_for(lambda: slack.ephemerals(channel="general")[before:], what="a private answer")
    settle(slack)
    secrets = [secret for secret in slack.environment().values() if not secret.startswith("http")]
    for delivery in slack.deliveries:
        secrets += secrets_within(delivery.payload)
    assert any(secret.startswith("http") for secret in secrets), "expected an address to respond to among the secrets"
    arguments = Path(f"/proc/{bot.process.pid}/cmdline").read_bytes().decode()
    seen = bot.read_log() + arguments
    assert [secret for secret in {*secrets, CANARY} if secret in seen] == []
    forget_threads(bundled_data)
    slack.wait_for(lambda: CANARY.encode() not in store_bytes(bundled_data), 60, "the question to be gone")
    kept = store_bytes(bundled_data)
    assert [secret for secret in secrets if secret.encode() in kept] == []


def test_no_secret_or_question_is_left_readable_over_http(seed_data: Path, tmp_path: Path) -> None:
    data, port = shutil.copytree(seed_data, tmp_path / "data"), free_port()
    local = LocalSlack(load_manifest(), port=0)
    settings = {
        "VERBATIM_WATCH_ADDRESS": f"127.0.0.1:{port}",
        "VERBATIM_ADMINS": local.people[0].id,
        "VERBATIM_LOG": "json",
    }
    with local as slack, run_bot(slack, data, tmp_path / "log", "--http", "--port", "0", **settings) as bot:
        ready = slack.wait_for(lambda: re.findall(r"port (\d+); ready", bot.read_log()), 90, "the bot to be ready")
        slack.request_url = f"http://127.0.0.1:{ready[0]}/slack/events"
        do_everything_with_canaries(slack)
        forge_requests(slack, int(ready[0]))
        secrets = [secret for secret in slack.environment().values() if not secret.startswith("http")]
        for delivery in slack.deliveries:
            secrets += secrets_within(delivery.payload)
        secrets += [one.headers["X-Slack-Signature"] for one in forged_requests(slack)]
        assert any(one.startswith("http") for one in secrets), "expected an address to respond to among the secrets"
        seen = {path: get(port, path)[1] for path in ("/metrics", "/readyz", "/healthz")}
        seen["processes"] = "".join(read_arguments(bot.process.pid))
        seen |= {command: run_command(slack, data, command) for command in ("status", "doctor", "list")}
        forget_threads(data)
        slack.wait_for(lambda: CANARY.encode() not in store_bytes(data), 60, "the questions to be gone")
        kept = store_bytes(data)
        assert bot.stop() == 0
    seen["the log"] = bot.read_log()
    assert len(seen["the log"].splitlines()) > 10
    assert "verbatim_questions_total" in seen["/metrics"]
    assert "serve" in seen["processes"]
    found = [(place, secret) for place, text in seen.items() for secret in {*secrets, CANARY} if secret in text]
    assert found == []
    assert [secret for secret in secrets if secret.encode() in kept] == []


def forget_threads(data: Path) -> None:
    """Let the days pass for which a thread's last request is kept; nothing else of a question is."""
    with Library.open(data, encoder=WordEncoder()) as library:
        ThreadMemory(library.database, keep_days=0).forget_old()


def do_everything_with_canaries(slack: LocalSlack) -> None:
    """Ask on every surface, with Slack's faults among them."""
    question = f"does {CANARY} count as a ballistic missile?"
    ts = slack.say(f"@Verbatim {question}", channel="general")
    wait_for_reply(slack, "general", ts)
    slack.run_message_shortcut("check_message", "general", slack.say(f"They said “{CANARY}”.", channel="general"))
    direct = slack.direct_message(question)
    slack.wait_for(lambda: replies(slack, slack.direct_channel(), direct), 30, "an answer in direct messages")
    slack.open_home()
    for command in ("/ask", "/quote", "/resolutions", "/statements"):
        slack.run_command(command, f"show {CANARY}", channel="general")
    told = slack.wait_for(lambda: slack.ephemerals(channel="general")[4:], 30, "the private answers")
    for error, status in (("fatal_error", 500), ("is_archived", 200), ("invalid_blocks", 200)):
        slack.fail_next("chat.postMessage", error=error, status=status, times=1)
        slack.say(f"@Verbatim {question}", channel="policy-desk")
    slack.fail_next("views.open", error="expired_trigger_id", status=200, times=1)
    slack.run_command("/statements", "add")
    slack.run_command("/statements", f"remove {CANARY}")
    slack.run_command("/statements", "add", user=slack.people[2].id)
    slack.run_command("/statements", "add")
    (form,) = slack.wait_for(slack.modals, 15, "the form")
    values = {"title": "Accord on Tea", "date": "2024-12-12", "source": "", "text_1": f"half \x00 of {CANARY}"}
    slack.submit_view(form["id"], {name: {"typed": value} for name, value in values.items()})
    assert told
    settle(slack)


def forged_requests(slack: LocalSlack) -> list[HttpRequest]:
    """Return requests of somebody who has the token and wants it to be logged."""
    token = slack.environment()["SLACK_BOT_TOKEN"]
    body = f"command=/ask&text={CANARY}&token={token}".encode()
    headers = signed(body, "another secret", at=1_800_000_000)
    return [
        HttpRequest("forged", body, headers),
        HttpRequest("elsewhere", body, headers, path=f"/{CANARY}?{token}"),
        HttpRequest("by another method", body, headers, method="DELETE"),
    ]


def forge_requests(slack: LocalSlack, port: int) -> None:
    for request in forged_requests(slack):
        assert send(("127.0.0.1", port), request)[:2] == (401, b"unauthorized")


def read_arguments(pid: int) -> list[str]:
    """Return the arguments of a process and of all that it started."""
    children = [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    own = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    return [own, *(one for child in children for one in read_arguments(child))]


def run_command(slack: LocalSlack, data: Path, command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=ROOT, env=bot_environment(slack, data), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return run.stdout + run.stderr


def test_question_is_erased_from_disk_once_answered(library: Library, tmp_path: Path) -> None:
    claims = OutboxStore(library.database)
    key = TaskKey("T1", "C1", "1.0")
    task = Task(TaskKind.MESSAGE, user="U1", channel="C1", text=f"the {CANARY}?", ts="1.0")
    claims.claim(Claim(key, task))
    assert CANARY.encode() in store_bytes(tmp_path / "data")
    (lease,) = claims.lease(1)
    claims.mark_sent(lease)
    assert library.database.empty_log()
    assert CANARY.encode() not in store_bytes(tmp_path / "data")
    assert claims.claim(Claim(key, task)) is False, "that it was answered is known all the same"


def test_thread_memory_is_erased_after_the_days_set(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = ThreadMemory(library.database, keep_days=3)
    threads.remember(TaskKey("T1", "C1", "1.0"), "U1", Context(Filters(statement=CANARY), CANARY))
    now = time.time()
    for days, is_kept in ((2.9, True), (3.1, False)):
        monkeypatch.setattr(time, "time", lambda days=days: now + days * 24 * 3600)
        threads.forget_old()
        assert library.database.empty_log()
        assert (CANARY.encode() in store_bytes(tmp_path / "data")) is is_kept


def test_sqlite_overwrites_what_is_deleted(library: Library) -> None:
    with library.database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1


def test_removed_statement_is_erased_from_disk(library: Library, tmp_path: Path) -> None:
    statement = library.add(f"Accord on {CANARY}\n\nWe agree on {CANARY}.")
    library.remove(statement.id)
    assert library.database.empty_log()
    assert CANARY.encode() not in store_bytes(tmp_path / "data")


@pytest.mark.parametrize("days", ["-1", "3.5", "thirty", "99999"])
def test_malformed_days_are_refused(days: str) -> None:
    with pytest.raises(SettingsError, match="VERBATIM_KEEP_DAYS"):
        Settings.load(VERBATIM_KEEP_DAYS=days)


def test_settings_and_clients_hide_their_secrets() -> None:
    settings = Settings(slack_bot_token="xoxb-canary", slack_app_token="xapp-canary", slack_signing_secret="canary")
    assert "canary" not in repr(settings)
    assert "canary" not in repr(create_client(settings))


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604])
def test_readable_env_file_is_warned_of(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-canary\n")
    (tmp_path / ".env").chmod(mode)
    with caplog.at_level(logging.WARNING):
        _warn_of_open_env_file()
    assert ("chmod 600 .env" in caplog.text) is (mode != 0o600)
    assert "canary" not in caplog.text


@pytest.mark.parametrize("hostile", ["a\r\nERROR forged", "a\x1b[2J\x1b]0;x\x07", "a\u2028b\u2029c\x85d", "\x00"])
def test_hostile_text_starts_no_new_log_line(hostile: str) -> None:
    error = ValueError(hostile)
    record = logging.LogRecord("bot.x", logging.ERROR, __file__, 1, "file %s", (hostile,), (ValueError, error, None))
    for formatter in (logs.OneLineFormatter(), logs.JsonFormatter()):
        line = formatter.format(record)
        assert len(line.splitlines()) == 1
        assert line.isprintable()


def test_trigger_id_is_redacted() -> None:
    assert logs.redact("trigger 13345224609.738474920.8088930838d88f008e0 used") == "trigger … used"


_WATCHED = """
import json, os, pickle, sys
seen, is_watching = [], True
def watch(event, args):
    if event in {"pickle.find_class", "socket.connect", "socket.getaddrinfo", "socket.sendto"} and is_watching:
        seen.append(f"{event} {args[1:]!r}")
sys.addaudithook(watch)
from index import Library
with Library.open(sys.argv[1]) as library:
    answered = library.ask("what do they say about ballistic missile launches?").answered
is_asked, asked = answered, list(seen)
# The watch is awake: it sees what it should.
pickle.loads(pickle.dumps(os.getcwd))
print(json.dumps({"answered": is_asked, "asked": asked, "awake": seen[len(asked):], "torch": "torch" in sys.modules}))
"""


def test_answering_unpickles_nothing_and_connects_nowhere(seed_data: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    run = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(seed_data)],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["answered"] is True
    assert told["asked"] == []
    assert told["awake"] != []
    assert told["torch"] is False
