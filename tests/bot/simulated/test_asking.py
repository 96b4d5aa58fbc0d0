"""Searching and asking: ``/search``, ``/ask``, ``/similar`` and their like, and context menus."""

from __future__ import annotations

import re

import discord

from core.people import Interest
from tests.bot.library import AGENTS, ALL, CONTEST, GRAPHS, LIBRARY, LONG_KEY, papers
from tests.bot.simulated.environment import Stage, custom_ids, shown

LINK = "https://github.com/pyg-team/pytorch_geometric"


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"part (\d+)\]", text)]


def test_search_proposes_topics_and_sources(stage: Stage) -> None:
    stage.knows(stage.ada, interests=(Interest(text="causal inference"),))

    topics = stage.types(stage.ada, "search", "query", "")
    sources = stage.types(stage.ada, "search", "source", "kag", query="x")

    assert topics[0] == ("causal inference", "causal inference")
    assert sources == [("Kaggle", "kaggle")]


def test_pages_of_a_search_turn_after_a_restart(stage: Stage) -> None:
    stage.stores(*papers(12))
    first = stage.slash(
        stage.ada, "search", query="graph *neural*", source="arxiv", kind="paper", since=30
    )
    assert "from arxiv, only paper, of the last 30 days" in first.said
    seen = numbers(first.text)

    for _ in range(2):
        stage.restarts()
        stage.click(stage.ada, first.message, "Next ▶")
        seen += numbers(shown(first.message))

    assert sorted(seen) == list(range(12))
    stage.click(stage.ada, first.message, "◀ Back")
    assert "results 6 to 10" in shown(first.message)


def test_search_without_a_hit_says_what_to_do(stage: Stage) -> None:
    assert "try fewer words" in stage.slash(stage.ada, "search", query="zebra").said


def test_ask_answers_in_the_archives_words(stage: Stage) -> None:
    stage.stores(*ALL)

    heard = stage.slash(
        stage.ada, "ask", question="Which agents call a search engine and a calculator?"
    )

    assert "“Agents call a search engine and a calculator.”" in heard.said
    assert f"[{AGENTS.title}]" in heard.said


def test_ask_without_an_answer_offers_to_watch(stage: Stage) -> None:
    stage.stores(*ALL)
    heard = stage.slash(stage.ada, "ask", question="How long do zebras sleep?")
    assert "The archive has no answer" in heard.said
    stage.restarts()

    watching = stage.click(stage.ada, heard.message, "Watch this question")
    assert [one.text for one in stage.storage.questions.questions()] == [
        "How long do zebras sleep?"
    ]
    stage.click(stage.ada, watching.message, "Stop watching")

    assert not stage.storage.questions.questions()


def test_similar_and_why_take_a_proposal(stage: Stage) -> None:
    stage.stores(*ALL)
    stage.knows(stage.ada, interests=(Interest(text="graph neural networks"),))
    for command, heading in (("similar", "### Like ["), ("why", "Score **")):
        _, value = stage.types(stage.ada, command, "item", "molecules")[0]

        assert heading in stage.slash(stage.ada, command, item=value).said


def test_an_item_that_is_not_there_is_told(stage: Stage) -> None:
    for command in ("similar", "why"):
        heard = stage.slash(stage.ada, command, item="2499.00001")

        assert "pick one of the proposals" in heard.said


def test_trending_names_its_measure(stage: Stage) -> None:
    stage.stores(*ALL)

    assert "58 stars today" in stage.slash(stage.ada, "trending", source="github").said
    assert "/search" in stage.slash(stage.ada, "trending", source="kaggle").said


def test_deadlines_come_with_a_calendar_and_into_the_servers_events(stage: Stage) -> None:
    stage.stores(*ALL)
    heard = stage.slash(stage.eve, "deadlines")

    assert f"<t:{int(CONTEST.deadlines[0].at.timestamp())}:F>" in heard.text
    (file,) = heard.message.attachments
    assert file.filename == "deadlines.ics"
    refused = stage.select(stage.eve, heard.message, str(CONTEST.key), "menu-event:")
    assert "takes the permission Create Events" in refused.said


def test_who_may_create_events_adds_a_deadline(stage: Stage) -> None:
    stage.stores(*ALL)
    role = stage.guild.create_role("host", permissions=discord.Permissions(create_events=True))
    host = stage.guild.add_member(stage.env.create_user("host"), roles=[role])
    page = stage.slash(host, "deadlines")

    added = stage.select(host, page.message, str(CONTEST.key), "menu-event:")

    assert "Added to the events" in added.said
    (event,) = stage.run(stage.here.client().guilds[0].fetch_scheduled_events())
    assert event.name == "final submission: Predict molecular properties"
    assert event.location == CONTEST.url


def test_saved_items_are_listed_and_taken_off(stage: Stage) -> None:
    stage.stores(*ALL)
    assert "Nothing saved yet" in stage.slash(stage.ada, "saved").said
    found = stage.slash(stage.ada, "search", query="molecules")
    stage.click(stage.ada, found.message, custom_id=f"save:{GRAPHS.key}")

    listed = stage.slash(stage.ada, "saved")
    assert GRAPHS.title in listed.said
    stage.click(stage.ada, listed.message, custom_id=f"known:{GRAPHS.key}")

    assert "Nothing saved yet" in stage.slash(stage.ada, "saved").said


def test_context_menus_follow_the_link_of_a_message(stage: Stage) -> None:
    stage.stores(*ALL)
    shared = stage.run(stage.eve.send(stage.channel, f"Look at **{LINK}**, it is good."))

    saved = stage.points(stage.ada, "Save", shared)
    related = stage.points(stage.ada, "Find related", shared)

    assert f"Saved [{LIBRARY.title}]" in saved.said
    assert "more:github/pyg-team/pytorch_geometric" in custom_ids(saved.message)
    assert f"### Like [{LIBRARY.title}]" in related.said


def test_find_related_searches_for_words_where_there_is_no_link(stage: Stage) -> None:
    stage.stores(*ALL)
    shared = stage.run(stage.eve.send(stage.channel, "any introduction to graph networks?"))

    assert LONG_KEY.title in stage.points(stage.ada, "Find related", shared).said
    assert "can be saved" in stage.points(stage.ada, "Save", shared).said
