"""The errors that Tidings raises on purpose.

::

    TidingsError            anything that a person can be told in one line
    ├── ConfigError         a setting is wrong (exit code 78)
    ├── UsageError          a command was called wrongly (exit code 2)
    ├── FetchError          a source did not give what it promises
    ├── StorageError        the database cannot be read or written (exit code 1)
    ├── UnavailableError    something that is needed is not free or not there (exit code 69)
    └── DeliveryError       a digest could not be handed over

Every message is one line that says what happened and, where there is one, what to do. Anything
that is not a ``TidingsError`` is a bug and keeps its traceback.
"""

from __future__ import annotations

from datetime import datetime


class TidingsError(Exception):
    """An expected failure; ``str()`` of it is one line for a person."""


class ConfigError(TidingsError):
    """A setting is missing, unknown or wrong."""


class UsageError(TidingsError):
    """What a person asked for cannot be understood."""


class FetchError(TidingsError):
    """A source failed: unreachable, refusing, or answering something that is not its format.

    Attributes:
        source: name of the source that failed.
        retry_at: when the source may be asked again at the earliest, if it said so (aware UTC).
        missing: what a person has to provide first, such as a token; the source is then
            ``skipped``, not ``failed``.
        unreached: whether there was no answer at all.
    """

    def __init__(
        self,
        source: str,
        message: str,
        *,
        retry_at: datetime | None = None,
        missing: str | None = None,
        unreached: bool = False,
    ) -> None:
        super().__init__(message)
        self.source = source
        self.unreached = unreached
        self.retry_at = retry_at
        self.missing = missing


class StorageError(TidingsError):
    """The database is missing, locked, damaged, full or of another version."""


class UnavailableError(TidingsError):
    """Something outside that is needed is not free or not there; it may be later."""


class DeliveryError(TidingsError):
    """A digest could not be handed to its receiver."""


class CannotTellError(DeliveryError):
    """Whether a part arrived cannot be found out: its state becomes ``IN_DOUBT``."""


class RefusedError(DeliveryError):
    """The receiver will never take it: missing permission, gone channel, closed DM, bounced mail.

    Attributes:
        turns_off: whether the whole subscription is turned off, since every later digest would
            meet the same refusal.
    """

    def __init__(self, message: str, *, turns_off: bool) -> None:
        super().__init__(message)
        self.turns_off = turns_off


class LaterError(DeliveryError):
    """It did not arrive for now, and surely not; it may be tried again.

    Attributes:
        not_before: when at the earliest, if the receiver said so (aware UTC).
    """

    def __init__(self, message: str, *, not_before: datetime | None = None) -> None:
        super().__init__(message)
        self.not_before = not_before
