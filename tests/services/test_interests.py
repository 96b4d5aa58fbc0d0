"""What people paste as their interests."""

from __future__ import annotations

import pytest

from core.errors import UsageError
from services.interests import StatedInterests, read_interests, understand
from services.lookup import Lookup
from storage.opening import Storage
from tests.bot.library import GRAPHS, LIBRARY
from tests.fakes import NOON


@pytest.fixture
def lookup(storage: Storage) -> Lookup:
    storage.store.upsert([GRAPHS, LIBRARY], now=NOON)
    return Lookup(store=storage.store)


def test_phrases_keep_their_commas(lookup: Lookup) -> None:
    stated = understand("vision, language and action; graphs", lookup)

    assert stated.phrases == ("vision, language and action", "graphs")


@pytest.mark.parametrize(
    "typed",
    [
        "2401.00001",
        "arXiv:2401.00001v3",
        "https://arxiv.org/abs/2401.00001",
        "https://arxiv.org/pdf/2401.00001v2.pdf",
    ],
)
def test_a_paper_of_the_archive_is_an_example(lookup: Lookup, typed: str) -> None:
    assert understand(typed, lookup).examples == (GRAPHS,)


def test_ids_may_stand_between_commas(lookup: Lookup) -> None:
    stated = understand("2401.00001, pyg-team/pytorch_geometric, @somebody", lookup)

    assert stated.examples == (GRAPHS, LIBRARY)
    assert stated.followed == ("somebody",)


def test_two_words_with_a_slash_are_looked_for_and_followed(lookup: Lookup) -> None:
    stated = understand("CI/CD", lookup)

    assert stated.phrases == stated.followed == ("CI/CD",)


@pytest.mark.parametrize(
    "typed", ["@somebody", "github.com/somebody", "https://github.com/somebody/"]
)
def test_a_github_user_is_followed(lookup: Lookup, typed: str) -> None:
    assert understand(typed, lookup).followed == ("somebody",)


@pytest.mark.parametrize("typed", ["2402.99999", "https://example.org/unknown"])
def test_what_the_archive_lacks_is_named(lookup: Lookup, typed: str) -> None:
    stated = understand(typed, lookup)

    assert stated.missing == (typed,)
    assert not stated.says_something


@pytest.mark.parametrize("typed", ["the", "a; of it", "2026", "!!"])
def test_interests_by_which_nothing_can_be_found_are_refused_with_their_words(typed: str) -> None:
    first = typed.partition(";")[0]
    with pytest.raises(UsageError, match=f"nothing can be found by “{first}”"):
        read_interests(typed)


def test_short_names_and_what_stands_beside_a_subject_are_taken() -> None:
    stated = read_interests("Go; R; 药物; the; not golf")
    assert stated.phrases == ("Go", "R", "药物")
    assert (stated.muted, stated.ignored) == (("golf",), ("the",))
    assert read_interests("") == StatedInterests()
