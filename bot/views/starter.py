"""Feeds to begin with, by topic: followed and left by a menu."""

from __future__ import annotations

from bot.context import Interaction
from bot.custom_ids import Menu, custom_id
from bot.layout import Component, option, select, text
from bot.replies import defer, reply_messages
from bot.services import Services
from bot.users import call, name_of
from core.errors import UsageError
from services.feeds.members import feed_address
from services.feeds.starter import TOPICS, of_topic

_FOLLOW, _LEAVE = "+", "-"


def starter_menu(services: Services, person: str) -> Component:
    """Return the menu of the topics, each to be followed or left."""
    followed = {one.feed.url for one in services.feeds.listed(owner=person) if not one.guild}
    options = []
    for topic, title in TOPICS.items():
        urls = {feed_address(feed.url) for feed in of_topic(topic)}
        if urls & followed:
            options.append(option(f"Stop following: {title}", _LEAVE + topic))
        else:
            options.append(option(f"{title} ({len(urls)} feeds)", _FOLLOW + topic))
    return select(custom_id(Menu.STARTER), "Follow feeds on…", options)


async def choose(interaction: Interaction, _: str, choice: str) -> None:
    """Follow the feeds of a topic, or leave them, and show the menu as it is then."""
    person = name_of(interaction)
    await defer(interaction)

    def changed(services: Services) -> list[Component]:
        action, topic = choice[:1], choice[1:]
        if topic not in TOPICS or action not in {_FOLLOW, _LEAVE}:
            raise UsageError("this topic is no longer offered. Use /start again")
        line = (
            _left(services, person, topic) if action == _LEAVE else _added(services, person, topic)
        )
        return [text(line), starter_menu(services, person)]

    await reply_messages(interaction, [await call(interaction, changed)])


def _added(services: Services, person: str, topic: str) -> str:
    made = services.feeds.add_listed(person, [feed.listed for feed in of_topic(topic)])
    names = ", ".join(one.feed.title for one in made.added)
    refused = f" {len(made.refused)} did not fit: {made.refused[0][1]}." if made.refused else ""
    if not made.added:
        return f"You followed all of them already.{refused}" if made.known else refused.strip()
    return f"You follow {names}. Their posts can appear in your digests from now on.{refused}"


def _left(services: Services, person: str, topic: str) -> str:
    urls = {feed_address(feed.url) for feed in of_topic(topic)}
    mine = [
        one.feed
        for one in services.feeds.listed(owner=person)
        if not one.guild and one.feed.url in urls
    ]
    for feed in mine:
        services.feeds.remove(person, feed.name)
    return f"You no longer follow feeds on {TOPICS[topic].lower()}."
