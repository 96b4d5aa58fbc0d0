from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feeds import ListedFeed
from fetchers.opml import MAX_BYTES, read_opml, write_opml
from fetchers.source import MalformedError
from tests.fakes import NOON

EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "exports" / "opml"

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>Mine</title></head><body>
  <outline text="Labs">
    <!-- a comment -->
    <outline text="A lab" title="A Lab &amp; more" type="rss" xmlUrl="https://lab.example/feed"/>
    <outline text="Deep"><outline text="B" XMLURL=" https://b.example/rss "/></outline>
  </outline>
  <outline title="Letters" xmlUrl="newsletter:ann@example.org"/>
</body></opml>"""


def test_a_list_is_read_with_its_headings() -> None:
    assert read_opml(LIST).feeds == (
        ListedFeed(title="A Lab & more", url="https://lab.example/feed", topics=("Labs",)),
        ListedFeed(title="B", url="https://b.example/rss", topics=("Labs", "Deep")),
        ListedFeed(title="Letters", url="newsletter:ann@example.org"),
    )


def test_of_a_damaged_list_the_rest_is_read_and_the_loss_counted() -> None:
    damaged = b"""<opml><body><outline text="a & b" xmlUrl="https://a.example/1"/>
      <outline text="c" xmlUrl="https://c.example/1"/></body></opml>
      <opml><body><outline text="d" xmlUrl="https://d.example/1"/></body></opml>"""
    found = read_opml(damaged)
    assert [feed.url for feed in found.feeds] == ["https://a.example/1", "https://c.example/1"]
    assert found.lost == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no OPML"),
        (b"<html><body>hello</body></html>", "no OPML"),
        (b'<rss version="2.0"><channel/></rss>', "no OPML"),
        (b"<opml><body><outline text='a folder'/></body></opml>", "no feed"),
        (b" " * (MAX_BYTES + 1), "larger than 5 MB"),
    ],
    ids=["empty", "page", "feed", "folders", "huge"],
)
def test_what_is_no_list_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        read_opml(body)


def test_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = f"""<!DOCTYPE opml [<!ENTITY e0 "ha"><!ENTITY file SYSTEM "{secret.as_uri()}">{bomb}]>
      <opml><body><outline text="&file;" xmlUrl="https://a.example/1"/></body></opml>"""
    try:
        found = read_opml(body.encode())
    except MalformedError:
        return
    assert all("a secret" not in feed.title for feed in found.feeds)


def test_lists_nested_at_will_cost_no_stack() -> None:
    folder = b"<outline text='x'>"
    body = b"<opml><body><outline xmlUrl='https://a.b/'/>" + folder * 5000
    assert len(read_opml(body).feeds) == 1


@given(
    st.lists(
        st.builds(
            ListedFeed,
            title=st.text("abc äö<>&\"'", min_size=1).map(
                lambda text: f"x{' '.join(text.split())}"
            ),
            url=st.text("abc/?&=%<\"'", max_size=20).map(lambda path: f"https://a.example/{path}"),
            topics=st.sampled_from([(), ("Labs",), ("Law & ethics",)]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read_again(feeds: list[ListedFeed]) -> None:
    found = read_opml(write_opml(feeds, title="Mine", now=NOON).encode())
    assert found.lost == 0
    assert sorted(found.feeds, key=repr) == sorted(feeds, key=repr)


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="needs ../shared/exports/opml")
def test_real_exports_are_read() -> None:
    counts = {path.name: len(read_opml(path.read_bytes()).feeds) for path in EXPORTS.glob("*.opml")}
    assert counts == {
        "awesome_rss_India_2026-05.opml": 36,
        "downes_2022.opml": 542,
        "engineering_blogs_2024.opml": 422,
        "feedly_2026-02.opml": 365,
        "fever_security_2025.opml": 82,
        "newsblur_2022.opml": 573,
        "nnw_Subs.opml": 207,
        "nnw_SubsNoTitleAttributes.opml": 207,
        "opml_spec_subscriptionList.opml": 13,
        "reeder5_2023.opml": 52,
        "wechat_scholar_2026-08.opml": 184,
    }
