from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from core.answers import QuestionMatch
from core.errors import UsageError
from core.items import Item
from services.questions import MAX_WATCHED, QUESTION_LIMIT, Questions
from storage import open_storage
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item

ANN, BOB = "discord:1", "discord:2"
QUESTION = "Do adapters reach the accuracy of full fine-tuning?"


def paper(number: int, days_ago: float = 1) -> Item:
    return an_item(
        f"arxiv/2401.{number:05}",
        title=f"Adapters, part {number}",
        summary=f"In study {number} adapters reach the accuracy of full fine-tuning.",
        appeared_at=NOON - timedelta(days=days_ago),
    )


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as opened:
        yield opened


@pytest.fixture
def questions(storage: Storage) -> Questions:
    return Questions(
        store=storage.store, index=storage.index, questions=storage.questions, clock=FakeClock()
    )


def keys(matches: Iterator[QuestionMatch]) -> dict[str, set[str]]:
    return {m.question.owner: {str(q.item.key) for q in m.quotes} for m in matches}


def test_a_question_is_answered_from_the_archive(storage: Storage, questions: Questions) -> None:
    assert not questions.ask(QUESTION).answered
    storage.store.upsert([paper(1)], now=NOON)
    assert [str(q.item.key) for q in questions.ask(QUESTION).quotes] == ["arxiv/2401.00001"]


def test_what_is_new_is_told_once_and_what_was_there_never(
    storage: Storage, questions: Questions
) -> None:
    storage.store.upsert([paper(1)], now=NOON)
    questions.watch(ANN, QUESTION)
    assert keys(questions.matches(NOON)) == {}
    storage.store.upsert([paper(2)], now=NOON)
    (match,) = questions.matches(NOON)
    assert match.question.owner == ANN
    assert [str(q.item.key) for q in match.quotes] == ["arxiv/2401.00002"]
    assert keys(questions.matches(NOON)) == {ANN: {"arxiv/2401.00002"}}  # not confirmed yet
    questions.mark_notified(match)
    assert keys(questions.matches(NOON)) == {}


def test_an_item_that_is_read_late_is_still_news(storage: Storage, questions: Questions) -> None:
    questions.watch(ANN, QUESTION)
    storage.store.upsert([paper(1, days_ago=5)], now=NOON)
    assert keys(questions.matches(NOON)) == {ANN: {"arxiv/2401.00001"}}


def test_what_appeared_long_ago_is_not(storage: Storage, questions: Questions) -> None:
    questions.watch(ANN, QUESTION)
    storage.store.upsert([paper(1, days_ago=90)], now=NOON)
    assert keys(questions.matches(NOON)) == {}


def test_each_watcher_is_told_of_their_own(storage: Storage, questions: Questions) -> None:
    questions.watch(ANN, QUESTION)
    questions.watch(BOB, "Who baked the first sourdough bread?")
    storage.store.upsert([paper(1)], now=NOON)
    assert keys(questions.matches(NOON)) == {ANN: {"arxiv/2401.00001"}}


def test_watching_again_is_the_same_question(questions: Questions) -> None:
    first = questions.watch(ANN, QUESTION)
    assert questions.watch(ANN, f"  {QUESTION.upper()} ") == first
    assert questions.watch(BOB, QUESTION).id != first.id
    assert [q.id for q in questions.watched(ANN)] == [first.id]


def test_only_its_owner_ends_a_question(questions: Questions) -> None:
    first = questions.watch(ANN, QUESTION)
    with pytest.raises(UsageError):
        questions.unwatch(BOB, first.id)
    questions.unwatch(ANN, first.id)
    assert list(questions.watched(ANN)) == []
    with pytest.raises(UsageError):
        questions.unwatch(ANN, first.id)


def test_telling_of_a_question_that_is_gone_does_no_harm(
    storage: Storage, questions: Questions
) -> None:
    watched = questions.watch(ANN, QUESTION)
    storage.store.upsert([paper(1)], now=NOON)
    (match,) = questions.matches(NOON)
    questions.unwatch(ANN, watched.id)
    questions.mark_notified(match)
    assert keys(questions.matches(NOON)) == {}


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (QUESTION_LIMIT + 1)])
def test_what_cannot_be_watched_is_refused(questions: Questions, text: str) -> None:
    with pytest.raises(UsageError):
        questions.watch(ANN, text)


def test_nobody_watches_without_end(questions: Questions) -> None:
    for number in range(MAX_WATCHED):
        questions.watch(ANN, f"What of study {number}?")
    with pytest.raises(UsageError, match="stop watching one"):
        questions.watch(ANN, "And one more?")
    questions.watch(BOB, "And one more?")


def test_an_old_item_is_never_quoted_as_new(storage: Storage, clock: FakeClock) -> None:
    questions = Questions(
        store=storage.store, index=storage.index, questions=storage.questions, clock=clock
    )
    storage.store.upsert([paper(number) for number in range(1, 41)], now=NOON)
    clock.advance(timedelta(days=1))
    watched = questions.watch(ANN, QUESTION)
    clock.advance(timedelta(hours=1))
    storage.store.upsert([paper(50)], now=clock())

    (match,) = questions.matches(clock())

    assert {str(quote.item.key) for quote in match.quotes} == {"arxiv/2401.00050"}
    questions.mark_notified(match)
    clock.advance(timedelta(days=20))  # the best old ones are too old now, others come forward
    assert not list(questions.matches(clock()))
    assert questions.watched(ANN) == [watched]


def test_what_is_new_is_told_though_old_items_answer_better(
    storage: Storage, clock: FakeClock
) -> None:
    questions = Questions(
        store=storage.store, index=storage.index, questions=storage.questions, clock=clock
    )
    storage.store.upsert([paper(number) for number in range(1, 10)], now=NOON)
    clock.advance(timedelta(days=1))
    questions.watch(ANN, QUESTION)
    worse = an_item(
        "arxiv/2401.00060",
        title="On tuning",
        summary="We doubt that adapters reach the accuracy of fine-tuning in general settings.",
        appeared_at=clock(),
    )
    clock.advance(timedelta(hours=2))
    storage.store.upsert([worse], now=clock())

    assert keys(questions.matches(clock())) == {ANN: {"arxiv/2401.00060"}}


def test_many_new_answers_are_told_in_one_message(storage: Storage, questions: Questions) -> None:
    questions.watch(ANN, QUESTION)
    storage.store.upsert([paper(number) for number in range(1, 13)], now=NOON)

    (match,) = questions.matches(NOON)
    questions.mark_notified(match)

    assert keys(questions.matches(NOON)) == {}


@pytest.mark.parametrize(
    "again",
    [
        QUESTION.rstrip("?"),
        f"{QUESTION}?!",
        QUESTION.replace(" ", "  \t"),
        QUESTION.replace("a", "\uff41"),  # the same letters in full width
        QUESTION.upper() + " ",
    ],
)
def test_the_same_question_typed_otherwise_is_one_row(questions: Questions, again: str) -> None:
    first = questions.watch(ANN, QUESTION)

    assert questions.watch(ANN, again) == first
    assert questions.watched(ANN) == [first]


def test_pressing_watch_many_times_at_once_makes_one_question(questions: Questions) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: questions.watch(ANN, QUESTION).id, range(8)))

    assert set(made) == {one.id for one in questions.watched(ANN)}
    assert len(set(made)) == 1


@pytest.mark.parametrize("typed", ["???", "\u200b", " \u202e! ", "…"])
def test_a_question_without_a_word_is_asked_for(questions: Questions, typed: str) -> None:
    with pytest.raises(UsageError, match="in a few words"):
        questions.ask(typed)
    with pytest.raises(UsageError, match="in a few words"):
        questions.watch("discord:1", typed)
