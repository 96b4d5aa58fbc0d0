"""One file of a repository on loopback, version by version, as GitHub would list and serve it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from fetchers.git_files import blob_name


class FileServer:
    """Serves the present version of a file, and a list of its folder.

    Attributes:
        url: its address.
    """

    def __init__(self, folder: str, name: str) -> None:
        """Serve a file of this name under addresses that hold the folder.

        Args:
            folder: as the address of its list ends: ``src/data/conferences``.
            name: of the file.
        """
        self._folder, self._name, self._body = folder, name, b""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def put(self, body: bytes) -> None:
        """Let this be the file from now on; empty for none."""
        self._body = body

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, path: str) -> bytes | None:
        if path.endswith(f"contents/{self._folder}"):
            rows = [{"name": self._name, "sha": blob_name(self._body)}] if self._body else []
            return json.dumps(rows).encode()
        asked = path.endswith(f"/{self._name}") and self._body
        return self._body if asked else None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = server._answer(self.path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
