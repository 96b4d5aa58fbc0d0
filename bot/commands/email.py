"""``/email set``, ``confirm``, ``status`` and ``off``: the digest by mail as well."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_zones
from bot.commands.subscribing import SCHEDULES
from bot.context import Interaction
from bot.escape import escape, moment
from bot.replies import say, think
from bot.schedules import in_words
from bot.services import Services
from bot.users import call, name_of, ranked_for
from core.mail import AddressState, Mailbox, SubscriptionOptions
from core.schedules import wall_time, with_choice
from services.subscriptions import MOST_ITEMS

email = app_commands.Group(name="email", description="Your digest by mail")

_MONDAYS = "weekly 0"

_ASKED = (
    "A letter is on its way to that address. Open its link, or type `/email confirm` with its "
    "code, within three days. Nothing else is sent there before. If nothing comes, look into the "
    "spam folder; three letters a day are the most."
)

_STATES = {
    AddressState.PENDING: "waits for an answer to its letter",
    AddressState.CONFIRMED: "confirmed",
    AddressState.BOUNCED: "**off**: it refused three mails in a row; /email set asks anew",
    AddressState.OFF: "**off**: unsubscribed; /email set asks anew",
}


@email.command(name="set", description="Have your digest sent to a mail address")
@app_commands.describe(
    address="Where to; a letter asks first whether that is right",
    schedule="On which days; left out: on Mondays",
    at="Time of day, such as 08:30; left out: 08:00",
    zone="Time zone, such as Europe/Berlin; left out: yours",
    items="How many items at the most; left out: 10",
)
@app_commands.choices(schedule=SCHEDULES)
@app_commands.autocomplete(zone=propose_zones)
async def set_address(  # noqa: PLR0917 -- the parameters are the options of the command
    interaction: Interaction,
    address: app_commands.Range[str, 3, 254],
    schedule: app_commands.Choice[str] | None = None,
    at: app_commands.Range[str, 1, 5] = "08:00",
    zone: app_commands.Range[str, 1, 50] | None = None,
    items: app_commands.Range[int, 1, MOST_ITEMS] = 10,
) -> None:
    """Ask the holder of an address by letter."""
    await think(interaction)
    name = name_of(interaction)

    def propose(services: Services) -> None:
        reader = ranked_for(services, name)
        choice = schedule.value if schedule else _MONDAYS
        when = with_choice(choice, at=wall_time(at), zone=zone or reader.zone)
        options = SubscriptionOptions(schedule=when, profile=name, items=items)
        services.email_subscriptions.subscribe(address, options, owner=name)

    await call(interaction, propose)
    await say(interaction, _ASKED)


@email.command(description="Confirm your address with the code of the letter")
@app_commands.describe(code="The eight signs of the letter")
async def confirm(interaction: Interaction, code: app_commands.Range[str, 1, 20]) -> None:
    """Turn the address on whose letter held this code."""
    await think(interaction)
    name = name_of(interaction)
    box = await call(
        interaction, lambda services: services.email_subscriptions.confirm_code(name, code)
    )
    await say(interaction, f"Confirmed.\n{_line(box)}")


@email.command(description="Where your digest goes by mail")
async def status(interaction: Interaction) -> None:
    """List the addresses and what goes there."""
    await think(interaction)
    name = name_of(interaction)
    boxes = await call(interaction, lambda services: services.email_subscriptions.state(name))
    if not boxes:
        await say(interaction, "No mail goes to you. `/email set` changes that.")
        return
    await say(interaction, "\n".join(map(_line, boxes)))


@email.command(description="Send no more mail, and forget your address")
async def off(interaction: Interaction) -> None:
    """Delete the addresses with what goes there; everything on Discord stays."""
    await think(interaction)
    name = name_of(interaction)
    known = await call(interaction, lambda services: services.email_subscriptions.forget(name))
    await say(
        interaction,
        "No more mail comes, and your address is deleted." if known else "No mail goes to you.",
    )


def _line(box: Mailbox) -> str:
    address = escape(box.address.address, 254)
    when = f" The next digest comes {moment(box.next_run)}." if box.next_run else ""
    schedule = in_words(box.subscription.schedule)
    return f"- {address}: {_STATES[box.address.state]}, {schedule}.{when}"
