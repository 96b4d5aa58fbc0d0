"""The sources: each fetches in its own format and gives items.

A source is one module that declares itself; ``docs/adding-a-source.md`` shows how.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from core.feeds import PREFIX
from fetchers.feeds import feed_source
from fetchers.source import Source

__all__ = ["FETCHERS", "Source", "source_named"]


def _declared() -> Mapping[str, Source[Any]]:
    """Return what the modules of this package declare; a helper's name has an underscore in it."""
    names = [name for _, name, _ in pkgutil.iter_modules(__path__) if "_" not in name]
    modules = [import_module(f"{__name__}.{name}") for name in sorted(names)]
    found = [module.DECLARATION for module in modules if hasattr(module, "DECLARATION")]
    return MappingProxyType({source.name: source for source in found})


FETCHERS: Mapping[str, Source[Any]] = _declared()
"""Every source by its name, in the order in which they are shown."""


def source_named(name: str) -> Source[Any]:
    """Return a source by its name, which for a feed is ``feed:<name>``.

    Raises:
        KeyError: if there is none of that name.
    """
    if name.startswith(PREFIX):
        return feed_source(name.removeprefix(PREFIX))
    return FETCHERS[name]
