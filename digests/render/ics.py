"""Deadlines as an iCalendar file (RFC 5545), by the icalendar package."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.digests import Digest
from core.items import Deadline, Item
from digests.view import readable_title, safe_url
from language.plain import plain_line

if TYPE_CHECKING:
    from icalendar import Alarm, Event

ALARMS = (timedelta(days=7), timedelta(hours=24))
"""How long before a deadline a calendar reminds of it."""


def render(digest: Digest) -> bytes:
    """Write every deadline ahead of the items in a digest as a calendar."""
    return calendar((entry.item for entry in digest.picks), digest.made_at)


def calendar(items: Iterable[Item], made_at: datetime) -> bytes:
    """Write every deadline of these items that lies after ``made_at`` as a calendar, soonest first.

    An event keeps its UID when its deadline moves, so that importing the file again moves it.

    Args:
        items: with or without deadlines; one that comes twice counts once.
        made_at: when the calendar is made (aware UTC), its events' DTSTAMP.

    Returns:
        The file: UTF-8, lines ended by CRLF and folded at 75 bytes.
    """
    from icalendar import Calendar

    result = Calendar()
    result.add("prodid", "-//Tidings//Deadlines//EN")
    result.add("version", "2.0")
    result.add("x-wr-calname", "Tidings: deadlines")
    unique = {item.key: item for item in items}
    entries = [entry for item in unique.values() for entry in _ahead(item, made_at)]
    for deadline, uid, item in sorted(entries, key=lambda entry: (entry[0].at, entry[1])):
        result.add_component(_event(item, deadline, uid, made_at))
    return bytes(result.to_ical())


def _ahead(item: Item, now: datetime) -> Iterator[tuple[Deadline, str, Item]]:
    """Yield an item's deadlines after ``now``, each with its UID."""
    seen: Counter[str] = Counter()
    for deadline in sorted(item.deadlines, key=lambda deadline: deadline.at):
        # A conference may have two rounds of one label: the second is a different event.
        name = f"{item.key}\n{deadline.label}\n{seen[deadline.label]}"
        seen[deadline.label] += 1
        if deadline.at > now:
            digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
            yield deadline, f"{digest}@tidings", item


def _event(item: Item, deadline: Deadline, uid: str, made_at: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", made_at)
    event.add("dtstart", deadline.at)
    event.add("summary", f"{plain_line(deadline.label)}: {readable_title(item)}")
    event.add("url", safe_url(item.url))
    event.add("description", safe_url(item.url))
    event.add("transp", "TRANSPARENT")  # a deadline does not make anyone busy
    if deadline.asks:
        for before in ALARMS:
            event.add_component(_alarm(str(event["summary"]), before))
    return event


def _alarm(summary: str, before: timedelta) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm
