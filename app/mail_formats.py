"""How mails are written to files."""

from __future__ import annotations

from enum import StrEnum


class FileFormat(StrEnum):
    """One file a mail, or one mailbox for all."""

    EML = "eml"
    MBOX = "mbox"
