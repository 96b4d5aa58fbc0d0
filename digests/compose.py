"""Ranked items to a digest: cards, the deadlines bar, the budget, the sections.

::

    ranked → cards, one a work → deadlines bar, at most a third of the budget
                               → sections, within what is left of it
             (what is left out: one line each that says why)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.digests import Digest, RankedItem, Section
from core.items import Item, ItemKey, ItemKind
from core.ports import Budget, Composition, Delivered
from core.works import Work
from digests.deadlines import best_scores, choose_deadlines, lines_within
from digests.gather import Card, gather, work_of
from digests.notes import note_on
from digests.reading import minutes

KINDS: tuple[tuple[str, str, frozenset[ItemKind]], ...] = (
    ("papers", "Papers", frozenset({ItemKind.PAPER})),
    ("code", "Code", frozenset({ItemKind.REPOSITORY, ItemKind.RELEASE})),
    ("competitions", "Competitions", frozenset({ItemKind.COMPETITION})),
    ("data", "Data and notebooks", frozenset({ItemKind.DATASET, ItemKind.NOTEBOOK})),
    ("models", "Models", frozenset({ItemKind.MODEL})),
    ("discussions", "Discussions", frozenset({ItemKind.QUESTION, ItemKind.DISCUSSION})),
    ("reading", "Reading", frozenset({ItemKind.ARTICLE})),
    ("conferences", "Conferences", frozenset({ItemKind.CONFERENCE})),
)
"""Stable name, title and contents of the sections of new picks, in reading order."""


class Composer:
    """Fills a draft with sections; the same input gives the same digest."""

    def compose(
        self,
        draft: Digest,
        ranked: Sequence[RankedItem],
        *,
        budget: Budget,
        works: Mapping[ItemKey, Work],
        delivered: Mapping[ItemKey, Delivered],
        deadlines: Sequence[RankedItem],
        company: Sequence[Item],
    ) -> Composition:
        """Choose, join and order what the reader gets; say of each candidate what became of it.

        The deadlines bar comes out of the budget's items, but costs no minutes, since it reminds
        and is not read. What stands in it gets no card as well; it comes back until its deadline
        has passed. ``digests.deadlines`` says which items it holds. No section is empty.

        Args:
            draft: everything of the digest but its sections.
            ranked: candidates in reading order; a repeated key counts once.
            budget: how many cards and lines of the bar fit, and how many minutes of reading by
                ``digests.reading``.
            works: the work of each candidate that has company; each is shown as one card, by its
                best scored member, with the members known here as links.
            delivered: what this subscription got before; it, or another member of its work,
                comes again only where its version changed.
            deadlines: items with a deadline ahead, ranked for the reader, candidates or not.
            company: members of works that are neither ranked nor in ``deadlines``, to be linked to.
        """
        all_ranked = (*ranked, *deadlines)
        known = {item.key: item for item in (*company, *(entry.item for entry in all_ranked))}
        found = gather(draft.interests, ranked, works, delivered, known)
        bar = choose_deadlines(
            deadlines,
            found,
            interests=draft.interests,
            works=works,
            delivered=delivered,
            scores=best_scores(all_ranked, works),
            known=known,
            now=draft.made_at,
            room=lines_within(budget.items),
        )
        in_bar = {work_of(entry.item.key, works): entry.item.key for entry in bar}
        free = [card for card in found.cards if card.work not in in_bar]
        shown, refused = _within(budget, free, len(bar))
        sections = _sections(bar, [card.face for card in shown])
        fates = refused | _places(sections)
        outcomes = {**found.left_out, **_told(found.cards, fates, in_bar)}
        note = note_on(draft, found, shown=len(shown), refused=len(refused))
        return Composition(digest=replace(draft, sections=sections, note=note), outcomes=outcomes)


def _within(
    budget: Budget, cards: Iterable[Card], taken: int
) -> tuple[list[Card], dict[ItemKey, str]]:
    """Take cards in reading order as long as they fit; a short one may fit where a long did not.

    ``taken`` of the budget's items are used up already.
    """
    shown: list[Card] = []
    refused: dict[ItemKey, str] = {}
    spent = 0.0
    for card in cards:
        key, cost = card.face.item.key, minutes(card.face.item)
        if budget.items is not None and taken + len(shown) >= budget.items:
            refused[key] = f"left out: the digest holds {_count(budget.items, 'item')}"
        elif budget.minutes is not None and spent + cost > budget.minutes:
            refused[key] = (
                f"left out: the digest holds {budget.minutes:g} minutes of reading, "
                f"and {budget.minutes - spent:.1f} are left for its {cost:.1f}"
            )
        else:
            shown.append(card)
            spent += cost
    return shown, refused


def _sections(bar: tuple[RankedItem, ...], picks: Sequence[RankedItem]) -> tuple[Section, ...]:
    groups = [
        ("deadlines", "Deadlines", bar),
        *(
            (kind, title, tuple(p for p in picks if not p.update and p.item.kind in kinds))
            for kind, title, kinds in KINDS
        ),
        ("updates", "Updates", tuple(p for p in picks if p.update)),
    ]
    return tuple(
        Section(kind=kind, title=title, items=items) for kind, title, items in groups if items
    )


def _places(sections: Iterable[Section]) -> dict[ItemKey, str]:
    """Say of each item where it stands; picks are numbered through, the bar is not."""
    places: dict[ItemKey, str] = {}
    number = 0
    for section in sections:
        for entry in section.items:
            number += section.kind != "deadlines"
            in_bar = "shown in the deadlines bar"
            places[entry.item.key] = in_bar if number == 0 else f"shown as number {number}"
    return places


def _told(
    cards: Iterable[Card], fates: Mapping[ItemKey, str], in_bar: Mapping[str, ItemKey]
) -> dict[ItemKey, str]:
    """Turn the fate of each work into a line for every member of it."""
    outcomes = dict(fates)
    for card in cards:
        face = in_bar.get(card.work, card.face.item.key)
        where = "shown there" if fates[face].startswith("shown") else "which is left out"
        others = {card.face.item.key, *card.others} - {face}
        outcomes |= dict.fromkeys(others, f"same work as {face}, {where}")
    return outcomes


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
