"""Makes the pictures of the documentation: a week in the terminal, on pages, in mail, in Discord.

    ./run bench pictures

They are written to ``docs/pictures/``, whose README says what each shows. It needs Chromium on
``PATH`` and ``./run extra browser``. Look at each picture before you commit it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from docs.pictures import bot_messages, make, pages
from tests.web.browser.chromium import Missing

WRONG_USE = 2
"""Exit code: what the pictures need is not there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write all pictures."""
    parser = argparse.ArgumentParser(
        prog="./run bench pictures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args(arguments)
    try:
        for maker in (make, pages, bot_messages):
            maker.main()
    except Missing as missing:
        print(f"bench pictures: {missing}", file=sys.stderr)
        return WRONG_USE
    return 0


if __name__ == "__main__":
    sys.exit(main())
