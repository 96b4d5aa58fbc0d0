from __future__ import annotations

from dataclasses import replace

import pytest

from core.digests import Budget, OutcomeKind, RankedItem, Reason
from core.items import ItemKey, ItemKind
from core.works import Work
from digests.threshold import BAR
from tests.digests.composing import LONG_AGO, compose, keys, one_work, outcome, paper
from tests.digests.examples import draft, item, matches, ranked


def test_picks_are_grouped_by_kind_and_keep_their_order_within_a_group() -> None:
    made = compose(
        [
            ranked(item("github/a/a", ItemKind.REPOSITORY)),
            paper("arxiv/1"),
            ranked(item("github/b/b", ItemKind.RELEASE)),
            paper("arxiv/2"),
            ranked(item("feed:x/1", ItemKind.ARTICLE)),
        ]
    )
    assert [section.kind for section in made.digest.sections] == ["papers", "code", "reading"]
    assert keys(made) == ["arxiv/1", "arxiv/2", "github/a/a", "github/b/b", "feed:x/1"]


def test_picks_are_read_and_numbered_best_first_whatever_their_kind() -> None:
    made = compose(
        [
            ranked(item("github/a/a", ItemKind.REPOSITORY)),
            paper("arxiv/1", 0.9),
            ranked(item("feed:x/1", ItemKind.ARTICLE)),
            paper("arxiv/2", 2.0),
        ]
    )
    read = [str(entry.item.key) for entry in made.digest.in_order]
    assert read == ["github/a/a", "arxiv/1", "feed:x/1", "arxiv/2"]
    assert [entry.place for entry in made.digest.in_order] == [1, 2, 3, 4]
    assert outcome(made, "feed:x/1") == "shown as number 3"


def test_picks_of_a_digest_kept_by_an_earlier_version_are_read_by_score() -> None:
    made = compose([paper("arxiv/1", 0.9), ranked(item("github/a/a", ItemKind.REPOSITORY))]).digest
    kept = replace(
        made,
        sections=tuple(
            replace(one, items=tuple(replace(entry, place=0) for entry in one.items))
            for one in made.sections
        ),
    )
    assert [str(entry.item.key) for entry in kept.in_order] == ["github/a/a", "arxiv/1"]


def test_every_kind_of_item_has_a_section() -> None:
    made = compose([ranked(item(f"x/{kind}", kind)) for kind in ItemKind], budget=Budget(items=99))
    assert sorted(keys(made)) == sorted(f"x/{kind}" for kind in ItemKind)


def test_questions_that_wait_stand_apart_from_those_that_were_answered() -> None:
    waits, answered = (
        replace(item(f"x/{accepted}", ItemKind.QUESTION), facets={"accepted": accepted})
        for accepted in ("no", "yes")
    )
    made = compose([ranked(answered), ranked(waits)])
    assert [
        (section.title, str(section.items[0].item.key)) for section in made.digest.sections
    ] == [
        ("Questions you could answer", "x/no"),
        ("Answered this week", "x/yes"),
    ]


def test_an_item_that_is_only_fresh_and_popular_stays_below_the_bar() -> None:
    fresh = (Reason(text="new today", weight=0.2), Reason(text="900 stars today", weight=0.3))
    made = compose([ranked(item("arxiv/1"), *fresh), paper("arxiv/2")])
    assert keys(made) == ["arxiv/2"]
    told = made.outcomes[ItemKey.parse("arxiv/1")]
    assert told.kind is OutcomeKind.BELOW_BAR
    assert told.match == "your interests and feedback add 0.00, not above the bar of 0.4"


@pytest.mark.parametrize(("weight", "shown"), [(BAR, []), (BAR + 0.01, ["arxiv/1"])])
def test_a_word_in_common_is_no_match(weight: float, shown: list[str]) -> None:
    assert keys(compose([paper("arxiv/1", weight)])) == shown


def test_what_the_person_wanted_less_of_outweighs_a_match() -> None:
    less = Reason(text="you wanted less of this", weight=-2.0, control="arxiv/1")
    made = compose([ranked(item("arxiv/1"), matches("drug discovery", 1.5), less)])
    assert keys(made) == []


def test_without_interests_everything_qualifies() -> None:
    bare = RankedItem.of(item("arxiv/1"), (Reason(text="10 days old", weight=-0.1),))
    assert keys(compose([bare], into=draft(interests=()))) == ["arxiv/1"]


def test_a_number_of_items_is_kept_to() -> None:
    made = compose([paper(f"arxiv/{n}") for n in range(5)], budget=Budget(items=2))
    assert keys(made) == ["arxiv/0", "arxiv/1"]
    assert outcome(made, "arxiv/2") == "number 3 of those that pass; the digest holds 2 items"


def test_minutes_are_kept_to_and_a_short_item_fills_what_a_long_one_leaves() -> None:
    long = paper("arxiv/1", summary="word " * 1000)
    short = paper("arxiv/2")
    made = compose([long, short], budget=Budget(items=None, minutes=2.0))
    assert keys(made) == ["arxiv/2"]
    assert outcome(made, "arxiv/1").startswith("the digest holds 2 minutes of reading")


def test_a_work_is_one_card_by_its_best_scored_member_with_the_others_as_links() -> None:
    code = ranked(item("github/a/a", ItemKind.REPOSITORY), matches("drug discovery", 3.0))
    data = item("kaggle/dataset/a/b", ItemKind.DATASET)
    works = one_work("arxiv/1", "github/a/a", "kaggle/dataset/a/b")
    made = compose([paper("arxiv/1", 1.0), code], works=works, related=[data])
    assert keys(made) == ["github/a/a"]
    links = made.digest.picks[0].links
    assert [(link.kind, str(link.key)) for link in links] == [
        (ItemKind.PAPER, "arxiv/1"),
        (ItemKind.DATASET, "kaggle/dataset/a/b"),
    ]
    assert outcome(made, "arxiv/1") == "same work as github/a/a, shown there"


def test_the_other_members_of_a_work_that_does_not_fit_say_so() -> None:
    works = one_work("arxiv/2", "github/a/a")
    code = ranked(item("github/a/a", ItemKind.REPOSITORY), matches("drug discovery", 0.5))
    entries = [paper("arxiv/1", 9.0), paper("arxiv/2", 1.0), code]
    made = compose(entries, works=works, budget=Budget(items=1))
    assert outcome(made, "github/a/a") == "same work as arxiv/2, which is left out"


def test_what_was_delivered_does_not_come_again() -> None:
    before = {ItemKey.parse("arxiv/1"): LONG_AGO}
    made = compose([paper("arxiv/1", version="1"), paper("arxiv/2")], delivered=before)
    assert keys(made) == ["arxiv/2"]
    assert outcome(made, "arxiv/1") == "delivered in profile:ann@2026-11-01"


def test_a_delivered_paper_does_not_come_again_as_its_code() -> None:
    works = one_work("arxiv/1", "github/a/a")
    before = {ItemKey.parse("arxiv/1"): LONG_AGO}
    code = ranked(item("github/a/a", ItemKind.REPOSITORY))
    made = compose([code], works=works, delivered=before)
    assert keys(made) == []
    told = "same work as arxiv/1, delivered in profile:ann@2026-11-01"
    assert outcome(made, "github/a/a") == told


def test_a_new_member_of_a_delivered_work_comes_as_a_labelled_update() -> None:
    works = one_work("arxiv/1", "github/a/a")
    before = {ItemKey.parse("arxiv/1"): LONG_AGO}
    code = ranked(item("github/a/a", ItemKind.REPOSITORY))
    known = paper("arxiv/1").item
    made = compose([code], works=works, delivered=before, joined={code.item.key}, related=[known])
    assert keys(made, "updates") == ["github/a/a"]
    [card] = made.digest.picks
    assert card.update == "new, for an item you received"
    assert [str(link.key) for link in card.links] == ["arxiv/1"]


@pytest.mark.parametrize(
    ("key", "kind", "again"),
    [
        ("huggingface/paper/1", ItemKind.PAPER, False),
        ("lobsters/2", ItemKind.DISCUSSION, False),
        ("github/a/a/releases/tag/v2", ItemKind.RELEASE, True),
    ],
)
def test_what_adds_nothing_of_its_kind_is_no_update(key: str, kind: ItemKind, again: bool) -> None:
    known = [
        paper("arxiv/1").item,
        item("hackernews/1", ItemKind.DISCUSSION),
        item("github/a/a/releases/tag/v1", ItemKind.RELEASE),
    ]
    works = one_work(*(str(one.key) for one in known), key)
    new = ranked(item(key, kind), matches("drug discovery", 9.0))
    made = compose(
        [new],
        works=works,
        delivered={known[0].key: LONG_AGO},
        joined={new.item.key},
        related=known,
    )
    assert keys(made, "updates") == ([key] if again else [])


def test_what_others_say_of_a_delivered_work_has_to_pass_the_bar() -> None:
    works = one_work("arxiv/1", "hackernews/1")
    story = ranked(item("hackernews/1", ItemKind.DISCUSSION), matches("drug discovery", BAR / 2))
    known = paper("arxiv/1").item
    made = compose(
        [story],
        into=draft(interests=("drug discovery",)),
        works=works,
        delivered={known.key: LONG_AGO},
        joined={story.item.key},
        related=[known],
    )
    assert keys(made) == []


def test_a_card_links_to_what_its_work_shares_with_another_one() -> None:
    shared = item("github/a/a", ItemKind.REPOSITORY)
    key = ItemKey.parse("arxiv/2")
    works = {key: Work(id=str(key), members=(key,), shared=(shared.key,))}
    made = compose([paper("arxiv/2")], works=works, related=[shared])
    assert [link.url for link in made.digest.picks[0].links] == [shared.url]


def test_a_new_version_comes_as_a_labelled_update() -> None:
    before = {ItemKey.parse("arxiv/1"): LONG_AGO}
    made = compose([paper("arxiv/1", version="2"), paper("arxiv/2")], delivered=before)
    assert keys(made, "updates") == ["arxiv/1"]
    assert made.digest.picks[0].update == "version 2"
    assert keys(made, "papers") == ["arxiv/2"]


def test_an_update_stands_for_its_work() -> None:
    works = one_work("arxiv/1", "github/a/a")
    before = {ItemKey.parse("arxiv/1"): LONG_AGO}
    code = ranked(item("github/a/a", ItemKind.REPOSITORY), matches("drug discovery", 9.0))
    made = compose([code, paper("arxiv/1", version="2")], works=works, delivered=before)
    assert keys(made) == ["arxiv/1"]
    assert outcome(made, "github/a/a") == "same work as arxiv/1, shown there"


def test_an_item_without_a_version_is_never_an_update() -> None:
    before = {ItemKey.parse("github/a/a"): LONG_AGO}
    made = compose([ranked(item("github/a/a", ItemKind.REPOSITORY))], delivered=before)
    assert keys(made) == []
