"""Profiles, and what people say of items and interests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from core.errors import UsageError
from core.items import Item
from core.people import (
    FACT_OF,
    LIKES,
    Fact,
    Feedback,
    Interest,
    Profile,
    Verdict,
    known_zone,
    parse_interests,
)
from core.ports.clock import Clock
from core.ports.storage import Store
from core.spelling import nearest
from language.plain import plain_line, visible
from services.interests import StatedInterests, known_lines, read_interests

DEFAULT_PROFILE = "default"
"""The profile of whoever names none; it always exists."""

WEAKENING = 0.5
"""Factor by which one "less of this" changes the weight of an interest."""

MIN_WEIGHT = 0.1
"""An interest that would weigh less than this is removed."""


NO_INTERESTS = "your interests are not known yet; name some first"


class NoInterestsError(UsageError):
    """Nothing is known of somebody yet by which a digest could be ranked."""


class People:
    """Keeps profiles and feedback.

    A typed name must be that of a profile (``profile``, ``rate``). A member is known by their
    account, so their profile is empty until there is something to store (``member``, ``vote``).
    """

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
        # Accounts and subscribers by email have a profile too, under names that nobody types.
        names = [one.name for one in self._store.profiles() if ":" not in one.name]
        if guess := nearest(name, [DEFAULT_PROFILE, *names]):
            raise UsageError(f"there is no profile {name!r}; did you mean {guess}?")
        known = ", ".join(names) or "none yet"
        raise UsageError(
            f"there is no profile {name!r} (existing: {known}); create it with "
            f'tidings profile set {name or "NAME"} --interests "…; …"'
        )

    def member(self, name: str) -> Profile:
        """Return a member's profile; one that is not stored is empty."""
        return self._store.profile(name) or Profile(name=name)

    def rankable_member(self, name: str) -> Profile:
        """Return a member's profile, if a digest can be ranked by it.

        Raises:
            NoInterestsError: if it has no interest, nobody followed and no item liked.
        """
        profile = self.member(name)
        liked = any(feedback.verdict in LIKES for feedback in profile.feedback)
        if not (profile.interests or profile.followed or liked):
            raise NoInterestsError(NO_INTERESTS)
        return profile

    def for_subscription(
        self, name: str, *, owner: Profile, interests: str = "", like: str = ""
    ) -> Profile:
        """Return the profile, not stored yet, that a new subscription of an owner is ranked for.

        It is the owner's own, or that of a channel. Its interests are those typed, in any words,
        else those that it has, else those of the profile ``like``, else the owner's.

        Raises:
            NoInterestsError: if it would be empty.
            UsageError: if nothing can be found by the interests typed.
        """
        profile = owner if name == owner.name else self.member(name)
        usual = self.member(like).interests if like else ()
        stated = read_interests(interests, known_lines(profile))
        kept = stated.interests or profile.interests or usual or owner.interests
        if not (kept or profile.feedback or profile.followed):
            raise NoInterestsError(NO_INTERESTS)
        muted = tuple(dict.fromkeys((*profile.muted, *stated.muted)))
        return replace(profile, interests=kept, muted=muted)

    def save(self, profile: Profile) -> None:
        """Create or replace a profile; its feedback stays as it is stored."""
        self._store.save_profile(profile)

    def introduce(self, name: str, stated: StatedInterests, *, zone: str) -> None:
        """Store what a member states: interests and muted words anew, who is followed beside.

        An interest that stays keeps its weight; each example counts as "more like this".
        """
        profile = self.member(name)
        weights = {interest.text: interest.weight for interest in profile.interests}
        interests = tuple(Interest(text=p, weight=weights.get(p, 1.0)) for p in stated.phrases)
        followed = tuple(dict.fromkeys((*profile.followed, *stated.followed)))
        muted = stated.muted
        self.save(replace(profile, interests=interests, muted=muted, followed=followed, zone=zone))
        for item in stated.examples:
            self._add(name, item, Verdict.MORE)

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

        What stands among the interests as not wanted is muted beside what is muted already.

        Raises:
            UsageError: for a name that is empty or not one line, a new profile without interests,
                interests by which nothing can be found, or an unknown zone.
        """
        if not name.strip() or not name.isprintable():
            raise UsageError("a profile needs a name, on one line")
        profile = self._store.profile(name) or replace(self._default, name=name, interests=())
        stated = None if interests is None else read_interests(interests, known_lines(profile))
        changes: dict[str, Any] = {
            "interests": stated and stated.interests,
            "muted": muted if muted is None else _phrases(muted),
            "followed": followed if followed is None else _phrases(followed),
            "zone": zone if zone is None else known_zone(zone),
            "popularity": popularity,
            "surprise": surprise,
        }
        if stated and stated.muted:
            before = profile.muted if muted is None else _phrases(muted)
            changes["muted"] = tuple(dict.fromkeys((*before, *stated.muted)))
            changes["interests"] = changes["interests"] or None
        profile = replace(profile, **{k: v for k, v in changes.items() if v is not None})
        if not profile.interests and name != DEFAULT_PROFILE:
            raise UsageError(
                'name at least one interest, as in --interests "graph neural networks"'
            )
        self.save(profile)
        return profile

    def add(self, name: str, *, muted: str = "", followed: str = "") -> Profile:
        """Mute words, or follow authors, repositories and categories, split at ";", as well.

        Raises:
            UsageError: if nothing but separators was typed.
        """
        profile = self.member(name)
        more = _phrases(muted), _phrases(followed)
        if not any(more):
            raise UsageError("enter at least one word")
        changed = replace(
            profile,
            muted=tuple(dict.fromkeys((*profile.muted, *more[0]))),
            followed=tuple(dict.fromkeys((*profile.followed, *more[1]))),
        )
        self.save(changed)
        return changed

    def remove(self, name: str, *, muted: str = "", followed: str = "") -> Profile:
        """Mute a word no longer, or follow somebody no longer; case is ignored.

        Raises:
            UsageError: if it is not there; says what is.
        """
        profile = self.member(name)
        changed = replace(
            profile,
            muted=_without(profile.muted, muted, "muted"),
            followed=_without(profile.followed, followed, "followed"),
        )
        self.save(changed)
        return changed

    def state_interests(self, name: str, typed: str, *, room: int) -> StatedInterests:
        """Store interests and muted words in place of a profile's; what stays keeps its weight.

        Args:
            name: of the profile.
            typed: in any words; it began as the profile's ``known_lines``.
            room: characters of those that could be shown; if they were more, what was muted stays.

        Raises:
            UsageError: if nothing to look for is typed.
        """
        profile = self.member(name)
        lines = known_lines(profile)
        stated = read_interests(typed, lines)
        if not stated.phrases:
            raise UsageError("name at least one interest, such as graph neural networks")
        weights = {interest.text: interest.weight for interest in profile.interests}
        kept = tuple(replace(one, weight=weights.get(one.text, 1.0)) for one in stated.interests)
        if len("\n".join(lines)) > room:
            stated = replace(stated, muted=tuple(dict.fromkeys((*profile.muted, *stated.muted))))
        self.save(replace(profile, interests=kept, muted=stated.muted))
        return stated

    def alike(self, profile: Profile, names: Collection[str]) -> frozenset[str]:
        """Return which of these profiles have the same interests, in any order and case."""

        def phrases(one: Profile) -> set[str]:
            return {interest.text.casefold() for interest in one.interests}

        wanted = phrases(profile)
        return frozenset(name for name in names if phrases(self.member(name)) == wanted)

    def weaken(self, profile: Profile, interest: str) -> float:
        """Halve the weight of an interest; return what is left, 0 if it is removed for that.

        Raises:
            UsageError: if the profile has no such interest.
        """
        meant = _meant([one.text for one in profile.interests], interest)
        found = next((one for one in profile.interests if one.text == meant), None)
        if found is None:
            own = "; ".join(one.text for one in profile.interests) or "none yet"
            raise UsageError(f"“{interest}” is not among your interests (you have: {own})")
        weaker = replace(found, weight=found.weight * WEAKENING)
        changed = (weaker if one is found else one for one in profile.interests)
        kept = tuple(one for one in changed if one is not weaker or one.weight >= MIN_WEIGHT)
        self.save(replace(profile, interests=kept))
        return weaker.weight if weaker in kept else 0.0

    def rate(self, name: str, item: Item, verdict: Verdict) -> None:
        """Record what a person says of an item; the next digest takes it into account.

        Raises:
            UsageError: if there is no profile of that name.
        """
        if self.profile(name) is self._default:
            self.save(replace(self._default, interests=()))
        self._add(name, item, verdict)

    def vote(self, name: str, item: Item, verdict: Verdict) -> tuple[Verdict, ...]:
        """Record what a member says of an item; the first verdict stores their profile.

        Returns:
            All that they said of it and that holds now.
        """
        profile = self._store.profile(name)
        if profile is None:
            profile = Profile(name=name)
            self.save(profile)
        self._add(name, item, verdict)
        said = profile.said_of(item.key)
        return (*(one for one in said if FACT_OF[one] is not FACT_OF[verdict]), verdict)

    def withdraw(self, name: str, item: Item, fact: Fact) -> bool:
        """Take back what somebody said of an item in one respect; return whether there was any."""
        return self._store.withdraw_feedback(name, item.key, fact)

    def done(self, name: str, item: Item) -> Verdict | None:
        """Take an item off the saved ones as read, so that it is not shown again.

        Returns:
            What this made it, to be taken back by ``undo_done``: known; or, if it was known
            before, no more than not saved. None if it was not among the saved ones.
        """
        known = Verdict.KNOWN in self.member(name).said_of(item.key)
        if not self.withdraw(name, item, Fact.SAVED):
            return None
        if known:
            return Verdict.SAVE
        self._add(name, item, Verdict.KNOWN)
        return Verdict.KNOWN

    def undo_done(self, name: str, item: Item, made: Verdict) -> None:
        """Save an item again, and let it be known no more if ``done`` made it so."""
        if made is Verdict.KNOWN:
            self.withdraw(name, item, Fact.KNOWN)
        self._add(name, item, Verdict.SAVE)

    def _add(self, name: str, item: Item, verdict: Verdict) -> None:
        self._store.add_feedback(name, Feedback(item=item, verdict=verdict, at=self._clock()))


_NEARLY = 0.85
"""Least likeness (``difflib``) by which a mistyped word is taken for one that is known."""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(interest.text for interest in parse_interests(visible(text)))


def _without(words: tuple[str, ...], typed: str, what: str) -> tuple[str, ...]:
    """Return the words without the one typed, if one was."""
    if not typed.strip():
        return words
    gone = _meant(words, typed)
    if gone is None:
        raise UsageError(
            f"“{plain_line(typed)}” is not {what} ({what}: {'; '.join(words) or 'nothing yet'})"
        )
    return tuple(word for word in words if word != gone)


def _meant(words: Collection[str], typed: str) -> str | None:
    """Return the word typed in any case, else the only one that holds it or is nearly it."""
    wanted = plain_line(typed).casefold()
    folded = {word.casefold(): word for word in words}
    if wanted in folded:
        return folded[wanted]
    found = [word for word in folded if wanted in word]
    found = found or get_close_matches(wanted, folded, n=2, cutoff=_NEARLY)
    return folded[found[0]] if wanted and len(found) == 1 else None
