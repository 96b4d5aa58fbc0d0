"""The confirmation that asks whether an address may be written to."""

from __future__ import annotations

from core.mail import AddressState, ConfirmationEmail
from core.schedules import in_words
from digests.render.mail import inlined
from digests.render.mime import Envelope, write
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill
from language.plain import plain_line


def render(confirmation: ConfirmationEmail, *, sender: str) -> str:
    """Write the confirmation as a whole mail (RFC 5322).

    It says what was asked for, so that its reader can tell whether it was them; somebody who did
    not ask has nothing to do.
    """
    confirmed = confirmation.address.state is AddressState.CONFIRMED
    name = "confirmed already" if confirmed else "please confirm"
    envelope = Envelope(
        sender=sender,
        recipient=confirmation.address.address,
        name=(f"confirmation-{confirmation.at:%Y%m%d%H%M%S%f}", confirmation.address.id),
        at=confirmation.at,
        bulk=False,
    )
    values = {
        "confirmed": confirmed,
        "subject": f"Tidings: {name}",
        "link": confirmation.link,
        "code": confirmation.code,
        "interests": [plain_line(text) for text in confirmation.interests],
        "schedule": in_words(confirmation.schedule),
    }
    return write(
        envelope,
        subject=str(values["subject"]),
        text=fill("confirmation.txt.j2", **values),
        html=inlined(fill("confirmation.html.j2", **values, light=LIGHT, dark=DARK)),
    )
