"""What people paste as their interests: phrases, papers, repositories, GitHub users."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import UsageError
from core.items import Item
from core.links import kind_of, typed_identifiers
from core.people import Interest, Profile
from language.names import says_nothing
from language.plain import shortened
from services.lookup import Lookup
from services.statements import statement

_GITHUB_USER = re.compile(r"(?:(?:https?://)?(?:www\.)?github\.com/|@)([A-Za-z0-9][\w-]{0,38})/?")
_NAME_A_SUBJECT = "Name a subject, such as drug discovery"
_BARE_PAIR = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedInterests:
    """What somebody's words say of their interests.

    Attributes:
        phrases: interests as written.
        examples: items of the archive that they named: more like these.
        followed: repositories and users to prefer.
        missing: papers and addresses that the archive does not hold, as written.
        muted: words and phrases that they do not want to see.
        ignored: what names no subject, as written.
    """

    phrases: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    examples: tuple[Item, ...] = ()
    followed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def interests(self) -> tuple[Interest, ...]:
        """The phrases, each at its full weight."""
        return tuple(Interest(text=phrase) for phrase in self.phrases)

    @property
    def says_something(self) -> bool:
        """Whether anything can be ranked by it."""
        return bool(self.phrases or self.examples or self.followed)


def read_interests(text: str, known: Iterable[str] = ()) -> StatedInterests:
    """Understand what was typed where items are not looked up; it may say nothing.

    Args:
        text: what was typed.
        known: lines that stay as they are, as ``known_lines`` gives them.

    Raises:
        UsageError: if all that is looked for can never be found; names the words.
    """
    stated = understand(text, known=known)
    if re.search(r"[^\s;,]", text) and not (stated.phrases or stated.muted):
        ignored = stated.ignored or (text.strip(),)
        raise UsageError(f"{nothing_found_by(ignored)}. {_NAME_A_SUBJECT}")
    return stated


def known_lines(profile: Profile) -> tuple[str, ...]:
    """Return what is known of somebody as they could have typed it, one for each line."""
    interests = (interest.text for interest in profile.interests)
    return (*interests, *(f"mute: {word}" for word in profile.muted))


def require_usable(interests: Sequence[Interest]) -> None:
    """Check that something can be found by interests, if there are any.

    Raises:
        UsageError: if nothing can; names the words.
    """
    ignored = unusable(interests)
    if interests and len(ignored) == len(interests):
        raise UsageError(f"{nothing_found_by(ignored)}. {_NAME_A_SUBJECT}")


def unusable(interests: Iterable[Interest]) -> tuple[str, ...]:
    """Return the interests by which nothing can be found: function words, numbers, signs."""
    return tuple(one.text for one in interests if says_nothing(one.text))


def nothing_found_by(ignored: Iterable[str]) -> str:
    """Say that these phrases are ignored, and why."""
    named = ", ".join(f"“{shortened(phrase, 60)}”" for phrase in ignored)
    return f"nothing can be found by {named}: such words are in nearly every text"


def understand(
    text: str, lookup: Lookup | None = None, *, known: Iterable[str] = ()
) -> StatedInterests:
    """Read what was typed: lists, sentences, ids, and what is not wanted.

    ``owner/name`` that the archive does not hold may be a repository or just two words, as
    "CI/CD" is: it is followed and looked for as well.

    Args:
        text: what was typed.
        lookup: finds what it names; without one, names are phrases.
        known: interests that stay as they are where one stands on a line of its own.
    """
    said = statement(text, {phrase.casefold() for phrase in known})
    phrases: list[str] = []
    examples: list[Item] = []
    followed: list[str] = []
    missing: list[str] = []
    for part in said.wanted:
        if lookup is None:
            phrases.append(part)
        elif user := _GITHUB_USER.fullmatch(part):
            followed.append(user[1])
        elif not typed_identifiers(part):
            phrases.append(part)
        elif item := _found(part, lookup):
            examples.append(item)
        elif _BARE_PAIR.fullmatch(part) and kind_of(typed_identifiers(part)[0]) != "paper":
            phrases.append(part)
            followed.append(part)
        else:
            missing.append(part)
    return StatedInterests(
        phrases=tuple(phrase for phrase in phrases if not says_nothing(phrase)),
        muted=said.unwanted,
        examples=tuple(examples),
        followed=tuple(followed),
        missing=tuple(missing),
        ignored=(*(phrase for phrase in phrases if says_nothing(phrase)), *said.ignored),
    )


def _found(part: str, lookup: Lookup) -> Item | None:
    try:
        return lookup.item(part)
    except UsageError:
        return None
