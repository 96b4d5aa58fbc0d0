"""A changed answer is read rightly, or called partial, broken or suspicious; never half and ok."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from core.coverage import Coverage, lost_fields
from core.items import Item, ItemKey
from tests.fetchers import test_captures, test_community_captures
from tests.fetchers.harness import Outcome
from tests.fetchers.mutations import mutations
from tests.fetchers.test_contract import GOOD_DAYS, look_at, serve
from tests.stand_ins.sources.server import SourceServer

CAPTURES = test_captures.CAPTURES
needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the real captures (../shared/captures) are not here"
)
ROUNDS = 3
SOURCES = sorted(GOOD_DAYS)


def half_truth(outcome: Outcome, whole: list[Item]) -> str:
    """Say what is wrong with an answer that no error tells of; "" if nothing is."""
    known = {item.key: item for item in whole}
    for item in outcome.items:
        right = known.get(item.key)
        if right is None and outcome.note:
            continue  # it came by the second way, which is said
        if right is None:
            return f"{item.key} is made up"
        if not _same_page(item.url, right.url):
            return f"{item.key} has another address: {item.url}"
        if item.title != right.title and outcome.error is None:
            return f"{item.key} has another title: {item.title}"
    if outcome.error is not None or outcome.note or not outcome.items:
        return ""  # nothing at all is seen by whoever counts the items of each fetch
    if missing := known.keys() - {item.key for item in outcome.items}:
        return f"{len(missing)} of {len(known)} are missing: {min(missing)}"
    before, now = Coverage(), Coverage()
    before.add(list(known.values()) * 20)
    now.add(outcome.items)
    return "" if lost_fields(before, now) else _lost(outcome.items, known)


def _same_page(one: str, other: str) -> bool:
    """Return whether addresses lead to one page; a source has several for some."""
    return one.rstrip("/").rpartition("/")[2] == other.rstrip("/").rpartition("/")[2]


def _lost(items: list[Item], known: Mapping[ItemKey, Item]) -> str:
    """Name a field that all items had and some have no more.

    Of what only some had, nobody knows whether it is lost or was never given.
    """
    for name in ("summary", "authors", "tags", "published_at", "deadlines", "related"):
        if all(getattr(item, name) for item in known.values()):
            without = [item.key for item in items if not getattr(item, name)]
            if without:
                return f"{len(without)} of {len(items)} have lost {name}: {without[0]}"
    for metric in set.intersection(*({*item.metrics} for item in known.values())):
        if any(metric not in item.metrics for item in items):
            return f"some have lost {metric}"
    return ""


def tried(
    body: bytes,
    seed: str,
    items: list[Item],
    answer: Callable[[bytes], Outcome],
    *,
    whole: bool = False,
) -> tuple[int, list[str]]:
    """Return how many changed answers were read, and which gave half a truth."""
    wrong, count = [], 0
    for name, changed in mutations(body, seed, ROUNDS, whole=whole):
        count += 1
        if said := half_truth(answer(changed), items):
            wrong.append(f"{seed} {name}: {said}")
    return count, wrong


@pytest.mark.parametrize("name", SOURCES)
def test_no_cut_or_blocked_answer_is_half_a_truth(name: str, sources: SourceServer) -> None:
    day = GOOD_DAYS[name]
    serve(sources, day)
    items = look_at(name, sources).items
    wrong = []
    for path, body in day.answers.items():

        def answer(changed: bytes, path: str = path) -> Outcome:
            sources.answer(path, changed)
            return look_at(name, sources)

        wrong += tried(body, f"{name}{path}", items, answer, whole=True)[1]
        sources.answer(path, body)
    assert wrong == []


TABLES = (test_captures, test_community_captures)
CAPTURED = {
    name: table
    for table in TABLES
    for name, case in table.CASES.items()
    if case.items > 2 and not case.error
}


@needs_captures
@pytest.mark.parametrize("name", CAPTURED)
def test_no_changed_capture_is_half_a_truth(name: str, sources: SourceServer) -> None:
    table = CAPTURED[name]
    case = table.CASES[name]
    items = table.read_capture(name, sources).items
    body = table.captured(name)

    def answer(changed: bytes) -> Outcome:
        sources.answer(case.path, changed)
        outcome: Outcome = table.read_answer(name, sources)
        return outcome

    count, wrong = tried(body, name, items, answer)
    for page in sorted((CAPTURES / "blocks").glob("*.html")):  # as sites really refuse programs
        if said := half_truth(answer(page.read_bytes()), items):
            wrong.append(f"{name} {page.name}: {said}")
    assert count >= 10
    assert wrong == []


@needs_captures
def test_more_than_three_hundred_changes_are_tried() -> None:
    bodies = {name: table.captured(name) for name, table in CAPTURED.items()}
    count = sum(1 for name, body in bodies.items() for _ in mutations(body, name, ROUNDS))
    assert count > 300
