"""Estimates drawn as a picture, since Discord shows no SVG.

Pillow draws it, with the font that it brings along: a small machine may have none. It is loaded
when the first picture is asked for, and takes about 15 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from core.estimates import Estimate
from language.plain import shortened
from services.measure.figures import Figure

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SCALE = 2
"""Pixels of the picture for one of its points, so that it is sharp on most screens."""

_WIDTH, _LINE, _MARGIN = 640, 34, 16
_PLOT = (300, 620)  # where 0 and 1 stand
_BACKGROUND, _TEXT, _TRACK, _MARK = "#1e1f22", "#dbdee1", "#4e5058", "#5aa9e6"  # for both themes
_MOST_LETTERS = 34


def picture(figures: Sequence[Figure]) -> bytes:
    """Draw estimates below each other, each a dot with the line of what is likely, as a PNG."""
    from PIL import Image, ImageDraw, ImageFont

    height = 2 * _MARGIN + _LINE * (len(figures) + 1)
    image = Image.new("RGB", (_WIDTH * SCALE, height * SCALE), _BACKGROUND)
    draw = ImageDraw.Draw(image)
    draw.font = ImageFont.load_default(15 * SCALE)
    for number, figure in enumerate(figures):
        middle = _MARGIN + _LINE * number + _LINE // 2
        _write(draw, (_MARGIN, middle), shortened(figure.name, _MOST_LETTERS), "lm")
        _draw_line(draw, middle, _PLOT, _TRACK, 2)
        if figure.estimate is not None:
            _draw_estimate(draw, middle, figure.estimate)
    foot = height - _MARGIN - _LINE // 2
    for place, words in zip(_PLOT, ("0, bad", "1, good"), strict=True):
        _write(draw, (place, foot), words, "lm" if place == _PLOT[0] else "rm")
    made = BytesIO()
    image.save(made, format="PNG", optimize=True)
    return made.getvalue()


def _draw_estimate(draw: ImageDraw, middle: int, found: Estimate) -> None:
    low, value, high = map(_place, (found.low, found.value, found.high))
    _draw_line(draw, middle, (low, high), _MARK, 5)
    corners = (value - 6, middle - 6, value + 6, middle + 6)
    draw.ellipse([SCALE * corner for corner in corners], fill=_TEXT)


def _place(share: float) -> float:
    start, end = _PLOT
    return start + (end - start) * share


def _draw_line(
    draw: ImageDraw, middle: int, ends: tuple[float, float], colour: str, width: int
) -> None:
    start, end = (SCALE * place for place in ends)
    draw.line([(start, SCALE * middle), (end, SCALE * middle)], fill=colour, width=SCALE * width)


def _write(draw: ImageDraw, at: tuple[int, int], words: str, anchor: str) -> None:
    draw.text((SCALE * at[0], SCALE * at[1]), words, fill=_TEXT, anchor=anchor)
