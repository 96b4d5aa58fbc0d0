from __future__ import annotations

import pytest

from core.people import Profile
from ranking.muting import muted_by
from tests.fakes import an_item

ITEM = an_item(
    title="Blockchain for art: a survey", summary="On ETHER, café-style.", tags=("cs.CR",)
)


@pytest.mark.parametrize(
    ("muted", "expected"),
    [
        (("blockchain",), "blockchain"),
        (("for ART",), "for ART"),
        (("art for",), None),
        (("chain", "tea", "sur"), None),
        (("Cafe style",), "Cafe style"),
        (("cs.cr",), "cs.cr"),
        (("", "!?", " "), None),
        ((), None),
    ],
)
def test_whole_words_mute_and_parts_of_words_do_not(
    muted: tuple[str, ...], expected: str | None
) -> None:
    assert muted_by(Profile(name="p", muted=muted), ITEM) == expected
