"""Changes that a source may make to its answers, drawn with a seed: most break a reader.

Each change keeps what stands in the answer or takes it away for all entries; none takes away whole
entries and leaves the rest as it was, which nobody could notice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Change = Callable[[bytes, Random], bytes]

BLOCKED = b"<!doctype html><html><head><title>Blocked</title></head><body>whoa there</body></html>"
CONSENT = (
    b"<!doctype html><html lang='de'><head><title>Bevor Sie fortfahren</title></head>"
    b"<body><form action='/consent'><button>Alle akzeptieren</button></form></body></html>"
)
_TAG = re.compile(rb"</?([A-Za-z][\w:.-]*)")
_CLASS = re.compile(rb'class="([^"]+)"')
_OTHER_LANGUAGE = {
    b"stars today": b"Sterne heute",
    b"stars this week": b"Sterne diese Woche",
    b"Built by": b"Erstellt von",
    b"Trending": b"Im Trend",
}


def mutations(
    body: bytes, seed: str, rounds: int, *, whole: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Yield changed answers with the name of the change, ``rounds`` of each that applies.

    With ``whole``, only what befalls an answer as a whole: cut, blocked, empty.
    """
    changes, seen = dict(_ANY), {body}
    if not whole:
        is_json = body.lstrip()[:1] in {b"{", b"["}
        changes |= _JSON if is_json else _HTML if _is_html(body) else _XML
    for name, change in changes.items():
        for turn in range(rounds):
            changed = change(body, Random(f"{seed}/{name}/{turn}"))  # noqa: S311  no secret
            if changed not in seen:
                seen.add(changed)
                yield f"{name}/{turn}", changed


def _is_html(body: bytes) -> bool:
    start = body[:3000].lower()
    return b"<!doctype html" in start or b"<html" in start or b"<article" in start


def _cut(body: bytes, random: Random) -> bytes:
    return body[: random.randrange(len(body) // 20, len(body) - 20)]


def _cut_a_little(body: bytes, random: Random) -> bytes:
    return body.rstrip()[: -random.randrange(1, 30)]


def _rename_class(body: bytes, random: Random) -> bytes:
    words = sorted({word for found in _CLASS.finditer(body) for word in found[1].split()})
    if not words:
        return body
    word = random.choice(words)
    return re.sub(rb"(?<=[\s\"])" + re.escape(word) + rb"(?=[\s\"])", b"x-renamed", body)


def _drop_classes(body: bytes, _: Random) -> bytes:
    return _CLASS.sub(b"", body)


def _rename_tag(body: bytes, random: Random) -> bytes:
    names = sorted({found[1] for found in _TAG.finditer(body)})
    return _renamed(body, random.choice(names))


def _renamed(body: bytes, name: bytes) -> bytes:
    return re.sub(rb"(</?)" + re.escape(name) + rb"(?=[\s>/])", rb"\1renamed", body)


def _swap_attributes(body: bytes, _: Random) -> bytes:
    return re.sub(rb'<(\w+) ([\w:-]+="[^"]*") ([\w:-]+="[^"]*")', rb"<\1 \3 \2", body)


def _single_quotes(body: bytes, _: Random) -> bytes:
    return re.sub(rb"=\"([^\"'<>]*)\"(?=[\s/>])", rb"='\1'", body)


def _other_language(body: bytes, _: Random) -> bytes:
    for word, other in _OTHER_LANGUAGE.items():
        body = body.replace(word, other)
    return body


def _wrap_rows(body: bytes, _: Random) -> bytes:
    return body.replace(b"<article", b"<section><article").replace(
        b"</article>", b"</article></section>"
    )


def _comment(body: bytes, random: Random) -> bytes:
    ends = [found.end() for found in re.finditer(rb"</\w+>", body)][:-1]
    if not ends:
        return body
    place = random.choice(ends)
    return body[:place] + b"<!-- a note -->" + body[place:]


def _json(change: Callable[[Any, Random], Any]) -> Change:
    def changed(body: bytes, random: Random) -> bytes:
        return json.dumps(change(json.loads(body), random)).encode()

    return changed


def _keys(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data).union(*(_keys(value) for value in data.values()))
    return set().union(*(_keys(value) for value in data)) if isinstance(data, list) else set()


def _with_key(data: Any, key: str, change: Callable[[dict[str, Any]], None]) -> Any:
    if isinstance(data, dict):
        data = {name: _with_key(value, key, change) for name, value in data.items()}
        if key in data:
            change(data)
    elif isinstance(data, list):
        data = [_with_key(value, key, change) for value in data]
    return data


def _rename_key(data: Any, random: Random) -> Any:
    key = random.choice(sorted(_keys(data)))

    def rename(row: dict[str, Any]) -> None:
        row[f"{key}_v2"] = row.pop(key)

    return _with_key(data, key, rename)


def _null_key(data: Any, random: Random) -> Any:
    key = random.choice(sorted(_keys(data)))
    return _with_key(data, key, lambda row: row.update({key: None}))


def _nested_key(data: Any, random: Random) -> Any:
    """Put a field into an object of its own, as APIs do when they grow."""
    key = random.choice(sorted(_keys(data)))
    return _with_key(data, key, lambda row: row.update({key: {"value": row[key]}}))


def _reverse_keys(data: Any, random: Random) -> Any:
    if isinstance(data, dict):
        return {name: _reverse_keys(data[name], random) for name in reversed(list(data))}
    return [_reverse_keys(value, random) for value in data] if isinstance(data, list) else data


_ANY: dict[str, Change] = {
    "cut": _cut,
    "cut a little": _cut_a_little,
    "blocked": lambda *_: BLOCKED,
    "consent": lambda *_: CONSENT,
    "empty": lambda *_: b"",
}
_HTML: dict[str, Change] = {
    "rename class": _rename_class,
    "drop classes": _drop_classes,
    "rename tag": _rename_tag,
    "swap attributes": _swap_attributes,
    "single quotes": _single_quotes,
    "other language": _other_language,
    "wrap rows": _wrap_rows,
    "comment": _comment,
}
_XML: dict[str, Change] = {
    "rename tag": _rename_tag,
    "swap attributes": _swap_attributes,
    "single quotes": _single_quotes,
    "comment": _comment,
}
_JSON: dict[str, Change] = {
    "rename key": _json(_rename_key),
    "null": _json(_null_key),
    "nested": _json(_nested_key),
    "wrapped": _json(lambda data, _: {"status": "ok", "data": data}),
    "reversed keys": _json(_reverse_keys),
    "spaced": lambda body, _: json.dumps(json.loads(body), indent=4).encode(),
    "error": lambda *_: b'{"error": "unavailable"}',
}
