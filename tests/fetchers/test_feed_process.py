"""The process that reads feeds: started once, asked often, ended when it hangs."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fetchers import feed_forks
from fetchers.feed_process import Readers

ECHO = "import os, sys; sys.stdout.write(f'{os.getppid()} {len(sys.stdin.buffer.read())}')"


@pytest.fixture
def readers() -> Iterator[Readers]:
    made = Readers()
    yield made
    made.close()


def worker(folder: Path, text: str) -> Path:
    path = folder / f"worker-{len(list(folder.iterdir()))}.py"  # it is read once
    path.write_text(text)
    return path


def run(readers: Readers, path: Path, data: bytes = b"x", timeout: float = 20.0) -> list[str]:
    return readers.run(path, data, timeout=timeout).decode().split()


def test_one_process_forks_all_readers(readers: Readers, tmp_path: Path) -> None:
    echo = worker(tmp_path, ECHO)
    parents = {run(readers, echo, b"x" * size)[0] for size in (0, 1, 200_000)}
    assert len(parents) == 1


def test_megabytes_go_both_ways(readers: Readers, tmp_path: Path) -> None:
    back = worker(tmp_path, "import sys; sys.stdout.write(sys.stdin.read() * 2)")
    data = b"0123456789" * 500_000
    assert readers.run(back, data, timeout=30) == data * 2


def test_a_fork_reads_several_feeds_but_not_too_many(readers: Readers, tmp_path: Path) -> None:
    own = worker(tmp_path, "import os, sys; sys.stdout.write(str(os.getpid()))")
    forks = [run(readers, own)[0] for _ in range(feed_forks.FEEDS + 1)]
    assert len(set(forks[:-1])) == 1
    assert forks[-1] != forks[0]


def test_a_fork_that_has_grown_reads_no_more(readers: Readers, tmp_path: Path) -> None:
    growing = worker(
        tmp_path,
        "import os, sys; sys.kept = b'x' * 80_000_000; sys.stdout.write(str(os.getpid()))",
    )
    assert run(readers, growing) != run(readers, growing)


def test_what_fails_after_others_is_read_again_in_a_new_fork(
    readers: Readers, tmp_path: Path
) -> None:
    second = worker(
        tmp_path,
        "import os, sys\nsys.times = getattr(sys, 'times', 0) + 1\n"
        "assert sys.times == 1, 'x' * 100_000\nsys.stdout.write(str(os.getpid()))",
    )
    assert run(readers, second) != run(readers, second)


def test_a_failure_ends_only_its_own_fork(readers: Readers, tmp_path: Path) -> None:
    failing = worker(
        tmp_path,
        "import os, sys\nif sys.stdin.read(1) == 'b': raise KeyError('x' * 100_000)\n"
        "sys.stdout.write(str(os.getppid()))",
    )
    parent = run(readers, failing, b"a")
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError) as error:
            run(readers, failing, b"b")
        assert error.value.returncode == 1
        assert len(error.value.stderr) <= 4096
    assert run(readers, failing, b"a") == parent


def test_what_hangs_is_ended_with_all_that_it_forked(readers: Readers, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    hanging = worker(
        tmp_path,
        f"import os, signal; open({str(noted)!r}, 'w').write(str(os.getpid())); signal.pause()",
    )
    with pytest.raises(subprocess.TimeoutExpired):
        run(readers, hanging, timeout=1.0)
    assert _ends(int(noted.read_text()))
    assert run(readers, worker(tmp_path, ECHO))[1] == "1"


def test_one_that_ended_as_it_was_idle_is_started_anew(readers: Readers, tmp_path: Path) -> None:
    echo = worker(tmp_path, ECHO)
    first = int(run(readers, echo)[0])
    os.kill(first, 9)
    assert int(run(readers, echo)[0]) != first


def test_it_ends_when_nothing_is_asked_of_it() -> None:
    assert 5 <= feed_forks.IDLE <= 60
    code = "from fetchers import feed_forks; feed_forks.IDLE = 0.1; feed_forks.main()"
    with subprocess.Popen(  # noqa: S603  our own script, no shell
        [sys.executable, "-c", code, feed_forks.__file__],
        stdin=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.wait(30) == 0


def _ends(pid: int) -> bool:
    """Return whether a process has ended, or does so soon."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 20)[0])
    finally:
        os.close(process)


def test_the_real_worker_reads_what_it_is_given(readers: Readers) -> None:
    task = {"json": False, "url": "https://a.example", "content_type": "text/xml"}
    task |= {"seconds": 5, "bytes": 128 * 1024**2}
    feed = b"<rss version='2.0'><channel><title>a</title></channel></rss>"
    path = Path(feed_forks.__file__).with_name("feed_worker.py")
    found = json.loads(readers.run(path, json.dumps(task).encode() + b"\n" + feed, timeout=20))
    assert found["title"] == "a"
