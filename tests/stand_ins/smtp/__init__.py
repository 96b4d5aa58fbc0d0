"""A real SMTP server on loopback that fails when it is told to.

``SmtpServer`` is all of it: start it in a ``with`` statement, plan troubles, look at ``taken``.
"""

from __future__ import annotations

from tests.stand_ins.smtp.server import SmtpServer, Taken, Trouble

__all__ = ["SmtpServer", "Taken", "Trouble"]
