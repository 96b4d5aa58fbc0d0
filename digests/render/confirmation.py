"""The confirmation email as a whole mail."""

from __future__ import annotations

from core.mail import AddressState, ConfirmationEmail
from core.schedules import in_words
from digests.render.mail import inlined
from digests.render.mime import Envelope, write
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill


def render(email: ConfirmationEmail, *, sender: str) -> str:
    """Write a confirmation email as a whole mail (RFC 5322).

    It says how often a digest was asked for, and nothing in the words of whoever asked: anybody
    can have it sent to anybody. Whoever did not ask can ignore it.
    """
    confirmed = email.address.state is AddressState.CONFIRMED
    subject = "Your Tidings subscription is confirmed" if confirmed else "Confirm your subscription"
    envelope = Envelope(
        sender=sender,
        recipient=email.address.address,
        name=(f"confirmation-{email.at:%Y%m%d%H%M%S%f}", email.address.id),
        at=email.at,
        bulk=False,
    )
    values = {
        "confirmed": confirmed,
        "subject": subject,
        "link": email.link,
        "code": email.code,
        "schedule": in_words(email.schedule),
    }
    return write(
        envelope,
        subject=subject,
        text=fill("confirmation.txt.j2", **values),
        html=inlined(fill("confirmation.html.j2", **values, light=LIGHT, dark=DARK)),
    )
