"""Makes the pictures of a digest from what the command wrote; ``README.md`` here says how."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from tests.digests.render.browser import Browser, installed

HERE = Path(__file__).parent
COLUMNS = 80
TALLEST = 1200
"""Pixels; more than a README should show, and than fits into 300 KB."""


def main(page: Path, terminal: Path) -> None:
    """Write all pictures beside this file.

    Args:
        page: the digest as HTML.
        terminal: what the command printed to a terminal, with its codes.
    """
    program = installed()
    if program is None:
        raise SystemExit("the pictures need a Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(program=program, folder=Path(folder))
        text = page.read_text(encoding="utf-8")
        for name, width, dark in (("light", 760, False), ("dark", 760, True), ("380", 380, False)):
            _, height = browser.sizes([(text, width)])[0]
            size = (width, min(height, TALLEST))
            browser.picture(page, HERE / f"digest-{name}.png", size, dark=dark)
        drawn, size = _drawn(terminal.read_text(encoding="utf-8"))
        svg = Path(folder) / "terminal.svg"
        svg.write_text(drawn, encoding="utf-8")
        browser.picture(svg, HERE / "terminal.png", size)


def _drawn(printed: str) -> tuple[str, tuple[int, int]]:
    """Draw a terminal that shows this, and say how large the drawing is."""
    from rich.console import Console
    from rich.text import Text

    console = Console(width=COLUMNS, record=True, file=io.StringIO())
    console.print(Text.from_ansi(printed))
    svg = console.export_svg(title="tidings digest")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # fetched from elsewhere
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if box is None:
        raise SystemExit("rich drew something without a size")
    width, height = (round(float(side)) for side in box.groups())
    sized = svg.replace("<svg ", f'<svg width="{width}" height="{height}" ', 1)
    return sized, (width, min(height, TALLEST))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
