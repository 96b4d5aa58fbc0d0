from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.mail import Address, AddressState
from storage.opening import Storage
from tests.fakes import NOON
from tests.subscriptions import a_subscription


def saved(storage: Storage, id_: str = "a", **changes: Any) -> Address:
    values: dict[str, Any] = {
        "id": id_,
        "owner": f"email:{id_}",
        "address": "ann@example.org",
        "subscription": f"order of {id_}",
        "state": AddressState.CONFIRMED,
        "created_at": NOON,
        "changed_at": NOON,
    }
    address = Address(**values | changes)
    storage.subscriptions.save_subscription(a_subscription(address.subscription))
    storage.addresses.save_address(address)
    return address


def test_an_address_comes_back_as_it_was(storage: Storage) -> None:
    address = saved(storage, version=3, bounces=2, code="hash", tries=1)
    assert storage.addresses.address("a") == address
    assert storage.addresses.address("b") is None


@pytest.mark.parametrize(
    "wanted", [{"owner": "email:a"}, {"subscription": "order of a"}, {"address": "a@x.org"}]
)
def test_addresses_are_found_by_what_belongs_to_them(
    storage: Storage, wanted: dict[str, str]
) -> None:
    first = saved(storage, "a", address="a@x.org")
    second = saved(storage, "b", created_at=NOON + timedelta(seconds=1))
    assert storage.addresses.addresses(**wanted) == [first]
    assert storage.addresses.addresses() == [first, second]


def test_attempts_are_counted_for_each_subject_and_forgotten(storage: Storage) -> None:
    def tries(subject: str, hour: int) -> bool:
        now = NOON + timedelta(hours=hour)
        return storage.addresses.try_once(subject, now=now, since=now - timedelta(days=1), most=2)

    assert [tries("a", 0), tries("a", 1), tries("a", 2), tries("b", 2)] == [True, True, False, True]
    assert [tries("a", 25), tries("a", 25)] == [True, False]


def test_the_third_refusal_in_a_row_turns_every_record_of_the_address_off(
    storage: Storage,
) -> None:
    saved(storage, "a")
    saved(storage, "b")
    saved(storage, "c", address="other@example.org")
    assert storage.addresses.bounced("ann@example.org", most=3, now=NOON) == 1
    storage.addresses.arrived("ann@example.org")
    later = NOON + timedelta(days=7)
    counts = [storage.addresses.bounced("ann@example.org", most=3, now=later) for _ in range(3)]
    assert counts == [1, 2, 3]
    states = [(a.id, a.state.value, a.changed_at) for a in storage.addresses.addresses()]
    assert states == [("a", "bounced", later), ("b", "bounced", later), ("c", "confirmed", NOON)]


def test_an_address_goes_with_its_subscription(storage: Storage) -> None:
    saved(storage)
    storage.subscriptions.delete_subscription("order of a")
    assert storage.addresses.addresses() == []
