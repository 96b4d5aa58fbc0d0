from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import ItemKey, ItemKind
from core.links import (
    article_identifier,
    doi_identifier,
    key_identifier,
    kind_of,
    link_identifier,
    mentions,
    own_identifier,
    typed_doi,
    typed_identifiers,
)
from tests.fakes import an_item

PAPER = "paper:arxiv/2401.00001"
REPO = "repository:github/owner/repo"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "arxiv.jsonl.gz"


def named(text: str) -> list[str]:
    return [identifier for identifier, _ in mentions(text)]


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://arxiv.org/abs/2401.00001", PAPER),
        ("http://arxiv.org/abs/2401.00001v3", PAPER),
        ("https://arxiv.org/pdf/2401.00001v2.pdf", PAPER),
        ("https://www.arxiv.org/html/2401.00001v1", PAPER),
        ("https://export.arxiv.org/abs/2401.00001", PAPER),
        ("https://ar5iv.labs.arxiv.org/html/2401.00001", PAPER),
        ("https://www.alphaxiv.org/abs/2401.00001", PAPER),
        ("https://huggingface.co/papers/2401.00001", PAPER),
        ("https://hf.co/papers/2401.00001?from=mail", PAPER),
        ("https://arxiv.org/abs/arXiv:2401.00001", PAPER),
        ("https://doi.org/10.48550/arXiv.2401.00001", PAPER),
        ("http://dx.doi.org/10.48550/ARXIV.2401.00001v2", PAPER),
        ("https://www.doi.org/10.48550%2FarXiv.2401.00001", PAPER),
        ("https://doi.org/10.48550/arXiv.hep-th/9711200", "paper:arxiv/hep-th/9711200"),
        ("https://ar5iv.org/abs/2401.00001", PAPER),
        ("http://xxx.lanl.gov/abs/hep-th/9711200", "paper:arxiv/hep-th/9711200"),
        ("https://lanl.arxiv.org/format/2401.00001", PAPER),
        ("https://scirate.com/arxiv/2401.00001", PAPER),
        ("https://papers.cool/arxiv/2401.00001", PAPER),
        ("https://www.emergentmind.com/papers/2401.00001", PAPER),
        ("https://www.arxiv-vanity.com/papers/2401.00001/", PAPER),
        ("https://api.semanticscholar.org/arXiv:2401.00001", PAPER),
        ("https://inspirehep.net/arxiv/2401.00001", PAPER),
        ("https://ui.adsabs.harvard.edu/abs/arXiv:2401.00001/abstract", PAPER),
        ("https://doi-org.proxy.example.edu/10.48550/arXiv.2401.00001", PAPER),
        ("https://arxiv-org.eu1.proxy.example.edu/abs/2401.00001v2", PAPER),
        ("https://doi.org/abs/10.48550/arXiv.2401.00001", PAPER),
        ("https://dblp.org/rec/journals/corr/abs-2401-00001.html", PAPER),
        ("https://ui.adsabs.harvard.edu/abs/2024arXiv240100001X/abstract", PAPER),
        ("https://ui.adsabs.harvard.edu/abs/2007arXiv0704.0001B", "paper:arxiv/0704.0001"),
        ("https://arxiv.org/ftp/arxiv/papers/2401/2401.00001.pdf", PAPER),
        ("https://arxiv.org/bibtex/2401.00001", PAPER),
        ("http://arxiv.org/2401.00001", PAPER),
        ("https://web.archive.org/web/20240102030405/https://arxiv.org/abs/2401.00001", PAPER),
        ("https://mirror.example/arxiv/2401.00001", PAPER),
        ("https://reader.example/docs/arxiv/math.GT/0309136/notes", "paper:arxiv/math/0309136"),
        ("https://www.reader.example/paper/arxiv:2401.00001v3", PAPER),
        ("https://arxiv.org/abs/0704.0001", "paper:arxiv/0704.0001"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "paper:arxiv/math/0309136"),
        ("https://arxiv.org/abs/astro-ph/0601001", "paper:arxiv/astro-ph/0601001"),
        ("https://github.com/Owner/Repo", REPO),
        ("http://www.github.com/owner/repo/", REPO),
        ("https://github.com/owner/repo.git", REPO),
        ("https://github.com/owner/repo/tree/main/src", REPO),
        ("https://github.com/owner/repo#readme", REPO),
        ("HTTPS://GitHub.com/owner/repo?tab=readme", REPO),
        ("https://www.kaggle.com/c/titanic", "competition:kaggle/titanic"),
        ("https://kaggle.com/competitions/titanic/overview", "competition:kaggle/titanic"),
        ("https://www.kaggle.com/datasets/ann/cats", "dataset:kaggle/ann/cats"),
        ("https://www.kaggle.com/code/ann/eda-of-cats", "notebook:kaggle/ann/eda-of-cats"),
        ("https://huggingface.co/org/Model-7B", "model:huggingface/org/model-7b"),
        ("https://huggingface.co/org/model/tree/main", "model:huggingface/org/model"),
        ("https://hf.co/datasets/org/data", "dataset:huggingface/org/data"),
        ("https://huggingface.co/spaces/org/demo", "space:huggingface/org/demo"),
    ],
)
def test_an_address_names_what_stands_there(url: str, identifier: str) -> None:
    assert link_identifier(url) == identifier


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/abs/2401.00001",
        "https://arxiv.org/list/cs.LG/new",
        "https://doi.org/10.1109/CVPR.2016.90",
        "https://doi.org/10.5281/zenodo.2401.00001",
        "https://doi.org/",
        "https://inspirehep.net/literature/1234567",
        "https://www.semanticscholar.org/paper/Attention-Is-All/204e3073870fae3d05bcbc2f6a8e263d",
        "https://scirate.com/arxiv/cs.LG",
        "https://notdoi.org/10.48550/arXiv.2401.00001",
        "https://arxiv.org.example.net/abs/2401.00001",
        "https://example.org/?q=arxiv/2401.00001",
        "https://example.org/arxiv/2024/01/00001",
        "https://example.org/blog/arxiv/",
        "https://proxy.example.edu/doi-org/10.48550/2401.00001",
        "https://dblp.org/pid/00/1.html",
        "https://arxiv.org/a/ann_a_1",
        "https://github.com/topics/llm",
        "https://github.com/sponsors/owner",
        "https://github.com/orgs/owner/repositories",
        "https://github.com/owner",
        "https://gist.github.com/owner/123abc",
        "https://github.com/owner/..",
        "https://notgithub.com/owner/repo",
        "https://github.com.example.org/owner/repo",
        "https://example.org/?next=https://github.com/owner/repo",
        "https://example.org/github.com/owner/repo",
        "https://www.kaggle.com/competitions",
        "https://huggingface.co/docs/transformers",
        "https://huggingface.co/org",
        "https://owner.github.io/repo",
        "ftp://github.com/owner/repo",
        "github.com/owner/repo",
        "",
        "https://",
        "//github.com/a/b",
    ],
)
def test_other_addresses_name_nothing(url: str) -> None:
    assert link_identifier(url) == ""


@pytest.mark.parametrize(
    ("text", "identifiers"),
    [
        ("Code: https://github.com/owner/repo.", [REPO]),
        ("(see github.com/Owner/Repo), and more", [REPO]),
        (r"\href{https://github.com/owner/repo}{code}", [REPO]),
        (r"\url{https://github.com/o/my\_repo}", ["repository:github/o/my_repo"]),
        ("[code](https://github.com/owner/repo)", [REPO]),
        ("arXiv:2401.00001v2 and arXiv: 2401.00001", [PAPER, PAPER]),
        ("doi:10.48550/arXiv.2401.00001", [PAPER]),
        ("https://doi.org/10.48550/arXiv.2401.00001", [PAPER]),
        ("as in arXiv:math/0309136", ["paper:arxiv/math/0309136"]),
        ("weights at hf.co/org/model;", ["model:huggingface/org/model"]),
        ("https://owner.github.io/repo/ is the page", [REPO]),
        ("notgithub.com/owner/repo, mail@github.com/owner/x", []),
        ("example.org/github.com/owner/repo", []),
        ("https://owner.github.io/paper.pdf https://owner.github.io/", []),
        ("a ratio of 2401.00001 to 1", []),
        ("github.com/", []),
        ("no link at all", []),
    ],
)
def test_texts_name_what_they_link_to(text: str, identifiers: list[str]) -> None:
    assert named(text) == identifiers


def test_a_project_page_does_not_name_its_repository_outright() -> None:
    assert list(mentions("https://owner.github.io/repo")) == [(REPO, False)]
    assert list(mentions("https://github.com/owner/repo")) == [(REPO, True)]


@pytest.mark.parametrize(
    ("key", "identifier"),
    [
        ("arxiv/2401.00001", PAPER),
        ("arxiv/astro-ph/0601001", "paper:arxiv/astro-ph/0601001"),
        ("arxiv/abc", ""),
        ("github/Owner/Repo", REPO),
        ("github/owner/repo/releases/v1", ""),
        ("kaggle/competition/titanic", "competition:kaggle/titanic"),
        ("kaggle/dataset/ann/cats", "dataset:kaggle/ann/cats"),
        ("huggingface/model/Org/Name", "model:huggingface/org/name"),
        ("huggingface/paper/2401.00001", PAPER),
        ("feed:lab/2401.00001", ""),
    ],
)
def test_a_key_names_its_item(key: str, identifier: str) -> None:
    assert key_identifier(ItemKey.parse(key)) == identifier


def test_an_item_is_what_its_key_or_else_its_page_says() -> None:
    assert own_identifier(an_item("arxiv/2401.00001")) == PAPER
    listed = an_item("daily/7", url="https://huggingface.co/papers/2401.00001")
    assert own_identifier(listed) == PAPER
    assert own_identifier(an_item("daily/7", url="https://github.com/owner/repo")) == ""


def test_an_article_is_its_address_unless_that_is_something_else() -> None:
    post = an_item("feed:lab/1", kind=ItemKind.ARTICLE, url="http://www.lab.org/post/?utm_source=x")
    assert own_identifier(post) == article_identifier("https://lab.org/post")
    link = an_item("feed:lab/2", kind=ItemKind.ARTICLE, url="https://arxiv.org/abs/2401.00001")
    assert own_identifier(link) == ""


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2401.00001", PAPER),
        (" 2401.00001v2 ", PAPER),
        ("arXiv:2401.00001", PAPER),
        ("https://arxiv.org/pdf/2401.00001", PAPER),
        ("arxiv/2401.00001", PAPER),
        ("https://doi.org/10.48550/arXiv.2401.00001", PAPER),
        ("doi.org/10.48550/arXiv.2401.00001", PAPER),
        ("10.48550/arXiv.2401.00001", PAPER),
        ("doi: 10.48550/arXiv.2401.00001", PAPER),
        ("arXiv: 2401.00001", PAPER),
        ("ar5iv.org/abs/2401.00001", PAPER),
        ("arXiv:2401.00001v2 [cs.LG] 3 Jan 2024", PAPER),
        ("arXiv:2401.00001 [cs.LG]", PAPER),
        ("arxiv 2401.00001", PAPER),
        ("[2401.00001]", PAPER),
        ("<https://arxiv.org/abs/2401.00001>", PAPER),
        ("\u201c2401.00001\u201d", PAPER),
        ("\uff12\uff14\uff10\uff11.\uff10\uff10\uff10\uff10\uff11", PAPER),
        ("DOI 10.48550/arXiv.2401.00001", PAPER),
        ("https://lab.org/a_(b)", "article:https://lab.org/a_(b)"),
        ("Owner/Repo", REPO),
        ("github/owner/repo", REPO),
        ("github.com/owner/repo", REPO),
        ("https://lab.org/post", "article:https://lab.org/post"),
        ("kaggle/competition/titanic", "competition:kaggle/titanic"),
    ],
)
def test_what_a_person_types_names_an_item(typed: str, first: str) -> None:
    assert typed_identifiers(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "  ", "graph networks", "C++", "/", "a/", "/b", "a/b c/d"])
def test_plain_words_name_nothing(typed: str) -> None:
    assert typed_identifiers(typed) == ()


@given(st.text())
def test_no_text_makes_reading_fail(text: str) -> None:
    for identifier in (*named(text), *typed_identifiers(text)):
        assert kind_of(identifier) in {*ItemKind}
    link_identifier(text)


@given(
    st.sampled_from(["http://", "https://", "HTTPS://www.", ""]),
    st.sampled_from(["github.com/", "arxiv.org/abs/", "huggingface.co/", "kaggle.com/", "hf.co/"]),
    st.text(st.sampled_from("ab1./-_ #?é\ud800\\"), max_size=20),
)
def test_no_address_makes_reading_fail(scheme: str, host: str, path: str) -> None:
    url = f"{scheme}{host}{path}"
    if identifier := link_identifier(url):
        assert identifier == identifier.lower()
        assert identifier in named(f"see {url} there")


@pytest.mark.skipif(not CORPUS.exists(), reason="needs ../shared/corpus")
def test_real_abstracts_name_their_repositories() -> None:
    found: Counter[str] = Counter()
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = f"{row['title']}\n{row['abstract']}\n{row['comment'] or ''}"
            found.update({kind_of(identifier) for identifier in named(text)})
    # Counted by hand-checked search: about 4,000 abstracts hold a repository's address, 1,150 a
    # project page, 250 something at Hugging Face.
    assert found[ItemKind.REPOSITORY] > 4000
    assert found[ItemKind.DATASET] + found[ItemKind.MODEL] + found[ItemKind.SPACE] > 150
    assert found[ItemKind.PAPER] > 30


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("https://doi.org/10.1109/CVPR.2016.90", "10.1109/cvpr.2016.90"),
        ("http://dx.doi.org/10.1109%2FCVPR.2016.90?x=y", "10.1109/cvpr.2016.90"),
        ("doi: 10.1109/CVPR.2016.90.", "10.1109/cvpr.2016.90"),
        ("https://dl.acm.org/doi/pdf/10.1109/CVPR.2016.90", "10.1109/cvpr.2016.90"),
        ("https://example.org/10.1109", ""),
        ("10.1145/3368089.3409741", "10.1145/3368089.3409741"),
        ("https://example.org/10.1145/3368089", ""),
        ("10.5", ""),
        ("graphs 10.1145/1", ""),
    ],
)
def test_a_doi_is_known_however_it_is_typed(typed: str, doi: str) -> None:
    assert typed_doi(typed) == doi


@pytest.mark.parametrize(
    ("url", "doi"),
    [
        ("https://doi.org/10.1145/3292500.3330701", "10.1145/3292500.3330701"),
        ("https://aclanthology.org/P19-1001.pdf", "10.18653/v1/p19-1001"),
        ("https://www.aclweb.org/anthology/2020.acl-main.1/", "10.18653/v1/2020.acl-main.1"),
        ("https://dl.acm.org/doi/abs/10.1145/3292500.3330701?x=y", "10.1145/3292500.3330701"),
        ("https://dl-acm-org.proxy.example.edu/doi/10.1145/3292500", "10.1145/3292500"),
        ("https://doi-org.proxy.example.edu/10.1145/3292500", "10.1145/3292500"),
        ("https://link.springer.com/article/10.1007/s10994-020-1#Sec2", "10.1007/s10994-020-1"),
        ("https://link.springer.com/content/pdf/10.1007/s10994-020-1.pdf", "10.1007/s10994-020-1"),
        ("https://www.nature.com/articles/s41586-021-03819-2", "10.1038/s41586-021-03819-2"),
        ("https://www.biorxiv.org/content/10.1101/2026.01.02.1v2.full", "10.1101/2026.01.02.1"),
        ("https://www.tandfonline.com/doi/full/10.1080/1.2%2F3", "10.1080/1.2/3"),
    ],
)
def test_a_publishers_page_names_a_paper_by_its_doi(url: str, doi: str) -> None:
    assert doi_identifier(url) == f"paper:doi/{doi}"


@pytest.mark.parametrize(
    "url",
    [
        "https://doi.org/",
        "https://doi.org/10.48550/arXiv.2401.00001",
        "https://notdoi.org/10.1145/1",
        "https://lab.org/?to=https://doi.org/10.1145/1",
        "https://aclanthology.org/venues/acl/",
        "https://www.nature.com/nature",
        "ftp://doi.org/10.1145/1",
        "http://[broken",
        "",
    ],
)
def test_other_addresses_have_no_doi(url: str) -> None:
    assert doi_identifier(url) == ""
