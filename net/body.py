"""Reading a body with a limit on what it takes up once decoded."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

_GZIP = 16 + zlib.MAX_WBITS  # tells zlib to expect a gzip header and check its trailer


class BodyError(Exception):
    """A body that is too large, or not encoded as it says; ``str()`` of it is one line."""


def decode(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Put a body together from what came over the wire.

    The decoding is our own because that of urllib3 undoes several encodings in a row and hands
    out whatever a chunk expands to: 982 bytes of ``gzip, gzip`` took 1.5 GB in a measurement.
    Here no step makes more than ``limit`` bytes, and only one encoding is undone.

    Args:
        chunks: the body as sent, in pieces of any size.
        encoding: the Content-Encoding field.
        limit: bytes that the decoded body may have.

    Raises:
        BodyError: for an unknown encoding or more than one, damaged or unfinished data, or a body
            over the limit.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _join(chunks, limit)
    if name in {"gzip", "x-gzip"}:
        return _join(_gunzip(chunks, limit), limit)
    raise BodyError(f"answer has the encoding {encoding[:40]!r}, which was not asked for")


def _join(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise BodyError(f"answer is larger than {limit / 1e6:g} MB")
    return bytes(body)


def _gunzip(chunks: Iterable[bytes], limit: int) -> Iterable[bytes]:
    gunzip = zlib.decompressobj(_GZIP)
    empty = True
    for chunk in chunks:
        empty = empty and not chunk
        try:
            # One byte over the limit is enough for the caller to notice.
            yield gunzip.decompress(chunk, limit + 1)
        except zlib.error as error:
            raise BodyError("answer is not valid gzip data") from error
        if gunzip.unconsumed_tail:
            raise BodyError(f"answer is larger than {limit / 1e6:g} MB")
        if gunzip.unused_data:
            raise BodyError("answer continues after its gzip data")
    if not (gunzip.eof or empty):
        raise BodyError("answer ends in the middle of its gzip data")
