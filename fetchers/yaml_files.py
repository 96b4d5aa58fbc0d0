"""YAML from outside, as texts, lists and mappings: read within limits, or not at all."""

from __future__ import annotations

from fetchers.source import MalformedError

MAX_BYTES = 2_000_000
"""Most that a file may have; the largest known honest one, prices of a provider, has 0.3 MB."""

MAX_NODES = 200_000
MAX_DEPTH = 30


def read_yaml(body: bytes, source: str, name: str) -> object:
    """Read a document whose every scalar is a text: no dates, no numbers, no tags of Python.

    Aliases are refused: none of these files has one, and a few lines of them stand for gigabytes.

    Args:
        body: the file.
        source: whose answer it is, for the error.
        name: of the file, for the error.

    Raises:
        MalformedError: if it is none, or goes beyond the limits.
    """
    import yaml

    if len(body) > MAX_BYTES:
        raise MalformedError(source, f"{source}: {name} has more than {MAX_BYTES:,} bytes")
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(body, Loader=loader)):
            opens = isinstance(event, yaml.CollectionStartEvent)
            depth += opens - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or count > MAX_NODES or depth > MAX_DEPTH:
                raise MalformedError(source, f"{source}: {name} is larger than it looks")
        found: object = yaml.load(body, Loader=loader)  # noqa: S506  makes texts only
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(getattr(error, "problem", "") or type(error).__name__)
        raise MalformedError(source, f"{source}: {name} is no YAML: {said[:80]}") from error
    return found
