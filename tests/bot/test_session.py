"""One member's whole way with the bot: start, digest, why, less of this, search, export, delete.

``pytest tests/bot/test_session.py -o log_cli=true -o log_cli_level=INFO`` prints it.
"""

from __future__ import annotations

import json
import logging

from bot.custom_ids import item_reference
from tests.bot.library import ALL, GRAPHS
from tests.bot.test_starting import send
from tests.bot.town import Town, answer_to
from tests.stand_ins.discord import Interaction
from tests.stand_ins.discord import world as w

log = logging.getLogger("session")


def heard(used: Interaction, did: str) -> w.Message:
    """Wait for the answer and note what was said."""
    message = answer_to(used)
    log.info("ada: %s\n%s\n[%s]\n", did, message.text, " | ".join(message.buttons))
    return message


def test_a_member_starts_reads_teaches_searches_and_leaves(town: Town) -> None:
    server, ada, channel = town.server, town.ada, town.channel
    town.stores(*ALL)

    sent = send(
        town, topics=["graph neural networks"], choice="weekdays", at="8", zone="Asia/Tokyo"
    )
    heard(sent, "/start, ticks a topic, weekdays at 8")
    server.expect("the first digest", lambda: sent.followups).wait()

    digest = heard(server.slash(ada, channel, "digest now"), "/digest now")
    assert GRAPHS.title in digest.text
    picked = server.select(ada, digest, "menu-item:0", item_reference(GRAPHS.key))
    card = heard(picked, "picks the paper from the menu")
    why = heard(server.click(ada, card, card.buttons["Why?"]), "Why?")
    assert "in your digest" in why.text
    heard(server.click(ada, card, card.buttons["Less like this"]), "Less like this")
    again = heard(server.slash(ada, channel, "digest now"), "/digest now")
    assert GRAPHS.title not in again.text

    found = heard(server.slash(ada, channel, "search", {"query": "molecules"}), "/search molecules")
    assert GRAPHS.title in found.text
    exported = heard(server.slash(ada, channel, "privacy export"), "/privacy export")
    held = json.loads(exported.files[0].data)
    assert held["feedback"][0]["verdict"] == "less"
    asked = heard(server.slash(ada, channel, "privacy delete"), "/privacy delete")
    heard(server.click(ada, asked, asked.buttons["Delete everything"]), "Delete everything")
    gone = heard(server.slash(ada, channel, "privacy show"), "/privacy show")
    assert "Nothing is held about you" in gone.text
