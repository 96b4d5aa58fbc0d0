from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storage import open_storage
from tests.email_environment import a_privacy
from tests.fakes import FakeClock


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with open_storage(url) as storage:
        first = storage.secrets.secret("links")
        assert storage.secrets.secret("links") == first
        assert storage.secrets.secret("other") != first
    with open_storage(url) as storage:
        assert storage.secrets.secret("links") == first
    assert len(first) == 32


def test_all_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with (
        open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage,
        ThreadPoolExecutor(4) as pool,
    ):
        found = list(pool.map(lambda _: storage.secrets.secret("links"), range(8)))
    assert len(set(found)) == 1


def test_no_secret_is_handed_out_with_what_is_held_of_a_person(tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        secret = storage.secrets.secret("links")
        data = a_privacy(storage, FakeClock()).export("links")
        assert not any(data[kind] for kind in data if kind not in {"user", "exported_at"})
        assert secret.hex() not in repr(data)
