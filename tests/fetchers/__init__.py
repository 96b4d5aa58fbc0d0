"""Tests of fetchers."""
