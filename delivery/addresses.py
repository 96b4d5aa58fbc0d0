"""Email addresses as people type them."""

from __future__ import annotations

from core.errors import UsageError

MAX_LENGTH = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3, with its errata)."""


def read_address(typed: str) -> str:
    """Return an address normalised and in ASCII, its domain in lower case.

    Only its form is checked; whether it exists, the confirmation email finds out.

    Raises:
        UsageError: if it is malformed, or its local part is not in ASCII, which few servers accept.
    """
    from email_validator import EmailNotValidError, validate_email

    if len(typed.strip()) > MAX_LENGTH:
        raise UsageError(
            f"this email address cannot be used: it is longer than {MAX_LENGTH} characters"
        )
    try:
        found = validate_email(
            typed.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,  # at most 64 characters before the @ (RFC 5321, section 4.5.3.1.1)
        )
    except EmailNotValidError as error:
        reason = str(error).rstrip(".")
        raise UsageError(f"this email address cannot be used: {reason}") from None
    address = found.ascii_email or found.normalized
    if "=?" in address:  # an encoded word (RFC 2047), which the standard library would decode
        raise UsageError("this email address cannot be used: it is encoded")
    return address
