"""A digest as JSON: the shape of ``tidings digest --json``, documented in ``docs/cli.md``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from core.digests import Digest, RankedItem, Section
from core.sources import FetchReport

Record = dict[str, object]


def render(digest: Digest) -> str:
    """Write a digest as JSON, in ASCII so that no foreign character reaches a terminal."""
    return json.dumps(record(digest), indent=2, allow_nan=False)


def record(digest: Digest) -> Record:
    """Return a digest as JSON values.

    Titles are as the source gave them, scores and weights unrounded, times in UTC. An item of the
    deadlines section also has ``deadline``, an item of the updates section ``update``.
    """
    return {
        "digest": {
            "id": digest.id,
            "period": {"from": moment(digest.period.start), "to": moment(digest.period.end)},
            "sections": [
                {"title": section.title, "items": _items(section, digest.made_at)}
                for section in digest.sections
            ],
            "note": digest.note,
        },
        "sources": source_records([state.report for state in digest.health]),
        "sample": digest.sample,
    }


def source_records(reports: Sequence[FetchReport]) -> list[Record]:
    """Return how sources fared, one record each; ``tidings fetch --json`` prints these too."""
    return [
        {
            "source": report.source,
            "status": str(report.status),
            "new": report.new,
            "updated": report.updated,
            "error": report.error,
            "note": report.note,
        }
        for report in reports
    ]


def ranked_record(ranked: RankedItem) -> Record:
    """Return a ranked item with its score and reasons.

    ``published_at`` is when it appeared where the source does not say when it was made.
    """
    item = ranked.item
    return {
        "key": str(item.key),
        "source": item.key.source,
        "kind": str(item.kind),
        "title": item.title,
        "url": item.url,
        "published_at": moment(item.published_at or item.appeared_at),
        "score": ranked.score,
        "reasons": [{"text": reason.text, "weight": reason.weight} for reason in ranked.reasons],
        "moved": ranked.moved,
        "links": [
            {"kind": str(link.kind), "key": str(link.key), "url": link.url} for link in ranked.links
        ],
    }


def moment(at: datetime) -> str:
    """Write an aware time in UTC: ``2026-11-22T08:00:00Z`` (RFC 3339)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _items(section: Section, now: datetime) -> list[Record]:
    return [ranked_record(entry) | _extra(section, entry, now) for entry in section.items]


def _extra(section: Section, entry: RankedItem, now: datetime) -> Record:
    extra: Record = {"update": entry.update} if entry.update else {}
    if entry.propensity is not None:
        extra["propensity"] = entry.propensity
    deadline = entry.item.next_deadline(now) if section.kind == "deadlines" else None
    if deadline is not None:
        extra["deadline"] = {"label": deadline.label, "at": moment(deadline.at)}
    return extra
