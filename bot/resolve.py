"""Sources and items as members name them: as proposed, or as they would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.custom_ids import referenced_item
from bot.services import Services
from core.errors import UsageError
from core.items import Item
from core.spelling import nearest
from digests.sources import source_name
from digests.view import readable_title
from language.plain import plain_line, shortened

_MOST_MEANT = 10


class SeveralItemsError(UsageError):
    """What a member typed fits several items; they choose from a menu."""

    def __init__(self, typed: str, items: Sequence[Item]) -> None:
        super().__init__(f"“{shortened(typed, 80)}” fits several items. Open the one that you mean")
        self.items = tuple(items)


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
    found = _meant(_spelled(names), typed)
    if found is None:
        guess = nearest(typed.strip(), names)
        hint = f"Did you mean {guess}?" if guess else f"Sources: {', '.join(names)}"
        raise UsageError(f"there is no source “{shortened(typed, 60)}”. {hint}")
    return found


def sources_named(services: Services, typed: str) -> tuple[str, ...]:
    """Read names with commas between them; one that is not known stays as it was typed."""
    known = _spelled(source_names(services))
    parts = [part for part in (piece.strip() for piece in typed.split(",")) if part]
    return tuple(dict.fromkeys(_meant(known, part) or part for part in parts))


def item_named(services: Services, typed: str) -> Item:
    """Return the item that a member picked, or named by id, address or words of its title.

    Raises:
        SeveralItemsError: if the words fit several.
        UsageError: if there is none such.
    """
    if "/~" in typed:
        return referenced_item(services.lookup, typed)
    try:
        return services.lookup.item(typed)
    except UsageError:
        pass
    # Words of an address that leads to nothing here would find something else.
    found = (
        []
        if "://" in typed
        else [hit.item for hit in services.index.search(typed, limit=_MOST_MEANT)]
    )
    if not found:
        raise UsageError(
            f"there is no item “{shortened(typed, 80)}” in the archive. Pick one of the "
            "suggestions, or enter an arXiv ID, owner/repo or URL"
        )
    return _best(found, typed)


def _best(found: Sequence[Item], typed: str) -> Item:
    """Return the one hit, or the only one with that title or with these words in its title."""
    if len(found) == 1:
        return found[0]
    wanted = plain_line(typed).casefold()
    titles = [readable_title(item).casefold() for item in found]
    for fits in (
        [item for item, title in zip(found, titles, strict=True) if title == wanted],
        [item for item, title in zip(found, titles, strict=True) if wanted in title],
    ):
        if len(fits) == 1:
            return fits[0]
    raise SeveralItemsError(typed, found)


def _meant(known: Mapping[str, str], typed: str) -> str | None:
    """Return the source of that name, or the only one whose name holds what was typed."""
    wanted = typed.strip(" ,").casefold()
    if wanted in known:
        return known[wanted]
    held = {name for spelled, name in known.items() if len(wanted) > 1 and wanted in spelled}
    return held.pop() if len(held) == 1 else None


def _spelled(names: list[str]) -> dict[str, str]:
    """Return each name by what a member may write for it, in lower case."""
    return {source_name(n).casefold(): n for n in names} | {n.casefold(): n for n in names}
