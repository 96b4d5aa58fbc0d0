"""Settings: from where they are read, and what is wrong with them; ``blocks`` says what can be set.

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
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
)

from app.blocks import PREFIX, SQLITE, FeedBlock, Settings, keys
from app.complaints import value_problem
from core.errors import ConfigError
from core.feeds import PREFIX as FEED
from core.private_addresses import named
from fetchers import FETCHERS, source_named

_CONFIG = "TIDINGS_CONFIG"
FEEDS = "sources.feeds"
"""Table of the feeds' blocks."""


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
        path = Path(self.settings.storage.url.removeprefix(SQLITE))
        return f"{SQLITE}{(self.base / _at_home(path)).resolve()}"

    @property
    def database_path(self) -> Path:
        """The file of the database."""
        return Path(self.database.removeprefix(SQLITE))

    @property
    def data_folder(self) -> Path:
        """The folder for what Tidings writes besides its database: the one that this lies in."""
        return self.database_path.parent


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
                _Environment(settings_cls, direct),
                InitSettingsSource(settings_cls, table),
                _Environment(settings_cls, borrowed),
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


def _address_problem(name: str, url: str) -> str | None:
    """Return what is wrong with the address of a source, if anything is."""
    try:
        parts = urlsplit(url)
        whole = url.isprintable() and not any(sign.isspace() for sign in url)
        sound = whole and parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        sound = False
    return None if sound else f"{name}: {named(url)!r} is not an http(s) address"


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

    def __init__(self, settings_cls: type[BaseSettings], values: _Values) -> None:
        self._values = {env_name(path).lower(): text for path, (text, _) in values.items()}
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
        raise ConfigError(f"there is no settings file {named}; create one with tidings config init")
    return named


def _read_file(file: Path) -> dict[str, Any]:
    try:
        # Some editors begin a file with a byte order mark, which is no part of TOML.
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None


def _at_home(path: Path) -> Path:
    """Return a path with ``~`` replaced by the home folder, as a shell would.

    Raises:
        ConfigError: if there is no such home.
    """
    try:
        return path.expanduser()
    except RuntimeError:
        raise ConfigError(f"storage.url: there is no home folder for {path.parts[0]}") from None


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
            names = known | {f"{one}_file" for one in known} | {"config"}
            problems.append(f"{name}: unknown setting{_did_you_mean(path, names, env_name)}")
    return values, problems


def _take_file(values: _Values, path: str, name: str, problems: list[str]) -> None:
    if path in values:
        problems.append(f"{name}: {values[path][1]} is set too; keep one of them")
        return
    try:
        values[path] = (Path(os.environ[name]).read_text(encoding="utf-8").strip(), name)
    except (OSError, UnicodeDecodeError) as error:
        because = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        problems.append(f"{name}: cannot read {os.environ[name]}: {because}")


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
    return key in FeedBlock.model_fields and above.startswith(f"{FEEDS}.")


def variable_for(path: str) -> str:
    """Return the variable to set for a secret: that of the source's own tools, if there is one."""
    _, _, rest = path.partition("sources.")
    name, _, key = rest.partition(".")
    options = dataclasses.fields(FETCHERS[name].options) if name in FETCHERS else ()
    own = [option.metadata.get("env", ()) for option in options if option.name == key]
    return str(own[0][0]) if own and own[0] else env_name(path)


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
    return f"{path}: {value_problem(error)}{origin}"


def _did_you_mean(path: str, known: set[str], spell: Callable[[str], str] = str) -> str:
    table, _, key = path.rpartition(".")
    beside = {one.rpartition(".")[2] for one in known if one.rpartition(".")[0] == table}
    if table.startswith(f"{FEEDS}."):
        beside |= set(FeedBlock.model_fields)
    if close := difflib.get_close_matches(key, beside, n=1):
        return f"; did you mean {spell(f'{table}.{close[0]}' if table else close[0])}?"
    close = difflib.get_close_matches(path, known, n=1, cutoff=0.75)
    return f"; did you mean {spell(close[0])}?" if close and not (table and beside) else ""
