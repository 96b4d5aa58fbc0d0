"""Small archives with subjects that are easily told apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.items import Item
from tests.fakes import NOON, an_item

SUBJECTS = {
    "graphs": "graph neural networks message passing nodes edges molecules",
    "drugs": "drug discovery protein binding molecules docking chemistry",
    "speech": "speech recognition audio transcription speakers acoustic models",
    "robots": "robot manipulation grasping control policies simulation",
    "vision": "image segmentation pixels cameras detection video",
}


def an_archive(per_subject: int = 6, *, source: str = "arxiv", first: int = 0) -> list[Item]:
    """Items of five subjects; neighbours within a subject share most words, subjects few."""
    items = []
    for number, (subject, text) in enumerate(SUBJECTS.items()):
        words = text.split()
        for turn in range(per_subject):
            shift = (turn + first) % len(words)
            turned = [*words[shift:], *words[:shift]]
            items.append(
                about(
                    f"{source}/{subject}-{first + turn:03}",
                    title=f"{' '.join(turned[:3])} {turn}".capitalize(),
                    summary=" ".join(turned[2:]),
                    appeared_at=NOON - timedelta(days=(number + turn) % 7),
                )
            )
    return items


def about(key: str, **changes: Any) -> Item:
    """Build an item with a title of its own."""
    return an_item(key, **changes)
