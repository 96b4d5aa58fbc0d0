from __future__ import annotations

import pytest

from core.errors import UsageError
from core.items import ItemKind
from services.lookup import Lookup
from storage.opening import Storage
from tests.fakes import NOON, an_item


@pytest.fixture
def lookup(storage: Storage) -> Lookup:
    storage.store.upsert(
        [
            an_item(
                "arxiv/1706.03762",
                url="https://arxiv.org/abs/1706.03762",
                facts={"doi": "10.5555/Attention.2017"},
            ),
            an_item("arxiv/math/0309136", url="https://arxiv.org/abs/math/0309136"),
            an_item(
                "github/pytorch/pytorch",
                kind=ItemKind.REPOSITORY,
                title="pytorch/pytorch",
                url="https://github.com/pytorch/pytorch",
            ),
            an_item(
                "kaggle/competition/titanic",
                kind=ItemKind.COMPETITION,
                url="https://www.kaggle.com/competitions/titanic",
            ),
        ],
        now=NOON,
    )
    return Lookup(store=storage.store)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("arxiv/1706.03762", "arxiv/1706.03762"),
        (" 1706.03762 ", "arxiv/1706.03762"),
        ("1706.03762v5", "arxiv/1706.03762"),
        ("arXiv:1706.03762", "arxiv/1706.03762"),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", "arxiv/1706.03762"),
        ("https://doi.org/10.48550/arXiv.1706.03762", "arxiv/1706.03762"),
        ("https://doi.org/10.5555/attention.2017", "arxiv/1706.03762"),
        ("10.5555/ATTENTION.2017", "arxiv/1706.03762"),
        ("https://ar5iv.org/abs/1706.03762v7", "arxiv/1706.03762"),
        ("math/0309136", "arxiv/math/0309136"),
        ("PyTorch/pytorch", "github/pytorch/pytorch"),
        ("https://github.com/pytorch/pytorch/tree/main/docs", "github/pytorch/pytorch"),
        ("https://www.kaggle.com/c/titanic?utm_source=x", "kaggle/competition/titanic"),
        ("kaggle/competition/titanic", "kaggle/competition/titanic"),
    ],
)
def test_an_item_is_found_however_it_is_named(lookup: Lookup, text: str, key: str) -> None:
    assert str(lookup.item(text).key) == key


@pytest.mark.parametrize("text", ["", "1706.99999", "nobody/nothing", "'; DROP TABLE items; --"])
def test_what_names_nothing_is_refused_with_the_forms(lookup: Lookup, text: str) -> None:
    with pytest.raises(UsageError, match="owner/repo or URL"):
        lookup.item(text)
