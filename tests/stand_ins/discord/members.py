"""The tester's verbs that act as a member: commands, components, modals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.stand_ins.discord import components as tree
from tests.stand_ins.discord import interactions as i
from tests.stand_ins.discord import invocations as inv
from tests.stand_ins.discord import payloads, permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import Upload
from tests.stand_ins.discord.interactions import Interaction
from tests.stand_ins.discord.invocations import Filling, ImpossibleError, Value
from tests.stand_ins.discord.modals import modal_components
from tests.stand_ins.discord.setting_up import SettingUp
from tests.stand_ins.discord.world import JsonObject

CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3


class Members(SettingUp):
    """Acts as members do. What no client would let them do raises ``ImpossibleError``."""

    def slash(
        self,
        user: w.User,
        channel: w.Channel,
        name: str,
        options: Mapping[str, Value] | None = None,
        *,
        overridden: bool = False,
    ) -> Interaction:
        """Use a slash command.

        Args:
            user: who.
            channel: where: a guild's channel, a thread or a DM.
            name: the command, with group and subcommand where it has them ("admin feeds add").
            options: by name.
            overridden: whether the guild's admins have opened the command to everyone, whatever
                default permissions the bot asked for.
        """
        return self.on_loop(
            lambda: self._use(i.COMMAND, user, channel, name, options or {}, overridden=overridden)
        )

    def autocomplete(
        self,
        user: w.User,
        channel: w.Channel,
        name: str,
        option: str,
        typed: str,
        options: Mapping[str, Value] | None = None,
    ) -> Interaction:
        """Type into an option; the answer's choices are in ``choices``."""
        filled = {**(options or {}), option: typed}
        return self.on_loop(
            lambda: self._use(i.AUTOCOMPLETE, user, channel, name, filled, focused=option)
        )

    def context_menu(
        self,
        user: w.User,
        name: str,
        target: w.Message | w.User,
        channel: w.Channel | None = None,
        *,
        overridden: bool = False,
    ) -> Interaction:
        """Use a context menu command on a message, or on a user (then say in which channel)."""
        return self.on_loop(
            lambda: self._use_menu(user, name, target, channel, overridden=overridden)
        )

    def click(self, user: w.User, message: w.Message, custom_id: str) -> Interaction:
        """Press a button."""
        return self.on_loop(lambda: self._use_component(user, message, custom_id, None))

    def select(
        self, user: w.User, message: w.Message, custom_id: str, *values: Value
    ) -> Interaction:
        """Pick from a select; users, roles and channels as themselves."""
        return self.on_loop(lambda: self._use_component(user, message, custom_id, values))

    def submit_modal(
        self, opened: Interaction, values: Mapping[str, object] | None = None
    ) -> Interaction:
        """Send the modal that this interaction opened.

        Args:
            opened: the interaction that the bot answered with a modal.
            values: text by custom id, or a sequence of picked values; what is missing keeps what
                the bot filled in.
        """
        return self.on_loop(lambda: self._submit(opened, values or {}))

    def _use(
        self,
        kind: int,
        user: w.User,
        channel: w.Channel,
        full_name: str,
        values: Mapping[str, Value],
        *,
        focused: str | None = None,
        overridden: bool = False,
    ) -> Interaction:
        name, path = inv.split_name(full_name)
        command = self._command(name, CHAT_INPUT, user, channel, overridden=overridden)
        filling = Filling(self.platform.world, self._guild(channel), self._uploads(values))
        data = inv.command_data(command, channel.guild_id)
        data["options"] = filling.fill(command, path, values, focused)
        data["resolved"] = filling.resolved
        return self._begin(kind, user, channel, data)

    def _command(
        self, name: str, kind: int, user: w.User, channel: w.Channel, *, overridden: bool
    ) -> JsonObject:
        self._check_sees(user, channel)
        command = self.platform.commands.find(name, kind, channel.guild_id)
        if command is None:
            raise ImpossibleError(f"the bot has synced no command {name!r}")
        inv.check_may_use(self.platform.world, command, user, channel, overridden=overridden)
        return command

    def _uploads(self, values: Mapping[str, Value]) -> dict[str, w.File]:
        made = {}
        for upload in (value for value in values.values() if isinstance(value, Upload)):
            number = self.platform.ids()
            file = w.File(
                id=number,
                filename=upload.filename,
                content_type=upload.content_type,
                data=upload.data,
                url=f"{self.base_url}/attachments/0/{number}/{upload.filename}",
            )
            self.platform.world.files[number] = made[upload.filename] = file
        return made

    def _use_menu(
        self,
        user: w.User,
        name: str,
        target: w.Message | w.User,
        channel: w.Channel | None,
        *,
        overridden: bool,
    ) -> Interaction:
        is_message = isinstance(target, w.Message)
        where = self._channel_of(target) if isinstance(target, w.Message) else channel
        if where is None:
            raise ImpossibleError("say in which channel the user is clicked")
        kind = MESSAGE_COMMAND if is_message else USER_COMMAND
        command = self._command(name, kind, user, where, overridden=overridden)
        filling = Filling(self.platform.world, self._guild(where), {})
        if isinstance(target, w.User):
            filling.reference(target)
        data = inv.command_data(command, where.guild_id)
        data |= {"target_id": str(target.id), "resolved": filling.resolved}
        if isinstance(target, w.Message):
            # The clicked message is shown whole, without the message content intent too.
            shown = payloads.message_json(self.platform.world, target)
            data["resolved"] = {"messages": {str(target.id): shown}}
        return self._begin(i.COMMAND, user, where, data)

    def _use_component(
        self,
        user: w.User,
        message: w.Message,
        custom_id: str,
        values: Sequence[Value] | None,
    ) -> Interaction:
        channel = self._channel_of(message)
        self._check_sees(user, channel)
        if message.visible_to not in {None, user.id}:
            raise ImpossibleError(f"{user.username} does not see this ephemeral message")
        kinds = {tree.BUTTON} if values is None else tree.SELECTS
        one, data = inv.component_data(message, custom_id, kinds)
        filling = Filling(self.platform.world, self._guild(channel), {})
        if values is not None:
            data["values"] = inv.picked(filling, one, values)
            if filling.resolved:
                data["resolved"] = filling.resolved
        return self._begin(i.COMPONENT, user, channel, data, source=message)

    def _submit(self, opened: Interaction, values: Mapping[str, object]) -> Interaction:
        modal = opened.modal
        if modal is None:
            raise ImpossibleError(f"{opened.name} opened no modal")
        filling = Filling(self.platform.world, self._guild(opened.channel), {})
        shown = modal_components(modal, filling, values)
        data = {"custom_id": modal["custom_id"], "components": shown}
        if filling.resolved:
            data["resolved"] = filling.resolved
        return self._begin(
            i.MODAL_SUBMIT, opened.user, opened.channel, data, source=opened.source, parent=opened
        )

    def _begin(
        self,
        kind: int,
        user: w.User,
        channel: w.Channel,
        data: JsonObject,
        *,
        source: w.Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        made = self.platform.interactions.begin(
            kind, user, channel, data, source=source, parent=parent
        )
        body = inv.interaction_json(self.platform.world, made)
        self.platform.gateway.emit("INTERACTION_CREATE", body, guild_id=channel.guild_id)
        return made

    def _guild(self, channel: w.Channel) -> w.Guild | None:
        return self.platform.world.guild_of(channel)

    def _channel_of(self, message: w.Message) -> w.Channel:
        return self.platform.world.channels[message.channel_id]

    def _check_sees(self, user: w.User, channel: w.Channel) -> None:
        if channel.recipient not in {None, user}:
            raise ImpossibleError(f"this DM is not {user.username}'s")
        bits = permissions.in_channel(self.platform.world, channel, user.id)
        if not bits & permissions.Permission.VIEW_CHANNEL:
            raise ImpossibleError(f"{user.username} does not see {channel.name}")
