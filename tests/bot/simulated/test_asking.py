"""Searching and asking: ``/search``, ``/ask``, ``/similar`` and their like, and context menus."""

from __future__ import annotations

import re

import discord

from core.people import Interest
from tests.bot.library import AGENTS, ALL, CONTEST, GRAPHS, LIBRARY, LONG_KEY, papers
from tests.bot.simulated.environment import SimulatedEnvironment, custom_ids, shown

LINK = "https://github.com/pyg-team/pytorch_geometric"


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"part (\d+)\]", text)]


def test_search_proposes_topics_and_sources(sim: SimulatedEnvironment) -> None:
    sim.knows(sim.ada, interests=(Interest(text="causal inference"),))

    topics = sim.types(sim.ada, "search", "query", "")
    sources = sim.types(sim.ada, "search", "source", "kag", query="x")

    assert topics[0] == ("causal inference", "causal inference")
    assert sources == [("Kaggle", "kaggle")]


def test_pages_of_a_search_turn_after_a_restart(sim: SimulatedEnvironment) -> None:
    sim.stores(*papers(12))
    first = sim.slash(
        sim.ada, "search", query="graph *neural*", source="arxiv", kind="paper", since=30
    )
    assert "from arxiv, only paper, from the last 30 days" in first.said
    seen = numbers(first.text)

    for _ in range(2):
        sim.restarts()
        sim.click(sim.ada, first.message, "Next ▶")
        seen += numbers(shown(first.message))

    assert sorted(seen) == list(range(12))
    sim.click(sim.ada, first.message, "◀ Back")
    assert "results 6 to 10" in shown(first.message)


def test_search_without_a_hit_says_what_to_do(sim: SimulatedEnvironment) -> None:
    assert "Try fewer words" in sim.slash(sim.ada, "search", query="zebra").said


def test_ask_answers_in_the_archives_words(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)

    heard = sim.slash(
        sim.ada, "ask", question="Which agents call a search engine and a calculator?"
    )

    assert "“Agents call a search engine and a calculator.”" in heard.said
    assert f"[{AGENTS.title}]" in heard.said


def test_ask_without_an_answer_offers_to_watch(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    heard = sim.slash(sim.ada, "ask", question="How long do zebras sleep?")
    assert "The archive has no answer" in heard.said
    sim.restarts()

    watching = sim.click(sim.ada, heard.message, "Watch this question")
    assert [one.text for one in sim.storage.questions.questions()] == ["How long do zebras sleep?"]
    sim.click(sim.ada, watching.message, "Stop watching")

    assert not sim.storage.questions.questions()


def test_similar_and_why_take_a_proposal(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    sim.knows(sim.ada, interests=(Interest(text="graph neural networks"),))
    for command, heading in (("similar", "### Similar to ["), ("why", "in your digest")):
        _, value = sim.types(sim.ada, command, "item", "molecules")[0]

        assert heading in sim.slash(sim.ada, command, item=value).said


def test_an_item_that_is_not_there_is_told(sim: SimulatedEnvironment) -> None:
    for command in ("similar", "why"):
        heard = sim.slash(sim.ada, command, item="2499.00001")

        assert "Pick one of the suggestions" in heard.said


def test_trending_names_its_measure(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)

    assert "58 stars today" in sim.slash(sim.ada, "trending", source="github").said
    assert "/search" in sim.slash(sim.ada, "trending", source="kaggle").said


def test_deadlines_come_with_a_calendar_and_into_the_servers_events(
    sim: SimulatedEnvironment,
) -> None:
    sim.stores(*ALL)
    heard = sim.slash(sim.eve, "deadlines")

    assert f"<t:{int(CONTEST.deadlines[0].at.timestamp())}:F>" in heard.text
    (file,) = heard.message.attachments
    assert file.filename == "deadlines.ics"
    refused = sim.select(sim.eve, heard.message, str(CONTEST.key), "menu-event:")
    assert "need the Create Events permission" in refused.said


def test_who_may_create_events_adds_a_deadline(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    role = sim.guild.create_role("host", permissions=discord.Permissions(create_events=True))
    host = sim.guild.add_member(sim.env.create_user("host"), roles=[role])
    page = sim.slash(host, "deadlines")

    added = sim.select(host, page.message, str(CONTEST.key), "menu-event:")

    assert "Added to this server's events" in added.said
    (event,) = sim.run(sim.running.client().guilds[0].fetch_scheduled_events())
    assert event.name == "final submission: Predict molecular properties"
    assert event.location == CONTEST.url


def test_saved_items_are_listed_and_taken_off(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    assert "Nothing saved yet" in sim.slash(sim.ada, "saved").said
    found = sim.slash(sim.ada, "search", query="molecules")
    sim.click(sim.ada, found.message, custom_id=f"save:{GRAPHS.key}")

    listed = sim.slash(sim.ada, "saved")
    assert GRAPHS.title in listed.said
    sim.click(sim.ada, listed.message, "Done")

    assert "Nothing saved yet" in sim.slash(sim.ada, "saved").said


def test_context_menus_follow_the_link_of_a_message(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    shared = sim.run(sim.eve.send(sim.channel, f"Look at **{LINK}**, it is good."))

    saved = sim.points(sim.ada, "Save", shared)
    related = sim.points(sim.ada, "Find related", shared)

    assert f"Saved {LIBRARY.title} ([open]" in saved.said.replace("\\", "")
    assert "more:github/pyg-team/pytorch_geometric" in custom_ids(saved.message)
    assert f"### Similar to {LIBRARY.title} ([open]" in related.said


def test_find_related_searches_for_words_where_there_is_no_link(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    shared = sim.run(sim.eve.send(sim.channel, "any introduction to graph networks?"))

    assert LONG_KEY.title in sim.points(sim.ada, "Find related", shared).said
    assert "nothing to save" in sim.points(sim.ada, "Save", shared).said
