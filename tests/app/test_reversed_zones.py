"""Zones such as Etc/GMT+2, which earlier versions stored for "GMT+2"."""

from __future__ import annotations

from tests.app.conftest import Tidings


def test_what_a_reversed_zone_means_is_told(tidings: Tidings) -> None:
    assert tidings("profile", "set", "ann", "--interests", "go", "--zone", "Etc/GMT+2").code == 0
    assert "Etc/GMT+2, that is UTC-2" in tidings("profile", "show", "ann").out
    assert "Etc/GMT+2, that is UTC-2" in tidings("doctor", "--offline").out
    assert tidings("profile", "set", "ann", "--zone", "Europe/Berlin").code == 0
    assert "time zones" not in tidings("doctor", "--offline").out
