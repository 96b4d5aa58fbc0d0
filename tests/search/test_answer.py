from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.answers import Answer
from core.items import Item
from language.sentences import sentences
from search.answer import ArchiveAnswerer
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, an_item

ARCHIVE = (
    an_item(
        "arxiv/2401.00001",
        title="Low-rank adapters for small budgets",
        summary=(
            "Fine-tuning a large model is costly. We freeze the weights and train low-rank "
            "adapters beside them. Low-rank adapters reach the accuracy of full fine-tuning with "
            "a hundredth of the trained parameters."
        ),
    ),
    an_item(
        "arxiv/2401.00002",
        title="A survey of adapters",
        summary=(
            "Adapters are small layers inside a frozen model. This survey compares forty of them. "
            "Full fine-tuning keeps a small lead in accuracy when there is plenty of data."
        ),
    ),
    an_item(
        "github/owner/folding",
        title="owner/folding",
        summary="Protein folding on one graphics card, in plain Python.",
    ),
    *(
        an_item(
            f"arxiv/2402.{number:05}",
            title=f"Traffic flow in city {number}",
            summary="Cars wait at crossings. Lights that talk to each other shorten the wait.",
        )
        for number in range(40)
    ),
)


WORDS = ["low-rank", "adapters", "reach", "fine-tuning", "accuracy", "folding", "of", "?"]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    folder: Path = tmp_path_factory.mktemp("archive")
    with open_storage(f"sqlite:///{folder / 'archive.db'}") as opened:
        opened.store.upsert(ARCHIVE, now=NOON)
        yield opened


def ask(storage: Storage, question: str) -> Answer:
    return ArchiveAnswerer(index=storage.index, store=storage.store).answer(question, now=NOON)


def names(answer: Answer) -> list[str]:
    return [str(quote.item.key) for quote in answer.quotes]


def test_the_sentence_that_answers_comes_first_word_for_word(storage: Storage) -> None:
    answer = ask(storage, "Do low-rank adapters reach the accuracy of full fine-tuning?")
    assert answer.answered
    assert answer.quotes[0].text == (
        "Low-rank adapters reach the accuracy of full fine-tuning with a hundredth of the "
        "trained parameters."
    )
    assert names(answer)[0] == "arxiv/2401.00001"
    assert "arxiv/2401.00002" in names(answer)
    assert len(answer.quotes) <= 3


def test_an_answer_tells_how_much_was_searched(storage: Storage) -> None:
    answer = ask(storage, "protein folding in Python")
    assert names(answer)[0] == "github/owner/folding"
    assert (answer.archive_size, answer.newest) == (43, NOON - timedelta(days=1))


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football cup in 1954?",
        "How do I bake sourdough bread with rye flour?",
        "Which adapters does my electric toothbrush need in Japan?",
        "",
        "   ",
        "the of and",
        "?!",
    ],
)
def test_what_the_archive_does_not_hold_is_not_answered(storage: Storage, question: str) -> None:
    answer = ask(storage, question)
    assert (answer.answered, answer.quotes, answer.question) == (False, (), question)


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'empty.db'}") as empty:
        answer = ask(empty, "What are adapters?")
    assert (answer.answered, answer.archive_size, answer.newest) == (False, 0, None)


def test_only_what_appeared_in_the_asked_period_is_quoted(storage: Storage) -> None:
    answerer = ArchiveAnswerer(index=storage.index, store=storage.store)
    question = "Do low-rank adapters reach the accuracy of full fine-tuning?"
    assert not answerer.answer(question, now=NOON, since=NOON - timedelta(hours=1)).answered
    assert not answerer.answer(question, now=NOON - timedelta(days=2)).answered
    assert answerer.answer(question, now=NOON, since=NOON - timedelta(days=2)).answered


@pytest.mark.parametrize(
    "question",
    [
        '"unbalanced',
        "a OR b AND (",
        "title:adapters*",
        "'; DROP TABLE item; --",
        "GPT-4 C++ C#",
        "NEAR(adapters, 2)",
        "\x00 adapters \ud800",
        "蛋白質折疊",
        "\u202eadapters",
        "@everyone what are adapters",
        "adapters " * 5000,
        "x" * 100_000,
    ],
)
def test_any_string_is_a_question(storage: Storage, question: str) -> None:
    began = time.process_time()
    answer = ask(storage, question)
    assert time.process_time() - began < 2
    assert answer.answered == bool(answer.quotes)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_answers_are_the_same_every_time_and_quote_their_items(
    storage: Storage, question: str
) -> None:
    answer = ask(storage, question)
    assert answer == ask(storage, question)
    assert all(quote.text in sentences(quote.item.summary) for quote in answer.quotes)


def test_an_item_without_a_summary_is_quoted_by_its_title(tmp_path: Path) -> None:
    item = an_item("hackernews/1", title="Adapters are all you ask for")
    assert quoted(tmp_path, item, "what adapters ask") == ["Adapters are all you ask for"]


def test_a_table_without_an_end_is_no_sentence(tmp_path: Path) -> None:
    item = an_item(summary="adapters, " * 100 + "and so on. Adapters help.")
    assert quoted(tmp_path, item, "adapters help") == ["Adapters help."]


def quoted(folder: Path, item: Item, question: str) -> list[str]:
    with open_storage(f"sqlite:///{folder / 'one.db'}") as one:
        one.store.upsert([item], now=NOON)
        return [quote.text for quote in ask(one, question).quotes]
