"""Settings: the only place that names environment variables."""

import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasGenerator, BeforeValidator, Field, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index import VerbatimError


class SettingsError(VerbatimError):
    """Settings are missing or malformed; the text names all of them at once."""


def split_address(address: str) -> tuple[str, int]:
    """Return the host and port of an address such as 127.0.0.1:9464 or [::1]:9464.

    Raises:
        ValueError: it is not host:port.
    """
    parts = urlsplit(f"//{address}")
    if not parts.hostname or parts.port is None or parts.netloc != address or parts.username is not None:
        raise ValueError("expected host:port, for example 127.0.0.1:9464")
    return parts.hostname, parts.port


def _split_ids(values: Any) -> Any:  # noqa: ANN401 - ids may be given as a set as well
    return frozenset(filter(None, map(str.strip, values.split(",")))) if isinstance(values, str) else values


def _check_listening_address(address: str) -> str:
    if address:
        split_address(address)
    return address


def _check_api_url(address: str) -> str:
    """Refuse an address to which tokens would be sent unencrypted over a network."""
    parts = urlsplit(address)
    is_local = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or not (is_local or parts.scheme == "https") or any(map(str.isspace, address)):
        raise ValueError("expected an https:// address, or one on this machine; leave it empty for Slack")
    return address


Secret = Annotated[str, Field(repr=False)]
MemberId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,20}$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{2,20}$")]


def _variable(field: str) -> str:
    return field.upper() if field.startswith("slack_") else f"VERBATIM_{field.upper()}"


class Settings(BaseSettings):
    """What an operator can set, in the environment or in `.env`; `.env.example` explains each.

    An empty variable counts as not set.
    """

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(validation_alias=_variable),
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_by_name=True,
    )

    slack_bot_token: Secret = ""
    slack_app_token: Secret = ""
    slack_signing_secret: Secret = ""
    slack_api_url: Annotated[str, AfterValidator(_check_api_url)] = "https://slack.com/api/"
    data: str = "data"
    store: str = ""
    model: str = ""
    reranker: str = ""
    admins: Annotated[frozenset[MemberId], NoDecode, BeforeValidator(_split_ids)] = frozenset()
    internal_channels: Annotated[frozenset[ChannelId], NoDecode, BeforeValidator(_split_ids)] = frozenset()
    keep_days: int = Field(default=30, ge=0, le=9999)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log: Literal["text", "json"] = "text"
    watch_address: Annotated[str, AfterValidator(_check_listening_address)] = ""

    @classmethod
    def load(cls, *, env_file: str | None = None, **values: str) -> Self:
        """Read the settings; `values`, by the names of variables, go before the environment and the file.

        Raises:
            SettingsError: naming every value that is not allowed.
        """
        sources: dict[str, Any] = {"_env_file": env_file, **values}
        try:
            return cls(**sources)
        except ValidationError as error:
            problems = [f"{one['loc'][0]}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
            raise SettingsError(f"{'; '.join(problems)}.", remedy=".env.example explains each setting.") from None
        except (UnicodeDecodeError, OSError) as error:
            reason, remedy = f"{env_file} cannot be read as UTF-8 text.", "Save it as UTF-8 text again."
            raise SettingsError(reason, remedy=remedy) from error

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - of any field
        if not isinstance(value, str):
            return value
        name = info.field_name or ""
        value = value.strip()
        return (value.upper() if name == "log_level" else value) or cls.model_fields[name].default

    @property
    def location(self) -> str:
        """Where the store is: the address if one is set, else the data folder."""
        return self.store or self.data

    @property
    def health_address(self) -> tuple[str, int] | None:
        """The host and port of health and metrics, or None."""
        return split_address(self.watch_address) if self.watch_address else None

    def require_slack(self, *, over_http: bool) -> None:
        """Check that everything a running bot needs is set, and looks like what it should be.

        Raises:
            SettingsError: naming everything that is missing or malformed.
        """
        problems = [_token_problem("SLACK_BOT_TOKEN", self.slack_bot_token, "xoxb-")]
        if over_http:
            problems.append("" if self.slack_signing_secret else "SLACK_SIGNING_SECRET is not set")
        else:
            problems.append(_token_problem("SLACK_APP_TOKEN", self.slack_app_token, "xapp-"))
        if any(problems):
            raise SettingsError(
                f"{'; '.join(filter(None, problems))}.",
                remedy="Copy .env.example to .env and fill it in, or try the bot without Slack: verbatim try.",
            )


def _token_problem(variable: str, value: str, prefix: str) -> str:
    """Return what is wrong with a token, without quoting it, or an empty text."""
    if not value:
        return f"{variable} is not set"
    if not value.startswith(prefix):
        return f"{variable} does not begin with {prefix}"
    return "" if re.fullmatch(r"[!-~]+", value) else f"{variable} has characters no token has"
