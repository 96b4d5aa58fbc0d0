"""What a signed link is for."""

from __future__ import annotations

from enum import StrEnum


class LinkPurpose(StrEnum):
    """What a signed link lets its holder do; a token for one purpose is none for another.

    ``CONFIRM`` ends three days after it was made. The others do not end: their subject carries a
    version per person, which is raised to revoke them.
    """

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    VIEW = "view"
    FEED = "feed"
    FEEDBACK = "feedback"
