"""Serves the sample day on loopback, so that the fetchers read it as they read the sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sample.recording import Recording

_STOP_WITHIN = 0.02
"""Seconds after which the server notices that it is to stop."""


@contextmanager
def serve(now: datetime) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """Serve the sample day until the block ends.

    Args:
        now: the moment that its dates lie around (aware UTC).

    Yields:
        For each source the options with which its fetcher reads the sample day: addresses, a
        made-up token where the real source asks for one, and what has to be followed.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, Recording(now)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(_STOP_WITHIN,), daemon=True)
    thread.start()
    try:
        yield _options(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _options(base: str) -> Mapping[str, Mapping[str, Any]]:
    followed = ("huggingface/transformers", "pyg-team/pytorch_geometric")
    return {
        "arxiv": {"api_url": base, "rss_url": base, "oai_url": base},
        "github": {"web_url": base, "api_url": base, "follow": followed},
        "kaggle": {"api_url": base, "token": "sample"},
    }


class _Handler(BaseHTTPRequestHandler):
    """Answers with what the recording holds, 404 for the rest."""

    def __init__(self, recording: Recording, *args: Any) -> None:  # noqa: ANN401 -- the server's
        self._recording = recording
        super().__init__(*args)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing: a person who reads the digest did not ask for a request log."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        answer = self._recording.answer(unquote(address.path), dict(parse_qsl(address.query)))
        if answer is None:
            self.send_error(404)
            return
        body = answer.text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{answer.media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
