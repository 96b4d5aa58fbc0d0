from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from core.signed_links import LinkPurpose
from tests.fakes import NOON, FakeClock
from web.links import SignedLinks

KEY = b"k" * 32
PURPOSES = tuple(LinkPurpose)


def links(key: bytes = KEY, base_url: str = "https://tidings.example.org") -> SignedLinks:
    return SignedLinks(key=key, base_url=base_url, clock=FakeClock())


def token(link: str) -> str:
    return link.rpartition("/")[2]


@given(purpose=st.sampled_from(PURPOSES), subject=st.text())
def test_a_link_leads_to_its_page_and_gives_its_subject_back(purpose: str, subject: str) -> None:
    link = links().link(purpose, subject)
    assert link.startswith(f"https://tidings.example.org/{purpose}/")
    assert link.isascii()
    assert links().read(purpose, token(link), now=NOON) == subject


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_is_for_its_purpose_only(purpose: str) -> None:
    made = token(links().link(purpose, "abc"))
    for other in PURPOSES:
        if other != purpose:
            with pytest.raises(UsageError):
                links().read(other, made, now=NOON)


@given(data=st.data(), purpose=st.sampled_from(PURPOSES))
def test_a_changed_token_is_refused(data: st.DataObject, purpose: str) -> None:
    made = token(links().link(purpose, "abc.1"))
    place = data.draw(st.integers(0, len(made) - 1))
    letter = data.draw(st.characters().filter(lambda sign: sign != made[place]))
    changed = made[:place] + letter + made[place + 1 :]
    try:
        read = links().read(purpose, changed, now=NOON)
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017  nothing may be raised as well
    else:  # the last letter of base64 has bits that mean nothing
        assert read == "abc.1"
        assert place == len(made) - 1


@pytest.mark.parametrize("place", [0, 5, -1])
def test_half_a_surrogate_pair_in_a_token_is_refused(place: int) -> None:
    made = list(token(links().link(LinkPurpose.VIEW, "abc.1")))
    made[place] = "\ud800"
    with pytest.raises(UsageError):
        links().read(LinkPurpose.VIEW, "".join(made), now=NOON)


@given(text=st.text())
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"\A[^\n]+\Z"):
        links().read(LinkPurpose.VIEW, text, now=NOON)


def test_a_token_of_another_installation_is_refused() -> None:
    made = token(links(b"other" * 8).link("view", "abc"))
    with pytest.raises(UsageError, match="incomplete"):
        links().read("view", made, now=NOON)


def test_only_confirming_ends_and_after_three_days() -> None:
    for purpose in PURPOSES:
        made = token(links().link(purpose, "abc"))
        later = NOON + timedelta(days=3)
        assert links().read(purpose, made, now=later - timedelta(seconds=1)) == "abc"
        if purpose == LinkPurpose.CONFIRM:
            with pytest.raises(UsageError, match="expired"):
                links().read(purpose, made, now=later)
        else:
            assert links().read(purpose, made, now=later + timedelta(days=4000)) == "abc"
            assert token(links().link(purpose, "abc")) == made


def test_there_is_no_link_where_there_is_no_page_that_people_reach() -> None:
    assert links(base_url="").link("view", "abc") == ""
    assert links(base_url="").path("view", "abc").startswith("/view/")


def test_an_unknown_purpose_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="login"):
        links().link("login", "abc")
