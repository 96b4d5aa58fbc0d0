"""``tidings digest --replay``: what other interests would have changed in a past week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.commands.archive import item_data
from app.commands.options import console, interests_in, opened, print_json

if TYPE_CHECKING:
    import typer

    from core.digests import RankedItem
    from services.digests.replay import Replay
    from services.digests.trace import Trace

REASONS = 2
"""Reasons that are shown of what enters."""


def show_replay(
    context: typer.Context,
    week: str,
    profile: str,
    interests: str | None,
    limit: int | None,
    *,
    as_data: bool,
) -> None:
    """Make a past week again and print what enters, what leaves and what would be missed.

    Raises:
        UsageError: if the week cannot be replayed, or ``interests`` holds no word.
    """
    with opened(context) as application:
        person = application.people.profile(profile)
        found = application.replays().replay(
            person,
            week,
            tried=person.interests if interests is None else interests_in(interests).interests,
            items=application.loaded.settings.digest.limit,
            most=limit or 0,
        )
    if as_data:
        print_json(_data(found, profile))
    else:
        _print(found, profile)


def _print(found: Replay, profile: str) -> None:
    from digests.render import terminal

    out = console()
    out.print(terminal.render(found.digest))
    with_what = "what was delivered" if found.logged else "the same week with stored interests"
    out.print(
        f"{found.week} for {profile}, compared with {with_what} ({found.before} picks)",
        style="bold",
    )
    out.print(f"Enters: {len(found.enters)}")
    for one in found.enters:
        because = "; ".join(reason.text for reason in one.reasons[:REASONS])
        out.print(f"  + {one.item.title} ({one.item.key}): {because}")
    _print_stopped("Leaves", "-", found.leaves)
    _print_stopped("You saved it and would miss it", "!", found.missed)


def _print_stopped(title: str, sign: str, traces: tuple[Trace, ...]) -> None:
    out = console()
    out.print(f"{title}: {len(traces)}")
    for trace in traces:
        why = f"{trace.stopped.name}: {trace.stopped.text}" if trace.stopped else ""
        out.print(f"  {sign} {trace.item.title} ({trace.item.key}): {why}")


def _data(found: Replay, profile: str) -> dict[str, Any]:
    from digests.render.json import record

    return {
        "week": found.week,
        "profile": profile,
        "interests": list(found.digest.interests),
        "compared_with": "delivered" if found.logged else "stored interests",
        "before": found.before,
        "digest": record(found.digest)["digest"],
        "enters": [_entering(one) for one in found.enters],
        "leaves": [_stopped(trace) for trace in found.leaves],
        "missed": [_stopped(trace) for trace in found.missed],
    }


def _entering(one: RankedItem) -> dict[str, Any]:
    reasons = [{"text": reason.text, "weight": reason.weight} for reason in one.reasons]
    return item_data(one.item) | {"score": one.score, "reasons": reasons}


def _stopped(trace: Trace) -> dict[str, Any]:
    return item_data(trace.item) | {
        "score": trace.ranked.score,
        "stage": trace.stopped.name if trace.stopped else "",
        "text": trace.stopped.text if trace.stopped else "",
    }
