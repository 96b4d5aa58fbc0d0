"""Conferences and events: four public lists, each kept by volunteers.

The lists stand in for each other: an edition comes from each that has it, under a key of its own,
so that a list which is out of order changes no date. ``Item.facets["edition"]`` says which are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from core.errors import ConfigError, FetchError
from core.items import Item
from core.sources import Batch
from fetchers.conference_items import SOURCE, Edition, current, to_item
from fetchers.conference_lists import (
    AI_DEADLINES,
    CCFDDL,
    PAPERSWITHCODE,
    TECH,
    parse_ai_deadlines,
    parse_ccfddl,
    parse_paperswithcode,
    parse_tech,
)
from fetchers.git_files import GitFiles
from fetchers.source import HttpFetcher, Source, ends_fetch, joined, option
from net.client import SourceSession
from net.response import StatusError

_LISTS = (AI_DEADLINES, CCFDDL, TECH, PAPERSWITHCODE)
_SESSION_SECONDS = 600.0
"""The two lists of files are about 130 requests, most of them answered "not modified"."""

_FEW = 2
"""So many broken files are named and no failure of their list, however short it is."""

_TOPIC = re.compile(r"[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceOptions:
    """Deadlines of conferences, and events, from four public lists."""

    lists: tuple[str, ...] = option(_LISTS, f"lists to read: {', '.join(_LISTS)}")
    areas: tuple[str, ...] = option(("AI",), "areas of ccfddl, such as AI or DB")
    topics: tuple[str, ...] = option(("data", "python"), "topics of tech-conferences")
    api_url: str = option("https://api.github.com", "URL that lists the files")
    raw_url: str = option("https://raw.githubusercontent.com", "URL of the files")
    mirror_url: str = option("https://cdn.jsdelivr.net", "URL of the files, the second way")
    paperswithcode_url: str = option("https://paperswithcode.co", "URL of Papers with Code")

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            ConfigError: for a list that is not known, or what is no topic.
        """
        for name in self.lists:
            if name not in _LISTS:
                known = ", ".join(_LISTS)
                raise ConfigError(f"sources.conferences.lists: {name!r} is none of {known}")
        for topic in self.topics:
            if not _TOPIC.fullmatch(topic):
                raise ConfigError(f"sources.conferences.topics: {topic!r} is not like data")


class ConferencesFetcher(HttpFetcher[ConferenceOptions]):
    """Reads the lists of conferences."""

    source = SOURCE
    windowed = True  # the first look gives all, later ones the files that changed
    session_seconds = _SESSION_SECONDS

    def read(
        self,
        session: SourceSession,
        since: object,  # noqa: ARG002  the lists know no since
        batch: Batch,
    ) -> Iterator[Item]:
        """Yield the editions that still matter, list by list.

        Raises:
            FetchError: after what could be read, if a list could not.
        """
        failures: list[FetchError] = []
        now = self.clock()
        for name in self.options.lists:
            try:
                for editions in self._list(name, session, batch):
                    found = (to_item(one, now) for one in current(editions, now))
                    yield from (item for item in found if item is not None)
            except FetchError as failure:
                failures.append(failure)
        if failures:
            raise joined(failures)

    def _list(self, name: str, session: SourceSession, batch: Batch) -> Iterator[list[Edition]]:
        if name == AI_DEADLINES:
            folder = ("huggingface/ai-deadlines", "src/data/conferences")
            yield from self._folder(session, batch, *folder, parse_ai_deadlines)
        elif name == CCFDDL:
            for area in self.options.areas:
                folder = ("ccfddl/ccf-deadlines", f"conference/{area}")
                yield from self._folder(session, batch, *folder, parse_ccfddl)
        elif name == TECH:
            yield from self._tech(session)
        else:
            url = f"{self.options.paperswithcode_url.rstrip('/')}/api/v1/conferences/deadlines"
            yield parse_paperswithcode(session.get(url).body)

    def _folder(
        self,
        session: SourceSession,
        batch: Batch,
        repository: str,
        path: str,
        parse: Callable[[bytes, str], list[Edition]],
    ) -> Iterator[list[Edition]]:
        """Yield the editions of each file; one that is broken is named and keeps what is stored.

        Raises:
            FetchError: if the folder cannot be listed, or many of its files cannot be read.
        """
        files = GitFiles(
            session=session,
            source=SOURCE,
            api_url=self.options.api_url,
            raw_url=self.options.raw_url,
            mirror_url=self.options.mirror_url,
        )
        listed = files.listed(repository, path, (".yml", ".yaml"))
        missed: list[FetchError] = []
        for file in listed:
            try:
                body = files.read(file)
                if body is not None:
                    yield parse(body, file.name)
            except FetchError as failure:
                missed.append(failure)
                if ends_fetch(failure) or len(missed) > max(_FEW, len(listed) // 4):
                    raise joined(missed) from failure
        if len(missed) == len(listed):
            raise joined(missed)
        for one in missed:
            batch.add_note(str(one))

    def _tech(self, session: SourceSession) -> Iterator[list[Edition]]:
        """Yield the files of this year and the next; a topic may have none yet."""
        some = False
        year = self.clock().year
        for topic in self.options.topics:
            for name in (f"{year}/{topic}.json", f"{year + 1}/{topic}.json"):
                path = f"tech-conferences/conference-data/main/conferences/{name}"
                try:
                    response = session.get(
                        f"{self.options.raw_url.rstrip('/')}/{path}", if_changed=True
                    )
                except StatusError as failure:
                    if failure.response.status != 404:
                        raise
                    continue
                some = True
                if not response.unchanged:
                    yield parse_tech(response.body, name, topic)
        if not some and self.options.topics:
            topics = ", ".join(self.options.topics)
            raise FetchError(SOURCE, f"conferences: tech-conferences has no file for {topics}")


DECLARATION = Source(
    name=SOURCE,
    options=ConferenceOptions,
    make=ConferencesFetcher,
    every=timedelta(hours=12),
    # Some 130 small files from a CDN, one after the other; a pause of a second would make the
    # first run wait two minutes.
    pace=timedelta(0),
    gives="conferences with their deadlines, and events",
    second_way="a mirror of the files; the lists for each other",
)
