"""Sending the commands to Discord, only when they have changed."""

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
    commands = [command.to_dict(tree) for command in tree.get_commands()]
    packed = json.dumps(commands, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(packed.encode()).hexdigest()
    if await asyncio.to_thread(key_values.get, key) == fingerprint:
        return False
    sent = await tree.sync()
    await asyncio.to_thread(key_values.put, key, fingerprint)
    log.info("sent %d commands to Discord", len(sent))
    return True
