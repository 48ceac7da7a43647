"""Logs: one line a record; no token, no question."""

import logging

import pytest

from bot.logs import OneLineFormatter, configure_logging, redact


def format_record(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("bot.x", logging.ERROR, __file__, 1, message, arguments, info)
    return OneLineFormatter().format(record)


def test_a_record_is_one_line_whatever_is_in_it() -> None:
    line = format_record("file %s", "a\r\nb\x1b[31mred\u2028c\x00")
    assert line.endswith("ERROR bot.x: file a b [31mred c ")
    assert len(line.splitlines()) == 1


def test_an_exception_is_named_with_its_place_and_without_its_text() -> None:
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
def test_secrets_are_struck_out(secret: str) -> None:
    assert "canary" not in redact(f"before {secret} after")
    assert redact(f"before {secret} after").startswith("before ")


def test_libraries_log_no_payloads_even_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging("debug")
        logging.getLogger("slack_sdk.web").debug("payload with a question")
        logging.getLogger("slack_bolt").info("payload with a question")
        logging.getLogger("bot.listeners").debug("ours")
        assert capsys.readouterr().err.count("\n") == 1
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)
