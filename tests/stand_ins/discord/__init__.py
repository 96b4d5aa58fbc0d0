"""A stand-in for Discord on loopback: gateway and REST v10, for bots that run unmodified.

::

    with DiscordStandIn() as server:
        guild = server.add_guild()
        channel, ada = server.add_channel(guild, "digests"), server.add_user("ada")
        server.join(guild, ada)
        ...  # a bot with server.api_url, server.gateway_url and server.token
        server.expect_connected().wait()
        used = server.slash(ada, channel, "start")
        modal = used.answered.wait()  # in a loop: await used.answered
        server.assert_clean()

No test against it proves anything about the real Discord; its independence comes from Discord's
own OpenAPI file, against which both the bot's requests and its own answers are checked where that
file is present (``server.uses_openapi``). Where it is known to differ from Discord:

- the figures of the route limits are not published and may change (``limits.RULES``);
- a field that does not exist is refused, where Discord ignores it;
- IDENTIFYs may follow each other at once, unless ``Settings.identify_pause`` is set;
- the nonce's window is five minutes, where Discord says "a few";
- no voice, no polls, no stickers, no webhooks other than those of interactions, no user-installed
  apps, no entitlements, no reading of a message's links into embeds, no automatic archiving;
- only zlib-stream compression of the gateway, and no TLS.
"""

from __future__ import annotations

from tests.stand_ins.discord.call import Call, Upload
from tests.stand_ins.discord.faults import Fault, Gate
from tests.stand_ins.discord.interactions import Interaction, NotAnsweredError
from tests.stand_ins.discord.invocations import ImpossibleError
from tests.stand_ins.discord.library import pointed_at
from tests.stand_ins.discord.permissions import Permission
from tests.stand_ins.discord.server import DiscordStandIn
from tests.stand_ins.discord.settings import Settings
from tests.stand_ins.discord.trouble import FOREVER, GET_MESSAGES, POST_MESSAGE

__all__ = [
    "FOREVER",
    "GET_MESSAGES",
    "POST_MESSAGE",
    "Call",
    "DiscordStandIn",
    "Fault",
    "Gate",
    "ImpossibleError",
    "Interaction",
    "NotAnsweredError",
    "Permission",
    "Settings",
    "Upload",
    "pointed_at",
]
