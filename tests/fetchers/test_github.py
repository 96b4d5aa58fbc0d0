from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from core.items import ItemKind
from fetchers.github import GithubOptions
from fetchers.github_releases import parse_releases
from fetchers.github_search import parse_search
from fetchers.github_trending import parse_count, parse_trending
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, Outcome, build, fetch, fixture, read
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.paths import GITHUB_SEARCH, GITHUB_TRENDING, releases, trending
from tests.stand_ins.sources.server import SourceServer

TODAY = NOON.replace(hour=0)
FEED = releases("pytorch/pytorch")

GOOD_DAY = GoodDay(
    answers={
        GITHUB_TRENDING: fixture("github/trending.html"),
        GITHUB_SEARCH: fixture("github/search.json"),
        FEED: fixture("github/releases.atom"),
    },
    options={"languages": ("any",), "follow": ("pytorch/pytorch",)},
    least=4,
)


def read_trending(sources: SourceServer, *languages: str) -> Outcome:
    return read("github", sources, languages=languages or ("any",))


def read_releases(sources: SourceServer, back: timedelta = timedelta(days=3650)) -> Outcome:
    return read("github", sources, back=back, languages=(), follow=("pytorch/pytorch",))


class TestTrending:
    def test_daily_and_weekly_lists_are_joined(self, sources: SourceServer) -> None:
        sources.answer_once(GITHUB_TRENDING, fixture("github/trending.html"))
        sources.answer_once(GITHUB_TRENDING, fixture("github/trending_weekly.html"))
        outcome = read_trending(sources)
        assert outcome.error is None
        assert outcome.ids == [
            "huggingface/transformers",
            "karpathy/nanogpt",
            "pytorch/pytorch",
            "ggml-org/llama.cpp",
        ]
        assert outcome.items[0].metrics == {
            "stars": 153204,
            "forks": 31187,
            "stars_today": 1204,
            "stars_this_week": 5040,
        }
        assert [request.query for request in sources.requests] == [
            {"since": "daily"},
            {"since": "weekly"},
        ]

    def test_a_row_is_read_as_a_person_would(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending.html"))
        transformers, nano, torch = read_trending(sources).items
        assert transformers.kind is ItemKind.REPOSITORY
        assert transformers.title == "huggingface/transformers"
        assert transformers.url == "https://github.com/huggingface/transformers"
        assert transformers.summary == "One way to load and run models for text, vision & sound"
        assert transformers.facts == {"language": "Python"}
        assert transformers.appeared_at == TODAY
        assert (nano.title, nano.summary, nano.facts) == ("karpathy/nanoGPT", "", {})
        assert nano.metrics == {"stars": 45200, "forks": 7500, "stars_today": 96}
        assert torch.metrics == {}

    def test_each_language_has_its_own_lists(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending.html"))
        sources.answer(trending("c%2B%2B"), fixture("github/trending_weekly.html"))
        outcome = read_trending(sources, "any", "c++")
        assert len(outcome.items) == 4
        assert len(sources.asked(trending("c%2B%2B"))) == 2

    def test_a_page_that_says_it_is_empty_is_a_success(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending_empty.html"))
        outcome = read_trending(sources)
        assert (outcome.items, outcome.error, outcome.note) == ([], None, None)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\x00\xff",
            b"not html",
            fixture("login.html"),
            fixture("github/trending_developers.html"),
            fixture("github/trending_changed.html"),
            fixture("github/trending.html")[:200],
        ],
    )
    def test_any_other_page_without_repositories_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_trending(body)

    @pytest.mark.parametrize("rows", [1, 16, 25, 60])
    def test_the_number_of_rows_is_not_fixed(self, rows: int) -> None:
        row = '<article class="a Box-row b"><h2><a href="/pytorch/p{}">x</a></h2></article>'
        page = "".join(row.format(n) for n in range(rows))
        assert len(parse_trending(f"<html><body>{page}</body></html>".encode())) == rows

    def test_of_a_page_that_breaks_off_the_whole_rows_are_kept(self, sources: SourceServer) -> None:
        body = fixture("github/trending.html")
        third = body.index(b"</article>", body.index(b"pytorch/pytorch"))
        for end, rows in ((body.rindex(b"</html>"), 3), (third, 2)):
            sources.answer(GITHUB_TRENDING, body[:end])
            outcome = read_trending(sources)
            assert outcome.ids[:2] == ["huggingface/transformers", "karpathy/nanogpt"]
            assert len(outcome.ids) == rows
            assert "the trending page is incomplete" in str(outcome.error)
            assert sources.asked(GITHUB_SEARCH) == []

    def test_a_list_that_fails_leaves_the_others_alone(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending.html"))
        sources.answer(trending("rust"), status=500)
        outcome = read_trending(sources, "any", "rust")
        assert len(outcome.items) == 3
        assert "status 500" in str(outcome.error)
        assert sources.asked(GITHUB_SEARCH) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3,592 stars today", 3592),
        ("12.3k", 12300),
        ("1.25M", 1_250_000),
        ("\n  7\n", 7),
        ("1,234,567", 1_234_567),
        ("none", None),
        ("", None),
        ("9" * 400, None),
        ("9" * 307 + "m", None),
    ],
)
def test_counts_are_read_as_people_write_them(text: str, count: float | None) -> None:
    assert parse_count(text) == count


class TestSearch:
    def test_the_search_stands_in_for_the_trending_page_and_says_so(
        self, sources: SourceServer
    ) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending_changed.html"))
        sources.answer(GITHUB_SEARCH, fixture("github/search.json"))
        outcome = read("github", sources, languages=("any",), token="t0k3n")
        assert outcome.ids == ["openai/whisper", "ggml-org/llama.cpp"]
        assert outcome.error is None
        assert "from the search, incomplete" in str(outcome.note)
        assert "has its layout changed?" in str(outcome.note)
        (request,) = sources.asked(GITHUB_SEARCH)
        assert request.query["q"] == "created:>=2026-11-08 stars:>=20"
        assert request.headers["Accept"] == "application/vnd.github+json"
        assert request.headers["X-GitHub-Api-Version"] == "2022-11-28"
        assert request.headers["Authorization"] == "Bearer t0k3n"

    def test_the_token_is_for_the_api_only(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, fixture("github/trending.html"))
        read("github", sources, languages=("any",), token="t0k3n")
        assert "Authorization" not in sources.requests[0].headers

    def test_a_row_is_read_as_a_person_would(self) -> None:
        found = parse_search(fixture("github/search.json"), TODAY)
        whisper, llama = found.items
        assert found.partly
        assert found.whole
        assert whisper.metrics == {"stars": 91000, "forks": 11000}
        assert whisper.tags == ("Python", "speech", "asr")
        assert whisper.summary == "Turns speech into text"
        assert whisper.facets == {"license": "MIT", "last_activity": "2026-11-20T08:00:00Z"}
        assert (llama.summary, llama.facts, llama.facets) == ("", {}, {})

    def test_of_an_answer_that_breaks_off_the_whole_rows_are_kept(
        self, sources: SourceServer
    ) -> None:
        sources.answer(GITHUB_TRENDING, status=500)
        sources.answer(GITHUB_SEARCH, fixture("github/search.json").partition(b"ggml-org")[0])
        outcome = read_trending(sources)
        assert outcome.ids == ["openai/whisper"]
        assert "status 500; 1 more failed" in str(outcome.error)

    def test_both_failures_are_told_and_the_limit_sets_the_next_time(
        self, sources: SourceServer
    ) -> None:
        reset = NOON + timedelta(minutes=40)
        limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{reset.timestamp():.0f}"}
        sources.answer(GITHUB_TRENDING, status=500)
        sources.answer(GITHUB_SEARCH, '{"message": "limit"}', status=403, headers=limit)
        outcome = read_trending(sources)
        assert "status 500; 1 more failed" in outcome.failed
        assert outcome.error is not None
        assert outcome.error.retry_at == reset

    @pytest.mark.parametrize("reset", ["\u00b2", "9" * 5000, "-1", "", "soon"])
    def test_a_limit_without_a_time_to_wait_for_is_one_all_the_same(
        self, sources: SourceServer, reset: str
    ) -> None:
        limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        sources.answer(GITHUB_TRENDING, status=500)
        sources.answer(GITHUB_SEARCH, '{"message": "limit"}', status=403, headers=limit)
        outcome = read_trending(sources)
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(minutes=1)

    def test_a_secondary_limit_is_waited_for(self, sources: SourceServer) -> None:
        sources.answer(GITHUB_TRENDING, status=500)
        sources.answer(GITHUB_SEARCH, "You have exceeded a secondary rate limit.", status=403)
        outcome = read_trending(sources)
        assert outcome.error is not None
        assert outcome.error.retry_at == NOON + timedelta(minutes=1)

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{}", b'{"items": 1}', b'{"items": [1, {}]}', b'"x"', b"[" * 100_000]
    )
    def test_what_is_no_answer_of_the_search_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_search(body, TODAY)


class TestReleases:
    def test_releases_are_read_as_a_person_would(self, sources: SourceServer) -> None:
        sources.answer(FEED, fixture("github/releases.atom"))
        outcome = read_releases(sources)
        assert outcome.error is None
        release, nightly = outcome.items
        assert str(release.key) == "github/pytorch/pytorch/releases/tag/v2.9.0"
        assert release.kind is ItemKind.RELEASE
        assert release.title == "PyTorch 2.9 Release"
        assert release.url == "https://github.com/pytorch/pytorch/releases/tag/v2.9.0"
        assert release.summary == "Highlights\nFaster compile & smaller wheels\none\ntwo"
        assert release.appeared_at == datetime(2026, 10, 15, 18, 11, 19, tzinfo=UTC)
        assert release.related == ("https://github.com/pytorch/pytorch",)
        assert release.authors == ("atalman",)
        assert nightly.key.external_id == "pytorch/pytorch/releases/tag/nightly/2026-01-02"
        assert nightly.title == "pytorch nightly/2026-01-02"

    def test_all_that_is_listed_is_given_however_old(self, sources: SourceServer) -> None:
        sources.answer(FEED, fixture("github/releases.atom"))
        assert len(read_releases(sources, back=timedelta(days=1)).items) == 2

    def test_of_a_list_that_breaks_off_the_whole_releases_are_kept(
        self, sources: SourceServer
    ) -> None:
        body = fixture("github/releases.atom")
        sources.answer(FEED, body[: body.index(b"nightly/")], headers={"ETag": '"1"'})
        outcome = read_releases(sources)
        assert outcome.ids == ["pytorch/pytorch/releases/tag/v2.9.0"]
        assert str(outcome.error) == "github: the releases of pytorch/pytorch break off"
        assert outcome.batch.validators == {}

    def test_a_repository_without_releases_is_a_success(self, sources: SourceServer) -> None:
        sources.answer(FEED, fixture("github/releases_none.atom"))
        outcome = read_releases(sources)
        assert (outcome.items, outcome.error) == ([], None)

    def test_a_repository_that_is_gone_is_named(self, sources: SourceServer) -> None:
        sources.answer(FEED, status=404)
        assert "no repository pytorch/pytorch" in read_releases(sources).failed

    def test_one_repository_that_fails_leaves_the_others_alone(self, sources: SourceServer) -> None:
        sources.answer(FEED, fixture("github/releases.atom"))
        outcome = read(
            "github",
            sources,
            back=timedelta(days=60),
            languages=(),
            follow=("karpathy/nanoGPT", "pytorch/pytorch"),
        )
        assert len(outcome.items) == 2
        assert "karpathy/nanoGPT" in str(outcome.error)

    def test_what_is_unchanged_is_not_read_again(self, sources: SourceServer) -> None:
        sources.answer_if_changed(FEED, fixture("github/releases.atom"), etag='W/"1"')
        seen = FakeValidatorStore()
        fetcher = build(
            "github", sources, validators=seen, languages=(), follow=("pytorch/pytorch",)
        )
        since = NOON - timedelta(days=60)
        first = fetch(fetcher, since)
        assert len(first.items) == 2
        seen.kept |= first.batch.validators
        again = fetch(fetcher, since)
        assert (again.items, again.error) == ([], None)

    @pytest.mark.parametrize("body", [b"", b"<rss/>", fixture("login.html")])
    def test_what_is_no_feed_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_releases(body, "pytorch/pytorch")

    def test_releases_that_are_all_unreadable_are_an_error(self) -> None:
        body = fixture("github/releases.atom").replace(b"<updated>", b"<updated>x")
        with pytest.raises(MalformedError, match="none of the releases"):
            parse_releases(body, "pytorch/pytorch")


def test_a_followed_name_that_is_no_repository_says_so() -> None:
    with pytest.raises(ConfigError, match="'pytorch' must look like owner/repo"):
        GithubOptions(follow=("pytorch",))
    with pytest.raises(ConfigError):
        GithubOptions(follow=("../etc",))
