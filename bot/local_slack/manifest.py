"""The app's own manifest: what it may do, hear and offer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

_INSTALLED = Path(__file__).with_name("manifest.json")
_CHECKOUT = Path(__file__).parents[2] / "manifest.json"
_SHORTCUTS = 10
_SHORTCUT_CHARACTERS = {"name": 24, "callback_id": 255, "description": 150}

ShortcutKind = Literal["message", "global"]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command that the app declares."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut that the app declares: in the menu of every message, or everywhere."""

    name: str
    kind: ShortcutKind
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A suggested question for an empty conversation with the app."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the local Slack takes from an app manifest."""

    app_name: str
    description: str
    long_description: str
    bot_name: str
    scopes: tuple[str, ...]
    events: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    prompts: tuple[Prompt, ...]
    has_home: bool


def load_manifest(path: Path | None = None) -> Manifest:
    """Read the manifest at `path`, by default the one of this app."""
    if path is None:
        path = _INSTALLED if _INSTALLED.exists() else _CHECKOUT
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(content: dict[str, Any]) -> Manifest:
    """Make a manifest from its JSON.

    Raises:
        ValueError: when Slack would refuse its shortcuts.
    """
    display = content["display_information"]
    features = content["features"]
    return Manifest(
        app_name=display["name"],
        description=display.get("description", ""),
        long_description=display.get("long_description", ""),
        bot_name=features["bot_user"]["display_name"],
        scopes=tuple(content["oauth_config"]["scopes"]["bot"]),
        events=frozenset(content["settings"].get("event_subscriptions", {}).get("bot_events", ())),
        commands=tuple(
            Command(
                name=command["command"],
                description=command.get("description", ""),
                usage_hint=command.get("usage_hint", ""),
                should_escape=bool(command.get("should_escape", False)),
            )
            for command in features.get("slash_commands", ())
        ),
        shortcuts=_shortcuts(features.get("shortcuts", ())),
        prompts=tuple(
            Prompt(title=prompt["title"], message=prompt["message"])
            for prompt in features.get("agent_view", {}).get("suggested_prompts", ())
        ),
        has_home=bool(features.get("app_home", {}).get("home_tab_enabled", False)),
    )


def _shortcuts(declared: Sequence[Mapping[str, str]]) -> tuple[Shortcut, ...]:
    if len(declared) > _SHORTCUTS:
        raise ValueError(f"expected at most {_SHORTCUTS} shortcuts, got {len(declared)}")
    return tuple(_shortcut(entry) for entry in declared)


def _shortcut(entry: Mapping[str, str]) -> Shortcut:
    for field, maximum in _SHORTCUT_CHARACTERS.items():
        if not 1 <= len(entry.get(field, "")) <= maximum:
            raise ValueError(f"expected a shortcut's {field} of 1 to {maximum} characters, got {entry.get(field)!r}")
    for kind in get_args(ShortcutKind):
        if entry.get("type") == kind:
            return Shortcut(entry["name"], kind, entry["callback_id"], entry["description"])
    raise ValueError(f"expected a shortcut of type message or global, got {entry.get('type')!r}")
