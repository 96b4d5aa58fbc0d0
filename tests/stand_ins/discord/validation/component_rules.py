"""What Discord demands of message components (docs: components/reference)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord.validation.text import (
    JsonObject,
    Path,
    Problem,
    length,
    over,
    unknown_fields,
    wrong_url,
)

TOP_LEVEL_V2 = frozenset(
    {tree.ROW, tree.SECTION, tree.TEXT, tree.GALLERY, tree.FILE, tree.SEPARATOR, tree.CONTAINER}
)
IN_CONTAINER = TOP_LEVEL_V2 - {tree.CONTAINER}
WEB = frozenset({"http", "https"})
BUTTON_SCHEMES = WEB | {"discord"}
MEDIA_SCHEMES = WEB | {"attachment"}

_SELECT = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
FIELDS: dict[int, set[str]] = {
    tree.ROW: {"components"},
    tree.BUTTON: {"style", "label", "emoji", "custom_id", "sku_id", "url", "disabled"},
    tree.STRING_SELECT: _SELECT | {"options"},
    tree.USER_SELECT: _SELECT | {"default_values"},
    tree.ROLE_SELECT: _SELECT | {"default_values"},
    tree.MENTIONABLE_SELECT: _SELECT | {"default_values"},
    tree.CHANNEL_SELECT: _SELECT | {"default_values", "channel_types"},
    tree.TEXT_INPUT: {
        "custom_id", "style", "label", "min_length", "max_length", "required", "value",
        "placeholder",
    },
    tree.SECTION: {"components", "accessory"},
    tree.TEXT: {"content"},
    tree.THUMBNAIL: {"media", "description", "spoiler"},
    tree.GALLERY: {"items"},
    tree.FILE: {"file", "spoiler"},
    tree.SEPARATOR: {"divider", "spacing"},
    tree.CONTAINER: {"components", "accent_color", "spoiler"},
    tree.LABEL: {"label", "description", "component"},
    tree.FILE_UPLOAD: {"custom_id", "min_values", "max_values", "required"},
    tree.RADIO_GROUP: {"custom_id", "options", "required"},
    tree.CHECKBOX_GROUP: {"custom_id", "options", "min_values", "max_values", "required"},
    tree.CHECKBOX: {"custom_id", "default"},
}  # fmt: skip


def check_message_components(components: Sequence[JsonObject], *, v2: bool) -> Iterator[Problem]:
    """Check a message's components, with the v2 flag set or not."""
    malformed = list(check_types(components))
    if malformed:
        yield from malformed
        return
    yield from _check_v2(components) if v2 else _check_rows(components)
    for path, one in tree.walk(components):
        yield from check_one(one, path)
    yield from check_custom_ids(components)


def check_types(components: Sequence[JsonObject]) -> Iterator[Problem]:
    """Check that every component is of a type that there is."""
    for path, one in tree.walk(components):
        if one.get("type") not in FIELDS:
            yield Problem(
                path=(*path, "type"),
                code="UNION_TYPE_CHOICES",
                message=f'Value of field "type" must be one of {tuple(FIELDS)}.',
            )


def check_custom_ids(components: Sequence[JsonObject]) -> Iterator[Problem]:
    """Check that no two components share a custom id (docs: "Custom ID")."""
    ids = [(path, one["custom_id"]) for path, one in tree.walk(components) if one.get("custom_id")]
    often = Counter(custom_id for _, custom_id in ids)
    for path, custom_id in ids:
        if often[custom_id] > 1:
            yield Problem(
                path=(*path, "custom_id"),
                code="COMPONENT_CUSTOM_ID_DUPLICATED",
                message="Component custom id cannot be duplicated",
            )


def check_one(one: JsonObject, path: Path) -> Iterator[Problem]:
    """Check one component by itself."""
    kind = one["type"]
    yield from unknown_fields(one, FIELDS[kind] | {"type", "id"}, path=path)
    yield from length(one, "custom_id", 100, least=1, path=path)
    if kind == tree.BUTTON:
        yield from _check_button(one, path)
    elif kind in tree.SELECTS:
        yield from _check_select(one, path)
    elif kind == tree.ROW:
        yield from _check_row(one, path)
    elif kind == tree.SECTION:
        yield from _check_section(one, path)
    elif kind == tree.TEXT:
        yield from length(one, "content", 4000, least=1, path=path)
    elif kind == tree.CONTAINER:
        yield from _check_children(one, IN_CONTAINER, path)
    elif kind == tree.THUMBNAIL:
        yield from wrong_url(one["media"], "url", path=(*path, "media"), schemes=MEDIA_SCHEMES)


def _check_rows(components: Sequence[JsonObject]) -> Iterator[Problem]:
    if len(components) > 5:
        yield Problem(
            path=("components",),
            code="BASE_TYPE_MAX_LENGTH",
            message="Must be 5 or fewer in length.",
        )
    yield from _check_children({"components": list(components)}, frozenset({tree.ROW}), ())


def _check_v2(components: Sequence[JsonObject]) -> Iterator[Problem]:
    count = sum(1 for _ in tree.walk(components))
    if count > 40:
        yield Problem(
            path=("components",),
            code="COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            message=f"Total number of components cannot exceed 40, this has {count}.",
        )
    characters = sum(len(text) for text in tree.texts(components))
    if characters > 4000:
        yield Problem(
            path=("components",),
            code="COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            message=f"Displayable text of all components exceeds 4000: {characters}.",
        )
    yield from _check_children({"components": list(components)}, TOP_LEVEL_V2, ())


def _check_children(one: JsonObject, allowed: frozenset[int], path: Path) -> Iterator[Problem]:
    for index, child in enumerate(one.get("components", [])):
        if child["type"] not in allowed:
            yield Problem(
                path=(*path, "components", index, "type"),
                code="UNION_TYPE_CHOICES",
                message=f'Value of field "type" must be one of {sorted(allowed)}.',
            )


def _check_row(one: JsonObject, path: Path) -> Iterator[Problem]:
    kinds = [child["type"] for child in one.get("components", [])]
    buttons = all(kind == tree.BUTTON for kind in kinds) and 1 <= len(kinds) <= 5
    single = len(kinds) == 1 and kinds[0] in tree.SELECTS | {tree.TEXT_INPUT}
    if not buttons and not single:
        yield Problem(
            path=(*path, "components"),
            code="COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            message="A row holds 1 to 5 buttons or a single select.",
        )


def _check_section(one: JsonObject, path: Path) -> Iterator[Problem]:
    yield from _check_children(one, frozenset({tree.TEXT}), path)
    if not 1 <= len(one.get("components", [])) <= 3:
        yield Problem(
            path=(*path, "components"),
            code="BASE_TYPE_BAD_LENGTH",
            message="Must be between 1 and 3 in length.",
        )
    if (one.get("accessory") or {}).get("type") not in {tree.BUTTON, tree.THUMBNAIL}:
        yield Problem(
            path=(*path, "accessory"),
            code="BASE_TYPE_REQUIRED",
            message="A section needs a button or a thumbnail.",
        )


def _check_button(one: JsonObject, path: Path) -> Iterator[Problem]:
    yield from length(one, "label", 80, path=path)
    yield from length(one, "url", 512, path=path)
    wanted = {tree.LINK_STYLE: "url", 6: "sku_id"}.get(one.get("style", 0), "custom_id")
    for key in ("url", "sku_id", "custom_id"):
        if (one.get(key) is None) == (key == wanted):
            yield Problem(
                path=(*path, key),
                code="BASE_TYPE_REQUIRED" if key == wanted else "BUTTON_COMPONENT_INVALID_FIELD",
                message=f"A button of style {one.get('style')} has a {wanted} and nothing else.",
            )
    yield from wrong_url(one, "url", path=path, schemes=BUTTON_SCHEMES)
    if wanted != "sku_id" and not one.get("label") and not one.get("emoji"):
        yield Problem(
            path=(*path, "label"),
            code="BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
            message="A button must have a label or emoji",
        )


def _check_select(one: JsonObject, path: Path) -> Iterator[Problem]:
    yield from length(one, "placeholder", 150, path=path)
    if not one.get("custom_id"):
        yield Problem(
            path=(*path, "custom_id"),
            code="BASE_TYPE_REQUIRED",
            message="This field is required",
        )
    if one["type"] != tree.STRING_SELECT:
        return
    options = one.get("options", [])
    yield from over(one, "options", 25, path=path)
    if not options:
        yield Problem(
            path=(*path, "options"), code="BASE_TYPE_REQUIRED", message="This field is required"
        )
    for index, option in enumerate(options):
        yield from _check_option(option, (*path, "options", index))
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        yield Problem(
            path=(*path, "options"),
            code="SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            message="The specified option value is already used",
        )


def _check_option(option: JsonObject, path: Path) -> Iterator[Problem]:
    known = {"label", "value", "description", "emoji", "default"}
    yield from unknown_fields(option, known, path=path)
    yield from length(option, "label", 100, least=1, path=path)
    yield from length(option, "value", 100, least=1, path=path)
    yield from length(option, "description", 100, path=path)
