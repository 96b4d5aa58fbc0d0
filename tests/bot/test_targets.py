from __future__ import annotations

import pytest

from bot.targets import parse_target, user_id
from core.errors import UsageError


def test_a_target_reads_as_it_is_written() -> None:
    assert (
        str(parse_target("discord:channel:9007199254740993")) == "discord:channel:9007199254740993"
    )
    assert user_id("discord:80") == 80


@pytest.mark.parametrize("number", ["", "x", "-1", "1" * 21, "1" * 5000, "\u0663", "\u00b2", "1 2"])
def test_what_is_no_number_of_discords_is_nobody_and_nowhere(number: str) -> None:
    assert user_id(f"discord:{number}") is None
    with pytest.raises(UsageError, match="neither discord:channel"):
        parse_target(f"discord:channel:{number}")
