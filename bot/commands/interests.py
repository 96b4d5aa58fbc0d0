"""``/interests``: what one looks for, mutes and follows, and how much each counts."""

from __future__ import annotations

from discord import app_commands

from bot.commands.options import propose_followed, propose_muted, propose_own_interests
from bot.context import Interaction
from bot.escape import escape
from bot.replies import defer, reply_text
from bot.users import call, name_of
from bot.views.feedback import weaken as weaken_one
from bot.views.starting import mend_button
from core.people import Profile

interests = app_commands.Group(
    name="interests", description="What you look for, mute and follow; only you can see it"
)

_Words = app_commands.Range[str, 1, 300]
_SHOWN = 1_000
"""Characters of one list."""


@interests.command(description="Your interests, muted words, and whom you follow")
async def show(interaction: Interaction) -> None:
    """Show what is known."""
    await defer(interaction)
    profile = await call(interaction, lambda s: s.people.member(name_of(interaction)))
    await reply_text(interaction, "\n".join(_lines(profile)), mend_button())


@interests.command(description="Never show items that hold these words")
@app_commands.describe(words='Words or phrases, separated by ";"')
async def mute(interaction: Interaction, words: _Words) -> None:
    """Mute words."""
    await defer(interaction)
    name = name_of(interaction)
    changed = await call(interaction, lambda s: s.people.add(name, muted=words))
    await reply_text(interaction, _muted(changed))


@interests.command(description="Show items with a muted word again")
@app_commands.describe(word="One of your muted words")
@app_commands.autocomplete(word=propose_muted)
async def unmute(interaction: Interaction, word: _Words) -> None:
    """Mute a word no longer."""
    await defer(interaction)
    name = name_of(interaction)
    changed = await call(interaction, lambda s: s.people.remove(name, muted=word))
    await reply_text(interaction, _muted(changed))


@interests.command(description="Prefer authors, repositories, users or categories")
@app_commands.describe(names='Such as Yann LeCun; owner/repo; cs.CL, separated by ";"')
async def follow(interaction: Interaction, names: _Words) -> None:
    """Follow somebody."""
    await defer(interaction)
    name = name_of(interaction)
    changed = await call(interaction, lambda s: s.people.add(name, followed=names))
    await reply_text(interaction, _followed(changed))


@interests.command(description="No longer prefer somebody you follow")
@app_commands.describe(name="Somebody you follow")
@app_commands.autocomplete(name=propose_followed)
async def unfollow(interaction: Interaction, name: _Words) -> None:
    """Follow somebody no longer."""
    await defer(interaction)
    person = name_of(interaction)
    changed = await call(interaction, lambda s: s.people.remove(person, followed=name))
    await reply_text(interaction, _followed(changed))


@interests.command(description="Halve how much an interest counts; a faint one is removed")
@app_commands.describe(interest="One of your interests")
@app_commands.autocomplete(interest=propose_own_interests)
async def weaken(interaction: Interaction, interest: _Words) -> None:
    """Halve the weight of an interest."""
    await weaken_one(interaction, interest)


def _lines(profile: Profile) -> list[str]:
    named = [
        escape(one.text) + (f" ({one.weight:.0%})" if one.weight != 1 else "")
        for one in profile.interests
    ]
    return [_line("I look for", named), _muted(profile), _followed(profile)]


def _muted(profile: Profile) -> str:
    return _line("**Muted**, so never shown", [escape(word) for word in profile.muted])


def _followed(profile: Profile) -> str:
    return _line("Preferred", [escape(name) for name in profile.followed])


def _line(label: str, words: list[str]) -> str:
    """Write a list within the room of a message, and how many did not fit."""
    shown: list[str] = []
    for word in words:
        if sum(map(len, shown)) + len(word) > _SHOWN:
            return f"{label}: {'; '.join(shown)} and {len(words) - len(shown)} more."
        shown.append(word)
    return f"{label}: {'; '.join(shown) or 'nothing yet'}."
