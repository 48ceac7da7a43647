"""Settings: one place, everything missing named at once, nothing secret shown."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, split_address
from tests.conftest import ROOT

VARIABLES = [str(field.validation_alias) for field in Settings.model_fields.values()]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_example_file_explains_exactly_the_settings() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert list(given) == VARIABLES
    assert Settings.load(**given) == Settings.load(), "the file shows the defaults"
    for name in given:
        assert lines[next(at for at, line in enumerate(lines) if line.startswith(f"{name}=")) - 1].startswith("# ")


def test_no_other_file_reads_the_environment() -> None:
    code = [path for room in ("bot", "index") for path in (ROOT / room).rglob("*.py")]
    reads = re.compile(r"os\.environ\[|os\.environ\.get|os\.getenv|getenv\(")
    assert [path.name for path in code if reads.search(path.read_text())] == []


def test_empty_variables_count_as_not_set() -> None:
    assert Settings.load(**dict.fromkeys(VARIABLES, " ")) == Settings.load()
    assert Settings.load(VERBATIM_DATA=" here ").location == "here"
    assert Settings.load(VERBATIM_STORE="sqlite:///x").location == "sqlite:///x"


def test_environment_goes_before_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("VERBATIM_DATA=from-file\nVERBATIM_STORE=sqlite:///x\nOTHER=1\n")
    monkeypatch.setenv("VERBATIM_STORE", "")
    settings = Settings.load(env_file=str(file))
    assert (settings.data, settings.store) == ("from-file", "")


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as missing:
        Settings.load().require_slack(over_http=False)
    assert "SLACK_BOT_TOKEN is not set; SLACK_APP_TOKEN is not set." in str(missing.value)
    assert "verbatim try" in str(missing.value)
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN is not set; SLACK_SIGNING_SECRET is not set"):
        Settings.load().require_slack(over_http=True)


def test_everything_malformed_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match="VERBATIM_KEEP_DAYS: .*; VERBATIM_LOG_LEVEL: ") as malformed:
        Settings.load(VERBATIM_KEEP_DAYS="canary", VERBATIM_LOG_LEVEL="canary")
    assert "canary" not in str(malformed.value)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param("xapp-1-canary", "SLACK_BOT_TOKEN does not begin with xoxb-", id="the other token"),
        pytest.param("xoxb-canary canary", "characters no token has", id="a space within"),
        pytest.param("xoxb-canary\u200b", "characters no token has", id="an invisible character"),
    ],
)
def test_malformed_token_is_reported_without_its_text(token: str, said: str) -> None:
    settings = Settings.load(SLACK_BOT_TOKEN=token, SLACK_APP_TOKEN="xapp-1")
    with pytest.raises(SettingsError, match=said) as malformed:
        settings.require_slack(over_http=False)
    assert "canary" not in str(malformed.value)
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VERBATIM_LOG_LEVEL", "loud"),
        ("VERBATIM_LOG", "yaml"),
        ("VERBATIM_ADMINS", "ann"),
        ("VERBATIM_INTERNAL_CHANNELS", "#general"),
        ("VERBATIM_WATCH_ADDRESS", "9464"),
        ("VERBATIM_WATCH_ADDRESS", "127.0.0.1"),
        ("VERBATIM_WATCH_ADDRESS", "127.0.0.1:many"),
        ("VERBATIM_WATCH_ADDRESS", "127.0.0.1:70000"),
        ("VERBATIM_WATCH_ADDRESS", "http://127.0.0.1:9464"),
        ("VERBATIM_WATCH_ADDRESS", "127.0.0.1:9464/metrics"),
        ("SLACK_API_URL", "http://slack.example/api/"),
        ("SLACK_API_URL", "http://127.0.0.1.evil.example/"),
        ("SLACK_API_URL", "http://127.0.0.1@evil.example/"),
        ("SLACK_API_URL", "http://localhost.evil.example/"),
        ("SLACK_API_URL", "https://["),
        ("SLACK_API_URL", "https://"),
        ("SLACK_API_URL", "https://a b/"),
        ("SLACK_API_URL", "file:///etc/passwd"),
    ],
)
def test_invalid_values_and_leaking_addresses_are_refused(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.load(**{variable: value})


@pytest.mark.parametrize("address", ["https://slack.com/api/", "http://127.0.0.1:8333/api/", "http://localhost/api/"])
def test_tokens_go_out_encrypted_or_stay_on_this_machine(address: str) -> None:
    assert Settings.load(SLACK_API_URL=address).slack_api_url == address


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("127.0.0.1:9464", "127.0.0.1", 9464), ("[::1]:0", "::1", 0), ("watch:80", "watch", 80)],
)
def test_address_is_a_host_and_a_port(address: str, host: str, port: int) -> None:
    assert split_address(address) == (host, port)
