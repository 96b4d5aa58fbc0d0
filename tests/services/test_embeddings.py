from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from core.embeddings import NO_VECTORS
from core.errors import UnavailableError
from core.items import Item
from core.people import Feedback, Interest, Profile, Verdict
from services.embeddings import BATCH_SIZE, Embeddings, VectorLookup
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, FakeEmbedder, an_item

ANN = Profile(name="ann", interests=(Interest(text="graphs"), Interest(text="drugs")))


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def embeddings(storage: Storage, embedder: FakeEmbedder) -> Embeddings:
    return Embeddings(embedder=embedder, vectors=storage.vectors, clock=FakeClock())


def papers(count: int) -> list[Item]:
    return [an_item(f"arxiv/{number:03}", summary="graphs") for number in range(count)]


def test_new_items_are_embedded_once_and_changed_ones_again(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    one, two = papers(2)
    storage.store.upsert([one, two], now=NOON)
    assert embeddings.catch_up() == 2
    assert embeddings.catch_up() == 0
    storage.store.upsert([replace(one, summary="drugs"), two], now=NOON)
    embedder.read.clear()
    assert embeddings.catch_up() == 1
    assert embedder.read == [f"{one.title}\ndrugs"]
    assert embeddings.of(ANN, [one]).items == {one.key: embedder.vector("drugs")}


def test_what_was_done_before_a_failure_stays_done(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    storage.store.upsert(papers(3 * BATCH_SIZE), now=NOON)
    embedder.breaks_after(2 * BATCH_SIZE + 5)
    with pytest.raises(UnavailableError):
        embeddings.catch_up()
    assert embeddings.count() == 2 * BATCH_SIZE
    assert embedder.is_mended() is embedder
    assert embeddings.catch_up() == BATCH_SIZE


def test_a_run_is_bounded_and_tells_how_far_it_is(storage: Storage, embeddings: Embeddings) -> None:
    storage.store.upsert(papers(BATCH_SIZE + 5), now=NOON)
    told: list[int] = []
    assert embeddings.catch_up(limit=BATCH_SIZE + 2, progress=told.append) == BATCH_SIZE + 2
    assert told == [BATCH_SIZE, BATCH_SIZE + 2]
    assert embeddings.catch_up() == 3


def test_items_of_long_ago_are_left_alone_unless_somebody_judged_them(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    long_ago = NOON - timedelta(days=400)
    old, loved = (an_item(f"arxiv/{name}", appeared_at=long_ago) for name in ("old", "loved"))
    storage.store.upsert([old, loved], now=NOON)
    storage.store.save_profile(Profile(name="ann"))
    storage.store.add_feedback("ann", Feedback(item=loved, verdict=Verdict.SAVE, at=NOON))
    assert embeddings.catch_up() == 1
    assert embedder.read == [loved.text]


def test_stored_interests_are_embedded_beside_the_items(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    storage.store.save_profile(ANN)
    storage.store.upsert(papers(1), now=NOON)
    embeddings.catch_up()
    embedder.read.clear()
    found = embeddings.of(ANN, papers(1))
    assert embedder.read == []
    assert found.phrases == {text: embedder.vector(text) for text in ("graphs", "drugs")}


def test_interests_that_are_new_are_embedded_while_somebody_waits(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    embeddings.catch_up()
    storage.store.save_profile(ANN)
    embedder.read.clear()
    for _ in range(2):
        assert set(embeddings.of(ANN, papers(1)).phrases) == {"graphs", "drugs"}
    assert embedder.read == ["graphs", "drugs"]


def test_interests_written_for_one_look_leave_no_trace(
    storage: Storage, embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    storage.store.save_profile(ANN)
    embeddings.catch_up()
    once = replace(ANN, interests=(Interest(text="speech"),))
    assert embeddings.of(once, papers(1)).phrases["speech"] == embedder.vector("speech")
    assert set(storage.vectors.of_interests(embedder.model, "ann")) == {"graphs", "drugs"}


def test_without_a_vector_among_the_items_no_interest_is_read(
    embedder: FakeEmbedder, embeddings: Embeddings
) -> None:
    assert embeddings.of(ANN, papers(1)) == NO_VECTORS
    assert embedder.read == []


def test_items_with_a_verdict_are_looked_up_as_well(
    storage: Storage, embeddings: Embeddings
) -> None:
    one, two = papers(2)
    storage.store.upsert([one, two], now=NOON)
    embeddings.catch_up()
    judged = replace(ANN, feedback=(Feedback(item=two, verdict=Verdict.MORE, at=NOON),))
    assert set(embeddings.of(judged, [one]).items) == {one.key, two.key}


def test_the_ranker_is_handed_what_there_is(storage: Storage, embeddings: Embeddings) -> None:
    storage.store.upsert(papers(2), now=NOON)
    embeddings.catch_up()
    given = VectorLookup(lambda: embeddings)(ANN, papers(2))
    assert len(given.items) == len(given.phrases) == 2


def test_without_a_model_just_now_words_alone_rank() -> None:
    assert VectorLookup(lambda: None)(ANN, papers(1)) == NO_VECTORS


def test_a_model_that_fails_is_told_once_and_words_rank(
    storage: Storage,
    embedder: FakeEmbedder,
    embeddings: Embeddings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    embeddings.catch_up()
    embedder.breaks_after(0)
    lookup = VectorLookup(lambda: embeddings)
    with caplog.at_level(logging.WARNING):
        given = [lookup(ANN, papers(1)) for _ in range(3)]
    assert given == [NO_VECTORS] * 3
    assert len(caplog.messages) == 1
    assert "ranking by words alone" in caplog.messages[0]
