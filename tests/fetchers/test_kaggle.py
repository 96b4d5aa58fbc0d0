from __future__ import annotations

import base64
import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.items import Deadline, ItemKind
from fetchers.kaggle_rows import competition, notebook, parse_page
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, Outcome, fixture, read
from tests.stand_ins.sources.paths import KAGGLE_COMPETITIONS, KAGGLE_DATASETS, KAGGLE_KERNELS
from tests.stand_ins.sources.server import SourceServer

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)

GOOD_DAY = GoodDay(
    answers={
        KAGGLE_COMPETITIONS: fixture("kaggle/competitions.json"),
        KAGGLE_DATASETS: fixture("kaggle/datasets.json"),
        KAGGLE_KERNELS: fixture("kaggle/kernels.json"),
    },
    options={"token": "t0k3n"},
    least=4,
)


def read_competitions(sources: SourceServer, **options: Any) -> Outcome:
    values: dict[str, Any] = {"token": "t0k3n", "datasets": False, "notebooks": False} | options
    return read("kaggle", sources, **values)


class TestLists:
    def test_all_three_lists_are_read(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions_array.json"))
        sources.answer(KAGGLE_DATASETS, fixture("kaggle/datasets.json"))
        sources.answer(KAGGLE_KERNELS, fixture("kaggle/kernels.json"))
        outcome = read("kaggle", sources, token="t0k3n", search="iris")
        assert outcome.error is None
        assert outcome.ids == [
            "competition/titanic",
            "dataset/uciml/iris",
            "notebook/alexisbcook/titanic-tutorial",
        ]
        assert {request.headers["Authorization"] for request in sources.requests} == {
            "Bearer t0k3n"
        }
        bodies = [json.loads(request.body) for request in sources.requests]
        assert bodies[0] == {
            "group": "COMPETITION_LIST_TAB_EVERYTHING",
            "category": "HOST_SEGMENT_UNSPECIFIED",
            "sortBy": "COMPETITION_SORT_BY_BEST",
            "search": "",
            "page": 1,
            "pageToken": "",
            "pageSize": 20,
        }
        assert [body["search"] for body in bodies] == ["", "iris", "iris"]

    def test_pages_are_read_up_to_the_limit(self, sources: SourceServer) -> None:
        sources.answer_once(KAGGLE_COMPETITIONS, fixture("kaggle/competitions.json"))
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions_second_page.json"))
        outcome = read_competitions(sources, pages=5)
        assert outcome.ids[-1] == "competition/digit-recognizer"
        pages = [json.loads(request.body) for request in sources.requests]
        assert [(body["page"], body["pageToken"]) for body in pages] == [(1, ""), (2, "second")]
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions.json"))
        assert read_competitions(sources, pages=1).error is None
        assert len(sources.requests) == 3

    def test_a_list_that_repeats_itself_is_not_read_for_ever(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions.json"))
        outcome = read_competitions(sources, pages=50)
        assert len(outcome.items) == 2
        assert len(sources.requests) == 2

    @pytest.mark.parametrize("body", ["{}", '{"nextPageToken": ""}', '{"competitions": []}', "[]"])
    def test_an_empty_list_is_a_success(self, sources: SourceServer, body: str) -> None:
        sources.answer(KAGGLE_COMPETITIONS, body)
        outcome = read_competitions(sources)
        assert (outcome.items, outcome.error) == ([], None)

    def test_what_came_before_a_failure_is_kept(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions_array.json"))
        sources.answer(KAGGLE_DATASETS, status=500)
        outcome = read_competitions(sources, datasets=True)
        assert outcome.ids == ["competition/titanic"]
        assert "status 500" in str(outcome.error)

    def test_of_a_list_that_breaks_off_the_whole_rows_are_kept_and_the_others_read(
        self, sources: SourceServer
    ) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions.json")[:-30])
        sources.answer(KAGGLE_DATASETS, fixture("kaggle/datasets.json"))
        outcome = read_competitions(sources, datasets=True)
        kinds = Counter(item.kind for item in outcome.items)
        assert kinds == {ItemKind.COMPETITION: 2, ItemKind.DATASET: 1}
        assert str(outcome.error) == "kaggle: the list of competitions breaks off"

    @pytest.mark.parametrize("name", ["competitions", "competitions_array"])
    def test_wherever_a_list_breaks_off_it_is_never_taken_for_whole(self, name: str) -> None:
        body = fixture(f"kaggle/{name}.json").rstrip()
        for at in range(len(body)):
            with suppress(MalformedError):
                assert not parse_page(body[:at], "competitions", competition, NOON).whole

    def test_a_list_that_makes_no_sense_keeps_none_of_the_others_away(
        self, sources: SourceServer
    ) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("login.html"))
        sources.answer(KAGGLE_DATASETS, fixture("kaggle/datasets.json"))
        outcome = read_competitions(sources, datasets=True)
        assert outcome.ids == ["dataset/uciml/iris"]
        assert "HTML page" in str(outcome.error)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe",
            b'"text"',
            b"null",
            b'{"datasets": []}',
            b'{"competitions": {"ref": "titanic"}}',
            b'[{"ref": "half-filled"}, 7]',
            fixture("login.html"),
            fixture("kaggle/competitions.json")[:200],
            fixture("kaggle/competitions_array.json")[:200],
        ],
    )
    def test_anything_else_is_an_error(self, body: bytes) -> None:
        with pytest.raises(MalformedError):
            parse_page(body, "competitions", competition, NOON)


class TestRows:
    def test_a_competition_is_read_as_a_person_would(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/competitions.json"))
        house, titanic = read_competitions(sources, pages=1).items
        slug = "house-prices-advanced-regression-techniques"
        assert str(house.key) == f"kaggle/competition/{slug}"
        assert house.kind is ItemKind.COMPETITION
        assert house.url == f"https://www.kaggle.com/competitions/{slug}"
        assert house.appeared_at == datetime(2016, 8, 30, 0, 53, 25, 687000, tzinfo=UTC)
        assert house.metrics == {"teams": 4821}
        assert house.tags == ("regression", "tabular")
        assert house.facts == {
            "prize": "Knowledge",
            "metric": "Root Mean Squared Error",
            "host": "Kaggle",
            "category": "Getting Started",
        }
        (final,) = house.deadlines
        assert final.at == NEW_YEAR.replace(microsecond=123456)
        assert house.version == "2030-01-01T00:00Z"
        assert titanic.url == "https://www.kaggle.com/competitions/titanic"  # not javascript:
        assert titanic.appeared_at == NOON  # the year 1 is no date
        assert [(deadline.label, deadline.at.day) for deadline in titanic.deadlines] == [
            ("final submission", 31),
            ("entry", 23),
            ("team merger", 24),
        ]

    def test_the_shape_of_the_web_pages_is_read_too(self) -> None:
        page = parse_page(
            fixture("kaggle/competitions_web.json"), "competitions", competition, NOON
        )
        (item,) = page.items
        assert str(item.key) == "kaggle/competition/titanic"
        assert item.summary == "Tell who survives the wreck"
        assert item.tags == ("binary classification",)
        assert item.metrics == {"teams": 15123}
        assert item.facts == {
            "prize": "65,000 USD",
            "metric": "Categorization Accuracy",
            "host": "Kaggle",
        }
        assert item.deadlines == (
            Deadline(label="final submission", at=NEW_YEAR),
            Deadline(label="entry", at=datetime(2029, 12, 23, tzinfo=UTC)),
            Deadline(label="team merger", at=datetime(2029, 12, 24, tzinfo=UTC)),
        )

    def test_a_data_set_is_read_as_a_person_would(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_DATASETS, fixture("kaggle/datasets.json"))
        (iris,) = read_competitions(sources, competitions=False, datasets=True).items
        assert iris.kind is ItemKind.DATASET
        assert (iris.title, iris.version) == ("Iris Species", "2")
        assert iris.summary == "Sort iris flowers into three kinds"
        assert iris.authors == ("UCI Machine Learning",)
        assert iris.facts == {"license": "CC0: Public Domain"}
        assert iris.metrics["votes"] == 4300
        assert iris.appeared_at == datetime(2016, 9, 27, 7, 38, 5, 223000, tzinfo=UTC)

    def test_a_notebook_names_the_data_that_it_uses(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_KERNELS, fixture("kaggle/kernels.json"))
        (tutorial,) = read_competitions(sources, competitions=False, notebooks=True).items
        assert tutorial.kind is ItemKind.NOTEBOOK
        assert tutorial.url == "https://www.kaggle.com/code/alexisbcook/titanic-tutorial"
        assert tutorial.authors == ("Alexis Cook",)
        assert tutorial.metrics == {"votes": 16000}
        assert tutorial.appeared_at == datetime(2026, 11, 20, 1, 2, 3, 123456, tzinfo=UTC)
        assert tutorial.related == (
            "https://www.kaggle.com/datasets/uciml/iris",
            "https://www.kaggle.com/competitions/titanic",
        )

    def test_a_notebook_with_odd_fields_is_still_a_notebook(self) -> None:
        row = {"ref": "/code/alexisbcook/titanic-tutorial", "title": "x", "totalVotes": "many"}
        item = notebook(row | {"datasetDataSources": "iris", "lastRunTime": 7}, NOON)
        assert item is not None
        assert (item.key.external_id, item.metrics, item.related) == (
            "notebook/alexisbcook/titanic-tutorial",
            {},
            (),
        )


class TestToken:
    def test_without_a_token_the_source_is_skipped_and_says_how_to_get_one(
        self, sources: SourceServer
    ) -> None:
        outcome = read("kaggle", sources)
        assert outcome.error is not None
        assert outcome.error.missing is not None
        assert "kaggle.com/settings" in outcome.error.missing
        assert "sources.kaggle.token" in outcome.error.missing
        assert sources.requests == []

    def test_a_legacy_key_is_sent_as_name_and_password(self, sources: SourceServer) -> None:
        sources.answer(KAGGLE_COMPETITIONS, "[]")
        read_competitions(sources, token="", username="ann", key="k3y")
        pair = base64.b64encode(b"ann:k3y").decode()
        assert sources.requests[0].headers["Authorization"] == f"Basic {pair}"

    def test_a_token_may_stand_in_a_file(self, sources: SourceServer, tmp_path: Path) -> None:
        file = tmp_path / "access_token"
        file.write_text("from-a-file\n")
        sources.answer(KAGGLE_COMPETITIONS, "[]")
        read_competitions(sources, token=str(file))
        assert sources.requests[0].headers["Authorization"] == "Bearer from-a-file"

    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_a_token_may_be_the_path_of_a_kaggle_json(
        self, sources: SourceServer, tmp_path: Path, mark: str
    ) -> None:
        file = tmp_path / "kaggle.json"
        file.write_text(mark + '{"username": "ann", "key": "k3y"}\n', encoding="utf-8")
        sources.answer(KAGGLE_COMPETITIONS, "[]")
        read_competitions(sources, token=f" {file} ")
        pair = base64.b64encode(b"ann:k3y").decode()
        assert sources.requests[0].headers["Authorization"] == f"Basic {pair}"

    def test_it_may_lie_beside_and_its_words_may_stand_in_the_setting_itself(
        self, sources: SourceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = '{"username": "ann", "key": "k/3y"}'
        (tmp_path / "kaggle.json").write_text(words)
        monkeypatch.chdir(tmp_path)
        sources.answer(KAGGLE_COMPETITIONS, "[]")
        for token in ("kaggle.json", words):
            read_competitions(sources, token=token)
        pair = base64.b64encode(b"ann:k/3y").decode()
        assert {r.headers["Authorization"] for r in sources.requests} == {f"Basic {pair}"}

    @pytest.mark.parametrize(
        ("held", "sent"),
        [
            ('"t0k3n"', "Bearer t0k3n"),
            ("'t0k3n' ", "Bearer t0k3n"),
            ("\ufefft0k3n\r\n", "Bearer t0k3n"),
            ("Bearer t0k3n", "Bearer t0k3n"),
            ("ann:k3y", "Basic YW5uOmszeQ=="),
            ("e" * 600, f"Bearer {'e' * 600}"),
        ],
    )
    def test_what_copying_leaves_around_a_token_is_no_part_of_it(
        self,
        sources: SourceServer,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        held: str,
        sent: str,
    ) -> None:
        (tmp_path / "token.txt").write_text(held, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        sources.answer(KAGGLE_COMPETITIONS, "[]")
        for token in (held, "token.txt", '"./token.txt"'):
            read_competitions(sources, token=token)
        assert [r.headers["Authorization"] for r in sources.requests] == [sent] * 3

    @pytest.mark.parametrize(
        ("held", "told"),
        [
            ("two\nlines", "is no token"),
            ("t0k3n mine", "is no token"),
            ("t\u00f6ken", "is no token"),
            ("\n", "no token: create one"),
            ('["a"]', "download kaggle.json anew"),
        ],
    )
    def test_what_can_be_no_token_is_sent_to_nobody(
        self, sources: SourceServer, tmp_path: Path, held: str, told: str
    ) -> None:
        (tmp_path / "token").write_text(held, encoding="utf-8")
        for token in (held, str(tmp_path / "token")):
            outcome = read_competitions(sources, token=token)
            assert outcome.error is not None
            assert told in str(outcome.error.missing)
        assert sources.requests == []

    @pytest.mark.parametrize("words", ["{", "{}", '{"username": "ann"}', '{"key": 5}'])
    def test_one_without_name_and_key_says_so_and_shows_nothing_of_it(
        self, sources: SourceServer, tmp_path: Path, words: str
    ) -> None:
        (tmp_path / "kaggle.json").write_text(words)
        outcome = read_competitions(sources, token=str(tmp_path / "kaggle.json"))
        assert outcome.error is not None
        assert "download kaggle.json anew" in str(outcome.error.missing)
        assert sources.requests == []

    def test_a_file_that_is_not_there_is_told_without_its_name(
        self, sources: SourceServer, tmp_path: Path
    ) -> None:
        outcome = read_competitions(sources, token=str(tmp_path / "nothing"))
        assert outcome.error is not None
        assert outcome.error.missing is not None
        assert str(tmp_path) not in str(outcome.error)

    @pytest.mark.parametrize("status", [200, 401, 403])
    def test_a_token_that_is_not_accepted_is_a_failure_that_says_what_to_do(
        self, sources: SourceServer, status: int
    ) -> None:
        sources.answer(KAGGLE_COMPETITIONS, fixture("kaggle/error_401.json"), status=status)
        outcome = read_competitions(sources)
        assert "does not accept the token" in outcome.failed
        assert outcome.error is not None
        assert outcome.error.missing is None
        assert "t0k3n" not in str(outcome.error)

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            (
                '{"code": 403, "message": "You must accept this competition\'s rules"}',
                "kaggle: You must accept this competition's rules (403)",
            ),
            (
                '{"error": {"code": 403, "message": "Permission \'kernels.get\' was denied"}}',
                "kaggle: Permission 'kernels.get' was denied (403)",
            ),
            (
                '{"message": "Phone verification is needed"}',
                "kaggle: Phone verification is needed (403)",
            ),
            (
                '{"code": "403", "error": "Blocked in your region"}',
                "kaggle: Blocked in your region (403)",
            ),
            ('{"code": 403, "message": "Unauthenticated"}', "does not accept the token (403)"),
            ('{"code": 7, "message": "Permission denied"}', "kaggle: Permission denied (403)"),
            ('{"code": 16, "message": "Unauthenticated"}', "does not accept the token (403)"),
            ('{"status": 403, "detail": "Not your team"}', "kaggle: Not your team (403)"),
            ("<html>Forbidden</html>", "may lack a permission"),
            ("", "may lack a permission"),
        ],
    )
    def test_a_403_is_told_in_kaggles_words(
        self, sources: SourceServer, body: str, told: str
    ) -> None:
        sources.answer(KAGGLE_COMPETITIONS, body, status=403)
        assert told in read_competitions(sources).failed

    def test_other_refusals_are_told_in_kaggles_own_words(self, sources: SourceServer) -> None:
        told = '{"code": 404, "message": "No such thing"}'
        sources.answer(KAGGLE_COMPETITIONS, told, status=404)
        assert read_competitions(sources).failed == "kaggle: No such thing (404)"

    def test_too_many_requests_set_the_next_time(self, sources: SourceServer) -> None:
        sources.answer(
            KAGGLE_COMPETITIONS,
            '{"code": 429, "message": "Slow down"}',
            status=429,
            headers={"Retry-After": "600"},
        )
        outcome = read_competitions(sources)
        assert outcome.error is not None
        assert outcome.error.retry_at is not None
        assert (outcome.error.retry_at - NOON).total_seconds() == 600

    def test_secrets_do_not_stand_in_the_text_of_the_options(self) -> None:
        from fetchers.kaggle import KaggleOptions

        text = repr(KaggleOptions(token="t0k3n", key="k3y"))
        assert "t0k3n" not in text
        assert "k3y" not in text


@pytest.mark.parametrize(
    ("reward", "facets"),
    [
        ("$25,000", {"prize": 25_000.0, "currency": "USD"}),
        ("50,000 Usd", {"prize": 50_000.0, "currency": "USD"}),
        ({"id": "EUR", "quantity": 65000}, {"prize": 65_000.0, "currency": "EUR"}),
        ("Knowledge", {}),
        ("Prizes", {}),
        ("3 Swag", {}),
        ("", {}),
    ],
)
def test_only_money_is_a_prize_that_can_be_compared(
    reward: object, facets: dict[str, object]
) -> None:
    item = competition({"ref": "titanic", "title": "Titanic", "reward": reward}, NOON)
    assert item is not None
    assert item.facets == facets
