"""Numbers as signs: bars and sparklines of text, where one would rather look than read."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HEIGHTS = "▁▂▃▄▅▆▇█"


def bar(share: float, width: int) -> str:
    """Return a bar of ``width`` cells of which ``share`` (0 to 1) is full, to an eighth of a cell.

    A share above 0 is always seen.
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest] * bool(rest)).ljust(width)


def sparkline(values: Sequence[float]) -> str:
    """Return one sign a value, from the lowest to the highest of them; equal values stand low."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    steps = len(_HEIGHTS) - 1
    return "".join(
        _HEIGHTS[round((value - low) / (high - low) * steps) if high > low else 0]
        for value in values
    )


def interval(low: float, value: float, high: float, width: int) -> str:
    """Draw an estimate between 0 and 1 with its interval: ``"  ├─●──┤  "`` in ``width`` cells."""
    first, middle, last = (
        round(min(max(one, 0.0), 1.0) * (width - 1)) for one in (low, value, high)
    )
    cells = ["·"] * width
    cells[first : last + 1] = "─" * (last - first + 1)
    cells[first], cells[last], cells[middle] = "├", "┤", "●"
    return "".join(cells)
