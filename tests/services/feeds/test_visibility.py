"""What a member's feed gives is seen by those who have it, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.deliveries import Subscription
from core.digests import Budget
from core.errors import UsageError
from core.feeds import ANYBODY, AddedFeed, Feed, Viewer
from core.items import ItemKind
from core.people import Interest, Profile
from core.search import Filter
from ranking.ranker import ContentRanker
from services.digests.candidates import DigestRequest
from services.digests.make import Digests
from services.feeds.visibility import Visibility, VisibleIndex
from services.lookup import Lookup
from services.questions import Questions
from services.subscriptions import Actor, Subscriptions
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item
from tests.subscriptions import DAILY

ANN, BOB = "discord:1", "discord:2"
GUILD, ELSEWHERE = "discord:guild:9", "discord:guild:8"
OPERATORS, MEMBERS = "feed:lab", "feed:blog-1"
HIDDEN = an_item(
    f"{MEMBERS}/1",
    kind=ItemKind.ARTICLE,
    title="Adapters of a small blog",
    summary="In this note adapters reach the accuracy of full tuning.",
    url="https://blog.example/adapters",
)
SHOWN = an_item(f"{OPERATORS}/1", title="Adapters of the lab", summary="A note on adapters.")
QUESTION = "Do adapters reach the accuracy of full tuning?"

EVERYBODY_ELSE = [ANYBODY, Viewer(person=BOB), Viewer(person=BOB, guild=ELSEWHERE)]
THOSE_WHO_HAVE_IT = [Viewer(person=ANN), Viewer(person=BOB, guild=GUILD), Viewer(guild=GUILD)]


@pytest.fixture
def visibility(storage: Storage) -> Visibility:
    """Ann has added a feed for a community; the settings have another one."""
    feed = Feed(name="blog-1", url="https://blog.example/feed", title="A blog")
    storage.feeds.add(AddedFeed(feed=feed, owner=ANN, guild=GUILD, added_at=NOON))
    storage.store.upsert([HIDDEN, SHOWN], now=NOON)
    return Visibility(store=storage.feeds, sources=lambda: ("arxiv", OPERATORS))


def both(viewer: Viewer) -> bool:
    return viewer in THOSE_WHO_HAVE_IT


@pytest.mark.parametrize("viewer", EVERYBODY_ELSE + THOSE_WHO_HAVE_IT)
def test_feeds_of_the_settings_are_everybodys_those_of_members_are_not(
    visibility: Visibility, viewer: Viewer
) -> None:
    expected = {OPERATORS, MEMBERS} if both(viewer) else {OPERATORS}
    assert visibility.feeds(viewer) == expected


@pytest.mark.parametrize("viewer", EVERYBODY_ELSE + THOSE_WHO_HAVE_IT)
def test_the_archive_keeps_to_it(storage: Storage, visibility: Visibility, viewer: Viewer) -> None:
    feeds = visibility.feeds(viewer)
    expected = {HIDDEN.key, SHOWN.key} if both(viewer) else {SHOWN.key}
    where = Filter(feeds=feeds)

    assert {item.key for item in storage.store.items(where)} == expected
    assert storage.store.count(where) == len(expected)
    index = VisibleIndex(storage.index, feeds)
    assert {hit.item.key for hit in index.search("adapters")} == expected
    only = Filter(sources=(MEMBERS,), since=NOON - timedelta(days=9))
    assert {hit.item.key for hit in index.search("adapters", where=only)} == expected - {SHOWN.key}
    assert {item.key for item in index.find("adapters")} == expected
    assert {item.key for item in index.find("adapters", where=only)} == expected - {SHOWN.key}
    lookup = Lookup(store=storage.store, feeds=feeds)
    for name in (str(HIDDEN.key), HIDDEN.url):
        if both(viewer):
            assert lookup.item(name) == HIDDEN
        else:
            with pytest.raises(UsageError, match="no item"):
                lookup.item(name)


@pytest.mark.parametrize("viewer", EVERYBODY_ELSE + THOSE_WHO_HAVE_IT)
def test_digests_and_answers_keep_to_it(
    storage: Storage, visibility: Visibility, clock: FakeClock, viewer: Viewer
) -> None:
    digests = Digests(
        store=storage.store,
        index=storage.index,
        ranker=ContentRanker(),
        clock=clock,
        visible=visibility.feeds,
    )
    questions = Questions(
        store=storage.store,
        index=storage.index,
        questions=storage.questions,
        clock=clock,
        visible=visibility.feeds,
    )
    made = digests.make(
        DigestRequest(
            profile=Profile(name=viewer.person, interests=(Interest(text="adapters"),)),
            subscription="",
            since=NOON - timedelta(days=7),
            budget=Budget(items=5),
            guild=viewer.guild,
        )
    )

    assert (HIDDEN.key in {pick.item.key for pick in made.picks}) is both(viewer)
    assert made.considered == (2 if both(viewer) else 1)
    assert questions.ask(QUESTION, by=viewer).answered is both(viewer)


def test_a_work_shows_no_member_that_its_reader_may_not_see(
    storage: Storage, visibility: Visibility, clock: FakeClock
) -> None:
    paper = an_item("arxiv/2401.00001", title="Adapters", url="https://arxiv.org/abs/2401.00001")
    post = an_item(
        f"{MEMBERS}/2",
        kind=ItemKind.ARTICLE,
        title="Adapters, explained",
        related=(paper.url,),
        url="https://b.example/2",
    )
    storage.store.upsert([paper, post], now=NOON)
    assert storage.store.works([paper.key])
    digests = Digests(
        store=storage.store,
        index=storage.index,
        ranker=ContentRanker(),
        clock=clock,
        visible=visibility.feeds,
    )

    def links(guild: str) -> set[str]:
        request = DigestRequest(
            profile=Profile(name=BOB, interests=(Interest(text="adapters"),)),
            subscription="",
            since=NOON - timedelta(days=7),
            budget=Budget(items=5),
            guild=guild,
        )
        return {
            str(key)
            for pick in digests.make(request).picks
            for key in (pick.item.key, *(link.key for link in pick.links))
        }

    assert str(post.key) in links(GUILD)
    assert str(post.key) not in links(ELSEWHERE)


def test_what_a_feed_gave_is_nobodys_once_the_feed_is_removed(
    storage: Storage, visibility: Visibility
) -> None:
    storage.feeds.remove("blog-1", owner="", guild=GUILD)

    for viewer in EVERYBODY_ELSE + THOSE_WHO_HAVE_IT:
        assert visibility.feeds(viewer) == {OPERATORS}
    assert storage.store.item(HIDDEN.key) == HIDDEN


def test_a_watched_question_is_answered_from_what_its_owner_sees(
    storage: Storage, visibility: Visibility, clock: FakeClock
) -> None:
    questions = Questions(
        store=storage.store,
        index=storage.index,
        questions=storage.questions,
        clock=clock,
        visible=visibility.feeds,
    )
    feeds = [Feed(name=f"f{n}", url=f"https://b.example/{n}", title="") for n in (1, 2)]
    for owner in (ANN, BOB):
        questions.watch(owner, QUESTION)
    for owner, feed in zip((ANN, BOB), feeds, strict=True):
        storage.feeds.add(AddedFeed(feed=feed, owner=owner, guild="", added_at=NOON))
        text = "Here too adapters reach the accuracy of full tuning."
        storage.store.upsert([an_item(f"{feed.source}/1", summary=text)], now=NOON)

    told = {
        match.question.owner: {quote.item.key.source for quote in match.quotes} - {OPERATORS}
        for match in questions.matches(NOON)
    }

    assert told == {ANN: {"feed:f1"}, BOB: {"feed:f2"}}


class TestSubscriptions:
    @pytest.fixture
    def service(self, storage: Storage, clock: FakeClock, visibility: Visibility) -> Subscriptions:
        return Subscriptions(
            store=storage.subscriptions,
            clock=clock,
            sources=("arxiv", OPERATORS),
            visible=visibility.feeds,
        )

    def subscribes(
        self, service: Subscriptions, person: str, target: str, guild: str = ""
    ) -> Subscription:
        actor = Actor(person=person, targets=frozenset({target}))
        profile = person if ":dm:" in target else target
        draft = service.draft(
            actor,
            profile=profile,
            target=target,
            schedule=DAILY,
            sources=[MEMBERS],
            guild=guild,
        )
        return service.create(draft)

    def test_ones_own_feed_is_a_source_for_oneself(self, service: Subscriptions) -> None:
        assert self.subscribes(service, ANN, "discord:dm:1").sources == (MEMBERS,)
        with pytest.raises(UsageError, match="there is no source"):
            self.subscribes(service, BOB, "discord:dm:2")

    def test_a_communitys_feed_is_a_source_for_its_channels(self, service: Subscriptions) -> None:
        order = self.subscribes(service, BOB, "discord:channel:7", guild=GUILD)
        assert (order.sources, order.guild) == ((MEMBERS,), GUILD)
        # Ann may not carry the feed of one community into another's channel.
        with pytest.raises(UsageError, match="there is no source") as refused:
            self.subscribes(service, ANN, "discord:channel:5", guild=ELSEWHERE)
        assert OPERATORS in str(refused.value)
