from __future__ import annotations

import pytest

from core.items import ItemKind
from core.withdrawal import is_withdrawn
from tests.fakes import an_item


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to an error in Theorem 2",
        "12 pages. This version has been withdrawn due to authorship changes",
        "Withdrawn: equation 3 is wrong",
        "Paper withdrawn",
        "[withdrawn]",
        "The authors have withdrawn this paper pending approval",
        "The data contains errors and needs to be withdrawn",
        "arXiv admin note: withdrawn by arXiv administrators due to dual submission",
        "This submission (arXiv:2401.1) has now been formally retracted",
    ],
)
def test_a_comment_says_that_a_paper_is_withdrawn(comment: str) -> None:
    assert is_withdrawn(an_item("arxiv/2401.00001", facts={"comment": comment}))


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author.",
        " The article is withdrawn because of a mistake in Lemma 1.",
        "Withdrawn.",
        "The author has withdrawn this paper due to a crucial sign error.",
    ],
)
def test_so_does_what_stands_in_place_of_its_abstract(text: str) -> None:
    assert is_withdrawn(an_item("arxiv/2401.00001", summary=text))


def test_so_does_a_title() -> None:
    assert is_withdrawn(an_item("arxiv/2401.00001", title="[WITHDRAWN] A proof of everything"))
    assert is_withdrawn(an_item("arxiv/2401.00001", title="Retracted article: A proof"))


@pytest.mark.parametrize(
    ("title", "comment", "summary"),
    [
        ("Retracted papers in the training data of models", "", ""),
        ("Withdrawn, avoidant, secure: attachment in dialogue", "", ""),
        ("A", "", "This paper studies why drugs have been withdrawn from the market."),
        ("A", "", "We detect posts that were withdrawn by the author."),
        ("A", "", "This paper has been accepted. Two claims are explicitly retracted."),
        ("A", "The previous version has been withdrawn; this is a corrected one", ""),
        ("A", "Replaces the withdrawn paper arXiv:2301.00001", ""),
        ("A", "We thank the reviewers of an earlier, withdrawn submission", ""),
    ],
)
def test_papers_about_withdrawal_are_not_withdrawn(title: str, comment: str, summary: str) -> None:
    paper = an_item("arxiv/2401.00001", title=title, facts={"comment": comment}, summary=summary)
    assert not is_withdrawn(paper)


def test_other_kinds_are_never_withdrawn() -> None:
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, summary="This paper has been withdrawn.")
    assert not is_withdrawn(post)
