"""Send mails to an SMTP server, and know the outcome of each.

::

    connect → EHLO → STARTTLS → AUTH → MAIL → RCPT → DATA → text ┆ final dot → 250
    └────────────────── fails here: not sent ────────────────────┘ └ fails here: unknown

A server that got no final dot must not deliver (RFC 5321, section 4.1.1.4); one that got it may
have delivered even if its 250 was lost.
"""

from __future__ import annotations

import binascii
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTP, SMTPException

from core.errors import CannotTellError, DeliveryError, LaterError
from core.ports.clock import Clock
from delivery.deadline import ConnectionDeadline
from delivery.smtp_client import BoundedSmtp, BoundedSmtpOverTls
from delivery.smtp_replies import (
    CLOSING,
    MAX_REPLY_LENGTH,
    SmtpStep,
    dot_stuffed,
    refusal,
    reply_text,
)
from language.plain import plain_line, shortened

MAX_SEND_TIME = timedelta(seconds=120)
"""How long one mail may take in all, connecting included."""

_REPLY_TIMEOUT = 30.0
"""Seconds to wait for one reply. The last one may take ``MAX_SEND_TIME``, since servers scan a mail
before they accept it."""

_QUIT_TIME = timedelta(seconds=5)
"""How long to wait for the reply to QUIT, which nobody needs."""

_RETRY_PAUSE = timedelta(minutes=1)
"""When to try again if the server cannot be reached or refuses the login."""

_MAX_IDLE = timedelta(seconds=60)
"""A connection that was idle for longer is replaced: servers close idle ones."""

_MAX_MAILS_PER_CONNECTION = 500
"""Servers may have lower limits; past them they answer 421."""


class _ConnectionLostError(DeliveryError):
    """The connection ended before the mail's text was sent, so sending it again is safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The SMTP server, and how to log in.

    Attributes:
        host: its name.
        port: its port.
        security: ``starttls``, ``tls`` or ``none``.
        username: to log in with; "" for no login.
        password: to log in with.
        hostname: the name that this side gives in EHLO.
    """

    host: str
    port: int
    security: str
    username: str
    password: str
    hostname: str


@dataclass(slots=True)
class SmtpConnection:
    """One connection to an SMTP server, opened when it is needed and kept for many mails.

    Its methods block, and only one thread may use it at a time.

    Attributes:
        account: which server.
        clock: the current time (aware UTC).
        context: makes the TLS context; the default checks certificate and host name.
        max_time: how long one mail may take.
    """

    account: Account
    _: KW_ONLY
    clock: Clock
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    max_time: timedelta = MAX_SEND_TIME
    _smtp: SMTP | None = field(default=None, init=False)  # ready for a mail
    _deadline: ConnectionDeadline = field(init=False)
    _used_at: datetime = field(init=False)
    _sent: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._deadline = ConnectionDeadline(self.max_time)
        self._used_at = self.clock()

    def send(self, sender: str, recipient: str, mail: bytes) -> str:
        """Send a mail; return the server's reply.

        Args:
            sender: the envelope sender, which bounces go to.
            recipient: the address it goes to.
            mail: RFC 5322 with CRLF line ends.

        Raises:
            LaterError: if it was not sent and may be tried again.
            BouncedError: if the server refuses the address.
            RefusedError: if the server refuses the mail.
            CannotTellError: if the server may have accepted it.
        """
        kept = self._still_open()
        with self._deadline:
            try:
                return self._send(sender, recipient, mail)
            except _ConnectionLostError as error:
                if kept is None or self._deadline.expired:
                    raise LaterError(str(error)) from None
            # The server may have closed the kept connection at any time: try once over a new one.
            try:
                return self._send(sender, recipient, mail)
            except _ConnectionLostError as error:
                raise LaterError(str(error)) from None

    def close(self) -> None:
        """Close the connection, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with ConnectionDeadline(_QUIT_TIME) as deadline, suppress(SMTPException, OSError):
            deadline.watch(lambda: smtp.sock)
            smtp.quit()
        smtp.close()

    def _still_open(self) -> SMTP | None:
        idle = self._smtp is not None and self.clock() - self._used_at >= _MAX_IDLE
        if idle or self._sent >= _MAX_MAILS_PER_CONNECTION:
            self.close()
        return self._smtp

    def _send(self, sender: str, recipient: str, mail: bytes) -> str:
        smtp = self._smtp or self._open()
        self._deadline.watch(lambda: smtp.sock)
        try:
            return self._transact(smtp, sender, recipient, mail)
        finally:
            self._used_at = self.clock()

    def _transact(self, smtp: SMTP, sender: str, recipient: str, mail: bytes) -> str:
        options = [f"size={len(mail)}"] if smtp.has_extn("size") else []
        self._raise_refusal(self._command(lambda: smtp.mail(sender, options)), SmtpStep.SENDER)
        self._raise_refusal(self._command(lambda: smtp.rcpt(recipient)), SmtpStep.RECIPIENT)
        self._raise_refusal(self._command(lambda: smtp.docmd("DATA")), SmtpStep.DATA)
        # The final dot is sent on its own: the server has no whole mail if anything fails before.
        self._send_text(dot_stuffed(mail))
        reply = self._finish(smtp)
        self._sent += 1
        self._raise_refusal(reply, SmtpStep.MESSAGE)
        return reply[1]

    def _open(self) -> SMTP:
        """Connect, encrypt and log in.

        Raises:
            LaterError: if any of it fails; the mail is not to blame.
        """
        soon = self.clock() + _RETRY_PAUSE
        where = f"{self.account.host}:{self.account.port}"
        smtp = self._new_client()
        self._deadline.watch(lambda: smtp.sock)
        try:
            self._connect(smtp)
        except (SMTPException, ssl.SSLError, OSError) as error:
            smtp.close()
            reason = shortened(plain_line(str(error)), MAX_REPLY_LENGTH) or type(error).__name__
            raise LaterError(f"cannot connect to {where}: {reason}", not_before=soon) from None
        except ValueError as error:
            smtp.close()
            raise LaterError(f"{where}: {_misfit(error)}", not_before=soon) from None
        except DeliveryError as error:
            smtp.close()
            raise LaterError(f"{where}: {error}", not_before=soon) from None
        self._smtp, self._sent = smtp, 0
        return smtp

    def _new_client(self) -> SMTP:
        hostname = self.account.hostname
        if self.account.security == "tls":
            return BoundedSmtpOverTls(
                local_hostname=hostname, timeout=_REPLY_TIMEOUT, context=self.context()
            )
        return BoundedSmtp(local_hostname=hostname, timeout=_REPLY_TIMEOUT)

    def _connect(self, smtp: SMTP) -> None:
        account = self.account
        smtp._host = account.host  # type: ignore[attr-defined]  # noqa: SLF001 -- set by its constructor alone, and checked against the certificate
        code, text = smtp.connect(account.host, account.port)
        if code // 100 != 2:
            raise LaterError(f"the server answered {reply_text(code, text)}")
        smtp.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            smtp.starttls(context=self.context())
            smtp.ehlo_or_helo_if_needed()
        if account.username:
            smtp.login(account.username, account.password)
        if smtp.sock is not None:
            # Nagle's algorithm would hold the final dot back until the text before it is
            # acknowledged, which costs 40 ms for each mail.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _command(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
        """Return code and text of a reply; a lost connection is a ``_ConnectionLostError``."""
        try:
            code, text = command()
        except (SMTPException, OSError) as error:
            self._drop()
            raise _ConnectionLostError(f"connection lost: {plain_line(str(error))}") from None
        except ValueError as error:
            self._drop()
            raise LaterError(_misfit(error)) from None
        return code, reply_text(code, text)

    def _send_text(self, data: bytes) -> None:
        """Send the text of a mail without the final dot."""
        assert self._smtp is not None  # noqa: S101 -- it was just asked for DATA
        try:
            self._smtp.send(data)
        except (SMTPException, OSError):
            self._drop()
            raise LaterError("the connection was lost within the mail") from None

    def _finish(self, smtp: SMTP) -> tuple[int, str]:
        """Send the final dot and return the reply to it.

        Raises:
            CannotTellError: if there is none, or it is not SMTP.
        """
        if smtp.sock is not None:
            smtp.sock.settimeout(self.max_time.total_seconds())
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (SMTPException, OSError) as error:
            self._drop()
            reason = plain_line(str(error))
            raise CannotTellError(f"it may have arrived; no answer: {reason}") from None
        if code // 100 not in {2, 4, 5}:
            self._drop()
            raise CannotTellError(f"it may have arrived; odd answer: {reply_text(code, text)}")
        if smtp.sock is not None:
            smtp.sock.settimeout(_REPLY_TIMEOUT)
        return code, reply_text(code, text)

    def _raise_refusal(self, reply: tuple[int, str], step: SmtpStep) -> None:
        """Raise if a reply is a refusal, after making the connection ready for the next mail.

        Raises:
            _ConnectionLostError: for 421 before the mail was sent: the server closes.
            LaterError, BouncedError, RefusedError: as ``delivery.smtp_replies.refusal`` says.
        """
        code, text = reply
        error = refusal(code, text, step)
        if error is None:
            return
        if code == CLOSING:
            self._drop()
            if step is not SmtpStep.MESSAGE:
                raise _ConnectionLostError(f"the server answered {text}")
        else:
            self._reset()
        raise error

    def _reset(self) -> None:
        """Make the connection ready for the next mail, or drop it."""
        if self._smtp is None:
            return
        try:
            code, _ = self._smtp.rset()
        except (SMTPException, OSError):
            code = 0
        if code // 100 != 2:
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _misfit(error: ValueError) -> str:
    """Say what was wrong on the way to the mail's text; never what it was: it may be a secret."""
    if isinstance(error, binascii.Error):
        return "the server's answer at login is not what its method says"
    if isinstance(error, UnicodeError):
        return "its name, the login or an address holds a character that cannot be sent"
    return f"the exchange broke off ({type(error).__name__})"
