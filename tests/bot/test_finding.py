"""``/search``, ``/ask``, ``/similar``, ``/trending``, ``/why`` and what they propose."""

from __future__ import annotations

import re

import pytest

from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, running_bot, said
from tests.bot.library import AGENTS, ALL, GRAPHS, LIBRARY, VISION, papers
from tests.stand_ins.discord import Interaction


def search(env: BotEnvironment, query: str, **options: str | int) -> Interaction:
    return env.server.slash(env.ada, env.channel, "search", {"query": query, **options})


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"part (\d+)\]", text)]


def test_search_finds_by_words(env: BotEnvironment) -> None:
    env.stores(*ALL)

    text = said(search(env, "vision transformers"))

    assert "### Search: vision transformers" in text
    assert VISION.title in text
    assert GRAPHS.title not in text


def test_search_heeds_source_kind_and_age(env: BotEnvironment) -> None:
    env.stores(*ALL)

    only_code = said(search(env, "graph", source="github", kind="repository", since=7))

    assert LIBRARY.title in only_code.replace("\\", "")
    assert GRAPHS.title not in only_code
    assert "from github, only repository, from the last 7 days" in only_code


@pytest.mark.parametrize("typed", ["GitHub", " github "])
def test_a_source_may_be_named_as_it_is_shown(env: BotEnvironment, typed: str) -> None:
    env.stores(*ALL)

    assert "(from github)" in said(search(env, "graph", source=typed))
    trending = env.server.slash(env.ada, env.channel, "trending", {"source": typed})
    assert "58 stars today" in said(trending)


def test_an_unknown_source_is_told_with_the_nearest(env: BotEnvironment) -> None:
    text = said(search(env, "graph", source="gihub"))

    assert text == "There is no source “gihub”. Did you mean github?"


def test_one_page_of_results_is_counted(env: BotEnvironment) -> None:
    env.stores(*ALL)

    assert "-# 1 result\n" in said(search(env, "vision transformers"))


def test_an_item_may_be_named_by_its_whole_title(env: BotEnvironment) -> None:
    env.stores(*ALL)
    title = GRAPHS.title.upper()

    text = said(env.server.slash(env.ada, env.channel, "similar", {"item": title}))

    assert f"### Similar to [{GRAPHS.title}]" in text


def test_nothing_found_says_what_to_do(env: BotEnvironment) -> None:
    assert "nothing found. Try fewer words" in said(search(env, "zebra"))


def test_pages_turn_both_ways_and_after_a_restart(env: BotEnvironment) -> None:
    env.stores(*papers(12))
    query = "graph *neural* networks"
    first = answer_to(search(env, query, source="arxiv"))
    seen = numbers(first.text)

    answer_to(env.server.click(env.ada, first, first.buttons["Next ▶"]))
    env.server.expect("page 2", lambda: "results 6 to 10" in first.text).wait()
    seen += numbers(first.text)
    env.run(env.connection.__aexit__(None, None, None))
    with running_bot(env.server, env.services):
        env.server.click(env.ada, first, first.buttons["Next ▶"])
        env.server.expect("page 3", lambda: "results 11 to 12" in first.text).wait()
        seen += numbers(first.text)
        assert sorted(seen) == list(range(12))
        assert "*neural*" in first.text.replace("\\", "")
        env.server.click(env.ada, first, first.buttons["◀ Back"])
        env.server.expect("page 2", lambda: "results 6 to 10" in first.text).wait()


@pytest.mark.parametrize(
    ("option", "typed", "proposed"),
    [
        ("query", "large", ["large language models"]),
        ("source", "git", ["GitHub"]),
        ("source", "arxiv, ka", ["arxiv, Kaggle"]),
    ],
)
def test_topics_and_sources_are_proposed(
    env: BotEnvironment, option: str, typed: str, proposed: list[str]
) -> None:
    used = env.server.autocomplete(env.ada, env.channel, "search", option, typed)

    used.answered.wait()
    assert used.choice_names == proposed


def test_ones_own_interests_are_proposed_first(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=(Interest(text="causal inference"),))

    used = env.server.autocomplete(env.ada, env.channel, "search", "query", "")

    used.answered.wait()
    assert used.choice_names[0] == "causal inference"


def test_similar_takes_a_proposal(env: BotEnvironment) -> None:
    env.stores(*ALL)
    typed = env.server.autocomplete(env.ada, env.channel, "similar", "item", "molecules")
    typed.answered.wait()
    assert typed.choices
    value = typed.choices[0]["value"]

    text = said(env.server.slash(env.ada, env.channel, "similar", {"item": value}))

    assert "### Similar to [" in text


def test_similar_says_if_it_knows_no_such_item(env: BotEnvironment) -> None:
    text = said(env.server.slash(env.ada, env.channel, "similar", {"item": "2499.00001"}))

    assert "There is no item “2499.00001” in the archive" in text


def test_why_takes_an_arxiv_id(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))

    text = said(env.server.slash(env.ada, env.channel, "why", {"item": "2401.00002"}))

    assert "It is **not in your digest**" in text or "It is **in your digest**" in text
    assert "Score **" in text


def test_trending_compares_within_each_source(env: BotEnvironment) -> None:
    env.stores(*ALL)

    text = said(env.server.slash(env.ada, env.channel, "trending"))

    assert "58 stars today" in text
    assert GRAPHS.title not in text


def test_trending_without_anything_measured_says_so(env: BotEnvironment) -> None:
    env.stores(GRAPHS)

    text = said(env.server.slash(env.ada, env.channel, "trending"))

    assert "No item of the last week has stars" in text


def test_ask_quotes_the_archive_with_links(env: BotEnvironment) -> None:
    env.stores(*ALL)
    question = "Which agents call a search engine and a calculator?"

    text = said(env.server.slash(env.ada, env.channel, "ask", {"question": question}))

    assert "“Agents call a search engine and a calculator.”" in text
    assert f"[{AGENTS.title}]" in text


def test_ask_says_when_the_archive_has_no_answer_and_watches_the_question(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    question = "How *long* do zebras sleep?"
    used = env.server.slash(env.ada, env.channel, "ask", {"question": question})
    answer = answer_to(used)
    assert "The archive has no answer: 7 items were searched" in answer.text

    watching = env.server.click(env.ada, answer, "watch:")
    assert "I will send you a direct message" in said(watching)

    (watched,) = env.storage.questions.questions(owner=f"discord:{env.ada.id}")
    assert watched.text == question
    message = answer_to(watching)
    assert "Stopped watching" in said(
        env.server.click(env.ada, message, message.buttons["Stop watching"])
    )
    assert not env.storage.questions.questions()


def test_watched_questions_are_listed_and_stopped_one_by_one(env: BotEnvironment) -> None:
    owner = f"discord:{env.ada.id}"
    assert "You watch no questions" in said(env.server.slash(env.ada, env.channel, "questions"))
    for number in range(25):
        env.services.questions.watch(owner, f"{number}. *What* " + "is_" * 150)
    first, *rest = env.storage.questions.questions(owner=owner)

    listed = answer_to(env.server.slash(env.ada, env.channel, "questions"))
    used = env.server.select(env.ada, listed, "menu-question:", first.id)

    env.server.expect("the list", lambda: "Stopped watching" in listed.text).wait()
    assert env.storage.questions.questions(owner=owner) == rest
    assert not used.followups
    assert listed.text.count("is") > len(rest)
