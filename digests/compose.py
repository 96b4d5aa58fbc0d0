"""Ranked items to a digest: cards, the deadlines bar, the budget, the sections.

::

    ranked → cards, one a work → deadlines bar, at most a third of the budget
                               → one drawn at random from below the bar
                               → sections, within what is left of it
             (what is left out: one line each that says why)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.digests import Budget, Composition, Digest, Outcome, OutcomeKind, RankedItem, Section
from core.impressions import DEADLINES, OUTSIDE
from core.items import Item, ItemKey, ItemKind
from digests import outcomes
from digests.deadlines import choose_deadlines, lines_within
from digests.gather import Card, RankedCandidates, gather
from digests.notes import note_on
from digests.outside import Draw, draw
from digests.reading import minutes
from language.plain import counted

ANSWERED = "answered"
SECTIONS: tuple[tuple[str, str, frozenset[ItemKind]], ...] = (
    ("papers", "Papers", frozenset({ItemKind.PAPER})),
    ("code", "Code", frozenset({ItemKind.REPOSITORY, ItemKind.RELEASE})),
    ("competitions", "Competitions", frozenset({ItemKind.COMPETITION})),
    ("data", "Data and notebooks", frozenset({ItemKind.DATASET, ItemKind.NOTEBOOK})),
    ("models", "Models and demos", frozenset({ItemKind.MODEL, ItemKind.SPACE})),
    ("questions", "Questions you could answer", frozenset({ItemKind.QUESTION})),
    (ANSWERED, "Answered this week", frozenset()),
    ("discussions", "Discussions", frozenset({ItemKind.DISCUSSION})),
    ("reading", "Reading", frozenset({ItemKind.ARTICLE})),
    ("conferences", "Conferences", frozenset({ItemKind.CONFERENCE})),
    ("offers", "Offers", frozenset({ItemKind.OFFER})),
)
"""Stable name, title and contents of the sections of new picks, in reading order.

A question that has an answer which its author accepted stands in ``ANSWERED``.
"""

_TURNED_OFF = Draw(why="it is turned off")


def compose(
    draft: Digest, candidates: RankedCandidates, budget: Budget, *, surprise: bool = False
) -> Composition:
    """Choose, join and order what the reader gets; say of each candidate what became of it.

    The same input gives the same digest. The deadlines bar comes out of the budget's items, but
    costs no minutes, since it reminds and is not read. What stands in it gets no card as well; it
    comes back until its deadline has passed. ``digests.deadlines`` says which items it holds. No
    section is empty.

    Args:
        draft: everything of the digest but its sections.
        candidates: what it chooses from, ranked.
        budget: how many cards and lines of the bar fit, and how many minutes of reading by
            ``digests.reading``.
        surprise: whether one item may be drawn at random from what did not pass the bar
            (``digests.outside``); a digest without any other pick has none.
    """
    found = gather(candidates, draft.interests)
    bar = choose_deadlines(
        candidates,
        found,
        interests=draft.interests,
        now=draft.made_at,
        room=lines_within(budget.items),
    )
    in_bar = {candidates.work(entry): entry.item.key for entry in bar}
    free = [card for card in found.cards if card.work not in in_bar]
    below = [card for card in found.below if card.work not in in_bar]
    drawn = draw(below, draft.id, budget) if surprise else _TURNED_OFF
    shown, refused = _within(budget, free, len(bar), drawn.card)
    if drawn.card is not None and not shown:
        drawn = Draw(why="no other item passed the bar")
        shown, refused = _within(budget, free, len(bar), None)
    picks = [replace(card.entry, place=place) for place, card in enumerate(shown, 1)]
    sections = _sections(bar, picks, drawn.card)
    digest = replace(draft, sections=sections)
    known = refused | outcomes.of_digest(digest)
    of_all = {
        **outcomes.of_reminders(candidates, draft.interests, bar, shown),
        **found.delivered,
        **outcomes.of_cards(found.cards, known, in_bar),
        **outcomes.of_cards_below(found.below, drawn, known),
    }
    note = note_on(draft, found, shown=len(shown), refused=len(refused))
    return Composition(digest=replace(digest, note=note), outcomes=of_all)


def _within(
    budget: Budget, cards: Iterable[Card], in_bar: int, drawn: Card | None
) -> tuple[list[Card], dict[ItemKey, Outcome]]:
    """Take cards in reading order as long as they fit; a short one may fit where a long did not.

    The deadlines bar and what was drawn use up some of the budget beforehand.
    """
    shown: list[Card] = []
    refused: dict[ItemKey, Outcome] = {}
    taken = in_bar + (drawn is not None)
    spent = minutes(drawn.entry.item) if drawn else 0.0
    for number, card in enumerate(cards, 1):
        if budget.items is not None and taken + len(shown) >= budget.items:
            why = f"number {number} of those that pass; {_room(budget.items, in_bar, drawn)}"
        elif budget.minutes is not None and spent + minutes(card.entry.item) > budget.minutes:
            why = (
                f"the digest holds {budget.minutes:g} minutes of reading, "
                f"and {budget.minutes - spent:.1f} are left for its {minutes(card.entry.item):.1f}"
            )
        else:
            shown.append(card)
            spent += minutes(card.entry.item)
            continue
        refused[card.entry.item.key] = Outcome(kind=OutcomeKind.NO_ROOM, text=why, match=card.match)
    return shown, refused


def _room(items: int, in_bar: int, drawn: Card | None) -> str:
    """Say what an item had to fit into: "the digest holds 10 items, 2 of them deadlines"."""
    others = [f"{in_bar} of them in the deadlines bar"] if in_bar else []
    others += ["1 drawn outside your usual"] if drawn else []
    return ", ".join((f"the digest holds {counted(items, 'item')}", *others))


def section_of(item: Item) -> str:
    """Return the name of the section that an item belongs to."""
    if item.kind is ItemKind.QUESTION and item.facets.get("accepted") == "yes":
        return ANSWERED
    return next(name for name, _, kinds in SECTIONS if item.kind in kinds)


def _sections(
    bar: tuple[RankedItem, ...], picks: Sequence[RankedItem], drawn: Card | None
) -> tuple[Section, ...]:
    groups = [
        (DEADLINES, "Deadlines", bar),
        *(
            (name, title, tuple(p for p in picks if not p.update and section_of(p.item) == name))
            for name, title, _ in SECTIONS
        ),
        ("updates", "Updates", tuple(p for p in picks if p.update)),
        (OUTSIDE, "Outside your usual", (drawn.entry,) if drawn else ()),
    ]
    return tuple(
        Section(kind=kind, title=title, items=items) for kind, title, items in groups if items
    )
