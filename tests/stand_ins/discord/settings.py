"""What a test may set about the stand-in; the defaults are Discord's published figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15
"""GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT."""

KNOWN_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25
"""Every intent of the docs' list (events/gateway, "List of Intents")."""

OPENAPI = Path(__file__).parents[3].parent / "shared" / "discord" / "openapi.json"
"""Discord's own description of its API, beside the project; used where it is present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The stand-in's properties.

    Attributes:
        token: the bot token that is right.
        privileged_intents: those switched on in the "developer portal".
        heartbeat_interval: seconds, as told in HELLO; a beat later than one and a half of it
            closes the connection.
        resume_window: how long a session outlives its connection.
        nonce_window: how long a nonce is remembered; Discord says "the past few minutes".
        ack_deadline: how long an interaction waits for its first answer.
        token_life: how long an interaction's token stays good.
        global_limit: requests per second over all routes; interaction endpoints are exempt.
        invalid_limit: 401, 403 and 429 answers in ten minutes before the ban.
        identify_limit: IDENTIFYs in 24 hours.
        identify_pause: seconds between IDENTIFYs. Discord's is 5; zero lets tests restart a bot.
        gateway_events: frames that a client may send in 60 seconds.
        validate_every: 1 checks every request and answer against the OpenAPI file, 100 one in a
            hundred of each kind (the hand-written rules always run).
        openapi: where Discord's OpenAPI file is; not used where missing.
        seed: of the generator behind faults that strike by chance.
    """

    token: str = "MTA1.stand-in.not-a-secret"
    privileged_intents: int = 0
    heartbeat_interval: float = 41.25
    resume_window: timedelta = timedelta(minutes=3)
    nonce_window: timedelta = timedelta(minutes=5)
    ack_deadline: timedelta = timedelta(seconds=3)
    token_life: timedelta = timedelta(minutes=15)
    global_limit: int = 50
    invalid_limit: int = 10_000
    identify_limit: int = 1_000
    identify_pause: float = 0.0
    gateway_events: int = 120
    validate_every: int = 1
    openapi: Path = OPENAPI
    seed: int = 0
