from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.app.conftest import ADDRESSES, Ran, Tidings, point
from tests.stand_ins.sources.server import SourceServer

GRAPHS = ("--interests", "graph neural networks; drug discovery")


def test_a_live_digest_has_sections_reasons_and_health(live: Tidings) -> None:
    ran = live("digest", "--json", *GRAPHS)
    assert ran.code == 0
    assert ran.data["sample"] is False
    assert {s["source"]: s["status"] for s in ran.data["sources"]} == {
        "arxiv": "ok",
        "github": "ok",
        "kaggle": "ok",
    }
    items = [i for section in ran.data["digest"]["sections"] for i in section["items"]]
    assert 1 <= len(items) <= 10
    assert "arxiv/1704.01212" in ran.keys
    for item in items:
        assert item["score"] == math.fsum(reason["weight"] for reason in item["reasons"])


def test_without_network_the_sample_day_is_shown_and_the_first_line_says_so(
    tidings: Tidings,
) -> None:
    ran = tidings("digest")
    assert ran.code == 0
    assert ran.out.lstrip().splitlines()[0].startswith("sample data: no network")
    assert tidings("digest", "--json").data["sample"] is True


def test_offline_asks_no_source(
    tidings: Tidings, sources: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, "arxiv", f"api_url={sources.url}", f"rss_url={sources.url}")
    ran = tidings("digest", "--offline", "--json")
    assert (ran.code, ran.data["sample"], sources.requests) == (0, True, [])


def test_offline_uses_the_archive_once_it_holds_live_items(live: Tidings) -> None:
    live("fetch")
    ran = live("digest", "--offline", "--json", *GRAPHS)
    assert ran.data["sample"] is False
    assert ran.keys


def test_the_first_live_success_replaces_the_sample_day(
    tidings: Tidings, request: pytest.FixtureRequest
) -> None:
    assert tidings("digest", "--json").data["sample"] is True
    live: Tidings = request.getfixturevalue("live")
    assert live("fetch").code == 0
    assert live("digest", "--json").data["sample"] is False


def test_a_source_without_token_is_skipped_with_the_line_that_tells_how(
    live: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIDINGS_SOURCES__KAGGLE__TOKEN")
    ran = live("fetch", "--json")
    [kaggle] = [s for s in ran.data["sources"] if s["source"] == "kaggle"]
    assert (kaggle["status"], kaggle["error"]) == ("skipped", None)
    assert "sources.kaggle.token" in kaggle["note"]
    assert ran.code == 0


def test_one_dead_source_harms_no_other(live: Tidings, monkeypatch: pytest.MonkeyPatch) -> None:
    point(monkeypatch, "github", "web_url=http://127.0.0.1:9", "api_url=http://127.0.0.1:9")
    ran = live("fetch", "--json")
    states = {s["source"]: s for s in ran.data["sources"]}
    assert {n: s["status"] for n, s in states.items()} == {
        "arxiv": "ok",
        "github": "failed",
        "kaggle": "ok",
    }
    assert "127.0.0.1:9" in states["github"]["error"]
    assert ran.code == 0


def test_fetching_again_adds_nothing(live: Tidings) -> None:
    first = {s["source"]: s["new"] for s in live("fetch", "--json").data["sources"]}
    again = {s["source"]: s["new"] for s in live("fetch", "--json").data["sources"]}
    assert all(first.values())
    assert not any(again.values())


def test_what_is_not_due_is_not_asked_again(live: Tidings, monkeypatch: pytest.MonkeyPatch) -> None:
    live("digest", "--json")
    for source in ("arxiv", "github", "kaggle"):
        point(monkeypatch, source, "api_url=http://127.0.0.1:9")
    states = live("digest", "--json").data["sources"]
    assert {s["status"] for s in states} == {"ok"}


def test_less_like_this_shows_in_the_next_digest_at_once(live: Tidings) -> None:
    live("fetch")
    live("profile", "set", "ann", "--interests", "graph neural networks")
    before = live("digest", "--profile", "ann", "--offline", "--json").keys
    assert live("feedback", before[0], "less", "--profile", "ann").code == 0
    after = live("digest", "--profile", "ann", "--offline", "--json").keys
    assert before[0] not in after
    assert after != before


@pytest.mark.parametrize(
    "item", ["1609.02907", "https://arxiv.org/abs/1609.02907v4", "arxiv/1609.02907"]
)
def test_why_tells_stages_and_reasons(live: Tidings, item: str) -> None:
    live("fetch")
    live("profile", "set", "ann", "--interests", "graph convolutional networks")
    ran = live("why", item, "--profile", "ann", "--json")
    assert ran.data["item"]["key"] == "arxiv/1609.02907"
    assert ran.data["shown"] is True
    assert ran.data["score"] == math.fsum(r["weight"] for r in ran.data["reasons"])
    text = live("why", item, "--profile", "ann").out
    assert "STOPPED" not in text
    assert "graph convolutional networks" in text


def test_search_finds_and_takes_any_text(live: Tidings) -> None:
    live("fetch")
    found = live("search", "attention", "is", "all", "you", "need", "--json").data
    assert found["results"][0]["key"] == "arxiv/1706.03762"
    for hostile in (
        '"',
        "AND",
        "a* OR (",
        "NEAR(",
        "'; DROP TABLE items;--",
        "\x00",
        "*",
        "-x",
        "",
    ):
        ran = live("search", "--json", "--", hostile)
        assert ran.code == 0, hostile
    only = live("search", "model", "--kind", "repository", "--json").data["results"]
    assert {r["kind"] for r in only} == {"repository"}


def test_similar_leaves_the_item_itself_out(live: Tidings) -> None:
    live("fetch")
    found = live("similar", "1609.02907", "--json").data
    keys = [r["key"] for r in found["results"]]
    assert keys
    assert "arxiv/1609.02907" not in keys


def test_deadlines_are_listed_and_written_as_a_calendar(live: Tidings, tmp_path: Path) -> None:
    live("fetch")
    listed = live("deadlines", "--json", "--ics", "dates.ics").data["deadlines"]
    assert listed == sorted(listed, key=lambda d: d["at"])
    assert (tmp_path / "dates.ics").read_text().count("BEGIN:VEVENT") >= len(listed) > 0


def test_without_deadlines_no_calendar_is_written(tidings: Tidings, tmp_path: Path) -> None:
    ran = tidings("deadlines", "--ics", "dates.ics")
    assert ran.code == 0
    assert "no upcoming deadlines, so dates.ics was not written" in ran.err
    assert not (tmp_path / "dates.ics").exists()


def test_sources_that_were_never_asked_are_named(live: Tidings) -> None:
    live("fetch", "arxiv")
    ran = live("digest", "--offline")
    assert "1 of 3 fresh; GitHub: not read yet; Kaggle: not read yet" in ran.out


def test_sources_that_refuse_are_no_missing_network(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, sources: SourceServer
) -> None:
    first = tidings("digest")
    assert first.out.lstrip().splitlines()[0].startswith("sample data: no network")
    for source, names in ADDRESSES.items():
        point(monkeypatch, source, *(f"{name}={sources.url}" for name in names))
    tidings("fetch")
    for _ in range(2):  # the second one asks nobody again so soon
        ran = tidings("digest")
        assert ran.out.lstrip().splitlines()[0].startswith("sample data: no source could be read")


@pytest.mark.parametrize(("format_", "sign"), [("html", "<!doctype html>"), ("text", "TIDINGS")])
def test_a_digest_is_written_whole_or_not_at_all(
    live: Tidings, tmp_path: Path, format_: str, sign: str
) -> None:
    ran = live("digest", "--format", format_, "--out", "digest.out")
    assert ran.code == 0
    assert sign in (tmp_path / "digest.out").read_text(encoding="utf-8")
    failed = live("digest", "--offline", "--format", format_, "--out", "archive.db/no")
    assert failed.code == 1
    assert failed.err.count("\n") == 1


def usage_error(ran: Ran, word: str) -> None:
    assert ran.code == 2
    assert word in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("fetch", "arxv"), "did you mean arxiv?"),
        (("digest", "--since", "soon", "--offline"), "neither a duration"),
        (("digest", "--profile", "nobody", "--offline"), "no profile 'nobody'"),
        (("digest", "--interests", " ; ", "--offline"), "has no words"),
        (("digest", "--limit", "0"), "limit"),
        (("digest", "--format", "pdf"), "pdf"),
        (("feedback", "1234.56789", "more"), "no item '1234.56789'"),
        (("feedback", "1234.56789", "maybe"), "maybe"),
        (("profile", "set", "ann"), "at least one interest"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    tidings: Tidings, arguments: tuple[str, ...], word: str
) -> None:
    usage_error(tidings(*arguments), word)


def test_a_wrong_setting_is_exit_code_78(tidings: Tidings, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[digest]\nlimt = 3\n", encoding="utf-8")
    ran = tidings("digest")
    assert ran.code == 78
    assert ran.err == (
        "tidings: digest.limt: unknown setting (config.toml); did you mean digest.limit?\n"
    )


def test_a_database_that_is_none_is_one_line_and_is_left_as_it_is(
    tidings: Tidings, tmp_path: Path
) -> None:
    (tmp_path / "archive.db").write_bytes(b"this is no database, but somebody's notes " * 99)
    ran = tidings("search", "x")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "archive.db" in ran.err
    assert (tmp_path / "archive.db").read_bytes().startswith(b"this is no database")


def test_config_commands_make_show_and_check(tidings: Tidings, tmp_path: Path) -> None:
    assert tidings("config", "init").code == 0
    assert tidings("config", "check").out.startswith("ok: config.toml")
    usage_error(tidings("config", "init"), "was not changed")
    shown = tidings("config", "show", "--json").data["settings"]
    assert {"key": "digest.limit", "value": 10, "origin": "config.toml"} in shown
    assert (tmp_path / "config.toml").exists()


def test_doctor_names_what_is_wrong_and_what_to_do(tidings: Tidings) -> None:
    ran = tidings("doctor", "--json")
    states = {check["name"]: check["state"] for check in ran.data["checks"]}
    assert ran.code == 1
    assert states["settings"] == states["archive"] == "ok"
    assert states["arxiv at 127.0.0.1"] == "FAIL"
    assert tidings("doctor", "--offline").code == 0


def test_doctor_says_for_each_line_that_is_not_well_what_to_do(
    tidings: Tidings, sources: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, "github", f"web_url={sources.url}", f"api_url={sources.url}")
    tidings("fetch")
    texts = {c["name"]: (c["state"], c["text"]) for c in tidings("doctor", "--json").data["checks"]}
    advice = {
        "arxiv": "check the network",
        "arxiv at 127.0.0.1": "Connection refused); check the network",
        "github": "if it stays so, check sources.github",
        "kaggle": "set KAGGLE_API_TOKEN",
    }
    for name, words in advice.items():
        assert texts[name][0] != "ok"
        assert words in texts[name][1]
        assert "[Errno" not in texts[name][1]


def test_doctor_bears_an_address_of_a_host_that_cannot_be(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(monkeypatch, "github", "web_url=http://a..b/", "api_url=http://x%ff.example/")
    ran = tidings("doctor", "--json")
    texts = [c["text"] for c in ran.data["checks"] if c["name"].startswith("github at ")]
    assert ran.code == 1
    assert len(texts) == 2
    assert all("no host has that name; check sources.github" in text for text in texts)


def test_a_preview_leaves_the_page_of_the_digest_as_it_is(live: Tidings, tmp_path: Path) -> None:
    first = live("digest")
    page = tmp_path / "digest.html"
    before = page.read_bytes()
    preview = live("digest", "--interests", "proteins")
    assert ("web page" in first.err, "web page" in preview.err) == (True, False)
    assert page.read_bytes() == before
    first_pick = live("feedback", "1", "save", "--json").data
    archive = sqlite3.connect(tmp_path / "archive.db")
    with closing(archive):
        written = archive.execute("PRAGMA data_version").fetchall()
        assert live("digest", "--interests", "proteins", "--limit", "3").code == 0
        assert archive.execute("PRAGMA data_version").fetchall() == written
    assert live("feedback", "1", "save", "--json").data == first_pick
    assert live("digest", "--offline", "--limit", "1").code == 0
    assert page.read_bytes() != before


def test_offline_does_not_say_that_there_is_no_network(tidings: Tidings) -> None:
    for line in (("digest", "--offline"), ("digest", "--offline", "--format", "text")):
        assert tidings(*line).out.lstrip().startswith("sample data: asked nobody")
    tidings("email", "export", "--out", "edition", "--community")
    [page] = Path("edition").glob("*.md")
    assert "sample data: asked nobody" in page.read_text(encoding="utf-8")


def test_sources_shows_the_health_of_each(live: Tidings) -> None:
    assert "never fetched" in live("sources").out
    live("fetch", "arxiv")
    [arxiv] = live("sources", "--json").data["sources"]
    assert (arxiv["source"], arxiv["status"]) == ("arxiv", "ok")
    assert arxiv["last_success"].endswith("Z")


def test_profiles_are_listed_and_shown(tidings: Tidings) -> None:
    assert "no profiles yet" in tidings("profile", "list").out
    tidings("profile", "set", "ann", "--interests", "graphs", "--zone", "Europe/Berlin")
    assert tidings("profile", "list", "--json").data["profiles"][0]["name"] == "ann"
    assert "Europe/Berlin" in tidings("profile", "show", "ann").out
    for name in ("discord:123", "discord:channel:456"):
        tidings("profile", "set", name, "--interests", "proofs")
    assert tidings("profile", "list").out == "ann: graphs\ndiscord:123: proofs\n"


def test_an_interest_is_weakened_until_it_is_removed(tidings: Tidings) -> None:
    tidings("profile", "set", "ann", "--interests", "graphs; drugs")
    weakened = tidings("profile", "weaken", "ann", "graphs", "--json").data
    assert weakened == {"profile": "ann", "interest": "graphs", "weight": 0.5}
    outputs = [tidings("profile", "weaken", "ann", "graphs").out for _ in range(3)]
    assert outputs == ["graphs: weight 0.25\n", "graphs: weight 0.125\n", "graphs: removed\n"]
    usage_error(tidings("profile", "weaken", "ann", "graphs"), "not among your interests")


def in_process(tmp_path: Path, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TIDINGS_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2])}
    environment["TIDINGS_STORAGE__URL"] = f"sqlite:///{tmp_path / 'own.db'}"
    environment |= more
    return subprocess.run(  # noqa: S603 -- our own interpreter and code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        timeout=60,
        check=False,
    )


def test_the_demo_path_never_imports_discord(tmp_path: Path) -> None:
    code = """
import sys
from app.cli import main
sys.argv = ["tidings", "digest", "--offline", "--json"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {"discord", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""
    ran = in_process(tmp_path, code)
    assert ran.returncode == 0, ran.stderr


def test_the_version_imports_nothing_heavy(tmp_path: Path) -> None:
    code = """
import sys
from app.cli import main
sys.argv = ["tidings", "--version"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
heavy = {"sqlmodel", "sqlalchemy", "requests", "pydantic", "numpy", "feedparser", "rich.console"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    ran = in_process(tmp_path, code)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("tidings ")


def test_the_sample_day_needs_no_proxy_of_the_environment(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    ran = tidings("digest", "--offline", "--json")
    assert ran.keys
    assert {s["status"] for s in ran.data["sources"]} == {"ok"}


def test_a_terminal_that_lacks_signs_still_shows_the_digest(tmp_path: Path) -> None:
    code = """
import sys
from app.cli import main
sys.argv = ["tidings", "digest", "--offline"]
main()
"""
    ran = in_process(tmp_path, code, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert "sample data" in ran.stdout


def test_a_link_is_written_through_and_an_empty_name_is_refused(
    live: Tidings, tmp_path: Path
) -> None:
    (tmp_path / "there.txt").write_text("before", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to("there.txt")
    assert live("digest", "--format", "text", "--out", "link.txt").code == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert "TIDINGS" in (tmp_path / "there.txt").read_text(encoding="utf-8")
    usage_error(live("digest", "--offline", "--format", "text", "--out", ""), "name a file")


def test_what_is_no_file_is_written_to_and_stays_what_it_is(live: Tidings, tmp_path: Path) -> None:
    live("fetch")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert live("deadlines", "--ics", "pipe").code == 0
        assert os.read(reader, 15) == b"BEGIN:VCALENDAR"
    finally:
        os.close(reader)
    assert not (tmp_path / "pipe").is_file()


def test_an_argument_that_is_no_text_is_refused(tidings: Tidings) -> None:
    usage_error(tidings("profile", "set", "ann", "--interests", "\udcff"), "encoding")
