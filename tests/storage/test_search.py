# ruff: noqa: RUF001  # full-width letters, which Japanese texts hold

from __future__ import annotations

import importlib.util
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.items import Item, ItemKind
from core.search import Filter
from storage.opening import Storage
from storage.search_query import MAX_QUERY_WORDS, MAX_REPEATS, match_expression
from tests.fakes import NOON, an_item
from tests.storage.empty import empty_archive
from tests.storage.strategies import batches

SHARED = Path(__file__).parents[3] / "shared" / "bench" / "search"

# What people and machines type: operators, quotes, code, LaTeX, SQL, other scripts, nothing.
ODD_QUERIES = [
    "",
    "   ",
    '"',
    '"""',
    '"half open',
    "AND",
    "NOT",
    "a OR",
    "NEAR(a b, 3)",
    "NEAR(",
    "(((",
    "title:graph",
    "{title} : graph",
    "-minus",
    "^first",
    "graph*",
    "*",
    "C++",
    "C#",
    ".NET",
    "GPT-4",
    "k-NN",
    "don't",
    "node.js",
    "100%_",
    "$E=mc^2$",
    "\\frac{1}{2}",
    "'; DROP TABLE item; --",
    "x'||(SELECT 1)||'",
    "日本語 の 検索",
    "تعلم الآلة",
    "👩\u200d🔬",
    "\ufeff",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\ud800",
    "half \udfff pair",
    "the of and",
    "@everyone <#1>",
    "https://arxiv.org/abs/2401.00001v2?x=1#s",
    "https://example.org/\ud800?a=\udfff",
    "graph " * 2000,
    "x" * 5000,
    " ".join(f"w{n}" for n in range(3000)),
]


@pytest.fixture
def archive(storage: Storage) -> Storage:
    """A handful of items with words in different places."""
    storage.store.upsert(
        [
            an_item(
                "arxiv/2401.00001",
                title="Graph neural networks for molecules",
                summary="Message passing over atoms and bonds. Trained models are released.",
                authors=("Marie Curie", "Łukasz Nowak"),
            ),
            an_item(
                "arxiv/2401.00002",
                title="A survey of optimisers",
                summary="We once mention a graph of losses, and training with networks.",
                appeared_at=NOON - timedelta(days=30),
            ),
            an_item(
                "github/Owner/Tool-Kit",
                kind=ItemKind.REPOSITORY,
                title="Owner/Tool-Kit",
                summary="Runs GPT-4 agents",
                tags=("C++",),
                appeared_at=NOON,
            ),
            an_item(
                "feed:lab/1",
                kind=ItemKind.ARTICLE,
                title="What a day",
                summary="",
                url="https://lab.org/post",
            ),
        ],
        now=NOON,
    )
    return storage


def keys(archive: Storage, query: str, **options: object) -> list[str]:
    hits = archive.index.search(query, **options)  # type: ignore[arg-type] # each test names its own
    found = [str(hit.item.key) for hit in hits]
    if "offset" not in options:
        alone = archive.index.find(query, **options)  # type: ignore[arg-type] # the same
        assert [str(item.key) for item in alone] == found
    return found


@pytest.mark.parametrize("query", ODD_QUERIES, ids=lambda query: repr(query[:20]))
def test_no_query_raises_and_none_changes_anything(archive: Storage, query: str) -> None:
    before = archive.store.items(Filter())
    hits = archive.index.search(query)
    for hit in hits:
        assert hit.score > 0
    assert archive.index.find(query) == [hit.item for hit in hits]
    archive.index.search(query, where=Filter(sources=("arxiv",)), limit=1, offset=1)
    assert archive.store.items(Filter()) == before


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_text_whatever_raises(queries: list[str]) -> None:
    with empty_archive() as storage:
        storage.store.upsert([an_item(summary="a b c 1 é 日")], now=NOON)
        for query in queries:
            storage.index.search(query)


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/bench/search")
def test_no_hostile_query_raises(archive: Storage) -> None:
    queries = load(SHARED / "score.py").decode_file(str(SHARED / "hostile-queries.txt"))
    assert len(queries) > 100
    for query in queries:
        archive.index.search(query)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("query", ["", " ", "\x00", "!?", '"', "\ud800 …", "{}"])
def test_a_query_without_a_word_finds_nothing(archive: Storage, query: str) -> None:
    assert archive.index.search(query) == []


def test_a_word_in_the_title_counts_more_than_one_in_the_text(archive: Storage) -> None:
    hits = archive.index.search("graph")
    assert [hit.item.key.external_id for hit in hits] == ["2401.00001", "2401.00002"]
    assert hits[0].score > hits[1].score > 0


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("molecule", "arxiv/2401.00001"),  # singular for plural
        ("GRAPHS of molecules", "arxiv/2401.00001"),
        ("lukasz nowak", "arxiv/2401.00001"),  # authors, and letters without their marks
        ("passing something unheard of", "arxiv/2401.00001"),  # any word will do
        ("GPT-4", "github/Owner/Tool-Kit"),
        ("gpt 4", "github/Owner/Tool-Kit"),
        ("C++", "github/Owner/Tool-Kit"),
        ("tool-kit", "github/Owner/Tool-Kit"),
    ],
)
def test_words_are_found_in_other_forms(archive: Storage, query: str, key: str) -> None:
    assert keys(archive, query)[0] == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("2401.00002", "arxiv/2401.00002"),
        ("arXiv:2401.00002v3", "arxiv/2401.00002"),
        ("https://arxiv.org/abs/2401.00002", "arxiv/2401.00002"),
        ("arxiv/2401.00002", "arxiv/2401.00002"),
        ("owner/tool-kit", "github/Owner/Tool-Kit"),
        ("https://github.com/Owner/Tool-Kit/issues", "github/Owner/Tool-Kit"),
        ("http://www.lab.org/post/?utm_source=x", "feed:lab/1"),
    ],
)
def test_an_identifier_finds_what_it_names_first(archive: Storage, query: str, key: str) -> None:
    [first, *rest] = archive.index.search(query)
    assert str(first.item.key) == key
    assert first.snippet
    assert all(first.score > hit.score for hit in rest)
    assert len({hit.item.key for hit in [first, *rest]}) == 1 + len(rest)
    assert keys(archive, query, where=Filter(sources=("kaggle",))) == []


def test_filters_hold_for_words_and_for_identifiers(archive: Storage) -> None:
    assert keys(archive, "graph", where=Filter(since=NOON - timedelta(days=3))) == [
        "arxiv/2401.00001"
    ]
    assert keys(archive, "graph", where=Filter(until=NOON - timedelta(days=3))) == [
        "arxiv/2401.00002"
    ]
    assert keys(archive, "graph gpt", where=Filter(kinds=(ItemKind.REPOSITORY,))) == [
        "github/Owner/Tool-Kit"
    ]
    assert keys(archive, "2401.00002", where=Filter(since=NOON)) == []


def test_pages_follow_each_other_without_gap_or_repeat(storage: Storage) -> None:
    items = [an_item(f"arxiv/{n}", summary="word " * n) for n in range(1, 12)]
    storage.store.upsert(items, now=NOON)
    whole = keys(storage, "word", limit=50)
    assert len(whole) == 11
    pages = [keys(storage, "word", limit=4, offset=start) for start in (0, 4, 8, 12)]
    assert [key for page in pages for key in page] == whole
    assert keys(storage, "word") == whole[:20]


def test_a_snippet_is_the_passage_that_matched_as_plain_text(storage: Storage) -> None:
    filler = "Nothing to see here at all. " * 30
    long = an_item("arxiv/1", title="Long", summary=f"{filler}The  rare\nquokka appears. {filler}")
    titled = an_item("arxiv/2", title="A wombat story", summary=filler)
    storage.store.upsert([long, titled], now=NOON)
    [hit] = storage.index.search("quokka")
    assert "The rare quokka appears." in hit.snippet
    assert len(hit.snippet) < 400
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    [hit] = storage.index.search("wombat")
    assert hit.snippet == "A wombat story"


def test_marks_in_a_text_stay_text(storage: Storage) -> None:
    odd = an_item(summary="a <b>bold</b> [link](x) & \x02word\x03 \ufffd")
    storage.store.upsert([odd], now=NOON)
    [hit] = storage.index.search("bold")
    assert "<b>bold</b> [link](x) &" in hit.snippet


def test_changed_and_removed_items_are_found_by_their_present_words(storage: Storage) -> None:
    storage.store.upsert([an_item(summary="alpha")], now=NOON)
    storage.store.upsert([an_item(summary="beta")], now=NOON)
    assert keys(storage, "alpha") == []
    assert keys(storage, "beta") == ["arxiv/2401.00001"]
    storage.store.upsert([an_item("arxiv/7", summary="gamma")], now=NOON, sample=True)
    storage.store.remove_sample()
    assert keys(storage, "gamma") == []


TITLES_WITHOUT_SPACES = {
    "arxiv/1": "大規模言語モデルの推論を高速化する方法",
    "arxiv/2": "基于图神经网络的药物发现",
    "arxiv/3": "การเรียนรู้ของเครื่องสำหรับภาษาไทย",
    "arxiv/4": "GPT-4の推論とＡＩの安全性",
    "arxiv/5": "データベースの索引",
    "arxiv/6": "대규모 언어 모델을 위한 강화학습",
}


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("言語モデル", "arxiv/1"),
        ("神经网络", "arxiv/2"),
        ("药物", "arxiv/2"),
        ("ภาษาไทย", "arxiv/3"),
        ("เครื่อง", "arxiv/3"),
        ("AI", "arxiv/4"),
        ("gpt-4", "arxiv/4"),
        ("ﾃﾞｰﾀﾍﾞｰｽ", "arxiv/5"),
        ("推論の高速化について", "arxiv/1"),
        ("모델", "arxiv/6"),
        ("강화학습", "arxiv/6"),
    ],
)
def test_words_are_found_in_scripts_without_spaces(storage: Storage, query: str, key: str) -> None:
    items = [an_item(one, title=title) for one, title in TITLES_WITHOUT_SPACES.items()]
    storage.store.upsert(items, now=NOON)
    assert keys(storage, query)[0] == key
    assert_in_step(storage)


def test_a_snippet_of_a_text_without_spaces_reads_as_it_was_written(storage: Storage) -> None:
    summary = "本論文では大規模言語モデルの推論を高速化する。" * 3
    storage.store.upsert([an_item(summary=summary)], now=NOON)
    [hit] = storage.index.search("言語モデル")
    assert "大規模言語モデルの推論" in hit.snippet


@settings(deadline=None, max_examples=40)
@given(batches(), batches(), st.booleans())
def test_the_index_is_always_in_step_with_the_items(
    first: list[Item], second: list[Item], sample: bool
) -> None:
    with empty_archive() as storage:
        storage.store.upsert(first, now=NOON, sample=sample)
        storage.store.upsert(second, now=NOON)
        assert_in_step(storage)
        storage.store.remove_sample()
        assert_in_step(storage)


def assert_in_step(storage: Storage) -> None:
    """Let FTS5 compare its words with those of the items; it raises where they differ."""
    with storage.database.writing() as connection:
        connection.execute(
            text("INSERT INTO item_text(item_text, rank) VALUES ('integrity-check', 1)")
        )


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("the graph of graphs", '"graph" OR "graphs"'),
        ("the of", '"the" OR "of"'),
        ("Graph graph GRAPH", '"graph" OR "graph" OR "graph"'),
        ("GPT-4", '"gpt 4" OR "gpt4"'),
        ("protein-folding", '"protein" OR "folding"'),
        ("c++ compiler", '{title tags} : "c" OR "compiler"'),
        ('say "hello', '"hello"'),
        ("NOT title:x", '"title x" OR "titlex"'),
        ("図書", '"図 書"'),
        ("図書館 graph", '"graph" OR "図 書 館" OR "図 書" OR "書 館"'),
        ("推論する", '"推 論 す る" OR "推 論" OR "論 す"'),
    ],
)
def test_words_become_quoted_terms(query: str, expression: str) -> None:
    assert match_expression(query) == expression


def test_repeats_and_length_have_an_end() -> None:
    assert match_expression("word " * 50).count("word") == MAX_REPEATS
    endless = " ".join(f"word{n}" for n in range(9999))
    assert match_expression(endless).count(" OR ") == MAX_QUERY_WORDS - 1
    without_spaces = "".join(chr(0x4E00 + n) for n in range(9999))
    assert match_expression(without_spaces).count(" OR ") == MAX_QUERY_WORDS - 1
