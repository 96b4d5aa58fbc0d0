"""``tidings serve`` as a real process against the stand-in of Discord."""

from __future__ import annotations

import signal
import subprocess
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.feeds import AddedFeed, Feed, FeedTrouble
from storage import open_storage
from tests.app.processes import QUIET, started
from tests.fakes import an_item
from tests.stand_ins.discord import DiscordStandIn

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


def serving(
    folder: Path, server: DiscordStandIn, token: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    urls = {"discord__api_url": server.api_url, "discord__gateway_url": server.gateway_url}
    return started(folder, "serve", discord__token=token, **urls, **QUIET)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    now = datetime.now(UTC)
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        paper = an_item(
            "arxiv/1609.02907",
            title="Graph convolutional networks",
            summary="Graph neural networks that pass messages.",
            appeared_at=now - timedelta(hours=3),
        )
        storage.store.upsert([paper], now=now)
    return tmp_path


def test_a_member_is_answered_and_sigterm_ends_it_in_order(archive: Path) -> None:
    with DiscordStandIn() as server:
        guild = server.add_guild()
        channel, ada = server.add_channel(guild, "digests"), server.add_user("ada")
        server.join(guild, ada)
        with serving(archive, server, server.token) as process:
            server.expect_connected().wait()
            used = server.slash(ada, channel, "search", {"query": "graph networks"})
            message = used.answered.wait()
            assert "Graph convolutional networks" in message.text  # type: ignore[union-attr]
            assert message.ephemeral  # type: ignore[union-attr]
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
        server.assert_clean()
    assert process.returncode == 0, errors
    assert errors.strip().endswith("stopped")


def test_who_added_a_feed_hears_once_that_it_was_given_up(archive: Path) -> None:
    with DiscordStandIn() as server:
        ada = server.add_user("ada")
        server.join(server.add_guild(), ada)
        feed = Feed(name="blog-1", url="https://blog.example/feed", title="A blog")
        now = datetime.now(UTC)
        with open_storage(f"sqlite:///{archive / 'archive.db'}") as storage:
            owner = f"discord:{ada.id}"
            storage.feeds.add(AddedFeed(feed=feed, owner=owner, guild="", added_at=now))
            storage.feeds.save_trouble(
                FeedTrouble(feed=feed, failures=10, since=now, error="no answer", stopped_at=now)
            )
        with serving(archive, server, server.token) as process:
            server.expect_messages(server.dm(ada), 1, by=server.bot).wait()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        (message,) = server.messages(server.dm(ada))
    assert "The feed [A blog]" in message.text
    with open_storage(f"sqlite:///{archive / 'archive.db'}") as storage:
        (trouble,) = storage.feeds.troubles()
    assert trouble.notified


def test_a_wrong_token_is_one_line_and_exit_code_78(archive: Path) -> None:
    with DiscordStandIn() as server, serving(archive, server, "wrong") as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 78
    assert "refuses the token" in errors
    assert "Traceback" not in errors


def test_without_a_token_everything_but_the_bot_is_served(archive: Path) -> None:
    with DiscordStandIn() as server, serving(archive, server, "") as process:
        assert process.stderr is not None
        assert "serving" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert server.calls() == []
    assert process.returncode == 0


def test_sigterm_lets_the_answer_in_progress_reach_the_member(archive: Path) -> None:
    with DiscordStandIn() as server:
        guild = server.add_guild()
        channel, ada = server.add_channel(guild, "digests"), server.add_user("ada")
        server.join(guild, ada)
        with serving(archive, server, server.token) as process:
            server.expect_connected().wait()
            gate = server.hold(CALLBACK, after=True)
            used = server.slash(ada, channel, "search", {"query": "graph networks"})
            gate.reached.wait()
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)  # what was begun keeps it alive
            gate.open()
            message = used.answered.wait()
            assert "Graph convolutional networks" in message.text  # type: ignore[union-attr]
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert errors.strip().endswith("stopped")
