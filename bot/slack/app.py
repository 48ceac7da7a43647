"""create_app: a Bolt app over a library, with the token checked first."""

import http.client
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.outbox.posting import UnreachedRetryHandler, sends_once
from bot.settings import Settings
from bot.slack.listeners import Desk, register_listeners
from index import VerbatimError

_log = logging.getLogger(__name__)

_LISTENER_THREADS = 32
"""For acknowledgements alone: what takes longer is handed over to workers."""

_TIMEOUT_SECONDS = 15
_ASKING_SECONDS = 3
_WAITS_SECONDS = (1, 2, 5, 10, 20, 30)
"""Pauses while Slack cannot be reached at start; the last repeats."""

_REQUIRED_SCOPES = frozenset({"app_mentions:read", "chat:write", "commands", "im:history"})


class SlackError(VerbatimError):
    """Slack refuses the bot for good: a token is wrong, revoked or lacks a scope."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace."""

    team_id: str
    bot_id: str
    bot_user_id: str


def create_client(settings: Settings) -> WebClient:
    """Return a client of the Slack Web API.

    Only what Slack did not take is sent again. After anything else than a rate limit the message may stand already,
    and a second one would be worse: the SDK's own default posts again when a connection drops.
    """
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url.rstrip("/") + "/",
        timeout=_TIMEOUT_SECONDS,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=3)],
        logger=logging.getLogger("slack_sdk"),
    )


def create_asking_client(client: WebClient) -> WebClient:
    """Return a client for what an answer waits for, and does without where Slack is slow."""
    asking = create_posting_client(client)
    asking.timeout = _ASKING_SECONDS
    return asking


def create_posting_client(client: WebClient) -> WebClient:
    """Return a client that sends everything once: whoever answers questions decides what is sent again, and when."""
    return sends_once(client)


def create_app(client: WebClient, identity: Identity, desk: Desk) -> App:
    """Return the Bolt app that answers from a library; nothing is connected yet."""
    # From here on an answer is worth half a minute's patience; `identify` tells of an outage at once.
    client.retry_handlers.append(UnreachedRetryHandler(max_retry_count=6))
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
        # The transports verify before anything reaches the app: Socket Mode by its token, HTTP by its guard.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        # What is unknown here is acknowledged, by the one boundary for errors: Slack takes a refusal for a failure.
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(_LISTENER_THREADS, thread_name_prefix="listener"),
        logger=logging.getLogger("slack_bolt"),
    )
    register_listeners(app, desk)
    return app


def identify(client: WebClient, *, pause: Callable[[float], object] = time.sleep) -> Identity:
    """Ask Slack who the bot is, for as long as it takes Slack to be reached.

    Raises:
        SlackError: Slack does not accept the token.
    """
    attempt = 0
    while True:
        try:
            response = client.auth_test()
        except SlackApiError as error:
            if error.response.status_code < http.client.INTERNAL_SERVER_ERROR:
                raise _refused(error, "SLACK_BOT_TOKEN") from error
            reason = f"status {error.response.status_code}"
        except (OSError, http.client.HTTPException) as error:
            reason = str(getattr(error, "reason", error))
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
    except SlackApiError as error:
        if error.response.status_code < http.client.INTERNAL_SERVER_ERROR:
            raise _refused(error, "SLACK_APP_TOKEN") from error
    except (OSError, http.client.HTTPException):
        _log.warning("Slack cannot be reached for a connection just now")


def _refused(error: SlackApiError, variable: str) -> SlackError:
    code = str(error.response.get("error", "unknown_error"))
    return SlackError(
        f"Slack does not accept {variable} ({code}).",
        remedy="Install the app to the workspace again and copy the token anew.",
    )


def _warn_of_missing_scopes(headers: dict[str, str]) -> None:
    granted = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if granted is None:
        return
    missing = sorted(_REQUIRED_SCOPES - {scope.strip() for scope in granted.split(",")})
    if missing:
        _log.warning("the Slack app lacks the scopes %s; update it from manifest.json", ", ".join(missing))
