"""The Bolt app: its clients, its identity, and the handler of each kind of delivery."""

import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ops.metrics import FAILURES
from bot.outbox.slack_sender import UNREACHABLE, Refused, read_error
from bot.settings import Settings
from bot.slack.blocks.forms import ADDITION_VIEW
from bot.slack.blocks.passage import SHOW_PASSAGE_ACTION
from bot.slack.claiming import CHECK_MESSAGE, create_claim_middleware
from bot.slack.commands import COMMANDS
from bot.slack.context import AppContext
from bot.slack.handlers import actions, admin, commands, events, home, shortcuts
from index import VerbatimError

_log = logging.getLogger(__name__)

_LISTENER_THREADS = 32
"""They acknowledge and open views; the workers of the outbox do the rest."""

_TIMEOUT_SECONDS = 15
_WAITS_SECONDS = (1, 2, 5, 10, 20, 30)
"""Pauses while Slack cannot be reached at start; the last repeats."""

_ANYTHING = re.compile(".*")
_REQUIRED_SCOPES = frozenset({"app_mentions:read", "chat:write", "commands", "im:history"})


class SlackError(VerbatimError):
    """Slack refuses the bot for good: a token is wrong, revoked or lacks a scope."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace."""

    team_id: str
    bot_id: str
    bot_user_id: str


def create_client(settings: Settings, *, timeout: int = _TIMEOUT_SECONDS) -> WebClient:
    """Return a client of the Slack Web API that sends every request once.

    The outbox decides what is sent again, and when. The SDK itself would post again after a lost connection, when the
    message may have arrived.
    """
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url.rstrip("/") + "/",
        timeout=timeout,
        retry_handlers=[],
        logger=logging.getLogger("slack_sdk"),
    )


def create_app(client: WebClient, identity: Identity, context: AppContext) -> App:
    """Return the Bolt app that answers from a library; nothing is connected yet."""
    app = App(
        client=client,
        # Given explicitly: with SLACK_CLIENT_ID in the environment Bolt would switch to OAuth and drop the token.
        authorize=lambda: AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team_id,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user_id,
            bot_token=client.token,
        ),
        # The transports verify each delivery: Socket Mode by its token, HTTP by its guard.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        # `_report_error` acknowledges unknown deliveries: Slack would take silence for a failure.
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(_LISTENER_THREADS, thread_name_prefix="listener"),
        logger=logging.getLogger("slack_bolt"),
    )
    app.use(create_claim_middleware(context))
    register_handlers(app)
    app.error(_report_error)
    return app


def register_handlers(app: App) -> None:
    """Register the handler of each kind of delivery."""
    app.event("app_mention")(events.handle_mention)
    app.event("message")(events.handle_message)
    app.event("app_home_opened")(home.handle_home_opened)
    app.command("/statements", matchers=[admin.asks_to_add])(admin.handle_add)
    for command in COMMANDS:
        app.command(command)(commands.handle_command)
    app.action(re.compile(rf"{SHOW_PASSAGE_ACTION}_\d+"))(actions.handle_show_passage)
    app.shortcut(CHECK_MESSAGE)(shortcuts.handle_check_message)
    app.view(ADDITION_VIEW)(admin.handle_submission)
    app.action(_ANYTHING)(actions.handle_click)
    # The others ask nothing, and are acknowledged: Slack takes silence for a failure and delivers again.
    app.event(_ANYTHING)(_ignore_event)
    for surface in (app.command, app.shortcut, app.view, app.view_closed, app.options):
        surface(_ANYTHING)(_acknowledge)


def _ignore_event() -> None:
    """Do nothing."""


def _acknowledge(ack: Ack) -> None:
    ack()


def _report_error(error: Exception) -> BoltResponse | None:
    """Log an error; the delivery is not acknowledged, so that Slack delivers an event again."""
    if isinstance(error, BoltUnhandledRequestError):
        _log.debug("ignored a delivery of an unknown kind")
        return BoltResponse(status=200)
    FAILURES.labels(type(error).__name__).inc()
    code = f" ({error.response.get('error')})" if isinstance(error, SlackApiError) else ""
    _log.error("a delivery could not be handled%s", code, exc_info=error)
    return None


def identify(client: WebClient, *, pause: Callable[[float], object] = time.sleep) -> Identity:
    """Ask Slack who the bot is, and wait while Slack cannot be reached.

    Raises:
        SlackError: Slack does not accept the token.
    """
    attempt = 0
    while True:
        try:
            response = client.auth_test()
        except (SlackApiError, *UNREACHABLE) as error:
            reason = _check_reachable(error, "SLACK_BOT_TOKEN")
        else:
            _warn_of_missing_scopes(response.headers)
            return Identity(
                team_id=str(response.get("team_id", "")),
                bot_id=str(response.get("bot_id", "")),
                bot_user_id=str(response.get("user_id", "")),
            )
        wait = _WAITS_SECONDS[min(attempt, len(_WAITS_SECONDS) - 1)]
        _log.warning("Slack cannot be reached (%s); trying again in %s s", reason, wait)
        pause(wait)
        attempt += 1


def check_app_token(client: WebClient, app_token: str) -> None:
    """Check that Slack opens Socket Mode connections for the app-level token.

    Raises:
        SlackError: Slack does not accept the token.
    """
    try:
        client.apps_connections_open(app_token=app_token)
    except (SlackApiError, *UNREACHABLE) as error:
        _log.warning("Slack cannot be reached (%s)", _check_reachable(error, "SLACK_APP_TOKEN"))


def _check_reachable(error: Exception, variable: str) -> str:
    """Return why Slack could not be reached.

    Raises:
        SlackError: it was reached, and does not accept the token.
    """
    if not isinstance(error, SlackApiError):
        return str(getattr(error, "reason", error))
    outcome = read_error(error)
    if isinstance(outcome, Refused):
        raise SlackError(
            f"Slack does not accept {variable} ({outcome.code}).",
            remedy="Install the app to the workspace again and copy the new token.",
        ) from error
    return f"status {error.response.status_code}"


def _warn_of_missing_scopes(headers: dict[str, str]) -> None:
    granted = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if granted is None:
        return
    missing = sorted(_REQUIRED_SCOPES - {scope.strip() for scope in granted.split(",")})
    if missing:
        _log.warning("the Slack app lacks the scopes %s; update it from manifest.json", ", ".join(missing))
