"""Deadlines and prices that moved: each is told once, and nothing else.

``./run bench moves --data DIR [--json] [--misses]`` replays a history of versions through the
fetchers, the store and the radar, with the clock of each version, and compares what would be told
with ``moves.json``. DIR is the folder of one file, or holds such folders: ``hf-*`` and ``ccf-*``
and ``conf-*`` are lists of conferences, the others files of prices.

A price that begins to depend on the hour or the date has to be told as such, not as a fall.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._move_files import FileServer
from core.moves import MoveKind
from fetchers import FETCHERS
from net.client import HttpClient
from services.fetching import Collector
from services.radar import Moved, Radar
from storage import open_storage

Name = tuple[str, ...]
"""What makes two moves the same: the version, whose it is, and from where to where."""


@dataclass(slots=True, kw_only=True)
class Figures:
    """What came of it."""

    moves: int = 0
    told_once: int = 0
    false: int = 0
    doubled: int = 0
    misses: list[str] = field(default_factory=list)

    def __iadd__(self, other: Figures) -> Figures:
        """Add those of another folder."""
        self.moves += other.moves
        self.told_once += other.told_once
        self.false += other.false
        self.doubled += other.doubled
        self.misses += other.misses
        return self


@dataclass(slots=True)
class _Clock:
    """The time of the version that is replayed."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class _NoWait:
    """A timer for a server that has no pace."""

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Do not wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How the versions of a folder are read.

    Attributes:
        source: that reads them.
        folder: where it looks for the file.
        name: of the file.
        options: of the source.
    """

    source: str
    folder: str
    name: str
    options: Mapping[str, Any]


def history_of(folder: Path) -> History:
    """Return how to read a folder, by its name and what its ``moves.json`` says."""
    path = str(json.loads((folder / "moves.json").read_bytes())["path"])
    where, _, name = path.rpartition("/")
    kind = folder.name.partition("-")[0]
    lists = {"hf": "ai-deadlines", "ccf": "ccfddl", "conf": "tech-conferences"}
    if kind in lists:
        options: dict[str, Any] = {"lists": (lists[kind],)}
        if kind == "conf":
            options["topics"] = (name.partition(".")[0],)
        return History(source="conferences", folder=where, name=name, options=options)
    provider = name.partition(".")[0]
    options = {"lists": ("llm-api",), "providers": (provider,)}
    return History(source="offers", folder=where, name=name, options=options)


def replayed(folder: Path) -> Iterator[tuple[int, Moved]]:
    """Yield what the product would tell, with the number of the version that made it."""
    history = history_of(folder)
    versions = json.loads((folder / "moves.json").read_bytes())["versions"]
    source = FETCHERS[history.source]
    with (
        FileServer(history.folder, history.name) as server,
        tempfile.TemporaryDirectory() as place,
        open_storage(f"sqlite:///{place}/moves.db") as storage,
    ):
        clock = _Clock(datetime.now(UTC))
        addresses = {
            name: server.url for name in source.options.__dataclass_fields__ if name.endswith("url")
        }
        fetcher = source.make(
            source.options(**addresses, **history.options),
            HttpClient(clock=clock, timer=_NoWait()),
            clock,
        )
        radar = Radar(store=storage.store, moves=storage.moves)
        collector = Collector(store=storage.store, clock=clock)
        for version in versions:
            clock.now = datetime.fromisoformat(version["committed"]).astimezone(UTC)
            found = [*folder.glob(f"{version['n']:04}.[yj]*")]
            server.put(found[0].read_bytes() if found else b"")
            collector.collect([fetcher], lambda _: clock.now - timedelta(days=1))
            moment = clock.now + timedelta(seconds=1)
            for moved in radar.moved(since=clock.now, until=moment):
                yield version["n"], moved


def told_name(version: int, moved: Moved) -> Name:
    """Return what was told, to be compared."""
    move = moved.move
    if move.is_price:
        kind = "conditional" if move.kind is MoveKind.CONDITIONAL else "price"
        model = move.key.external_id.split("/", 2)[2]
        old, new = move.amounts
        return (str(version), model, move.what, f"{old:g}", f"{new:g}", kind)
    _, _, edition = move.key.external_id.partition("/")
    edition = edition.partition("/")[2] or edition
    return (str(version), edition.lower(), *(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in move.times))


def true_names(folder: Path) -> Iterator[tuple[Name, bool]]:
    """Yield the moves of a folder, with whether each must be told; others may be told or not."""
    for change in json.loads((folder / "moves.json").read_bytes())["changes"]:
        version = str(change["version"])
        if "model" in change:
            if change["change"] == "moved":
                kind = "conditional" if "shape_changed" in change else "price"
                amounts = (f"{change['from']:g}", f"{change['to']:g}")
                yield (version, change["model"], change["field"], *amounts, kind), True
            continue
        if change.get("alert") or change.get("doubtful"):
            edition = str(change["edition"]).lower().replace(" ", "-")
            times = (change["from_utc"], change["to_utc"])
            yield (version, edition, *times), bool(change.get("alert")) and "doubtful" not in change


def compare(folder: Path) -> Figures:
    """Replay a folder and compare."""
    told = Counter(told_name(version, moved) for version, moved in replayed(folder))
    truth: Counter[Name] = Counter()
    allowed: set[Name] = set()
    for name, required in true_names(folder):
        allowed.add(name)
        truth[name] += required
    truth = +truth
    figures = Figures(moves=truth.total())
    for name in told.keys() | truth.keys():
        if name not in allowed:
            figures.false += told[name]
        else:
            most = max(1, truth[name])
            figures.told_once += truth[name] if told[name] == truth[name] else 0
            figures.doubled += max(0, told[name] - most)
        if told[name] != truth[name] and (name in truth or name not in allowed):
            figures.misses.append(f"{folder.name}: {' '.join(name)}: told {told[name]} times")
    return figures


def main() -> int:
    """Replay what is named on the command line; return 1 if anything was told wrongly."""
    parser = argparse.ArgumentParser(prog="./run bench moves", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of versions, or several")
    parser.add_argument("--json", action="store_true", help="figures as a line of JSON at the end")
    parser.add_argument("--misses", action="store_true", help="say which moves were told wrongly")
    options = parser.parse_args()
    folders = sorted(path.parent for path in options.data.glob("**/moves.json"))
    if not folders:
        print(f"no moves.json in {options.data} or below; name a folder of versions")
        return 2
    total = Figures()
    for folder in folders:
        figures = compare(folder)
        total += figures
        print(
            f"{folder.name:24} {figures.moves:4} moves, {figures.told_once:4} told once, "
            f"{figures.false:3} false, {figures.doubled:3} doubled"
        )
    if options.misses:
        print(*sorted(total.misses), sep="\n")
    share = total.told_once / total.moves if total.moves else 1.0
    print(f"told once: {total.told_once} of {total.moves} ({share:.3f})")
    if options.json:
        counts = {"moves": total.moves, "told_once": round(share, 4)}
        print(json.dumps(counts | {"false": total.false, "doubled": total.doubled}))
    return int(bool(total.false or total.doubled or share < 0.98))


if __name__ == "__main__":
    sys.exit(main())
