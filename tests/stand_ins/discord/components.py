"""Trees of message and modal components: walking them, and completing them as Discord does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

JsonObject = dict[str, Any]
Path = tuple[str | int, ...]

ROW = 1
BUTTON = 2
STRING_SELECT = 3
TEXT_INPUT = 4
USER_SELECT = 5
ROLE_SELECT = 6
MENTIONABLE_SELECT = 7
CHANNEL_SELECT = 8
SECTION = 9
TEXT = 10
THUMBNAIL = 11
GALLERY = 12
FILE = 13
SEPARATOR = 14
CONTAINER = 17
LABEL = 18
FILE_UPLOAD = 19
RADIO_GROUP = 21
CHECKBOX_GROUP = 22
CHECKBOX = 23

SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
V2_ONLY = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})
LINK_STYLE = 5


def walk(
    components: Sequence[JsonObject], path: Path = ("components",)
) -> Iterator[tuple[Path, JsonObject]]:
    """Yield every component with its path in the body, parents first, in reading order."""
    for index, one in enumerate(components):
        yield from _walk_one(one, (*path, index))


def _walk_one(one: JsonObject, path: Path) -> Iterator[tuple[Path, JsonObject]]:
    yield path, one
    if isinstance(one.get("components"), list):
        yield from walk(one["components"], (*path, "components"))
    for key in ("accessory", "component"):
        if isinstance(one.get(key), dict):
            yield from _walk_one(one[key], (*path, key))


def find(components: Sequence[JsonObject], custom_id: str) -> JsonObject | None:
    """Return the component with that custom id, if there is one."""
    return next((one for _, one in walk(components) if one.get("custom_id") == custom_id), None)


def texts(components: Iterable[JsonObject]) -> list[str]:
    """Return what the text displays say, in reading order."""
    return [one["content"] for _, one in walk(list(components)) if one["type"] == TEXT]


def complete(
    components: Sequence[JsonObject], media: Callable[[JsonObject], JsonObject]
) -> list[JsonObject]:
    """Return the tree as an answer shows it: ids given, defaults written, media unfurled.

    Args:
        components: as a request brought them, already validated.
        media: turns a request's ``{"url": …}`` into an answer's media object.
    """
    taken = {one["id"] for _, one in walk(components) if one.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    return [_complete_one(one, free, media) for one in components]


_DEFAULTS: dict[int, JsonObject] = {
    SECTION: {},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}


def _complete_one(
    one: JsonObject, free: Iterator[int], media: Callable[[JsonObject], JsonObject]
) -> JsonObject:
    kept = {key: value for key, value in one.items() if value is not None}
    defaults = {"min_values": 1, "max_values": 1} if one["type"] in SELECTS else {}
    made = {**defaults, **_DEFAULTS.get(one["type"], {}), **kept}
    made["id"] = one.get("id") or next(free)
    if "components" in made:
        made["components"] = [_complete_one(child, free, media) for child in made["components"]]
    for key in ("accessory", "component"):
        if key in made:
            made[key] = _complete_one(made[key], free, media)
    for key in ("media", "file"):
        if key in made:
            made[key] = media(made[key])
    if one["type"] == GALLERY:
        made["items"] = [
            {"description": None, "spoiler": False, **item, "media": media(item["media"])}
            for item in made["items"]
        ]
    return made
