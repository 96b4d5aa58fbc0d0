"""*My picks* under a channel's digest, and ``/digest``."""

from __future__ import annotations

from core.people import Interest
from tests.bot.environment import Town, answer_to, form_of, said
from tests.bot.library import ALL, GRAPHS, VISION, papers
from tests.bot.test_delivery import deliver, parts, posted


def test_my_picks_are_ranked_for_the_presser_alone(town: Town) -> None:
    town.stores(*ALL)
    town.knows(town.ada, interests=(Interest(text="vision transformers"),))
    town.knows(town.eve, interests=(Interest(text="graph neural networks"),))
    deliver(town, parts(town)[0])
    (digest,) = posted(town)

    papers_of = {town.ada: VISION.key, town.eve: GRAPHS.key}
    for user, key in papers_of.items():
        picks = answer_to(town.server.click(user, digest, digest.buttons["My picks"]))
        found = {one for one in papers_of.values() if f"save:{one}" in picks.custom_ids}
        assert found == {key}
        assert picks.visible_to == user.id
    assert len(posted(town)) == 1


def test_who_has_said_nothing_yet_is_offered_the_form(town: Town) -> None:
    deliver(town, parts(town)[0])
    (digest,) = posted(town)

    answer = answer_to(town.server.click(town.ada, digest, digest.buttons["My picks"]))

    assert "/start takes a minute" in answer.text
    assert form_of(town.server.click(town.ada, answer, answer.buttons["Start"])).modal


def test_the_subscriptions_button_lists_ones_own(town: Town) -> None:
    deliver(town, parts(town)[0])
    (digest,) = posted(town)

    used = town.server.click(town.ada, digest, digest.buttons["Subscriptions"])

    assert "No subscriptions yet" in said(used)


def test_digest_now_spreads_over_as_many_messages_as_it_needs(town: Town) -> None:
    town.stores(*papers(10, more_words="and its limits in practice " * 4))
    town.knows(town.ada, interests=(Interest(text="graph neural networks"),))

    used = town.server.slash(town.ada, town.channel, "digest now")

    answer_to(used)
    town.server.expect("the rest", lambda: len(used.messages) > 1).wait()
    text = "\n".join(message.text for message in used.messages)
    assert all(f"part {n}]" in text for n in range(10))


def test_digest_preview_saves_nothing(town: Town) -> None:
    town.stores(*ALL)

    used = town.server.slash(
        town.ada, town.channel, "digest preview", {"interests": "vision transformers", "days": 3}
    )

    assert VISION.title in said(used)
    assert town.storage.store.profile(f"discord:{town.ada.id}") is None


def test_digest_preview_needs_words(town: Town) -> None:
    used = town.server.slash(town.ada, town.channel, "digest preview", {"interests": " ; "})

    assert "Name something to look for" in said(used)
