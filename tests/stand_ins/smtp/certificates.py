"""A certificate for loopback, made for the run by ``openssl``."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

OPENSSL = shutil.which("openssl")


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and its key."""

    cert: Path
    key: Path

    @classmethod
    def made_in(cls, folder: Path, *, for_: str = "IP:127.0.0.1") -> Self:
        """Make one for a name such as ``IP:127.0.0.1`` or ``DNS:other.example``."""
        made = cls(folder / "cert.pem", folder / "key.pem")
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        subject = ["-subj", "/CN=loopback", "-addext", f"subjectAltName={for_}"]
        files = ["-keyout", str(made.key), "-out", str(made.cert)]
        subprocess.run(  # noqa: S603 -- our own arguments
            [str(OPENSSL), "req", "-x509", *kind, *subject, *files],
            check=True,
            capture_output=True,
            timeout=30,
        )
        return made

    def serving(self) -> ssl.SSLContext:
        """Return a server's context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context

    def trusting(self) -> ssl.SSLContext:
        """Return a client's context that trusts it."""
        return ssl.create_default_context(cafile=str(self.cert))
