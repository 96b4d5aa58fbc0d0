"""Errors as Discord answers them, by code (docs: topics/opcodes-and-status-codes, "JSON")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

UNAUTHORIZED = 0
UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
UNKNOWN_COMMAND = 10063
UNKNOWN_EVENT = 10070
TOO_MANY_COMMANDS = 30032
ALREADY_ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
NOT_THE_AUTHOR = 50005
EMPTY_MESSAGE = 50006
CANNOT_DM = 50007
WRONG_CHANNEL_TYPE = 50024
INVALID_WEBHOOK_TOKEN = 50027
MISSING_PERMISSIONS = 50013
INVALID_FORM_BODY = 50035
THREAD_ARCHIVED = 50083
NO_MUTUAL_GUILD = 50278
THREAD_EXISTS = 160004
THREAD_LOCKED = 160005

_CATALOGUE: dict[int, tuple[int, str]] = {
    UNKNOWN_CHANNEL: (404, "Unknown Channel"),
    UNKNOWN_GUILD: (404, "Unknown Guild"),
    UNKNOWN_MEMBER: (404, "Unknown Member"),
    UNKNOWN_MESSAGE: (404, "Unknown Message"),
    UNKNOWN_USER: (404, "Unknown User"),
    UNKNOWN_WEBHOOK: (404, "Unknown Webhook"),
    UNKNOWN_INTERACTION: (404, "Unknown interaction"),
    UNKNOWN_COMMAND: (404, "Unknown application command"),
    UNKNOWN_EVENT: (404, "Unknown Guild Scheduled Event"),
    TOO_MANY_COMMANDS: (400, "Maximum number of application commands reached (100)."),
    ALREADY_ACKNOWLEDGED: (400, "Interaction has already been acknowledged."),
    MISSING_ACCESS: (403, "Missing Access"),
    NOT_THE_AUTHOR: (403, "Cannot edit a message authored by another user"),
    EMPTY_MESSAGE: (400, "Cannot send an empty message"),
    CANNOT_DM: (403, "Cannot send messages to this user"),
    WRONG_CHANNEL_TYPE: (400, "Cannot execute action on this channel type"),
    INVALID_WEBHOOK_TOKEN: (401, "Invalid Webhook Token"),
    MISSING_PERMISSIONS: (403, "Missing Permissions"),
    INVALID_FORM_BODY: (400, "Invalid Form Body"),
    THREAD_ARCHIVED: (400, "Thread is archived"),
    NO_MUTUAL_GUILD: (
        403,
        "Cannot send messages to this user due to having no mutual guilds",
    ),
    THREAD_EXISTS: (400, "A thread has already been created for this message"),
    THREAD_LOCKED: (400, "This thread is locked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a body, where: becomes one entry of the answer's ``errors`` tree."""

    path: tuple[str | int, ...]
    code: str
    message: str


class ApiError(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}

    @classmethod
    def of(cls, code: int) -> ApiError:
        """Return the error with that JSON code."""
        status, message = _CATALOGUE[code]
        return cls(status, code, message)

    @classmethod
    def invalid(cls, problems: Sequence[Problem]) -> ApiError:
        """Return "Invalid Form Body" with its tree, or "empty message" when that is all."""
        if all(problem.code == "EMPTY_MESSAGE" for problem in problems):
            return cls.of(EMPTY_MESSAGE)
        error = cls.of(INVALID_FORM_BODY)
        error.body["errors"] = _tree(problems)
        return error


def _tree(problems: Sequence[Problem]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for problem in problems:
        node = root
        for step in problem.path:
            node = node.setdefault(str(step), {})
        entries = node.setdefault("_errors", [])
        entries.append({"code": problem.code, "message": problem.message})
    return root
