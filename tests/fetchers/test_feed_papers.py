"""Links in the text of a post that name a paper, and the works that they join."""

from __future__ import annotations

import json
from datetime import timedelta
from html import escape

import pytest

from core.items import ItemKind
from core.works import MAX_CLAIMANTS
from storage.opening import Storage
from tests.fakes import NOON, an_item
from tests.fetchers.test_feeds import parse, read, rss
from tests.stand_ins.sources.server import SourceServer

ARXIV = "https://arxiv.org/abs/2401.00001"
PAPER = an_item(
    "arxiv/2401.00001", kind=ItemKind.PAPER, url=ARXIV, facts={"doi": "10.1145/3292500.3330701"}
)


def post(text: str, title: str = "How we made it", page: str = "1") -> str:
    link = f"<link>https://lab.example/{page}</link>"
    return f"<item><title>{title}</title>{link}<description>{escape(text)}</description></item>"


def linked(*addresses: str) -> str:
    return " and ".join(f'<a class="x" href="{escape(one)}">read this</a>' for one in addresses)


def members(storage: Storage) -> set[str]:
    """Return the items that are one work with the paper."""
    found = storage.store.works([PAPER.key])
    return {str(key) for work in found.values() for key in work.members} - {str(PAPER.key)}


@pytest.mark.parametrize(
    "text",
    [
        linked(ARXIV),
        linked("http://arxiv.org/pdf/2401.00001v3.pdf?download=1&a=b"),
        linked("https://doi.org/10.48550/arXiv.2401.00001"),
        linked("https://dl.acm.org/doi/abs/10.1145/3292500.3330701"),
        linked("https://huggingface.co/papers/2401.00001", "https://ar5iv.org/abs/2401.00001"),
        linked("https://lab.example/about", "https://github.com/o/r", ARXIV),
        f"<A HREF='{ARXIV}#S3'>3</A>",
    ],
)
def test_a_post_joins_the_paper_to_which_its_text_has_a_link(
    sources: SourceServer, storage: Storage, text: str
) -> None:
    sources.answer("/feed", rss(post(text)))
    (item,) = read(sources).items
    storage.store.upsert([PAPER], now=NOON)
    storage.store.upsert([item], now=NOON)
    assert members(storage) == {str(item.key)}


@pytest.mark.parametrize(
    "text",
    [
        linked(ARXIV, "https://arxiv.org/abs/2401.00002"),
        linked("https://arxiv.org/list/cs.LG/recent", "https://arxiv.org"),
        "as arXiv:2401.00001 says, and https://arxiv.org/abs/2401.00001 too",
        linked("javascript:alert('https://arxiv.org/abs/2401.00001')"),
        linked("https://lab.example/?to=https://arxiv.org/abs/2401.00001"),
    ],
)
def test_a_post_that_names_several_papers_or_none_by_a_link_joins_none(
    storage: Storage, text: str
) -> None:
    other = an_item("arxiv/2401.00002", kind=ItemKind.PAPER)
    storage.store.upsert([PAPER, other, *parse(rss(post(text))).items], now=NOON)
    assert members(storage) == set()


def test_all_formats_have_links_in_their_texts() -> None:
    item = {"id": "1", "url": "https://lab.example/1", "title": "A", "summary": "short"}
    item["content_html"] = linked(ARXIV)
    version = "https://jsonfeed.org/version/1.1"
    entry = (
        "<id>1</id><title>A</title><link href='https://lab.example/1'/><summary>short</summary>"
        f"<content type='html'>{escape(linked(ARXIV))}</content>"
    )
    feeds = [
        json.dumps({"version": version, "title": "t", "items": [item]}),
        f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry>{entry}</entry></feed>",
        rss(
            "<item><title>A</title><link>https://lab.example/1</link>"
            '<x:encoded xmlns:x="http://purl.org/rss/1.0/modules/content/">'
            f"<![CDATA[{linked(ARXIV)}]]></x:encoded></item>"
        ),
    ]
    assert [parse(feed).items[0].related for feed in feeds] == [(ARXIV,)] * 3


def test_a_post_that_links_to_a_paper_stands_beside_one_whose_page_it_is(storage: Storage) -> None:
    about = an_item("feed:lab/about", kind=ItemKind.ARTICLE, url=ARXIV)
    (citing,) = parse(rss(post(linked(ARXIV)))).items
    earlier = an_item(
        "feed:lab/citing",
        kind=ItemKind.ARTICLE,
        url=citing.url,
        related=citing.related,
        appeared_at=about.appeared_at - timedelta(days=9),
    )
    storage.store.upsert([PAPER, earlier, about], now=NOON)
    assert members(storage) == {"feed:lab/about", "feed:lab/citing"}


def test_a_paper_to_which_many_posts_link_joins_none_of_them(storage: Storage) -> None:
    posts = [post(linked(ARXIV), f"Post {n}", str(n)) for n in range(MAX_CLAIMANTS + 1)]
    storage.store.upsert([PAPER, *parse(rss(*posts)).items], now=NOON)
    assert members(storage) == set()


def test_hostile_markup_is_looked_through_quickly() -> None:
    body = rss(post("<a " * 20_000), post('<a href="' * 7_000, "B", "2"))
    assert [item.related for item in parse(body).items] == [(), ()]
