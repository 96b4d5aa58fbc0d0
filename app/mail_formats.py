"""Choices that the commands for mail offer."""

from __future__ import annotations

from enum import StrEnum


class FileFormat(StrEnum):
    """One file a mail, or one mailbox for all."""

    EML = "eml"
    MBOX = "mbox"


class Fate(StrEnum):
    """What becomes of a mail that is in doubt."""

    ARRIVED = "arrived"
    AGAIN = "again"
