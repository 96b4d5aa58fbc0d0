"""The confirmation email as a whole mail."""

from __future__ import annotations

from core.mail import AddressState, ConfirmationEmail
from core.schedules import in_words
from digests.render.mail import inlined
from digests.render.mime import Envelope, write
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill
from language.plain import plain_line


def render(email: ConfirmationEmail, *, sender: str) -> str:
    """Write a confirmation email as a whole mail (RFC 5322).

    It says what was asked for, so that the reader can tell whether it was them; whoever did not
    ask can ignore it.
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
        "interests": [plain_line(text) for text in email.interests],
        "schedule": in_words(email.schedule),
    }
    return write(
        envelope,
        subject=subject,
        text=fill("confirmation.txt.j2", **values),
        html=inlined(fill("confirmation.html.j2", **values, light=LIGHT, dark=DARK)),
    )
