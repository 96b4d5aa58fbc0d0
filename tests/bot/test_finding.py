"""``/search``, ``/ask``, ``/similar``, ``/trending``, ``/why`` and what they propose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fetchers
from bot.commands.finding import KINDS
from bot.custom_ids import item_reference
from core.items import READ_KINDS, ItemKind
from core.people import Interest
from core.sources import FetchReport, SourceStatus
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


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("vision", "Vision transformers at low resolution"),
        ("agents that use tools", "Language model agents that use tools"),
        ("Graph neural networks, an intro", "Graph neural networks, an introduction"),
        ("solubility", "Graph neural networks for molecules"),
        ("pytorch_geometric", "pyg-team/pytorch_geometric"),
    ],
)
def test_words_of_a_title_are_enough_to_name_an_item(
    env: BotEnvironment, typed: str, found: str
) -> None:
    env.stores(*ALL)

    for command in ("why", "similar"):
        text = said(env.server.slash(env.ada, env.channel, command, {"item": typed}))
        assert found in text.splitlines()[0]


def test_an_address_that_leads_to_nothing_is_not_taken_for_words(env: BotEnvironment) -> None:
    env.stores(*ALL)
    wanted = {"item": "https://example.org/2401.00009"}

    assert "There is no item" in said(env.server.slash(env.ada, env.channel, "why", wanted))


def test_words_that_fit_several_items_open_a_menu(env: BotEnvironment) -> None:
    env.stores(*ALL)

    asked = answer_to(env.server.slash(env.ada, env.channel, "similar", {"item": "graph neural"}))

    assert "fits several items" in asked.text
    picked = env.server.select(env.ada, asked, "menu-item:meant", item_reference(GRAPHS.key))
    assert "Find similar" in answer_to(picked).buttons


@pytest.mark.parametrize("typed", ["git", "GITHUB", "hub", "Git"])
def test_a_part_of_a_sources_name_is_enough_where_it_fits_one(
    env: BotEnvironment, typed: str
) -> None:
    env.stores(*ALL)
    wanted = {"query": "graph", "source": typed}

    assert "from github" in said(env.server.slash(env.ada, env.channel, "search", wanted))


def test_a_source_that_is_always_passed_over_is_not_proposed(env: BotEnvironment) -> None:
    report = FetchReport(source="kaggle", status=SourceStatus.SKIPPED, note="no token")
    env.storage.store.record_fetch(report, now=env.clock())

    used = env.server.autocomplete(env.ada, env.channel, "search", "source", "")

    used.answered.wait()
    assert "GitHub" in used.choice_names
    assert "Kaggle" not in used.choice_names


def test_only_kinds_that_a_source_gives_are_offered() -> None:
    code = [path.read_text() for path in Path(fetchers.__file__).parent.glob("*.py")]
    given = {kind for kind in ItemKind if any(f"ItemKind.{kind.name}" in one for one in code)}

    assert set(READ_KINDS) == given
    assert [choice.value for choice in KINDS] == list(READ_KINDS)


def test_why_takes_an_arxiv_id(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))

    answer = answer_to(env.server.slash(env.ada, env.channel, "why", {"item": "2401.00002"}))

    assert "It is **not in your digest**" in answer.text
    assert "Score **" in said(env.server.click(env.ada, answer, answer.buttons["Details"]))


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
