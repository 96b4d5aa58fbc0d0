"""An archive that an earlier version left logins and tokens in is cleaned by its migration."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from core.digests import Section
from core.items import Item, ItemKey, ItemKind
from core.search import Filter
from core.sources import Validators
from storage import open_storage
from storage.migrations.versions.v0012_private_addresses import upgrade
from tests.digests.examples import ranked
from tests.fakes import NOON, an_item
from tests.subscriptions import a_digest

LOGIN = "reader:s3cret99"
HERE = f"https://{LOGIN}@lab.example"


def post(name: str, **changes: object) -> Item:
    return an_item(f"feed:lab/{name}", **({"kind": ItemKind.ARTICLE, "title": "One"} | changes))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Make an archive with what an earlier version left in it."""
    path = tmp_path / "t.db"
    with open_storage(f"sqlite:///{path}") as storage:
        first = post(f"{HERE}/1", url=f"{HERE}/1", summary=f"see {HERE}/files/1 for more")
        section = Section(kind="articles", title="Articles", items=(ranked(first),))
        digest = a_digest(sections=(section,))
        storage.snapshots.keep_edition("2026-W47", digest, f"One\n{HERE}")
        storage.store.upsert(
            [
                first,
                post("2", title="Two", url="https://lab.example/feed?access_token=T0k3n123#2"),
                an_item("arxiv/1", title="A reader of passwords"),
            ],
            now=NOON,
        )
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "INSERT INTO validators VALUES (?, 'e', '')", (f"{HERE}/feed?access_token=T0k3n123",)
        )
        old.execute("INSERT INTO validators VALUES ('https://plain.example/feed', 'e', '')")
        old.execute("UPDATE item SET lead = ''")  # a later revision's, which leaves it empty
        old.execute("INSERT INTO digest VALUES ('d', 's', 0, 1, 1, 0)")
        old.execute("INSERT INTO pick VALUES ('d', 'feed:lab', ?, '')", (f"{HERE}/1",))
        old.commit()
    return path


def test_no_byte_of_it_is_left_and_everything_else_is(archive: Path) -> None:
    assert b"s3cret99" in archive.read_bytes()
    with open_storage(f"sqlite:///{archive}") as storage:
        with (
            storage.database.writing() as connection,
            Operations.context(MigrationContext.configure(connection)),
        ):
            upgrade()
        items = {item.title: item for item in storage.store.items(Filter())}
        assert items["One"].key == ItemKey("feed:lab", "https://lab.example/1")
        assert items["One"].url == "https://lab.example/1"
        assert items["One"].summary == "see https://lab.example/files/1 for more"
        assert items["Two"].url == "https://lab.example/feed#2"
        assert items["A reader of passwords"].key == ItemKey("arxiv", "1")
        assert list(storage.store.delivered("s")) == [items["One"].key]
        assert storage.validators.recall("https://plain.example/feed") is not None
        assert [hit.item.title for hit in storage.index.search("files")] == ["One"]
        assert list(storage.index.search("s3cret99")) == []
        edition = storage.snapshots.edition("2026-W47")
        assert edition is not None
        assert [pick.item.url for pick in edition.picks] == ["https://lab.example/1"]
        assert [pick.item.key for pick in edition.picks] == [items["One"].key]
        assert storage.snapshots.editions_with(["s3cret99"], limit=9) == []
    for secret in (b"s3cret99", b"T0k3n123"):
        assert secret not in archive.read_bytes()


def test_validators_of_a_private_address_are_kept_under_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    address = f"{HERE}/feed?access_token=T0k3n123"
    with open_storage(f"sqlite:///{path}") as storage:
        storage.validators.keep(address, Validators(etag="1"))
        assert storage.validators.recall(address) == Validators(etag="1")
        assert storage.validators.recall(address + "4") is None
    assert b"s3cret99" not in path.read_bytes()
