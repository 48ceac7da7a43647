"""Manifests for the tests of the local Slack, so that those do not move with the app's own."""

from collections.abc import Sequence
from typing import Any

from bot.local_slack import Manifest
from bot.local_slack.manifest import from_json

SCOPES = ("app_mentions:read", "assistant:write", "chat:write", "commands", "im:history")
EVENTS = ("app_home_opened", "app_mention", "message.im")
CHECK = {
    "name": "Check against statements",
    "type": "message",
    "callback_id": "check_message",
    "description": "Finds the statements that a message quotes",
}
SEARCH = {
    "name": "Search the statements",
    "type": "global",
    "callback_id": "search_all",
    "description": "Opens the search",
}


def made_manifest(
    *, events: Sequence[str] = (), scopes: Sequence[str] = (), shortcuts: Sequence[dict[str, str]] = ()
) -> Manifest:
    """Make the manifest of an app that hears mentions and direct messages, and what is named besides."""
    prompts = ["Which resolutions are cited?", "Nuclear technology"]
    content: dict[str, Any] = {
        "display_information": {"name": "Verbatim", "description": "Answers with the exact passages."},
        "features": {
            "app_home": {"home_tab_enabled": True},
            "bot_user": {"display_name": "verbatim"},
            "agent_view": {"suggested_prompts": [{"title": prompt, "message": prompt} for prompt in prompts]},
            "slash_commands": [
                {"command": "/ask", "description": "Ask", "usage_hint": "which resolutions?"},
                {"command": "/list", "description": "List", "usage_hint": "[id or title]"},
            ],
            "shortcuts": list(shortcuts),
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *scopes]}},
        "settings": {"event_subscriptions": {"bot_events": [*EVENTS, *events]}},
    }
    return from_json(content)
