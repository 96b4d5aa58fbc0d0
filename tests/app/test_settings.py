from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.blocks import keys
from app.config_file import MASK, default_file, shown, write_new
from app.settings import load, options_of
from core.errors import ConfigError, UsageError
from storage import open_storage
from tests.conftest import Generated
from tests.fakes import NOON

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and no setting in the environment."""
    for name in os.environ:
        if name.startswith(("TIDINGS_", "KAGGLE_", "GITHUB_TOKEN")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def config(text: str) -> Path:
    path = Path("config.toml").resolve()
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value).splitlines()


def test_without_a_file_all_defaults_hold_and_data_goes_to_the_users_folder() -> None:
    loaded = load()
    assert loaded.settings.digest.limit == 10
    assert (loaded.file, loaded.origins) == (None, {})
    assert loaded.base.name == "tidings"


def test_the_tracked_file_is_what_config_init_writes_and_holds_the_defaults(
    tmp_path: Path, generated: Generated
) -> None:
    generated(ROOT / "config.toml", default_file())
    write_new(tmp_path / "new.toml")
    fresh = load(tmp_path / "new.toml").settings
    assert fresh.model_dump() == load().settings.model_dump()


def test_config_init_never_overwrites() -> None:
    path = config("mine = 1")
    with pytest.raises(UsageError, match="was not changed"):
        write_new(path)
    assert path.read_text(encoding="utf-8") == "mine = 1"


def test_the_order_is_variable_then_file_then_default(monkeypatch: pytest.MonkeyPatch) -> None:
    config('[digest]\nlimit = 7\nsince = "3d"\n')
    monkeypatch.setenv("TIDINGS_DIGEST__LIMIT", "5")
    loaded = load()
    assert (loaded.settings.digest.limit, loaded.settings.digest.since.days) == (5, 3)
    assert loaded.origins["digest.limit"] == "TIDINGS_DIGEST__LIMIT"
    assert loaded.origins["digest.since"] == "config.toml"


def test_a_named_file_wins_over_the_one_in_this_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config("[digest]\nlimit = 7\n")
    (tmp_path / "env.toml").write_text("[digest]\nlimit = 8\n", encoding="utf-8")
    (tmp_path / "cli.toml").write_text("[digest]\nlimit = 9\n", encoding="utf-8")
    assert load().settings.digest.limit == 7
    monkeypatch.setenv("TIDINGS_CONFIG", str(tmp_path / "env.toml"))
    assert load().settings.digest.limit == 8
    assert load(tmp_path / "cli.toml").settings.digest.limit == 9


def test_lists_are_words_with_commas_or_toml_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    config('[sources.arxiv]\ncategories = ["cs.RO"]\n')
    assert options_of(load().settings, "arxiv").categories == ("cs.RO",)
    monkeypatch.setenv("TIDINGS_SOURCES__ARXIV__CATEGORIES", "cs.LG, stat.ML")
    assert options_of(load().settings, "arxiv").categories == ("cs.LG", "stat.ML")


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", encoding="utf-8")
    monkeypatch.setenv("TIDINGS_SOURCES__KAGGLE__TOKEN_FILE", str(tmp_path / "token"))
    assert options_of(load().settings, "kaggle").token == "s3cret"
    monkeypatch.setenv("TIDINGS_SOURCES__KAGGLE__TOKEN", "other")
    assert "keep one of them" in problems()[0]


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_SOURCES__KAGGLE__TOKEN_FILE", "/nowhere/token")
    assert "/nowhere/token" in problems()[0]


@pytest.mark.parametrize(
    ("variable", "option"),
    [("KAGGLE_API_TOKEN", ("kaggle", "token")), ("GITHUB_TOKEN", ("github", "token"))],
)
def test_the_variables_of_a_sources_own_tools_are_heeded_last(
    monkeypatch: pytest.MonkeyPatch, variable: str, option: tuple[str, str]
) -> None:
    source, name = option
    monkeypatch.setenv(variable, "borrowed")
    assert getattr(options_of(load().settings, source), name) == "borrowed"
    config(f'[sources.{source}]\n{name} = "own"\n')
    assert getattr(options_of(load().settings, source), name) == "own"


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "bom.toml"
    file.write_bytes(b"\xef\xbb\xbf[digest]\nlimit = 3\n")
    assert load(file).settings.digest.limit == 3


@pytest.mark.parametrize(
    "url", ["http://a b/", "http://a.example/\t", "http://\u202ea.example/", "https://a.example/ x"]
)
def test_an_address_with_blanks_is_none(url: str, tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(f"[sources.arxiv]\napi_url = {json.dumps(url)}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sources\.arxiv\.api_url: .* is not an http"):
        load(file)


@pytest.mark.parametrize("url", ["ftp://{}", "http://{}:x/", "http://{}[::1/", "{}", "http:/{}"])
def test_what_is_no_address_is_refused_without_its_secrets(url: str, tmp_path: Path) -> None:
    text = url.format("ann:canary-1@lab.example") + "/canary-2?token=canary-3"
    file = tmp_path / "feeds.toml"
    file.write_text(f"[sources.feeds.a]\nurl = {json.dumps(text)}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sources\.feeds\.a\.url: .* is not an http") as caught:
        load(file)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("mark", ["canary-1x", "access_token=canary-2", "t=canary-3&b=canary-4"])
def test_a_token_behind_the_number_sign_is_not_shown(mark: str, tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(f'[sources.feeds.a]\nurl = "https://lab.example/feed#{mark}"\n')
    rows = {key: value for key, value, _ in shown(load(file))}
    assert "canary" not in rows["sources.feeds.a.url"]
    assert MASK in rows["sources.feeds.a.url"]


def test_what_an_address_holds_for_its_owner_alone_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    url = "https://ann:canary-1@lab.example:8443/feed?token=canary-2&format=atom#top"
    bare = "https://lab.example/feed?canary-3"
    file.write_text(f'[sources.feeds.a]\nurl = "{url}"\n[sources.feeds.b]\nurl = "{bare}"\n')
    rows = {key: value for key, value, _ in shown(load(file))}
    masked = f"https://{MASK}@lab.example:8443/feed?token={MASK}&format={MASK}#top"
    assert rows["sources.feeds.a.url"] == f'"{masked}"'
    assert rows["sources.feeds.b.url"] == f'"https://lab.example/feed?{MASK}"'


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("feeds/9fK2pQ71xb/rss", f"feeds/{MASK}/rss"),
        ("u/SECRETTOKEN/posts.xml", f"u/{MASK}/posts.xml"),
        ("p/6f1b0c3e-7d1a-4a5e-9c55-0a1b2c3d4e5f.json", f"p/{MASK}"),
        ("api/webhooks/123456789012/x", f"api/webhooks/{MASK}/x"),
        ("engineering/articles/feed.xml", "engineering/articles/feed.xml"),
        ("graph-networks/atom10", "graph-networks/atom10"),
    ],
)
def test_what_is_no_word_in_a_path_may_be_a_secret(tmp_path: Path, path: str, right: str) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(f'[sources.feeds.a]\nurl = "https://lab.example/{path}"\n')
    rows = {key: value for key, value, _ in shown(load(file))}
    assert rows["sources.feeds.a.url"] == f'"https://lab.example/{right}"'


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_SOURCES__KAGGLE__TOKEN", "canary-7f3a")
    loaded = load()
    rows = {key: (value, origin) for key, value, origin in shown(loaded)}
    assert rows["sources.kaggle.token"] == (f'"{MASK}"', "TIDINGS_SOURCES__KAGGLE__TOKEN")
    assert "canary" not in f"{rows}{loaded}{options_of(loaded.settings, 'kaggle')!r}"


def test_all_problems_are_told_at_once_with_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    config('[digest]\nlimt = 3\nsince = "soon"\n[sources.arxv]\n[srcs]\n')
    monkeypatch.setenv("TIDINGS_DIGEST__LIMIT", "many")
    monkeypatch.setenv("TIDINGS_DIGST__ZONE", "UTC")
    lines = "\n".join(problems())
    assert "TIDINGS_DIGST__ZONE: unknown setting; did you mean TIDINGS_DIGEST__ZONE?" in lines
    assert "digest.limt: unknown setting (config.toml); did you mean digest.limit?" in lines
    assert "digest.since: 'soon' is not a duration" in lines
    assert "digest.limit: 'many' is not a whole number" in lines
    assert "sources.arxv: unknown setting; did you mean sources.arxiv?" in lines
    assert "srcs: unknown setting" in lines


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("limit = ", "not valid TOML"),
        ("[digest]\nlimit = 0\n", "digest.limit"),
        ("[digest]\nlimit = 10001\n", "digest.limit"),
        ('[digest]\nzone = "Mars"\n', "IANA"),
        ("[sources]\narxiv = 3\n", "sources.arxiv"),
        ('[sources.arxiv]\ncategories = ["no category"]\n', "no category"),
        ('[log]\nlevel = "loud"\n', "log.level"),
        ("[sources.arxiv]\npace = -5\n", "sources.arxiv.pace"),
        ('[digest]\nsince = "999999w"\n', "longer than"),
        ('[storage]\nurl = "postgresql://x"\n', "storage.url"),
        ('[sources.arxiv]\napi_url = "ftp://x"\n', "http(s) address"),
        ("[sources.kaggle]\npages = 0\n", "sources.kaggle.pages"),
        ("[sources.github]\nlanguages = []\n", "sources.github"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(text: str, word: str) -> None:
    config(text)
    lines = problems()
    assert len(lines) == 1
    assert word in lines[0]
    assert "pydantic" not in lines[0]


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    assert "config init" in problems(tmp_path / "none.toml")[0]


def test_a_relative_database_starts_at_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    path = tmp_path / "etc" / "my.toml"
    path.write_text('[storage]\nurl = "sqlite:///data/x.db"\n', encoding="utf-8")
    assert load(path).database == f"sqlite:///{tmp_path}/etc/data/x.db"


@pytest.mark.parametrize("path", ["~/x.db", "~/a b/what?.db", "~/100%?mode=ro.db"])
def test_the_database_may_be_at_home_and_its_path_may_hold_any_sign(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TIDINGS_STORAGE__URL", f"sqlite:///{path}")
    with open_storage(load().database) as storage:
        storage.store.beat(NOON)
    assert (tmp_path / path.removeprefix("~/")).is_file()
    assert load().data_folder == (tmp_path / path.removeprefix("~/")).parent


def test_a_word_that_is_none_of_the_choices_is_told_with_the_nearest() -> None:
    config('[log]\nlevel = "warn"\n')
    assert problems() == ["log.level: there is no 'warn'; did you mean warning? (config.toml)"]


def test_a_home_that_is_nobodys_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_STORAGE__URL", "sqlite:///~nobody-at-all/x.db")
    with pytest.raises(ConfigError, match="no home folder for ~nobody-at-all"):
        _ = load().database


def test_secrets_are_asked_for_by_the_variable_of_the_sources_own_tools() -> None:
    assert "# token: secret, set KAGGLE_API_TOKEN\n" in default_file()
    assert "# token: secret, set GITHUB_TOKEN\n" in default_file()
    assert "# token: secret, set TIDINGS_DISCORD__TOKEN\n" in default_file()


def test_every_key_has_a_description() -> None:
    assert [key for key, field in keys() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TIDINGS_CONFG", "x", "did you mean TIDINGS_CONFIG?"),
        (
            "TIDINGS_SOURCES__KAGGLE__TOKEN_FIEL",
            "x",
            "did you mean TIDINGS_SOURCES__KAGGLE__TOKEN_FILE?",
        ),
        ("TIDINGS_SOURCES__FEEDS__LAB__ULR", "x", "did you mean TIDINGS_SOURCES__FEEDS__LAB__URL?"),
        ("TIDINGS_SOURCES__FEEDS__LAB__PACE", "5s", "sources.feeds.lab.url: is missing; set it"),
        ("TIDINGS_DIGEST_LIMIT", "5", "did you mean TIDINGS_DIGEST__LIMIT?"),
        ("TIDINGS_DIGEST__MINUTES", "inf", "is not a finite number"),
        ("TIDINGS_DIGEST__MINUTES", "0", "0 is too little"),
        (
            "TIDINGS_LOG__LEVEL_FILE",
            "/nonexistent",
            "cannot read /nonexistent: No such file or directory",
        ),
    ],
)
def test_a_mistyped_variable_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).partition(" (")[0].endswith(told)


def test_a_guess_is_of_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_SOURCES__GITHUB__SINCE", "year")
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value) == "TIDINGS_SOURCES__GITHUB__SINCE: unknown setting"
