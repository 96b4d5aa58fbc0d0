"""A channel's digest and what its readers do with it, before and after a restart."""

from __future__ import annotations

import pytest

from bot.custom_ids import item_reference
from core.deliveries import DeliveryState
from core.people import Interest, Verdict
from tests.bot.library import ALL, GRAPHS, VISION
from tests.bot.simulated.environment import Message, Stage, custom_ids, shown

GRAPH_INTEREST = (Interest(text="graph neural networks"),)


def digest_in_channel(stage: Stage) -> Message:
    """Let the manager subscribe the channel and ask for a digest; deliver what waits."""
    stage.stores(*ALL)
    stage.slash(
        stage.eve,
        "subscribe",
        schedule="daily",
        at="8",
        channel=stage.channel,
        interests="graph neural networks",
    )
    assert "on its way" in stage.slash(stage.eve, "admin post", channel=stage.channel).said
    (waiting,) = stage.storage.outbox.deliveries(states=(DeliveryState.PENDING,))
    receipt = stage.run(stage.deliverer.deliver(waiting))
    posted = stage.channel.history(viewer=stage.ada)[-1]
    assert str(posted.id) == receipt.remote_id
    return posted


def verdict(stage: Stage, who: object) -> Verdict | None:
    profile = stage.storage.store.profile(f"discord:{who.id}")  # type: ignore[attr-defined]
    found = [f.verdict for f in profile.feedback if f.item == GRAPHS] if profile else []
    return found[-1] if found else None


def test_my_picks_under_a_channels_digest_are_the_pressers_own(stage: Stage) -> None:
    digest = digest_in_channel(stage)
    stage.knows(stage.ada, interests=(Interest(text="vision transformers"),))

    picks = stage.click(stage.ada, digest, "My picks")

    assert VISION.title in picks.text
    assert f"save:{VISION.key}" in custom_ids(picks.message)
    assert picks.message.id in {one.id for one in stage.channel.history(viewer=stage.ada)}
    assert picks.message.id not in {one.id for one in stage.channel.history(viewer=stage.eve)}


def test_my_picks_of_a_newcomer_offer_the_form(stage: Stage) -> None:
    digest = digest_in_channel(stage)

    heard = stage.click(stage.ada, digest, "My picks")

    assert "/start takes a minute" in heard.said
    assert stage.click(stage.ada, heard.message, "Start").result.modal


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a restart"])
def test_every_button_works_at_once_and_after_a_restart(stage: Stage, *, restart: bool) -> None:
    digest = digest_in_channel(stage)
    stage.knows(stage.ada, interests=GRAPH_INTEREST)
    if restart:
        stage.restarts()

    saved = stage.click(stage.ada, digest, custom_id=f"save:{GRAPHS.key}")
    assert "It stands in /saved." in saved.said
    assert verdict(stage, stage.ada) is Verdict.SAVE
    card = stage.select(stage.ada, digest, item_reference(GRAPHS.key), "menu-item:0")
    if restart:
        stage.restarts()
    why = stage.click(stage.ada, card.message, "Why?")
    assert "in your digest" in why.said
    assert "the sum of:" in why.said
    for label, said in (
        ("More like this", Verdict.MORE),
        ("Less like this", Verdict.LESS),
        ("Already known", Verdict.KNOWN),
    ):
        stage.click(stage.ada, card.message, label)
        assert verdict(stage, stage.ada) is said
    assert verdict(stage, stage.eve) is None


def test_what_is_said_changes_the_next_ranking_at_once(stage: Stage) -> None:
    stage.stores(*ALL)
    stage.knows(stage.ada, interests=GRAPH_INTEREST)
    before = stage.slash(stage.ada, "digest now")
    assert f"save:{GRAPHS.key}" in custom_ids(before.message)

    card = stage.select(stage.ada, before.message, item_reference(GRAPHS.key), "menu-item:0")
    stage.click(stage.ada, card.message, "Less like this")

    after = stage.slash(stage.ada, "digest now")
    assert f"save:{GRAPHS.key}" not in custom_ids(after.message)


def test_hostile_titles_ping_nobody_in_a_channel(stage: Stage) -> None:
    digest = digest_in_channel(stage)

    assert "everyone" in shown(digest)
    assert not getattr(digest, "mention_everyone", True)
    assert "](https://evil.example)" not in shown(digest)
