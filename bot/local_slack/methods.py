"""The Web API methods that the local Slack knows: their arguments, scopes and rate limits.

Source: slack-ruby/slack-api-ref, the machine-readable copies of Slack's method pages.
"""

from dataclasses import dataclass

# Callers may pass these to any method.
EVERYWHERE = frozenset({"team_id", "token"})

_MESSAGE = "text blocks attachments metadata unfurl_links unfurl_media mrkdwn parse link_names markdown_text"


@dataclass(frozen=True, slots=True)
class Method:
    """What one method takes; any one of `scopes` is enough, and `per_minute` is its rate tier."""

    required: frozenset[str]
    optional: frozenset[str]
    scopes: tuple[str, ...] = ()
    per_minute: int = 50
    is_for_app_token: bool = False


def _method(required: str, optional: str, *scopes: str, per_minute: int = 50, is_for_app_token: bool = False) -> Method:
    return Method(frozenset(required.split()), frozenset(optional.split()), scopes, per_minute, is_for_app_token)


_READ_CHANNELS = ("channels:read", "groups:read", "im:read", "mpim:read")
_READ_MESSAGES = ("channels:history", "groups:history", "mpim:history")

METHODS: dict[str, Method] = {
    "api.test": _method("", "error foo", per_minute=100),
    "auth.test": _method("", "", per_minute=600),
    "apps.connections.open": _method("", "", is_for_app_token=True),
    "chat.postMessage": _method(
        "channel",
        f"{_MESSAGE} thread_ts reply_broadcast username icon_emoji icon_url as_user",
        "chat:write",
        per_minute=300,
    ),
    "chat.postEphemeral": _method(
        "channel user", f"{_MESSAGE} thread_ts username icon_emoji icon_url as_user", "chat:write", per_minute=100
    ),
    "chat.update": _method("channel ts", f"{_MESSAGE} reply_broadcast as_user file_ids", "chat:write"),
    "chat.delete": _method("channel ts", "as_user", "chat:write"),
    "views.publish": _method("user_id view", "hash", per_minute=100),
    "views.open": _method("view", "trigger_id interactivity_pointer", per_minute=100),
    "views.push": _method("view", "trigger_id interactivity_pointer", per_minute=100),
    "views.update": _method("view", "view_id external_id hash", per_minute=100),
    "conversations.open": _method("", "channel users return_im prevent_creation", "im:write"),
    "conversations.info": _method("channel", "include_locale include_num_members", *_READ_CHANNELS),
    # The reply to a direct message needs no scope for channels, but reading it back does.
    "conversations.replies": _method(
        "channel ts", "cursor inclusive latest limit oldest include_all_metadata", *_READ_MESSAGES
    ),
    "conversations.history": _method(
        "channel", "cursor inclusive latest limit oldest include_all_metadata", *_READ_MESSAGES
    ),
    "users.info": _method("user", "include_locale", "users:read", per_minute=100),
    "reactions.add": _method("channel name timestamp", "", "reactions:write"),
    "reactions.remove": _method("name", "channel timestamp file file_comment", "reactions:write", per_minute=20),
    "assistant.threads.setStatus": _method(
        "channel_id thread_ts status",
        "loading_messages icon_emoji icon_url username",
        "assistant:write",
        "chat:write",
        per_minute=600,
    ),
    "assistant.threads.setSuggestedPrompts": _method(
        "channel_id prompts", "thread_ts title", "assistant:write", per_minute=100
    ),
    "assistant.threads.setTitle": _method("channel_id thread_ts title", "", "assistant:write", per_minute=100),
    "agents.sessions.setStatus": _method(
        "channel_id status",
        "thread_ts title initiator_user_id icon_emoji icon_url username",
        "assistant:write",
        "chat:write",
    ),
}
