"""What a member says that they want, do not want and follow; they can see and change all of it."""

from __future__ import annotations

import pytest

from bot.escape import unescape
from core.people import Interest, Profile
from tests.bot.environment import BotEnvironment, answer_to, form_of, said
from tests.bot.library import ALL, VISION
from tests.bot.test_starting import send
from tests.stand_ins.discord import components as tree


def profile_of(env: BotEnvironment) -> Profile:
    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    return profile


def test_what_is_not_wanted_is_muted_and_shown_with_a_button_to_mend_it(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    sent = send(
        env,
        topics=[],
        words="- graph neural networks\n- not interested in crypto\nI am a teacher.",
        choice="never",
    )
    text = said(sent)
    assert "I look for “graph neural networks”." in text
    assert "**Muted**, so never shown: “crypto”." in text
    assert "Ignored, since nothing can be found by it: “I am a teacher”." in text
    assert profile_of(env).muted == ("crypto",)
    assert [one.text for one in profile_of(env).interests] == ["graph neural networks"]

    button = answer_to(sent).buttons["Change what I understood"]
    again = form_of(env.server.click(env.ada, answer_to(sent), button))
    assert again.modal is not None
    values = [one.get("value") for _, one in tree.walk(again.modal["components"])]
    assert any("mute: crypto" in (value or "") for value in values)


def test_only_what_is_not_wanted_is_told_at_once(env: BotEnvironment) -> None:
    assert "nothing says what to look for" in said(
        send(env, topics=[], words="no crypto", choice="never")
    )
    assert "Nothing can be found by “the”" in said(
        send(env, topics=[], words="the", choice="never")
    )


def test_muted_words_can_be_set_and_taken_back(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text=VISION.title),))
    word = VISION.title.split()[0]
    muted = env.server.slash(env.ada, env.channel, "interests mute", {"words": f"{word}; crypto"})
    assert f"never shown: {word}; crypto." in unescape(said(muted))
    assert profile_of(env).muted == (word, "crypto")

    proposed = env.server.autocomplete(env.ada, env.channel, "interests unmute", "word", "cry")
    proposed.answered.wait()
    assert proposed.choice_names == ["crypto"]
    said(env.server.slash(env.ada, env.channel, "interests unmute", {"word": "CRYPTO"}))
    assert profile_of(env).muted == (word,)
    missing = env.server.slash(env.ada, env.channel, "interests unmute", {"word": "sports"})
    assert f"“sports” is not muted (muted: {word})" in unescape(said(missing))


def test_authors_can_be_followed_and_no_longer(env: BotEnvironment) -> None:
    followed = env.server.slash(
        env.ada, env.channel, "interests follow", {"names": "Ada Lovelace; owner/repo"}
    )
    assert "Preferred: Ada Lovelace; owner/repo." in unescape(said(followed))
    said(env.server.slash(env.ada, env.channel, "interests unfollow", {"name": "owner/repo"}))
    assert profile_of(env).followed == ("Ada Lovelace",)


def test_an_interest_can_be_weakened_and_all_is_shown(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=(Interest(text="graphs"),), muted=("crypto",))
    weaker = env.server.slash(env.ada, env.channel, "interests weaken", {"interest": "graphs"})
    assert "50%" in said(weaker)
    shown = answer_to(env.server.slash(env.ada, env.channel, "interests show"))
    assert "I look for: graphs (50%)." in unescape(shown.text)
    assert "crypto" in shown.text
    assert "Preferred: nothing yet." in shown.text
    assert "Change what I understood" in shown.buttons


@pytest.mark.parametrize(
    ("act", "option", "typed"),
    [
        ("weaken", "interest", "GRAPH NEURAL NETWORKS"),
        ("weaken", "interest", "graph"),
        ("weaken", "interest", "graph neural netwroks"),
        ("unmute", "word", "golf tourn"),
        ("unmute", "word", "  Golf\u200b Tournament "),
        ("unfollow", "name", "lecun"),
    ],
)
def test_what_is_typed_without_picking_takes_the_best_hit(
    env: BotEnvironment, act: str, option: str, typed: str
) -> None:
    env.knows(
        env.ada,
        interests=(Interest(text="graph neural networks"), Interest(text="maps")),
        muted=("golf tournaments", "tennis") if "Tournament" not in typed else ("golf tournament",),
        followed=("Yann LeCun", "cs.CL"),
    )

    text = said(env.server.slash(env.ada, env.channel, f"interests {act}", {option: typed}))

    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    changed = {
        "weaken": profile.interests[0].weight == 0.5,
        "unmute": not any("golf" in word for word in profile.muted),
        "unfollow": profile.followed == ("cs.CL",),
    }
    assert changed[act], text


def test_what_fits_several_is_not_guessed(env: BotEnvironment) -> None:
    env.knows(env.ada, muted=("golf clubs", "golf balls"))

    text = said(env.server.slash(env.ada, env.channel, "interests unmute", {"word": "golf"}))

    assert "golf clubs; golf balls" in text
    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    assert len(profile.muted) == 2


def test_signs_that_cannot_be_seen_are_no_part_of_what_is_typed(env: BotEnvironment) -> None:
    typed = "\u202egolf\u202c; ten\u200bnis; \u200b"
    said(env.server.slash(env.ada, env.channel, "interests mute", {"words": typed}))

    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    assert profile.muted == ("golf", "tennis")
