"""The colours of the HTML digest: one design for page and mail, light and dark.

Contrast after WCAG 2.2 is tested: at least 7:1 for running text, 4.5:1 for everything else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours as ``#rrggbb``.

    Attributes:
        background: behind the page.
        page: the page itself.
        line: hairlines; decoration only.
        title: titles and headings.
        text: running text.
        meta: small print.
        link: links other than titles, and kickers.
        why: the line that says why an item is there.
        bar: background of the deadlines bar.
        bar_line: its border; decoration only.
        bar_text: text in it.
    """

    background: str
    page: str
    line: str
    title: str
    text: str
    meta: str
    link: str
    why: str
    bar: str
    bar_line: str
    bar_text: str


LIGHT = Palette(
    background="#f1ede4",
    page="#fffdf9",
    line="#e3dccd",
    title="#1b1a17",
    text="#35322c",
    meta="#625c50",
    link="#0b5f58",
    why="#7d4310",
    bar="#fdf1d3",
    bar_line="#d39a2a",
    bar_text="#4a3406",
)
DARK = Palette(
    background="#121416",
    page="#1a1d20",
    line="#343a3f",
    title="#f4f1ea",
    text="#d8d5cd",
    meta="#a9a59b",
    link="#79cfc3",
    why="#e6b482",
    bar="#2a2414",
    bar_line="#b98a2f",
    bar_text="#f3dfb1",
)
