"""The real web page on a free port of this machine, with an archive of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from app.blocks import Settings
from app.settings import Loaded
from app.wiring.application import Application, open_application
from app.wiring.web import WebPart, build
from tests.fakes import FakeClock
from tests.web.reading import Form

BASE = "https://tidings.example.org"
"""Where people reach the page in tests; nothing is ever asked there."""


FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
"""What a browser sends with a form of a page that tells no referrer."""


@dataclass
class Running:
    """A page that answers.

    Attributes:
        url: where it listens.
        application: what it was built from.
        clock: tells it the time.
        part: the page itself.
        loop: where the page runs.
    """

    url: str
    application: Application
    clock: FakeClock
    part: WebPart
    loop: asyncio.AbstractEventLoop
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request, a second after the last one; redirects are not followed."""
        self.clock.advance(timedelta(seconds=1))
        return self.at_once(method, path, **options)

    def at_once(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request while the clock stands still."""
        answer = self.session.request(
            method, self.url + path, allow_redirects=False, timeout=20, **options
        )
        if method == "POST":
            self.settle()
        return answer

    def settle(self) -> None:
        """Have done what the page does after its answers."""
        asyncio.run_coroutine_threadsafe(self.part.site.later.finish(), self.loop).result(20)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def send(self, path: str, form: str = "", **fields: str) -> requests.Response:
        """Fill in a form as a browser does: with all that stands in it, changed by ``fields``.

        Args:
            path: where the form stands.
            form: where it is sent to, of the forms that stand there; "" is the page itself.
            fields: by name.
        """
        standing = Form.on(self.get(path).text, form or path)
        return self.ask("POST", standing.action, data=standing.fields | fields, headers=FROM_HERE)


def settings(folder: Path, **web: Any) -> Loaded:
    """Return settings with an archive in a folder and a page on a free port."""
    tables: dict[str, Any] = {
        "storage": {"url": f"sqlite:///{folder / 'archive.db'}"},
        "web": {"enabled": True, "port": 0} | web,
        "email": {"host": "smtp.example.org", "sender": "Tidings <tidings@example.org>"},
    }
    return Loaded(settings=Settings(**tables), file=None, base=folder, origins={})


@contextmanager
def running(folder: Path, **web: Any) -> Iterator[Running]:
    """Serve the page until the block ends; what is named are settings of it."""
    clock = FakeClock()
    with open_application(settings(folder, **web), clock) as application:
        part = build(application)
        with _listening(part) as loop:
            running = Running(part.server.address, application, clock, part, loop)
            with running.session:
                running.session.trust_env = False
                yield running


@contextmanager
def _listening(part: WebPart) -> Iterator[asyncio.AbstractEventLoop]:
    """Run the server in a loop of its own thread."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        end = asyncio.Event()
        async with part.server:
            begun.set_result((asyncio.get_running_loop(), end))
            await end.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as failure:
            if begun.done():
                raise
            begun.set_exception(failure)

    thread = threading.Thread(target=run)
    thread.start()
    loop, end = begun.result()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
