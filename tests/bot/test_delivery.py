"""Digests to Discord: frozen, sent once, found again, and every refusal told from the others."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import Any

import pytest

from bot.connection import Connection
from bot.delivery import DiscordDeliverer
from bot.layout import IS_COMPONENTS_V2
from core.deliveries import Cadence, Delivery, DeliveryState, DueRun, Part, Schedule, Subscription
from core.digests import Digest, Section
from core.errors import CannotTellError, LaterError, RefusedError
from tests.bot.environment import BotEnvironment
from tests.bot.library import HOSTILE, papers
from tests.digests.examples import draft, ranked
from tests.stand_ins.discord import GET_MESSAGES, POST_MESSAGE, Fault, Permission
from tests.stand_ins.discord import world as w

PERIOD = "2026-11-22"


def order(env: BotEnvironment, target: str = "") -> Subscription:
    return Subscription(
        id="5ub5cr1p",
        owner=f"discord:{env.ada.id}",
        profile=f"discord:{env.ada.id}",
        target=target or f"discord:channel:{env.channel.id}",
        schedule=Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC"),
        created_at=env.clock(),
    )


def a_digest(count: int = 2) -> Digest:
    entries = tuple(ranked(one) for one in (*papers(count), HOSTILE))
    return draft(sections=(Section(kind="papers", title="Papers", items=entries),))


def parts(env: BotEnvironment, target: str = "", count: int = 2) -> list[Part]:
    return list(env.deliverer.parts(a_digest(count), order(env, target), PERIOD))


def delivery(env: BotEnvironment, part: Part, **more: Any) -> Delivery:
    return Delivery(
        part=part,
        subscription="5ub5cr1p",
        period=PERIOD,
        state=DeliveryState.SENDING,
        **{"attempts": 1, "first_attempt": env.clock(), **more},
    )


def deliver(env: BotEnvironment, part: Part) -> str:
    return env.run(env.deliverer.deliver(delivery(env, part))).remote_id


def posted(env: BotEnvironment, channel: w.Channel | None = None) -> list[w.Message]:
    return env.server.messages(channel or env.channel, by=env.server.bot)


def test_parts_are_pure_frozen_and_marked(env: BotEnvironment) -> None:
    made = parts(env, count=20)

    assert made == parts(env, count=20)
    assert len(made) > 1
    assert all(len(part.key) <= 25 for part in made)
    assert len({part.key for part in made}) == len(made)
    for part in made:
        payload = json.loads(part.payload)
        assert payload["flags"] == IS_COMPONENTS_V2
        assert payload["allowed_mentions"] == {"parse": []}
        assert f"picks:{part.key}" in part.payload


def test_keys_differ_between_places_and_periods(env: BotEnvironment) -> None:
    here, there = parts(env)[0], parts(env, f"discord:dm:{env.ada.id}")[0]
    later = env.deliverer.parts(a_digest(), order(env), "2026-11-23")[0]

    assert len({here.key, there.key, later.key}) == 3


def test_a_part_is_posted_with_its_key_as_nonce_and_pings_nobody(env: BotEnvironment) -> None:
    (part,) = parts(env)

    remote_id = deliver(env, part)

    (message,) = posted(env)
    assert remote_id == str(message.id)
    assert message.nonce == part.key
    assert not message.mention_everyone
    (call,) = env.server.calls(POST_MESSAGE)
    assert call.json["enforce_nonce"] is True


def test_sending_it_again_makes_it_once(env: BotEnvironment) -> None:
    (part,) = parts(env)

    assert deliver(env, part) == deliver(env, part)

    assert len(posted(env)) == 1


def test_a_direct_message_is_opened_once(env: BotEnvironment) -> None:
    target = f"discord:dm:{env.ada.id}"
    (part,) = parts(env, target)
    (other,) = env.deliverer.parts(a_digest(), order(env, target), "2026-11-23")

    deliver(env, part)
    deliver(env, other)

    assert len(env.server.calls("POST /users/@me/channels")) == 1
    first, _ = posted(env, env.server.dm(env.ada))
    assert "My picks" not in first.buttons
    assert f"orders:{part.key}" in first.custom_ids


def as_sent(env: BotEnvironment, made: list[Part]) -> None:
    """Freeze a run in the outbox, and record its first part as sent."""
    env.storage.subscriptions.save_subscription(order(env))
    due = DueRun(period=PERIOD, due_at=env.clock(), since=env.clock())
    env.storage.outbox.open_run(order(env), due, a_digest(), made, now=env.clock())
    receipt = env.run(env.deliverer.deliver(delivery(env, made[0])))
    env.storage.outbox.sent({made[0].key: receipt})


def test_what_is_over_goes_into_a_thread_below_the_first_part(env: BotEnvironment) -> None:
    made = parts(env, count=20)
    as_sent(env, made)

    for part in made[1:]:
        deliver(env, part)

    (first,) = posted(env)
    thread = next(c for c in env.guild.channels.values() if c.id == first.id)
    assert thread.name == f"More of {PERIOD}"
    assert len(posted(env, thread)) == len(made) - 1


def test_without_threads_it_follows_in_the_channel(env: BotEnvironment) -> None:
    env.server.overwrite(env.channel, env.server.bot, deny=Permission.CREATE_PUBLIC_THREADS)
    env.settled()
    made = parts(env, count=20)
    as_sent(env, made)

    deliver(env, made[1])

    assert len(posted(env)) == 2


@pytest.mark.parametrize(
    ("code", "turns_off"),
    [(50001, True), (50013, True), (50007, True), (10003, True), (50035, False)],
)
def test_what_will_never_work_is_refused(env: BotEnvironment, code: int, turns_off: bool) -> None:
    env.server.plan(POST_MESSAGE, Fault(code=code))

    with pytest.raises(RefusedError) as refused:
        deliver(env, parts(env)[0])

    assert refused.value.turns_off is turns_off
    assert not posted(env)


def test_a_missing_permission_a_deleted_channel_and_a_closed_dm_are_refused(
    env: BotEnvironment,
) -> None:
    hall = env.server.add_channel(env.guild, "hall")
    (part,) = parts(env, f"discord:channel:{hall.id}")
    env.server.delete_channel(hall)
    with pytest.raises(RefusedError):
        deliver(env, part)

    env.server.close_dms(env.ada)
    with pytest.raises(RefusedError):
        deliver(env, parts(env, f"discord:dm:{env.ada.id}")[0])

    env.server.overwrite(env.channel, env.server.bot, deny=Permission.SEND_MESSAGES)
    with pytest.raises(RefusedError):
        deliver(env, parts(env)[0])


def test_a_kicked_bot_is_refused(env: BotEnvironment) -> None:
    env.server.kick_bot(env.guild)

    with pytest.raises(RefusedError) as refused:
        deliver(env, parts(env)[0])

    assert refused.value.turns_off


def test_a_long_wait_is_left_to_the_outbox(env: BotEnvironment) -> None:
    env.server.plan(POST_MESSAGE, Fault(retry_after=300.0))

    with pytest.raises(LaterError) as later:
        deliver(env, parts(env)[0])

    assert later.value.not_before is not None
    assert later.value.not_before >= env.clock() + timedelta(minutes=4)


def test_a_short_wait_is_waited_for(env: BotEnvironment) -> None:
    env.server.plan(POST_MESSAGE, Fault(retry_after=0.05))

    deliver(env, parts(env)[0])

    assert len(posted(env)) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_that_breaks_leaves_it_open(env: BotEnvironment, after: bool) -> None:
    (part,) = parts(env)
    env.server.plan(POST_MESSAGE, Fault(cut=True, after=after))

    with pytest.raises(CannotTellError):
        deliver(env, part)

    assert len(posted(env)) == after
    deliver(env, part)  # within the window that is safe
    assert len(posted(env)) == 1


def test_a_503_leaves_it_open_and_a_refused_connection_does_not(env: BotEnvironment) -> None:
    env.server.plan(POST_MESSAGE, Fault(status=503, after=True))
    with pytest.raises(CannotTellError):
        deliver(env, parts(env)[0])

    env.server.plan("POST /users/@me/channels", Fault(status=503))
    with pytest.raises(LaterError):  # the message was not even tried
        deliver(env, parts(env, f"discord:dm:{env.ada.id}")[0])


def test_a_wrong_moment_to_ask_is_later(env: BotEnvironment) -> None:
    (part,) = parts(env)
    env.run(env.connection.__aexit__(None, None, None))

    with pytest.raises(LaterError, match="not logged in"):
        deliver(env, part)


def reconcile(env: BotEnvironment, part: Part, **more: Any) -> str | None:
    receipt = env.run(env.deliverer.reconcile(delivery(env, part, **more)))
    return receipt.remote_id if receipt else None


def test_it_is_ready_once_the_bots_servers_are_known(env: BotEnvironment) -> None:
    nobody = Connection(token="", make_client=env.connection.client)
    not_yet = DiscordDeliverer(connection=nobody, outbox=env.storage.outbox, clock=env.clock)

    assert not not_yet.ready
    assert env.deliverer.ready


def test_what_arrived_is_found_by_its_marker(env: BotEnvironment) -> None:
    (part,) = parts(env)
    remote_id = deliver(env, part)

    assert reconcile(env, part) == remote_id


def test_what_did_not_arrive_is_not_found(env: BotEnvironment) -> None:
    (part,) = parts(env)
    (other,) = env.deliverer.parts(a_digest(), order(env), "2026-11-23")
    deliver(env, other)

    assert reconcile(env, part) is None


def test_a_thread_is_searched_for_later_parts(env: BotEnvironment) -> None:
    made = parts(env, count=20)
    as_sent(env, made)
    remote_id = deliver(env, made[1])

    assert reconcile(env, made[1]) == remote_id


def test_a_direct_message_is_searched_too(env: BotEnvironment) -> None:
    (part,) = parts(env, f"discord:dm:{env.ada.id}")
    remote_id = deliver(env, part)

    assert reconcile(env, part) == remote_id


def test_a_long_history_is_read_to_its_end(env: BotEnvironment) -> None:
    (part,) = parts(env)
    for n in range(150):
        env.server.say(env.ada, env.channel, f"message {n}")
    remote_id = deliver(env, part)

    assert reconcile(env, part) == remote_id
    assert len(env.server.calls(GET_MESSAGES)) == 2


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(hours=1), timedelta(days=9)])
def test_what_arrived_before_the_clock_was_set_back_is_found(
    env: BotEnvironment, ahead: timedelta
) -> None:
    (part,) = parts(env)
    remote_id = deliver(env, part)

    assert reconcile(env, part, first_attempt=env.clock() + ahead) == remote_id


def test_anothers_message_with_the_marker_does_not_count(env: BotEnvironment) -> None:
    (part,) = parts(env)
    env.server.say(env.ada, env.channel, f"picks:{part.key}")

    assert reconcile(env, part) is None


def test_without_the_permission_to_read_it_cannot_be_told(env: BotEnvironment) -> None:
    (part,) = parts(env)
    env.server.overwrite(env.channel, env.server.bot, deny=Permission.READ_MESSAGE_HISTORY)
    env.settled()

    with pytest.raises(CannotTellError, match="Read Message History"):
        reconcile(env, part)

    assert not env.server.calls(GET_MESSAGES)


def test_in_a_channel_that_is_gone_nothing_is_found(env: BotEnvironment) -> None:
    hall = env.server.add_channel(env.guild, "hall")
    (part,) = parts(env, f"discord:channel:{hall.id}")
    env.server.delete_channel(hall)
    env.settled()

    assert reconcile(env, part) is None


def test_when_history_does_not_answer_it_is_asked_later(env: BotEnvironment) -> None:
    (part,) = parts(env)
    env.server.plan(GET_MESSAGES, Fault(status=503))

    with pytest.raises(LaterError):
        reconcile(env, part)
