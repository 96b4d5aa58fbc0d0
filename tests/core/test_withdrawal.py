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
        "This article has been removed by arXiv administrators due to a claim of copyright",
        "arXiv admin note: This version withdrawn by arXiv administrators",
        "I am withdrawing this paper",
        "We withdraw this paper due to an error in the proof",
        "The author withdraws this paper",
        "To be withdrawn",
        "12 pages, withdrawn",
        "5 figures; withdrawn due to a bug in the code",
        "This e-print has been withdrawn",
        "This paper has been superseded and withdrawn",
        "This paper has been  withdrawn\nby Ann Author",
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
        "We withdraw this paper since Theorem 1 is wrong.",
        "arXiv admin note: This paper has been withdrawn by arXiv administrators",
        "This submission has been removed by arXiv administrators because of its license.",
        "This paper, entitled A Proof, has been withdrawn.",
        "Abstract withdrawn.",
    ],
)
def test_so_does_what_stands_in_place_of_its_abstract(text: str) -> None:
    assert is_withdrawn(an_item("arxiv/2401.00001", summary=text))


@pytest.mark.parametrize(
    "title",
    [
        "[WITHDRAWN] A proof of everything",
        "Retracted article: A proof",
        "(Withdrawn) A proof",
        "A proof of all that there is to be known, and more (withdrawn)",
        "This paper has been withdrawn",
        "Withdrawn",
    ],
)
def test_so_does_a_title(title: str) -> None:
    assert is_withdrawn(an_item("arxiv/2401.00001", title=title))


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
        ("A", "Withdrawn from a conference; now in a journal", ""),
        ("A", "Replaces arXiv:2301.00001, which has been withdrawn by the authors", ""),
        ("A", "We withdraw the claim of Section 4", ""),
        ("Withdrawn drugs: a dataset", "", ""),
        ("Retracted articles: a survey", "", ""),
        ("Withdrawn consent: unlearning in practice", "", ""),
        ("A", "", "Withdrawn papers are still cited. We measure how often."),
        ("A", "", "Retracted science remains visible."),
        ("A", "", "The report was withdrawn by the government. We study what followed."),
    ],
)
def test_papers_about_withdrawal_are_not_withdrawn(title: str, comment: str, summary: str) -> None:
    paper = an_item("arxiv/2401.00001", title=title, facts={"comment": comment}, summary=summary)
    assert not is_withdrawn(paper)


def test_other_kinds_are_never_withdrawn() -> None:
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, summary="This paper has been withdrawn.")
    assert not is_withdrawn(post)
