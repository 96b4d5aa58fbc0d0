"""The application's commands, as the bot has synced them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.stand_ins.discord.errors import TOO_MANY_COMMANDS, UNKNOWN_COMMAND, ApiError
from tests.stand_ins.discord.validation.command_rules import CHAT_INPUT, MOST
from tests.stand_ins.discord.world import JsonObject


class Commands:
    """Global commands under None, a guild's own under its id."""

    def __init__(self, application_id: int, ids: Callable[[], int]) -> None:
        self._application_id = application_id
        self._ids = ids
        self._places: dict[int | None, dict[int, JsonObject]] = {}

    def all(self, place: int | None = None) -> list[JsonObject]:
        """Return the commands of one place, in the order of their making."""
        return list(self._places.get(place, {}).values())

    def get(self, command_id: int, place: int | None) -> JsonObject:
        """Return one command.

        Raises:
            ApiError: there is none with that id.
        """
        command = self._places.get(place, {}).get(command_id)
        if command is None:
            raise ApiError.of(UNKNOWN_COMMAND)
        return command

    def find(self, name: str, kind: int, guild_id: int | None) -> JsonObject | None:
        """Return the command that a member sees under that name; a guild's own goes first."""
        for place in (guild_id, None) if guild_id is not None else (None,):
            for command in self.all(place):
                if command["name"] == name and command["type"] == kind:
                    return command
        return None

    def replace(self, bodies: Sequence[JsonObject], place: int | None) -> list[JsonObject]:
        """Put these in the place of all; those of the same name and type keep their ids."""
        old = self._by_name(place)
        made = [self._make(body, place, old.get(_key(body))) for body in bodies]
        self._places[place] = {int(command["id"]): command for command in made}
        return made

    def upsert(self, body: JsonObject, place: int | None) -> tuple[JsonObject, bool]:
        """Add a command, or overwrite the one of that name and type.

        Returns:
            The command, and whether it is new.

        Raises:
            ApiError: there are too many of its type.
        """
        old = self._by_name(place).get(_key(body))
        kind = body.get("type") or CHAT_INPUT
        if old is None and sum(one["type"] == kind for one in self.all(place)) >= MOST[kind]:
            raise ApiError.of(TOO_MANY_COMMANDS)
        command = self._make(body, place, old)
        self._places.setdefault(place, {})[int(command["id"])] = command
        return command, old is None

    def edit(self, command_id: int, body: JsonObject, place: int | None) -> JsonObject:
        """Change some of a command's fields."""
        old = self.get(command_id, place)
        command = self._make({**old, **body}, place, old)
        self._places[place][command_id] = command
        return command

    def delete(self, command_id: int, place: int | None) -> None:
        """Take a command away."""
        self.get(command_id, place)
        del self._places[place][command_id]

    def _by_name(self, place: int | None) -> dict[tuple[int, str], JsonObject]:
        return {_key(command): command for command in self.all(place)}

    def _make(self, body: JsonObject, place: int | None, old: JsonObject | None) -> JsonObject:
        asked = body.get("default_member_permissions")
        command = {
            "id": str(self._ids()) if old is None else old["id"],
            "application_id": str(self._application_id),
            "version": str(self._ids()),
            "type": body.get("type") or CHAT_INPUT,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if asked is None else str(asked),
            "dm_permission": body.get("dm_permission") is not False,
            "contexts": body.get("contexts"),
            "integration_types": body.get("integration_types") or [0],
            "nsfw": bool(body.get("nsfw")),
        }
        if body.get("options"):
            command["options"] = [_option(option) for option in body["options"]]
        if place is not None:
            command["guild_id"] = str(place)
        return command


def _key(body: JsonObject) -> tuple[int, str]:
    return body.get("type") or CHAT_INPUT, body["name"]


def _option(option: JsonObject) -> JsonObject:
    kept = {key: value for key, value in option.items() if value not in (None, [], False)}
    if "options" in option:
        kept["options"] = [_option(child) for child in option["options"] or []]
    return kept
