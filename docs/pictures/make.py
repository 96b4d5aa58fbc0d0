"""Makes the pictures of a digest as a page and in a terminal; ``README.md`` here says how."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console, RenderableType

from digests.render import html, terminal
from docs.pictures.week import rich
from tests.digests.render.browser import Browser, installed

HERE = Path(__file__).parent
COLUMNS = 80
TALLEST = 1200
"""Pixels; more than a README should show, and than fits into 300 KB."""


def main() -> None:
    """Write all pictures beside this file."""
    program = installed()
    if program is None:
        raise SystemExit("the pictures need a Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(program=program, folder=Path(folder))
        text = html.render(rich())
        page = Path(folder) / "digest.html"
        page.write_text(text, encoding="utf-8")
        for name, width, dark in (("light", 760, False), ("dark", 760, True), ("380", 380, False)):
            _, height = browser.sizes([(text, width)])[0]
            size = (width, min(height, TALLEST))
            browser.picture(page, HERE / f"digest-{name}.png", size, dark=dark)
        drawn, size = _drawn(terminal.render(rich()))
        svg = Path(folder) / "terminal.svg"
        svg.write_text(drawn, encoding="utf-8")
        browser.picture(svg, HERE / "terminal.png", size)


def _drawn(shown: RenderableType) -> tuple[str, tuple[int, int]]:
    """Draw a terminal that shows this, and say how large the drawing is."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO())
    console.print(shown)
    svg = console.export_svg(title="tidings digest")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # fetched from elsewhere
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise SystemExit("rich drew something without a size")
    width, height = (round(float(side)) for side in box.groups())
    sized = svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
    return sized, (width, min(height, TALLEST))


if __name__ == "__main__":
    main()
