"""``tidings subscribe``: digests by mail for people without Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import AsJson, opened, print_json
from core.errors import UsageError

if TYPE_CHECKING:
    from app.wiring.application import Application
    from core.deliveries import Schedule
    from core.mail import Mailbox

subscribe = typer.Typer(help="Digests by mail for people without Discord.", no_args_is_help=True)

AddressText = Annotated[str, typer.Argument(metavar="ADDRESS", help="A mail address.")]


@subscribe.command("add")
def add(
    context: typer.Context,
    address: AddressText,
    profile: Annotated[
        str, typer.Option(help="Whose interests and feedback; or name --interests.")
    ] = "",
    interests: Annotated[
        str, typer.Option(help='Interests of the address\'s own, separated by ";".')
    ] = "",
    schedule: Annotated[
        str,
        typer.Option(
            "--schedule",
            "--rhythm",  # its name until version 0.1
            help="daily, weekdays, or a day of the week for once a week.",
        ),
    ] = "monday",
    at: Annotated[str, typer.Option(help="Time of day, such as 08:30.")] = "08:00",
    zone: Annotated[str, typer.Option(help="IANA time zone, such as Europe/Berlin.")] = "",
    items: Annotated[int, typer.Option(help="Number of items at the most.")] = 10,
    minutes: Annotated[float | None, typer.Option(help="Minutes of reading at the most.")] = None,
    sources: Annotated[
        str, typer.Option(help="Only these sources, with commas between them.")
    ] = "",
    quiet: Annotated[str, typer.Option(help="Hours without messages, such as 22:00-07:00.")] = "",
    confirmed: Annotated[
        bool,
        typer.Option("--confirmed", help="You know that its holder agrees: send no letter."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the holder of an address by letter whether they want a digest; nothing else is sent."""
    from core.mail import SubscriptionOptions
    from core.people import parse_interests

    with opened(context) as application:
        wishes = SubscriptionOptions(
            schedule=_schedule(
                schedule, at, zone or application.loaded.settings.digest.zone, quiet
            ),
            profile=application.people.profile(profile or "default").name if not interests else "",
            interests=parse_interests(interests),
            items=items,
            minutes=minutes,
            sources=tuple(name.strip() for name in sources.split(",") if name.strip()),
        )
        mailing = application.mailing()
        if confirmed:
            box = mailing.vouch(address, wishes)
            _show([box], as_json=as_json)
            return
        mailing.propose(address, wishes)
    line = "a letter is on its way, unless there were three today; tidings email send sends it now"
    if as_json:
        print_json({"asked": True})
    else:
        typer.echo(line)


@subscribe.command("confirm")
def confirm(
    context: typer.Context,
    address: AddressText,
    code: Annotated[str, typer.Argument(help="The code of the letter.")],
    as_json: AsJson = False,
) -> None:
    """Confirm an address by the code of its letter."""
    with opened(context) as application:
        mailing = application.mailing()
        _show([mailing.confirm_code(mailing.person(address), code)], as_json=as_json)


@subscribe.command("list")
def list_addresses(context: typer.Context, as_json: AsJson = False) -> None:
    """List the addresses and what goes there."""
    with opened(context) as application:
        mailing = application.mailing()
        owners = dict.fromkeys(one.owner for one in application.storage.addresses.addresses())
        boxes = [box for owner in owners for box in mailing.state(owner)]
    _show(boxes, as_json=as_json)
    if not boxes and not as_json:
        typer.echo('no address yet; add one with tidings subscribe add ADDRESS --interests "…"')


@subscribe.command("off")
def off(context: typer.Context, address: AddressText, as_json: AsJson = False) -> None:
    """Send nothing more to an address, whoever asked for it; it is kept for 30 days."""
    with opened(context) as application:
        mailing = application.mailing()
        known = _known(application, address)
        for one in known:
            mailing.unsubscribe(one)
    _told(len(known), "nothing more is sent to it", as_json=as_json)


@subscribe.command("delete")
def delete(context: typer.Context, address: AddressText, as_json: AsJson = False) -> None:
    """Delete an address with all that belongs to it, at once and for good."""
    with opened(context) as application:
        mailing = application.mailing()
        owners = {
            found.owner
            for one in _known(application, address)
            if (found := application.storage.addresses.address(one)) is not None
        }
        for owner in owners:
            mailing.forget(owner)
    _told(len(owners), "deleted", as_json=as_json)


def _known(application: Application, typed: str) -> list[str]:
    from delivery.addresses import read_address

    address = read_address(typed)
    return [one.id for one in application.storage.addresses.addresses(address=address)]


def _told(count: int, line: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"addresses": count})
    else:
        typer.echo(line if count else "this address is not known")


def _schedule(typed: str, at: str, zone: str, quiet: str) -> Schedule:
    from core.schedules import DAYS, wall_time, with_choice

    days = {name.casefold(): f"weekly {number}" for number, name in enumerate(DAYS)}
    choice = {"daily": "daily", "weekdays": "weekdays"} | days
    if typed.casefold() not in choice:
        raise UsageError(f"{typed!r} is none of: {', '.join(choice)}")
    return with_choice(choice[typed.casefold()], at=wall_time(at), zone=zone, quiet=quiet)


def _show(boxes: list[Mailbox], *, as_json: bool) -> None:
    from core.schedules import in_words

    if as_json:
        print_json({"addresses": [_data(box) for box in boxes]})
        return
    for box in boxes:
        when = in_words(box.subscription.schedule)
        next_run = f", next {box.next_run:%Y-%m-%d %H:%M} UTC" if box.next_run else ""
        typer.echo(f"{box.address.address}: {box.address.state.value}, {when}{next_run}")


def _data(box: Mailbox) -> dict[str, object]:
    from core.schedules import in_words
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
