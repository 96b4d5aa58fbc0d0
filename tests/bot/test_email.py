"""``/email``: the digest by mail, after its address was confirmed."""

from __future__ import annotations

import json
import re

import pytest

from core.deliveries import DeliveryState
from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.stand_ins.discord import world as w

GRAPHS = (Interest(text="graph neural networks"),)


def used(env: BotEnvironment, command: str, user: w.User | None = None, **options: str) -> str:
    return said(env.server.slash(user or env.ada, env.channel, f"email {command}", options))


def code_of(env: BotEnvironment) -> str:
    """Read the code in the letter that waits."""
    letters = env.storage.outbox.deliveries(states=[DeliveryState.PENDING], scheme="email")
    found = re.search(r"code='(\w{8})'", letters[0].part.payload)
    assert found is not None
    return found[1]


@pytest.fixture
def asked(env: BotEnvironment) -> BotEnvironment:
    """Ada has asked for mail."""
    env.knows(env.ada, interests=GRAPHS, zone="Europe/Berlin")
    assert used(env, "set", address="ada@example.org").startswith(
        "A confirmation email is on its way"
    )
    return env


def test_an_address_is_confirmed_by_the_code_of_its_letter(asked: BotEnvironment) -> None:
    assert "waiting for confirmation" in used(asked, "status")
    assert "wrong or has expired" in used(asked, "confirm", code="AAAAAAAA")
    text = used(asked, "confirm", code=code_of(asked).lower())
    assert text.startswith("Confirmed.")
    assert "ada" in text
    assert "every Monday at 08:00" in text
    assert "Next digest: " in used(asked, "status")
    [order] = asked.storage.subscriptions.subscriptions(owner=f"discord:{asked.ada.id}")
    assert (order.target, order.off) == ("email:ada@example.org", "")


def test_nobody_confirms_for_somebody_else(asked: BotEnvironment) -> None:
    assert "wrong or has expired" in used(asked, "confirm", asked.eve, code=code_of(asked))
    assert "No email is sent to you" in used(asked, "status", asked.eve)


def test_answers_are_for_the_asker_alone(asked: BotEnvironment) -> None:
    status = answer_to(asked.server.slash(asked.ada, asked.channel, "email status"))
    assert status.ephemeral


def test_whoever_has_no_interests_yet_is_told_to_start(env: BotEnvironment) -> None:
    assert "/start" in used(env, "set", address="ada@example.org")


def test_what_cannot_be_is_said_in_one_line(asked: BotEnvironment) -> None:
    assert "mail address cannot be used" in used(asked, "set", address="not an address")
    assert "not a time of day" in used(asked, "set", address="b@example.org", at="25:77")
    for name in "bc":
        used(asked, "set", address=f"{name}@example.org")
    assert "try again tomorrow" in used(asked, "set", address="d@example.org")


def test_off_forgets_the_address_and_keeps_the_rest(asked: BotEnvironment) -> None:
    used(asked, "confirm", code=code_of(asked))
    assert "your address is deleted" in used(asked, "off")
    assert "No email is sent to you" in used(asked, "off")
    assert asked.storage.subscriptions.subscriptions() == []
    assert asked.storage.store.profile(f"discord:{asked.ada.id}") is not None


def test_a_subscription_by_mail_stands_among_the_others_and_can_be_changed(
    asked: BotEnvironment,
) -> None:
    used(asked, "confirm", code=code_of(asked))
    page = answer_to(asked.server.slash(asked.ada, asked.channel, "subscriptions"))
    assert "Email to ada" in page.text
    assert "example.org" in page.text


def test_privacy_hands_out_and_deletes_the_address(asked: BotEnvironment) -> None:
    used(asked, "confirm", code=code_of(asked))
    owner = f"discord:{asked.ada.id}"
    held = json.dumps(asked.services.privacy.export(owner))
    assert '"address": "ada@example.org"' in held
    asked.services.privacy.delete(owner)
    assert asked.storage.addresses.addresses() == []
    assert "No email is sent to you" in used(asked, "status")


def test_a_confirmed_address_given_again_says_that_its_digest_is_off_and_resumes(
    asked: BotEnvironment,
) -> None:
    used(asked, "confirm", code=code_of(asked))
    [order] = asked.storage.subscriptions.subscriptions(owner=f"discord:{asked.ada.id}")
    asked.storage.subscriptions.turn_off(order.id, "its profile was gone")

    again = {"address": "ada@EXAMPLE.org"}
    answer = answer_to(asked.server.slash(asked.ada, asked.channel, "email set", again))

    assert "already exists and is **off**" in answer.text
    resumed = asked.server.click(asked.ada, answer, answer.buttons["Resume"])
    assert "Next digest: <t:" in said(resumed)


def test_who_left_by_mail_cannot_resume_without_confirming_again(asked: BotEnvironment) -> None:
    used(asked, "confirm", code=code_of(asked))
    [box] = asked.services.email_subscriptions.state(f"discord:{asked.ada.id}")
    asked.services.email_subscriptions.unsubscribe(box.address.subject)

    listed = answer_to(asked.server.slash(asked.ada, asked.channel, "subscriptions"))
    opened = answer_to(asked.server.select(asked.ada, listed, "menu-order:", box.subscription.id))
    text = said(asked.server.click(asked.ada, opened, opened.buttons["Resume"]))

    assert "is not confirmed" in text
