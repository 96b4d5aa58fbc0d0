"""Answers to members over connections that are cut and servers that fail."""

from __future__ import annotations

import json
import re

import pytest

from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, form_of, said
from tests.bot.library import papers
from tests.stand_ins.discord import Fault, Interaction
from tests.stand_ins.discord import world as w

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
EDIT = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"

CUT, CUT_AFTER = Fault(cut=True), Fault(cut=True, after=True)
FAILS, FAILS_AFTER = Fault(status=502), Fault(status=502, after=True)

EVERY = pytest.mark.parametrize("fault", [CUT, CUT_AFTER, FAILS, FAILS_AFTER])


@EVERY
def test_an_answer_comes_though_the_connection_is_cut(env: BotEnvironment, fault: Fault) -> None:
    env.server.plan(EDIT, fault, times=3)

    assert "Nothing saved yet" in said(env.server.slash(env.ada, env.channel, "saved"))


@EVERY
def test_an_acknowledgement_that_is_cut_is_repeated_and_taken_for_done_if_it_is(
    env: BotEnvironment, fault: Fault
) -> None:
    env.server.plan(CALLBACK, fault)

    assert "Nothing saved yet" in said(env.server.slash(env.ada, env.channel, "saved"))


@EVERY
def test_a_form_opens_though_the_connection_is_cut(env: BotEnvironment, fault: Fault) -> None:
    env.server.plan(CALLBACK, fault)

    assert form_of(env.server.slash(env.ada, env.channel, "start")).modal


@EVERY
def test_an_answer_without_acknowledgement_before_it_is_there_once(
    env: BotEnvironment, fault: Fault
) -> None:
    env.server.plan(CALLBACK, fault)

    used = env.server.slash(env.ada, env.channel, "privacy delete")

    assert "This deletes your interests" in said(used)
    assert not used.followups


@EVERY
def test_a_page_is_turned_though_the_connection_is_cut(env: BotEnvironment, fault: Fault) -> None:
    env.stores(*papers(7))
    listed = answer_to(env.server.slash(env.ada, env.channel, "search", {"query": "graph"}))
    env.server.plan(CALLBACK, fault)
    env.server.plan(EDIT, fault)

    env.server.click(env.ada, listed, listed.buttons["Next ▶"])

    env.server.expect("the page", lambda: "results 6 to 7" in listed.text).wait()


@EVERY
def test_a_file_arrives_whole_though_the_connection_is_cut(
    env: BotEnvironment, fault: Fault
) -> None:
    env.knows(env.ada, interests=(Interest(text="graphs"),))
    env.server.plan(EDIT, fault)

    answer = answer_to(env.server.slash(env.ada, env.channel, "privacy export"))

    assert json.loads(answer.files[0].data)


def long_answer(env: BotEnvironment) -> Interaction:
    env.stores(*papers(60, address=400))
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))
    return env.server.slash(env.ada, env.channel, "digest now")


def parts(used: Interaction) -> list[str]:
    return [message.text for message in used.followups]


def has_last_part(used: Interaction) -> bool:
    return any(re.search(r"Part (\d+) of \1\b", text) for text in parts(used))


@EVERY
def test_no_part_of_an_answer_is_there_twice_and_one_in_doubt_is_told(
    env: BotEnvironment, fault: Fault
) -> None:
    undisturbed = long_answer(env)
    env.server.expect("the last part", lambda: has_last_part(undisturbed)).wait()
    wanted = parts(undisturbed)
    assert wanted, "the answer has several parts"
    env.server.plan(FOLLOW_UP, fault)

    used = long_answer(env)
    answer_to(used)

    def doubt() -> list[w.Message]:
        return [one for one in used.followups if "did not confirm a part" in one.text]

    env.server.expect("the line", doubt).wait()
    arrived = wanted if fault.after else wanted[1:]
    assert len(parts(used)) == len(arrived) + 1


def test_somebody_elses_acknowledgement_is_no_success(env: BotEnvironment) -> None:
    env.server.plan(CALLBACK, Fault(code=40060))

    assert "Something went wrong" in said(env.server.slash(env.ada, env.channel, "saved"))
