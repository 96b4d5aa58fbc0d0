"""Telling Discord of the commands, only when they have changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging

from discord import app_commands

from bot.context import BotClient
from core.ports.sources import ValidatorStore
from core.sources import Validators

log = logging.getLogger(__name__)


async def sync_if_changed(
    tree: app_commands.CommandTree[BotClient], memory: ValidatorStore, application_id: int
) -> bool:
    """Send the commands if they differ from what was sent last; return whether they were sent.

    Discord allows 200 such changes a day, and a restart should cost none. What was sent is
    remembered like the validator of an answer: it says whether Discord has the latest.
    """
    known_as = f"discord:commands/{application_id}"
    fingerprint = commands_fingerprint(tree)
    known = await asyncio.to_thread(memory.recall, known_as)
    if known is not None and known.etag == fingerprint:
        return False
    commands = await tree.sync()
    await asyncio.to_thread(memory.keep, known_as, Validators(etag=fingerprint))
    log.info("told Discord of %d commands", len(commands))
    return True


def commands_fingerprint(tree: app_commands.CommandTree[BotClient]) -> str:
    """Return a hash of all that Discord is told of the commands."""
    told = [command.to_dict(tree) for command in tree.get_commands()]
    packed = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()
