"""The code, model and data that a text names."""

from __future__ import annotations

import pytest

from core.items import ItemKind
from core.named_pages import NamedPage, named_pages, pages_in
from tests.corpora import needs_corpus, rows
from tests.digests.examples import item


def named(text: str) -> list[tuple[str, str]]:
    return [(page.kind, page.url) for page in pages_in(text)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code is available at https://github.com/Ada/Engine.", "https://github.com/Ada/Engine"),
        ("(see github.com/Ada/Engine)", "https://github.com/Ada/Engine"),
        ("[https://www.github.com/Ada/Engine/]", "https://www.github.com/Ada/Engine"),
        ("at https://github.com/Ada/Engine.git", "https://github.com/Ada/Engine"),
        ("at https://github.com/Ada/Engine/tree/main/x#y.", "https://github.com/Ada/Engine"),
        (r"at \href{https://github.com/Ada/My\_Engine}{here}", "https://github.com/Ada/My_Engine"),
        ("available athttps://github.com/Ada/Engine\nNext", "https://github.com/Ada/Engine"),
        ("at https: //github.com/Ada/Engine.", "https://github.com/Ada/Engine"),
        ("https://github.com/Ada/Engine,https://x.org", "https://github.com/Ada/Engine"),
        ("Code: https://gitlab.com/ada/engine.", "https://gitlab.com/ada/engine"),
        ("at https://gitlab.lab.example/a/b/-/tree/x", "https://gitlab.lab.example/a/b"),
        ("at https://codeberg.org/ada/engine", "https://codeberg.org/ada/engine"),
        (
            "at https://anonymous.4open.science/r/Engine-5C57.",
            "https://anonymous.4open.science/r/Engine-5C57",
        ),
        ("Our code is at https://ada.example/engine/.", "https://ada.example/engine"),
        ("Source: (https://ada.example/f(x)).", "https://ada.example/f(x)"),
    ],
)
def test_code_is_found_however_it_is_written(text: str, url: str) -> None:
    assert named(text) == [("code", url)]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("https://huggingface.co/ada/engine-7b", ("model", "https://huggingface.co/ada/engine-7b")),
        (
            "The data are on https://huggingface.co/datasets/ada/cards.",
            ("data", "https://huggingface.co/datasets/ada/cards"),
        ),
        ("hf.co/spaces/ada/demo", ("demo", "https://hf.co/spaces/ada/demo")),
        (
            "The dataset: zenodo.org/records/18890661",
            ("data", "https://zenodo.org/records/18890661"),
        ),
        ("Project page: https://ada.github.io/x/", ("project page", "https://ada.github.io/x")),
        ("https://ada.github.io/x/", ("project page", "https://ada.github.io/x")),
    ],
)
def test_other_pages_are_found_with_what_they_are(text: str, page: tuple[str, str]) -> None:
    assert named(text) == [page]


@pytest.mark.parametrize(
    "text",
    [
        "no address at all",
        "see https://doi.org/10.1109/MLSP62443.2025 and https://youtu.be/vzwlGOr0sPM",
        "https://github.com/ada",
        "https://github.com/features/actions",
        "https://notgithub.com/a/b",
        "ann@github.com/x",
        "path/to/github.com",
        "https://huggingface.co/ada",
    ],
)
def test_what_is_no_such_page_is_left_out(text: str) -> None:
    assert named(text) == []


def test_an_item_has_one_page_of_each_kind_and_code_leads_to_the_project() -> None:
    paper = item(
        "arxiv/1",
        summary="Code at github.com/a/b; baselines at github.com/c/d. Data: hf.co/datasets/a/b.",
        facts={"comment": "Project page: https://a.github.io/b"},
    )
    assert named_pages(paper) == (
        NamedPage(kind="code", url="https://github.com/a/b"),
        NamedPage(kind="data", url="https://hf.co/datasets/a/b"),
    )
    only = item("arxiv/1", facts={"comment": "12 pages. Code: https://github.com/a/b"})
    assert named_pages(only) == (NamedPage(kind="code", url="https://github.com/a/b"),)


def test_what_a_source_names_goes_before_what_a_text_mentions() -> None:
    paper = item("arxiv/1", summary="as github.com/c/d does", related=("https://github.com/a/b",))
    assert [page.url for page in named_pages(paper)] == ["https://github.com/a/b"]


def test_a_repository_has_neither_itself_nor_another_as_its_code() -> None:
    url = "https://github.com/Ada/engine"
    text = "A fork of github.com/c/d, see github.com/ada/Engine and hf.co/ada/model"
    code = item("github/ada/engine", ItemKind.REPOSITORY, url=url, summary=text)
    assert [page.kind for page in named_pages(code)] == ["model"]


@needs_corpus
def test_nearly_every_repository_that_real_abstracts_name_is_found() -> None:
    texts = ["\n".join((r["abstract"] or "", r["comment"] or "")) for r in rows("arxiv.jsonl.gz")]
    naming = [text for text in texts if "github.com/" in text.lower()]
    found = [text for text in naming if any(kind == "code" for kind, _ in named(text))]
    assert len(naming) > 3_000
    # The others name an owner alone, or tear the name apart.
    assert len(found) > 0.99 * len(naming)
    for text in found:
        for _, url in named(text):
            assert not set(url[-1]) & set(".,;:)]}'\"")
