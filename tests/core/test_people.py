from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import UsageError
from core.people import Feedback, Profile, Verdict, known_zone, muting_word, parse_interests
from tests.fakes import NOON, an_item


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


def said(verdict: Verdict, hour: int, key: str = "arxiv/1") -> Feedback:
    return Feedback(item=an_item(key), verdict=verdict, at=NOON + timedelta(hours=hour))


@pytest.mark.parametrize(
    ("verdicts", "opinion", "dismissed"),
    [
        ((Verdict.SAVE, Verdict.MORE), Verdict.SAVE, False),
        ((Verdict.MORE, Verdict.SAVE), Verdict.SAVE, False),
        ((Verdict.SAVE, Verdict.KNOWN), Verdict.SAVE, True),
        ((Verdict.KNOWN, Verdict.MORE), Verdict.MORE, True),
        ((Verdict.SAVE, Verdict.LESS), Verdict.LESS, True),
        ((Verdict.LESS, Verdict.SAVE, Verdict.KNOWN), Verdict.LESS, True),
    ],
)
def test_of_several_facts_the_one_that_says_most_is_the_opinion(
    verdicts: tuple[Verdict, ...], opinion: Verdict, *, dismissed: bool
) -> None:
    feedback = tuple(said(one, hour) for hour, one in enumerate(verdicts))
    profile = Profile(name="ann", feedback=feedback)

    assert [one.verdict for one in profile.opinions] == [opinion]
    assert (an_item("arxiv/1").key in profile.dismissed) is dismissed
    assert bool(profile.saved) is (Verdict.SAVE in verdicts)
    assert profile.said_of(an_item("arxiv/1").key) == verdicts


def test_who_looks_for_something_else_learns_nothing_and_hides_what_was_judged() -> None:
    feedback = (said(Verdict.SAVE, 1, "arxiv/1"), said(Verdict.LESS, 2, "arxiv/2"))
    ann = Profile(name="ann", muted=("crypto",), feedback=feedback)
    other = ann.looking_for(parse_interests("graphs"), ("web3",))

    assert (other.interests[0].text, other.muted) == ("graphs", ("crypto", "web3"))
    assert other.opinions == ()
    assert other.judged == ann.judged == {one.item.key for one in feedback}
    assert other.dismissed == ann.dismissed
    assert len(ann.opinions) == 2


def test_opinions_come_in_the_order_in_which_they_were_given() -> None:
    feedback = (
        said(Verdict.KNOWN, 1, "arxiv/1"),
        said(Verdict.MORE, 2, "arxiv/2"),
        said(Verdict.SAVE, 3, "arxiv/1"),
        said(Verdict.KNOWN, 4, "arxiv/2"),
    )
    opinions = Profile(name="ann", feedback=feedback).opinions
    assert [(str(one.item.key), one.verdict) for one in opinions] == [
        ("arxiv/2", Verdict.MORE),
        ("arxiv/1", Verdict.SAVE),
    ]


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
        ("언어 모델", "대규모 언어 모델을 위한 강화학습"),
        ("모델", "GPT 모델의 추론"),
    ],
)
def test_words_are_muted_where_no_space_ends_them(word: str, title: str) -> None:
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Berlim", "Europe/Berlin"),
        ("Europe/Belrin", "Europe/Berlin"),
        ("new yrok", "America/New_York"),
        ("Asia/Tokio", "Asia/Tokyo"),
    ],
)
def test_a_mistyped_zone_is_told_which_one_was_meant(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"Did you mean {meant}\\?"):
        known_zone(typed)
