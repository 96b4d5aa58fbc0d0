"""Components V2 as plain JSON, and how much of Discord's limits they use.

Plain values instead of ``discord.ui`` objects: digests are laid out in worker threads, frozen in
the database and compared in tests; and no view has to be kept in memory, since every custom id
says all that its button needs. Limits: Discord's docs, "Components".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from language.plain import plain_line, shortened

Component = dict[str, Any]
"""One component as Discord's JSON has it."""

MAX_COMPONENTS = 40
MAX_CHARACTERS = 4000
MAX_OPTIONS = 25
MAX_LABEL = 80
MAX_OPTION = 100
MAX_CUSTOM_ID = 100
MAX_ALT = 1024

IS_COMPONENTS_V2 = 1 << 15
"""The message flag without which these components are refused."""

_LOOSE_JOINER = re.compile(
    r"(?<![^\x00-\x7f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\u200c\u200d])"
)

_ROW, _BUTTON, _SELECT, _SECTION, _TEXT, _GALLERY, _FILE, _CONTAINER = 1, 2, 3, 9, 10, 12, 13, 17


class Style(IntEnum):
    """Colour of a button."""

    BLUE = 1
    GREY = 2
    GREEN = 3
    RED = 4


@dataclass(frozen=True, slots=True)
class Size:
    """What a message uses of what Discord allows."""

    components: int = 0
    characters: int = 0

    def __add__(self, other: Size) -> Size:
        """Return both together."""
        return Size(self.components + other.components, self.characters + other.characters)

    @property
    def fits(self) -> bool:
        """Whether one message holds it."""
        return self.components <= MAX_COMPONENTS and self.characters <= MAX_CHARACTERS


def text(content: str) -> Component:
    """Return a block of Markdown; ``content`` must not be empty."""
    return {"type": _TEXT, "content": content}


def button(
    label: str, custom_id: str, style: Style = Style.GREY, *, disabled: bool = False
) -> Component:
    """Return a button."""
    shown = plain_label(label, MAX_LABEL)
    made = {"type": _BUTTON, "style": int(style), "label": shown, "custom_id": custom_id}
    return {**made, "disabled": True} if disabled else made


def row(*children: Component) -> Component:
    """Return a row of one to five buttons, or of one select."""
    return {"type": _ROW, "components": list(children)}


def section(content: str, accessory: Component) -> Component:
    """Return Markdown with a button to its right."""
    return {"type": _SECTION, "components": [text(content)], "accessory": accessory}


def container(*children: Component, colour: int | None = None) -> Component:
    """Return a framed group; ``colour`` is that of its edge, as 0xRRGGBB."""
    made: Component = {"type": _CONTAINER, "components": list(children)}
    return made if colour is None else {**made, "accent_color": colour}


def file(name: str) -> Component:
    """Return a file that comes with the message, by its name."""
    return {"type": _FILE, "file": {"url": f"attachment://{name}"}}


def image(name: str, alt: str) -> Component:
    """Return a picture that comes with the message, by its name, and its content in words."""
    media = {"media": {"url": f"attachment://{name}"}, "description": plain_label(alt, MAX_ALT)}
    return {"type": _GALLERY, "items": [media]}


def option(label: str, value: str) -> Component:
    """Return one entry of a select; the label is plain text, not Markdown."""
    return {"label": plain_label(label, MAX_OPTION), "value": value}


def plain_label(label: str, limit: int) -> str:
    """Return a label as Discord takes it: one line, not empty, with nothing that cannot be seen.

    Joiners stay within words of other scripts and within emoji, which need them.
    """
    return shortened(_LOOSE_JOINER.sub("", plain_line(label)).strip(), limit) or "untitled"


def select(custom_id: str, placeholder: str, options: Sequence[Component]) -> Component:
    """Return a menu of which one option is picked, of one to 25, in a row of its own."""
    menu = {
        "type": _SELECT,
        "custom_id": custom_id,
        "placeholder": placeholder,
        "options": list(options),
        "min_values": 1,
        "max_values": 1,
    }
    return row(menu)


def walk(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield every component with all that are nested in it, in reading order."""
    for one in components:
        yield one
        yield from walk(one.get("components", ()))
        if "accessory" in one:
            yield one["accessory"]


def size(components: Sequence[Mapping[str, Any]]) -> Size:
    """Measure components as Discord does: each nested one counts, and all text together."""
    every = list(walk(components))
    return Size(len(every), sum(len(one["content"]) for one in every if one["type"] == _TEXT))


def custom_ids(components: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the custom ids, in reading order."""
    return [one["custom_id"] for one in walk(components) if "custom_id" in one]


def texts(components: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the Markdown blocks, in reading order."""
    return [one["content"] for one in walk(components) if one["type"] == _TEXT]
