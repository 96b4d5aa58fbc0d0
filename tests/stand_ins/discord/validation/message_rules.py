"""What Discord demands of a message's body (docs: resources/message; limits: its tables)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.stand_ins.discord.validation.component_rules import (
    MEDIA_SCHEMES,
    WEB,
    check_message_components,
)
from tests.stand_ins.discord.validation.text import (
    JsonObject,
    Path,
    Problem,
    length,
    over,
    unknown_fields,
    wrong_url,
)
from tests.stand_ins.discord.world import COMPONENTS_V2, EPHEMERAL

_EVERYWHERE = {"content", "embeds", "flags", "allowed_mentions", "components", "attachments"}
_SENDABLE_FLAGS = 1 << 2 | 1 << 12 | 1 << 13 | COMPONENTS_V2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A place where a message's body may stand.

    Attributes:
        name: for reports.
        fields: that it may have.
        flags: that it may set.
        creates: whether a message comes of it, so that it must not be empty.
    """

    name: str
    fields: frozenset[str]
    flags: int = _SENDABLE_FLAGS
    creates: bool = True


CHANNEL_POST = Kind(
    name="message",
    fields=frozenset(
        _EVERYWHERE
        | {"nonce", "enforce_nonce", "tts", "message_reference", "sticker_ids", "poll"}
        | {"shared_client_theme"}
    ),
)
CHANNEL_EDIT = Kind(
    name="message edit", fields=frozenset(_EVERYWHERE | {"tts", "sticker_ids"}), creates=False
)
REPLY = Kind(
    name="interaction reply",
    fields=frozenset(_EVERYWHERE | {"tts", "poll"}),
    flags=_SENDABLE_FLAGS | EPHEMERAL,
)
REPLY_EDIT = Kind(
    name="interaction edit",
    fields=frozenset(_EVERYWHERE | {"tts", "poll"}),
    flags=_SENDABLE_FLAGS | EPHEMERAL,
    creates=False,
)
DEFERRED = Kind(
    name="deferred reply", fields=frozenset({"flags", "tts"}), flags=EPHEMERAL, creates=False
)


def check_message(
    body: JsonObject, kind: Kind, *, files: int = 0, is_v2: bool = False
) -> Iterator[Problem]:
    """Check a message's body.

    Args:
        body: the request's JSON.
        kind: where it stands.
        files: how many files came with it.
        is_v2: whether the message that it edits has the v2 flag already.
    """
    flags = body.get("flags") or 0
    v2 = is_v2 or bool(flags & COMPONENTS_V2)
    yield from unknown_fields(body, kind.fields, path=())
    yield from length(body, "content", 2000, path=())
    yield from _check_flags(flags, kind)
    yield from _check_nonce(body)
    yield from _check_mentions(body)
    yield from _check_embeds(body)
    yield from check_message_components(body.get("components") or [], v2=v2)
    if v2:
        yield from _check_legacy_fields(body)
    if kind.creates:
        yield from _check_empty(body, files, v2=v2)


def _check_flags(flags: int, kind: Kind) -> Iterator[Problem]:
    if flags & ~kind.flags:
        yield Problem(
            path=("flags",),
            code="MESSAGE_FLAGS_INVALID",
            message=f"A {kind.name} cannot set {flags & ~kind.flags}.",
        )


def _check_empty(body: JsonObject, files: int, *, v2: bool) -> Iterator[Problem]:
    said = bool((body.get("content") or "").strip())
    rest = any(body.get(key) for key in ("embeds", "sticker_ids", "components", "poll"))
    if v2 and not body.get("components"):
        yield Problem(
            path=("components",),
            code="BASE_TYPE_REQUIRED",
            message="A message of the components v2 kind needs components.",
        )
    elif not said and not rest and not files:
        yield Problem(path=(), code="EMPTY_MESSAGE", message="Cannot send an empty message")


def _check_legacy_fields(body: JsonObject) -> Iterator[Problem]:
    for key in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(key):
            yield Problem(
                path=(key,),
                code="MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                message=f'The "{key}" field cannot be used with the components v2 flag.',
            )


def _check_nonce(body: JsonObject) -> Iterator[Problem]:
    nonce = body.get("nonce")
    if nonce is not None and len(str(nonce)) > 25:
        yield Problem(
            path=("nonce",), code="NONCE_TYPE_TOO_LONG", message="Must be 25 or fewer in length."
        )


def _check_mentions(body: JsonObject) -> Iterator[Problem]:
    allowed = body.get("allowed_mentions")
    if not allowed:
        return
    path: Path = ("allowed_mentions",)
    yield from unknown_fields(allowed, {"parse", "users", "roles", "replied_user"}, path=path)
    for key in ("users", "roles"):
        yield from over(allowed, key, 100, path=path)
        if allowed.get(key) and key in (allowed.get("parse") or []):
            yield Problem(
                path=(*path, "parse"),
                code="MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                message=f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.',
            )
    for index, word in enumerate(allowed.get("parse") or []):
        if word not in {"users", "roles", "everyone"}:
            yield Problem(
                path=(*path, "parse", index),
                code="BASE_TYPE_CHOICES",
                message="Value must be one of ('users', 'roles', 'everyone').",
            )


_EMBED = {
    "title", "type", "description", "url", "timestamp", "color", "footer", "image", "thumbnail",
    "video", "provider", "author", "fields", "flags",
}  # fmt: skip


def _check_embeds(body: JsonObject) -> Iterator[Problem]:
    embeds = body.get("embeds") or []
    yield from over(body, "embeds", 10, path=())
    total = 0
    for index, embed in enumerate(embeds):
        yield from _check_embed(embed, ("embeds", index))
        total += _embed_size(embed)
    if total > 6000:
        yield Problem(
            path=("embeds",),
            code="MAX_EMBED_SIZE_EXCEEDED",
            message="Embed size exceeds maximum size of 6000",
        )


def _check_embed(embed: JsonObject, path: Path) -> Iterator[Problem]:
    yield from unknown_fields(embed, _EMBED, path=path)
    yield from length(embed, "title", 256, path=path)
    yield from length(embed, "description", 4096, path=path)
    yield from over(embed, "fields", 25, path=path)
    yield from length(embed.get("footer") or {}, "text", 2048, path=(*path, "footer"))
    yield from length(embed.get("author") or {}, "name", 256, path=(*path, "author"))
    yield from wrong_url(embed, "url", path=path, schemes=WEB)
    for key in ("image", "thumbnail"):
        media = embed.get(key) or {}
        yield from wrong_url(media, "url", path=(*path, key), schemes=MEDIA_SCHEMES)
    for index, one in enumerate(embed.get("fields") or []):
        here = (*path, "fields", index)
        yield from unknown_fields(one, {"name", "value", "inline"}, path=here)
        yield from length(one, "name", 256, least=1, path=here)
        yield from length(one, "value", 1024, least=1, path=here)


def _embed_size(embed: JsonObject) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for one in embed.get("fields") or []:
        texts += [one.get("name"), one.get("value")]
    return sum(len(text) for text in texts if text)
