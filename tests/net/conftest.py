"""Fixtures of this folder."""

from tests.stand_ins.sources.fixtures import sources

__all__ = ["sources"]
