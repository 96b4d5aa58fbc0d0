"""Embeddings: vectors of texts, near to each other where the texts mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.items import ItemKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVectors:
    """The vectors that one ranking needs, all of one model, as far as there are any.

    Attributes:
        items: of candidates and of items with a verdict; each as long as the model says, one
            signed byte a number, of any length but 0.
        phrases: of written interests.
    """

    items: Mapping[ItemKey, bytes] = field(default_factory=dict)
    phrases: Mapping[str, bytes] = field(default_factory=dict)


NO_VECTORS = TextVectors()
"""What a ranking by words alone is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenInterest:
    """A phrase of a stored profile."""

    profile: str
    text: str
