"""A JSON Schema validator that looks at ``type`` before it tries the branches of a union.

Components are unions within unions: trying every branch to its end takes a tenth of a second for
one digest, and its errors name no branch. A branch that wants another ``type`` cannot match, so
leaving it out changes no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

JsonObject = dict[str, Any]
Check = Callable[
    [Validator, Sequence[JsonObject], object, JsonObject], Iterator[ValidationError] | None
]
_REFERENCE = "#/components/schemas/"


def validator_with_unions(schemas: Mapping[str, JsonObject]) -> type[Validator]:
    """Return a Draft 2020-12 validator for a document with these named schemas."""
    ordinary = Draft202012Validator.VALIDATORS
    # The stubs have no types for extend().
    made: type[Validator] = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {name: _narrowing(ordinary[name], schemas) for name in ("oneOf", "anyOf")},
    )
    return made


def _narrowing(ordinary: Check, schemas: Mapping[str, JsonObject]) -> Check:
    def check(
        validator: Validator, branches: Sequence[JsonObject], value: object, schema: JsonObject
    ) -> Iterator[ValidationError]:
        possible = [branch for branch in branches if _may_match(branch, value, schemas)]
        if len(possible) == 1 < len(branches):
            yield from validator.evolve(schema=possible[0]).iter_errors(cast("Any", value))
        else:
            yield from ordinary(validator, possible or branches, value, schema) or ()

    return check


def _may_match(branch: JsonObject, value: object, schemas: Mapping[str, JsonObject]) -> bool:
    name = branch.get("$ref", "")
    schema = schemas.get(name.removeprefix(_REFERENCE), {}) if name else branch
    if schema.get("type") == "null":
        return value is None
    if schema.get("type") != "object":
        return True
    if not isinstance(value, dict):
        return False
    wanted = schema.get("properties", {}).get("type", {}).get("enum")
    return wanted is None or "type" not in value or value["type"] in wanted
