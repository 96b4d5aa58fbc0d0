from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import requests

from core.items import Item, ItemKind
from core.work_claims import node_of
from core.works import group_into_works
from fetchers import FETCHERS
from net.client import HttpClient
from sample.server import serve
from tests.fakes import NOON, FakeClock


def fetched(now: datetime = NOON) -> dict[str, list[Item]]:
    """What the real fetchers read off the sample day, by source."""
    clock = FakeClock(now)
    with serve(now) as options:
        return {
            name: list(
                FETCHERS[name]
                .make(FETCHERS[name].options(**given), HttpClient(clock=clock), clock)
                .fetch(now - timedelta(days=7))
                .items
            )
            for name, given in options.items()
        }


def test_the_fetchers_read_every_item() -> None:
    items = fetched()
    assert {source: len(found) for source, found in items.items()} == {
        "arxiv": 31,
        "github": 27,
        "kaggle": 15,
    }
    assert Counter(item.kind for found in items.values() for item in found) == {
        ItemKind.PAPER: 31,
        ItemKind.REPOSITORY: 24,
        ItemKind.RELEASE: 3,
        ItemKind.COMPETITION: 7,
        ItemKind.DATASET: 4,
        ItemKind.NOTEBOOK: 4,
    }


@pytest.mark.parametrize("day", range(7))
def test_a_week_back_holds_all_but_the_replaced_paper_on_any_day(day: int) -> None:
    now = NOON + timedelta(days=day, hours=day * 3)
    items = [item for found in fetched(now).values() for item in found]
    old = [item for item in items if not now - timedelta(days=7) <= item.appeared_at <= now]
    assert [str(item.key) for item in old] == ["arxiv/1412.6980"]


def test_papers_code_and_data_of_one_work_find_each_other() -> None:
    items = [item for found in fetched().values() for item in found]
    works = {
        work.id: {str(key) for key in work.members}
        for work in group_into_works(map(node_of, items))
    }
    assert works["arxiv/2106.09685"] == {"arxiv/2106.09685", "github/microsoft/lora"}
    assert works["arxiv/1708.07747"] == {
        "arxiv/1708.07747",
        "github/zalandoresearch/fashion-mnist",
        "kaggle/dataset/zalando-research/fashionmnist",
    }
    for paper, code in {
        "2205.14135": "dao-ailab/flash-attention",
        "1609.02907": "tkipf/gcn",
        "2304.02643": "facebookresearch/segment-anything",
        "2309.06180": "vllm-project/vllm",
        "2312.00752": "state-spaces/mamba",
    }.items():
        assert f"github/{code}" in works[f"arxiv/{paper}"]


def test_it_answers_quietly_and_stops_with_the_block(capfd: pytest.CaptureFixture[str]) -> None:
    with serve(NOON) as options:
        base = options["arxiv"]["api_url"]
        answer = requests.get(f"{base}/rss/cs.LG", timeout=5)
        assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert requests.post(f"{base}/v1/a.B/ListKernels", json={"page": 1}, timeout=5).ok
        assert requests.get(f"{base}/trending/c%2B%2B", timeout=5).text.count("<article") == 1
        assert requests.get(f"{base}/favicon.ico", timeout=5).status_code == 404
    with pytest.raises(requests.ConnectionError):
        requests.get(base, timeout=5)
    assert capfd.readouterr() == ("", "")
