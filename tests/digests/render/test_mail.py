from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings

from core.digests import Digest, Section
from core.items import Deadline, ItemKind
from digests.render.html import render as page
from digests.render.mail import (
    MAX_HTML,
    NO_LINKS,
    QUIET_SUBJECT,
    html,
    preview,
    render,
    subject,
    text,
)
from digests.view import view
from tests.digests.examples import NOTHING, NOW, draft, example, item, ranked
from tests.digests.hostile import TEXTS, any_text, digest_of
from tests.digests.render.mails import LINKS, Read, an_envelope
from tests.digests.render.pages import Page


def read(digest: Digest) -> Read:
    return Read.of(render(digest, an_envelope(), LINKS))


def of_many(count: int, *, bar: int = 0, title: str = "On the Convergence of Things") -> Digest:
    """Return a digest with so many picks, each with all that a pick can have."""
    summary = "We show that it converges under mild assumptions, which hold in practice. " * 4
    picks = [
        ranked(
            item(
                f"arxiv/2611.{n:05}",
                title=f"{n} {title}",
                summary=summary,
                authors=("Ada Lovelace", "Emmy Noether"),
            )
        )
        for n in range(count)
    ]
    due = (Deadline(label="final submission", at=NOW.replace(day=29)),)
    ends = [
        ranked(item(f"kaggle/competition/{n}", ItemKind.COMPETITION, title=title, deadlines=due))
        for n in range(bar)
    ]
    sections = [
        Section(kind="deadlines", title="Deadlines", items=tuple(ends)),
        Section(kind="papers", title="Papers", items=tuple(picks)),
    ]
    return draft(sections=tuple(s for s in sections if s.items), considered=count)


def test_the_text_part_is_written_for_reading_not_stripped_html() -> None:
    body = read(example()).text
    assert "-- \n" in body
    longest = [line for line in body.split("\n") if len(line) > 66]
    assert all(re.fullmatch(r" *(\w+: )?https://\S+", line) for line in longest)
    assert body.rstrip().endswith("Sent to ann@example.org, who subscribed to it.")
    for link in (LINKS.browser, LINKS.preferences, LINKS.unsubscribe):
        assert f"\n{link}\n" in body


def test_the_html_part_says_what_the_page_says() -> None:
    of_mail, of_page = (Page.of(p) for p in (read(example()).html, page(example())))
    for tag in ("h1", "h2", "h3"):
        assert of_mail.texts(tag) == of_page.texts(tag)
    titles = {e.text: e.attributes["href"] for e in of_page.all("a")}
    assert titles.items() <= {e.text: e.attributes["href"] for e in of_mail.all("a")}.items()


def test_styles_stand_in_the_elements_and_only_media_queries_are_left() -> None:
    written = read(example()).html
    [style] = Page.of(written).all("style")
    assert style.text.lstrip().startswith("@media (prefers-color-scheme: dark)")
    unstyled = [
        e.tag
        for e in Page.of(written).all("h1", "h2", "h3", "p", "a")
        if not e.attributes.get("style")
    ]
    assert unstyled == []


def test_nothing_is_fetched_and_nothing_reports_who_reads() -> None:
    written = read(example()).html
    found = Page.of(written)
    assert found.all("img", "link", "script", "iframe", "object", "form", "video") == []
    assert "url(" not in written
    assert "@import" not in written
    links = {e.attributes["href"] for e in found.all("a")}
    assert all(link.startswith("https://") for link in links)


def test_no_text_is_smaller_than_12_pixels() -> None:
    written = re.sub(r'<div class="preview".*?</div>', "", read(example()).html, flags=re.DOTALL)
    sizes = [int(size) for size in re.findall(r"font-size:\s*(\d+)px", written)]
    assert sizes
    assert min(sizes) >= 12


def test_every_table_is_for_layout_only() -> None:
    tables = re.findall(r"<table[^>]*>", read(example()).html)
    assert tables
    assert all('role="presentation"' in table for table in tables)


def test_it_reads_well_with_all_styles_stripped() -> None:
    bare = re.sub(
        r"<style.*?</style>|\sstyle=\"[^\"]*\"", "", read(example()).html, flags=re.DOTALL
    )
    found = Page.of(bare)
    assert found.texts("h2")[:2] == ["Deadlines", "Top picks"]
    assert len(found.all("li")) == 3
    assert found.all("footer")[0].text.split()[0] == "Sources:"


def test_the_preview_says_something_new_and_hides_what_follows() -> None:
    digest = example()
    found = Page.of(read(digest).html)
    [shown] = [e for e in found.all("div") if e.attributes.get("class") == "preview"]
    assert "display: none" in shown.attributes["style"].replace("display:none", "display: none")
    assert shown.text.startswith("in 2 days: NeurIPS 2024")
    assert shown.text.count("\u2007\ufeff\u034f") == 40
    assert len(preview(view(digest))) <= 140


def test_a_deadline_has_weekday_date_utc_and_how_far_away_it_is() -> None:
    for part in (read(example()).html, read(example()).text):
        words = " ".join(unescape(re.sub(r"<[^>]+>", "", part)).split())
        assert "in 2 days: " in words
        assert "Wed 25 Nov, 00:59 CET (Tue 24 Nov, 23:59 UTC)" in words


def test_the_subject_begins_with_the_best_pick_and_fits() -> None:
    assert subject(view(example())) == "E(n) Equivariant Graph Neural Networks and 9 more"
    assert subject(view(draft(note=NOTHING))) == QUIET_SUBJECT
    assert subject(view(of_many(1))) == "0 On the Convergence of Things"
    long = subject(view(of_many(12, title="Convergence " * 20)))
    assert len(long) <= 60
    assert long.endswith("… and 11 more")


def test_without_a_page_the_footer_offers_what_there_is() -> None:
    mail = Read.of(render(example(), an_envelope(unsubscribe=""), NO_LINKS))
    hrefs = [e.attributes["href"] for e in Page.of(mail.html).all("a")]
    assert hrefs[-1] == "mailto:tidings@example.org?subject=unsubscribe"
    assert 'Unsubscribe: write "unsubscribe" to\ntidings@example.org\n' in mail.text


@pytest.mark.parametrize(("count", "bar"), [(200, 0), (134, 66), (1000, 0), (0, 200), (5, 400)])
def test_a_large_digest_becomes_titles_then_a_number(count: int, bar: int) -> None:
    digest = of_many(count, bar=bar)
    written = html(view(digest), an_envelope(), LINKS)
    assert MAX_HTML * 0.95 < len(written.encode()) <= MAX_HTML
    found = Page.of(written)
    whole = len(found.all("article"))
    titles = sum(e.attributes.get("class") == "titles" and 1 for e in found.all("section"))
    assert titles == 1
    [rest] = [e for e in found.all("section") if e.attributes.get("class") == "titles"]
    more = re.search(r"(\d+) more in the browser", rest.text)
    left = int(more[1]) if more else 0
    listed = len(found.all("li"))
    assert whole + listed + left == count + bar
    assert found.all("footer")[0].text.count("Unsubscribe") == 1


def test_what_is_cut_first_is_what_stands_lowest() -> None:
    found = Page.of(html(view(of_many(200)), an_envelope(), NO_LINKS))
    numbers = [int(e.text.split()[0]) for e in found.all("h3")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 30 < len(numbers) < 120
    [rest] = [e for e in found.all("section") if e.attributes.get("class") == "titles"]
    assert rest.text.split()[2] == str(len(numbers))


def test_even_addresses_as_long_as_sources_give_them_fit() -> None:
    entry = ranked(
        item("arxiv/1", title="&" * 200, summary="<" * 999, url="https://x.org/" + "a" * 2000)
    )
    digest = draft(sections=(Section(kind="papers", title="Papers", items=(entry,) * 200),))
    assert len(html(view(digest), an_envelope(), LINKS).encode()) <= MAX_HTML


@pytest.mark.parametrize("hostile", TEXTS)
def test_no_text_breaks_out(hostile: str) -> None:
    safe, evil = read(digest_of("harmless")), read(digest_of(hostile))
    shapes = [
        Counter((e.tag, *sorted(e.attributes)) for e in Page.of(mail.html).elements)
        for mail in (safe, evil)
    ]
    assert shapes[1] <= shapes[0]  # a text of nothing but invisible signs is left out
    assert safe.message.keys() == evil.message.keys()
    assert "\x1b" not in evil.text + evil.html
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(evil.text + evil.html)


@settings(max_examples=60)
@given(any_text())
def test_any_title_leaves_a_whole_mail(title: str) -> None:
    mail = read(digest_of(title))
    assert Page.of(mail.html).all("footer")
    assert "\nUnsubscribe:\n" in text(view(digest_of(title)), an_envelope(), LINKS)


def test_titles_from_right_to_left_stand_apart_from_ours() -> None:
    title = "مقدمة في الشبكات العصبية البيانية"
    entry = ranked(item("arxiv/1", title=title, summary="שלום, עולם."))
    digest = draft(sections=(Section(kind="papers", title="Papers", items=(entry,)),))
    found = Page.of(read(digest).html)
    apart = {e.text for e in found.all("bdi")}
    assert {title, "שלום, עולם."} <= apart


def test_the_sample_day_says_so_first() -> None:
    mail = read(replace(example(), sample=True))
    assert mail.text.startswith("sample data: asked nobody\n")
    assert Page.of(mail.html).texts("p")[0] == "sample data: asked nobody"
