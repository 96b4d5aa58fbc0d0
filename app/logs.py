"""Logging: one line per event on standard error, without secrets."""

from __future__ import annotations

import logging
import sys


def set_up(level: str) -> None:
    """Send messages of ``level`` (debug, info, warning, error) and above to standard error."""
    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for chatty in ("alembic", "apscheduler", "urllib3"):
        # Their own doings are of no use to whoever runs Tidings, warnings are.
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
