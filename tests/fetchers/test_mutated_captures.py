"""Real answers of the communities, changed by a seeded script, are never half a truth called ok.

Each capture is cut at several places, replaced by a page that blocks programs, and read with some
of its fields renamed or moved into a record of their own. What comes of it must be an error, a
note, or the same items as before.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fetchers.harness import Outcome, read
from tests.fetchers.test_community_captures import CAPTURES, CASES, NOW, read_capture
from tests.fetchers.test_renamed_fields import OPTIONAL, names, renamed
from tests.stand_ins.sources.server import SourceServer

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the real captures (../shared/captures) are not here"
)

SEED, CUTS, FIELDS = 12, 8, 12
GOOD = [name for name, case in CASES.items() if case.items and name.endswith(".json")]


def moved(value: Any, name: str) -> Any:
    """Put a field into a record of its own, wherever it stands."""
    if isinstance(value, dict):
        return {k: {"value": v} if k == name else moved(v, name) for k, v in value.items()}
    return [moved(one, name) for one in value] if isinstance(value, list) else value


def mutations(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield what is done to a capture, and what comes of it."""
    body = (CAPTURES / name).read_bytes()
    data = json.loads(body)
    if CASES[name].records:
        data = {"recentlyTrending": list(data.values())}
    whole = json.dumps(data).encode()
    chance = random.Random(SEED)  # noqa: S311 -- no secret
    for place in sorted(chance.sample(range(1, len(whole) - 1), CUTS)):
        yield f"cut at {place}", whole[:place]
    for page in sorted((CAPTURES / "blocks").glob("*.html")):
        yield page.name, page.read_bytes()
    source = name.partition("/")[0]
    fields = sorted(set(names(data)) - set(OPTIONAL[source].split()))
    for field in chance.sample(fields, min(FIELDS, len(fields))):
        yield f"{field} renamed", json.dumps(renamed(data, field)).encode()
        yield f"{field} moved", json.dumps(moved(data, field)).encode()


def read_mutated(name: str, body: bytes, sources: SourceServer) -> Outcome:
    case = CASES[name]
    sources.answer(case.path, body)
    return read(name.partition("/")[0], sources, now=NOW, **case.options)


@pytest.mark.parametrize("name", GOOD)
def test_no_mutation_of_a_capture_is_half_a_truth(name: str, sources: SourceServer) -> None:
    before = read_capture(name, sources)
    tried = 0
    for change, body in mutations(name):
        after = read_mutated(name, body, sources)
        noticed = after.error or (after.note and after.note != before.note)
        assert noticed or after.items == before.items, change
        tried += 1
    assert tried > CUTS
