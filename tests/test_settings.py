"""Settings: one place, everything missing named at once, nothing secret shown."""

import dataclasses
import re

import pytest

from bot.settings import Settings, SettingsError, split_address
from tests.conftest import ROOT

VARIABLES = [one.metadata["variable"] for one in dataclasses.fields(Settings)]


def test_the_example_file_has_exactly_the_settings_each_explained_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = [line for line in lines if line and not line.startswith("#")]
    assert [line.split("=")[0] for line in given] == VARIABLES
    for one in dataclasses.fields(Settings):
        at = next(at for at, line in enumerate(lines) if line.startswith(f"{one.metadata['variable']}="))
        assert lines[at].split("=", 1)[1] == one.default
        assert lines[at - 1] == f"# {one.metadata['explanation']}"


def test_no_other_file_names_an_environment_variable_of_the_settings() -> None:
    code = [path for room in ("bot", "index") for path in (ROOT / room).rglob("*.py")]
    reads = re.compile(r"os\.environ\[|os\.environ\.get|os\.getenv|getenv\(")
    assert [path.name for path in code if reads.search(path.read_text())] == []


def test_empty_variables_count_as_not_set() -> None:
    assert Settings.from_env(dict.fromkeys(VARIABLES, " ")) == Settings()
    assert Settings.from_env({"VERBATIM_DATA": " here "}).location == "here"
    assert Settings.from_env({"VERBATIM_STORE": "sqlite:///x"}).location == "sqlite:///x"


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as missing:
        Settings().require_slack(over_http=False)
    assert "SLACK_BOT_TOKEN is not set; SLACK_APP_TOKEN is not set." in str(missing.value)
    assert "verbatim try" in str(missing.value)
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN is not set; SLACK_SIGNING_SECRET is not set"):
        Settings().require_slack(over_http=True)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param("xapp-1-canary", "SLACK_BOT_TOKEN does not begin with xoxb-", id="the other token"),
        pytest.param("xoxb-canary canary", "characters no token has", id="a space within"),
        pytest.param("xoxb-canary\u200b", "characters no token has", id="an invisible character"),
    ],
)
def test_a_malformed_token_is_told_without_being_shown(token: str, said: str) -> None:
    settings = Settings(slack_bot_token=token, slack_app_token="xapp-1")
    with pytest.raises(SettingsError, match=said) as malformed:
        settings.require_slack(over_http=False)
    assert "canary" not in str(malformed.value)
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    "environment",
    [
        {"VERBATIM_LOG_LEVEL": "loud"},
        {"VERBATIM_LOG": "yaml"},
        {"VERBATIM_WATCH_ADDRESS": "9464"},
        {"VERBATIM_WATCH_ADDRESS": "127.0.0.1"},
        {"VERBATIM_WATCH_ADDRESS": "127.0.0.1:many"},
        {"VERBATIM_WATCH_ADDRESS": "127.0.0.1:70000"},
        {"VERBATIM_WATCH_ADDRESS": "http://127.0.0.1:9464"},
        {"VERBATIM_WATCH_ADDRESS": "127.0.0.1:9464/metrics"},
        {"SLACK_API_URL": "http://slack.example/api/"},
        {"SLACK_API_URL": "http://127.0.0.1.evil.example/"},
        {"SLACK_API_URL": "http://127.0.0.1@evil.example/"},
        {"SLACK_API_URL": "http://localhost.evil.example/"},
        {"SLACK_API_URL": "https://["},
        {"SLACK_API_URL": "https://"},
        {"SLACK_API_URL": "https://a b/"},
        {"SLACK_API_URL": "file:///etc/passwd"},
    ],
)
def test_a_value_that_cannot_be_or_would_leak_tokens_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(environment))):
        Settings.from_env(environment)


@pytest.mark.parametrize("address", ["https://slack.com/api/", "http://127.0.0.1:8333/api/", "http://localhost/api/"])
def test_tokens_go_out_encrypted_or_stay_on_this_machine(address: str) -> None:
    assert Settings.from_env({"SLACK_API_URL": address}).slack_api_url == address


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("127.0.0.1:9464", "127.0.0.1", 9464), ("[::1]:0", "::1", 0), ("watch:80", "watch", 80)],
)
def test_an_address_is_a_host_and_a_port(address: str, host: str, port: int) -> None:
    assert split_address(address) == (host, port)
