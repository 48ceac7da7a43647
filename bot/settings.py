"""Settings: the only place that names environment variables."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from index import VerbatimError

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII)
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII)


class SettingsError(VerbatimError):
    """Settings are missing or malformed; the text names all of them at once."""


def _setting(variable: str, explanation: str, *, default: str = "", is_secret: bool = False) -> str:
    """Declare a field that is read from an environment variable."""
    metadata = {"variable": variable, "explanation": explanation, "is_secret": is_secret}
    value: str = field(default=default, repr=not is_secret, metadata=metadata)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can set, in the environment or in `.env`."""

    slack_bot_token: str = _setting(
        "SLACK_BOT_TOKEN",
        "Bot token of the Slack app (xoxb-…), from OAuth & Permissions.",
        is_secret=True,
    )
    slack_app_token: str = _setting(
        "SLACK_APP_TOKEN",
        "App-level token (xapp-…) with connections:write, from Basic Information. Needed for Socket Mode, the default.",
        is_secret=True,
    )
    slack_signing_secret: str = _setting(
        "SLACK_SIGNING_SECRET",
        "Signing secret, from Basic Information. Needed for `verbatim serve --http` only.",
        is_secret=True,
    )
    slack_api_url: str = _setting(
        "SLACK_API_URL",
        "Where the Slack Web API is. Change it only to use a stand-in.",
        default="https://slack.com/api/",
    )
    data: str = _setting(
        "VERBATIM_DATA",
        "Folder of the store. Back it up: it holds the statements.",
        default="data",
    )
    store: str = _setting(
        "VERBATIM_STORE",
        "Address of the store, if it is not in that folder: sqlite:///path/to/file.",
    )
    model: str = _setting(
        "VERBATIM_MODEL",
        "Embedding model: folder or hub name of a sentence-transformers model. Empty: the bundled all-MiniLM-L6-v2.",
    )
    reranker: str = _setting(
        "VERBATIM_RERANKER",
        "Cross-encoder that reads the best passages with the question, for time: folder or hub name. Empty: none.",
    )
    admins: str = _setting(
        "VERBATIM_ADMINS",
        "Who may add and remove statements and re-encode them from Slack: member ids (U…), with commas. Empty: nobody.",
    )
    internal_channels: str = _setting(
        "VERBATIM_INTERNAL_CHANNELS",
        "Channels where internal statements may be quoted for all to read: channel ids (C…), with commas. Empty: none.",
    )
    keep_days: str = _setting(
        "VERBATIM_KEEP_DAYS",
        "After how many days it is forgotten who asked in a thread and what about. Questions go when answered.",
        default="30",
    )
    log_level: str = _setting(
        "VERBATIM_LOG_LEVEL",
        "How much is logged: DEBUG, INFO, WARNING or ERROR. No level logs questions or tokens.",
        default="INFO",
    )
    log: str = _setting(
        "VERBATIM_LOG",
        "The form of the log: text, or json with one object a line.",
        default="text",
    )
    watch_address: str = _setting(
        "VERBATIM_WATCH_ADDRESS",
        "Where /healthz, /readyz and /metrics are served, as 127.0.0.1:9464; not for the public. Empty: nowhere.",
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings; an empty variable counts as not set.

        Raises:
            SettingsError: a value is not one of those allowed.
        """
        values = {
            one.name: environ[one.metadata["variable"]].strip()
            for one in dataclasses.fields(cls)
            if environ.get(one.metadata["variable"], "").strip()
        }
        settings = cls(**values)
        settings._check()
        return settings

    @property
    def location(self) -> str:
        """Where the store is: the address if one is set, else the data folder."""
        return self.store or self.data

    @property
    def admin_ids(self) -> frozenset[str]:
        """The ids of those who may change what is kept."""
        return _split(self.admins)

    @property
    def internal_channel_ids(self) -> frozenset[str]:
        """The ids of the channels where internal statements may be quoted."""
        return _split(self.internal_channels)

    @property
    def keep_thread_days(self) -> int:
        """For how many days it is kept what a thread was about."""
        return int(self.keep_days)

    def require_slack(self, *, over_http: bool) -> None:
        """Check that everything a running bot needs is set, and looks like what it should be.

        Raises:
            SettingsError: naming everything that is missing or malformed.
        """
        problems = [_check_token("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-")]
        if over_http:
            problems.append("" if self.slack_signing_secret else "SLACK_SIGNING_SECRET is not set")
        else:
            problems.append(_check_token("SLACK_APP_TOKEN", self.slack_app_token, "xapp-"))
        found = [problem for problem in problems if problem]
        if found:
            raise SettingsError(
                f"{'; '.join(found)}.",
                remedy="Copy .env.example to .env and fill it in, or try the bot without Slack: verbatim try.",
            )

    def _check(self) -> None:
        if self.log_level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise SettingsError(
                f"VERBATIM_LOG_LEVEL is {self.log_level!r}.", remedy="Set it to DEBUG, INFO, WARNING or ERROR."
            )
        if not re.fullmatch(r"[0-9]{1,4}", self.keep_days):
            raise SettingsError(
                f"VERBATIM_KEEP_DAYS is {self.keep_days!r}.", remedy="Set it to a number of days, for example 30."
            )
        if self.log not in {"text", "json"}:
            raise SettingsError(f"VERBATIM_LOG is {self.log!r}.", remedy="Set it to text or json.")
        if self.watch_address:
            split_address(self.watch_address)
        if not all(map(_USER_ID.fullmatch, self.admin_ids)):
            raise SettingsError(
                "VERBATIM_ADMINS has something else than member ids.",
                remedy="Copy them from the profiles in Slack, for example U061F7AUR,U0LAN0Z89.",
            )
        if not all(map(_CHANNEL_ID.fullmatch, self.internal_channel_ids)):
            raise SettingsError(
                "VERBATIM_INTERNAL_CHANNELS has something else than channel ids.",
                remedy="Copy them from the channels' details in Slack, for example C061EG9SL.",
            )
        if not _is_safe_address(self.slack_api_url):
            raise SettingsError(
                "SLACK_API_URL is neither an https:// address nor on this machine.", remedy="Leave it empty for Slack."
            )


def _split(values: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, values.split(","))))


def split_address(address: str) -> tuple[str, int]:
    """Return the host and port of an address such as 127.0.0.1:9464 or [::1]:9464.

    Raises:
        SettingsError: it is none.
    """
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.netloc != address or parts.username is not None:
        raise SettingsError(f"VERBATIM_WATCH_ADDRESS is {address!r}.", remedy="Write host:port, as 127.0.0.1:9464.")
    return host, port


def _check_token(variable: str, value: str, prefix: str) -> str:
    """Say what is wrong with a token without ever quoting it."""
    if not value:
        return f"{variable} is not set"
    if not value.startswith(prefix):
        return f"{variable} does not begin with {prefix}"
    return "" if value.isascii() and not any(map(str.isspace, value)) else f"{variable} has characters no token has"


def _is_safe_address(address: str) -> bool:
    """Tell whether tokens may be sent to an address: encrypted, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or any(map(str.isspace, address)):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "localhost", "::1"})
