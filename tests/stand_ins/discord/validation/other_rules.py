"""What Discord demands of modals, choices, threads and scheduled events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord.validation.component_rules import (
    check_custom_ids,
    check_one,
    check_types,
)
from tests.stand_ins.discord.validation.text import (
    JsonObject,
    Path,
    Problem,
    length,
    over,
    unknown_fields,
)

_IN_MODAL = frozenset({tree.ROW, tree.LABEL, tree.TEXT})


def check_modal(data: JsonObject) -> Iterator[Problem]:
    """Check the modal of a callback (docs: interactions/receiving-and-responding, "Modal")."""
    path: Path = ("data",)
    components = data.get("components") or []
    yield from unknown_fields(data, {"custom_id", "title", "components"}, path=path)
    yield from length(data, "title", 45, least=1, path=path)
    yield from length(data, "custom_id", 100, least=1, path=path)
    if not 1 <= len(components) <= 5:
        yield Problem(
            path=(*path, "components"),
            code="BASE_TYPE_BAD_LENGTH",
            message="Must be between 1 and 5 in length.",
        )
    malformed = list(check_types(components))
    if malformed:
        yield from malformed
        return
    yield from _check_modal_tree(components)
    yield from check_custom_ids(components)


def _check_modal_tree(components: list[JsonObject]) -> Iterator[Problem]:
    for index, one in enumerate(components):
        if one["type"] not in _IN_MODAL:
            yield Problem(
                path=("data", "components", index, "type"),
                code="UNION_TYPE_CHOICES",
                message=f'Value of field "type" must be one of {sorted(_IN_MODAL)}.',
            )
    for path, one in tree.walk(components, ("data", "components")):
        yield from check_one(one, path)
        if one["type"] == tree.TEXT_INPUT:
            yield from length(one, "label", 45, least=1, path=path)
            yield from length(one, "value", 4000, path=path)
            yield from length(one, "placeholder", 100, path=path)
        elif one["type"] == tree.LABEL:
            yield from length(one, "label", 45, least=1, path=path)
            yield from length(one, "description", 100, path=path)


def check_choices(data: JsonObject) -> Iterator[Problem]:
    """Check the answer to an autocomplete interaction."""
    path: Path = ("data",)
    yield from unknown_fields(data, {"choices"}, path=path)
    yield from over(data, "choices", 25, path=path)
    for index, choice in enumerate(data.get("choices") or []):
        here = (*path, "choices", index)
        yield from unknown_fields(choice, {"name", "name_localizations", "value"}, path=here)
        yield from length(choice, "name", 100, least=1, path=here)
        yield from length(choice, "value", 100, least=1, path=here)


def check_thread(body: JsonObject) -> Iterator[Problem]:
    """Check the making of a thread."""
    known = {"name", "auto_archive_duration", "rate_limit_per_user", "type", "invitable"}
    yield from unknown_fields(body, known | {"message", "applied_tags"}, path=())
    if not 1 <= len(body.get("name") or "") <= 100:
        yield Problem(
            path=("name",),
            code="BASE_TYPE_BAD_LENGTH",
            message="Must be between 1 and 100 in length.",
        )


_EVENT = {
    "channel_id", "entity_metadata", "name", "privacy_level", "scheduled_start_time",
    "scheduled_end_time", "description", "entity_type", "image", "recurrence_rule", "status",
}  # fmt: skip
EXTERNAL = 3


def check_event(body: JsonObject, now: datetime) -> Iterator[Problem]:
    """Check the making of a scheduled event (docs: resources/guild-scheduled-event)."""
    yield from unknown_fields(body, _EVENT, path=())
    yield from length(body, "name", 100, least=1, path=())
    yield from length(body, "description", 1000, path=())
    start, end = _moment(body, "scheduled_start_time"), _moment(body, "scheduled_end_time")
    if start is None or start <= now:
        yield _event_problem("scheduled_start_time", "Cannot schedule event in the past.")
    if start is not None and end is not None and end <= start:
        yield _event_problem("scheduled_end_time", "Must be after the start.")
    if body.get("entity_type") != EXTERNAL:
        return
    place = (body.get("entity_metadata") or {}).get("location") or ""
    if not 1 <= len(place) <= 100:
        yield _event_problem("entity_metadata", "An external event needs a location of 1 to 100.")
    if end is None:
        yield _event_problem("scheduled_end_time", "An external event needs an end.")


def _moment(body: JsonObject, key: str) -> datetime | None:
    value = body.get(key)
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _event_problem(key: str, message: str) -> Problem:
    return Problem(path=(key,), code="GUILD_SCHEDULED_EVENT_INVALID", message=message)
