from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import Item, ItemKey, ItemKind
from core.work_claims import Node, Strength, node_of
from core.works import MAX_CLAIMANTS, Work, badge_order, group_into_works
from tests.core.archives import archives
from tests.fakes import NOON, an_item


def paper(number: int, *, day: int = 0, **changes: object) -> Item:
    when = NOON + timedelta(days=day)
    return an_item(f"arxiv/2401.{number:05}", appeared_at=when, **changes)


def repository(name: str, **changes: object) -> Item:
    url = f"https://github.com/{name}"
    return an_item(f"github/{name}", kind=ItemKind.REPOSITORY, url=url, **changes)


def joined(*items: Item) -> list[set[str]]:
    found = [{str(key) for key in work.members} for work in works(items)]
    return [members for members in found if len(members) > 1]


def shared(*items: Item) -> dict[str, set[str]]:
    return {work.id: {str(key) for key in work.shared} for work in works(items) if work.shared}


def claims(item: Item) -> dict[str, Strength]:
    return dict(node_of(item).claims)


def test_a_paper_and_the_repository_in_its_abstract_are_one_work() -> None:
    study = paper(1, summary="Code at https://github.com/Owner/Repo.")
    assert joined(study, repository("Owner/Repo")) == [{"arxiv/2401.00001", "github/Owner/Repo"}]


def test_a_repository_that_names_its_paper_is_one_work_with_it() -> None:
    code = repository("owner/repo", summary="Code of arXiv:2401.00001")
    assert joined(paper(1), code) == [{"arxiv/2401.00001", "github/owner/repo"}]


def test_members_stand_in_the_order_of_the_badges() -> None:
    study = paper(
        1,
        facts={"comment": "code: github.com/o/r, weights: hf.co/o/model"},
        related=("https://huggingface.co/datasets/o/data",),
    )
    others = [
        an_item("huggingface/dataset/o/data", kind=ItemKind.DATASET),
        an_item("huggingface/model/o/model", kind=ItemKind.MODEL),
        an_item(
            "hackernews/1", kind=ItemKind.DISCUSSION, related=("https://arxiv.org/abs/2401.00001",)
        ),
        repository("o/r"),
    ]
    [work] = group_into_works(map(node_of, [*others, study]))
    assert [str(key) for key in work.members] == [
        "arxiv/2401.00001",
        "github/o/r",
        "huggingface/model/o/model",
        "huggingface/dataset/o/data",
        "hackernews/1",
    ]
    assert work.id == "arxiv/2401.00001"
    assert badge_order(ItemKind.PAPER) < badge_order(ItemKind.COMPETITION)


def test_the_same_paper_of_two_sources_is_one_work() -> None:
    listed = an_item("huggingface/paper/2401.00001", related=("https://github.com/o/r",))
    assert joined(paper(1), listed, repository("o/r")) == [
        {"arxiv/2401.00001", "huggingface/paper/2401.00001", "github/o/r"}
    ]


def test_an_item_without_company_is_in_no_work() -> None:
    assert joined(paper(1, summary="Code: github.com/o/r"), repository("other/one")) == []


def test_whoever_names_several_of_a_kind_joins_none_of_it() -> None:
    survey = paper(1, summary="We compare github.com/a/a, github.com/b/b; data: hf.co/datasets/d/d")
    data = an_item("huggingface/dataset/d/d", kind=ItemKind.DATASET)
    assert joined(survey, repository("a/a"), repository("b/b"), data) == [
        {"arxiv/2401.00001", "huggingface/dataset/d/d"}
    ]


def test_what_the_source_names_goes_before_what_the_text_mentions() -> None:
    study = paper(1, summary="Built on github.com/big/lib.", related=("https://github.com/o/r",))
    assert claims(study) == {"repository:github/o/r": Strength.NAMED}


def test_a_link_goes_before_a_project_page() -> None:
    study = paper(1, summary="Code github.com/me/code, page https://lab.github.io/page")
    assert claims(study) == {"repository:github/me/code": Strength.TEXT}
    page = paper(2, related=("https://lab.github.io/page/",))
    assert claims(page) == {"repository:github/lab/page": Strength.PAGE}


def test_nothing_claims_its_own_kind() -> None:
    follow_up = paper(2, summary="We extend arXiv:2401.00001 and arXiv:2401.00003.")
    assert claims(follow_up) == {}
    assert joined(paper(1), follow_up, paper(3)) == []


def test_a_repository_goes_to_the_paper_that_it_links_back_to() -> None:
    first = paper(1, day=0, summary="github.com/o/r")
    second = paper(2, day=5, summary="github.com/o/r")
    code = repository("o/r", summary="Code of arXiv:2401.00002")
    assert joined(first, second, code) == [{"arxiv/2401.00002", "github/o/r"}]
    assert shared(first, second, code) == {"arxiv/2401.00001": {"github/o/r"}}


def test_else_it_goes_to_the_earliest() -> None:
    late = paper(1, day=5, summary="github.com/o/r")
    early = paper(2, day=0, summary="github.com/o/r")
    assert joined(late, early, repository("o/r")) == [{"arxiv/2401.00002", "github/o/r"}]


def test_several_papers_share_a_repository_and_stay_works_of_their_own() -> None:
    papers = [paper(n, day=n, summary="Code: github.com/o/r") for n in (1, 2, 3)]
    assert joined(*papers, repository("o/r")) == [{"arxiv/2401.00001", "github/o/r"}]
    assert shared(*papers, repository("o/r")) == {
        "arxiv/2401.00002": {"github/o/r"},
        "arxiv/2401.00003": {"github/o/r"},
    }


def test_a_paper_with_code_of_its_own_shares_no_other() -> None:
    first = paper(1, day=0, summary="github.com/o/r")
    second = paper(2, day=1, summary="github.com/o/r")
    listed = an_item("huggingface/paper/2401.00002", related=("https://github.com/o/own",))
    found = (first, second, listed, repository("o/r"), repository("o/own"))
    assert {"arxiv/2401.00002", "huggingface/paper/2401.00002", "github/o/own"} in joined(*found)
    assert shared(*found) == {}


def test_what_many_build_on_is_the_work_of_none_of_them() -> None:
    users = [paper(n, summary="uses github.com/big/lib") for n in range(1, MAX_CLAIMANTS + 1)]
    library = repository("big/lib")
    assert len(joined(*users, library)) == 1
    one_more = paper(99, summary="uses github.com/big/lib")
    assert joined(*users, one_more, library) == []


def test_unless_it_claims_one_of_them_back() -> None:
    users = [paper(n, summary="uses github.com/big/lib") for n in range(1, 20)]
    library = repository("big/lib", summary="The library of arXiv:2401.00007")
    assert joined(*users, library) == [{"arxiv/2401.00007", "github/big/lib"}]


def test_conferences_join_nothing() -> None:
    news = an_item(
        "any/1",
        kind=ItemKind.CONFERENCE,
        url="https://github.com/o/r",
        related=("https://hf.co/o/m",),
    )
    assert claims(news) == {}
    assert joined(news, repository("o/r")) == []


def release(name: str, tag: str) -> Item:
    url = f"https://github.com/{name}/releases/tag/{tag}"
    return an_item(f"github/{name}/releases/tag/{tag}", kind=ItemKind.RELEASE, url=url)


def test_all_releases_of_a_repository_are_of_its_work() -> None:
    found = [release("o/r", f"v{n}") for n in range(MAX_CLAIMANTS + 3)]
    study = paper(1, summary="Code: github.com/o/r")
    [work] = joined(study, repository("o/r"), *found, release("o/other", "v1"))
    assert work == {"arxiv/2401.00001", "github/o/r", *(str(one.key) for one in found)}


def test_a_question_joins_the_one_thing_that_it_links_to() -> None:
    url = "https://stackoverflow.com/questions/1/how"
    text = "How do I load https://huggingface.co/o/m ?"
    question = an_item("stackexchange/stackoverflow/1", kind=ItemKind.QUESTION, url=url)
    model = an_item("huggingface/model/o/m", kind=ItemKind.MODEL)
    other = an_item("huggingface/model/o/n", kind=ItemKind.MODEL)
    asked = replace(question, summary=text)
    assert joined(asked, model, other) == [{str(question.key), "huggingface/model/o/m"}]
    unsure = replace(question, summary=f"{text} or https://huggingface.co/o/n")
    assert joined(unsure, model, other) == []


def test_what_is_about_two_works_does_not_join_them() -> None:
    links = ("https://arxiv.org/abs/2401.00001", "https://github.com/o/r")
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, url="https://lab.org/1", related=links)
    found = joined(post, paper(1), repository("o/r"))
    assert found == [{"feed:lab/1", "arxiv/2401.00001"}]


def test_every_forum_that_discusses_a_repository_is_of_its_work() -> None:
    stories = [
        an_item(f"{site}/1", kind=ItemKind.DISCUSSION, url="https://github.com/o/r")
        for site in ("hackernews", "lobsters", "feed:reddit")
    ]
    [work] = joined(*stories, repository("o/r"))
    assert len(work) == 4


LISTS = [
    repository("someone/awesome-agents"),
    repository("someone/Awesome_Agents"),
    repository("someone/agents", summary="A curated list of papers: "),
    repository("someone/papers", summary="Must-read papers on agents. "),
    repository("someone/agents", tags=("agents", "awesome-list")),
]


@pytest.mark.parametrize("found", LISTS, ids=["kebab", "snake", "curated", "must-read", "tagged"])
def test_a_list_is_nobodys_member(found: Item) -> None:
    citing = replace(found, summary=f"{found.summary}arXiv:2401.00001")
    named = paper(2, related=(found.url,))
    assert joined(paper(1), named, citing) == []
    assert shared(paper(1), named, citing) == {}


def test_a_name_that_only_begins_like_a_list_is_none() -> None:
    study = paper(1, summary="Code: github.com/o/awesomeness")
    assert len(joined(study, repository("o/awesomeness"))) == 1


class TestByTitle:
    TITLE = "Tool-Augmented Agents for Closed-Loop Optimization of Designs"
    AUTHORS = ("Ana Lima", "Bo Chen", "Çelik, Deniz")

    def paper(self, key: str, **changes: object) -> Item:
        given: dict[str, object] = {"title": self.TITLE, "authors": self.AUTHORS}
        return an_item(key, **(given | changes))

    @pytest.mark.parametrize(
        "changes",
        [
            {"title": "TOOL AUGMENTED AGENTS FOR CLOSED LOOP OPTIMIZATION OF DESIGNS"},
            {"title": f"The {TITLE}."},
            {"title": f"{{{TITLE}}}"},
            {"authors": ("Lima, Ana", "Chen, Bo", "Deniz Celik")},
            {"authors": ("A. Lima",)},
            {"title": f"DesignBot: {TITLE}"},
        ],
        ids=str,
    )
    def test_a_paper_posted_twice_is_one_work(self, changes: dict[str, object]) -> None:
        again = self.paper("arxiv/2405.00009", **changes)
        assert joined(self.paper("arxiv/2401.00001"), again) == [
            {"arxiv/2401.00001", "arxiv/2405.00009"}
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"authors": ("Eva Novak", "Bo Chen")},
            {"authors": ()},
            {"title": f"{TITLE}: A Second Look"},
            {"title": "Tool-Augmented Agents for Open-Loop Optimization of Designs"},
        ],
        ids=str,
    )
    def test_a_near_title_or_other_authors_are_another_paper(
        self, changes: dict[str, object]
    ) -> None:
        assert joined(self.paper("arxiv/1.1"), self.paper("arxiv/2.2", **changes)) == []

    def test_code_of_either_is_code_of_both(self) -> None:
        again = self.paper("openreview/1", summary="Code: github.com/o/r")
        [work] = joined(self.paper("arxiv/2401.00001"), again, repository("o/r"))
        assert work == {"arxiv/2401.00001", "openreview/1", "github/o/r"}


class TestStories:
    TITLE = "Example Corp releases a faster language model"

    def post(self, feed: str, number: int = 1, *, hours: int = 0, title: str = TITLE) -> Item:
        return an_item(
            f"feed:{feed}/{number}",
            kind=ItemKind.ARTICLE,
            title=title,
            url=f"https://{feed}.example/{number}",
            appeared_at=NOON + timedelta(hours=hours),
        )

    def test_the_same_news_of_several_feeds_is_one_story(self) -> None:
        feeds = [f"paper{n}" for n in range(MAX_CLAIMANTS + 3)]
        stories = [self.post(feed, hours=n) for n, feed in enumerate(feeds)]
        titled = self.post("daily", title=f"{self.TITLE} | The Daily Example")
        [work] = joined(*stories, titled)
        assert len(work) == len(feeds) + 1

    def test_a_title_that_comes_back_later_is_another_story(self) -> None:
        assert joined(self.post("a"), self.post("b", hours=80)) == []
        assert len(joined(self.post("a"), self.post("b", hours=70), self.post("c", hours=140))) == 1

    def test_a_title_that_one_feed_repeats_is_a_heading(self) -> None:
        assert joined(self.post("a", 1), self.post("a", 2, hours=5), self.post("b")) == []

    def test_a_short_title_tells_no_story(self) -> None:
        assert joined(*(self.post(feed, title="Weekly links no 12") for feed in "ab")) == []


def test_a_discussion_joins_what_it_links_to_but_not_what_it_mentions() -> None:
    story = an_item(
        "hackernews/1",
        kind=ItemKind.DISCUSSION,
        url="https://github.com/o/r",
        summary="reminds me of github.com/x/y",
    )
    assert joined(story, repository("o/r"), repository("x/y")) == [{"hackernews/1", "github/o/r"}]


@pytest.mark.parametrize(
    "url", ["https://doi.org/10.48550/arXiv.2401.00001", "https://ar5iv.org/abs/2401.00001v2"]
)
def test_a_post_joins_the_paper_that_it_links_to_by_doi_or_on_a_mirror(url: str) -> None:
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, url=url)
    assert joined(post, paper(1)) == [{"feed:lab/1", "arxiv/2401.00001"}]


class TestJoiningByDoi:
    DOI = "10.18653/v1/2024.acl-long.1"

    @pytest.mark.parametrize(
        "url",
        [
            "https://doi.org/10.18653/v1/2024.ACL-long.1",
            "http://dx.doi.org/10.18653%2Fv1%2F2024.acl-long.1?x=y",
            "https://aclanthology.org/2024.acl-long.1/",
            "https://www.aclanthology.org/2024.acl-long.1v2.pdf",
        ],
    )
    @pytest.mark.parametrize("kind", [ItemKind.ARTICLE, ItemKind.REPOSITORY, ItemKind.DISCUSSION])
    def test_whoever_links_to_a_publisher_joins_the_paper(self, url: str, kind: ItemKind) -> None:
        study = paper(1, facts={"doi": self.DOI})
        by_page = an_item("feed:lab/1", kind=kind, url=url)
        by_relation = an_item("feed:lab/1", kind=kind, url="https://lab.org/1", related=(url,))
        for post in (by_page, by_relation):
            for order in ([post, study], [study, post]):
                assert joined(*order) == [{"feed:lab/1", "arxiv/2401.00001"}]

    def test_two_names_of_one_paper_are_one(self) -> None:
        links = (f"https://doi.org/{self.DOI}", "https://arxiv.org/abs/2401.00001")
        post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, related=links)
        assert len(joined(post, paper(1, facts={"doi": self.DOI}))) == 1

    def test_names_of_two_papers_join_neither(self) -> None:
        links = (f"https://doi.org/{self.DOI}", "https://arxiv.org/abs/2401.00002")
        post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, related=links)
        assert joined(post, paper(1, facts={"doi": self.DOI}), paper(2)) == []
        assert len(joined(post, paper(2))) == 1  # what the DOI names is not known

    def test_papers_do_not_join_each_other_by_it(self) -> None:
        assert joined(*(paper(n, facts={"doi": self.DOI}) for n in (1, 2))) == []

    def test_what_many_link_to_is_the_work_of_none_of_them(self) -> None:
        link = f"https://doi.org/{self.DOI}"
        posts = [
            an_item(
                f"feed:lab{n}/1", kind=ItemKind.ARTICLE, url=f"https://l.org/{n}", related=(link,)
            )
            for n in range(MAX_CLAIMANTS + 1)
        ]
        study = paper(1, facts={"doi": self.DOI})
        assert joined(study, *posts) == []
        assert len(joined(study, *posts[1:])) == 1


def test_a_discussion_joins_the_article_that_it_is_about() -> None:
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, url="https://lab.org/post/")
    story = an_item(
        "hackernews/1",
        kind=ItemKind.DISCUSSION,
        url="https://news.example.org/item?id=1",
        related=("http://www.lab.org/post?utm_source=hn",),
    )
    assert joined(post, story) == [{"feed:lab/1", "hackernews/1"}]


def test_a_competition_joins_its_data_set_only_if_its_source_says_so() -> None:
    named = an_item(
        "kaggle/competition/c",
        kind=ItemKind.COMPETITION,
        related=("https://www.kaggle.com/datasets/a/b",),
    )
    data = an_item("kaggle/dataset/a/b", kind=ItemKind.DATASET)
    assert joined(named, data) == [{"kaggle/competition/c", "kaggle/dataset/a/b"}]
    mentioned = replace(named, related=(), summary="like kaggle.com/datasets/a/b")
    assert joined(mentioned, data) == []


SEVERAL = {
    ItemKind.RELEASE,
    ItemKind.NOTEBOOK,
    ItemKind.ARTICLE,
    ItemKind.DISCUSSION,
    ItemKind.QUESTION,
}


def works(items: Sequence[Item]) -> tuple[Work, ...]:
    return group_into_works(map(node_of, items))


@given(archives(), st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(items: list[Item], random: Random) -> None:
    shuffled = random.sample(items, len(items))
    assert works(shuffled) == works(items)


@given(archives())
def test_joining_twice_changes_nothing(items: list[Item]) -> None:
    assert works([*items, *items]) == works(items)


@given(archives())
def test_a_work_holds_at_most_one_paper_or_code(items: list[Item]) -> None:
    nodes = {node.key: node for node in map(node_of, items)}
    for work in works(items):
        single = [nodes[key] for key in work.members if nodes[key].kind not in SEVERAL]
        for kind in {node.kind for node in single}:
            of_kind = [node for node in single if node.kind is kind]
            assert (
                all(
                    any(same(node, other) for other in of_kind if other is not node)
                    for node in of_kind
                )
                or len(of_kind) == 1
            )
            if kind is not ItemKind.PAPER:
                assert len({node.thing for node in of_kind}) == 1


@given(archives())
def test_only_papers_share_and_what_they_share_is_of_another_work(items: list[Item]) -> None:
    kinds = {item.key: item.kind for item in items}
    home = {key: work.id for work in works(items) for key in work.members}
    for work in works(items):
        of_kinds = {kinds[key] for key in work.members}
        for key in work.shared:
            assert ItemKind.PAPER in of_kinds
            assert kinds[key] not in of_kinds
            assert home[key] != work.id


@given(archives())
def test_an_item_is_in_one_work_at_most(items: list[Item]) -> None:
    members: list[ItemKey] = [key for work in works(items) for key in work.members]
    assert len(set(members)) == len(members)


@given(archives())
def test_members_are_connected_by_claims_or_by_what_they_are(items: list[Item]) -> None:
    nodes = {node.key: node for node in map(node_of, items)}
    for work in works(items):
        reached, rest = {work.members[0]}, set(work.members[1:])
        while near := {key for key in rest if any(linked(nodes[key], nodes[r]) for r in reached)}:
            reached |= near
            rest -= near
        assert not rest


@given(archives(), archives())
def test_what_has_nothing_to_do_with_items_leaves_their_works_alone(
    items: list[Item], others: list[Item]
) -> None:
    apart = [
        replace(
            other,
            key=ItemKey(other.key.source, f"apart-{other.key.external_id}"),
            kind=ItemKind.NOTEBOOK,
            url="https://elsewhere.org/",
            summary="",
            related=(),
        )
        for other in others
    ]
    assert works([*items, *apart]) == works(items)


def same(one: Node, other: Node) -> bool:
    titles = {target for target in one.claims if target.startswith("title:")}
    return one.thing == other.thing or not titles.isdisjoint(other.claims)


def linked(one: Node, other: Node) -> bool:
    return (
        same(one, other)
        or other.identifier in one.claims
        or one.identifier in other.claims
        or not one.claims.keys().isdisjoint(other.claims)  # by DOI
    )
