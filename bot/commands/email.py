"""``/email set``, ``confirm``, ``status`` and ``off``: the digest by email as well."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_zones
from bot.commands.subscribing import SCHEDULES
from bot.context import Interaction
from bot.escape import escape, moment, schedule_text
from bot.layout import Component, text
from bot.replies import defer, reply, reply_text
from bot.services import Services
from bot.users import call, name_of
from bot.views.subscriptions import existing_page
from core.mail import AddressState, Mailbox, SubscriptionOptions
from core.schedules import wall_time, with_choice
from services.subscriptions import MOST_ITEMS

email = app_commands.Group(name="email", description="Your digest by email")

_MONDAYS = "weekly 0"

_ASKED = (
    "A confirmation email is on its way to that address. Within three days, open the link in it "
    "or use `/email confirm` with its code. Nothing else will be sent until then. If it does not "
    "arrive, check your spam folder; you can ask for up to three confirmation emails a day."
)

_STATES = {
    AddressState.PENDING: "waiting for confirmation",
    AddressState.CONFIRMED: "confirmed",
    AddressState.BOUNCED: "**off**: three emails bounced; use /email set to confirm it again",
    AddressState.OFF: "**off**: unsubscribed; use /email set to confirm it again",
}


@email.command(name="set", description="Get your digest by email")
@app_commands.describe(
    address="Your email address; you confirm it first",
    schedule="Which days; default: Mondays",
    at="Time of day, such as 08:30; default: 08:00",
    zone="Time zone, such as Europe/Berlin; default: yours",
    items="Maximum number of items; default: 10",
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
    """Send a confirmation email."""
    await defer(interaction)
    name = name_of(interaction)

    def propose(services: Services) -> list[Component]:
        boxes = services.email_subscriptions.state(name)
        typed = services.email_subscriptions.read_address(address)
        for box in boxes:
            if box.address.address == typed and box.address.state is AddressState.CONFIRMED:
                return existing_page(services, box.subscription, "A digest to this address")
        reader = services.people.rankable_member(name)
        choice = schedule.value if schedule else _MONDAYS
        when = with_choice(choice, at=wall_time(at), zone=zone or reader.zone)
        options = SubscriptionOptions(schedule=when, profile=name, items=items)
        services.email_subscriptions.subscribe(address, options, owner=name)
        return [text(_ASKED)]

    await reply(interaction, await call(interaction, propose))


@email.command(description="Confirm your address with the code from the confirmation email")
@app_commands.describe(code="The 8-character code from the confirmation email")
async def confirm(interaction: Interaction, code: app_commands.Range[str, 1, 20]) -> None:
    """Confirm the address whose confirmation email held this code."""
    await defer(interaction)
    name = name_of(interaction)
    box = await call(
        interaction, lambda services: services.email_subscriptions.confirm_code(name, code)
    )
    await reply_text(interaction, f"Confirmed.\n{_line(box)}")


@email.command(description="Your email addresses and what is sent to them")
async def status(interaction: Interaction) -> None:
    """List the addresses and what goes there."""
    await defer(interaction)
    name = name_of(interaction)
    boxes = await call(interaction, lambda services: services.email_subscriptions.state(name))
    if not boxes:
        await reply_text(
            interaction, "No email is sent to you. Use `/email set` to get your digest by email."
        )
        return
    await reply_text(interaction, "\n".join(map(_line, boxes)))


@email.command(description="Stop all email and delete your address")
async def off(interaction: Interaction) -> None:
    """Delete the addresses with what goes there; everything on Discord stays."""
    await defer(interaction)
    name = name_of(interaction)
    known = await call(interaction, lambda services: services.email_subscriptions.forget(name))
    await reply_text(
        interaction,
        "Nothing else will be sent by email, and your address is deleted."
        if known
        else "No email is sent to you, so there was nothing to stop.",
    )


def _line(box: Mailbox) -> str:
    address = escape(box.address.address, 254)
    when = f" Next digest: {moment(box.next_run)}." if box.next_run else ""
    schedule = schedule_text(box.subscription.schedule)
    return f"- {address}: {_STATES[box.address.state]}, {schedule}.{when}"
