from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import load, options_of
from app.wiring.application import Application
from core.errors import ConfigError
from core.feeds import AddedFeed, Feed, FeedTrouble
from fetchers.opml import read_opml
from net.guard import Guard
from services.feeds.members import feed_address
from services.feeds.starter import chosen
from storage import open_storage
from tests.app.conftest import Tidings
from tests.fakes import NOON, an_item
from tests.fetchers.harness import fixture
from tests.net.test_guard import PUBLIC, FakeDialler, FakeNames
from tests.stand_ins.sources.server import SourceServer


def settings_file(folder: Path, text: str) -> Path:
    file = folder / "feeds.toml"
    file.write_text(text)
    return file


def test_a_feed_of_the_settings_is_a_source_like_any_other(
    tidings: Tidings, tmp_path: Path, sources: SourceServer
) -> None:
    sources.answer("/rss", fixture("feeds/blog.rss"))
    text = f'[sources.feeds.lab]\nurl = "{sources.url}/rss"\npace = "0s"\n'
    config = f"--config={settings_file(tmp_path, text)}"
    [report] = tidings(config, "fetch", "feed:lab", "--since", "2019-01-01", "--json").data[
        "sources"
    ]
    assert (report["source"], report["status"], report["new"]) == ("feed:lab", "ok", 5)
    found = tidings(config, "search", "quantise", "--source", "feed:lab", "--json").data["results"]
    assert [hit["key"] for hit in found] == ["feed:lab/tag:lab.example,2026:7"]
    assert "feed:lab" in tidings(config, "sources").out
    shown = tidings(config, "config", "show").out
    assert f'sources.feeds.lab.url = "{sources.url}/rss"' in shown
    assert "did you mean feed:lab?" in tidings(config, "fetch", "feed:lba").err


def test_a_feed_can_be_set_by_variables(
    tidings: Tidings,  # noqa: ARG001  clears the environment first
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TIDINGS_SOURCES__FEEDS__LAB__URL", "https://lab.example/rss")
    monkeypatch.setenv("TIDINGS_SOURCES__FEEDS__LAB__EVERY", "2h")
    settings = load().settings
    assert settings.source_names[-1] == "feed:lab"
    assert options_of(settings, "feed:lab").url == "https://lab.example/rss"
    assert settings.source("feed:lab").every.total_seconds() == 7200


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[sources.feeds.lab]\nurl = "file:///etc/passwd"', "sources.feeds.lab.url: "),
        ("[sources.feeds.lab]\nenabled = true", "sources.feeds.lab.url: is missing; set it"),
        ('[sources.feeds."My Lab"]\nurl = "https://lab.example"', "sources.feeds.My Lab"),
        (
            '[sources.feeds.lab]\nurl = "https://lab.example"\nspeed = 3',
            "sources.feeds.lab.speed: unknown setting",
        ),
    ],
)
def test_a_wrong_feed_is_named_by_its_key(
    tidings: Tidings,  # noqa: ARG001  clears the environment
    tmp_path: Path,
    text: str,
    line: str,
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(settings_file(tmp_path, text))
    assert str(caught.value).startswith(line)


def test_members_feeds_are_read_through_the_guard(
    tidings: Tidings, tmp_path: Path, sources: SourceServer
) -> None:
    sources.answer("/rss", fixture("feeds/blog.rss"))
    feed = Feed(name="inner-1", url=f"{sources.url}/rss", title="Inner")
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.feeds.add(AddedFeed(feed=feed, owner="discord:1", guild="", added_at=NOON))
    [report] = tidings("fetch", "feed:inner-1", "--json").data["sources"]
    assert report["status"] == "failed"
    assert "only ports 80 and 443" in report["error"]
    assert sources.requests == []
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        [trouble] = storage.feeds.troubles()
    assert (trouble.feed, trouble.failures, trouble.stopped_at) == (feed, 1, None)


def test_a_feed_is_added_read_and_removed_from_the_command_line(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, sources: SourceServer
) -> None:
    names = {name: [[PUBLIC[0]]] * 9 for name in ("lab.example", "page.example")}
    guard = Guard(resolve=FakeNames(names), dial=FakeDialler(sources))
    monkeypatch.setattr("app.wiring.application.Guard", lambda: guard)
    sources.answer("/feed", fixture("feeds/blog.rss"))
    sources.answer("/page", "<html><title>No feed</title></html>")
    tidings("profile", "set", "ann", "--interests", "graphs")
    added = tidings("feeds", "add", "http://lab.example/feed", "--profile", "ann")
    assert (added.code, "Notes of a small lab, 5 items now" in added.out) == (0, True)
    [listed] = tidings("feeds", "list", "--profile", "ann", "--json").data["feeds"]
    assert listed["url"] == "http://lab.example/feed"
    assert tidings("feeds", "list", "--json").data == {"feeds": []}
    for url in ("http://page.example/page", "http://lab.example/nothing", "http://lab.example:81/"):
        refused = tidings("feeds", "add", url, "--profile", "ann")
        assert (refused.code in {1, 2}, refused.err.count("\n")) == (True, 1)
    assert len(tidings("feeds", "list", "--profile", "ann", "--json").data["feeds"]) == 1
    read = tidings("fetch", f"feed:{listed['name']}", "--json").data["sources"]
    assert [one["status"] for one in read] == ["ok"]
    assert tidings("feeds", "remove", listed["url"]).code == 2  # it is not the default profile's
    assert tidings("feeds", "remove", listed["url"], "--profile", "ann").code == 0
    assert tidings("feeds", "list", "--profile", "ann", "--json").data == {"feeds": []}


def test_feeds_are_imported_and_exported_as_opml(tidings: Tidings, tmp_path: Path) -> None:
    listed, written = tmp_path / "mine.opml", tmp_path / "again.opml"
    listed.write_text(
        """<opml version="2.0"><body><outline text="Labs">
        <outline text="A lab" type="rss" xmlUrl="https://lab.example/feed"/>
        <outline text="Letters" xmlUrl="newsletter:ann@example.org"/>
        </outline></body></opml>"""
    )
    made = tidings("feeds", "import", str(listed))
    assert made.code == 0
    assert "1 feed added, 1 not added" in made.out
    assert "not added: Letters: this is not a web address" in made.out
    assert "1 known before" in tidings("feeds", "import", str(listed)).out
    assert tidings("feeds", "export", str(written)).code == 0
    [feed] = read_opml(written.read_bytes()).feeds
    assert (feed.title, feed.url) == ("A lab", "https://lab.example/feed")
    assert tidings("feeds", "export").out == written.read_text()


@pytest.mark.parametrize("body", ["", "<html></html>", "<opml><body/></opml>"])
def test_what_is_no_opml_is_refused_in_one_line(
    tidings: Tidings, tmp_path: Path, body: str
) -> None:
    file = tmp_path / "mine.opml"
    file.write_text(body)
    refused = tidings("feeds", "import", str(file))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "mine.opml" in refused.err


def test_the_starter_set_is_listed_and_added_by_topic(tidings: Tidings) -> None:
    shown = tidings("feeds", "add", "--starter").out
    assert "law: Ethics and law" in shown
    assert "reddit-ml: r/MachineLearning" in shown
    assert "by its name only" in shown
    assert tidings("feeds", "list", "--json").data == {"feeds": []}  # off until chosen
    assert "feeds added" in tidings("feeds", "add", "--starter", "law", "openai").out
    urls = {one["url"] for one in tidings("feeds", "list", "--json").data["feeds"]}
    assert urls == {feed_address(feed.url) for feed in chosen(["law", "openai"])}
    wrong = tidings("feeds", "add", "--starter", "lwa")
    assert (wrong.code, "did you mean law?" in wrong.err) == (2, True)
    assert tidings("feeds", "add").code == 2


def test_a_feed_that_was_given_up_is_not_read(
    tidings: Tidings,  # noqa: ARG001  sets where the archive is
    tmp_path: Path,
) -> None:
    feed = Feed(name="inner-1", url="http://inner.example/rss", title="Inner")
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.feeds.add(AddedFeed(feed=feed, owner="discord:1", guild="", added_at=NOON))
        storage.feeds.save_trouble(
            FeedTrouble(feed=feed, failures=10, since=NOON, error="no answer", stopped_at=NOON)
        )
        loaded = load()
        application = Application(loaded=loaded, clock=lambda: NOON, storage=storage)
        assert feed.source not in {one.source for one in application.fetchers()}


def test_what_members_feeds_gave_is_not_found_from_the_command_line_unless_named(
    tidings: Tidings, tmp_path: Path
) -> None:
    feed = Feed(name="blog-1", url="https://blog.example/rss", title="A blog")
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.feeds.add(AddedFeed(feed=feed, owner="discord:1", guild="", added_at=NOON))
        storage.store.upsert([an_item(f"{feed.source}/1", title="Zebras at night")], now=NOON)
    assert tidings("search", "zebras", "--json").data["results"] == []
    named = tidings("search", "zebras", "--source", feed.source, "--json").data["results"]
    assert [hit["title"] for hit in named] == ["Zebras at night"]
    asked = tidings("ask", "Are there zebras at night?", "--json").data
    assert not asked["answered"]
