from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from core.answers import WatchedQuestion
from core.deliveries import Cadence, DueRun, Part, Schedule, Subscription
from core.digests import Digest, Period, RankedItem, Section
from core.embeddings import WrittenInterest
from core.errors import StorageError
from core.feeds import AddedFeed, Feed
from core.impressions import LogEntry, RankerName
from core.mail import Address, AddressState
from core.people import Feedback, Interest, Profile, Verdict
from core.sources import Validators
from services.privacy import Deleted, Privacy
from storage import open_storage
from storage.opening import Storage
from storage.privacy import _KINDS
from tests.email_environment import a_privacy
from tests.fakes import NOON, FakeClock, an_item
from tests.impressions import placement
from tests.subscriptions import a_subscription

ID = "918273645546372819"
USER = f"discord:{ID}"
OTHER = f"discord:{ID[:-1]}"  # begins like the other one's id
PERSONAL_COLUMNS = {"owner", "profile", "subscription", "target", "user", "guild", "address"}
NOT_PEOPLE = {"claim"}  # its target is an identifier of a work


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as opened:
        yield opened


def settle_in(storage: Storage, user: str) -> None:
    """Leave rows of every kind about a person, old versions of them included."""
    item = an_item()
    storage.store.upsert([item], now=NOON)
    profile = Profile(name=user, interests=(Interest(text=f"graphs, says {user}"),))
    for number in range(20):
        storage.store.save_profile(
            replace(profile, muted=tuple(f"{user} {n}" for n in range(number)))
        )
    written = WrittenInterest(profile=user, text=profile.interests[0].text)
    storage.vectors.keep_interests("a model", [(written, b"vector of " + user.encode())])
    storage.store.add_feedback(user, Feedback(item=item, verdict=Verdict.SAVE, at=NOON))
    for day in range(20):
        storage.store.save_digest(digest(f"profile:{user}", day))
        question = WatchedQuestion(
            id=f"{user} {day}", owner=user, text=f"what of {user}, {day}?", asked_at=NOON
        )
        storage.questions.watch(question)
        storage.questions.mark_seen(question.id, [item.key])
    for number, subscription in enumerate(subscriptions_of(user)):
        storage.subscriptions.save_subscription(subscription)
        for day in range(10):
            due = DueRun(period=f"day {day}", due_at=NOON, since=NOON - timedelta(days=1))
            part = Part(
                key=f"{user[-6:]}-{number}-{day}",
                target=subscription.target,
                payload=f"Dear {user}",
            )
            made = digest(subscription.id, day)
            assert storage.outbox.open_run(subscription, due, made, [part], now=NOON)
        storage.snapshots.keep_issue("2026-W47", digest(subscription.id, 0))
    storage.addresses.save_address(
        Address(
            id=f"address of {user}",
            owner=user,
            address=f"{user.replace(':', '-')}@example.org",
            subscription=subscriptions_of(user)[0].id,
            state=AddressState.CONFIRMED,
            created_at=NOON,
            changed_at=NOON,
            code="secret hash",
        )
    )
    feed = Feed(name=f"blog-{user[-3:]}", url=f"https://example.org/{user}.rss", title="A blog")
    storage.feeds.add(AddedFeed(feed=feed, owner=user, guild="discord:guild:7", added_at=NOON))
    storage.validators.keep(feed.url, Validators(etag="1"))


def subscriptions_of(user: str) -> list[Subscription]:
    """A person's own, one that goes to them, and one that is ranked for them."""
    schedule = Schedule(cadence=Cadence.DAILY, at=time(8), zone="Europe/Berlin")
    target = f"discord:dm:{user.partition(':')[2]}"
    names = [
        (user, "default", "discord:channel:5"),
        ("discord:1", "default", target),
        ("discord:1", user, "discord:channel:6"),
    ]
    return [
        Subscription(
            id=f"subscription {n} of {user[-6:]}",
            owner=owner,
            profile=profile,
            target=to,
            schedule=schedule,
            created_at=NOON,
            sources=("arxiv",),
        )
        for n, (owner, profile, to) in enumerate(names)
    ]


def digest(subscription: str, day: int) -> Digest:
    start = NOON + timedelta(days=day)
    ranked = RankedItem(item=an_item(), score=0.0, reasons=())
    return Digest(
        id=f"{subscription}@{start.date()}",
        subscription=subscription,
        period=Period(start=start, end=start + timedelta(days=1)),
        made_at=start,
        zone="UTC",
        interests=(),
        sections=(Section(kind="papers", title="Papers", items=(ranked,)),),
        health=(),
        considered=1,
        log_entry=LogEntry(
            ranker=RankerName.FULL,
            placements=(placement(str(an_item().key)),),
            candidates={"arxiv": (1, 0, 0, 0, 0)},
        ),
    )


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("archive.db*")))


def privacy(storage: Storage) -> Privacy:
    return a_privacy(storage, FakeClock())


def test_what_a_channel_gets_by_a_persons_wish_is_theirs_too(storage: Storage) -> None:
    target = "discord:channel:5"
    mine = a_subscription("mine", owner=USER, profile=target, target=target)
    theirs = a_subscription("theirs", owner=OTHER, profile=f"{target}/theirs", target=target)
    for order, words in ((mine, "secret wishes"), (theirs, "graphs")):
        storage.store.save_profile(Profile(name=order.profile, interests=(Interest(text=words),)))
        storage.subscriptions.save_subscription(order)

    held = privacy(storage).export(USER)
    assert held["profiles"][0]["interests"] == [["secret wishes", 1.0]]  # type: ignore[index]
    gone = {one.kind: one.rows for one in privacy(storage).delete(USER).counts}

    assert gone == {"profiles": 1, "subscriptions": 1}
    assert [one.name for one in storage.store.profiles()] == [f"{target}/theirs"]


def test_everything_about_a_person_is_handed_out_as_json(storage: Storage) -> None:
    settle_in(storage, USER)
    settle_in(storage, OTHER)
    data = json.loads(json.dumps(privacy(storage).export(USER)))
    assert data["user"] == USER
    assert data["profiles"][0]["interests"] == [[f"graphs, says {USER}", 1.0]]
    assert data["interest_vectors"][0]["text"] == f"graphs, says {USER}"
    assert data["feedback"] == data["saved"]
    assert data["voted"] == data["known"] == []
    assert data["saved"][0]["external_id"] == "2401.00001"
    assert data["saved"][0]["at"] == NOON.isoformat()
    asked = {q["text"] for q in data["questions"]}
    assert asked == {f"what of {USER}, {day}?" for day in range(20)}
    assert data["feeds"][0]["url"] == f"https://example.org/{USER}.rss"
    assert len(data["digests"]) == len(data["digest_items"]) == 50
    assert data["makings"][0]["candidates"] == {"arxiv": [1, 0, 0, 0, 0]}
    assert len(data["makings"]) == len(data["placings"]) == 50
    assert data["subscriptions"][0]["sources"] == ["arxiv"]
    assert len(data["runs"]) == len(data["deliveries"]) == 30
    assert data["deliveries"][0]["payload"] == f"Dear {USER}"
    assert data["addresses"][0]["address"] == f"discord-{ID}@example.org"
    assert "secret hash" not in json.dumps(data)
    assert data["whole_digests"][0]["content"]["sections"][0]["title"] == "Papers"
    assert f'"{OTHER}"' not in json.dumps(data)


def test_deleting_says_what_went_and_leaves_no_byte_of_the_id(
    storage: Storage, tmp_path: Path
) -> None:
    settle_in(storage, USER)
    settle_in(storage, OTHER)
    assert ID.encode() in bytes_on_disk(tmp_path)
    service = privacy(storage)
    before = service.show(USER)
    others = service.export(OTHER)
    gone = service.delete(USER)
    assert gone.counts == before
    assert {count.kind: count.rows for count in gone.counts} == {
        "profiles": 1,
        "interest_vectors": 1,
        "feedback": 1,
        "subscriptions": 3,
        "runs": 30,
        "deliveries": 30,
        "digests": 50,
        "digest_items": 50,
        "makings": 50,
        "placings": 50,
        "whole_digests": 3,
        "addresses": 1,
        "feeds": 1,
        "questions": 20,
        "seen_answers": 20,
    }
    assert ID.encode() not in bytes_on_disk(tmp_path)
    assert service.show(USER) == ()
    assert service.export(OTHER) == others
    assert [feed.name for feed in storage.feeds.feeds()] == [f"blog-{OTHER[-3:]}"]


def test_the_archive_itself_stays_whole(storage: Storage) -> None:
    settle_in(storage, USER)
    privacy(storage).delete(USER)
    assert [hit.item.key for hit in storage.index.search("study")] == [an_item().key]
    with storage.database.writing() as connection:
        connection.execute(text("INSERT INTO item_text(item_text) VALUES ('integrity-check')"))


def test_deleting_twice_or_a_stranger_does_no_harm(storage: Storage) -> None:
    settle_in(storage, USER)
    service = privacy(storage)
    assert service.delete(USER).counts
    nothing = Deleted(counts=(), overwritten=True)
    assert service.delete(USER) == nothing
    assert service.delete("nobody") == nothing
    assert not service.finish()


def test_a_reader_that_holds_old_pages_is_named_and_the_rest_is_done_later(
    storage: Storage, tmp_path: Path
) -> None:
    settle_in(storage, USER)
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}", busy_seconds=0.1) as impatient:
        service = privacy(impatient)
        with storage.database.reading() as reader:
            reader.execute(text("SELECT count(*) FROM profile"))
            done = service.delete(USER)
            assert done.counts
            assert not done.overwritten
            with pytest.raises(StorageError, match="traces of them remain"):
                service.finish()
        assert service.show(USER) == ()
        assert ID.encode() in bytes_on_disk(tmp_path)
        assert service.finish()
    assert ID.encode() not in bytes_on_disk(tmp_path)


def test_every_table_that_may_name_a_person_is_covered() -> None:
    covered = {kind.table.name for kind in _KINDS}
    suspects = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if PERSONAL_COLUMNS & {column.name for column in table.columns}
    }
    assert suspects - NOT_PEOPLE <= covered
