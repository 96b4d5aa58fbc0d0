"""*My picks* under a channel's digest, and ``/digest``."""

from __future__ import annotations

from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, form_of, said
from tests.bot.library import ALL, GRAPHS, VISION, papers
from tests.bot.test_delivery import deliver, parts, posted


def test_my_picks_are_ranked_for_the_presser_alone(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="vision transformers"),))
    env.knows(env.eve, interests=(Interest(text="graph neural networks"),))
    deliver(env, parts(env)[0])
    (digest,) = posted(env)

    papers_of = {env.ada: VISION.key, env.eve: GRAPHS.key}
    for user, key in papers_of.items():
        picks = answer_to(env.server.click(user, digest, digest.buttons["My picks"]))
        found = {one for one in papers_of.values() if f"save:{one}" in picks.custom_ids}
        assert found == {key}
        assert picks.visible_to == user.id
    assert len(posted(env)) == 1


def test_who_has_said_nothing_yet_is_offered_the_form(env: BotEnvironment) -> None:
    deliver(env, parts(env)[0])
    (digest,) = posted(env)

    answer = answer_to(env.server.click(env.ada, digest, digest.buttons["My picks"]))

    assert "Use /start to enter them" in answer.text
    assert form_of(env.server.click(env.ada, answer, answer.buttons["Start"])).modal


def test_the_subscriptions_button_lists_ones_own(env: BotEnvironment) -> None:
    deliver(env, parts(env)[0])
    (digest,) = posted(env)

    used = env.server.click(env.ada, digest, digest.buttons["Subscriptions"])

    assert "No subscriptions yet" in said(used)


def test_digest_now_spreads_over_as_many_messages_as_it_needs(env: BotEnvironment) -> None:
    env.stores(*papers(10, address=400))
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))

    used = env.server.slash(env.ada, env.channel, "digest now")

    answer_to(used)
    env.server.expect("the rest", lambda: len(used.messages) > 1).wait()
    text = "\n".join(message.text for message in used.messages)
    assert all(f", part {n}]" in text for n in range(10))


def test_digest_preview_saves_nothing(env: BotEnvironment) -> None:
    env.stores(*ALL)

    used = env.server.slash(
        env.ada, env.channel, "digest preview", {"interests": "vision transformers", "days": 3}
    )

    assert VISION.title in said(used)
    assert env.storage.store.profile(f"discord:{env.ada.id}") is None


def test_digest_preview_needs_words(env: BotEnvironment) -> None:
    used = env.server.slash(env.ada, env.channel, "digest preview", {"interests": " ; "})

    assert "Enter at least one interest" in said(used)
