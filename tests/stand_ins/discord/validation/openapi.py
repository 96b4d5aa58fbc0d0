"""Discord's own OpenAPI file as an oracle that neither the bot nor this stand-in wrote."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path as FilePath
from typing import Any, cast
from urllib.parse import urlsplit

from jsonschema import FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.stand_ins.discord.errors import Problem
from tests.stand_ins.discord.validation.unions import validator_with_unions

JsonObject = dict[str, Any]
_ROOT = "urn:discord"
_NOT_IN_THE_FILE = frozenset({"use_nested_fields"})
"""Query parameters that discord.py sends and Discord takes, though the file lacks them."""
_BOOLEANS = frozenset({"0", "1", "true", "false", "True", "False"})


class OpenApi:
    """The file, with a validator kept for each schema that was asked for."""

    def __init__(self, path: FilePath) -> None:
        document: JsonObject = json.loads(path.read_bytes())
        self._paths: JsonObject = document["paths"]
        self._kind = validator_with_unions(document["components"]["schemas"])
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)
        self._formats = _formats()
        self._validators: dict[str, Validator] = {}

    def knows(self, method: str, template: str) -> bool:
        """Tell whether there is such an operation."""
        return method.lower() in self._paths.get(template, {})

    def request(self, method: str, template: str, body: object) -> list[Problem]:
        """Check a request's JSON, that of ``payload_json`` in a multipart body included."""
        if not self.knows(method, template) or body is None:
            return []
        operation = self._paths[template][method.lower()]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return []
        where = _pointer(template, method.lower(), "requestBody", "content", "application/json")
        return self._check(f"{where}/schema", with_text_ids(body))

    def query(self, method: str, template: str, query: Mapping[str, str]) -> list[Problem]:
        """Check a request's query: names that there are, booleans, integers, snowflakes."""
        if not self.knows(method, template):
            return []
        parameters = self._paths[template][method.lower()].get("parameters", [])
        known = {one["name"]: one["schema"] for one in parameters if one["in"] == "query"}
        return [
            Problem(path=(name,), code="QUERY", message=f"{value!r}: unknown or out of range")
            for name, value in query.items()
            if name not in _NOT_IN_THE_FILE and (name not in known or not _fits(known[name], value))
        ]

    def answer(self, method: str, template: str, status: int, body: object) -> list[Problem]:
        """Check an answer of the stand-in's own."""
        if not self.knows(method, template):
            return []
        responses = self._paths[template][method.lower()]["responses"]
        key = next((key for key in (str(status), f"{status // 100}XX") if key in responses), None)
        if key is None:
            return [Problem(path=(), code="STATUS", message=f"{status} is not documented")]
        if "$ref" in responses[key]:
            name = responses[key]["$ref"].rsplit("/", 1)[1]
            return self._check(_shared_pointer(name), _without_tree(body))
        if body is None or "content" not in responses[key]:
            return []
        where = _pointer(template, method.lower(), "responses", key, "content", "application/json")
        return self._check(f"{where}/schema", body)

    def _check(self, pointer: str, value: object) -> list[Problem]:
        validator = self._validators.get(pointer)
        if validator is None:
            validator = self._kind(
                {"$ref": f"{_ROOT}#{pointer}"},
                registry=self._registry,
                format_checker=self._formats,
            )
            self._validators[pointer] = validator
        return list(map(_problem, validator.iter_errors(cast("Any", value))))


@functools.cache
def described_in(path: FilePath) -> OpenApi:
    """Return the file's description, read once in a process: it is large and does not change."""
    return OpenApi(path)


def _problem(error: ValidationError) -> Problem:
    # Of the branches of a union, tell the one that came nearest.
    nearest = best_match([error]) or error
    return Problem(
        path=tuple(nearest.absolute_path),
        code=str(nearest.validator).upper(),
        message=nearest.message[:300],
    )


def with_text_ids(value: object) -> object:
    """Return the value with snowflakes as text: Discord takes both, the file knows one.

    Components keep their ``id``, which is a small number of another kind.
    """
    if isinstance(value, list):
        return [with_text_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: _with_text_id(key, one, value) for key, one in value.items()}


def _with_text_id(key: str, value: object, owner: Mapping[str, object]) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number and (key.endswith("_id") or (key == "id" and "type" not in owner)):
        return str(value)
    if key in {"users", "roles", "sticker_ids", "applied_tags"} and isinstance(value, list):
        return [str(one) if isinstance(one, int) else one for one in value]
    return with_text_ids(value)


def _without_tree(body: object) -> object:
    # The file wants numbers for the codes in the tree; the docs' examples have words.
    if not isinstance(body, dict):
        return body
    return {key: value for key, value in body.items() if key != "errors"}


def _pointer(*steps: str) -> str:
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in ("paths", *steps))
    return "/" + "/".join(step.replace("{", "%7B").replace("}", "%7D") for step in escaped)


def _shared_pointer(name: str) -> str:
    return f"/components/responses/{name}/content/application~1json/schema"


def _fits(schema: Mapping[str, Any], value: str) -> bool:
    kind = schema.get("type")
    if kind == "boolean":
        return value in _BOOLEANS
    if kind == "integer":
        least, most = schema.get("minimum", 0), schema.get("maximum", 2**63)
        return value.isdecimal() and least <= int(value) <= most
    if str(schema.get("$ref", "")).endswith("SnowflakeType"):
        return value.isdecimal()
    return True


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("uri")(_is_uri)
    checker.checks("date-time", raises=ValueError)(_is_moment)
    return checker


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in value


def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))
