"""Messages that the bot sends of itself, besides digests: short, by direct message, best effort."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.connection import Connection
from bot.custom_ids import Verb, custom_id, item_reference
from bot.delivery import open_dm
from bot.escape import escape, masked_link, moment
from bot.headings import Heading, heading
from bot.layout import Component, button, row, text
from bot.paginate import Block, assembled, pack
from bot.posting import post_once
from bot.targets import person, user_id
from bot.views.questions import quote_blocks, watched_buttons
from bot.views.subscriptions import place
from bot.wording import for_members
from core.answers import QuestionMatch
from core.deliveries import Delivery
from core.errors import LaterError
from core.ports.delivery import SubscriptionStore
from digests.view import readable_title
from services.feeds.health import FeedHealth, FeedNotice
from services.questions import Questions
from services.radar import Radar, Reminder


class Notices:
    """Tells people what they would not see otherwise."""

    def __init__(self, *, connection: Connection, subscriptions: SubscriptionStore) -> None:
        self._connection = connection
        self._subscriptions = subscriptions

    async def turned_off(self, delivery: Delivery, reason: str) -> None:
        """Tell the maker of a subscription that it was turned off, if they take messages."""
        subscription = await asyncio.to_thread(
            self._subscriptions.subscription, delivery.subscription
        )
        user = user_id(subscription.owner) if subscription else None
        if user is None:
            return
        where = place(delivery.part.target)
        line = (
            f"Your subscription to {where} was turned off: {escape(for_members(reason), 300)}\n"
            "Once that is fixed, use /subscriptions to resume it."
        )
        await self._send(user, [text(line)], f"off {delivery.part.key}")

    async def stopped_feeds(self, health: FeedHealth) -> None:
        """Tell those who added a feed that it is read no more, if they take messages."""
        for notice in await asyncio.to_thread(health.notices):
            try:
                self._connection.client()
            except LaterError:
                return  # while Discord is out of reach it would be lost
            await self.feed_stopped(notice)
            await asyncio.to_thread(health.mark_notified, notice)

    async def feed_stopped(self, notice: FeedNotice) -> None:
        """Send one such notice."""
        trouble = notice.trouble
        name = masked_link(trouble.feed.title or trouble.feed.name, trouble.feed.url, 100)
        line = (
            f"The feed {name} was removed: {escape(for_members(trouble.error), 300)}."
            if notice.removed
            else f"The feed {name} is no longer read: it failed {trouble.failures} times in a row "
            f"since {moment(trouble.since, 'D')}; last: {escape(for_members(trouble.error), 300)}\n"
            "Once that is fixed, add the same address again with /admin feeds add."
        )
        for owner in notice.owners:
            if (user := user_id(owner)) is not None:
                about = f"feed {trouble.feed.name} {trouble.since} {notice.removed}"
                await self._send(user, [text(line)], about)

    async def answers(self, questions: Questions, now: datetime) -> None:
        """Tell whoever watches a question that the archive has an answer now."""
        for match in await asyncio.to_thread(lambda: list(questions.matches(now))):
            if await self.answered(match):
                await asyncio.to_thread(questions.mark_notified, match)

    async def answered(self, match: QuestionMatch) -> bool:
        """Send one answer; return whether it arrived: who is not on Discord gets none."""
        user = user_id(match.question.owner)
        if user is None:
            return False
        top = heading(Heading.QUESTION, match.question.text)
        first = Block(component=text(f"{top}\nSomething new in the archive answers it:"))
        last = Block(component=row(*watched_buttons(match.question.id)))
        quoted = " ".join(sorted(str(quote.item.key) for quote in match.quotes))
        about = f"question {match.question.id} {quoted}"
        for number, part in enumerate(pack([first, *quote_blocks(match.quotes), last])):
            if not await self._send(user, assembled(part), about, number):
                return False
        return True

    async def reminders(self, radar: Radar, now: datetime) -> None:
        """Remind people of the deadlines of what they saved, and of those that moved."""
        for reminder in await asyncio.to_thread(lambda: list(radar.reminders(now))):
            if await self.reminded(reminder):
                await asyncio.to_thread(radar.mark, reminder, now)

    async def reminded(self, reminder: Reminder) -> bool:
        """Send one reminder; return whether it arrived: who is not on Discord gets none."""
        user = user_id(reminder.owner)
        if user is None:
            return False
        item, due = reminder.item, reminder.deadline
        label = escape(due.label, 60) or "deadline"
        title = f"**{masked_link(readable_title(item), item.url, 200)}**"
        when = f"{moment(due.at)} ({moment(due.at, 'R')})"
        if reminder.move is not None:
            was = moment(reminder.move.times[0])
            line = f"{title}: {label} {reminder.move.kind} from {was} to {when}"
        else:
            line = f"{title}: {label} {when}"
        below = row(
            button("No more reminders", custom_id(Verb.NO_REMINDER, item_reference(item.key)))
        )
        about = f"reminder {item.key} {reminder.stage} {due.at.isoformat()}"
        said = "You saved this. " if reminder.move is None else "What you saved has changed. "
        return await self._send(user, [text(f"{said}{line}"), below], about)

    async def _send(
        self, user: int, components: Sequence[Component], about: str, number: int = 0
    ) -> bool:
        """Send a message to somebody; return whether it arrived."""
        return await post_once(
            lambda: self._connection.client().http,
            lambda http: open_dm(http, user),
            components,
            about=f"{person(user)} {about}",
            number=number,
        )
