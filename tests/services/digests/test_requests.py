from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.digests import Budget
from core.people import Profile
from services.digests.requests import DigestRequests
from storage.opening import Storage
from tests.fakes import NOON, FakeClock
from tests.sources import sources_of

ANN = Profile(name="ann")


def requests_of(storage: Storage, clock: FakeClock) -> DigestRequests:
    return DigestRequests(
        since=timedelta(days=7),
        items=10,
        minutes=20.0,
        health=sources_of(storage, clock, ["arxiv"]).health,
        clock=clock,
    )


def test_what_is_left_open_comes_from_the_settings(storage: Storage, clock: FakeClock) -> None:
    request = requests_of(storage, clock).build(ANN)
    assert (request.profile, request.since) == (ANN, NOON - timedelta(days=7))
    assert request.budget == Budget(items=10, minutes=20.0)
    assert [state.report.source for state in request.health] == ["arxiv"]
    assert (request.subscription, request.guild, request.sample) == ("", "", False)


def test_what_is_said_counts(storage: Storage, clock: FakeClock) -> None:
    since = NOON - timedelta(days=1)
    here = replace(requests_of(storage, clock), guild="discord:9")
    request = here.build(ANN, since=since, items=3, health=(), recorded=True, sample=True)
    assert (request.since, request.budget.items, request.health) == (since, 3, ())
    assert (request.subscription, request.guild, request.sample) == (
        "profile:ann",
        "discord:9",
        True,
    )
