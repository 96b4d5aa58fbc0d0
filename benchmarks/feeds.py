"""A thousand feeds, fifty of them hostile: every other one is read, at no price in memory.

``./run bench feeds [--feeds N] [--hostile N] [--kinds NAME,NAME] [--json]`` serves feeds on
loopback and reads them with ``tidings fetch``, a process of its own with an archive of its own.
The hostile ones take turns: bodies that drip, never end, unpack to half a gigabyte or to nothing,
are shorter than they say or hold a chunk of negative length; redirects in a circle; what is no
XML; 500 entries that all name one address; connections that are closed or left hanging.

The honest feeds alone are read by the ``reader`` library too, with as many workers, in the same
run: fetching, parsing and storing, each in a process that starts with an empty archive to which
the feeds were added before. It has to find the same entries; the ratio is its time by ours, so
that more than 1 means that ours is faster. ``./run extra bench`` installs it; without it, that
part is left out and says so.

How much memory they cost is the difference of the peaks of two fetches: of all feeds, and of the
others alone. It fails when one of the others is not read whole, when the fetch is aborted, when
the hostile ones cost more than 64 MB, when ``reader`` finds other entries or is faster.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks._feed_server import ENTRIES, HOSTILE, serve
from benchmarks._reader_fetch import read_by_reader
from core.search import Filter
from core.sources import SourceState
from fetchers import FETCHERS
from storage import open_storage

ROOT = Path(__file__).parents[1]
MOST_MEGABYTES = 64
_ENDS = (0, 1)
"""Exit codes of a fetch that came to its end: 1 if every source failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it; megabytes are peaks of resident memory."""

    feeds: int
    hostile: int
    others_read: int
    others_not_read: int
    hostile_told: int
    aborted: int
    megabytes: int
    megabytes_more: int
    seconds: int
    alone_seconds: float
    reader_seconds: float | None
    ratio: float | None
    same_entries: bool | None

    @property
    def fine(self) -> bool:
        """Whether the hostile ones have harmed nobody, and ``reader`` is neither better."""
        harmed = self.others_not_read or self.aborted
        behind = self.same_entries is False or (self.ratio is not None and self.ratio < 1)
        return not harmed and not behind and self.megabytes_more <= MOST_MEGABYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """How one fetch ended, and what the archive says of each feed."""

    code: int
    peak: int
    seconds: float
    states: dict[str, SourceState]
    said: str
    entries: frozenset[tuple[str, str]] = frozenset()

    @property
    def aborted(self) -> bool:
        """Whether it did not come to its end."""
        return self.code not in _ENDS or "Traceback" in self.said


def measure(feeds: int, hostile: int, kinds: Sequence[str] = tuple(HOSTILE)) -> Figures:
    """Read the feeds, with the hostile ones and without."""
    others = [f"good/f{n}" for n in range(feeds - hostile)]
    bad = [f"{kind}/h{n}" for n, kind in enumerate(islice(cycle(kinds), hostile))]
    step = max(feeds // max(hostile, 1), 1)
    mixed = list(others)
    for n, path in enumerate(bad):
        mixed.insert(n * step, path)
    with serving() as port:
        alone = fetch(port, others)
        beside = read_by_reader([_address(port, n, path) for n, path in enumerate(others)])
        all_ = fetch(port, mixed)
    read = [_is_whole(all_.states.get(_name(path))) for path in others]
    _print_hostile(all_, bad)
    return Figures(
        feeds=feeds,
        hostile=hostile,
        others_read=sum(read),
        others_not_read=len(read) - sum(read),
        hostile_told=sum(_name(path) in all_.states for path in bad),
        aborted=alone.aborted + all_.aborted,
        megabytes=all_.peak // 1024,
        megabytes_more=(all_.peak - alone.peak) // 1024,
        seconds=round(all_.seconds),
        alone_seconds=round(alone.seconds, 1),
        reader_seconds=round(beside.seconds, 1) if beside else None,
        ratio=round(beside.seconds / alone.seconds, 2) if beside else None,
        same_entries=beside.entries == alone.entries if beside else None,
    )


def fetch(port: int, paths: Sequence[str]) -> Fetch:
    """Read the feeds at these paths into a new archive."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tidings.db"
        config = Path(folder) / "config.toml"
        config.write_text(_config(url, port, paths))
        open_storage(url).close()  # the other library's database is made beforehand as well
        said, begun = Path(folder) / "said", time.perf_counter()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TIDINGS_")}
        environment |= {"PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
        with said.open("w") as file:
            process = subprocess.Popen(  # noqa: S603 -- our own interpreter and code
                [
                    *(sys.executable, "-c", "from app.cli import main; main()"),
                    *("--config", str(config), "fetch"),
                ],
                stdout=file,
                stderr=file,
                cwd=folder,
                env=environment,
            )
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        with open_storage(url) as storage:
            states = dict(storage.store.source_states())
            items = storage.store.items(Filter())
        return Fetch(
            code=process.returncode,
            peak=usage.ru_maxrss,
            seconds=seconds,
            states=states,
            said=said.read_text(),
            entries=frozenset((item.title, item.url) for item in items),
        )


@contextmanager
def serving() -> Iterator[int]:
    """Serve the feeds; give the port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(theirs,), daemon=True
    )
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _config(url: str, port: int, paths: Sequence[str]) -> str:
    lines = ["[storage]", f'url = "{url}"']
    for name in FETCHERS:
        lines += [f"[sources.{name}]", "enabled = false"]
    for n, path in enumerate(paths):
        name = _name(path).removeprefix("feed:")
        lines += [
            f"[sources.feeds.{name}]",
            f'url = "{_address(port, n, path)}"',
            'pace = "0s"',
        ]
    return "\n".join(lines) + "\n"


def _address(port: int, number: int, path: str) -> str:
    """Return where a feed is read: each at a host of its own."""
    host = f"127.{1 + number // 65025}.{number // 255 % 255}.{1 + number % 254}"
    return f"http://{host}:{port}/{path}"


def _name(path: str) -> str:
    return f"feed:{path.partition('/')[2]}"


def _is_whole(state: SourceState | None) -> bool:
    return state is not None and state.report.status.succeeded and state.report.fetched == ENTRIES


def _print_hostile(all_: Fetch, bad: Sequence[str]) -> None:
    """Print what was said of each kind of harm."""
    told: Counter[str] = Counter()
    for path in bad:
        state = all_.states.get(_name(path))
        report = state.report if state else None
        text = f"{report.status.value}: {report.error or report.fetched}" if report else "nothing"
        told[f"{path.partition('/')[0]:>20}  {text.replace(_name(path), 'it')[:110]}"] += 1
    for line, count in told.items():
        print(f"{line} ({count})")
    if all_.aborted:
        print(f"the fetch ended with {all_.code}: {all_.said[-500:]}", file=sys.stderr)


def main() -> int:
    """Measure, print, and fail if the hostile ones harmed anybody."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hostile", type=int, default=50)
    parser.add_argument("--kinds", default=",".join(HOSTILE), help="which of: %(default)s")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.feeds, options.hostile, options.kinds.split(","))
    for name, value in asdict(figures).items():
        print(f"{name.replace('_', ' '):>20}  {'not measured' if value is None else value:>6,}")
    if figures.ratio is None:
        print("reader is not installed: ./run extra bench")
    if options.json:
        print(json.dumps(asdict(figures)))
    return 0 if figures.fine else 1


if __name__ == "__main__":
    sys.exit(main())
