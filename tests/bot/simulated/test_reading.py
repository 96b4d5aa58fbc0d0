"""A channel's digest and what its readers do with it, before and after a restart."""

from __future__ import annotations

import pytest

from bot.custom_ids import item_reference
from core.deliveries import DeliveryState
from core.people import Interest, Verdict
from tests.bot.library import ALL, GRAPHS, VISION
from tests.bot.simulated.environment import Message, SimulatedEnvironment, custom_ids, shown

GRAPH_INTEREST = (Interest(text="graph neural networks"),)


def digest_in_channel(sim: SimulatedEnvironment) -> Message:
    """Let the manager subscribe the channel and ask for a digest; deliver what waits."""
    sim.stores(*ALL)
    sim.slash(
        sim.eve,
        "subscribe",
        schedule="daily",
        at="8",
        channel=sim.channel,
        interests="graph neural networks",
    )
    assert "on its way" in sim.slash(sim.eve, "admin post", channel=sim.channel).said
    (waiting,) = sim.storage.outbox.deliveries(states=(DeliveryState.PENDING,))
    receipt = sim.run(sim.deliverer.deliver(waiting))
    posted = sim.channel.history(viewer=sim.ada)[-1]
    assert str(posted.id) == receipt.remote_id
    return posted


def verdicts(sim: SimulatedEnvironment, who: object) -> set[Verdict]:
    profile = sim.storage.store.profile(f"discord:{who.id}")  # type: ignore[attr-defined]
    return {f.verdict for f in profile.feedback if f.item == GRAPHS} if profile else set()


def test_my_picks_under_a_channels_digest_are_the_pressers_own(sim: SimulatedEnvironment) -> None:
    digest = digest_in_channel(sim)
    sim.knows(sim.ada, interests=(Interest(text="vision transformers"),))

    picks = sim.click(sim.ada, digest, "My picks")

    assert VISION.title in picks.text
    assert f"save:{VISION.key}" in custom_ids(picks.message)
    assert picks.message.id in {one.id for one in sim.channel.history(viewer=sim.ada)}
    assert picks.message.id not in {one.id for one in sim.channel.history(viewer=sim.eve)}


def test_my_picks_of_a_newcomer_offer_the_form(sim: SimulatedEnvironment) -> None:
    digest = digest_in_channel(sim)

    heard = sim.click(sim.ada, digest, "My picks")

    assert "Use /start to enter them" in heard.said
    assert sim.click(sim.ada, heard.message, "Start").result.modal


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a restart"])
def test_every_button_works_at_once_and_after_a_restart(
    sim: SimulatedEnvironment, *, restart: bool
) -> None:
    digest = digest_in_channel(sim)
    sim.knows(sim.ada, interests=GRAPH_INTEREST)
    if restart:
        sim.restarts()

    saved = sim.click(sim.ada, digest, custom_id=f"save:{GRAPHS.key}")
    assert "See /saved." in saved.said
    assert verdicts(sim, sim.ada) == {Verdict.SAVE}
    card = sim.select(sim.ada, digest, item_reference(GRAPHS.key), "menu-item:0")
    if restart:
        sim.restarts()
    why = sim.click(sim.ada, card.message, "Why?")
    assert "in your digest" in why.said
    assert "the sum of:" in why.said
    for label, said in (
        ("More like this", Verdict.MORE),
        ("Less like this", Verdict.LESS),
        ("Already known", Verdict.KNOWN),
    ):
        sim.click(sim.ada, card.message, label)
        assert verdicts(sim, sim.ada) >= {Verdict.SAVE, said}
    assert not verdicts(sim, sim.eve)


def test_what_is_said_changes_the_next_ranking_at_once(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    sim.knows(sim.ada, interests=GRAPH_INTEREST)
    before = sim.slash(sim.ada, "digest now")
    assert f"save:{GRAPHS.key}" in custom_ids(before.message)

    card = sim.select(sim.ada, before.message, item_reference(GRAPHS.key), "menu-item:0")
    sim.click(sim.ada, card.message, "Less like this")

    after = sim.slash(sim.ada, "digest now")
    assert f"save:{GRAPHS.key}" not in custom_ids(after.message)


def test_hostile_titles_ping_nobody_in_a_channel(sim: SimulatedEnvironment) -> None:
    digest = digest_in_channel(sim)

    assert "everyone" in shown(digest)
    assert not getattr(digest, "mention_everyone", True)
    assert "](https://evil.example)" not in shown(digest)
