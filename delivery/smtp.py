"""Handing mails to an SMTP server, and knowing of each what became of it.

::

    connect → EHLO → STARTTLS → AUTH → MAIL → RCPT → DATA → text ┆ final dot → 250
    └──────────────── failed here: surely not sent ──────────────┘ └ cut here: cannot tell

A server that got no final dot must not deliver (RFC 5321, section 4.1.1.4); one that got it may
have delivered though its 250 is lost. Its refusals are answers, and always tell. This is the one
module that imports smtplib.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.errors import CannotTellError, DeliveryError, LaterError
from core.ports.clock import Clock
from delivery.smtp_replies import CLOSING, LONGEST_ANSWER, Place, refusal, stuffed, written
from delivery.watch import Watch
from language.plain import plain_line, shortened

if TYPE_CHECKING:
    import ssl
    from smtplib import SMTP

LONGEST = timedelta(seconds=120)
"""How long handing over one mail may take in all, connecting included."""

_WAIT = 30.0
"""Seconds to wait for one reply; the final one may take until ``LONGEST`` is over, since servers
look a mail through before they take it."""

_GOODBYE = 5.0
"""Seconds to wait for the answer to QUIT, which nobody needs."""

_REST = timedelta(minutes=1)
"""How soon a server that cannot be used at all is tried again."""

_IDLE = timedelta(seconds=60)
"""After so long without a mail a connection is taken for dead: servers end idle ones."""

_MOST_PER_CONNECTION = 500
"""Mails over one connection; servers have limits of their own, which they tell with 421."""


Context = Callable[[], "ssl.SSLContext"]
"""Makes the context of encrypted connections."""


class _EndedError(DeliveryError):
    """The connection ended before the mail was under way; it can be sent over another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Which server, and as whom.

    Attributes:
        host: its name.
        port: its port.
        security: ``starttls``, ``tls`` or ``none``.
        username: to log in with; "" for no login.
        password: to log in with.
        hostname: how this side introduces itself.
    """

    host: str
    port: int
    security: str
    username: str
    password: str
    hostname: str


def usual_context() -> ssl.SSLContext:
    """Return a context that checks certificate and host name."""
    import ssl

    return ssl.create_default_context()


class Line:
    """One connection to an SMTP server, opened when it is needed and kept for many mails.

    Its methods block, and only one thread may use it at a time.
    """

    def __init__(
        self,
        account: Account,
        *,
        clock: Clock,
        context: Context = usual_context,
        longest: timedelta = LONGEST,
    ) -> None:
        """Take what is needed; nothing is opened yet.

        Args:
            account: which server.
            clock: tells the time.
            context: of encrypted connections.
            longest: how long one mail may take.
        """
        self._account = account
        self._clock = clock
        self._context = context
        self._longest = longest
        self._smtp: SMTP | None = None  # ready for a mail
        self._watch = Watch(longest)
        self._used_at = clock()
        self._sent = 0

    def send(self, sender: str, recipient: str, mail: bytes) -> str:
        """Hand a mail over; return the server's answer.

        Args:
            sender: the address that learns of failures.
            recipient: the address it goes to.
            mail: RFC 5322 with CRLF line ends.

        Raises:
            LaterError: if the server surely did not take it, for now.
            BouncedError: if it refuses the address.
            RefusedError: if it refuses the mail.
            CannotTellError: if it may have taken it.
        """
        kept = self._still_open()
        with self._watch:
            try:
                return self._send(sender, recipient, mail)
            except _EndedError as error:
                if kept is None or self._watch.late:
                    raise LaterError(str(error)) from None
            # A connection that was kept may have ended at any time: once more over a new one.
            try:
                return self._send(sender, recipient, mail)
            except _EndedError as error:
                raise LaterError(str(error)) from None

    def close(self) -> None:
        """Say goodbye and close the connection, if there is one."""
        from smtplib import SMTPException

        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            if smtp.sock is not None:
                smtp.sock.settimeout(_GOODBYE)
            with suppress(SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _still_open(self) -> SMTP | None:
        idle = self._smtp is not None and self._clock() - self._used_at >= _IDLE
        if idle or self._sent >= _MOST_PER_CONNECTION:
            self.close()
        return self._smtp

    def _send(self, sender: str, recipient: str, mail: bytes) -> str:
        smtp = self._smtp or self._open()
        self._watch.over(smtp)
        try:
            return self._transact(smtp, sender, recipient, mail)
        finally:
            self._used_at = self._clock()

    def _transact(self, smtp: SMTP, sender: str, recipient: str, mail: bytes) -> str:
        options = [f"size={len(mail)}"] if smtp.has_extn("size") else []
        self._check(self._ask(lambda: smtp.mail(sender, options)), Place.SENDER)
        self._check(self._ask(lambda: smtp.rcpt(recipient)), Place.ADDRESS)
        self._check(self._ask(lambda: smtp.docmd("DATA")), Place.DATA)
        # The final dot goes out on its own: whatever fails before it left no whole mail there.
        self._say(stuffed(mail))
        answer = self._await_fate(smtp)
        self._sent += 1
        self._check(answer, Place.MAIL)
        return answer[1]

    def _open(self) -> SMTP:
        """Connect, encrypt and log in.

        Raises:
            LaterError: if something of it fails; whatever it is, the mail is not to blame.
        """
        import ssl
        from smtplib import SMTPException

        soon = self._clock() + _REST
        where = f"{self._account.host}:{self._account.port}"
        smtp = self._made()
        self._watch.over(smtp)
        try:
            self._greet(smtp)
        except (SMTPException, ssl.SSLError, OSError) as error:
            smtp.close()
            reason = shortened(plain_line(str(error)), LONGEST_ANSWER) or type(error).__name__
            raise LaterError(f"{where} cannot be used: {reason}", not_before=soon) from None
        except DeliveryError as error:
            smtp.close()
            raise LaterError(f"{where}: {error}", not_before=soon) from None
        self._smtp, self._sent = smtp, 0
        return smtp

    def _made(self) -> SMTP:
        import smtplib

        hostname = self._account.hostname
        if self._account.security == "tls":
            return smtplib.SMTP_SSL(local_hostname=hostname, timeout=_WAIT, context=self._context())
        return smtplib.SMTP(local_hostname=hostname, timeout=_WAIT)

    def _greet(self, smtp: SMTP) -> None:
        account = self._account
        smtp._host = account.host  # type: ignore[attr-defined]  # noqa: SLF001 -- set by its constructor alone, and checked against the certificate
        code, text = smtp.connect(account.host, account.port)
        if code // 100 != 2:
            raise LaterError(f"it answers {written(code, text)}")
        smtp.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            smtp.starttls(context=self._context())
            smtp.ehlo_or_helo_if_needed()
        if account.username:
            smtp.login(account.username, account.password)
        if smtp.sock is not None:
            # The final dot is a write of its own: held back until the text before it is
            # acknowledged, it would cost 40 ms for each mail.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _ask(self, command: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
        """Return code and text of an answer; a lost connection is an ``_EndedError``."""
        from smtplib import SMTPException

        try:
            code, text = command()
        except (SMTPException, OSError) as error:
            self._drop()
            raise _EndedError(f"the connection ended: {plain_line(str(error))}") from None
        return code, written(code, text)

    def _say(self, data: bytes) -> None:
        """Send the text of a mail without its end."""
        from smtplib import SMTPException

        assert self._smtp is not None  # noqa: S101 -- it was just asked for DATA
        try:
            self._smtp.send(data)
        except (SMTPException, OSError):
            self._drop()
            raise LaterError("the connection ended within the mail") from None

    def _await_fate(self, smtp: SMTP) -> tuple[int, str]:
        """Send the final dot and return the answer to it.

        Raises:
            CannotTellError: if there is none, or one that is no SMTP.
        """
        from smtplib import SMTPException

        if smtp.sock is not None:
            smtp.sock.settimeout(self._longest.total_seconds())
        try:
            smtp.send(b".\r\n")
            code, text = smtp.getreply()
        except (SMTPException, OSError) as error:
            self._drop()
            reason = plain_line(str(error))
            raise CannotTellError(f"whether it arrived cannot be told: {reason}") from None
        if code // 100 not in {2, 4, 5}:
            self._drop()
            raise CannotTellError(f"whether it arrived cannot be told: {written(code, text)}")
        if smtp.sock is not None:
            smtp.sock.settimeout(_WAIT)
        return code, written(code, text)

    def _check(self, answer: tuple[int, str], place: Place) -> None:
        """Raise what an answer means that is a refusal, the connection made fit for the next mail.

        Raises:
            _EndedError: for 421, which ends the connection, before the mail was sent.
            LaterError, BouncedError, RefusedError: as ``delivery.smtp_replies.refusal`` says.
        """
        code, text = answer
        error = refusal(code, text, place)
        if error is None:
            return
        if code == CLOSING:
            self._drop()
            if place is not Place.MAIL:
                raise _EndedError(f"it answers {text}")
        else:
            self._reset()
        raise error

    def _reset(self) -> None:
        """Make the connection fit for the next mail, or drop it."""
        from smtplib import SMTPException

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
