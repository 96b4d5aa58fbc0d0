from __future__ import annotations

import gzip
import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.body import BodyError, decode

LIMIT = 5_000_000


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(data=st.binary(max_size=2000), size=st.integers(1, 500))
def test_what_was_sent_comes_out_whatever_the_size_of_its_pieces(data: bytes, size: int) -> None:
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


def test_data_after_the_end_of_gzip_data_is_an_error() -> None:
    with pytest.raises(BodyError, match="continues"):
        decode([gzip.compress(b"one") + gzip.compress(b"two")], "gzip", LIMIT)


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
