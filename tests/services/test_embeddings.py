from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from core.digests import RankedItem
from core.embeddings import NO_VECTORS, TextVectors
from core.errors import UnavailableError
from core.items import Item
from core.people import Feedback, Interest, Profile, Verdict
from services.embeddings import BATCH, EmbeddingRanker, Meaning
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, FakeEmbedder, an_item

ANN = Profile(name="ann", interests=(Interest(text="graphs"), Interest(text="drugs")))


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def meaning(storage: Storage, embedder: FakeEmbedder) -> Meaning:
    return Meaning(embedder=embedder, vectors=storage.vectors, clock=FakeClock())


def papers(count: int) -> list[Item]:
    return [an_item(f"arxiv/{number:03}", summary="graphs") for number in range(count)]


def test_new_items_are_embedded_once_and_changed_ones_again(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    one, two = papers(2)
    storage.store.upsert([one, two], now=NOON)
    assert meaning.catch_up() == 2
    assert meaning.catch_up() == 0
    storage.store.upsert([replace(one, summary="drugs"), two], now=NOON)
    embedder.read.clear()
    assert meaning.catch_up() == 1
    assert embedder.read == [f"{one.title}\ndrugs"]
    assert meaning.of(ANN, [one]).items == {one.key: embedder.vector("drugs")}


def test_what_was_done_before_a_failure_stays_done(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    storage.store.upsert(papers(3 * BATCH), now=NOON)
    embedder.breaks_after(2 * BATCH + 5)
    with pytest.raises(UnavailableError):
        meaning.catch_up()
    assert meaning.count() == 2 * BATCH
    assert embedder.is_mended() is embedder
    assert meaning.catch_up() == BATCH


def test_a_run_is_bounded_and_tells_how_far_it_is(storage: Storage, meaning: Meaning) -> None:
    storage.store.upsert(papers(BATCH + 5), now=NOON)
    told: list[int] = []
    assert meaning.catch_up(limit=BATCH + 2, progress=told.append) == BATCH + 2
    assert told == [BATCH, BATCH + 2]
    assert meaning.catch_up() == 3


def test_items_of_long_ago_are_left_alone_unless_somebody_judged_them(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    long_ago = NOON - timedelta(days=400)
    old, loved = (an_item(f"arxiv/{name}", appeared_at=long_ago) for name in ("old", "loved"))
    storage.store.upsert([old, loved], now=NOON)
    storage.store.save_profile(Profile(name="ann"))
    storage.store.add_feedback("ann", Feedback(item=loved, verdict=Verdict.SAVE, at=NOON))
    assert meaning.catch_up() == 1
    assert embedder.read == [loved.text]


def test_stored_interests_are_embedded_beside_the_items(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    storage.store.save_profile(ANN)
    storage.store.upsert(papers(1), now=NOON)
    meaning.catch_up()
    embedder.read.clear()
    found = meaning.of(ANN, papers(1))
    assert embedder.read == []
    assert found.phrases == {text: embedder.vector(text) for text in ("graphs", "drugs")}


def test_interests_that_are_new_are_embedded_while_somebody_waits(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    meaning.catch_up()
    storage.store.save_profile(ANN)
    embedder.read.clear()
    for _ in range(2):
        assert set(meaning.of(ANN, papers(1)).phrases) == {"graphs", "drugs"}
    assert embedder.read == ["graphs", "drugs"]


def test_interests_written_for_one_look_leave_no_trace(
    storage: Storage, embedder: FakeEmbedder, meaning: Meaning
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    storage.store.save_profile(ANN)
    meaning.catch_up()
    once = replace(ANN, interests=(Interest(text="speech"),))
    assert meaning.of(once, papers(1)).phrases["speech"] == embedder.vector("speech")
    assert set(storage.vectors.of_interests(embedder.model, "ann")) == {"graphs", "drugs"}


def test_without_a_vector_among_the_items_no_interest_is_read(
    embedder: FakeEmbedder, meaning: Meaning
) -> None:
    assert meaning.of(ANN, papers(1)) == NO_VECTORS
    assert embedder.read == []


def test_items_with_a_verdict_are_looked_up_as_well(storage: Storage, meaning: Meaning) -> None:
    one, two = papers(2)
    storage.store.upsert([one, two], now=NOON)
    meaning.catch_up()
    judged = replace(ANN, feedback=(Feedback(item=two, verdict=Verdict.MORE, at=NOON),))
    assert set(meaning.of(judged, [one]).items) == {one.key, two.key}


@dataclass
class Recorder:
    """A ranker that writes down which vectors it was given."""

    given: list[TextVectors] = field(default_factory=list)

    def rank(
        self,
        profile: Profile,  # noqa: ARG002 -- the port hands it over
        candidates: Sequence[Item],
        now: datetime,  # noqa: ARG002 -- the same
        *,
        archive: Sequence[Item] = (),  # noqa: ARG002 -- the same
        meanings: TextVectors = NO_VECTORS,
    ) -> Sequence[RankedItem]:
        self.given.append(meanings)
        return [RankedItem.of(item, []) for item in candidates]

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        return [RankedItem.of(one, []) for one in candidates if one.key != item.key][:limit]


def test_the_ranker_is_handed_what_there_is(storage: Storage, meaning: Meaning) -> None:
    storage.store.upsert(papers(2), now=NOON)
    meaning.catch_up()
    recorder = Recorder()
    ranker = EmbeddingRanker(recorder, lambda: meaning)
    assert len(ranker.rank(ANN, papers(2), NOON)) == 2
    assert len(recorder.given[0].items) == len(recorder.given[0].phrases) == 2
    one, two = papers(2)
    assert [entry.item for entry in ranker.similar(one, [one, two], limit=5)] == [two]


def test_without_a_model_just_now_words_alone_rank() -> None:
    recorder = Recorder()
    EmbeddingRanker(recorder, lambda: None).rank(ANN, papers(1), NOON)
    assert recorder.given == [NO_VECTORS]


def test_a_model_that_fails_is_told_once_and_words_rank(
    storage: Storage,
    embedder: FakeEmbedder,
    meaning: Meaning,
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage.store.upsert(papers(1), now=NOON)
    meaning.catch_up()
    embedder.breaks_after(0)
    recorder = Recorder()
    ranker = EmbeddingRanker(recorder, lambda: meaning)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            ranker.rank(ANN, papers(1), NOON)
    assert recorder.given == [NO_VECTORS] * 3
    assert len(caplog.messages) == 1
    assert "ranking by words alone" in caplog.messages[0]
