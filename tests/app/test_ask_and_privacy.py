from __future__ import annotations

from pathlib import Path

from tests.app.conftest import Tidings

QUESTION = "Does attention alone translate between languages?"


def test_a_question_is_answered_with_quotes_and_links(tidings: Tidings) -> None:
    tidings("digest", "--offline")
    ran = tidings("ask", QUESTION, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.data["question"] == QUESTION
    assert ran.data["answered"]
    for quote in ran.data["quotes"]:
        assert set(quote) == {"text", "key", "title", "url"}
        assert quote["url"].startswith("http")
    shown = tidings("ask", *QUESTION.split())
    assert ran.data["quotes"][0]["url"] in shown.out.replace("\n", "")
    assert "Quoted, not checked" in shown.out


def test_what_the_archive_does_not_know_is_said_plainly(tidings: Tidings) -> None:
    assert "archive is empty" in tidings("ask", "What is new?").out
    tidings("digest", "--offline")
    ran = tidings("ask", "Who baked the first sourdough bread in Bavaria?")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("The archive has no answer (")
    data = tidings("ask", "Who baked the first sourdough bread in Bavaria?", "--json").data
    assert (data["answered"], data["quotes"]) == (False, [])


def test_a_profile_is_handed_out_and_deleted_to_the_last_byte(
    tidings: Tidings, tmp_path: Path
) -> None:
    name = "quirkyname-7391"
    tidings("digest", "--offline")
    tidings("profile", "set", name, "--interests", "graph learning")
    tidings("digest", "--offline", "--profile", name)
    item = tidings("search", "learning", "--limit", "1", "--json").data["results"][0]["key"]
    tidings("feedback", item, "save", "--profile", name)
    exported = tidings("privacy", "export", name, "--json").data
    assert exported["user"] == name
    assert exported["profiles"][0]["interests"] == [["graph learning", 1.0]]
    assert len(exported["saved"]) == 1
    assert "graph learning" in tidings("privacy", "export", name).out
    gone = tidings("privacy", "delete", name, "--json").data
    assert gone["user"] == name
    assert gone["deleted"].items() >= {"profiles": 1, "feedback": 1}.items()
    left = b"".join(file.read_bytes() for file in tmp_path.glob("archive.db*"))
    assert name.encode() not in left
    assert tidings("privacy", "export", name).out == f"nothing is stored about {name}\n"
    assert tidings("privacy", "delete", name).out == f"nothing was stored about {name}\n"


def test_deleting_tells_what_went(tidings: Tidings) -> None:
    tidings("profile", "set", "ann", "--interests", "graphs")
    assert tidings("privacy", "delete", "ann").out == "deleted 1 profiles\n"


def test_nobody_has_no_data(tidings: Tidings) -> None:
    assert tidings("privacy", "delete", " ").code == 2
