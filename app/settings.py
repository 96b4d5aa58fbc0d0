"""Settings: what can be set, from where it is read, and what is wrong with it.

Order: command line > ``TIDINGS_A__B`` > ``TIDINGS_A__B_FILE`` > ``config.toml`` > the names that
a source's own tools use (``KAGGLE_API_TOKEN``) > default. This is the one module that reads the
environment.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, cast, get_origin, get_type_hints
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    ValidationError,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from app.durations import format_duration, parse_duration
from core.errors import ConfigError, UsageError
from core.feeds import PREFIX as FEED
from core.people import known_zone
from fetchers import FETCHERS, Source, source_named

PREFIX = "TIDINGS_"
_SQLITE = "sqlite:///"
_CONFIG = "TIDINGS_CONFIG"


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
    if not url.startswith(_SQLITE) or not url.removeprefix(_SQLITE).strip("/"):
        raise ValueError(f"{url!r} is not the address of a SQLite file: sqlite:///path/to/file.db")
    return url


def _address_problem(name: str, url: str) -> str | None:
    """Return what is wrong with the address of a source, if anything is."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        sound = False
    return None if sound else f"{name}: {url!r} is not an http(s) address"


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

    enabled: bool = Field(default=True, description="whether it is read")
    every: Duration = Field(timedelta(hours=6), description="time between two looks")
    pace: Duration = Field(timedelta(), description="time between two requests")


class FeedBlock(SourceBlock):
    """A feed, RSS or Atom; one block for each, with a name of your choice."""

    pace: Duration = Field(timedelta(seconds=5), description="time between two requests")
    url: str = Field(description="address of the feed")


FeedName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
"""A word that stands in item keys (``feed:<name>/…``) and in names of variables."""


class StorageBlock(Block):
    """Where data lives."""

    url: Annotated[str, AfterValidator(_to_database)] = Field(
        f"{_SQLITE}var/tidings.db",
        description="database; a relative path starts at the folder of this file",
    )


class DigestBlock(Block):
    """What a digest holds when the command line does not say."""

    interests: str = Field(
        "large language models; agents and tool use; efficient training and inference",
        description='what to look for, separated by ";", until a profile says it',
    )
    limit: int = Field(10, ge=1, le=200, description="number of items")
    minutes: float | None = Field(
        None, gt=0, description="minutes of reading; the smaller of both budgets counts"
    )
    since: Duration = Field(timedelta(days=7), description="how far back")
    zone: Zone = Field("UTC", description="IANA time zone in which dates are written")


class NetworkBlock(Block):
    """How Tidings behaves towards the sources."""

    contact: str = Field(
        "", description="address or mail that the User-Agent names, so that a source can reach you"
    )
    first: Duration = Field(
        timedelta(days=7), description="how far back a source is read for the first time"
    )


class DiscordBlock(Block):
    """The bot; without a token everything else works."""

    token: SecretStr = Field(SecretStr(""), description="token of the bot")
    api_url: str = Field("", description="address in place of Discord's API, for tests")
    gateway_url: str = Field("", description="address in place of Discord's gateway, for tests")
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
        description="topics that /start offers to tick; ten at the most",
        max_length=10,
    )
    resend_doubtful: bool = Field(
        default=False,
        description="whether a message that may have arrived is sent again; else it is held",
    )


class LogBlock(Block):
    """What is logged to standard error."""

    level: str = Field(
        "warning", pattern="^(debug|info|warning|error)$", description="debug, info, warning, error"
    )


def _source_block(name: str, source: Source[Any]) -> type[SourceBlock]:
    """Build the block of one source from its options and what all sources have in common."""
    hints = get_type_hints(source.options)
    fields: dict[str, Any] = {
        "every": (Duration, Field(source.every, description="time between two looks")),
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
    network: NetworkBlock = NetworkBlock()
    discord: DiscordBlock = DiscordBlock()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Settings and where they come from.

    Attributes:
        settings: all values.
        file: the file that was read, if any.
        base: the folder from which relative paths start.
        origins: for each key path that was set somewhere, where: "config.toml", a variable's name.
    """

    settings: Settings
    file: Path | None
    base: Path
    origins: Mapping[str, str]

    @property
    def database(self) -> str:
        """The address of the database with its path made absolute."""
        path = self.settings.storage.url.removeprefix(_SQLITE)
        return f"{_SQLITE}{(self.base / path).resolve()}"

    @property
    def data_folder(self) -> Path:
        """The folder for what Tidings writes besides its database: the one that this lies in."""
        return Path(self.database.removeprefix(_SQLITE)).parent


def load(config: Path | None = None) -> Loaded:
    """Read the settings.

    Args:
        config: the file that the command line names; else ``TIDINGS_CONFIG``, else
            ``./config.toml`` if it is there, else the defaults.

    Raises:
        ConfigError: with all problems at once, each with its key.
    """
    file = _find_file(config)
    table = _read_file(file) if file else {}
    direct, problems = _environment()
    borrowed = _borrowed()

    class Layered(Settings):
        """The settings with the layers of this run."""

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *_: PydanticBaseSettingsSource,
            **_named: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """Read from the layers found, first one wins."""
            return (
                _Environment(
                    settings_cls, {env_name(p).lower(): v for p, (v, _) in direct.items()}
                ),
                InitSettingsSource(settings_cls, table),
                _Environment(
                    settings_cls, {env_name(p).lower(): v for p, (v, _) in borrowed.items()}
                ),
            )

    origins = {path: name for path, (_, name) in borrowed.items()}
    origins |= {path: str(file) for path in _paths_in(table)}
    origins |= {path: name for path, (_, name) in direct.items()}
    try:
        settings = Layered()
    except ValidationError as error:
        problems += [_line(one, origins) for one in error.errors()]
    if problems:
        raise ConfigError("\n".join(problems))
    _check_options(settings)
    base = file.resolve().parent if file else _user_folder()
    return Loaded(settings=settings, file=file, base=base, origins=origins)


def options_of(settings: Settings, name: str) -> Any:
    """Build a source's own ``Options`` from its block.

    Raises:
        ConfigError: if the source finds that its options make no sense.
    """
    block = settings.source(name)
    values = {}
    options = source_named(name).options
    for option in dataclasses.fields(options):
        value = getattr(block, option.name)
        values[option.name] = value.get_secret_value() if isinstance(value, SecretStr) else value
    return options(**values)


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


def _check_options(settings: Settings) -> None:
    problems = []
    for name in settings.source_names:
        try:
            options = options_of(settings, name)
        except ConfigError as error:
            problems.append(str(error))
            continue
        for option in dataclasses.fields(options):
            if option.name.endswith("url"):
                path = f"sources.{name.replace(FEED, 'feeds.')}.{option.name}"
                problems.append(_address_problem(path, getattr(options, option.name)) or "")
    problems = [problem for problem in problems if problem]
    if problems:
        raise ConfigError("\n".join(problems))


class _Environment(EnvSettingsSource):
    """Values by lower-case variable name, lists with commas, already resolved."""

    def __init__(self, settings_cls: type[BaseSettings], values: Mapping[str, str]) -> None:
        self._values = values
        super().__init__(settings_cls)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._values

    def decode_complex_value(
        self,
        field_name: str,  # noqa: ARG002 -- the library hands it over
        field: FieldInfo,  # noqa: ARG002 -- the same
        value: Any,
    ) -> Any:
        """Leave a list as it was typed; the model's own reader splits it."""
        return value


def _find_file(config: Path | None) -> Path | None:
    named = config or (Path(os.environ[_CONFIG]) if os.environ.get(_CONFIG) else None)
    if named is None:
        return Path("config.toml") if Path("config.toml").is_file() else None
    if not named.is_file():
        raise ConfigError(f"there is no settings file {named}; make one with tidings config init")
    return named


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None


def _user_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("tidings", appauthor=False))


_Values = dict[str, tuple[str, str]]
"""Key path to its text and the name of the variable that holds it."""


def _environment() -> tuple[_Values, list[str]]:
    """Read all ``TIDINGS_*`` variables; the second part are the problems found on the way."""
    known = {path for path, _ in keys()}
    values: _Values = {}
    problems: list[str] = []
    for name in sorted(os.environ):  # X comes before X_FILE
        if not name.upper().startswith(PREFIX) or name.upper() == _CONFIG:
            continue
        path = name[len(PREFIX) :].lower().replace("__", ".")
        if path in known or _is_of_feed(path):
            values[path] = (os.environ[name], name)
        elif path.endswith("_file") and path.removesuffix("_file") in known:
            _take_file(values, path.removesuffix("_file"), name, problems)
        else:
            problems.append(f"{name}: unknown setting{_did_you_mean(path, known, env_name)}")
    return values, problems


def _take_file(values: _Values, path: str, name: str, problems: list[str]) -> None:
    if path in values:
        problems.append(f"{name}: {values[path][1]} is set too; keep one of them")
        return
    try:
        values[path] = (Path(os.environ[name]).read_text(encoding="utf-8").strip(), name)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}: cannot read {os.environ[name]}: {error}")


def _borrowed() -> _Values:
    """Read the variables that the sources' own tools use, such as ``KAGGLE_API_TOKEN``."""
    return {
        f"sources.{name}.{option.name}": (os.environ[variable], variable)
        for name, source in FETCHERS.items()
        for option in dataclasses.fields(source.options)
        for variable in reversed(option.metadata.get("env", ()))
        if os.environ.get(variable)
    }


def _is_of_feed(path: str) -> bool:
    """Whether a path is a key of some feed's block: ``sources.feeds.lab.url``."""
    above, _, key = path.rpartition(".")
    return key in FeedBlock.model_fields and above.startswith("sources.feeds.")


def env_name(path: str) -> str:
    """Return the name of the variable that sets the key ``path``."""
    return PREFIX + path.replace(".", "__").upper()


def _paths_in(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _paths_in(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _line(error: Any, origins: Mapping[str, str]) -> str:
    path = ".".join(str(part) for part in error["loc"])
    origin = f" ({origins[path]})" if path in origins else ""
    if error["type"] == "extra_forbidden":
        known = {key for key, _ in keys()}
        tables = {key.rpartition(".")[0] for key in known} | {key.split(".")[0] for key in known}
        return f"{path}: unknown setting{origin}{_did_you_mean(path, known | tables)}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {message[:1].lower()}{message[1:]}{origin}"


def _did_you_mean(path: str, known: set[str], spell: Callable[[str], str] = str) -> str:
    close = difflib.get_close_matches(path, known, n=1, cutoff=0.75)
    return f"; did you mean {spell(close[0])}?" if close else ""
