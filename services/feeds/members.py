"""Feeds that members add: read first, shared by all who add the same, within quotas."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit, urlunsplit

from core.errors import UsageError
from core.feeds import AddedFeed, Feed, FeedPreview, FeedTrouble, ListedFeed
from core.hosts import ascii_host
from core.ports.clock import Clock
from core.ports.sources import FeedProbe
from core.ports.storage import FeedStore
from core.token_buckets import Rate, TokenBuckets

MAX_FEEDS_PER_PERSON = 50
"""Feeds that one person may have added, over all guilds."""

MAX_FEEDS_PER_GUILD = 200
"""Feeds that one guild may have."""

READS = Rate(burst=5, each=timedelta(seconds=12))
"""How often one person may have us read an address for a preview, and as often to add it."""

MAX_ADDRESS_LENGTH = 500

_NO_ROOM = f"no room is left: {MAX_FEEDS_PER_PERSON} feeds a person are the maximum"
_NO_ADDRESS = "this is not a web address; give one such as https://example.org/feed.xml"
_PORTS = {None, 80, 443}
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_SLUG = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A feed that was added, and what it holds now."""

    added: AddedFeed
    preview: FeedPreview


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedList:
    """What became of a list of feeds.

    Attributes:
        added: those that are followed from now on.
        known: those that were followed before.
        refused: those that cannot be, each with the reason.
    """

    added: tuple[AddedFeed, ...]
    known: tuple[ListedFeed, ...]
    refused: tuple[tuple[ListedFeed, str], ...]


class Feeds:
    """Adds, lists and removes members' feeds.

    Whether somebody may speak for a guild is the caller's to check. Every method raises
    ``StorageError`` if the archive cannot be read or written.
    """

    def __init__(self, *, probe: FeedProbe, store: FeedStore, clock: Clock) -> None:
        self._probe = probe
        self._store = store
        self._clock = clock
        self._previews = TokenBuckets(READS, clock)
        self._adds = TokenBuckets(READS, clock)

    def preview(self, owner: str, url: str) -> FeedPreview:
        """Read the feed at an address and return what would be posted; nothing is kept.

        Raises:
            UsageError: if it is no web address, or ``owner`` asked too often.
            FetchError: if it is not public, does not answer, or gives no feed.
        """
        address = feed_address(url)
        _take(self._previews, owner)
        return self._probe.preview(address)

    def add(self, owner: str, url: str, *, guild: str = "") -> Added:
        """Add a feed after reading it once, or try one again that was given up.

        Quotas come first, so that somebody above them makes us ask nobody.

        Args:
            owner: who adds it.
            url: as typed; without a scheme it is taken as https.
            guild: for which guild; empty for oneself.

        Raises:
            UsageError: if it is no web address, has been added already, or a quota is used up.
            FetchError: if it is not public, does not answer, or gives no feed.
        """
        address = feed_address(url)
        self._check_quotas(owner, guild, address)
        _take(self._adds, owner)
        preview = self._probe.preview(address)
        if preview.url != address:  # a page, which named its feed
            address = feed_address(preview.url)
            self._check_quotas(owner, guild, address)
        feed = Feed(
            name=feed_name(address, preview.title), url=address, title=preview.title or address
        )
        added = AddedFeed(feed=feed, owner=owner, guild=guild, added_at=self._clock())
        stored = self._store.add(added)
        self._store.end_trouble(stored.feed.name)  # it has just been read
        return Added(added=stored, preview=preview)

    def add_listed(self, owner: str, listed: Iterable[ListedFeed], *, guild: str = "") -> AddedList:
        """Add feeds of a list without reading them now; the next fetch does.

        The quotas are those of ``add``: what is above them is refused.
        """
        mine = self._store.added(owner=owner)
        here = self._store.added(guild=guild) if guild else [a for a in mine if not a.guild]
        have = {one.feed.url for one in here}
        room = MAX_FEEDS_PER_PERSON - len(mine)
        if guild:
            room = min(room, MAX_FEEDS_PER_GUILD - len(here))
        added: list[AddedFeed] = []
        known: list[ListedFeed] = []
        refused: list[tuple[ListedFeed, str]] = []
        for one in listed:
            try:
                address = _listed_address(one.url)
            except UsageError as error:
                refused.append((one, str(error)))
                continue
            if address in have:
                known.append(one)
            elif len(added) >= room:
                refused.append((one, _NO_ROOM))
            else:
                title = one.title or address
                feed = Feed(name=feed_name(address, one.title), url=address, title=title)
                new = AddedFeed(feed=feed, owner=owner, guild=guild, added_at=self._clock())
                added.append(self._store.add(new))
                have.add(address)
        return AddedList(added=tuple(added), known=tuple(known), refused=tuple(refused))

    def stopped(self) -> Mapping[str, FeedTrouble]:
        """Return why feeds are read no more, by name; those that only fail are left out."""
        return {one.feed.name: one for one in self._store.troubles() if one.stopped_at}

    def listed(self, *, owner: str = "", guild: str = "") -> Sequence[AddedFeed]:
        """Return the feeds of an owner, or of a guild, oldest first.

        Raises:
            UsageError: if neither is named: nobody sees everybody's feeds.
        """
        if not (owner or guild):
            raise UsageError("name a person or a guild")
        return self._store.added(owner=owner, guild=guild)

    def remove(self, owner: str, name: str, *, guild: str = "") -> None:
        """Remove a feed of one's own, or with ``guild`` any feed of that guild.

        Raises:
            UsageError: if there is no such feed.
        """
        if not self._store.remove(name, owner=owner, guild=guild):
            raise UsageError(f'there is no feed "{name}" here; list the feeds to see their names')

    def _check_quotas(self, owner: str, guild: str, address: str) -> None:
        mine = self._store.added(owner=owner)
        here = self._store.added(guild=guild) if guild else [a for a in mine if not a.guild]
        for one in here:
            if one.feed.url == address:
                if one.feed.name in self.stopped():
                    return
                raise UsageError("this feed has been added already; list the feeds to see it")
        if len(mine) >= MAX_FEEDS_PER_PERSON:
            raise UsageError(
                f"you have added {MAX_FEEDS_PER_PERSON} feeds, the maximum for one person; "
                "remove one first"
            )
        if guild and len(here) >= MAX_FEEDS_PER_GUILD:
            raise UsageError(
                f"this server has {MAX_FEEDS_PER_GUILD} feeds, its maximum; remove one first"
            )


def _take(buckets: TokenBuckets, owner: str) -> None:
    wait = buckets.wait(owner)
    if wait:
        seconds = math.ceil(wait.total_seconds())
        raise UsageError(f"too many feeds at once; try again in {seconds} seconds")


def _listed_address(url: str) -> str:
    """Return the address of a feed in a list, where nothing is left out as when typing."""
    if not url.lower().startswith(("https://", "http://")):
        raise UsageError("this is not a web address, such as a newsletter that another reader gets")
    return feed_address(url)


def feed_address(text: str) -> str:
    """Return an address in the form in which it is compared and read.

    Scheme and host in lower case, no default port, no fragment; all else as typed, since servers
    tell paths and queries apart.

    Raises:
        UsageError: if it is no http(s) address of a host on port 80 or 443, or holds a password.
    """
    typed = text.strip()
    if len(typed) > MAX_ADDRESS_LENGTH or not typed.isprintable() or " " in typed:
        raise UsageError(_NO_ADDRESS)
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        port = parts.port
    except ValueError:
        raise UsageError(_NO_ADDRESS) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise UsageError(f"a feed cannot be read by {parts.scheme}: give an http or https address")
    if not parts.hostname:
        raise UsageError(_NO_ADDRESS)
    if parts.username is not None or parts.password is not None:
        raise UsageError("the address contains a login; only public feeds can be added")
    if port not in _PORTS:
        raise UsageError("only ports 80 and 443 can be read; give an address without a port")
    try:
        return _normalized(parts)
    except ValueError:
        raise UsageError(_NO_ADDRESS) from None


def feed_name(url: str, title: str) -> str:
    """Return a name for a feed: words of its title, and a hash of its address."""
    apart = unicodedata.normalize("NFKD", (title or urlsplit(url).hostname or "").casefold())
    slug = _NOT_SLUG.sub("-", apart.encode("ascii", "ignore").decode()).strip("-")
    digest = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
    return f"{slug[:_SLUG].strip('-') or 'feed'}-{digest}"


def _normalized(parts: SplitResult) -> str:
    scheme = parts.scheme.lower()
    host = ascii_host((parts.hostname or "").rstrip("."))
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[scheme]
    port = f":{parts.port}" if parts.port not in {None, default} else ""
    return urlunsplit((scheme, host + port, parts.path or "/", parts.query, ""))
