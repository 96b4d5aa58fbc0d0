"""The letter that asks whether an address may be written to."""

from __future__ import annotations

from core.mail import AddressState, ConfirmationEmail
from core.schedules import in_words
from digests.render.mail import inlined
from digests.render.mime import Envelope, write
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill
from language.plain import plain_line


def render(letter: ConfirmationEmail, *, sender: str) -> str:
    """Write the letter as a whole mail (RFC 5322).

    It says what was asked for, so that its reader can tell whether it was them; somebody who did
    not ask has nothing to do.
    """
    confirmed = letter.address.state is AddressState.CONFIRMED
    name = "confirmed already" if confirmed else "please confirm"
    envelope = Envelope(
        sender=sender,
        recipient=letter.address.address,
        name=(f"letter-{letter.at:%Y%m%d%H%M%S%f}", letter.address.id),
        at=letter.at,
        bulk=False,
    )
    values = {
        "confirmed": confirmed,
        "subject": f"Tidings: {name}",
        "link": letter.link,
        "code": letter.code,
        "interests": [plain_line(text) for text in letter.interests],
        "schedule": in_words(letter.schedule),
    }
    return write(
        envelope,
        subject=str(values["subject"]),
        text=fill("confirmation.txt.j2", **values),
        html=inlined(fill("confirmation.html.j2", **values, light=LIGHT, dark=DARK)),
    )
