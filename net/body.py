"""Reading a body with limits on what it takes up once decoded, and on the wire."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

MEMBERS = 1000
"""Parts that gzip data may have; 5 MB in the parts of 64 KB that bgzip makes are 80."""

_GZIP_START = b"\x1f"
_GZIP_FILE = b"\x1f\x8b\x08"
_FILL = b"\0\r\n\t "
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*[<{]")
_ENOUGH = 16
"""Bytes by which it is decided what a body is."""

_GZIP = 16 + zlib.MAX_WBITS  # tells zlib to expect a gzip header and check its trailer

# https://www.iana.org/assignments/http-parameters, content codings: all that change the bytes.
_CODING_NAMES = """
aes128gcm br compress dcb dcz deflate exi gzip pack200-gzip x-compress x-gzip zstd
"""
_CODINGS = frozenset(_CODING_NAMES.split())


class BodyError(Exception):
    """A body that is too large, or not encoded as it says; ``str()`` of it is one line."""


class Meter(io.RawIOBase):
    """A stream that breaks off with an error after so many bytes.

    It lies below all that takes HTTP apart, since a chunk length of -1 has its reader ask for
    everything that will ever come, and gzip data may decode to nothing for as long as it lasts.
    """

    def __init__(self, stream: io.RawIOBase, most: int, limit: int) -> None:
        """Read from a stream.

        Args:
            stream: where the bytes come from.
            most: bytes that may come.
            limit: bytes that a body may have, for the error.
        """
        self._stream = stream
        self._left = most
        self._limit = limit

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401  whatever can be filled
        """Read as the stream does.

        Raises:
            BodyError: if more came than may.
        """
        count: int | None = self._stream.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise too_large(self._limit)
        return count

    def close(self) -> None:
        """Close the stream as well."""
        self._stream.close()
        super().close()


def on_the_wire(limit: int) -> int:
    """Return how many bytes may come for a body of so many, with all that HTTP puts around it.

    Twice: a chunk of four bytes takes nine with its length. And 256 KB for the header.
    """
    return 2 * limit + 256 * 1024


def too_large(limit: int) -> BodyError:
    """Return the error for a body over the limit."""
    return BodyError(f"answer is larger than {limit / 1e6:g} MB")


def decode(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Put a body together from what came over the wire.

    The decoding is our own because that of urllib3 undoes several encodings in a row and hands
    out whatever a chunk expands to: 982 bytes of ``gzip, gzip`` took 1.5 GB in a measurement.
    Here no step makes more than ``limit`` bytes, and only one encoding is undone.

    Args:
        chunks: the body as sent, in pieces of any size.
        encoding: the Content-Encoding field. Servers get it wrong, so the body counts as well:
            what is called gzip and does not begin so was sent as it is, as was markup or JSON
            whatever it is called; and what begins as a gzip file may be called nothing. Names
            that change no bytes, such as ``none`` or a character set, say nothing.
        limit: bytes that the decoded body may have, and also those on the wire.

    Raises:
        BodyError: for an encoding that was not asked for or more than one, damaged or unfinished
            data, or a body over the limit.
    """
    parts = re.split(r"[,\s]+", encoding)
    names = [name for one in parts if (name := _coding(one)) in _CODINGS]
    pieces, start = _at_most(chunks, limit), b""
    for piece in pieces:
        start += piece
        if len(start) >= _ENOUGH:
            break
    whole = chain([start] if start else [], pieces)
    zipped = names in (["gzip"], ["x-gzip"])
    if start.startswith(_GZIP_START if zipped else _GZIP_FILE) and (zipped or not names):
        return _join(_gunzip(whole, limit), limit)
    if zipped or not names or _TEXT.match(start):
        return _join(whole, limit)
    raise BodyError(f"answer has the encoding {encoding[:40]!r}, which was not asked for")


def _coding(text: str) -> str:
    """Return the name in one part of the field, which some servers quote or give a weight."""
    return text.partition(";")[0].strip(" \t'\"").lower()


def _at_most(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    left = limit + 64 * 1024  # data that cannot be compressed grows a little
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise too_large(limit)
        yield chunk


def _join(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


def _gunzip(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Yield what gzip data of one or more members holds (RFC 1952, 2.2).

    Zeros and blanks after a member fill up a block of a tape or come from a careless program, and
    belong to nothing.
    """
    member, members = zlib.decompressobj(_GZIP), 1
    for chunk in chunks:
        data = chunk
        while data:
            if member.eof:
                data = data.lstrip(_FILL)
                if not data:
                    break
                if members == MEMBERS or data[:1] != _GZIP_START:
                    raise BodyError("answer continues after its gzip data")
                member, members = zlib.decompressobj(_GZIP), members + 1
            try:
                # One byte over the limit is enough for the caller to notice.
                yield member.decompress(data, limit + 1)
            except zlib.error as error:
                raise BodyError("answer is not valid gzip data") from error
            if member.unconsumed_tail:
                raise too_large(limit)
            data = member.unused_data
    if not member.eof:
        raise BodyError("answer ends in the middle of its gzip data")
