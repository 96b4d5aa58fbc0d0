"""The formats that a digest can be written in, one line each; see docs/adding-a-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.errors import UsageError

if TYPE_CHECKING:
    from core.digests import Digest


@dataclass(frozen=True, slots=True)
class Format:
    """A format of digests.

    Attributes:
        name: as people type it.
        renderer: takes a digest and returns text or bytes; a module of ``digests.render`` and its
            function, loaded only when it is used.
        suffix: of its files.
        what: what it is, in a few words.
    """

    name: str
    renderer: str
    suffix: str
    what: str

    def render(self, digest: Digest) -> bytes:
        """Write a digest."""
        written: str | bytes = resolve_name(f"digests.render.{self.renderer}")(digest)
        return written if isinstance(written, bytes) else written.encode("utf-8", "replace")


_FORMATS = (
    Format("terminal", "text:render", "txt", "for the screen; in a file, plain text"),
    Format("html", "html:render", "html", "a web page"),
    Format("text", "text:render", "txt", "plain text"),
    Format("markdown", "markdown:render", "md", "for a blog or a forum"),
    Format("json", "json:render", "json", "data"),
    Format("ics", "ics:render", "ics", "its deadlines as a calendar"),
    Format("atom", "atom:of_digest", "xml", "its items as a feed"),
    Format("eml", "mail:to_nobody", "eml", "a mail to open in a mail program"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _FORMATS})
"""All formats by name."""


def format_named(name: str) -> Format:
    """Return a format by its name.

    Raises:
        UsageError: if there is no such format; the message lists those that there are.
    """
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}; choose one of {', '.join(FORMATS)}")
    return FORMATS[name]
