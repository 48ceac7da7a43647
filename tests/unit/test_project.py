"""The project itself: what its documents say is so."""

import json
import re
import shlex
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement

from bot.cli.main import cli
from bot.slack.app import register_handlers
from bot.slack.claiming import CHECK_MESSAGE
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
GUIDES = {name: (ROOT / name / "README.md").read_text() for name in ("", "index", "bot", "tests")}
MANIFEST = json.loads((ROOT / "manifest.json").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
TEST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"


def test_ci_ends_with_the_readmes_own_test_command() -> None:
    assert f"\n{TEST_COMMAND}\n" in README
    assert (ROOT / ".ci" / "run").read_text().endswith(f"\n{TEST_COMMAND}\n")
    assert "\npython3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/verbatim try\n" in README


def test_the_guides_name_existing_commands() -> None:
    lines = [
        line
        for text in GUIDES.values()
        for line in re.findall(r"`[^`\n]+`|^ *\.venv/bin/verbatim .*$", text, re.MULTILINE)
    ]
    named = {name for line in lines for name in re.findall(r"(?:^`|\.venv/bin/)verbatim ([a-z][a-z-]*)", line)}
    commands = {one.name or one.callback.__name__ for one in cli.registered_commands if one.callback}
    assert named - commands == set(), "the README names commands that do not exist"
    assert {"add", "list", "ask", "serve", "try", "backup", "restore", "doctor", "evaluate"} <= named


def test_what_the_readme_points_to_is_there() -> None:
    for path in re.findall(r"\]\((?!https?://)([^)#]+)\)", README):
        assert (ROOT / path).is_file(), path
    for room in re.findall(r"^ {2}([\w/]+(?:\.py|/))  ", README, flags=re.MULTILINE):
        assert (ROOT / "index" / room).exists() or (ROOT / "bot" / room).exists(), room


def test_every_test_and_script_that_the_catalogue_names_is_there() -> None:
    catalogue = (ROOT / "tests" / "README.md").read_text()
    named = re.findall(r"`(?:[\w/]+/)?(test_\w+\.py)::(test_\w+)", catalogue)
    assert len(named) > 50
    texts = {path.name: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in texts.get(file, "")]
    assert missing == []
    scripts = {ROOT / name.replace(".", "/") for name in re.findall(r"`python -m (tests[.\w]+)", catalogue)}
    assert [one for one in scripts if not (one.with_suffix(".py").exists() or (one / "__main__.py").exists())] == []


def test_the_procfile_starts_the_bot_both_ways() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert shlex.split(lines["worker"]) == ["MALLOC_ARENA_MAX=2", "verbatim", "serve"]
    assert shlex.split(lines["web"])[1:] == ["verbatim", "serve", "--http", "--host", "0.0.0.0", "--port", "$PORT"]


def test_dependencies_have_lower_bounds_and_torch_is_pinned() -> None:
    project = PROJECT["project"]
    everything = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert [one for one in everything if ">=" not in one] == ["torch==2.13.0"]
    assert project["name"] == "verbatim-bot"
    assert project["scripts"] == {"verbatim": "bot.cli.main:main"}


def test_the_lock_has_every_dependency_in_a_version_that_will_do_with_its_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = dict(
        re.findall(r"^([\w.-]+)==(\S+)(?: ; .+)? \\\n    --hash=sha256:[0-9a-f]{64}", text, flags=re.MULTILINE)
    )
    assert len(entries) == len(re.findall(r"^[\w.-]+==", text, flags=re.MULTILINE))
    for one in map(Requirement, PROJECT["project"]["dependencies"]):
        assert one.specifier.contains(entries[one.name]), one
    assert entries["torch"].endswith("+cpu")
    # Where from is for whoever installs to say.
    assert [line for line in text.splitlines() if line.startswith("--") or "://" in line] == []


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []


def test_the_manifest_keeps_slacks_published_rules() -> None:
    display, features = MANIFEST["display_information"], MANIFEST["features"]
    assert MANIFEST["_metadata"] == {"major_version": 2}
    assert set(MANIFEST) == {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", display["background_color"])
    assert re.fullmatch(r"[a-z0-9_.-]{1,80}", features["bot_user"]["display_name"])
    assert "assistant_view" not in features, "new apps can only use agent_view"
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    for prompt in features["agent_view"]["suggested_prompts"]:
        assert set(prompt) == {"title", "message"}
    assert features["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in features["shortcuts"])
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z-]{1,31}", command["command"])
        assert len(command["description"]) <= 2000
        assert command["should_escape"] is False
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["settings"]["interactivity"] == {"is_enabled": True}
    assert all(_strings(MANIFEST))


class RecordingApp:
    """Stands for the Bolt app: keeps what is registered."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self.commands: list[str] = []

    def event(self, name: object, **_: object) -> Any:
        self.events.append(name)
        return lambda function: function

    def command(self, name: object, matchers: object = None) -> Any:
        self.commands += [name] if isinstance(name, str) and matchers is None else []
        return lambda function: function

    def action(self, _name: object) -> Any:
        return lambda function: function

    shortcut = view = view_closed = options = action

    def use(self, _middleware: object) -> None:
        """Take a middleware."""

    def error(self, _handler: object) -> None:
        """Take the handler of errors."""


def test_the_manifest_asks_for_exactly_what_the_code_uses() -> None:
    app = RecordingApp()
    register_handlers(app)  # type: ignore[arg-type]  # it records
    handled = {name for name in app.events if isinstance(name, str)}
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert {name.split(".")[0] for name in subscribed} == handled
    assert [one["command"] for one in MANIFEST["features"]["slash_commands"]] == app.commands
    needed = {
        "app_mentions:read": "app_mention" in handled,
        "im:history": "message.im" in subscribed,
        "channels:history": "message.channels" in subscribed,
        "groups:history": "message.groups" in subscribed,
        "commands": bool(app.commands),
        "chat:write": True,
        # Who is a guest, and which channels are shared: asked only where there are internal statements.
        "channels:read": True,
        "groups:read": True,
        "users:read": True,
        "assistant:write": "agent_view" in MANIFEST["features"],
    }
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == {scope for scope, is_used in needed.items() if is_used}
    # Without these the bot answers all the same, only not to a reply that does not mention it, and never from what is
    # internal.
    optional = {"channels:history", "groups:history", "channels:read", "groups:read", "users:read"}
    assert set(scopes["bot_optional"]) == optional
    shortcuts = [(one["callback_id"], one["type"], one["name"]) for one in MANIFEST["features"]["shortcuts"]]
    assert shortcuts == [(CHECK_MESSAGE, "message", "Check against statements")]


@pytest.mark.parametrize("room", ["bot", "index", "tests"])
def test_every_module_says_what_it_is_for(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        assert path.read_text().startswith('"""'), path
