"""What Slack allows three seconds for: opening a view."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.outbox.store import Claim
from bot.slack.context import AppContext

_log = logging.getLogger(__name__)


def open_view(
    context: BoltContext, client: WebClient, trigger_id: str, build_view: Callable[[], dict[str, Any] | None]
) -> None:
    """Open a view; where that fails, or there is none to open, the outbox replies why."""
    app: AppContext = context["app"]
    claim: Claim = context["claim"]
    try:
        view = build_view()
        if view is not None:
            client.views_open(trigger_id=trigger_id, view=view)
            app.outbox.mark_sent(claim.lease)
            return
    except Exception as error:  # noqa: BLE001 - logged, and the person is told
        code = f" ({error.response.get('error')})" if isinstance(error, SlackApiError) else ""
        _log.warning("a view was not opened%s", code, exc_info=None if code else error)
    app.outbox.release_leases([claim.lease])
