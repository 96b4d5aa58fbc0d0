"""What a member's client makes of a filled modal."""

from __future__ import annotations

from collections.abc import Mapping

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord.invocations import Filling, ImpossibleError, picked
from tests.stand_ins.discord.world import JsonObject


def modal_components(
    modal: JsonObject, filling: Filling, values: Mapping[str, object]
) -> list[JsonObject]:
    """Return a modal's components as a submission shows them.

    Raises:
        ImpossibleError: a required field is missing, or a value is not possible.
    """
    fields = [one["custom_id"] for _, one in tree.walk(modal["components"]) if "custom_id" in one]
    if unknown := values.keys() - set(fields):
        raise ImpossibleError(f"no such field: {', '.join(sorted(unknown))}; there are {fields}")
    return [_submitted(one, filling, values) for one in modal["components"]]


def _submitted(one: JsonObject, filling: Filling, values: Mapping[str, object]) -> JsonObject:
    shown: JsonObject = {"type": one["type"], "id": one["id"]}
    if "components" in one:
        return {**shown, "components": [_submitted(c, filling, values) for c in one["components"]]}
    if "component" in one:
        return {**shown, "component": _submitted(one["component"], filling, values)}
    if "custom_id" not in one:
        return shown
    shown["custom_id"] = one["custom_id"]
    value = values.get(one["custom_id"], one.get("value"))
    if one["type"] == tree.TEXT_INPUT:
        shown["value"] = _typed(one, value)
    elif one["type"] == tree.CHECKBOX:
        shown["value"] = bool(value)
    elif one["type"] == tree.RADIO_GROUP:
        shown["value"] = _chosen(one, value)
    else:
        shown["values"] = _picked_in_modal(one, filling, value)
    return shown


def _chosen(one: JsonObject, value: object) -> object:
    """Return the value of a radio group; untouched, it keeps the choice that the bot made."""
    options = {option["value"]: option.get("default") for option in one["options"]}
    if value is None:
        value = next((name for name, default in options.items() if default), None)
    if value is None and one.get("required", True) is not False:
        raise ImpossibleError(f"{one['custom_id']} is required")
    if value is not None and value not in options:
        raise ImpossibleError(f"choose among {sorted(options)}, not {value!r}")
    return value


def _picked_in_modal(one: JsonObject, filling: Filling, value: object) -> list[str]:
    chosen = value if isinstance(value, list | tuple) else []
    if not chosen:
        chosen = [option["value"] for option in one.get("options", []) if option.get("default")]
    if not chosen and one.get("required") is False:
        return []
    return picked(filling, one, list(chosen))


def _typed(one: JsonObject, value: object) -> str:
    text = "" if value is None else str(value)
    if not text and one.get("required", True) is not False:
        raise ImpossibleError(f"{one['custom_id']} is required")
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    if text and not least <= len(text) <= most:
        raise ImpossibleError(f"{one['custom_id']}: {len(text)} characters, not {least} to {most}")
    return text
