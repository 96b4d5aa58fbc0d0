"""/stats: how good somebody's picks were, in words and as a picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.plot import SCALE, picture
from core.estimates import share
from core.people import Verdict
from services.measure.figures import Figure
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.impressions import a_digest, placement, says

DOT, LINE = (219, 222, 225), (90, 169, 230)


def test_before_the_first_digest_there_is_nothing_to_measure(env: BotEnvironment) -> None:
    text = said(env.server.slash(env.ada, env.channel, "stats"))
    assert text.startswith("No digest was made for you yet.")


def test_what_was_said_of_the_picks_is_measured_and_drawn(env: BotEnvironment) -> None:
    me = f"discord:{env.ada.id}"
    digest = a_digest(
        placement("arxiv/1"), placement("github/a/b", 2), subscription=f"profile:{me}"
    )
    env.storage.store.save_digest(digest)
    says(env.storage, Verdict.SAVE, "arxiv/1", profile=me)
    answer = answer_to(env.server.slash(env.ada, env.channel, "stats"))
    assert "precision of the first 10: 1.00, likely 0.21 to 1.00, of 1 liked" in answer.text
    (drawn,) = answer.files
    assert drawn.filename == "tidings-stats.png"
    assert Image.open(BytesIO(drawn.data)).format == "PNG"


def drawn_from(successes: int, n: int) -> Image.Image:
    figure = Figure(name="precision", estimate=share(successes, n), words="")
    return Image.open(BytesIO(picture([figure]))).convert("RGB")


@pytest.mark.parametrize(("successes", "place"), [(0, 300), (5, 460), (10, 620)])
def test_the_dot_stands_where_the_estimate_is(successes: int, place: int) -> None:
    image = drawn_from(successes, 10)
    row = 33 * SCALE
    dots = [x for x in range(280 * SCALE, image.width) if image.getpixel((x, row)) == DOT]
    assert abs((dots[0] + dots[-1]) / 2 - place * SCALE) <= SCALE


def test_the_line_is_longer_where_less_is_known() -> None:
    def length(n: int) -> int:
        image = drawn_from(n // 2, n)
        return sum(image.getpixel((x, 33 * SCALE)) == LINE for x in range(image.width))

    assert length(4) > length(40) > 0


def test_a_long_name_and_one_without_an_estimate_are_drawn_too() -> None:
    long = Figure(name="feed " + "ü" * 200, estimate=None, words="unknown, of 0 judged")
    image = Image.open(BytesIO(picture([long] * 12)))
    assert image.size == (640 * SCALE, (2 * 16 + 34 * 13) * SCALE)
