"""``tidings subscribe``: digests by email for people without Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app import completions
from app.commands.options import AsJson, ZoneName, opened, print_json
from app.complaints import not_one_of
from core.deliveries import Schedule
from core.errors import UsageError
from core.mail import SCHEME, Mailbox, SubscriptionOptions
from core.schedules import DAYS, in_words, wall_time, with_choice

if TYPE_CHECKING:
    from pathlib import Path

    from app.wiring.application import Application

subscribe = typer.Typer(help="Digests by email for people without Discord.", no_args_is_help=True)

AddressText = Annotated[str, typer.Argument(metavar="ADDRESS", help="An email address.")]


@subscribe.command("add")
def add(
    context: typer.Context,
    address: AddressText,
    profile: Annotated[
        str, typer.Option(help="Profile to rank for; or give --interests.")
    ] = "default",
    interests: Annotated[
        str | None, typer.Option(help='Interests, separated by ";", in place of a profile.')
    ] = None,
    schedule: Annotated[
        str,
        typer.Option(
            "--schedule",
            "--rhythm",  # its earlier name, which scripts may still use
            autocompletion=completions.schedules,
            help="daily, weekdays, or a day such as monday for once a week.",
        ),
    ] = "monday",
    at: Annotated[str, typer.Option(help="Time of day, such as 08:30.")] = "08:00",
    zone: ZoneName = None,
    items: Annotated[int, typer.Option(help="Maximum number of items.")] = 10,
    minutes: Annotated[float | None, typer.Option(help="Maximum reading time in minutes.")] = None,
    sources: Annotated[
        str | None, typer.Option(help="Only these sources, separated by commas.")
    ] = None,
    quiet: Annotated[str, typer.Option(help="Quiet hours, such as 22:00-07:00.")] = "",
    confirmed: Annotated[
        bool,
        typer.Option("--confirmed", help="The holder has agreed: send no confirmation email."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Send a confirmation email to an address; digests follow once it is confirmed."""
    from services.email.subscriptions import EmailDisabledError
    from services.interests import read_interests

    stated = read_interests(interests or "")
    with opened(context) as application:
        where = application.loaded.settings.digest.zone if zone is None else zone
        ranked_for = "" if interests is not None else application.people.profile(profile).name
        options = SubscriptionOptions(
            schedule=_schedule(schedule, at, where, quiet),
            profile=ranked_for,
            interests=stated.interests,
            muted=stated.muted,
            items=items,
            minutes=minutes,
            sources=_names(sources),
        )
        service = application.email_subscriptions()
        if confirmed:
            _show([service.subscribe_confirmed(address, options)], as_json=as_json)
            return
        try:
            service.subscribe(address, options)
        except EmailDisabledError:
            raise UsageError(
                "no SMTP server is set: set email.host and email.sender, or use --confirmed if "
                "the holder of the address has agreed"
            ) from None
    if as_json:
        print_json({"asked": True})
    else:
        typer.echo("a confirmation email is queued (at most 3 a day go to one address)")
        typer.echo("tidings serve sends it; to send it now, run tidings email send")


@subscribe.command("confirm")
def confirm(
    context: typer.Context,
    address: AddressText,
    code: Annotated[str, typer.Argument(help="The code in the confirmation email.")],
    as_json: AsJson = False,
) -> None:
    """Confirm an address with the code in its confirmation email."""
    with opened(context) as application:
        service = application.email_subscriptions()
        _show([service.confirm_code(service.person(address), code)], as_json=as_json)


@subscribe.command("list")
def list_addresses(context: typer.Context, as_json: AsJson = False) -> None:
    """List email addresses and what is sent there."""
    with opened(context) as application:
        service = application.email_subscriptions()
        owners = dict.fromkeys(one.owner for one in application.storage.addresses.addresses())
        boxes = [box for owner in owners for box in service.state(owner)]
    _show(boxes, as_json=as_json)
    if not boxes and not as_json:
        typer.echo('no addresses yet; add one: tidings subscribe add ADDRESS --interests "…"')


@subscribe.command("off")
def off(context: typer.Context, address: AddressText, as_json: AsJson = False) -> None:
    """Unsubscribe an address, whoever subscribed it; it is kept for 30 days."""
    with opened(context) as application:
        service = application.email_subscriptions()
        known = _known(application, address)
        for one in known:
            service.unsubscribe(one)
    _report(len(known), "unsubscribed: nothing else will be sent", as_json=as_json)


@subscribe.command("delete")
def delete(context: typer.Context, address: AddressText, as_json: AsJson = False) -> None:
    """Delete an address and everything that belongs to it; this cannot be undone."""
    with opened(context) as application:
        service = application.email_subscriptions()
        owners = {
            found.owner
            for one in _known(application, address)
            if (found := application.storage.addresses.address(one)) is not None
        }
        files: list[Path] = []
        for owner in owners:
            if owner.startswith(f"{SCHEME}:"):
                files += application.privacy.delete(owner).files
            else:
                service.forget(owner)
    _report(len(owners), "deleted", as_json=as_json)
    for path in dict.fromkeys(files):
        typer.echo(f"not deleted, since it is a file of yours: {path}", err=True)


def _known(application: Application, typed: str) -> list[str]:
    from delivery.addresses import read_address

    address = read_address(typed)
    return [one.id for one in application.storage.addresses.addresses(address=address)]


def _report(count: int, line: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"addresses": count})
    else:
        typer.echo(line if count else "this address is not subscribed")


def _schedule(typed: str, at: str, zone: str, quiet: str) -> Schedule:
    days = {name.casefold(): f"weekly {number}" for number, name in enumerate(DAYS)}
    choice = {"daily": "daily", "weekdays": "weekdays"} | days
    if typed.casefold() not in choice:
        raise UsageError(not_one_of(typed, choice, "schedule"))
    return with_choice(choice[typed.casefold()], at=wall_time(at), zone=zone, quiet=quiet)


def _names(typed: str | None) -> tuple[str, ...]:
    """Read the names of sources; none means all.

    Raises:
        UsageError: if something else than a name was typed.
    """
    names = tuple(name.strip() for name in (typed or "").split(",") if name.strip())
    if typed is not None and not names:
        raise UsageError("--sources names no source; leave it out for all of them")
    return names


def _show(boxes: list[Mailbox], *, as_json: bool) -> None:
    if as_json:
        print_json({"addresses": [_data(box) for box in boxes]})
        return
    for box in boxes:
        when = in_words(box.subscription.schedule)
        next_run = f", next {box.next_run:%Y-%m-%d %H:%M} UTC" if box.next_run else ""
        typer.echo(f"{box.address.address}: {box.address.state.value}, {when}{next_run}")


def _data(box: Mailbox) -> dict[str, object]:
    from digests.render.json import moment

    return {
        "address": box.address.address,
        "state": box.address.state.value,
        "owner": box.address.owner,
        "profile": box.subscription.profile,
        "rhythm": in_words(box.subscription.schedule),
        "next": moment(box.next_run) if box.next_run else None,
        "subscription": box.subscription.id,
    }
