"""Tests of the composition root and the command line."""
