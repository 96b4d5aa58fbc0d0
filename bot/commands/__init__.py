"""The slash commands and context menus, one module for each area."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from bot.commands.admin import admin
from bot.commands.asking import ask, questions
from bot.commands.deadlines import deadlines
from bot.commands.digest import digest, start
from bot.commands.email import email
from bot.commands.finding import saved, search, similar, trending, why
from bot.commands.help import show_help
from bot.commands.interests import interests
from bot.commands.messages import find_related, save_message
from bot.commands.privacy import privacy
from bot.commands.stats import stats
from bot.commands.subscribing import subscribe, subscriptions

COMMANDS: tuple[
    app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu, ...
] = (
    start,
    show_help,
    digest,
    interests,
    subscribe,
    subscriptions,
    email,
    search,
    ask,
    questions,
    similar,
    trending,
    deadlines,
    saved,
    why,
    stats,
    privacy,
    admin,
    find_related,
    save_message,
)
