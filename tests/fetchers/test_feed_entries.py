"""What people's feeds really hold: entries without id, link or a readable date, under odd names."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from core.items import Item
from fetchers.feed_dates import read_date
from fetchers.feed_parsing import parse_feed
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.test_feeds import by_title, parse, read, rss
from tests.stand_ins.sources.server import SourceServer

CHANGES = "<link>https://lab.example/changes</link>"


def entry(title: str, rest: str = "") -> str:
    return f"<item><title>{title}</title>{rest}</item>"


def dated(day: int) -> str:
    return f"<pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>"


def names(*items: str) -> dict[str, str]:
    return {item.title: item.key.external_id for item in parse(rss(*items)).items}


def atom(*entries: str, head: str = "") -> str:
    inner = "".join(f"<entry>{one}</entry>" for one in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{head}{inner}</feed>'


class TestOnePageOfManyEntries:
    @pytest.mark.parametrize("guid", ["", "<guid>https://lab.example/changes</guid>"])
    def test_each_is_an_item_whether_the_feed_gives_no_id_or_one_for_all(self, guid: str) -> None:
        releases = [entry(f"Release {n}", CHANGES + guid + dated(n)) for n in (3, 2, 1)]
        assert list(names(*releases)) == ["Release 3", "Release 2", "Release 1"]

    def test_their_names_stay_when_another_one_comes(self) -> None:
        old = [entry("Two", CHANGES + dated(2)), entry("Undated", CHANGES)]
        before, after = names(*old), names(entry("Three", CHANGES + dated(3)), *old)
        assert {title: after[title] for title in before} == before
        assert len(set(after.values())) == 3

    def test_two_of_one_day_are_two(self) -> None:
        assert len(set(names(*(entry(t, CHANGES + dated(2)) for t in "ab")).values())) == 2

    def test_the_same_page_under_the_same_title_is_one_whatever_its_ids_say(self) -> None:
        found = parse(
            rss(
                entry("One", "<link>https://lab.example/1?utm_source=a</link><guid>a</guid>"),
                entry("One", "<link>http://www.lab.example/1/</link><guid>b</guid>"),
                entry("One", "<link>https://lab.example/1?source=rss----7f-4</link>"),
            )
        )
        assert [item.key.external_id for item in found.items] == ["a"]

    def test_comments_under_one_title_are_told_apart_by_their_anchors(self) -> None:
        page = "<link>https://lab.example/1#comment-{}</link>"
        assert len(parse(rss(*(entry("Re: One", page.format(n)) for n in "123"))).items) == 3


class TestEntriesWithoutLink:
    def test_they_lead_to_their_file_or_to_the_page_of_the_feed(self) -> None:
        file = '<enclosure url="https://pod.example/1.mp3" type="audio/mpeg" length="1"/>'
        page = "</title><link>https://lab.example/</link>"
        body = rss(entry("Episode", f"<guid>ep-1</guid>{file}"), entry("Note"))
        items = by_title(parse(body.replace("</title>", page, 1)))
        assert items["Episode"].url == "https://pod.example/1.mp3"
        assert items["Episode"].key.external_id == "ep-1"
        assert items["Note"].url == "https://lab.example/"

    @pytest.mark.parametrize("link", ["magnet:?xt=urn:btih:1", "ftp://f.example/1", "http://"])
    def test_a_link_to_no_web_page_is_none(self, link: str) -> None:
        page = "</title><link>https://lab.example/</link>"
        body = rss(entry("A", f"<link>{link}</link>")).replace("</title>", page, 1)
        assert [item.url for item in parse(body).items] == ["https://lab.example/"]

    def test_what_the_entry_is_about_may_be_media_or_a_document(self) -> None:
        media = 'xmlns:m="http://search.yahoo.com/mrss/" version'
        one = entry("A", '<m:content url="https://v.example/1.mp4"/>')
        (item,) = parse(rss(one).replace("version", media, 1)).items
        assert item.url == "https://v.example/1.mp4"
        page = '<title>A</title><id>1</id><content type="text/html" src="/1.html"/>'
        assert parse(atom(page)).items[0].url == "https://lab.example/1.html"

    def test_json_entries_lead_to_their_attachment(self) -> None:
        one = {"id": "1", "title": "Episode", "attachments": [{"url": "https://pod.example/1.mp3"}]}
        assert _json(items=[one])[0].url == "https://pod.example/1.mp3"


@pytest.mark.parametrize("guid", ["4711", "t3_1abc", "urn:x:1", "/node/7", "../a"])
def test_an_id_is_the_same_wherever_its_feed_is_read(guid: str) -> None:
    body = rss(entry("A", f"<link>https://lab.example/1</link><guid>{guid}</guid>"))
    atoms = atom(f'<title>A</title><id>{guid}</id><link href="https://lab.example/1"/>')
    for text in (body, atoms):
        for url in ("http://a.example/feed", "https://b.example/x/rss"):
            assert parse(text, url=url).items[0].key.external_id == guid


class TestDates:
    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("2026/11/27 15:07:41", "2026-11-27T15:07:41"),
            ("27.11.2026 15:07", "2026-11-27T15:07:00"),
            ("November 27, 2026 3:07 PM", "2026-11-27T15:07:00"),
            ("11/27/2026 12:07:41 am EST", "2026-11-27T05:07:41"),
            ("Fri Nov 27 2026 15:07:41 GMT+0100 (CET)", "2026-11-27T14:07:41"),
            ("Fri Nov 27 15:07:41 CET 2026", "2026-11-27T14:07:41"),
            ("Fri, 27 Nov 26 15:07 PDT", "2026-11-27T22:07:00"),
            ("2026年11月27日 15時07分", "2026-11-27T15:07:00"),
            ("20261127T150741Z", "2026-11-27T15:07:41"),
            ("27-Nov-2026", "2026-11-27T00:00:00"),
            ("Friday, 27th of November 2026", "2026-11-27T00:00:00"),
            ("Fri, 27 Nov 2026 15:07:41 CET +0100", "2026-11-27T14:07:41"),
            ("Fri, 27 Nov 2026 15:07:41 MST-0700", "2026-11-27T22:07:41"),
            ("2026-11-27 15:07:41.5 +0000 UTC", "2026-11-27T15:07:41"),
            ("2026-11-27 15:07:41 -0500 EST", "2026-11-27T20:07:41"),
        ],
    )
    def test_a_date_is_read_whole(self, text: str, right: str) -> None:
        assert read_date(text) == datetime.fromisoformat(right).replace(tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "2026",
            "2026-11",
            "Nov 2026",
            "Q4 2026",
            "2026-W48",
            "11/12/2026",
            "31 Nov 2026",
            "27 novembre 2026",
            "2026-11-27 15:07 Nowhere",
            "2026-11-27 25:07",
            "0001-01-01T00:00:00Z",
            "27 Nov 2026 28 Nov 2026",
            "27 Nov 2026 15:07 EST +0500",
            "27 Nov 2026 15:07 EDT -0500",
            "tomorrow",
            "1" * 5000,
        ],
    )
    def test_one_of_which_only_a_part_is_understood_is_none(self, text: str) -> None:
        assert read_date(text) is None
        (item,) = parse(rss(entry("A", f"{CHANGES}<pubDate>{text}</pubDate>"))).items
        assert (item.appeared_at, item.published_at) == (NOON, None)


@pytest.mark.parametrize(
    "number", ["1114112", "99999999999", "9" * 5000, "x110000", "xFFFFFFFFFFFF", "xD800", "55296"]
)
def test_a_reference_to_no_character_costs_no_entry(number: str) -> None:
    found = parse(rss(entry(f"a&#{number};b", CHANGES), entry("Other", CHANGES)))
    assert [item.title for item in found.items] == ["a\N{REPLACEMENT CHARACTER}b", "Other"]


@pytest.mark.parametrize(
    "before",
    [
        "\n",
        " \t\r\n",
        "<!-- made by x -->\n",
        "\ufeff\n<!-- a --> <!-- b -->",
        "\u00a0\u200b\v\f\0",
        "<br />\n<b>Warning</b>: Undefined variable in <b>/x.php</b> on line <b>3</b>",
        '<?xml-stylesheet href="a.xsl"?>\n<!DOCTYPE rss>',
        "<!-- <?xml version='1.0' encoding='utf-8'?><rss> -->",
    ],
)
def test_the_encoding_counts_after_whatever_stands_before_it(before: str) -> None:
    for encoding, title in (("windows-1251", "Привет мир"), ("iso-8859-2", "Zażółć")):
        body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(entry(title, CHANGES))
        found = parse(before.encode() + body.encode(encoding))
        assert [item.title for item in found.items] == [title]


@pytest.mark.parametrize("name", ["punycode", "idna", "undefined", "zlib_codec", "rot13", "x" * 99])
def test_an_encoding_that_no_document_can_have_is_passed_over(name: str) -> None:
    body = rss(entry("Zażółć", CHANGES))
    declared = f'<?xml version="1.0" encoding="{name}"?>' + body
    told = parse(body, content_type=f"text/xml; charset={name}")
    assert [item.title for item in (*parse(declared).items, *told.items)] == ["Zażółć"] * 2


class TestAuthors:
    @pytest.mark.parametrize(
        "fields",
        [
            {"authors": [{"name": "Ann"}]},
            {"authors": {"name": "Ann"}},
            {"authors": ["Ann"]},
            {"authors": "Ann"},
            {"author": "Ann"},
            {"author": [{"name": "Ann"}]},
            {"authors": [], "author": {"name": "Ann"}},
        ],
    )
    def test_json_feeds_name_them_in_many_forms(self, fields: dict[str, object]) -> None:
        one = {"id": "1", "url": "https://lab.example/1", "title": "A"}
        assert _json(items=[one | fields])[0].authors == ("Ann",)
        assert _json(items=[one], **fields)[0].authors == ("Ann",)

    @pytest.mark.parametrize("tag", ["author", "dc:creator"])
    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("jane@lab.science (Jane Doe)", "Jane Doe"),
            ("Jane Doe &lt;jane@lab.technology&gt;", "Jane Doe"),
            ("Jane Doe (mailto:jane@lab.museum)", "Jane Doe"),
            ("Jane Doe jane@lab.edu", "Jane Doe"),
            ("jane@lab.example (Jane (Lab))", "Jane (Lab)"),
            ("@jane@mastodon.social", "@jane@mastodon.social"),
            ("jane@lab.photography", ""),
            ("noreply@blogger.com (Unknown)", ""),
            ("&lt;b&gt;Jane&lt;/b&gt; &amp;amp; Co", "Jane & Co"),
            ("&amp;nbsp;", ""),
        ],
    )
    def test_an_address_of_whatever_domain_is_no_part_of_a_name(
        self, tag: str, written: str, name: str
    ) -> None:
        body = rss(entry("A", f"{CHANGES}<{tag}>{written}</{tag}>"))
        dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/" version'
        (item,) = parse(body.replace("version", dc, 1)).items
        assert item.authors == ((name,) if name else ())

    def test_an_atom_entry_without_one_has_that_of_its_source_or_feed(self) -> None:
        link = '<link href="https://lab.example/{0}"/><id>{0}</id><title>{0}</title>'
        of_source = "<source><author><name>Cy</name></author></source>"
        body = atom(
            link.format("a") + "<author><name>Ann</name></author>",
            link.format("b"),
            link.format("c") + of_source,
            head="<author><name>Bob</name></author>",
        )
        authors = {item.title: item.authors for item in parse(body).items}
        assert authors == {"a": ("Ann",), "b": ("Bob",), "c": ("Cy",)}


class TestPrivateAddresses:
    ASKED = "https://reader:s3cret99@lab.example/feed?token=T0k3n123"

    @pytest.mark.parametrize(
        "one",
        [
            "<link>/posts/1</link>",
            "<link>#1</link><guid isPermaLink='false'>#1</guid>",
            "<link>https://lab.example/1?token=T0k3n123&amp;a=b</link><guid>g T0k3n123</guid>",
            "<link>https://reader:s3cret99@lab.example/1</link><author>s3cret99</author>",
            "<guid>1</guid><enclosure url='https://pod.example/T0k3n123/1.mp3' type='a/b'/>",
            "<link>/1</link><description>https://lab.example/x?token=T0k3n123</description>",
            "<link>/1</link><category>T0k3n123</category><guid>https://h/?token=T0k3n123</guid>",
        ],
    )
    def test_neither_login_nor_token_is_in_what_a_feed_gives(self, one: str) -> None:
        body = rss(entry("A note", one))
        parsed = parse(body.replace("<title>t<", "<title>T0k3n123<"), url=self.ASKED)
        shown = f"{parsed}"
        assert "A note" in shown
        assert "s3cret99" not in shown
        assert "T0k3n123" not in shown

    def test_a_page_in_place_of_the_feed_does_not_repeat_them_in_the_error(self) -> None:
        link = '<link rel="alternate" type="application/rss+xml" href="/rss?{}token=T0k3n123">'
        with pytest.raises(
            MalformedError, match=r"names this feed: https://lab\.example/rss"
        ) as no:
            parse(f"<html><head>{link.format('a=b&')}", url=self.ASKED)
        assert "T0k3n123" not in str(no.value)
        assert "a=b" in str(no.value)

    def test_those_of_the_address_before_a_redirect_go_as_well(self) -> None:
        body = rss(entry("A note", "<link>https://lab.example/1?token=T0k3n123</link>"))
        (item,) = parse(body, url="https://cdn.example/f", asked=self.ASKED).items
        assert item.url == "https://lab.example/1"


class TestFeedsThatBreakOff:
    RSS = rss(*(entry(t, f"<link>https://lab.example/{t}</link>") for t in "abc"))

    @pytest.mark.parametrize(("cut", "titles"), [("</channel>", "abc"), ("<title>c", "ab")])
    def test_what_came_whole_is_kept_and_the_rest_is_asked_again(
        self, sources: SourceServer, cut: str, titles: str
    ) -> None:
        sources.answer("/feed", self.RSS[: self.RSS.index(cut) + 9], headers={"ETag": '"1"'})
        outcome = read(sources)
        assert "".join(item.title for item in outcome.items) == titles
        assert str(outcome.error) == "feed:lab: the feed is incomplete"
        assert outcome.batch.validators == {}

    def test_the_same_holds_for_json(self, sources: SourceServer) -> None:
        posts = [{"id": t, "url": f"https://lab.example/{t}", "title": t} for t in "abc"]
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": posts})
        sources.answer("/feed", body[:-20])
        outcome = read(sources)
        assert [item.title for item in outcome.items] == ["a", "b"]
        assert "is incomplete" in str(outcome.error)


def _json(**fields: object) -> tuple[Item, ...]:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "t"} | fields)
    return parse_feed(
        body.encode(),
        source="feed:lab",
        url="https://lab.example/feed.json",
        content_type="application/feed+json",
        now=NOON,
    ).items
