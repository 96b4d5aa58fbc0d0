"""Pages of search results and of saved items, turned by buttons.

The button holds page and filters, the message itself holds the query: so no query is stored
anywhere, and paging works after a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id, item_reference, referenced_item
from bot.escape import escape
from bot.headings import Heading, heading, said_in
from bot.layout import Component, button, row, text
from bot.lists import PAGE, list_page, plain
from bot.services import Services
from bot.users import answer_in_place, name_of
from core.items import ItemKey, ItemKind
from core.people import Verdict
from core.search import Filter
from digests.view import readable_title

MAX_QUERY = 250
"""Characters of a query; escaped it has at most twice as many, which leaves room for five hits."""

_LAST_PAGE = 99
"""Of the saved items, as far as a button's argument remembers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for, and which page of it is shown (from 0)."""

    query: str
    source: str = ""
    kind: str = ""
    days: int = 0
    page: int = 0

    def argument(self) -> str:
        """Return all but the query, for a button."""
        return f"{self.page};{self.days};{self.kind};{self.source}"

    @classmethod
    def of(cls, argument: str, query: str) -> Self:
        """Read it back."""
        page, days, kind, source = argument.split(";", 3)
        return cls(query=query, source=source, kind=kind, days=int(days), page=int(page))

    def filter(self, now: datetime) -> Filter:
        """Return what is to be considered."""
        return Filter(
            sources=(self.source,) if self.source else (),
            kinds=(ItemKind(self.kind),) if self.kind else (),
            since=now - timedelta(days=self.days) if self.days else None,
        )


async def turn(interaction: Interaction, argument: str) -> None:
    """Show another page of results."""
    search = Search.of(argument, said_in(interaction.message, Heading.SEARCH))
    await answer_in_place(interaction, lambda s: results(s, search, name_of(interaction)))


def results(services: Services, search: Search, name: str) -> list[Component]:
    """Lay out one page of results."""
    now, zone = services.clock(), services.people.member(name).zone
    offset = search.page * PAGE
    # One more than is shown tells whether there is a next page.
    hits = services.index.search(
        search.query, where=search.filter(now), limit=PAGE + 1, offset=offset
    )
    shown = hits[:PAGE]
    more = len(hits) > PAGE
    top = f"{heading(Heading.SEARCH, search.query)}\n-# {_summary(search, len(shown), more=more)}"
    below = turning(
        Verb.FIND, search.page, lambda page: replace(search, page=page).argument(), more=more
    )
    entries = plain(hit.item for hit in shown)
    return list_page(top, entries, now=now, zone=zone, below=below)


async def turn_saved(interaction: Interaction, argument: str) -> None:
    """Show another page of saved items."""
    name = name_of(interaction)
    await answer_in_place(interaction, lambda s: saved_page(s, name, int(argument)))


async def done(interaction: Interaction, argument: str) -> None:
    """Take a saved item off the list, which is shown anew and says what was done."""
    page, _, reference = argument.partition(";")
    name = name_of(interaction)

    def without(services: Services) -> list[Component]:
        item = referenced_item(services.lookup, reference)
        title = f"**{escape(readable_title(item), 100)}**"
        made = services.people.done(name, item)
        if made is None:
            said = f"{title} was not on this list any more."
            again = custom_id(Verb.SAVE, reference)
        else:
            said = f"Done: {title} is off this list and will not be shown again."
            again = custom_id(Verb.UNDO, f"{page}{made.value[0]};{reference}")
        undo = button("Save it again", again)
        return [*saved_page(services, name, int(page)), text(said), row(undo)]

    await answer_in_place(interaction, without)


async def undo(interaction: Interaction, argument: str) -> None:
    """Take *Done* back, and show the list as it is then."""
    before, _, reference = argument.partition(";")
    name = name_of(interaction)

    def again(services: Services) -> list[Component]:
        item = referenced_item(services.lookup, reference)
        made = Verdict.KNOWN if before.endswith("k") else Verdict.SAVE
        services.people.undo_done(name, item, made)
        said = f"**{escape(readable_title(item), 100)}** is on this list again."
        return [*saved_page(services, name, int(before[:-1])), text(said)]

    await answer_in_place(interaction, again)


def saved_page(services: Services, name: str, page: int) -> list[Component]:
    """Lay out what a person saved, the latest first."""
    profile = services.people.member(name)
    kept = profile.saved[::-1]
    if not kept:
        return [
            text("Nothing saved yet. Every item in a digest or in /search has a **Save** button.")
        ]
    page = min(page, (len(kept) - 1) // PAGE)
    shown = kept[page * PAGE : (page + 1) * PAGE]
    more = len(kept) > (page + 1) * PAGE
    pages = f"{len(kept)} in all, page {page + 1} of {-(-len(kept) // PAGE)}"
    top = f"### Saved\n-# {pages}. **Done** takes an item off this list and out of later digests."
    below = turning(Verb.SAVED, page, str, more=more)
    return list_page(
        top,
        plain(shown),
        now=services.clock(),
        zone=profile.zone,
        beside=lambda key: _done_button(key, page),
        below=below,
    )


def _done_button(key: ItemKey, page: int) -> Component:
    # The argument has room for two digits; the list shows its last page for any page beyond it.
    return button("Done", custom_id(Verb.DONE, f"{min(page, _LAST_PAGE)};{item_reference(key)}"))


def turning(
    verb: Verb, page: int, argument: Callable[[int], str], *, more: bool
) -> list[Component]:
    """Return the buttons that turn a page; none if there is only one."""
    if page == 0 and not more:
        return []
    # Past the first page the argument of "back" is that of an earlier page, so the two differ.
    back, on = argument(max(page - 1, 0)), argument(page + 1)
    return [
        button("◀ Back", custom_id(verb, back), disabled=page == 0),
        button("Next ▶", custom_id(verb, on), disabled=not more),
    ]


def _summary(search: Search, count: int, *, more: bool) -> str:
    parts = [f"from {escape(search.source)}"] if search.source else []
    parts += [f"only {search.kind}"] if search.kind else []
    parts += [f"from the last {search.days} days"] if search.days else []
    where = f" ({', '.join(parts)})" if parts else ""
    if count and not (search.page or more):
        return f"{count} result{'' if count == 1 else 's'}{where}"
    if count:
        first = search.page * PAGE + 1
        return f"results {first} to {first + count - 1}{where}"
    return f"nothing found{where}. Try fewer words, or use /ask"
