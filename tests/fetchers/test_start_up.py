from __future__ import annotations

import subprocess
import sys

HEAVY = ("requests", "urllib3", "arxiv", "lxml", "feedparser")


def test_naming_the_sources_loads_none_of_their_libraries() -> None:
    probe = f"""
import sys
import fetchers, net.client
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    run = subprocess.run(  # noqa: S603  our own interpreter and text
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=30
    )
    assert run.stdout.strip() == "[]"
