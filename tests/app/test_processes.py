"""Whole processes: signals, and what a run costs."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from sample.recording import Recording
from storage import open_storage
from tests.app.processes import QUIET, started


class SlowSource:
    """Answers with the sample day, but only once it is let go."""

    def __init__(self) -> None:
        recording = Recording(datetime.now(UTC))
        self.asked = threading.Event()
        self.go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.set()
                outer.go.wait(30)
                address = urlsplit(self.path)
                answer = recording.answer(unquote(address.path), dict(parse_qsl(address.query)))
                assert answer is not None
                body = answer.text.encode()
                self.send_response(200)
                self.send_header("Content-Type", answer.media_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> SlowSource:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def source() -> Iterator[SlowSource]:
    with SlowSource() as slow:
        yield slow


def reading(
    folder: Path, source: SlowSource, *arguments: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    return started(
        folder,
        *arguments,
        sources__arxiv__api_url=source.url,
        sources__arxiv__rss_url=source.url,
        sources__arxiv__oai_url=source.url,
        log__level="info",
        **(QUIET | {"sources__arxiv__enabled": "true"}),
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_lets_the_fetch_in_progress_finish(
    tmp_path: Path, source: SlowSource, number: signal.Signals
) -> None:
    with reading(tmp_path, source, "serve") as process:
        assert source.asked.wait(30)
        process.send_signal(number)
        source.go.set()
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "stopped" in errors
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        assert storage.store.source_states()["arxiv"].last_success is not None
        assert storage.store.last_beat() is not None


def test_ctrl_c_ends_a_digest_at_once_though_a_source_is_slow(
    tmp_path: Path, source: SlowSource
) -> None:
    with reading(tmp_path, source, "digest") as process:
        assert source.asked.wait(30)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.strip().endswith("tidings: interrupted; what was stored so far is kept")
    assert "Traceback" not in errors


def test_a_reader_that_goes_away_is_no_error_with_a_traceback(
    tmp_path: Path, source: SlowSource
) -> None:
    source.go.set()
    with reading(tmp_path, source, "config", "show") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(30)
    assert "Traceback" not in errors
