"""Logs: one line a record; no token, no question."""

import json
import logging
import re
from typing import Any

import pytest

from bot.ops.logs import JsonFormatter, OneLineFormatter, configure_logging, redact


def format_record(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("bot.x", logging.ERROR, __file__, 1, message, arguments, info)
    return OneLineFormatter().format(record)


def test_record_is_one_line() -> None:
    line = format_record("file %s", "a\r\nb\x1b[31mred\u2028c\x00")
    assert line.endswith("ERROR bot.x: file a b [31mred c ")
    assert len(line.splitlines()) == 1


def test_exception_is_logged_without_its_text() -> None:
    try:
        raise ValueError("what the person asked")
    except ValueError as error:
        line = format_record("failed", error=error)
    assert "ValueError at test_logs.py:" in line
    assert "asked" not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123-456-canary",
        "xapp-1-A1-canary",
        "xoxe.xoxb-1-canary",
        "https://hooks.slack.com/commands/T1/2/canary",
        "wss://wss.slack.com/link/?ticket=canary-1",
    ],
)
def test_secrets_are_redacted(secret: str) -> None:
    assert "canary" not in redact(f"before {secret} after")
    assert redact(f"before {secret} after").startswith("before ")
    for line in (format_record("before %s after", secret), format_json(f"before {secret} after")["message"]):
        assert "canary" not in line
        assert "before " in line


def test_libraries_log_no_payloads_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging("debug")
        logging.getLogger("slack_sdk.web").debug("payload with a question")
        logging.getLogger("slack_bolt").info("payload with a question")
        logging.getLogger("bot.slack.claiming").debug("ours")
        assert capsys.readouterr().err.count("\n") == 1
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)


def format_json(message: str, *arguments: object, name: str = "bot.x", error: BaseException | None = None, **extra: object) -> dict[str, Any]:  # fmt: skip
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, arguments, info)
    vars(record).update(extra)
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    fields: dict[str, Any] = json.loads(line)
    return fields


def test_json_record_has_its_event_and_numbers_as_fields() -> None:
    fields = format_json("answered in %d ms", 12, event="answered", kind="citations", duration_ms=12.5)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", fields.pop("time"))
    assert fields == {
        "level": "WARNING",
        "logger": "bot.x",
        "message": "answered in 12 ms",
        "event": "answered",
        "kind": "citations",
        "duration_ms": 12.5,
    }


def test_json_fields_are_redacted_and_on_one_line() -> None:
    fields = format_json("a\r\nb\u2028 xoxb-1-canary", event="x\ny", url="https://hooks.slack.com/actions/T1/2/canary")
    assert fields["message"] == "a b  …"
    assert fields["event"] == "x y"
    assert "canary" not in json.dumps(fields)


def test_json_exception_is_fields_without_its_text() -> None:
    try:
        raise ValueError("what the person asked")
    except ValueError as error:
        fields = format_json("failed", error=error)
    assert fields["error"] == "ValueError"
    assert re.fullmatch(r"test_logs\.py:\d+", fields["error_at"])
    assert "asked" not in json.dumps(fields)


def test_json_leaves_out_what_libraries_attach() -> None:
    payload = {"text": "what the person asked"}
    assert set(format_json("hello", name="slack_bolt.App", payload=payload)) == {"time", "level", "logger", "message"}
    assert format_json("hello", payload=payload)["payload"] == "dict"
