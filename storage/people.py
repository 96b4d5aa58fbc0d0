"""Profiles and feedback: a part of ``core.ports.storage.Store``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, select

from core.damage import decodes
from core.errors import StorageError
from core.items import ItemKey
from core.people import Fact, Feedback, Interest, Profile, Verdict
from storage.archive import ITEM_COLUMNS, item_id
from storage.repository import SqlRepository, upsert
from storage.rows import dump, item_of, micros, moment, texts
from storage.tables import FEEDBACK, ITEM, PROFILE
from storage.vectors import drop_unwritten


class SqlProfiles(SqlRepository):
    """Profiles and feedback in the same database as the archive."""

    def profile(self, name: str) -> Profile | None:
        """Return a profile with its latest feedback."""
        with self._database.reading() as connection:
            row = connection.execute(select(PROFILE).where(PROFILE.c.name == name)).first()
            return None if row is None else _profile(connection, row)

    def profiles(self) -> Sequence[Profile]:
        """Return all profiles by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(PROFILE).order_by(PROFILE.c.name)).all()
            return [_profile(connection, row) for row in rows]

    def save_profile(self, profile: Profile) -> None:
        """Create or replace a profile, its feedback left as it is stored."""
        values = {
            "name": profile.name,
            "interests": dump([(interest.text, interest.weight) for interest in profile.interests]),
            "muted": dump(profile.muted),
            "followed": dump(profile.followed),
            "zone": profile.zone,
            "popularity": profile.popularity,
            "surprise": profile.surprise,
        }
        written = [interest.text for interest in profile.interests]
        with self._database.writing() as connection:
            upsert(connection, PROFILE, values)
            drop_unwritten(connection, profile.name, written)

    def add_feedback(self, profile: str, feedback: Feedback) -> None:
        """Record a verdict in place of an earlier one of the same fact on the same item.

        Raises:
            StorageError: if there is no such profile, or the item is not in the archive.
        """
        key = feedback.item.key
        known = select(PROFILE.c.name).where(PROFILE.c.name == profile)
        values = {
            "fact": feedback.fact.value,
            "verdict": feedback.verdict.value,
            "at": micros(feedback.at),
        }
        with self._database.writing() as connection:
            found = item_id(connection, key)
            if found is None:
                raise StorageError(f"{key} is not in the archive any more; fetch it again first")
            if connection.scalar(known) is None:
                raise StorageError(f"there is no profile {profile!r}; save it first")
            upsert(connection, FEEDBACK, {"profile": profile, "item_id": found, **values})

    def withdraw_feedback(self, profile: str, key: ItemKey, fact: Fact) -> bool:
        """Forget what a person said of an item in one respect."""
        with self._database.writing() as connection:
            gone = delete(FEEDBACK).where(
                FEEDBACK.c.profile == profile,
                FEEDBACK.c.item_id == item_id(connection, key),
                FEEDBACK.c.fact == fact.value,
            )
            return bool(connection.execute(gone).rowcount)


@decodes("a profile")
def _profile(connection: Connection, row: Row[Any]) -> Profile:
    verdicts = connection.execute(
        select(*ITEM_COLUMNS, FEEDBACK.c.verdict, FEEDBACK.c.at)
        .join(FEEDBACK, FEEDBACK.c.item_id == ITEM.c.id)
        .where(FEEDBACK.c.profile == row.name)
        .order_by(FEEDBACK.c.at, ITEM.c.id, FEEDBACK.c.fact)
    )
    return Profile(
        name=row.name,
        interests=tuple(
            Interest(text=str(text), weight=float(weight))
            for text, weight in json.loads(row.interests)
        ),
        muted=texts(row.muted),
        followed=texts(row.followed),
        zone=ZoneInfo(row.zone).key,
        popularity=row.popularity,
        surprise=row.surprise,
        feedback=tuple(
            Feedback(item=item_of(found), verdict=Verdict(found.verdict), at=moment(found.at))
            for found in verdicts
        ),
    )
