"""Why an item stands in a digest, or does not: the answer in one sentence, details on request.

A digest that was sent is explained by the reasons that it was sent with. Only what stands in none
is explained by a ranking of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.context import Interaction
from bot.custom_ids import (
    Verb,
    custom_id,
    item_in_part,
    item_part_reference,
    referenced_item,
    split_part,
)
from bot.escape import escape, moment
from bot.layout import MAX_CUSTOM_ID, MAX_LABEL, Component, button, container, row, text
from bot.services import Services
from bot.users import answer, name_of
from bot.views.feedback import item_buttons, item_link
from core.digests import RankedItem, Reason
from core.errors import UsageError
from core.impressions import DEADLINES
from core.items import Item
from core.people import Profile
from language.plain import plain_line, shortened
from services.digests.trace import Trace
from services.email.subscriptions import ISSUE_LIFE
from services.runs import Sent

_MAX_CONTROLS = 4
_REASONS, _REASON = 12, 250
_TELLING, _SHARE = 3, 0.2
"""Reasons that the answer names, and the least that one weighs beside the strongest."""

_FOLDED = frozenset(
    {
        "smaller matches of words",
        "slightly close to the interests",
        "other verdicts",
        # As earlier versions said.
        "further words of your topics",
        "a little of your topics",
        "your other verdicts",
    }
)
"""Reasons that name nothing (``ranking/reasons.py``), told after those that do."""

_NO_LONGER_KEPT = (
    f"The reasons of this digest are kept for {ISSUE_LIFE.days} days, and are gone. As of now:"
)
_LEAST_SHORTENED = 20
"""Characters from which a beginning of an interest is taken for it."""

_STAGE, _INTERESTS = 300, 300
_ROOM = 3000

FindItem = Callable[[Services], Item]
"""Finds the item that a member named."""


async def why(interaction: Interaction, argument: str) -> None:
    """Say why an item stands in the digest in which the button was pressed."""
    part, reference = split_part(argument)
    await explain(interaction, lambda s: _item_of(s, part, reference), part)


async def explain(interaction: Interaction, find: FindItem, part: str = "") -> None:
    """Say in one sentence why an item is, or is not, in a digest of the member."""
    name = name_of(interaction)
    await answer(interaction, lambda s: _answer_page(s, find(s), name, part), ranking=True)


async def details(interaction: Interaction, argument: str) -> None:
    """Show the terms of an item's score, and its way towards the digest."""
    part, reference = split_part(argument)
    name = name_of(interaction)

    def page(services: Services) -> list[Component]:
        item = _item_of(services, part, reference)
        sent = _sent(services, item, name, part)
        if sent is not None:
            lines = _sent_details(item, sent)
        else:
            trace = _trace(services, item, name)
            lines = _trace_details(trace)
        return [container(text("\n".join([f"### {item_link(item)}", *_within(lines)])))]

    await answer(interaction, page, ranking=True)


def _answer_page(services: Services, item: Item, name: str, part: str) -> list[Component]:
    reader = services.people.member(name)
    sent = _sent(services, item, name, part)
    if sent is not None:
        lines, entry = _sent_answer(item, sent)
    else:
        trace = _trace(services, item, name)
        lines, entry = [*([_NO_LONGER_KEPT] if part else []), _trace_answer(trace)], trace.ranked
    more = button("Details", custom_id(Verb.DETAILS, item_in_part(item.key, part)))
    return [
        container(text("\n".join([f"### {item_link(item)}", *lines]))),
        row(more, *_weaken_buttons(entry, reader)),
        row(*item_buttons(item.key, without=Verb.WHY)),
    ]


def _item_of(services: Services, part: str, reference: str) -> Item:
    """Return the item that was named, from its digest if the archive holds it no more."""
    try:
        return referenced_item(services.lookup, reference)
    except UsageError:
        sent = services.runs.sent_as(part) if part else None
        picks = sent.digest.picks if sent else ()
        for item in (one.item for one in picks):
            if reference == item_part_reference(item.key):
                return item
        raise


def _sent(services: Services, item: Item, name: str, part: str) -> Sent | None:
    """Return the digest that the member means: that of the message, else their latest with it."""
    sent = services.runs.sent_as(part) if part else None
    if sent is not None and sent.place_of(item.key):
        return sent
    return services.runs.latest_with(item.key, person=name)


def _trace(services: Services, item: Item, name: str) -> Trace:
    request = services.requests.build(services.people.member(name))
    return services.digests().explain(request, item)


def _sent_answer(item: Item, sent: Sent) -> tuple[list[str], RankedItem]:
    place = sent.place_of(item.key)
    if place is None:
        raise ValueError(f"{item.key} is not in {sent.digest.id}")
    section, entry = place
    of_channel = sent.subscription.has_own_interests
    whose = "this channel's digest" if of_channel else "your digest"
    where = f"It is **in {whose}** of {moment(sent.digest.made_at, 'D')}"
    if entry.propensity is not None:
        line = f"{where}, {escape(entry.moved or 'drawn at random')}; no interest led to it."
    elif section.kind == DEADLINES:
        line = f"{where}, among the deadlines that are near."
    else:
        update = f" as an update ({escape(entry.update, 100)})" if entry.update else ""
        line = f"{where}{update}{_because(entry.reasons)}"
    if not of_channel:
        return [line], entry
    interests = escape("; ".join(sent.digest.interests), _INTERESTS)
    return [line, f"-# Ranked for the channel's interests, not for yours: {interests}"], entry


def _trace_answer(trace: Trace) -> str:
    """Say whether it is shown, and what led to it or stopped it."""
    if trace.shown:
        drawn = next((stage for stage in trace.stages if stage.name == "outside"), None)
        if drawn is not None:
            return f"It is **in your digest**, {escape(drawn.text, _STAGE)}; no interest led to it."
        return f"It is **in your digest** as it is now{_because(trace.ranked.reasons)}"
    stopped = trace.stopped
    because = f": {escape(stopped.text, _STAGE)}" if stopped else ""
    return f"It is **not in your digest** as it is now{because}."


def _because(reasons: Sequence[Reason]) -> str:
    """End a sentence with what speaks for an item most, each reason whole."""
    good = [one for one in reasons if one.weight > 0]
    own = [one for one in good if one.control] or good
    least = _SHARE * max((one.weight for one in own), default=0.0)
    telling = [one for one in own if one.weight >= least]
    telling.sort(key=lambda one: (one.text in _FOLDED, -one.weight))
    named = "; ".join(_said(one) for one in telling[:_TELLING])
    return f": {named}." if named else "."


def _sent_details(item: Item, sent: Sent) -> list[str]:
    place = sent.place_of(item.key)
    entry = place[1] if place else RankedItem.of(item, ())
    digest = sent.digest
    return [
        *_terms(entry),
        f"-# From {digest.considered} new items, as of {moment(digest.made_at)}.",
        f"-# Ranked for: {escape('; '.join(digest.interests), _INTERESTS)}",
    ]


def _trace_details(trace: Trace) -> list[str]:
    return [
        *_terms(trace.ranked),
        "Steps:",
        *(
            f"-# {'✓' if stage.passed else '✗'} {escape(stage.name)}: {escape(stage.text, _STAGE)}"
            for stage in trace.stages
        ),
    ]


def _terms(entry: RankedItem) -> list[str]:
    lines = [f"Score **{entry.score:+.2f}**, the sum of:"]
    lines += [f"`{one.weight:+.2f}` {_said(one)}" for one in entry.reasons[:_REASONS]]
    if rest := entry.reasons[_REASONS:]:
        lines.append(f"`{sum(one.weight for one in rest):+.2f}` {len(rest)} smaller terms")
    return lines


def _said(reason: Reason) -> str:
    """Return what a reason says, with the interest whole that the ranker shortened in it."""
    head, cut, rest = reason.text.rpartition("…")
    whole = plain_line(reason.control)
    begins = (n for n in range(len(head) - _LEAST_SHORTENED) if whole.startswith(head[n:]))
    start = next(begins, None) if cut else None
    text = reason.text if start is None else f"{head[:start]}{whole}{rest}"
    return escape(text, _REASON)


def _within(lines: Iterable[str]) -> list[str]:
    """Return whole lines as long as there is room for them."""
    kept: list[str] = []
    room = _ROOM
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return [*kept, "…"]
        kept.append(line)
    return kept


def _weaken_buttons(entry: RankedItem, reader: Profile) -> list[Component]:
    """Return a button for each interest that speaks for the item, to turn it down."""
    own = {interest.text for interest in reader.interests}
    controls = [
        one.control
        for one in entry.reasons
        if one.weight > 0
        and one.control in own
        and len(f"{Verb.WEAKEN}:{one.control}") <= MAX_CUSTOM_ID
    ]
    return [
        button(shortened(f"Less of “{control}”", MAX_LABEL), custom_id(Verb.WEAKEN, control))
        for control in list(dict.fromkeys(controls))[:_MAX_CONTROLS]
    ]
