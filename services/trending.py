"""What is popular where it was published, made comparable between sources."""

from __future__ import annotations

from collections.abc import Sequence

from core.digests import RankedItem, Reason
from core.items import Item
from core.metrics import Standings, count_of


def trending(items: Sequence[Item], *, limit: int) -> list[RankedItem]:
    """Order items by how far they stand above others of their source and kind.

    Stars and votes cannot be compared, so an item's score is its share as ``Standings`` tells it;
    ties go to the larger number, then to the key. What nothing is counted of is not trending.
    """
    standings = Standings(items)
    scored = []
    for item in items:
        count, share = count_of(item), standings.share(item)
        if count is not None and share is not None:
            reason = Reason(text=count[0].words(count[1]), weight=share)
            scored.append((-share, -count[1], str(item.key), RankedItem.of(item, [reason])))
    return [entry for *_, entry in sorted(scored, key=lambda one: one[:3])[:limit]]
