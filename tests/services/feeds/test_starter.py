from __future__ import annotations

import pytest

from core.errors import UsageError
from services.feeds.members import MAX_FEEDS_PER_PERSON, feed_address
from services.feeds.starter import EVERYTHING, STARTER_FEEDS, TOPICS, chosen, of_topic


def test_every_feed_has_a_name_a_topic_and_an_address_of_its_own() -> None:
    assert 55 <= len(STARTER_FEEDS) <= 70
    assert len({feed.name for feed in STARTER_FEEDS}) == len(STARTER_FEEDS)
    assert len({feed_address(feed.url) for feed in STARTER_FEEDS}) == len(STARTER_FEEDS)
    assert {feed.topic for feed in STARTER_FEEDS} == set(TOPICS)
    assert all(feed.url.startswith("https://") for feed in STARTER_FEEDS)
    assert not {feed.name for feed in STARTER_FEEDS} & {*TOPICS, EVERYTHING}


def test_each_topic_fits_into_the_room_of_one_person() -> None:
    assert all(0 < len(of_topic(topic)) <= MAX_FEEDS_PER_PERSON for topic in TOPICS)


def test_topics_and_names_may_be_mixed_and_give_each_feed_once() -> None:
    names = [feed.name for feed in chosen(["law", "edpb", "openai"])]
    assert names == [*(feed.name for feed in of_topic("law")), "openai"]


def test_reddit_comes_by_its_own_name_only() -> None:
    assert not [feed for feed in chosen([EVERYTHING]) if "reddit.com" in feed.url]
    [reddit] = chosen(["reddit-ml"])
    assert "refused" in reddit.caution


def test_a_name_that_is_none_is_refused_with_a_guess() -> None:
    with pytest.raises(UsageError, match=r"no 'lab'; did you mean labs\?"):
        chosen(["lab"])
