"""Errors as members see them: one ephemeral line that says what to do."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence

import aiohttp
import discord
from discord import app_commands

from bot.cards import item_menu, start_button
from bot.context import Interaction
from bot.escape import escape
from bot.layout import Component, row, text
from bot.replies import RawLayoutView, reply
from bot.resolve import SeveralItemsError
from bot.wording import for_members
from core.errors import ConfigError, DeliveryError, StorageError, TidingsError, UnavailableError
from services.people import NoInterestsError

log = logging.getLogger(__name__)

_TOO_LATE = frozenset({10015, 10062, 50027})
"""Codes of an interaction that is no more: answered too late, or its 15 minutes are over."""

_MAX_CHARACTERS = 1500

NO_INTERESTS = "I don't know your interests yet. Use /start to enter them; it takes a minute"


async def report(
    interaction: Interaction, error: BaseException, *, below: Sequence[Component] = ()
) -> None:
    """Tell the member what went wrong and what to do, and log what is a bug.

    Args:
        interaction: to be answered.
        error: what went wrong.
        below: is shown below the line that says so.
    """
    cause = getattr(error, "original", error)
    if isinstance(cause, discord.HTTPException) and cause.code in _TOO_LATE:
        log.warning("an answer came too late: %s", cause)
        return
    shown = [text(_line(cause))]
    if isinstance(cause, NoInterestsError):
        shown.append(row(start_button()))
    if isinstance(cause, SeveralItemsError):
        shown.append(item_menu(cause.items, "meant"))
    shown += below
    try:
        await _show(interaction, shown)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        log.warning("an error could not be shown: %s", failure)
    except RuntimeError:
        if not interaction.client.is_closed():  # else its session is closed too
            raise


def _line(error: BaseException) -> str:
    match error:
        case StorageError():
            log.error("storage failed: %s", error)
            line = "The archive is not available at the moment. Please try again in a minute."
        case app_commands.TransformerError():
            line = "I can't see that channel. Grant me View Channel there, or unarchive the thread."
        case app_commands.CommandNotFound():
            line = "That command is out of date. Please reload Discord (Ctrl+R) and try again."
        case NoInterestsError():
            line = f"{NO_INTERESTS}."
        case aiohttp.ClientError() | discord.DiscordServerError():
            log.warning("Discord did not confirm a request: %s", error)
            line = "Discord did not answer just now. Please try again in a minute."
        case ConfigError() | UnavailableError() | DeliveryError():
            log.warning("a member was told that this is not available: %s", error)
            line = "This is not available at the moment. Please try again in a minute."
        case TidingsError() | app_commands.CheckFailure():
            line = escape(_sentence(for_members(str(error))), _MAX_CHARACTERS)
        case _:
            line = _unexpected(error)
    return line


def _unexpected(error: BaseException) -> str:
    reference = secrets.token_hex(3)
    log.error("unexpected, reference %s", reference, exc_info=error)
    return (
        f"Something went wrong here (reference {reference}). Please try again. If it keeps "
        "happening, send the reference to whoever runs this bot."
    )


async def _show(interaction: Interaction, shown: list[Component]) -> None:
    in_place = interaction.type is discord.InteractionType.component
    if in_place and interaction.response.is_done():
        # The message with the button stays as it is.
        await interaction.followup.send(view=RawLayoutView(shown), ephemeral=True)
    elif interaction.type is not discord.InteractionType.autocomplete:
        await reply(interaction, shown)


def _sentence(line: str) -> str:
    """Errors are written as parts of a line; members read whole sentences."""
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "!", "?")) else ".")
