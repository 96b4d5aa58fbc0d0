"""Telling Discord of the commands, only when they have changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging

from discord import app_commands

from bot.context import BotClient
from core.ports.storage import KeyValueStore

log = logging.getLogger(__name__)


async def sync_if_changed(
    tree: app_commands.CommandTree[BotClient], key_values: KeyValueStore, application_id: int
) -> bool:
    """Send the commands if they differ from what was sent last; return whether they were sent.

    Discord allows 200 such changes a day, and a restart should cost none; so a hash of what was
    sent is remembered.
    """
    key = f"discord:commands/{application_id}"
    fingerprint = commands_fingerprint(tree)
    if await asyncio.to_thread(key_values.get, key) == fingerprint:
        return False
    commands = await tree.sync()
    await asyncio.to_thread(key_values.put, key, fingerprint)
    log.info("told Discord of %d commands", len(commands))
    return True


def commands_fingerprint(tree: app_commands.CommandTree[BotClient]) -> str:
    """Return a hash of all that Discord is told of the commands."""
    told = [command.to_dict(tree) for command in tree.get_commands()]
    packed = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()
