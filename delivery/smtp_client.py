"""smtplib's clients with a limit on the length of a reply: theirs go on as long as the server does.

This and ``delivery.smtp`` are the only modules that import smtplib.
"""

from __future__ import annotations

import smtplib
from typing import BinaryIO

MAX_REPLY_BYTES = 64 * 1024
"""Bytes of one reply, all its lines together; the longest, to EHLO, have about one thousand."""


class _BoundedReplies:
    """What a server says, as a file; breaks off in a reply that is too long."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MAX_REPLY_BYTES

    def begin(self) -> None:
        """Count from here on: a new reply begins."""
        self._left = MAX_REPLY_BYTES

    def readline(self, most: int) -> bytes:
        """Return the next line.

        Raises:
            OSError: if it is too much for one reply.
        """
        line = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError(f"its reply is longer than {MAX_REPLY_BYTES // 1024} KB")
        return line

    def close(self) -> None:
        self._file.close()


class _Bounded(smtplib.SMTP):
    """Reads replies of a limited length."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _BoundedReplies(self.sock.makefile("rb"))
        if isinstance(self.file, _BoundedReplies):
            self.file.begin()
        return super().getreply()


class BoundedSmtp(_Bounded):
    """A client that begins in the clear."""


class BoundedSmtpOverTls(_Bounded, smtplib.SMTP_SSL):
    """A client that is encrypted from the start."""
