"""Digests to Discord: frozen, sent once, found again, and every refusal told from the others."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import Any

import pytest

from bot.layout import IS_COMPONENTS_V2
from core.deliveries import Cadence, Delivery, DeliveryState, DueRun, Part, Schedule, Subscription
from core.digests import Digest, Section
from core.errors import CannotTellError, LaterError, RefusedError
from tests.bot.environment import Town
from tests.bot.library import HOSTILE, papers
from tests.digests.examples import draft, ranked
from tests.stand_ins.discord import GET_MESSAGES, POST_MESSAGE, Fault, Permission
from tests.stand_ins.discord import world as w

PERIOD = "2026-11-22"


def order(town: Town, target: str = "") -> Subscription:
    return Subscription(
        id="5ub5cr1p",
        owner=f"discord:{town.ada.id}",
        profile=f"discord:{town.ada.id}",
        target=target or f"discord:channel:{town.channel.id}",
        schedule=Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC"),
        created_at=town.clock(),
    )


def a_digest(count: int = 2) -> Digest:
    entries = tuple(ranked(one) for one in (*papers(count), HOSTILE))
    return draft(sections=(Section(kind="papers", title="Papers", items=entries),))


def parts(town: Town, target: str = "", count: int = 2) -> list[Part]:
    return list(town.deliverer.parts(a_digest(count), order(town, target), PERIOD))


def delivery(town: Town, part: Part, **more: Any) -> Delivery:
    return Delivery(
        part=part,
        subscription="5ub5cr1p",
        period=PERIOD,
        state=DeliveryState.SENDING,
        **{"attempts": 1, "first_attempt": town.clock(), **more},
    )


def deliver(town: Town, part: Part) -> str:
    return town.run(town.deliverer.deliver(delivery(town, part))).remote_id


def posted(town: Town, channel: w.Channel | None = None) -> list[w.Message]:
    return town.server.messages(channel or town.channel, by=town.server.bot)


def test_parts_are_pure_frozen_and_marked(town: Town) -> None:
    made = parts(town, count=20)

    assert made == parts(town, count=20)
    assert len(made) > 1
    assert all(len(part.key) <= 25 for part in made)
    assert len({part.key for part in made}) == len(made)
    for part in made:
        payload = json.loads(part.payload)
        assert payload["flags"] == IS_COMPONENTS_V2
        assert payload["allowed_mentions"] == {"parse": []}
        assert f"picks:{part.key}" in part.payload


def test_keys_differ_between_places_and_periods(town: Town) -> None:
    here, there = parts(town)[0], parts(town, f"discord:dm:{town.ada.id}")[0]
    later = town.deliverer.parts(a_digest(), order(town), "2026-11-23")[0]

    assert len({here.key, there.key, later.key}) == 3


def test_a_part_is_posted_with_its_key_as_nonce_and_pings_nobody(town: Town) -> None:
    (part,) = parts(town)

    remote_id = deliver(town, part)

    (message,) = posted(town)
    assert remote_id == str(message.id)
    assert message.nonce == part.key
    assert not message.mention_everyone
    (call,) = town.server.calls(POST_MESSAGE)
    assert call.json["enforce_nonce"] is True


def test_sending_it_again_makes_it_once(town: Town) -> None:
    (part,) = parts(town)

    assert deliver(town, part) == deliver(town, part)

    assert len(posted(town)) == 1


def test_a_direct_message_is_opened_once(town: Town) -> None:
    target = f"discord:dm:{town.ada.id}"
    (part,) = parts(town, target)
    (other,) = town.deliverer.parts(a_digest(), order(town, target), "2026-11-23")

    deliver(town, part)
    deliver(town, other)

    assert len(town.server.calls("POST /users/@me/channels")) == 1
    first, _ = posted(town, town.server.dm(town.ada))
    assert "My picks" not in first.buttons
    assert f"orders:{part.key}" in first.custom_ids


def as_sent(town: Town, made: list[Part]) -> None:
    """Freeze a run in the outbox, and record its first part as sent."""
    town.storage.subscriptions.save_subscription(order(town))
    due = DueRun(period=PERIOD, due_at=town.clock(), since=town.clock())
    town.storage.outbox.open_run(order(town), due, a_digest(), made, now=town.clock())
    receipt = town.run(town.deliverer.deliver(delivery(town, made[0])))
    town.storage.outbox.sent({made[0].key: receipt})


def test_what_is_over_goes_into_a_thread_below_the_first_part(town: Town) -> None:
    made = parts(town, count=20)
    as_sent(town, made)

    for part in made[1:]:
        deliver(town, part)

    (first,) = posted(town)
    thread = next(c for c in town.guild.channels.values() if c.id == first.id)
    assert thread.name == f"More of {PERIOD}"
    assert len(posted(town, thread)) == len(made) - 1


def test_without_threads_it_follows_in_the_channel(town: Town) -> None:
    town.server.overwrite(town.channel, town.server.bot, deny=Permission.CREATE_PUBLIC_THREADS)
    town.settled()
    made = parts(town, count=20)
    as_sent(town, made)

    deliver(town, made[1])

    assert len(posted(town)) == 2


@pytest.mark.parametrize(
    ("code", "turns_off"),
    [(50001, True), (50013, True), (50007, True), (10003, True), (50035, False)],
)
def test_what_will_never_work_is_refused(town: Town, code: int, turns_off: bool) -> None:
    town.server.plan(POST_MESSAGE, Fault(code=code))

    with pytest.raises(RefusedError) as refused:
        deliver(town, parts(town)[0])

    assert refused.value.turns_off is turns_off
    assert not posted(town)


def test_a_missing_permission_a_deleted_channel_and_a_closed_dm_are_refused(town: Town) -> None:
    hall = town.server.add_channel(town.guild, "hall")
    (part,) = parts(town, f"discord:channel:{hall.id}")
    town.server.delete_channel(hall)
    with pytest.raises(RefusedError):
        deliver(town, part)

    town.server.close_dms(town.ada)
    with pytest.raises(RefusedError):
        deliver(town, parts(town, f"discord:dm:{town.ada.id}")[0])

    town.server.overwrite(town.channel, town.server.bot, deny=Permission.SEND_MESSAGES)
    with pytest.raises(RefusedError):
        deliver(town, parts(town)[0])


def test_a_kicked_bot_is_refused(town: Town) -> None:
    town.server.kick_bot(town.guild)

    with pytest.raises(RefusedError) as refused:
        deliver(town, parts(town)[0])

    assert refused.value.turns_off


def test_a_long_wait_is_left_to_the_outbox(town: Town) -> None:
    town.server.plan(POST_MESSAGE, Fault(retry_after=300.0))

    with pytest.raises(LaterError) as later:
        deliver(town, parts(town)[0])

    assert later.value.not_before is not None
    assert later.value.not_before >= town.clock() + timedelta(minutes=4)


def test_a_short_wait_is_waited_for(town: Town) -> None:
    town.server.plan(POST_MESSAGE, Fault(retry_after=0.05))

    deliver(town, parts(town)[0])

    assert len(posted(town)) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_that_breaks_leaves_it_open(town: Town, after: bool) -> None:
    (part,) = parts(town)
    town.server.plan(POST_MESSAGE, Fault(cut=True, after=after))

    with pytest.raises(CannotTellError):
        deliver(town, part)

    assert len(posted(town)) == after
    deliver(town, part)  # within the window that is safe
    assert len(posted(town)) == 1


def test_a_503_leaves_it_open_and_a_refused_connection_does_not(town: Town) -> None:
    town.server.plan(POST_MESSAGE, Fault(status=503, after=True))
    with pytest.raises(CannotTellError):
        deliver(town, parts(town)[0])

    town.server.plan("POST /users/@me/channels", Fault(status=503))
    with pytest.raises(LaterError):  # the message was not even tried
        deliver(town, parts(town, f"discord:dm:{town.ada.id}")[0])


def test_a_wrong_moment_to_ask_is_later(town: Town) -> None:
    (part,) = parts(town)
    town.run(town.connection.__aexit__(None, None, None))

    with pytest.raises(LaterError, match="not logged in"):
        deliver(town, part)


def reconcile(town: Town, part: Part, **more: Any) -> str | None:
    receipt = town.run(town.deliverer.reconcile(delivery(town, part, **more)))
    return receipt.remote_id if receipt else None


def test_what_arrived_is_found_by_its_marker(town: Town) -> None:
    (part,) = parts(town)
    remote_id = deliver(town, part)

    assert reconcile(town, part) == remote_id


def test_what_did_not_arrive_is_not_found(town: Town) -> None:
    (part,) = parts(town)
    (other,) = town.deliverer.parts(a_digest(), order(town), "2026-11-23")
    deliver(town, other)

    assert reconcile(town, part) is None


def test_a_thread_is_searched_for_later_parts(town: Town) -> None:
    made = parts(town, count=20)
    as_sent(town, made)
    remote_id = deliver(town, made[1])

    assert reconcile(town, made[1]) == remote_id


def test_a_direct_message_is_searched_too(town: Town) -> None:
    (part,) = parts(town, f"discord:dm:{town.ada.id}")
    remote_id = deliver(town, part)

    assert reconcile(town, part) == remote_id


def test_a_long_history_is_read_to_its_end(town: Town) -> None:
    (part,) = parts(town)
    for n in range(150):
        town.server.say(town.ada, town.channel, f"message {n}")
    remote_id = deliver(town, part)

    assert reconcile(town, part) == remote_id
    assert len(town.server.calls(GET_MESSAGES)) == 2


def test_anothers_message_with_the_marker_does_not_count(town: Town) -> None:
    (part,) = parts(town)
    town.server.say(town.ada, town.channel, f"picks:{part.key}")

    assert reconcile(town, part) is None


def test_without_the_permission_to_read_it_cannot_be_told(town: Town) -> None:
    (part,) = parts(town)
    town.server.overwrite(town.channel, town.server.bot, deny=Permission.READ_MESSAGE_HISTORY)
    town.settled()

    with pytest.raises(CannotTellError, match="Read Message History"):
        reconcile(town, part)

    assert not town.server.calls(GET_MESSAGES)


def test_in_a_channel_that_is_gone_nothing_is_found(town: Town) -> None:
    hall = town.server.add_channel(town.guild, "hall")
    (part,) = parts(town, f"discord:channel:{hall.id}")
    town.server.delete_channel(hall)
    town.settled()

    assert reconcile(town, part) is None


def test_when_history_does_not_answer_it_is_asked_later(town: Town) -> None:
    (part,) = parts(town)
    town.server.plan(GET_MESSAGES, Fault(status=503))

    with pytest.raises(LaterError):
        reconcile(town, part)
