"""Who reads an answer, and whether they may read internal statements; in doubt they may not.

An event or a click does not say whether a person is a guest, so Slack is asked (`users:read`). An answer in a channel
is read by everybody there: internal statements go only to channels that the operator names, and only while these are
shared with no other workspace (`channels:read`, `groups:read`).
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.outbox.slack_sender import UNREACHABLE

_log = logging.getLogger(__name__)

_CACHE_SECONDS = 300.0
"""A person who becomes a guest reads nothing internal after that time."""

_MAX_CACHED = 10_000

_NOT_MEMBER_FLAGS = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")


@dataclass(frozen=True, slots=True)
class Readers:
    """Who will see an answer: the person who asked, and everybody in the channel unless that is empty.

    `is_unshared`: Slack said with the question that the channel is shared with no other workspace.
    """

    user_id: str
    channel: str = ""
    is_unshared: bool = False


class Directory:
    """Asks Slack who people are, from any thread. Without a client it knows nobody."""

    def __init__(
        self, client: WebClient | None = None, *, home_team: str = "", internal_channels: frozenset[str] = frozenset()
    ) -> None:
        self._client = client
        self._home_team = home_team
        self._internal_channels = internal_channels
        self._lock = threading.Lock()
        self._members: dict[str, float] = {}  # user id → when Slack last said so; oldest first

    def may_read_internal(self, readers: Readers) -> bool:
        """Tell whether all readers may read internal statements: full members, in a channel for them."""
        if readers.channel and not self._is_for_internal(readers):
            return False
        return self._is_member(readers.user_id)

    def _is_for_internal(self, readers: Readers) -> bool:
        if readers.channel not in self._internal_channels:
            return False
        return readers.is_unshared or self._is_unshared(readers.channel)

    def _is_unshared(self, channel_id: str) -> bool:
        channel = self._ask("conversations.info", "channel", channel_id)
        return channel.get("is_ext_shared") is False and not channel.get("is_pending_ext_shared")

    def _is_member(self, user_id: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._members.get(user_id, float("-inf")) < _CACHE_SECONDS:
                return True
        if not user_id:
            return False
        user = self._ask("users.info", "user", user_id)
        is_home = bool(self._home_team) and user.get("team_id") == self._home_team
        if not is_home or any(user.get(name, False) for name in _NOT_MEMBER_FLAGS):
            return False
        with self._lock:
            self._members.pop(user_id, None)
            self._members[user_id] = now
            if len(self._members) > _MAX_CACHED:
                del self._members[next(iter(self._members))]
        return True

    def _ask(self, method: str, kind: str, wanted: str) -> dict[str, Any]:
        """Return Slack's record of a user or channel; empty where Slack does not say."""
        if self._client is None:
            return {}
        try:
            found = self._client.api_call(method, http_verb="GET", params={kind: wanted}).get(kind)
        except SlackApiError as error:
            _log.warning("%s: %s; answering from public statements alone", method, error.response.get("error"))
            return {}
        except UNREACHABLE as error:
            _log.warning("%s could not be asked; answering from public statements alone", method, exc_info=error)
            return {}
        return found if isinstance(found, dict) else {}
