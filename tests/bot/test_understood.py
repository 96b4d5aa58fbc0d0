"""What was understood of typed interests is shown wherever they are typed, and can be mended."""

from __future__ import annotations

from tests.bot.environment import BotEnvironment, answer_to, form_of, said
from tests.bot.library import ALL
from tests.stand_ins.discord import Interaction
from tests.stand_ins.discord.invocations import Value

TYPED = "graph neural networks, not golf; I'm fed up with tennis"


def field(opened: Interaction) -> tuple[str, str]:
    """Return the custom id of the form's only field and what it is filled in with."""
    assert opened.modal is not None
    (label,) = opened.modal["components"]
    return label["component"]["custom_id"], label["component"].get("value", "")


def test_a_channel_mutes_what_it_does_not_want_and_says_so(env: BotEnvironment) -> None:
    wanted: dict[str, Value] = {"schedule": "daily", "at": "8", "interests": TYPED}
    wanted["channel"] = env.channel
    page = answer_to(env.server.slash(env.eve, env.channel, "subscribe", wanted))

    assert "I look for “graph neural networks”." in page.text
    assert "**Muted**, so never shown: “golf”, “tennis”." in page.text
    (order,) = env.storage.subscriptions.subscriptions()
    profile = env.storage.store.profile(order.profile)
    assert profile is not None
    assert ([one.text for one in profile.interests], profile.muted) == (
        ["graph neural networks"],
        ("golf", "tennis"),
    )

    opened = form_of(env.server.click(env.eve, page, f"lookfor:{order.id}"))
    name, filled = field(opened)
    assert filled == "graph neural networks\nmute: golf\nmute: tennis"
    mended = "graph neural networks\nanything but chess\nmute: golf"
    text = said(env.server.submit_modal(opened, {name: mended}))
    assert "**Muted**, so never shown: “chess”, “golf”." in text
    profile = env.storage.store.profile(order.profile)
    assert profile is not None
    assert profile.muted == ("chess", "golf")


def test_a_preview_says_what_it_understood(env: BotEnvironment) -> None:
    env.stores(*ALL)

    text = said(env.server.slash(env.ada, env.channel, "digest preview", {"interests": TYPED}))

    assert (
        "I look for “graph neural networks”.\n**Muted**, so never shown: “golf”, “tennis”" in text
    )
    assert env.storage.store.profile(f"discord:{env.ada.id}") is None


def test_a_preview_of_refusals_alone_asks_for_a_subject(env: BotEnvironment) -> None:
    used = env.server.slash(env.ada, env.channel, "digest preview", {"interests": "no golf"})

    assert "Enter at least one interest" in said(used)
