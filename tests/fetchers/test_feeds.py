from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core.errors import FetchError
from core.items import Item, ItemKind
from fetchers import feed_parsing
from fetchers.feed_parsing import ParsedFeed, parse_feed
from fetchers.feeds import FeedFetcher, FeedOptions, FeedReader, feed_source
from fetchers.source import MalformedError
from net.client import HttpClient
from net.guard import Guard
from tests.fakes import NOON, FakeClock
from tests.fetchers.harness import Outcome, fetch, fixture
from tests.net.fakes import FakeTimer, FakeValidatorStore
from tests.net.test_guard import PUBLIC, FakeDialler, FakeNames
from tests.stand_ins.sources.server import SourceServer

PAGE = "https://lab.example/feed"
SHARED = Path(__file__).parents[3] / "shared" / "captures" / "feeds"
ITEM = "<item><title>a</title><link>https://h.example/1</link>{}</item>"


def parse(body: bytes | str, **changes: Any) -> ParsedFeed:
    body = body.encode() if isinstance(body, str) else body
    values: dict[str, Any] = {
        "source": "feed:lab",
        "url": PAGE,
        "content_type": "",
        "now": NOON,
    } | changes
    return parse_feed(body, **values)


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>'


def by_title(parsed: ParsedFeed) -> dict[str, Item]:
    return {item.title: item for item in parsed.items}


def read(server: SourceServer, path: str = "/feed", **changes: Any) -> Outcome:
    source = feed_source("lab")
    http = HttpClient(clock=FakeClock(), timer=FakeTimer(), **changes)
    fetcher = source.make(FeedOptions(url=server.url + path), http, FakeClock())
    return fetch(fetcher, NOON - timedelta(days=30))


class TestParsing:
    def test_rss_gives_articles_with_absolute_links_and_utc_times(self) -> None:
        parsed = parse(fixture("feeds/blog.rss"))
        assert parsed.title == "Notes of a small lab"
        item = by_title(parsed)["Why we quantise to four bits"]
        assert str(item.key) == "feed:lab/tag:lab.example,2026:7"
        assert (item.kind, item.url) == (ItemKind.ARTICLE, "https://lab.example/blog/four-bits")
        assert item.published_at == item.appeared_at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
        assert item.summary == "Four bits are enough for us. Code: here."
        assert (item.authors, item.tags) == (("R. Example",), ("quantisation",))

    def test_what_is_missing_is_made_up_for_or_left_out(self) -> None:
        items = by_title(parse(fixture("feeds/blog.rss")))
        undated = items["Without a date"]
        assert (undated.appeared_at, undated.published_at) == (NOON, None)
        assert undated.key.external_id.startswith("https://lab.example/blog/undated#")
        assert items["From the future"].appeared_at == NOON
        assert "No title, but words to make one of." in items
        assert "A link that runs" not in items
        assert len(items) == 5

    def test_atom_titles_are_text_and_one_id_for_all_is_no_harm(self) -> None:
        parsed = parse(fixture("feeds/releases.atom"))
        items = by_title(parsed)
        first = items["If a < b, then c"]
        assert first.url == "https://lab.example/posts/1"
        assert first.published_at == datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
        assert first.updated_at == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
        assert first.summary == "The whole post."
        second = items["Second of the same id"]
        assert second.url == "https://lab.example/posts/2"
        assert first.key != second.key

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            ("", "empty"),
            ("   \n", "empty"),
            ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
            ("<html><body>Please log in</body></html>", "web page"),
            ("<!DOCTYPE html><title>Hi</title>", "web page"),
            ("just words", "not a feed"),
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", "not a feed"),
            ("/etc/hostname", "not a feed"),
            (rss("<item><title>no address</title></item>"), "none of 1 entries"),
        ],
    )
    def test_what_is_no_feed_is_an_error_that_says_what_it_is(self, body: str, line: str) -> None:
        with pytest.raises(MalformedError, match=line):
            parse(body)

    def test_a_web_page_that_names_its_feed_leads_there(self) -> None:
        page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        with pytest.raises(MalformedError, match=r"names this feed: https://lab\.example/rss\.xml"):
            parse(page)

    def test_a_feed_without_entries_is_a_feed(self) -> None:
        assert parse(rss()).items == ()

    def test_long_fields_are_capped(self) -> None:
        body = rss(
            f"<item><title>{'t' * 5000}</title><link>https://h.example/1</link>"
            f"<guid>{'g' * 5000}</guid><description>{'word ' * 50_000}</description></item>"
        )
        (item,) = parse(body).items
        assert len(item.title) <= 1000
        assert len(item.summary.encode()) <= 64 * 1024
        assert len(item.key.external_id) <= 200

    def test_only_the_first_entries_of_a_huge_feed_are_read(self) -> None:
        items = (
            f"<item><title>{n}</title><link>https://h.example/{n}</link></item>"
            for n in range(2000)
        )
        parsed = parse(rss(*items))
        assert len(parsed.items) == 500
        assert parsed.items[0].title == "0"

    @pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8"])
    def test_the_encoding_is_found(self, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(ITEM.format("")).replace(
            "<title>a</title>", "<title>Größe</title>"
        )
        (item,) = parse(text.encode(encoding)).items
        assert item.title == "Größe"


class TestHostileFeeds:
    def test_entities_neither_grow_nor_read_files(self) -> None:
        laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghi"))
        body = (
            f'<!DOCTYPE r [<!ENTITY a "{"x" * 1000}">{laughs}'
            '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            + rss(ITEM.format("<description>&i; &f;</description>"))
        )
        (item,) = parse(body).items
        assert len(item.summary) < 20
        assert "root:" not in item.summary

    def test_a_feed_that_takes_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feed_parsing, "SECONDS", 1)
        with pytest.raises(MalformedError, match=r"more (time|memory)"):
            parse(b"<rss><channel><item>" + b"<" * 4_900_000)

    def test_a_feed_that_takes_too_much_memory_is_ended(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = rss(ITEM.format(f"<description>{'long ' * 900_000}</description>"))
        assert len(parse(body).items) == 1
        monkeypatch.setattr(feed_parsing, "BYTES", 12 * 1024**2)
        assert len(parse(rss(ITEM.format(""))).items) == 1
        with pytest.raises(MalformedError, match=r"more (time|memory)"):
            parse(body)

    @pytest.mark.parametrize(
        ("crash", "line"),
        [
            ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"crashed \(SIGSEGV\)"),
            ("import feedparsr", "a library that reads feeds cannot be loaded"),
            ("raise MemoryError", "more memory than a feed may use"),
        ],
    )
    def test_a_crash_of_the_reader_is_told_as_what_it_was(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, crash: str, line: str
    ) -> None:
        (tmp_path / "worker.py").write_text(crash)
        monkeypatch.setattr(feed_parsing, "_WORKER", tmp_path / "worker.py")
        with pytest.raises(MalformedError, match=line):
            parse(rss(ITEM.format("")))

    def test_markup_never_survives(self) -> None:
        body = rss(
            ITEM.format(
                "<description><![CDATA[<img src=x onerror=alert(1)><svg/onload=alert(2)>"
                "<math><mtext></mtext></math> plain \u202e text]]></description>"
            )
        )
        (item,) = parse(body).items
        assert item.summary == "plain text"


class TestFetching:
    def test_a_look_gives_all_that_the_feed_holds_however_old(self, sources: SourceServer) -> None:
        sources.answer("/feed", fixture("feeds/blog.rss"))
        outcome = read(sources)
        assert outcome.error is None
        assert len(outcome.items) == 5
        assert {item.key.source for item in outcome.items} == {"feed:lab"}

    def test_nothing_is_read_twice_where_the_server_can_say_so(self, sources: SourceServer) -> None:
        sources.answer_if_changed("/feed", fixture("feeds/blog.rss"), etag='"1"')
        validators = FakeValidatorStore()
        http = HttpClient(clock=FakeClock(), timer=FakeTimer(), validators=validators)
        fetcher = feed_source("lab").make(FeedOptions(url=sources.url + "/feed"), http, FakeClock())
        since = NOON - timedelta(days=30)
        first = fetch(fetcher, since)
        assert len(first.items) == 5
        assert validators.kept == {}
        validators.kept |= first.batch.validators
        assert fetch(fetcher, since).items == []

    @pytest.mark.parametrize(
        ("status", "line"),
        [(404, "404"), (410, "gone for good"), (429, "too many requests"), (500, "500")],
    )
    def test_a_refusal_is_a_failure(self, sources: SourceServer, status: int, line: str) -> None:
        sources.answer("/feed", "no", status=status)
        assert line in read(sources).failed

    def test_a_batch_tells_what_became_of_the_address(self, sources: SourceServer) -> None:
        sources.redirect("/old", "/feed", status=301)
        sources.redirect("/lost", "/page", status=301)
        sources.answer("/feed", fixture("feeds/blog.rss"))
        sources.answer("/page", "<html>Buy this domain</html>")
        sources.answer("/gone", "", status=410)
        outcomes = {}
        for path in ("/feed", "/old", "/lost", "/gone"):
            http = HttpClient(clock=FakeClock(), timer=FakeTimer())
            options = FeedOptions(url=sources.url + path)
            fetcher = FeedFetcher("lab", options, http, FakeClock())
            batch = fetch(fetcher, NOON).batch
            outcomes[path] = (batch.moved_to, batch.gone)
        assert outcomes == {
            "/feed": ("", False),
            "/old": (sources.url + "/feed", False),
            "/lost": ("", False),
            "/gone": ("", True),
        }

    def test_garbage_is_a_failure(self, sources: SourceServer) -> None:
        sources.answer("/feed", b"\x00\x01garbage")
        assert "not a feed" in read(sources).failed

    def test_a_body_over_the_limit_is_a_failure(self, sources: SourceServer) -> None:
        sources.answer("/feed", b"x" * 20_000)
        assert "larger than" in read(sources, max_bytes=10_000).failed


class TestReadingMembersAddresses:
    def reader(self, dialler: FakeDialler, names: dict[str, list[list[str]]]) -> FeedReader:
        guard = Guard(resolve=FakeNames(names), dial=dialler)
        http = HttpClient(clock=FakeClock(), timer=FakeTimer()).guarded(guard)
        return FeedReader(http=http, clock=FakeClock())

    def test_a_preview_holds_the_latest_first(self, sources: SourceServer) -> None:
        sources.answer("/feed", fixture("feeds/blog.rss"))
        reader = self.reader(FakeDialler(sources), {"lab.example": [[PUBLIC[0]]]})
        preview = reader.preview("http://lab.example/feed")
        assert preview.title == "Notes of a small lab"
        times = [item.appeared_at for item in preview.items]
        assert times == sorted(times, reverse=True)
        assert len(times) == 5

    def test_a_page_is_left_for_the_feed_that_it_names(self, sources: SourceServer) -> None:
        head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
        page = f"<!doctype html><html><head>{head}</head><body>hello</body></html>"
        sources.answer("/about", page, headers={"Content-Type": "text/html"})
        sources.answer("/feed", fixture("feeds/blog.rss"))
        reader = self.reader(FakeDialler(sources), {"lab.example": [[PUBLIC[0]]] * 2})
        preview = reader.preview("http://lab.example/about")
        assert preview.url == "http://lab.example/feed"
        assert preview.title == "Notes of a small lab"

    def test_a_page_that_names_an_inner_address_is_refused(self, sources: SourceServer) -> None:
        head = '<link rel="alternate" type="application/rss+xml" href="http://inner.example/f">'
        page = f"<!doctype html><html><head>{head}</head><body>hello</body></html>"
        sources.answer("/about", page, headers={"Content-Type": "text/html"})
        names = {"lab.example": [[PUBLIC[0]]], "inner.example": [["10.1.2.3"]]}
        with pytest.raises(FetchError, match=r"inner\.example is not a public address"):
            self.reader(FakeDialler(sources), names).preview("http://lab.example/about")

    def test_a_page_that_names_itself_is_asked_twice_at_most(self, sources: SourceServer) -> None:
        head = '<link rel="alternate" type="application/rss+xml" href="/about">'
        page = f"<!doctype html><html><head>{head}</head><body>hello</body></html>"
        sources.answer("/about", page, headers={"Content-Type": "text/html"})
        reader = self.reader(FakeDialler(sources), {"lab.example": [[PUBLIC[0]]] * 2})
        with pytest.raises(MalformedError, match="a web page, not a feed"):
            reader.preview("http://lab.example/about")

    def test_an_inner_address_is_refused_in_one_line(self) -> None:
        dialler = FakeDialler()
        reader = self.reader(dialler, {"inner.example": [["10.1.2.3"]]})
        with pytest.raises(FetchError, match=r"inner\.example is not a public address") as caught:
            reader.preview("http://inner.example/feed")
        assert "10.1.2.3" not in str(caught.value)
        assert dialler.dialled == []

    def test_a_reader_without_the_guard_cannot_be_made(self) -> None:
        with pytest.raises(ValueError, match="guard"):
            FeedReader(http=HttpClient(clock=FakeClock()), clock=FakeClock())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the captured feeds are not on this machine")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("arch_2025-12.xml", 10),
        ("deepmind_blog_2026-04.xml", 3),
        ("fair_blog_2026-04.xml", 3),
        ("miniflux_encoding_ISO-8859-1.xml", 40),
        ("miniflux_large_rss.xml", 25),
        ("miniflux_rdf_UTF8.xml", 60),
        ("miniflux_small_atom.xml", 20),
        ("openai_blog_2026-04.xml", 3),
        ("reader_relative.rss", 1),
        ("reddit_pics_2025-12.rss.xml", 1),
        ("rss2email_disqus_feed.rss", 2),
        ("rss2email_tails_feed.rss", 10),
        ("substack_2026-08.xml", 20),
        ("vector_institute_2026-04.xml", 3),
    ],
)
def test_real_feeds_are_read_whole(name: str, count: int) -> None:
    items = parse((SHARED / name).read_bytes()).items
    assert len(items) == count
    assert all(item.url.startswith("http") and item.title for item in items)
