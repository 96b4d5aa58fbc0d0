"""A headless Chromium that lays pages out, without network and without a trace."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
DARK = "--blink-settings=preferredColorScheme=0"
STARTS_WITHIN = 50
"""Seconds; on a busy small machine it takes ten."""

# The frames are loaded before the page is, so the sizes are there when the page is dumped.
_MEASURE = """<!doctype html><meta charset="utf-8"><title></title>
<script>onload = () => {
  const roots = [...document.querySelectorAll("iframe")].map(f => f.contentDocument.documentElement)
  document.title = JSON.stringify(roots.map(root => [root.scrollWidth, root.offsetHeight]))
}</script>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Runs Chromium anew for every question.

    Attributes:
        program: its path.
        folder: an empty folder for its profile and the pages that it is given.
    """

    program: str
    folder: Path

    def sizes(self, pages: Sequence[tuple[str, int]]) -> list[tuple[int, int]]:
        """Lay each page out in a window of its width; return what it takes, width and height.

        A page that takes more than its window's width can be scrolled sideways.
        """
        frames = (
            f'<iframe srcdoc="{html.escape(page)}" width="{width}" height="600" '
            'style="display: block; border: 0"></iframe>\n'
            for page, width in pages
        )
        measuring = self.folder / "measure.html"
        measuring.write_text(_MEASURE + "".join(frames), encoding="utf-8")
        dumped = self._run("--dump-dom", measuring.as_uri())
        title = re.search(r"<title>(.*?)</title>", dumped, re.DOTALL)
        assert title, dumped[:2000]
        return [(width, height) for width, height in json.loads(title[1] or "[]")]

    def picture(self, page: Path, to: Path, size: tuple[int, int], *, dark: bool = False) -> None:
        """Write what a window of this size shows of a page as a PNG."""
        window = "--window-size={},{}".format(*size)
        self._run(window, f"--screenshot={to}", *([DARK] if dark else []), page.resolve().as_uri())

    def _run(self, *arguments: str) -> str:
        command = [self.program, *FLAGS, f"--user-data-dir={self.folder / 'profile'}", *arguments]
        done = subprocess.run(  # noqa: S603 -- a browser from PATH, and our own pages
            command, check=True, capture_output=True, encoding="utf-8", timeout=STARTS_WITHIN
        )
        return done.stdout


def installed() -> str | None:
    """Return the path of a Chromium on this machine, if there is one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
