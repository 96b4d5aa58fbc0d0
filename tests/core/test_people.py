from __future__ import annotations

import pytest

from core.errors import UsageError
from core.people import Profile, known_zone, muting_word, parse_interests
from tests.fakes import an_item


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("graph neural networks; drug discovery", ["graph neural networks", "drug discovery"]),
        ("  vision,  language and action ;; \n agents", ["vision, language and action", "agents"]),
        ("RL; rl ;Rl", ["RL"]),
        ("; ;\n", []),
        ("", []),
    ],
)
def test_interests_are_split_at_semicolons_and_lines(text: str, phrases: list[str]) -> None:
    assert [interest.text for interest in parse_interests(text)] == phrases


@pytest.mark.parametrize(
    ("muted", "title", "word"),
    [
        (("crypto",), "Crypto trading with agents", "crypto"),
        (("rl",), "World models", None),
        (("rl",), "Deep RL, again", "rl"),
        (("large language",), "A Large Language Model", "large language"),
        (("c++",), "Fast C++ kernels", "c++"),
        ((), "Anything", None),
    ],
)
def test_a_muted_word_is_found_as_a_whole_word(
    muted: tuple[str, ...], title: str, word: str | None
) -> None:
    assert muting_word(Profile(name="ann", muted=muted), an_item(title=title)) == word


def test_a_muted_category_is_found_among_the_tags() -> None:
    profile = Profile(name="ann", muted=("cs.CV",))
    assert muting_word(profile, an_item(tags=("cs.CV", "cs.LG"))) == "cs.CV"


@pytest.mark.parametrize(
    ("word", "title"),
    [
        ("言語モデル", "大規模言語モデルの推論"),
        ("神经网络", "基于图神经网络的药物发现"),
        ("ภาษาไทย", "แบบจำลองภาษาไทยขนาดใหญ่"),
        ("AI", "生成AIの活用"),
        ("AI", "生成ＡＩの活用"),
        ("ﾃﾞｰﾀ", "データの索引"),
    ],
)
def test_words_are_muted_in_scripts_without_spaces(word: str, title: str) -> None:
    assert muting_word(Profile(name="ann", muted=(word,)), an_item(title=title)) == word


@pytest.mark.parametrize("title", ["AIRの論文", "Pair 推論", "言語とモデル"])
def test_a_muted_word_is_no_part_of_a_word_beside_such_scripts(title: str) -> None:
    assert (
        muting_word(Profile(name="ann", muted=("AI", "言語モデル")), an_item(title=title)) is None
    )


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" Tokyo", "Asia/Tokyo"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_may_be_named_by_its_place(typed: str, zone: str) -> None:
    assert known_zone(typed) == zone


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "EST5EDT5"])
def test_an_unknown_zone_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(UsageError, match="Europe/Berlin"):
        known_zone(name)


@pytest.mark.parametrize(
    "shift", ["GMT+2", "gmt-8", "UTC+5:30", "utc +1", "+0200", "GMT\N{MINUS SIGN}3"]
)
def test_a_shift_is_no_zone_since_iana_reads_its_sign_the_other_way(shift: str) -> None:
    with pytest.raises(UsageError, match="no place, and most places change their clocks"):
        known_zone(shift)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("EST", "America/New_York"), ("mst", "America/Denver"), ("Factory", "Europe/Berlin")],
)
def test_an_abbreviation_that_is_not_what_people_mean_is_refused(typed: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        known_zone(typed)


@pytest.mark.parametrize("typed", ["PST", "CEST", "east", "General", "IST"])
def test_what_stands_for_several_zones_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="not an IANA time zone"):
        known_zone(typed)


@pytest.mark.parametrize("typed", ["Etc/GMT-2", "UTC", "GMT", "CET", "Brazil/East"])
def test_what_iana_calls_so_by_its_whole_name_is_taken(typed: str) -> None:
    assert known_zone(typed) == typed
