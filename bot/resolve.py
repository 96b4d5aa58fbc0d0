"""Sources and items as members name them: as proposed, or as they would write them."""

from __future__ import annotations

from difflib import get_close_matches

from bot.custom_ids import referenced_item
from bot.services import Services
from core.errors import UsageError
from core.items import Item
from digests.sources import source_name
from digests.view import readable_title
from language.plain import plain_line, shortened


def source_names(services: Services) -> list[str]:
    """Return the names of all sources that the member sees, those of the settings first."""
    feeds = services.visible(services.viewer) or ()
    return list(dict.fromkeys([*services.sources, *sorted(feeds)]))


def source_named(services: Services, typed: str) -> str:
    """Return the source that a member picked, or named as they see it: ``GitHub`` is ``github``.

    Raises:
        UsageError: if they see none such.
    """
    names = source_names(services)
    found = _spelled(names).get(typed.strip().casefold())
    if found is None:
        close = get_close_matches(typed.strip().casefold(), names, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Sources: {', '.join(names)}"
        raise UsageError(f"there is no source “{shortened(typed, 60)}”. {hint}")
    return found


def sources_named(services: Services, typed: str) -> tuple[str, ...]:
    """Read names with commas between them; one that is not known stays as it was typed."""
    known = _spelled(source_names(services))
    parts = [part for part in (piece.strip() for piece in typed.split(",")) if part]
    return tuple(dict.fromkeys(known.get(part.casefold(), part) for part in parts))


def item_named(services: Services, typed: str) -> Item:
    """Return the item that a member picked, or named by id, address or its whole title.

    Raises:
        UsageError: if there is none such.
    """
    if "/~" in typed:
        return referenced_item(services.lookup, typed)
    try:
        return services.lookup.item(typed)
    except UsageError:
        pass
    wanted = plain_line(typed).casefold()
    for hit in services.index.search(typed, limit=3):
        if readable_title(hit.item).casefold() == wanted:
            return hit.item
    raise UsageError(
        f"there is no item “{shortened(typed, 80)}” in the archive. Pick one of the "
        "suggestions, or enter an arXiv ID, owner/repo or URL"
    )


def _spelled(names: list[str]) -> dict[str, str]:
    """Return each name by what a member may write for it, in lower case."""
    return {source_name(n).casefold(): n for n in names} | {n.casefold(): n for n in names}
