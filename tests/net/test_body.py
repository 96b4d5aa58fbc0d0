from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from collections.abc import Iterator
from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.body import BodyError, decode

LIMIT = 5_000_000


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(data=st.binary(max_size=2000), size=st.integers(1, 500))
def test_what_was_sent_comes_out_whatever_the_size_of_its_pieces(data: bytes, size: int) -> None:
    if not data.startswith(b"\x1f\x8b\x08"):  # a gzip file, whatever it is called
        assert decode(pieces(data, size), "identity", LIMIT) == data
    assert decode(pieces(gzip.compress(data), size), "gzip", LIMIT) == data


@given(data=st.binary(min_size=1, max_size=500), cut=st.integers(1, 400))
def test_unfinished_gzip_data_never_passes_for_whole(data: bytes, cut: int) -> None:
    packed = gzip.compress(data)
    with pytest.raises(BodyError, match="middle"):
        decode([packed[: max(1, len(packed) - cut)]], "gzip", LIMIT)


@given(junk=st.binary(min_size=1, max_size=500))
def test_any_bytes_called_gzip_either_decode_or_fail_in_one_line(junk: bytes) -> None:
    try:
        body = decode([junk], "gzip", LIMIT)
    except BodyError as error:
        body = None
        message = str(error)
    assert body is not None or "\n" not in message


def test_an_empty_body_called_gzip_is_empty() -> None:
    assert decode([], "gzip", LIMIT) == b""


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("between", [b"", b"\0" * 30, b"\r\n"])
def test_several_members_and_the_zeros_after_them_are_whole(size: int, between: bytes) -> None:
    packed = (
        gzip.compress(b"one, ") + between + gzip.compress(b"") + gzip.compress(b"two") + between
    )
    assert decode(pieces(packed, size), "gzip", LIMIT) == b"one, two"


@pytest.mark.parametrize("after", [b"junk", b"\0\0junk"])
def test_other_data_after_the_end_of_gzip_data_is_an_error(after: bytes) -> None:
    with pytest.raises(BodyError, match="continues"):
        decode([gzip.compress(b"one") + after], "gzip", LIMIT)


def test_a_second_member_that_breaks_off_is_an_error() -> None:
    with pytest.raises(BodyError, match="middle"):
        decode([gzip.compress(b"one") + gzip.compress(b"two")[:-3]], "gzip", LIMIT)


def test_the_limit_counts_all_members() -> None:
    with pytest.raises(BodyError, match="larger"):
        decode([gzip.compress(b"x" * 600) * 2], "gzip", 1000)


@pytest.mark.parametrize(
    "encoding",
    [
        "UTF-8",
        "none",
        "binary",
        "identity, utf-8",
        "iso-8859-1;q=1",
        " , ",
        "8bit",
        "gzip",
        "x-gzip",
        "br",
        "deflate",
        "gzip, gzip",
        "aws-chunked",
    ],
)
def test_what_is_sent_as_it_is_is_read_whatever_its_encoding_is_called(encoding: str) -> None:
    assert decode([b"", b"<rss", b"/>"], encoding, LIMIT) == b"<rss/>"


@pytest.mark.parametrize(
    "encoding",
    ["gzip;q=1", '"gzip"', "gzip, identity", "gzip identity", "utf-8,gzip", "GZip", "", "none"],
)
def test_gzip_is_undone_however_it_is_written(encoding: str) -> None:
    assert decode([gzip.compress(b"hello")], encoding, LIMIT) == b"hello"


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd, utf-8", "compress"])
def test_what_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(BodyError, match="not asked for"):
        decode([b"hello"], encoding, LIMIT)


def blocks_of_nothing() -> Iterator[bytes]:
    pack = zlib.compressobj(wbits=31)
    yield pack.compress(b"<rss/>") + pack.flush(zlib.Z_SYNC_FLUSH)
    while True:  # an empty stored block (RFC 1951, 3.2.4)
        yield b"\0\0\0\xff\xff" * 10_000


@pytest.mark.parametrize(
    "endless",
    [
        blocks_of_nothing(),
        chain([gzip.compress(b"<rss/>")], repeat(b"\0" * 65536)),
        chain([gzip.compress(b"<rss/>")], repeat(gzip.compress(b"") * 100)),
        chain([b"\x1f\x8b\x08\x08" + b"\0" * 6], repeat(b"name" * 10_000)),
    ],
    ids=["blocks", "zeros", "members", "name"],
)
def test_gzip_data_that_decodes_to_nothing_ends_at_the_limit(endless: Iterator[bytes]) -> None:
    taken = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for chunk in endless:
            taken += len(chunk)
            yield chunk

    with pytest.raises(BodyError):
        decode(counted(), "gzip", LIMIT)
    assert taken < LIMIT + 200_000


def test_a_damaged_checksum_is_an_error() -> None:
    packed = bytearray(gzip.compress(b"hello" * 50))
    packed[-5] ^= 0xFF
    with pytest.raises(BodyError, match="not valid gzip data"):
        decode([bytes(packed)], "gzip", LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_exactly_the_limit_is_allowed_and_one_byte_more_is_not(encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else bytes
    assert len(decode([pack(b"x" * 1000)], encoding, 1000)) == 1000
    with pytest.raises(BodyError, match="larger"):
        decode([pack(b"x" * 1001)], encoding, 1000)


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    # A process of its own, since the peak of this one is that of all tests before.
    probe = f"""
import resource, zlib
from net.body import BodyError, decode
pack = zlib.compressobj(9, zlib.DEFLATED, 31)
bomb = b"".join(pack.compress(bytes(1 << 20)) for _ in range(500)) + pack.flush()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
try:
    decode([bomb[n : n + 65536] for n in range(0, len(bomb), 65536)], "gzip", {LIMIT})
except BodyError:
    print(peak() - before)
"""
    run = subprocess.run(  # noqa: S603  our own interpreter and text
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=30
    )
    assert int(run.stdout) < 40_000  # KB; the bomb holds 500 MB


def test_the_gzip_of_zlib_and_of_gzip_are_the_same_encoding() -> None:
    pack = zlib.compressobj(wbits=31)
    assert decode([pack.compress(b"hello"), pack.flush()], "X-GZIP", LIMIT) == b"hello"
