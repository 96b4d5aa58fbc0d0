from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import FetchError, UsageError
from core.feeds import FeedPreview, ListedFeed
from services.feeds.members import (
    MAX_FEEDS_PER_GUILD,
    MAX_FEEDS_PER_PERSON,
    READS,
    Feeds,
    feed_address,
    feed_name,
)
from storage import open_storage
from storage.opening import Storage
from tests.fakes import FakeClock, an_item

ANN, BOB = "discord:1", "discord:2"
GUILD = "discord:guild:9"
URL = "https://lab.example/feed"


@dataclass
class FakeProbe:
    """Finds a feed at every address but those that it is told to fail at."""

    asked: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)

    def fails_at(self, url: str) -> None:
        self.dead.add(url)

    def preview(self, url: str) -> FeedPreview:
        self.asked.append(url)
        if url in self.dead:
            raise FetchError("feed:new", "the answer is a web page, not a feed")
        return FeedPreview(url=url, title="Notes of a lab", items=(an_item("feed:new/1"),))


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as opened:
        yield opened


@pytest.fixture
def probe() -> FakeProbe:
    return FakeProbe()


@pytest.fixture
def feeds(storage: Storage, probe: FakeProbe, clock: FakeClock) -> Feeds:
    return Feeds(probe=probe, store=storage.feeds, clock=clock)


def test_a_feed_is_added_with_a_preview_of_what_would_be_posted(feeds: Feeds) -> None:
    made = feeds.add(ANN, URL)
    assert [str(item.key) for item in made.preview.items] == ["feed:new/1"]
    assert made.added.feed.title == "Notes of a lab"
    assert made.added.feed.source == f"feed:{made.added.feed.name}"
    assert list(feeds.listed(owner=ANN)) == [made.added]
    assert list(feeds.listed(owner=BOB)) == []


def listed(count: int) -> list[ListedFeed]:
    return [ListedFeed(title=f"Lab {n}", url=f"https://lab{n}.example/feed") for n in range(count)]


def test_a_list_is_added_without_reading_it(feeds: Feeds, probe: FakeProbe) -> None:
    made = feeds.add_listed(ANN, [*listed(3), ListedFeed(title="", url="https://x.example/a")])
    assert probe.asked == []
    assert [one.feed.title for one in made.added] == [
        *("Lab 0", "Lab 1", "Lab 2"),
        "https://x.example/a",
    ]
    assert list(feeds.listed(owner=ANN)) == list(made.added)


def test_of_a_list_what_is_known_or_no_address_is_told_apart(feeds: Feeds) -> None:
    feeds.add_listed(ANN, listed(1))
    letter = ListedFeed(title="Letters", url="newsletter:ann@example.org")
    again = ListedFeed(title="Again", url="HTTPS://lab1.example:443/feed")
    made = feeds.add_listed(ANN, [*listed(2), again, letter])
    assert [one.feed.title for one in made.added] == ["Lab 1"]
    assert made.known == (listed(1)[0], again)
    [(refused, why)] = made.refused
    assert refused == letter
    assert "not a web address" in why


def test_ten_thousand_of_one_person_become_fifty(feeds: Feeds) -> None:
    made = feeds.add_listed(ANN, listed(10_000))
    assert len(made.added) == len(feeds.listed(owner=ANN)) == MAX_FEEDS_PER_PERSON
    assert len(made.refused) == 10_000 - MAX_FEEDS_PER_PERSON
    assert {why for _, why in made.refused} == {
        f"no room is left: {MAX_FEEDS_PER_PERSON} feeds a person are the maximum"
    }


def test_a_page_that_names_its_feed_is_added_as_that_feed(
    storage: Storage, clock: FakeClock
) -> None:
    class Pages(FakeProbe):
        def preview(self, url: str) -> FeedPreview:
            return replace(super().preview(url), url=URL)

    feeds = Feeds(probe=Pages(), store=storage.feeds, clock=clock)
    assert feeds.add(ANN, "https://lab.example/").added.feed.url == URL
    with pytest.raises(UsageError, match="added already"):
        feeds.add(ANN, "https://lab.example/about")


def test_a_preview_keeps_nothing(feeds: Feeds, storage: Storage) -> None:
    assert feeds.preview(ANN, URL).title == "Notes of a lab"
    assert storage.feeds.feeds() == []


def test_what_is_no_feed_is_not_kept(feeds: Feeds, probe: FakeProbe, storage: Storage) -> None:
    probe.fails_at(URL)
    with pytest.raises(FetchError, match="web page"):
        feeds.add(ANN, URL)
    assert storage.feeds.feeds() == []


def test_the_same_address_is_one_feed_for_all(feeds: Feeds, storage: Storage) -> None:
    first = feeds.add(ANN, "HTTPS://Lab.Example:443/feed#top").added
    second = feeds.add(BOB, "lab.example/feed").added
    third = feeds.add(ANN, URL, guild=GUILD).added
    assert first.feed == second.feed == third.feed
    assert storage.feeds.feeds() == [first.feed]
    with pytest.raises(UsageError, match="added already"):
        feeds.add(ANN, URL)
    with pytest.raises(UsageError, match="added already"):
        feeds.add(BOB, URL, guild=GUILD)


def test_a_feed_goes_when_nobody_has_it_any_more(feeds: Feeds, storage: Storage) -> None:
    name = feeds.add(ANN, URL).added.feed.name
    feeds.add(BOB, URL)
    feeds.remove(ANN, name)
    assert len(storage.feeds.feeds()) == 1
    with pytest.raises(UsageError, match="there is no feed"):
        feeds.remove(ANN, name)
    feeds.remove(BOB, name)
    assert storage.feeds.feeds() == []


def test_nobody_removes_what_is_anothers_but_a_guild_keeps_its_own_house(feeds: Feeds) -> None:
    mine = feeds.add(ANN, URL).added.feed.name
    shared = feeds.add(ANN, "https://lab.example/two", guild=GUILD).added.feed.name
    with pytest.raises(UsageError):
        feeds.remove(BOB, mine)
    with pytest.raises(UsageError):
        feeds.remove(BOB, shared)
    with pytest.raises(UsageError):
        feeds.remove(BOB, shared, guild="discord:guild:8")
    feeds.remove(BOB, shared, guild=GUILD)
    assert [one.feed.name for one in feeds.listed(owner=ANN)] == [mine]


def test_hundreds_of_adds_make_fifty_rows_and_as_many_requests(
    feeds: Feeds, probe: FakeProbe, storage: Storage, clock: FakeClock
) -> None:
    for number in range(MAX_FEEDS_PER_PERSON):
        feeds.add(ANN, f"https://lab.example/{number}")
        clock.advance(timedelta(minutes=1))
    for number in range(MAX_FEEDS_PER_PERSON, 300):
        with pytest.raises(UsageError, match="the maximum for one person"):
            feeds.add(ANN, f"https://lab.example/{number}")
    assert len(probe.asked) == len(storage.feeds.feeds()) == MAX_FEEDS_PER_PERSON


def test_a_guild_has_a_quota_over_all_its_members(
    feeds: Feeds, probe: FakeProbe, clock: FakeClock
) -> None:
    for number in range(MAX_FEEDS_PER_GUILD):
        feeds.add(f"discord:{number // 10}", f"https://lab.example/{number}", guild=GUILD)
        clock.advance(timedelta(minutes=1))
    with pytest.raises(UsageError, match="this server has"):
        feeds.add("discord:777", "https://lab.example/more", guild=GUILD)
    assert len(probe.asked) == MAX_FEEDS_PER_GUILD


def test_five_previews_and_five_adds_at_once_are_enough(
    feeds: Feeds, probe: FakeProbe, clock: FakeClock
) -> None:
    for number in range(READS.burst):
        feeds.preview(ANN, f"https://lab.example/{number}")
        feeds.add(ANN, f"https://lab.example/{number}")
    clock.advance(timedelta(seconds=2))
    for ask in (feeds.preview, feeds.add):
        with pytest.raises(UsageError, match="try again in 10 seconds"):
            ask(ANN, "https://lab.example/more")
    assert len(probe.asked) == 2 * READS.burst
    feeds.preview(BOB, URL)
    clock.advance(timedelta(seconds=10))
    feeds.add(ANN, URL)


def test_nobody_sees_everybodys_feeds(feeds: Feeds) -> None:
    with pytest.raises(UsageError):
        feeds.listed()


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("lab.example", "https://lab.example/"),
        ("  http://LAB.example:80/A?b=C#d ", "http://lab.example/A?b=C"),
        ("http://lab.example:443/", "http://lab.example:443/"),
        ("https://lab.example./x", "https://lab.example/x"),
        ("https://B\u00fccher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x"),
    ],
)
def test_addresses_are_compared_in_one_form(typed: str, address: str) -> None:
    assert feed_address(typed) == address
    assert feed_address(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "https:///path",
        "file:///etc/passwd",
        "gopher://lab.example/",
        "javascript://lab.example/%0aalert(1)",
        "ftp://lab.example/feed",
        "https://user:secret@lab.example/",
        "https://lab.example@10.0.0.1/",
        "https://lab.example:8080/",
        "https://lab.example:99999/",
        "https://[::1/",
        "https://lab.example/a b",
        "https://lab.example/\r\nHost: inner",
        "https://lab.example/\u202e",
        "https://lab.example/" + "x" * 600,
        "https://lab..example/",
        "https://" + "x" * 64 + ".example/",
        "https://*.example/",
        "https://%ff.example/",
    ],
)
def test_what_is_no_open_web_address_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        feed_address(typed)
    assert "secret" not in str(caught.value)


def test_names_are_readable_and_differ_by_address() -> None:
    name = feed_name(URL, "Größe & Co. — Notes of a very long laboratory title")
    assert name.startswith("grosse-co-notes-of-a-very-long")
    assert name != feed_name(URL + "2", "Größe & Co. — Notes of a very long laboratory title")
    assert feed_name(URL, "蛋白質").startswith("feed-")
    assert feed_name(URL, "").startswith("lab-example-")
    assert "/" not in feed_name(URL, "a/b")
