"""Choices that the commands for email offer."""

from __future__ import annotations

from enum import StrEnum


class FileFormat(StrEnum):
    """One file a mail, or one mailbox for all."""

    EML = "eml"
    MBOX = "mbox"


class Decision(StrEnum):
    """What to do with an email that is in doubt."""

    ARRIVED = "arrived"
    AGAIN = "again"
