"""What a member's client does before Discord hears of it: checks, and the interaction's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord import payloads, permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import Upload
from tests.stand_ins.discord.interactions import Interaction, owners
from tests.stand_ins.discord.validation.command_rules import GROUP, SUBCOMMAND
from tests.stand_ins.discord.world import JsonObject, World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
TAKES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (w.User,),
    CHANNEL: (w.Channel,),
    ROLE: (w.Role,),
    MENTIONABLE: (w.User, w.Role),
    NUMBER: (int, float),
    ATTACHMENT: (Upload,),
}
Value = str | int | float | bool | w.User | w.Channel | w.Role | Upload

IN_GUILD, IN_BOT_DM = 0, 1


class ImpossibleError(Exception):
    """No client would let a member do this."""


def interaction_json(world: World, one: Interaction) -> JsonObject:
    """Return the body of INTERACTION_CREATE."""
    channel, user = one.channel, one.user
    body: JsonObject = {
        "id": str(one.id),
        "application_id": str(world.application_id),
        "type": one.type,
        "data": one.data,
        "token": one.token,
        "version": 1,
        "channel_id": str(channel.id),
        "channel": payloads.partial_channel_json(world, channel, user.id),
        "app_permissions": str(permissions.in_channel(world, channel, world.bot.id)),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(channel),
        "context": IN_BOT_DM if channel.guild_id is None else IN_GUILD,
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if one.source is not None:
        body["message"] = payloads.message_json(world, one.source)
    guild = world.guild_of(channel)
    if guild is None:
        return {**body, "user": payloads.user_json(user)}
    bits = permissions.in_channel(world, channel, user.id)
    return {
        **body,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": {**payloads.member_json(guild.members[user.id]), "permissions": str(bits)},
    }


def check_may_use(
    world: World, command: JsonObject, user: w.User, channel: w.Channel, *, overridden: bool
) -> None:
    """Check what the client checks before it offers a command.

    Raises:
        ImpossibleError: the command is not offered there, or not to this member.
    """
    place = IN_BOT_DM if channel.guild_id is None else IN_GUILD
    contexts = command["contexts"]
    if contexts is None:
        contexts = [IN_GUILD, IN_BOT_DM] if command["dm_permission"] else [IN_GUILD]
    if place not in contexts:
        raise ImpossibleError(f"{command['name']} is not offered in this place")
    bits = permissions.in_channel(world, channel, user.id)
    needed = int(command["default_member_permissions"] or 0)
    hidden = command["default_member_permissions"] == "0" or bits & needed != needed
    if hidden and bits != permissions.EVERYTHING and not overridden and place == IN_GUILD:
        raise ImpossibleError(f"{command['name']} is not offered to {user.username}")


def command_data(command: JsonObject, guild_id: int | None) -> JsonObject:
    """Return the head of a command's data."""
    data: JsonObject = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if guild_id is not None and "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


class Filling:
    """Turns a member's values into the options of a command's data."""

    def __init__(self, world: World, guild: w.Guild | None, store: Mapping[str, w.File]) -> None:
        self.resolved: dict[str, JsonObject] = {}
        self._world = world
        self._guild = guild
        self._store = store

    def fill(
        self,
        command: JsonObject,
        path: Sequence[str],
        values: Mapping[str, Value],
        focused: str | None = None,
    ) -> list[JsonObject]:
        """Return the options.

        Args:
            command: as synced.
            path: the names of group and subcommand, empty for a plain command.
            values: by option name.
            focused: the option that is being typed, for an autocomplete.

        Raises:
            ImpossibleError: the client would not send it so.
        """
        offered = command.get("options", [])
        if not path:
            if offered and offered[0]["type"] in {SUBCOMMAND, GROUP}:
                raise ImpossibleError(f"{command['name']} needs a subcommand")
            return self._fill_plain(offered, values, focused)
        child = next((one for one in offered if one["name"] == path[0]), None)
        if child is None or child["type"] not in {SUBCOMMAND, GROUP}:
            raise ImpossibleError(f"{command['name']} has no subcommand {path[0]}")
        inner = self.fill(child, path[1:], values, focused)
        return [{"name": child["name"], "type": child["type"], "options": inner}]

    def _fill_plain(
        self, offered: Sequence[JsonObject], values: Mapping[str, Value], focused: str | None
    ) -> list[JsonObject]:
        known = {option["name"]: option for option in offered}
        if unknown := values.keys() - known.keys():
            raise ImpossibleError(f"no such option: {', '.join(sorted(unknown))}")
        missing = [
            name for name, one in known.items() if one.get("required") and name not in values
        ]
        if missing and focused is None:
            raise ImpossibleError(f"required: {', '.join(missing)}")
        return [
            self._option(known[name], value, focused=name == focused)
            for name, value in values.items()
        ]

    def _option(self, option: JsonObject, value: Value, *, focused: bool) -> JsonObject:
        made: JsonObject = {"name": option["name"], "type": option["type"]}
        if focused:
            # While it is typed, any text is possible.
            if not option.get("autocomplete"):
                raise ImpossibleError(f"{option['name']} has no autocomplete")
            return {**made, "value": str(value), "focused": True}
        check_value(option, value)
        return {**made, "value": self.reference(value)}

    def reference(self, value: Value) -> str | int | float | bool:
        """Return a plain value as it is, anything else as its id, resolved beside."""
        if isinstance(value, w.User):
            self._resolve("users", value.id, payloads.user_json(value))
            if self._guild is not None and value.id in self._guild.members:
                member = payloads.bare_member_json(self._guild.members[value.id])
                bits = permissions.in_guild(self._guild, value.id)
                self._resolve("members", value.id, {**member, "permissions": str(bits)})
        elif isinstance(value, w.Role):
            self._resolve("roles", value.id, payloads.role_json(value))
        elif isinstance(value, w.Channel):
            bot = self._world.bot.id
            shown = payloads.partial_channel_json(self._world, value, bot)
            self._resolve("channels", value.id, shown)
        elif isinstance(value, Upload):
            file = self._store[value.filename]
            self._resolve("attachments", file.id, payloads.file_json(file, ephemeral=True))
            return str(file.id)
        else:
            return value
        return str(value.id)

    def _resolve(self, kind: str, number: int, shown: JsonObject) -> None:
        self.resolved.setdefault(kind, {})[str(number)] = shown


def check_value(option: JsonObject, value: Value) -> None:
    """Check a value as the client does: type, choices, length or range.

    Raises:
        ImpossibleError: the client would not take it.
    """
    name, kind = option["name"], option["type"]
    if not isinstance(value, TAKES[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise ImpossibleError(f"{name} takes {TAKES[kind][0].__name__}, not {value!r}")
    choices = [choice["value"] for choice in option.get("choices", [])]
    if choices and value not in choices:
        raise ImpossibleError(f"{name} takes one of {choices}, not {value!r}")
    size = len(value) if isinstance(value, str) else value
    least, most = (
        (option.get("min_length"), option.get("max_length"))
        if kind == STRING
        else (option.get("min_value"), option.get("max_value"))
    )
    if isinstance(size, int | float) and not isinstance(size, bool):
        if least is not None and size < least:
            raise ImpossibleError(f"{name}: {value!r} is below {least}")
        if most is not None and size > most:
            raise ImpossibleError(f"{name}: {value!r} is above {most}")
    if isinstance(value, w.Channel) and value.type not in option.get("channel_types", [value.type]):
        raise ImpossibleError(f"{name} does not take this type of channel")


def component_data(
    message: w.Message, custom_id: str, kinds: Iterable[int]
) -> tuple[JsonObject, JsonObject]:
    """Return a message's component, and the head of the data of its use.

    Raises:
        ImpossibleError: there is no such component, or it is disabled or of another kind.
    """
    one = tree.find(message.components, custom_id)
    if message.deleted or one is None:
        raise ImpossibleError(f"no {custom_id!r} in the message; it has {message.custom_ids}")
    if one.get("disabled"):
        raise ImpossibleError(f"{custom_id!r} is disabled")
    if one["type"] not in set(kinds):
        raise ImpossibleError(f"{custom_id!r} is of type {one['type']}")
    return one, {"custom_id": custom_id, "component_type": one["type"], "id": one["id"]}


def picked(filling: Filling, select: JsonObject, values: Sequence[Value]) -> list[str]:
    """Return the values of a select.

    Raises:
        ImpossibleError: too few, too many, or not among the options.
    """
    least = select.get("min_values")
    least = 1 if least is None else least
    most = select.get("max_values") or 1
    if not least <= len(values) <= most:
        raise ImpossibleError(f"pick {least} to {most}, not {len(values)}")
    offered = {option["value"] for option in select.get("options", [])}
    if offered and not set(values) <= offered:
        raise ImpossibleError(f"pick among {sorted(offered)}, not {list(values)}")
    return [str(filling.reference(value)) for value in values]


def split_name(full: str) -> tuple[str, list[str]]:
    """Split "group sub command" at its spaces."""
    name, *path = full.split()
    return name, path
