from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.deliveries import DueRun
from core.people import Verdict
from core.showings import KEPT, Judged, RankerName, Shares
from storage.opening import Storage
from tests.fakes import NOON
from tests.orders import an_order
from tests.showing import a_digest, placing, says

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_was_shown_comes_back_with_what_was_said_of_it_afterwards(storage: Storage) -> None:
    first, second = placing("arxiv/1", 1), placing("arxiv/2", 2, propensity=0.05)
    storage.store.save_digest(a_digest(first, second))
    says(storage, Verdict.SAVE, "arxiv/1")
    [showing] = storage.showings.showings()
    assert (showing.profile, showing.made_at, showing.ranker) == ("ann", NOON, RankerName.FULL)
    assert showing.picks == (
        Judged(placing=first, verdict=Verdict.SAVE),
        Judged(placing=second, verdict=None),
    )


def test_what_was_said_before_it_was_shown_judges_nothing(storage: Storage) -> None:
    says(storage, Verdict.SAVE, "arxiv/1", at=NOON - HOUR)
    storage.store.save_digest(a_digest(placing("arxiv/1")))
    [showing] = storage.showings.showings()
    assert showing.picks[0].verdict is None


def test_another_persons_verdict_judges_nothing(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placing("arxiv/1")))
    says(storage, Verdict.SAVE, "arxiv/1", profile="ben")
    assert storage.showings.showings()[0].picks[0].verdict is None


def test_a_delivered_digest_belongs_to_the_profile_of_its_subscription(storage: Storage) -> None:
    order = an_order("order", profile="ben")
    storage.subscriptions.save_subscription(order)
    due = DueRun(period="2026-11-22", due_at=NOON, since=NOON - DAY)
    made = a_digest(placing("arxiv/1"), subscription="order")
    assert storage.outbox.open_run(order, due, made, [], now=NOON)
    assert [showing.profile for showing in storage.showings.showings()] == ["ben"]
    assert storage.showings.showings(profile="ann") == []


def test_the_log_can_be_read_as_it_was_then(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placing("arxiv/1")))
    storage.store.save_digest(a_digest(placing("arxiv/2"), made_at=NOON + DAY))
    says(storage, Verdict.SAVE, "arxiv/1", at=NOON + 2 * HOUR)
    [early] = storage.showings.showings(before=NOON + HOUR)
    assert [pick.verdict for pick in early.picks] == [None]
    [late, _] = storage.showings.showings(before=NOON + 2 * DAY)
    assert [pick.verdict for pick in late.picks] == [Verdict.SAVE]


def test_made_again_it_keeps_what_was_shown_first_and_where(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placing("arxiv/1", 1), candidates={"arxiv": [3]}))
    says(storage, Verdict.MORE, "arxiv/1")
    again = a_digest(
        placing("arxiv/2", 1), placing("arxiv/1", 2), candidates={"arxiv": [5]},
        name="profile:ann@2026-11-22", made_at=NOON + 2 * HOUR,
    )  # fmt: skip
    storage.store.save_digest(again)
    [showing] = storage.showings.showings()
    shown = {str(p.placing.key): (p.placing.position, p.verdict) for p in showing.picks}
    assert shown == {"arxiv/1": (1, Verdict.MORE), "arxiv/2": (1, None)}
    [cell] = storage.showings.shares(NOON - DAY)
    assert (cell.candidates, cell.picks) == (5, 2)


def test_reminders_are_logged_and_never_measured(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placing("kaggle/competition/x", 0, section="deadlines")))
    assert storage.showings.showings()[0].picks == ()
    assert storage.showings.shares(NOON - DAY) == []
    assert storage.personal.held("ann")["placings"][0]["section"] == "deadlines"


def test_shares_add_up_over_digests_and_bands(storage: Storage) -> None:
    storage.store.save_digest(
        a_digest(placing("arxiv/1"), candidates={"arxiv": [7], "github": [1, 2, 3, 4, 5]})
    )
    storage.store.save_digest(
        a_digest(placing("github/a/b", band=4), made_at=NOON + DAY, candidates={"github": [1, 1]})
    )
    assert storage.showings.shares(NOON) == [
        Shares(source="arxiv", band=0, candidates=7, picks=1),
        Shares(source="github", band=0, candidates=2, picks=0),
        Shares(source="github", band=1, candidates=3, picks=0),
        Shares(source="github", band=2, candidates=3, picks=0),
        Shares(source="github", band=3, candidates=4, picks=0),
        Shares(source="github", band=4, candidates=5, picks=1),
    ]
    assert [cell.source for cell in storage.showings.shares(NOON + HOUR)] == ["github"] * 3


def test_after_a_year_it_is_forgotten_but_what_was_delivered_is_not(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placing("arxiv/1")))
    storage.store.save_digest(a_digest(placing("arxiv/2"), made_at=NOON + KEPT))
    assert len(storage.showings.showings()) == 2
    storage.store.save_digest(a_digest(placing("arxiv/3"), made_at=NOON + KEPT + DAY))
    assert [str(s.picks[0].placing.key) for s in storage.showings.showings()] == [
        "arxiv/2",
        "arxiv/3",
    ]
    assert len(storage.store.delivered("profile:ann")) == 3


def test_a_look_without_a_log_leaves_none(storage: Storage) -> None:
    storage.store.save_digest(replace(a_digest(placing("arxiv/1")), making=None))
    assert storage.showings.showings() == []


def test_deleting_a_subscription_or_a_person_deletes_their_log(storage: Storage) -> None:
    order = an_order("order", profile="ben")
    storage.subscriptions.save_subscription(order)
    storage.store.save_digest(a_digest(placing("arxiv/1"), subscription="order"))
    storage.store.save_digest(a_digest(placing("arxiv/1")))
    storage.subscriptions.delete_subscription("order")
    assert [showing.profile for showing in storage.showings.showings()] == ["ann"]
    gone = storage.personal.erase("ann", now=NOON)
    assert (gone["makings"], gone["placings"]) == (1, 1)
    assert storage.showings.showings() == []
