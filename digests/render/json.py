"""A digest as JSON: the shape of ``tidings digest --json``, documented in ``docs/cli.md``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from core.digests import Digest, RankedItem, Section
from core.impressions import DEADLINES
from core.items import ItemKey
from core.sources import FetchReport
from digests.view import summary

Record = dict[str, object]


def render(digest: Digest) -> str:
    """Write a digest as JSON, in ASCII so that no foreign character reaches a terminal."""
    return json.dumps(record(digest), indent=2, allow_nan=False)


def record(digest: Digest) -> Record:
    """Return a digest as JSON values.

    Titles are as the source gave them, leads as a card shows them, scores and weights unrounded,
    times in UTC. An item of the deadlines section also has ``deadline``, one of the updates section
    ``update``, and every item but those with a deadline the ``number`` at which it is read.
    """
    numbers = {entry.item.key: number for number, entry in enumerate(digest.in_order, 1)}
    return {
        "digest": {
            "id": digest.id,
            "period": {"from": moment(digest.period.start), "to": moment(digest.period.end)},
            "sections": [
                {
                    "title": section.title,
                    "items": [
                        _record(section, entry, numbers, digest.made_at) for entry in section.items
                    ],
                }
                for section in digest.sections
            ],
            "note": digest.note,
        },
        "sources": [report_record(state.report) for state in digest.health],
        "sample": digest.sample,
    }


def report_record(report: FetchReport) -> Record:
    """Return how a source fared; ``tidings fetch --json`` prints these too."""
    return {
        "source": report.source,
        "status": str(report.status),
        "new": report.new,
        "updated": report.updated,
        "error": report.error,
        "note": report.note,
    }


def _record(
    section: Section, ranked: RankedItem, numbers: Mapping[ItemKey, int], now: datetime
) -> Record:
    """Return an item of a section with its score and reasons.

    ``published_at`` is when it appeared where the source does not say when it was made.
    """
    item = ranked.item
    record: Record = {
        "key": str(item.key),
        "source": item.key.source,
        "kind": str(item.kind),
        "title": item.title,
        "lead": summary(item),
        "url": item.url,
        "published_at": moment(item.published_at or item.appeared_at),
        "score": ranked.score,
        "reasons": [{"text": reason.text, "weight": reason.weight} for reason in ranked.reasons],
        "moved": ranked.moved,
        "links": [
            {"kind": str(link.kind), "key": str(link.key), "url": link.url} for link in ranked.links
        ],
    }
    if section.kind != DEADLINES:
        record["number"] = numbers[item.key]
    if ranked.update:
        record["update"] = ranked.update
    if ranked.propensity is not None:
        record["propensity"] = ranked.propensity
    deadline = item.next_deadline(now) if section.kind == DEADLINES else None
    if deadline is not None:
        record["deadline"] = {"label": deadline.label, "at": moment(deadline.at)}
    return record


def moment(at: datetime) -> str:
    """Write an aware time in UTC: ``2026-11-22T08:00:00Z`` (RFC 3339)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
