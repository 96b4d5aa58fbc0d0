"""Profiles and what people say of items."""

from __future__ import annotations

from dataclasses import replace

from core.errors import UsageError
from core.items import Item
from core.people import Feedback, Profile, Verdict, known_zone, parse_interests
from core.ports.clock import Clock
from core.ports.storage import Store

DEFAULT_PROFILE = "default"
"""The profile of whoever names none; it always exists."""


class People:
    """Knows profiles and takes their verdicts."""

    def __init__(self, *, store: Store, clock: Clock, default: Profile) -> None:
        self._store = store
        self._clock = clock
        self._default = default

    def profile(self, name: str = DEFAULT_PROFILE) -> Profile:
        """Return a profile; what the default one leaves open comes from the settings.

        Raises:
            UsageError: if there is no profile of that name; says which there are.
        """
        stored = self._store.profile(name)
        if stored is not None:
            return (
                stored if stored.interests else replace(stored, interests=self._default.interests)
            )
        if name == DEFAULT_PROFILE:
            return self._default
        known = ", ".join(profile.name for profile in self._store.profiles()) or "none yet"
        raise UsageError(
            f"there is no profile {name!r} (existing: {known}); create it with "
            f'tidings profile set {name} --interests "…; …"'
        )

    def change(
        self,
        name: str,
        *,
        interests: str | None = None,
        muted: str | None = None,
        followed: str | None = None,
        zone: str | None = None,
        popularity: bool | None = None,
        surprise: bool | None = None,
    ) -> Profile:
        """Create a profile, or change what is given of an existing one; lists are split at ";".

        Raises:
            UsageError: for a name that is empty or not one line, a new profile without interests,
                or an unknown zone.
        """
        if not name.strip() or not name.isprintable():
            raise UsageError("a profile needs a name, on one line")
        profile = self._store.profile(name) or replace(self._default, name=name, interests=())
        if interests is not None:
            profile = replace(profile, interests=parse_interests(interests))
        if not profile.interests and name != DEFAULT_PROFILE:
            raise UsageError(
                'name at least one interest, as in --interests "graph neural networks"'
            )
        if muted is not None:
            profile = replace(profile, muted=_phrases(muted))
        if followed is not None:
            profile = replace(profile, followed=_phrases(followed))
        if zone is not None:
            profile = replace(profile, zone=known_zone(zone))
        if popularity is not None:
            profile = replace(profile, popularity=popularity)
        if surprise is not None:
            profile = replace(profile, surprise=surprise)
        self._store.save_profile(profile)
        return profile

    def tell(self, name: str, item: Item, verdict: Verdict) -> None:
        """Record what a person says of an item; the next digest heeds it.

        Raises:
            UsageError: if there is no profile of that name.
        """
        if self._store.profile(self.profile(name).name) is None:
            self._store.save_profile(replace(self._default, interests=()))
        self._store.add_feedback(name, Feedback(item=item, verdict=verdict, at=self._clock()))


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(interest.text for interest in parse_interests(text))
