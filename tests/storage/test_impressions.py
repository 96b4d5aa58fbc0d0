from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.deliveries import DueRun
from core.impressions import KEPT, Exposure, JudgedPlacement, RankerName
from core.people import Verdict
from storage.opening import Storage
from tests.fakes import NOON
from tests.impressions import a_digest, placement, says
from tests.subscriptions import a_subscription

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_was_shown_comes_back_with_what_was_said_of_it_afterwards(storage: Storage) -> None:
    first, second = placement("arxiv/1", 1), placement("arxiv/2", 2, propensity=0.05)
    storage.store.save_digest(a_digest(first, second))
    says(storage, Verdict.SAVE, "arxiv/1")
    [logged] = storage.impressions.logged_digests()
    assert (logged.profile, logged.made_at, logged.ranker) == ("ann", NOON, RankerName.FULL)
    assert logged.picks == (
        JudgedPlacement(placement=first, verdict=Verdict.SAVE),
        JudgedPlacement(placement=second, verdict=None),
    )


def test_what_was_said_before_it_was_shown_judges_nothing(storage: Storage) -> None:
    says(storage, Verdict.SAVE, "arxiv/1", at=NOON - HOUR)
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    [logged] = storage.impressions.logged_digests()
    assert logged.picks[0].verdict is None


def test_another_persons_verdict_judges_nothing(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    says(storage, Verdict.SAVE, "arxiv/1", profile="ben")
    assert storage.impressions.logged_digests()[0].picks[0].verdict is None


def test_a_delivered_digest_belongs_to_the_profile_of_its_subscription(storage: Storage) -> None:
    subscription = a_subscription("order", profile="ben")
    storage.subscriptions.save_subscription(subscription)
    due = DueRun(period="2026-11-22", due_at=NOON, since=NOON - DAY)
    made = a_digest(placement("arxiv/1"), subscription="order")
    assert storage.outbox.open_run(subscription, due, made, [], now=NOON)
    assert [logged.profile for logged in storage.impressions.logged_digests()] == ["ben"]
    assert storage.impressions.logged_digests(profile="ann") == []


def test_the_log_can_be_read_as_it_was_then(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    storage.store.save_digest(a_digest(placement("arxiv/2"), made_at=NOON + DAY))
    says(storage, Verdict.SAVE, "arxiv/1", at=NOON + 2 * HOUR)
    [early] = storage.impressions.logged_digests(before=NOON + HOUR)
    assert [pick.verdict for pick in early.picks] == [None]
    [late, _] = storage.impressions.logged_digests(before=NOON + 2 * DAY)
    assert [pick.verdict for pick in late.picks] == [Verdict.SAVE]


def test_made_again_it_keeps_what_was_shown_first_and_where(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("arxiv/1", 1), candidates={"arxiv": [3]}))
    says(storage, Verdict.MORE, "arxiv/1")
    again = a_digest(
        placement("arxiv/2", 1), placement("arxiv/1", 2), candidates={"arxiv": [5]},
        name="profile:ann@2026-11-22", made_at=NOON + 2 * HOUR,
    )  # fmt: skip
    storage.store.save_digest(again)
    [logged] = storage.impressions.logged_digests()
    shown = {str(p.placement.key): (p.placement.position, p.verdict) for p in logged.picks}
    assert shown == {"arxiv/1": (1, Verdict.MORE), "arxiv/2": (1, None)}
    [cell] = storage.impressions.shares(NOON - DAY)
    assert (cell.candidates, cell.picks) == (5, 2)


def test_reminders_are_logged_and_never_measured(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("kaggle/competition/x", 0, section="deadlines")))
    assert storage.impressions.logged_digests()[0].picks == ()
    assert storage.impressions.shares(NOON - DAY) == []
    assert storage.personal.held("ann")["placings"][0]["section"] == "deadlines"


def test_shares_add_up_over_digests_and_bands(storage: Storage) -> None:
    storage.store.save_digest(
        a_digest(placement("arxiv/1"), candidates={"arxiv": [7], "github": [1, 2, 3, 4, 5]})
    )
    storage.store.save_digest(
        a_digest(placement("github/a/b", band=4), made_at=NOON + DAY, candidates={"github": [1, 1]})
    )
    assert storage.impressions.shares(NOON) == [
        Exposure(source="arxiv", band=0, candidates=7, picks=1),
        Exposure(source="github", band=0, candidates=2, picks=0),
        Exposure(source="github", band=1, candidates=3, picks=0),
        Exposure(source="github", band=2, candidates=3, picks=0),
        Exposure(source="github", band=3, candidates=4, picks=0),
        Exposure(source="github", band=4, candidates=5, picks=1),
    ]
    assert [cell.source for cell in storage.impressions.shares(NOON + HOUR)] == ["github"] * 3


def test_after_a_year_it_is_forgotten_but_what_was_delivered_is_not(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    storage.store.save_digest(a_digest(placement("arxiv/2"), made_at=NOON + KEPT))
    assert len(storage.impressions.logged_digests()) == 2
    storage.store.save_digest(a_digest(placement("arxiv/3"), made_at=NOON + KEPT + DAY))
    assert [str(s.picks[0].placement.key) for s in storage.impressions.logged_digests()] == [
        "arxiv/2",
        "arxiv/3",
    ]
    assert len(storage.store.delivered("profile:ann")) == 3


def test_a_look_without_a_log_leaves_none(storage: Storage) -> None:
    storage.store.save_digest(replace(a_digest(placement("arxiv/1")), log_entry=None))
    assert storage.impressions.logged_digests() == []


def test_deleting_a_subscription_or_a_person_deletes_their_log(storage: Storage) -> None:
    subscription = a_subscription("order", profile="ben")
    storage.subscriptions.save_subscription(subscription)
    storage.store.save_digest(a_digest(placement("arxiv/1"), subscription="order"))
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    storage.subscriptions.delete_subscription("order")
    assert [logged.profile for logged in storage.impressions.logged_digests()] == ["ann"]
    gone = storage.personal.erase("ann", now=NOON)
    assert (gone["makings"], gone["placings"]) == (1, 1)
    assert storage.impressions.logged_digests() == []
