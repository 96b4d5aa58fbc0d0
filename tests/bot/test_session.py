"""One member's whole way with the bot: start, digest, why, less of this, search, export, delete.

``pytest tests/bot/test_session.py -o log_cli=true -o log_cli_level=INFO`` prints it.
"""

from __future__ import annotations

import json
import logging
import re

from bot.custom_ids import item_reference
from bot.escape import unescape
from core.items import Item
from tests.bot.environment import BotEnvironment, answer_to
from tests.bot.library import AGENTS, CONTEST, GRAPHS, LIBRARY, VISION
from tests.bot.test_starting import send
from tests.fakes import an_item
from tests.stand_ins.discord import Interaction
from tests.stand_ins.discord import world as w

log = logging.getLogger("session")


INTRODUCTION = an_item(
    "arxiv/2401.00009",
    title="Graph neural networks, an introduction",
    summary="Message passing on graphs, from the beginning. With molecules as the example.",
)


def heard(used: Interaction, did: str) -> w.Message:
    """Wait for the answer and note what was said."""
    message = answer_to(used)
    noted(f"ada: {did}", message)
    return message


def noted(title: str, message: w.Message) -> None:
    buttons = " | ".join(dict.fromkeys(message.buttons))
    log.info("%s\n%s\n[%s]\n", title, unescape(message.text), buttons)


def why(env: BotEnvironment, item: Item) -> w.Message:
    name = str(item.key)
    told = heard(env.server.slash(env.ada, env.channel, "why", {"item": name}), f"/why {name}")
    return heard(env.server.click(env.ada, told, told.buttons["Details"]), "Details")


def score(message: w.Message) -> float:
    found = re.search(r"Score \*\*([+-][\d.]+)\*\*", message.text)
    assert found
    return float(found[1])


def test_a_member_starts_reads_teaches_searches_and_leaves(env: BotEnvironment) -> None:
    server, ada, channel = env.server, env.ada, env.channel
    env.stores(GRAPHS, INTRODUCTION, VISION, AGENTS, LIBRARY, CONTEST)

    sent = send(env, topics=["graph neural networks"], choice="weekdays", at="8", zone="asia/tokyo")
    heard(sent, "/start, ticks a topic, weekdays at 8")
    server.expect("the first digest", lambda: sent.followups).wait()
    digest = sent.followups[0]
    noted("the first digest", digest)
    assert GRAPHS.title in digest.text

    picked = server.select(ada, digest, "menu-item:0", item_reference(GRAPHS.key))
    card = heard(picked, "picks the paper from the menu")
    reasons = heard(server.click(ada, card, card.buttons["Why?"]), "Why?")
    assert "in your digest" in reasons.text
    before = score(why(env, INTRODUCTION))

    told = heard(server.click(ada, card, card.buttons["Less like this"]), "Less like this")
    again = heard(server.click(ada, told, told.buttons["My picks now"]), "My picks now")
    assert GRAPHS.title not in again.text
    after = why(env, INTRODUCTION)
    assert score(after) < before
    assert "of which you wanted less" in after.text

    found = heard(server.slash(ada, channel, "search", {"query": "molecules"}), "/search molecules")
    assert GRAPHS.title in found.text
    exported = heard(server.slash(ada, channel, "privacy export"), "/privacy export")
    held = json.loads(exported.files[0].data)
    assert held["feedback"][0]["verdict"] == "less"
    asked = heard(server.slash(ada, channel, "privacy delete"), "/privacy delete")
    heard(server.click(ada, asked, asked.buttons["Delete everything"]), "Delete everything")
    gone = heard(server.slash(ada, channel, "privacy show"), "/privacy show")
    assert "Nothing is stored about you" in gone.text
