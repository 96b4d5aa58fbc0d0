"""Options that several commands share, and what they propose while one types."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from functools import cache

from discord import app_commands

from bot.context import Interaction
from bot.custom_ids import item_reference
from bot.layout import plain_label
from bot.resolve import source_names
from bot.services import Services
from bot.users import call, name_of
from core.people import Profile
from core.sources import SourceStatus
from digests.sources import source_name
from digests.view import readable_title
from language.plain import shortened

_MAX_CHOICES, _MAX_CHOICE = 25, 100
"""Choices of one autocomplete, and characters of a choice's name and value."""

Choices = list[app_commands.Choice[str]]


async def propose_topics(interaction: Interaction, typed: str) -> Choices:
    """Propose one's own interests first, then the usual topics."""

    def topics(services: Services) -> list[str]:
        profile = services.people.member(name_of(interaction))
        return [*(interest.text for interest in profile.interests), *services.topics]

    return _choices(_matching(await call(interaction, topics), typed))


async def propose_own_interests(interaction: Interaction, typed: str) -> Choices:
    """Propose one's own interests."""
    profile = await _own_profile(interaction)
    return _choices(_matching([one.text for one in profile.interests], typed))


async def propose_muted(interaction: Interaction, typed: str) -> Choices:
    """Propose one's own muted words."""
    return _choices(_matching((await _own_profile(interaction)).muted, typed))


async def propose_followed(interaction: Interaction, typed: str) -> Choices:
    """Propose those whom one follows."""
    return _choices(_matching((await _own_profile(interaction)).followed, typed))


async def _own_profile(interaction: Interaction) -> Profile:
    return await call(interaction, lambda s: s.people.member(name_of(interaction)))


async def propose_sources(interaction: Interaction, typed: str) -> Choices:
    """Propose the sources that are read and the feeds that members added."""
    names = await call(interaction, _sources_with_items)
    # A list of sources is typed one after the other; what stands before the last comma stays.
    before, comma, last = typed.rpartition(",")
    head = f"{before}{comma} " if comma else ""
    found = _matching(names, last.strip())
    return [
        app_commands.Choice(
            name=shortened(f"{head}{source_name(one)}", _MAX_CHOICE), value=f"{head}{one}"
        )
        for one in found
        if len(f"{head}{one}") <= _MAX_CHOICE
    ]


async def propose_zones(_: Interaction, typed: str) -> Choices:
    """Propose IANA time zones."""
    return _choices(_matching(_zones(), typed.replace(" ", "_")))


async def propose_items(interaction: Interaction, typed: str) -> Choices:
    """Propose items of the archive by the words typed."""
    if not typed.strip():
        return []
    hits = await call(interaction, lambda services: services.index.search(typed, limit=10))
    return [
        app_commands.Choice(
            name=shortened(readable_title(hit.item), _MAX_CHOICE),
            value=item_reference(hit.item.key),
        )
        for hit in hits
    ]


def _sources_with_items(services: Services) -> list[str]:
    """Leave out sources that were passed over whenever they were due, as for want of a token."""
    states = services.states()
    never = {
        name
        for name, state in states.items()
        if state.report.status is SourceStatus.SKIPPED and state.last_success is None
    }
    return [name for name in source_names(services) if name not in never]


def _choices(texts: Iterable[str]) -> Choices:
    return [
        app_commands.Choice(name=plain_label(one, _MAX_CHOICE), value=one)
        for one in texts
        if 0 < len(one) <= _MAX_CHOICE
    ]


def _matching(names: Iterable[str], typed: str) -> list[str]:
    """Return names that hold what was typed, those that begin with it first."""
    wanted = typed.casefold()
    found = [one for one in dict.fromkeys(names) if wanted in one.casefold()]
    return sorted(found, key=lambda one: not one.casefold().startswith(wanted))[:_MAX_CHOICES]


@cache
def _zones() -> tuple[str, ...]:
    """Return the zones that people choose from: a place each, no aliases such as ``EST5EDT``."""
    known = zoneinfo.available_timezones()
    return ("UTC", *sorted(one for one in known if "/" in one and not one.startswith("Etc/")))
