"""``tidings search``, ``similar``, ``why`` and ``deadlines``: asking the archive."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import (
    AsJson,
    ItemText,
    Limit,
    ProfileName,
    SinceText,
    SourceNames,
    check_folder,
    console,
    opened,
    path,
    print_json,
    start_of,
    write_whole,
)
from core.errors import ConfigError, UnavailableError
from core.items import ItemKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.wiring.application import Application
    from core.digests import RankedItem
    from core.items import Item
    from services.digests.trace import Trace

REASONS_SHOWN = 3
"""Reasons below an item of a list."""


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words to find.")],
    source: SourceNames = None,
    kind: Annotated[list[ItemKind] | None, typer.Option(help="Only of this kind.")] = None,
    since: SinceText = None,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Search the archive."""
    from app.commands.sources import known
    from core.feeds import ANYBODY
    from core.search import Filter

    text = " ".join(query)
    with opened(context) as application:
        where = Filter(
            sources=tuple(known(source or [], application.sources.readable())),
            kinds=tuple(kind or ()),
            since=start_of(since, application),
            feeds=application.visibility.feeds(ANYBODY).union(source or ()),
        )
        hits = application.index.search(text, where=where, limit=limit)
    if as_json:
        found = [item_data(h.item) | {"score": h.score, "snippet": h.snippet} for h in hits]
        print_json({"query": text, "results": found})
        return
    _print_items(application, ((hit.item, hit.snippet) for hit in hits), query=text)
    if not hits:
        typer.echo("nothing found")


def similar(
    context: typer.Context, item: ItemText, limit: Limit = 10, as_json: AsJson = False
) -> None:
    """Show the items that are most like an item."""
    with opened(context) as application:
        found = application.lookup.item(item)
        ranked = application.similar.find(found, limit=limit)
    if as_json:
        results = [item_data(r.item) | {"score": r.score} for r in ranked]
        print_json({"key": str(found.key), "results": results})
        return
    _print_items(application, map(_with_reasons, ranked))
    if not ranked:
        typer.echo("nothing similar in the archive")


def why(
    context: typer.Context,
    item: ItemText,
    profile: ProfileName = "default",
    since: SinceText = None,
    as_json: AsJson = False,
) -> None:
    """Explain why an item is in the digest or not, and how its score adds up."""
    with opened(context) as application:
        found = application.lookup.item(item)
        reader = application.people.profile(profile)
        start = start_of(since, application)
        request = application.requests.build(reader, since=start, recorded=True)
        trace = application.digests().explain(request, found)
        meaning = _meaning(application)
    if as_json:
        print_json(_trace_data(trace) | {"meaning": meaning})
    else:
        from app.explanation import print_trace

        print_trace(console(), trace)
        console().print(f"meaning: {meaning}")


def deadlines(
    context: typer.Context,
    ics: Annotated[
        Path | None, typer.Option(parser=path, help="Also write them to this calendar file.")
    ] = None,
    source: SourceNames = None,
    kind: Annotated[list[ItemKind] | None, typer.Option(help="Only of this kind.")] = None,
    within: Annotated[int, typer.Option(help="Days ahead.", min=1, max=366)] = 60,
    about: Annotated[str, typer.Option(help="Words in the title, topics or place.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the upcoming deadlines, soonest first."""
    from app.commands.sources import known
    from digests.render import ics as calendar
    from digests.render.json import moment
    from services.radar import DeadlineFilter

    if ics is not None:
        check_folder(ics.parent)
    with opened(context) as application:
        now = application.clock()
        wanted = DeadlineFilter(
            kinds=tuple(kind or ()),
            sources=tuple(known(source or [], application.sources.readable())),
            days=within,
            about=about,
        )
        found = application.radar().ahead(wanted, now)
    items = [one.item for one in found]
    notes = {one.item.key: one.notes for one in found}
    ahead = sorted(
        ((d.at, d.label, item) for item in items for d in item.deadlines if d.at > now),
        key=lambda entry: (entry[0], str(entry[2].key), entry[1]),
    )
    if ics is not None and ahead:
        write_whole(ics, calendar.calendar(items, now))
        typer.echo(f"written: {ics}", err=True)
    elif ics is not None:  # a calendar has at least one entry (RFC 5545, section 3.6)
        typer.echo(f"no upcoming deadlines, so {ics} was not written", err=True)
    if as_json:
        rows = [
            item_data(item)
            | {"label": label, "at": moment(at), "notes": list(notes.get(item.key, ()))}
            for at, label, item in ahead
        ]
        print_json({"deadlines": rows})
        return
    from app.listing import print_deadlines

    horizon = timedelta(days=within)
    print_deadlines(console(), ahead, now=now, horizon=horizon, notes=notes)
    if not ahead:
        typer.echo("no upcoming deadlines")


def saved(
    context: typer.Context,
    profile: ProfileName = "default",
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Show the items that a profile saved, latest first."""
    with opened(context) as application:
        items = application.people.profile(profile).saved[::-1][:limit]
    if as_json:
        print_json({"saved": [item_data(item) for item in items]})
        return
    _print_items(application, ((item, "") for item in items))
    if not items:
        typer.echo("nothing saved yet; save an item with tidings feedback ITEM save")


def trending(
    context: typer.Context,
    source: SourceNames = None,
    kind: Annotated[list[ItemKind] | None, typer.Option(help="Only of this kind.")] = None,
    since: SinceText = "7d",
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Show what is popular, each item compared with others of its source and kind."""
    from app.commands.sources import known
    from core.feeds import ANYBODY
    from core.search import Filter

    with opened(context) as application:
        feeds = application.visibility.feeds(ANYBODY).union(source or ())
        where = Filter(
            sources=tuple(known(source or [], application.sources.readable())),
            kinds=tuple(kind or ()),
            since=start_of(since, application),
        )
        ranked = application.lookup.visible(feeds).trending(where, limit=limit)
    if as_json:
        print_json({"trending": [item_data(one.item) | {"score": one.score} for one in ranked]})
        return
    _print_items(application, map(_with_reasons, ranked))
    if not ranked:
        typer.echo("no item of this time has stars, votes or points yet")


def item_data(item: Item) -> dict[str, Any]:
    """Return what identifies an item as plain data, in the shape of docs/cli.md."""
    return {
        "key": str(item.key),
        "source": item.key.source,
        "kind": item.kind.value,
        "title": item.title,
        "url": item.url,
    }


def _trace_data(trace: Trace) -> dict[str, Any]:
    return {
        "item": item_data(trace.item),
        "shown": trace.shown,
        "stages": [{"stage": s.name, "passed": s.passed, "text": s.text} for s in trace.stages],
        "score": trace.ranked.score,
        "reasons": [{"text": r.text, "weight": r.weight} for r in trace.ranked.reasons],
        "moved": trace.ranked.moved,
    }


def _meaning(application: Application) -> str:
    """Say whether closeness in meaning counted."""
    try:
        return application.embedding_model.state()
    except (ConfigError, UnavailableError) as error:
        return f"only words count: {error}"


def _with_reasons(entry: RankedItem) -> tuple[Item, str]:
    return entry.item, "; ".join(reason.text for reason in entry.reasons[:REASONS_SHOWN])


def _print_items(
    application: Application, listed: Iterable[tuple[Item, str]], *, query: str = ""
) -> None:
    """Print items with what is said of each; words of the query are marked."""
    from app.listing import print_items

    print_items(console(), listed, now=application.clock(), query=query)
